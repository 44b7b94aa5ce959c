"""Locators, and the check of rows against the sources."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from helpers import evidence
from helpers.tables import files

ARTICLE = "Title of it\n\nThere were 1,000 children.\n\n  READ MORE: other news  \n"
REPORT = "\f".join([
    "Title\n1. A judgement   Good\nText of page one.\n                          1\n",
    "Findings\n\n1.  The first finding has\n    two lines.\n2.  The second goes on\n"
    "Running title 2014\n                          2\n",
    "    over the page.\n\nA heading\n\nLoose text.\n\uf06e A bullet of\n  two lines\n"
    "      \uf02d a sub-bullet with 48%\nRunning title 2014\n                          3\n",
    "3.  The third.\nRunning title 2014\n                          4\n"])


def test_locations() -> None:
    assert evidence.locations("Words\n  1\n\fOthers\n  2\n") == {"p. 1": "Words", "p. 2": "Others"}
    assert evidence.locations(ARTICLE) == {"1": "Title of it", "2": "There were 1,000 children.",
                                            "3": "READ MORE: other news"}
    found = evidence.locations(REPORT)
    page = found["p. 3"]
    assert "Loose text." in page and "Running title" not in page
    assert {place: words for place, words in found.items() if "§" in place or "bullet" in place} == {
        "§1": "The first finding has two lines.", "§2": "The second goes on over the page.",
        "§3": "The third.", "p. 3, bullet 1": "A bullet of two lines",
        "p. 3, bullet 2": "a sub-bullet with 48%"}


@pytest.mark.parametrize(("printed", "holds"), [
    ("1,000", True), ("1,00", False), ("000", False), ("1,000 children", True), ("1000", False),
    ("Were … children", True), ("hildren", False), ("there were 1,001", False),
    ("'Serious weaknesses' - and", True)])
def test_holds_whole_words_and_numbers(printed: str, holds: bool) -> None:
    there = "There were 1,000 children. ‘serious weaknesses’ – and"
    assert evidence._holds(there, printed) is holds


def write(project: Path, table: str, rows: pd.DataFrame) -> None:
    (project / f"data/raw/{table}.csv").write_text(files.as_csv(rows), encoding="utf-8")


def test_the_real_sources_hold_every_row(root: Path, source_texts: Path) -> None:
    failures, remarks, checked = evidence.check_sources(source_texts, root)
    assert failures == remarks == [] and checked > 700


CHANGES = [
    ("figures", "n-cpp-2014", "as_printed", "432"),
    ("figures", "n-cpp-a002", "locator", "20"),
    ("figures", "n-plan-a004", "locator", "6"),
    ("judgements", "2023-care-leavers@a001", "grade_as_printed", "good"),
    ("findings", "f-sif-10", "locator", "§999"),
    ("figures", "n-cin-2014", "date_as_printed", "22 May 2014"),
    ("judgements", "2026-leadership@ilacs-2026", "grade_as_printed", "Requires improvement to be good"),
    ("claims", "c-sif-136", "locator", "§137"),
    ("events", "e-hub-2017", "as_printed", "October … 2017"),
    ("inspections", "2023-ilacs", "dates_as_printed", "13 to 25 March 2023"),
    ("corrections", "k-01", "printed", "11 strong team"),
    ("corrections", "k-02", "evidence_words", "seven recommendations"),
    ("board", "b-02-2023-12", "key_words", "slowly recognised"),
]


def test_every_changed_row_fails_and_is_named(project: Path, source_texts: Path) -> None:
    named = {"data/raw/paragraphs.csv lacks a003 line 23"}
    rows = files.read_raw("paragraphs", project)
    write(project, "paragraphs", rows[(rows["source_id"] != "a003") | (rows["locator"] != "23")])
    for table, row, column, new in CHANGES:
        rows = files.read_raw(table, project)
        at = rows.index[rows.iloc[:, 0] == row][0]
        rows.loc[at, column] = new
        write(project, table, rows)
        named.add(f"data/raw/{table}.csv, row {at} ({row})")
    failures = evidence.check_sources(source_texts, project)[0]
    assert {failure.split(":")[0] for failure in failures} == named


def test_another_copy_is_remarked_and_checked_all_the_same(project: Path, source_texts: Path,
                                                           tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    shutil.copytree(source_texts, folder)
    article = folder / "seeds" / "002_2f51c328f5be4d8e.txt"
    article.chmod(0o644)
    article.write_text(article.read_text(encoding="utf-8").replace("431", "430"), encoding="utf-8")
    failures, remarks, _ = evidence.check_sources(folder, project)
    assert any("a002" in remark and "another copy" in remark for remark in remarks)
    assert any("n-cpp-a002" in failure for failure in failures)


def test_a_folder_without_sources_is_an_error(root: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="none of the files"):
        evidence.check_sources(tmp_path, root)
