"""The examples in the helpers' docstrings run and say what they show."""

import doctest
import importlib
import pkgutil

import helpers

MODULES = [name for _, name, _ in pkgutil.walk_packages(helpers.__path__, "helpers.")
           if name != "helpers.__main__"]


def test_the_examples_say_what_is_so() -> None:
    assert "helpers.checks.sources" in MODULES
    tried = [doctest.testmod(importlib.import_module(name)) for name in MODULES]
    assert [name for name, one in zip(MODULES, tried, strict=True) if one.failed] == []
    assert sum(one.attempted for one in tried) >= 10
