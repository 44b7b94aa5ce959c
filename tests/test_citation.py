"""CITATION.cff against the rest of the study; cffconvert was run once, and found the file valid."""

import re
import tomllib
from pathlib import Path

import yaml

from helpers import __version__
from helpers.tables import schema


def test_the_study_has_one_title_and_one_version(root: Path) -> None:
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    package = schema.description(root)
    changes = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert {citation["version"], project["version"], package["version"]} == {__version__}
    newest = re.search(r"(?m)^## (\d\S*), (\S+)$", changes)
    assert newest and newest.groups() == (__version__, citation["date-released"])
    assert citation["title"] == package["title"]
    assert project["name"] == package["name"]
    assert {licence["name"] for licence in package["licenses"]} <= set(citation["license"])


def test_every_page_s_foot_names_the_licences(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    foot = (root / "src/helpers/pages/template/page.html.j2").read_text(encoding="utf-8")
    assert (root / "LICENSE").read_text(encoding="utf-8").startswith(f"{project['license']} License")
    licence = schema.description(root)["licenses"][0]["title"]
    assert f"Tables of the study: {licence}; its code: {project['license']}." in foot
