"""The charts of grades, on made-up tables: nothing in them knows a place."""

import pandas as pd
import pytest

from helpers import record, text
from helpers.charts import grades as grade_charts
from helpers.charts import style

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
AREAS = pd.DataFrame([("overall", "SIF", "Overall"), ("overall", "ILACS", "Overall"),
                      ("leadership", "ILACS", "Leadership"), ("safeguarding", "SLAC", "Safety")],
                     columns=["area", "framework", "short_name"])
OLDER = JUDGEMENTS[JUDGEMENTS["scale"] == "before 2013"].assign(published="2010-02-01")


def test_history_holds_overall_grades_since_2013_in_order() -> None:
    history = record.overall_grades(JUDGEMENTS, INSPECTIONS)
    assert history["judgement_id"].tolist() == ["j1", "j2"]


def test_the_line_joins_overall_grades_only_and_ends_at_the_last() -> None:
    history = record.overall_grades(JUDGEMENTS, INSPECTIONS)
    figure = grade_charts.draw_history(history, INSPECTIONS, OLDER, "2022-01-01", "nothing newer")
    line, open_end = figure.axes[0].lines[:2]
    assert list(line.get_ydata()) == [3, 1]
    assert open_end.get_linestyle() == ":"
    assert set(open_end.get_ydata()) == {1}
    ends = list(figure.axes[0].lines[2].get_xdata())
    assert ends[0] == pytest.approx(style.day_of("2022-01-01"))


def test_visits_stand_on_strips_without_a_grade() -> None:
    history = record.overall_grades(JUDGEMENTS, INSPECTIONS)
    figure = grade_charts.draw_history(history, INSPECTIONS, OLDER, "2022-01-01", "nothing newer")
    top, strips = figure.axes
    assert len([mark for mark in strips.lines if mark.get_marker() == "|"]) == 2
    assert any("2, dates" in text.get_text() for text in strips.texts)
    assert len([mark for mark in top.lines if mark.get_marker() in ("s", "o")]) == 2


def test_tiles_show_every_grade_and_refuse_an_unknown_area() -> None:
    figure = grade_charts.draw_tiles(JUDGEMENTS, AREAS)
    assert len(figure.axes[0].patches) == len(JUDGEMENTS)
    assert "2013" not in grade_charts.describe_tiles(JUDGEMENTS, AREAS)
    with pytest.raises(KeyError):
        grade_charts.draw_tiles(JUDGEMENTS.assign(area="parks"), AREAS)


@pytest.mark.parametrize(("number", "words"), [(0, "none"), (1, "one"), (10, "ten"), (11, "11")])
def test_words(number: int, words: str) -> None:
    assert text.words(number) == words
