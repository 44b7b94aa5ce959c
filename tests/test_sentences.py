"""What a refresh would hide: sentences counted again with plain pandas, headings over their columns,
and rules that Markdown states."""

import re
from pathlib import Path

import pandas as pd
import pytest

from conftest import ROOT, cells, shown
from helpers import text
from helpers.analysis import claims, event_study
from helpers.pages import markdown

NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
# What a heading with such words may stand over.
HEADINGS = {r"[Mm]edian$|^Median,": "median|drawn", r"^England": "england|start_country|end_country",
            r"^Better direction|, better$": "improved|expected_improved",
            r"^Other direction|, other$": "worsened|expected_worsened"}


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(ROOT / f"data/processed/{name}.csv", keep_default_na=False, dtype=str)


def words_of(name: str) -> str:
    """All that a notebook's committed outputs say."""
    said = shown(ROOT / f"notebooks/{name}.ipynb", "text/markdown")
    return " ".join(markdown.words(" ".join(said)).split())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_heading_stands_over_the_column_that_it_names(path: Path) -> None:
    source = " ".join(cell.source for cell in cells(path, "code"))
    for column, heading in re.findall(r'"(\w+)": f?"([^"]*)"', re.sub(r'"\s*\n\s*"', "", source)):
        for words, allowed in HEADINGS.items():
            if re.search(words, heading):
                assert re.fullmatch(allowed, column), f"{column}: {heading}"


def test_the_grades_of_the_fall_and_of_england_are_counted_again() -> None:
    fall = table("judgements").query("inspection_id == '2023-ilacs' and area != 'overall'")
    inadequate = (fall["grade"] == "inadequate").sum()
    assert f"Of the areas alone it is {text.words(inadequate)} of {text.words(len(fall))}." in (
        words_of("02_grades"))
    rows = table("authority_inspections").sort_values("published")
    after = rows.groupby("area_code")["overall_grade"].shift(-1)
    poor = rows["framework"].eq("ILACS") & rows["overall_grade"].eq("requires improvement")
    there = rows["abolished"] == ""
    newest = rows[there].groupby("area_code").last()["overall_grade"]
    assert (f"{(newest == 'inadequate').sum()} of {len(newest)} authorities were inadequate overall. "
            f"Another {(newest == '').sum()},") in words_of("06_england")
    again = after[poor].dropna()
    assert (f"{(again != '').sum()} services rated requires improvement were graded overall again. "
            f"{text.words((again == 'inadequate').sum()).capitalize()},") in words_of("00_summary")
    assert (f"{text.words((again == '').sum()).capitalize()} more were inspected without an overall "
            f"grade; {(after[poor & there].isna()).sum()} still wait.") in words_of("00_summary")


def test_grades_that_lasted_longer_than_liverpool_s_are_counted_again() -> None:
    rows = table("authority_inspections").sort_values("published")
    to = table("events").set_index("event_id")["date"]["england-reaches"]
    end = rows.groupby("area_code")["published"].shift(-1)
    end = end.fillna(rows["abolished"].replace("", to)).map(pd.Timestamp)
    days = (end - rows["published"].map(pd.Timestamp)).dt.days[
        rows["framework"].eq("ILACS") & rows["overall_grade"].eq("inadequate")]
    own = days[rows["area_code"] == "E08000012"].item()
    assert (f"Of the {len(days) - 1} other grades under ILACS, {(days > own).sum()} have lasted longer;"
            ) in words_of("06_england")


def test_tests_met_elsewhere_are_counted_in_their_table() -> None:
    html = " ".join(shown(ROOT / "notebooks/05_claims.ipynb", "text/html"))
    shares = [int(share) for share in re.findall(r'"Elsewhere">(\d+)%<', html)]
    most, few = sum(share >= 90 for share in shares), sum(share < 50 for share in shares)
    assert (f"{text.words(most).capitalize()} of the {len(shares)} tests would be met in at least nine "
            f"of ten authorities, so they say little; {few} would be met in fewer than half."
            ) in words_of("05_claims")


def stated(name: str) -> str:
    """A file's words, of a notebook its Markdown's, on one line."""
    path = ROOT / name
    parts = ([cell.source for cell in cells(path, "markdown")] if path.suffix == ".ipynb"
             else [path.read_text(encoding="utf-8")])
    return " ".join(" ".join(parts).split())


def test_rules_in_markdown_are_those_of_the_code() -> None:
    small = claims.verdicts([2.5, -2.5], "%", "rise", 20.0, True)
    assert list(small) == ["partly supports", "no clear change"]
    assert "the rule leans to the speaker" in stated("docs/methods.md")
    assert claims.MINIMUM == {"%": 2.0, "points": 1.0}
    assert "The minimum is two per cent, or one point." in stated("docs/methods.md")
    assert (f"its own year 0 at most {text.words(event_study.APART)} years before or after"
            ) in stated("notebooks/06_england.ipynb")
    articles = table("sources").query("kind == 'article'")["licence"]
    assert articles.str.contains("not redistributed").all()
    assert "The five articles are cited, not redistributed" in stated("README.md")
