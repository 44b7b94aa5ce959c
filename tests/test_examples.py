"""The examples in the helpers' docstrings run and say what they show."""


import doctest
import importlib
import pkgutil

import pytest

import helpers

MODULES = [name for _, name, _ in pkgutil.walk_packages(helpers.__path__, "helpers.")
           if name != "helpers.__main__"]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples() -> None:
    assert "helpers.checks.places" in MODULES
    tried = sum(doctest.testmod(importlib.import_module(name)).attempted for name in MODULES)
    assert tried >= 10
