"""The next inspection costs rows: an invented report of 2029 in a copy of the study.

Only data rows are added, and one line of ground truth; then the run is made, the tests of the data
pass, and every page says what the tables say.
"""

import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from helpers.tables import files

pytestmark = pytest.mark.slow

WHO = "Ofsted report"
ROWS = {
    "sources": {"source_id": "ilacs-2029", "short_name": "Ofsted report 2029", "title": "Invented",
                "publisher": "Ofsted", "published": "2029-03-05",
                "published_basis": "printed, 5 March 2029; high", "kind": "report",
                "family": "Ofsted", "licence": "Open Government Licence v3.0",
                "file": "invented_2029-03-05.txt", "sha256": "0" * 64, "about": "2029-ilacs"},
    "inspections": {"inspection_id": "2029-ilacs", "framework": "ILACS", "kind": "full inspection",
                    "started": "2029-01-15", "ended": "2029-01-26", "published": "2029-03-05",
                    "graded": "yes", "overall_given": "no", "focus": "every area",
                    "outcome": "invented", "outcome_voice": WHO, "outcome_source_id": "ilacs-2029",
                    "how_sure": "invented", "source_id": "ilacs-2029", "locator": "p. 1",
                    "dates_as_printed": "15 to 26 January 2029",
                    "published_as_printed": "5 March 2029"},
    "lists": {"source_id": "ilacs-2029", "year": "2029", "what": "what needs to improve",
              "places": r"p\. 2, bullet \d+", "scope": "every service"},
    "findings": {"finding_id": "f-29-p2b1", "inspection_id": "2029-ilacs", "voice": WHO,
                 "summary": "Bedtimes to be kept", "key_words": "bedtimes", "source_id":
                 "ilacs-2029", "locator": "p. 2, bullet 1"},
    "coding_first": {"finding_id": "f-29-p2b1", "theme": "care leavers", "direction": "weakness"},
    "coding_second": {"finding_id": "f-29-p2b1", "theme": "care leavers", "direction": "weakness"},
}
GRADES = {"leadership": ("Outstanding", "The impact of leaders"),
          "help-and-protection": ("Good", "Help and protection"),
          "children-in-care": ("Inadequate", "Children in care"),
          "care-leavers": ("Good", "Care leavers")}
TRUTH = ('    "2029-ilacs": {"leadership": "outstanding", "help-and-protection": GOOD,\n'
         '                   "children-in-care": INADEQUATE, "care-leavers": GOOD},\n')


def add(path: Path, *rows: dict[str, str]) -> None:
    """Add rows at the end of a table."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    path.write_text(files.as_csv(pd.concat([table, pd.DataFrame(rows)])), encoding="utf-8")


@pytest.fixture(scope="module")
def copy(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study with the invented report, its pages made."""
    folder = tmp_path_factory.mktemp("next") / "study"
    shutil.copytree(root, folder, ignore=shutil.ignore_patterns(
        ".git", ".venv*", ".run", "reports", "__pycache__", ".*_cache"))
    raw = folder / "data/raw"
    for name, row in ROWS.items():
        add(raw / f"{name}.csv", row)
    add(raw / "judgements.csv", *(
        {"printing_id": f"2029-{area}@ilacs-2029", "judgement_id": f"2029-{area}",
         "inspection_id": "2029-ilacs", "grade_as_printed": grade, "area": area,
         "area_as_printed": printed, "source_id": "ilacs-2029", "locator": "p. 1"}
        for area, (grade, printed) in GRADES.items()))
    add(raw / "paragraphs.csv",
        {"source_id": "ilacs-2029", "locator": "p. 1", "opens": "Invented report", "fate": "rows",
         "row_ids": ";".join(["2029-ilacs", *(f"2029-{area}@ilacs-2029" for area in GRADES)])},
        {"source_id": "ilacs-2029", "locator": "p. 2, bullet 1", "opens": "Bedtimes",
         "fate": "rows", "row_ids": "f-29-p2b1"})
    events = (raw / "events.csv").read_text(encoding="utf-8")
    moved = re.sub(r"(?m)^record-reaches,[0-9-]+,(.*),[^,]+$",
                   r"record-reaches,2029-04-01,\1,1 April 2029", events)
    assert moved != events
    (raw / "events.csv").write_text(moved, encoding="utf-8")
    truth = folder / "tests/test_data.py"
    text = truth.read_text(encoding="utf-8")
    at = text.index('    "2026-ilacs": {')
    truth.write_text(text[:at] + TRUTH + text[at:], encoding="utf-8")
    run = subprocess.run([sys.executable, "-m", "helpers", "refresh"], cwd=folder, text=True,
                         capture_output=True, check=False, env=environment(folder))
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


def environment(folder: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"}
    return {**own, "PYTHONPATH": str(folder / "src")}  # no worker, which would share what others made


def text_of(page: Path) -> str:
    """What a reader of a page reads, its downloads and code left out."""
    text = page.read_text(encoding="utf-8")
    text = re.sub(r'<details class="code">.*?</details>|<style.*?</style>', " ", text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


GRADED = ("graded leadership outstanding. It graded two areas good: help and protection, and care "
          "leavers. It graded children in care inadequate.")


ANSWER = [f"The inspection of January 2029 {GRADED}",
          "Ofsted no longer gives councils an overall grade"]
# By page, what it says and what it does not: the fall and what was coded of it stay, and what the
# report of 2026 says is not put to a later one.
SAID: dict[str, tuple[list[str], list[str]]] = {
    "reports/index.html": ([*ANSWER, "In 2026 it called them", "the report of 2026 describes"],
                           ["In 2029 it wrote"]),
    "reports/02_grades.html": ([
        *ANSWER, "No later full inspection is on record up to 1 April 2029.",
        "a dashed upright line marks the report of March 2029, which gives none"], []),
    "reports/04_recovery.html": ([
        "In 2023 Ofsted listed 11 areas for improvement", "read Ofsted’s report of 2026 for each",
        GRADED], ["its report of 2029", "Ofsted’s report of 2029"]),
    "reports/06_england.html": (["On 22 August 2026"], ["2029"]),  # it ends on its own day
    "README.md": ([GRADED], []),
}


@pytest.mark.parametrize("page", SAID)
def test_each_page_tells_the_newest_report(copy: Path, page: str) -> None:
    text, html_text = text_of(copy / page), (copy / page).read_text(encoding="utf-8")
    if "england" in page:
        text = text.split("This study follows")[0]
    said, unsaid = SAID[page]
    for words in said:
        assert words in text or words in html_text
    for words in unsaid:
        assert words not in text


def test_the_tests_of_the_data_pass_there(copy: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_data.py",
         "tests/test_recovery.py", "tests/test_worlds.py"], cwd=copy, text=True,
        capture_output=True, check=False, env=environment(copy))
    assert run.returncode == 0, run.stdout[-3000:]
