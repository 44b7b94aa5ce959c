"""Notebooks and pages that read well: short cells, short sentences, a front page of a few words."""

import json
import re
from pathlib import Path
from statistics import mean, median
from typing import Any

import pytest

from helpers.pages import markdown

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
# A link to a place in a source is no part of its sentence.
CITED = re.compile(r"\(?\[(?:[^\]\\]|\\.)*\]\(\.\./reports/sources\.html#[^)]*\)\)?")


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == kind]


def prose(path: Path) -> list[str]:
    """The paragraphs and list items of a notebook, its own and those that its cells say."""
    every = json.loads(path.read_text(encoding="utf-8"))["cells"]
    said = ["".join(cell["source"]) for cell in every if cell["cell_type"] == "markdown"]
    said += ["".join(output["data"]["text/markdown"]) for cell in every
             for output in cell.get("outputs", []) if "text/markdown" in output.get("data", {})]
    blocks = [block for text in said for block in re.split(r"\n\s*\n|\n- |^- ", text)]
    return [block for block in blocks if block.strip() and not block.startswith("#")]


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph, without its citations."""
    bare = re.sub(r"Sources?:[\s;.]*$", "", CITED.sub("", paragraph).strip())
    words = re.sub(r"\s+", " ", markdown.words(bare))
    found = re.split(r"(?<=[.?!])\s+(?=[A-Z“‘0-9])|(?<=[a-z)]):\s+(?=[A-Z])", words)
    return [each for each in found if len(re.findall(r"\w+", each)) > 1]


def too_long(paragraphs: list[str], most: int = 35) -> list[str]:
    return [each for paragraph in paragraphs for each in sentences(paragraph)
            if len(re.findall(r"[\w’%-]+", each)) > most]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_are_short(path: Path) -> None:
    code = ["".join(cell["source"]).splitlines() for cell in cells(path, "code")]
    assert max(map(len, code)) <= 20
    assert median(map(len, code)) <= 8
    assert [line for lines in code for line in lines if len(line) > 100] == []
    assert len(code) <= 32


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_sentences_are_short(path: Path) -> None:
    """None over 35 words, and about 20 on average."""
    every = [each for paragraph in prose(path) for each in sentences(paragraph)]
    assert too_long(prose(path)) == []
    assert mean(len(re.findall(r"[\w’%-]+", each)) for each in every) <= 20


def test_a_long_sentence_is_seen() -> None:
    long = "It says " + "so " * 40 + "again."
    assert too_long([f"Short. {long} Short again."]) == [long]
    cited = "A figure. [Ofsted report 2014, p. 11, bullet 14](../reports/sources.html#at-x) Next one."
    assert sentences(cited) == ["A figure.", "Next one."]


def test_the_front_page_is_short() -> None:
    """At most 500 words, the citations not counted."""
    words = sum(len(re.findall(r"[\w’%-]+", markdown.words(CITED.sub("", text))))
                for text in prose(NOTEBOOKS[0]))
    assert 150 < words <= 500


def test_alternative_texts_are_short() -> None:
    """As short as the ends of six panels' lines can be told."""
    told = [words for path in NOTEBOOKS for cell in cells(path, "code") for output in cell["outputs"]
            for words in re.findall(r'in words and numbers</summary><p id="words-[0-9-]+">(.*?)</p>',
                                    "".join(output.get("data", {}).get("text/html", "")))]
    assert len(told) > 15
    assert [words for words in told if len(words.split()) > 105] == []
