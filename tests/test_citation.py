"""CITATION.cff against the rules of its format, as far as it uses them, and against the rest.

The format's own validator, cffconvert, asks for an older jsonschema than frictionless does, so it
cannot be one of the pinned tools; it was run once, apart, and found the file valid.
"""

import datetime
import re
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from helpers import __version__
from helpers.tables import schema

# The keys that version 1.2.0 of the format has at the top, and those it asks for.
KEYS = set("abstract authors cff-version commit contact date-released doi identifiers keywords "
           "license license-url message preferred-citation references repository "
           "repository-artifact repository-code title type url version".split())
NEEDED = {"authors", "cff-version", "message", "title"}
LICENCES = {"MIT", "OGL-UK-3.0"}  # as SPDX names them


def problems_in(citation: dict[str, Any]) -> list[str]:
    """The rules of the format that a citation breaks."""
    authors, released = citation.get("authors") or [{}], citation.get("date-released")
    kept = {
        "every key needed": citation.keys() >= NEEDED, "known keys": citation.keys() <= KEYS,
        "cff-version": citation.get("cff-version") == "1.2.0",
        "type": citation.get("type") in ("software", "dataset"),
        "version": isinstance(citation.get("version"), str | int | float),
        "date-released": isinstance(released, str) and pd.notna(
            pd.to_datetime(released, format="%Y-%m-%d", errors="coerce")),
        "license": set(citation.get("license", [])) <= LICENCES,
        "authors": all(author.get("name") or author.get("family-names") for author in authors)}
    return [rule for rule, holds in kept.items() if not holds]


@pytest.fixture
def citation(root: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    return content


def test_it_is_a_citation(citation: dict[str, Any]) -> None:
    assert problems_in(citation) == []


@pytest.mark.parametrize("change", [
    {"authors": []}, {"authors": [{"given-names": "A"}]}, {"cff-version": "1.1"}, {"type": "study"},
    {"date-released": "2026-11-31"}, {"date-released": datetime.date(2026, 11, 21)},
    {"license": ["OGL"]}, {"licence": "MIT"}, {"version": None}])
def test_a_wrong_citation_is_seen(citation: dict[str, Any], change: dict[str, Any]) -> None:
    assert len(problems_in(citation | change)) == 1


def test_the_study_has_one_title_and_one_version(citation: dict[str, Any], root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    package = schema.description(root)
    changes = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert {str(citation["version"]), project["version"], package["version"]} == {__version__}
    newest = re.search(r"(?m)^## (\d\S*), (\S+)$", changes)
    assert newest and newest.groups() == (__version__, citation["date-released"])
    assert citation["title"] == package["title"]
    assert project["name"] == package["name"]
    assert {licence["name"] for licence in package["licenses"]} <= set(citation["license"])
