"""What Markdown states: its numbers, each in one short list, its links and its commands.

Sentences with values are made by code from the tables. What Markdown itself states stands here: in
the README outside its generated part, in docs/, in the codebook and in the notebooks' text cells.
"""

import pkgutil
import re
import tomllib
from pathlib import Path

import pytest

from conftest import ROOT, cells
from helpers import __version__, record
from helpers.pages import readme
from helpers.tables import files

NUMBER = re.compile(r"(?<![\w.-])\d[\d,.]*\d(?![\w-])|(?<![\w.-])\d(?![\w-])")
MADE_ELSEWHERE = ("official-files.md", "CHANGELOG.md")  # held by test_official; history
# definitions fixed on a day, to be changed by a listed departure alone
FIXED = re.compile(r"^## What usually happens: .*?(?=^## )", re.DOTALL | re.MULTILINE)


def known() -> dict[str, str]:
    """Each number that Markdown may state, and what it is."""
    study = record.read(ROOT)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    inspections, areas, statistics = (files.read_table(name, ROOT) for name in (
        "inspections", "areas", "official_statistics"))
    older = statistics.loc[statistics["basis"] == "older definition", "year"].max()
    started = inspections["started"].str.replace("../", "").str[:4].astype(int)
    return dict.fromkeys(map(str, started), "the year of an inspection or visit") | {
        day[:4]: "the first or last year of a framework's area"
        for day in (*areas["first_day"], *areas["last_day"]) if day} | {
        str(int(study.after["started"][:4]) - 1): "the year before the fall's inspection",
        __version__: "the version", project["requires-python"].removeprefix(">="): "Python",
        "3.0": "the licence", "10,000": "the base of a rate", "31": "March", "30": "September",
        "47": "section 47", "95": "an interval", "1989": "the Children Act", "25": "an age in §",
        "2.1": "an example of a figure's number", "80485": "Ofsted's number of the council",
        "2029": "an invented report", "0": "the year of an inspection", "15": "days to a conference",
        "129": "a journal's volume", "10.1017": "how a paper's doi begins",
        str(older + 1): "the first year of the workforce's newer definition"}


def prose() -> dict[str, str]:
    """Every piece of Markdown by its file, without code, addresses, ids and numbered lists."""
    found = {}
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "data/codebook.md"]:
        text = path.read_text(encoding="utf-8")
        if path.name == "README.md":
            text = text[:text.index(readme.START)] + text[text.index(readme.END):]
        if path.name not in MADE_ELSEWHERE:
            found[path.name] = FIXED.sub("", text) if path.name == "methods.md" else text
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        found[path.name] = "\n\n".join(cell.source for cell in cells(path, "markdown"))
    hidden = (r"```.*?```|^    [^\n]*$|`[^`]*`|https?://\S+|\]\([^)]*\)|^\d+\. |§\d+"
              r"|(?:p\.|bullets?|pages?|paragraph) \d+((?: to| and) \d+)?|\(p\. \d[^)]*\)")
    return {name: re.sub(hidden, " ", text, flags=re.S | re.M) for name, text in found.items()}


def test_every_number_in_markdown_is_in_the_list() -> None:
    facts = known()
    assert [(name, number) for name, text in prose().items() for number in NUMBER.findall(text)
            if number.rstrip(".,") not in facts] == []


@pytest.mark.parametrize("text", ["made in 2022 or 1997", "It rose by 12 per cent", "in 3.12"])
def test_another_number_is_seen(text: str) -> None:
    assert [n for n in NUMBER.findall(text) if n not in known()]


def dead(text: str, folder: Path) -> list[str]:
    """Links to files, targets of make, and names of the helpers that are not there."""
    targets = re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"))
    found = [link for link in re.findall(r"\]\(([^)#:]+)\)", text) if not (folder / link).exists()]
    found += [name for name in re.findall(r"(?m)(?:`|^ {4}|- run: )make ([a-z-]+)", text)
              if name not in targets]
    for name in re.findall(r"`(helpers(?:\.\w+)+)`", text):
        try:
            pkgutil.resolve_name(name)
        except (AttributeError, ImportError):
            found.append(name)
    return found


@pytest.mark.parametrize("path", [each for pattern in (
    "*.md", "docs/*.md", "data/*.md", ".github/workflows/*.yml") for each in ROOT.glob(pattern)],
    ids=lambda path: path.name)
def test_every_link_command_and_name_is_alive(path: Path) -> None:
    assert dead(path.read_text(encoding="utf-8"), path.parent) == []


def test_a_dead_link_and_a_command_and_a_name_that_are_gone_are_seen() -> None:
    text = ("[a](docs/none.md) [b](docs) `make report` and `make pdf`\n    make dist\n"
            "`helpers.official` and `helpers.analysis.series.snapshot`")
    assert dead(text, ROOT) == ["docs/none.md", "pdf", "dist", "helpers.official"]
