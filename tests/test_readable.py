"""Notebooks and pages that read well: short cells, short sentences, a front page of a few words."""

import re
from pathlib import Path
from statistics import mean, median

import pytest

from conftest import NOTEBOOKS, ROOT, cells, each_notebook, shown
from helpers.pages import markdown

# A link to a place in a source is no part of its sentence.
CITED = re.compile(r"\(?\[(?:[^\]\\]|\\.)*\]\(\.\./reports/sources\.html#[^)]*\)\)?")


def prose(path: Path) -> list[str]:
    """The paragraphs and list items of a notebook, its own and those that its cells say."""
    said = [cell.source for cell in cells(path, "markdown")] + shown(path, "text/markdown")
    blocks = [block for text in said for block in re.split(r"\n\s*\n|\n- |^- ", text)]
    return [block for block in blocks if block.strip() and not block.startswith("#")]


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph, without its citations."""
    bare = re.sub(r"Sources?( of [^:]*)?:[\s;.]*$", "", CITED.sub("", paragraph).strip())
    words = re.sub(r"\s+", " ", markdown.words(bare))
    found = re.split(r"(?<=[.?!])\s+(?=[A-Z“‘0-9])|(?<=[a-z)]):\s+(?=[A-Z])", words)
    return [each for each in found if len(re.findall(r"\w+", each)) > 1]


def length(text: str) -> int:
    """The number of words."""
    return len(re.findall(r"[\w’%-]+", text))


def too_long(paragraphs: list[str]) -> list[str]:
    return [each for paragraph in paragraphs for each in sentences(paragraph) if length(each) > 35]


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").rglob("*.ipynb")),
                         ids=lambda path: path.stem)
def test_cells_are_short(path: Path) -> None:
    code = [cell.source.splitlines() for cell in cells(path, "code")]
    assert max(map(len, code)) <= 20 and median(map(len, code)) <= 8 and len(code) <= 32
    assert [line for lines in code for line in lines if len(line) > 100] == []


@each_notebook
def test_sentences_are_short(path: Path) -> None:
    """None over 35 words, and about 20 on average."""
    assert too_long(prose(path)) == []
    assert mean(length(each) for paragraph in prose(path) for each in sentences(paragraph)) <= 20


def test_a_long_sentence_is_seen() -> None:
    long = "It says " + "so " * 40 + "again."
    assert too_long([f"Short. {long} Short again."]) == [long]
    cited = "A figure. [Ofsted report 2014, p. 11, bullet 14](../reports/sources.html#at-x) Next one."
    assert sentences(cited) == ["A figure.", "Next one."]


def test_the_front_page_is_short() -> None:
    """At most 500 words, the citations not counted."""
    words = sum(length(markdown.words(CITED.sub("", text))) for text in prose(NOTEBOOKS[0]))
    assert 150 < words <= 500


def test_alternative_texts_are_short() -> None:
    told = [words for path in NOTEBOOKS for html in shown(path, "text/html") for words in re.findall(
        r'in words and numbers</summary><p id="words-[0-9-]+">(.*?)</p>', html)]
    assert len(told) > 15
    assert [words for words in told if len(words.split()) > 80] == []
