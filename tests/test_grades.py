"""The charts of grades, on made-up tables: nothing in them knows a place."""

import re
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from conftest import shown
from helpers import record, text
from helpers.analysis import grades
from helpers.charts import grades as grade_charts
from helpers.charts import style
from helpers.pages import frame
from helpers.tables import files, parse

INSPECTIONS = pd.DataFrame(
    [("i1", "full inspection", "2013-05-01", "2013-06-01", "yes"),
     ("i2", "full inspection", "2019-05-01", "2019-06-01", "yes"),
     ("v1", "focused visit", "2020-02", "", "no"),
     ("v2", "monitoring visit", "2014-01/2016-01", "", "no"),
     ("v3", "monitoring visit", "2014-01/2016-01", "", "no"),
     ("v4", "monitoring visit", "2021-03-04", "", "no"),
     ("i0", "full inspection", "2010-01", "2010-02-01", "yes")],
    columns=["inspection_id", "kind", "started", "published", "graded"])
JUDGEMENTS = pd.DataFrame(
    [("j1", "i1", "SIF", "overall", "good", 3, "since 2013"),
     ("j2", "i2", "ILACS", "overall", "inadequate", 1, "since 2013"),
     ("j3", "i2", "ILACS", "leadership", "good", 3, "since 2013"),
     ("j0", "i0", "SLAC", "safeguarding", "good", 3, "before 2013")],
    columns=["judgement_id", "inspection_id", "framework", "area", "grade", "grade_rank", "scale"]
).assign(source_id="s", locator="1")
INSPECTIONS["ended"] = ""
AREAS = pd.DataFrame(
    [("overall", "SIF", "Overall", "", "nothing before"),
     ("overall", "ILACS", "Overall", "overall", "yes"),
     ("parks", "SIF", "Parks", "", "nothing before"),
     ("trees", "SIF", "Trees", "", "nothing before"),
     ("parks-and-trees", "ILACS", "Parks and trees", "parks;trees", "in part"),
     ("parks", "ILACS", "Parks", "parks-and-trees", "in part"),
     ("board", "SIF", "Board", "", "nothing before"),
     ("leadership", "SIF", "Leadership", "", "nothing before"),
     ("leadership", "ILACS", "Leadership", "leadership", "in part"),
     ("safeguarding", "SLAC", "Safety", "", "nothing before")],
    columns=["area", "framework", "short_name", "continues", "comparable"])
OLDER = JUDGEMENTS[JUDGEMENTS["scale"] == "before 2013"].assign(published="2010-02-01")
HISTORY = record.overall_grades(JUDGEMENTS, INSPECTIONS)


def test_the_line_joins_overall_grades_only_and_visits_and_older_grades_are_apart() -> None:
    top, strips = grade_charts.draw_history(HISTORY, INSPECTIONS, OLDER, "2022-01-01").axes
    line, open_end, end = top.lines[:3]
    assert list(line.get_ydata()) == [3, 1]  # in order, and up to the last
    assert open_end.get_linestyle() == ":" and set(open_end.get_ydata()) == {1}
    assert end.get_xdata()[0] == pytest.approx(style.day_of("2022-01-01"))
    assert len([mark for mark in strips.lines if mark.get_marker() == "|"]) == 2
    assert {mark.get_xdata()[0] for mark in strips.lines if mark.get_marker() in ("|", "D")} == {
        style.day_of(day) for day in ("2020-02", "2021-03-04", "2010-02-01")}
    assert any("2, dates" in text.get_text() for text in strips.texts)
    assert any("2010: one grade, good" in text.get_text() for text in strips.texts)
    assert len([mark for mark in top.lines if mark.get_marker() in ("s", "o")]) == 2


def test_without_visits_and_older_grades_there_are_no_strips() -> None:
    graded = INSPECTIONS[INSPECTIONS["graded"] == "yes"]
    figure = grade_charts.draw_history(HISTORY, graded, OLDER.iloc[:0], "2022-01-01")
    assert len(figure.axes) == 1


@pytest.fixture
def grid() -> pd.DataFrame:
    """Four inspections: three areas, two of them merged, split again with one left out, no overall."""
    given = {"i1": ("SIF", {"overall": "good", "leadership": "good", "parks": "outstanding",
                            "trees": "inadequate", "board": "good"}),
             "i2": ("ILACS", {"overall": "inadequate", "leadership": "good",
                              "parks-and-trees": "requires improvement"}),
             "i3": ("ILACS", {"leadership": "inadequate", "parks": "good"})}
    judged = pd.DataFrame([(f"{name}-{area}", name, framework, area, grade)
                           for name, (framework, areas) in given.items()
                           for area, grade in areas.items()],
                          columns=["judgement_id", "inspection_id", "framework", "area", "grade"])
    inspections = [pd.Series({"inspection_id": name, "framework": given[name][0],
                              "published": day, "overall_given": overall})
                   for name, day, overall in (("i1", "2013-06-01", "yes"), ("i2", "2019-06-01", "yes"),
                                              ("i3", "2026-06-01", "no"))]
    return grades.moves(judged, AREAS, inspections)


def test_areas_that_merge_split_or_end_are_followed(grid: pd.DataFrame) -> None:
    assert grid[["area", "2013", "2019", "2026", "comparable"]].to_numpy().tolist() == [
        ["Overall", "good", "inadequate", "no longer given", "yes"],
        ["Leadership", "good", "good", "inadequate", "in part"],
        ["Parks", "outstanding", "requires improvement", "good", "in part"],
        ["Trees", "inadequate", "requires improvement", "not graded", "no"],
        ["Board", "good", "not graded", "not graded", "no"]]
    assert grid["judgement_id"].tolist() == [
        "i2-overall", "i3-leadership", "i3-parks", "i2-parks-and-trees", "i1-board"]
    assert grid["judgement_2019"].tolist() == [
        "i2-overall", "i2-leadership", "i2-parks-and-trees", "i2-parks-and-trees", ""]


@pytest.mark.parametrize("wide", [True, False])
def test_the_grid_writes_the_words_of_its_table(grid: pd.DataFrame, wide: bool) -> None:
    """A shared grade once, without a gap in its tile, and in empty, dashed tiles why."""
    with style.width(wide):
        axes = grade_charts.draw_grid(grid).axes[0]
    words = [" ".join(text.get_text().lower().split()) for text in axes.texts]
    table = grid[["2013", "2019", "2026"]].to_numpy().ravel().tolist()
    table.remove("requires improvement")
    assert sorted(word.removesuffix(" (one grade)") for word in words) == sorted(table)
    assert "requires improvement (one grade)" in words
    dashed = [patch.get_xy() for patch in axes.patches]
    assert [(int(x), int(y)) for x, y in dashed] == [(1, 3), (2, 2), (2, 3), (2, 4)]
    gaps = {(x, y) for lines in axes.collections[1:] for (x, y), _ in lines.get_segments()}
    assert {(0, 2), (2, 1)} <= gaps and (1, 2) not in gaps
    assert axes.collections[0].get_linewidth()[0] > 0  # no seam between the cells of one tile
    assert grade_charts.describe_grid(grid) == (
        "A grid of grades. 2013: good for overall, leadership, board; outstanding for parks; "
        "inadequate for trees. 2019: inadequate for overall; good for leadership; requires "
        "improvement for parks and trees; board not graded. 2026: inadequate for leadership; good for "
        "parks; trees, board not graded; overall no longer given.")


# Lines of the articles with a grade's word that print no grade of an inspection as a printing.
NO_PRINTING = {("a001", "3"): "how many areas; in figures.csv", ("a003", "5"): "a caption",
               ("a004", "13"): "what is hoped for"}


def test_every_grade_that_an_article_prints_is_a_row_or_said_not_to_be(root: Path,
                                                                       source_texts: Path) -> None:
    printings, sources = (files.read_table(name, root) for name in ("printings", "sources"))
    known = set(zip(printings["source_id"], printings["locator"], strict=True))
    found = set()
    for row in sources[sources["kind"] == "article"].itertuples():
        text = (source_texts / "seeds" / row.file).read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line.strip()]
        found |= {(row.source_id, str(n)) for n, line in enumerate(lines, 1)
                  if re.search(r"inadequate|requir(es|ing) improvement|\boutstanding", line)}
    assert found - known == set(NO_PRINTING)


def test_the_pace_of_the_visits_is_cited_where_the_report_judges_it(root: Path) -> None:
    said = "\n".join(shown(root / "notebooks/02_grades.ipynb", "text/markdown"))
    line = next(line for line in said.splitlines() if "pace was insufficient" in line)
    assert "[Ofsted report 2018, §35]" in line


@pytest.mark.parametrize("name", ["00_summary", "01_clean", "02_grades"])
def test_a_day_that_only_a_listing_gives_is_said_to_be_its_day(root: Path, name: str) -> None:
    sources = files.read_table("sources", root)
    listed = sources[sources["published_basis"].str.contains("not printed in the report")]
    assert not listed.empty
    path = root / f"notebooks/{name}.ipynb"
    words = "\n".join(shown(path, "text/markdown") + shown(path, "text/html"))
    for day in listed["published"].map(text.spoken_date):
        for found in re.finditer(re.escape(day), words):
            assert "listing" in words[max(0, found.start() - 80):found.end() + 80], day


def test_the_grid_draws_each_grade_in_its_colour(grid: pd.DataFrame) -> None:
    tiles = grade_charts.draw_grid(grid).axes[0].collections[0]
    assert {grade: to_hex(tiles.to_rgba(rank)) for rank, grade in enumerate(parse.GRADES, start=1)} == (
        style.GRADE_FILL)


def test_each_grade_has_its_colour_in_charts_and_on_pages() -> None:
    """Purple, orange, light green and blue, whatever draws them."""
    assert style.GRADE_FILL == {"inadequate": "#801650", "requires improvement": "#f2a06b",
                                "good": "#a6dcd6", "outstanding": "#12436d"}
    for rank, grade in enumerate(parse.GRADES, start=1):
        assert f".g{rank},.g{rank}w{{background:{style.GRADE_FILL[grade]};" in frame.STYLE
