"""Five worlds of the made-up town: every sentence that speaks of the record is right in each.

As now; a newer inspection with an overall grade; a newer one without; a visit after that; an
authority that ended.
"""

from typing import Any

import pandas as pd
import pytest

import saltmere
from conftest import words_of
from helpers import record
from helpers.charts import grades as grade_charts
from helpers.charts import style
from helpers.pages import answers

Tables = dict[str, pd.DataFrame]

# Rows that each world adds to the town's tables: inspections, grades, events.
NEWER = ("2025-ilacs", "ILACS", "full inspection", "2025-10-06", "2025-10-17", "2025-11-20", "yes")
UNGRADED = ("2026-ilacs", "ILACS", "full inspection", "2026-04-13", "2026-04-24", "2026-05-20", "yes")
VISIT = ("2026-05-fv", "ILACS", "focused visit", "2026-05-27", "", "", "no")
GOOD, POOR = ("good", 3), ("requires improvement", 2)
AREAS = {"leadership": GOOD, "help-and-protection": GOOD, "children-in-care": GOOD, "care-leavers": POOR}
WORLDS: dict[str, dict[str, Any]] = {
    "as now": {},
    "newer with an overall grade": {
        "inspections": [(*NEWER, "yes")], "grades": {"2025-ilacs": {"overall": POOR, **AREAS}}},
    "newer without one": {
        "inspections": [(*UNGRADED, "no")], "grades": {"2026-ilacs": AREAS}},
    "a visit after that": {
        "inspections": [(*UNGRADED, "no"), (*VISIT, "not applicable")],
        "grades": {"2026-ilacs": AREAS}},
    "an authority that ended": {"events": {"authority-ended": "2025-04-01"}},
}


def world(tidy: Tables, name: str) -> tuple[record.Record, Tables]:
    """The town's record and tables in a world."""
    added, tables = WORLDS[name], dict(tidy)
    columns = ["inspection_id", "framework", "kind", "started", "ended", "published", "graded",
               "overall_given"]
    rows = pd.DataFrame(added.get("inspections", []), columns=columns)
    tables["inspections"] = pd.concat([tidy["inspections"], rows.assign(
        outcome_voice="not known")], ignore_index=True).fillna("")
    grades_given = [
        {"judgement_id": f"{inspection[:4]}-{area}", "inspection_id": inspection,
         "framework": "ILACS", "grade": grade, "grade_rank": rank, "area": area,
         "area_as_printed": area, "scale": "since 2013", "source_id": "gov-2025", "locator": "x"}
        for inspection, areas in added.get("grades", {}).items()
        for area, (grade, rank) in areas.items()]
    tables["judgements"] = pd.concat([tidy["judgements"], pd.DataFrame(grades_given)], ignore_index=True)
    events = pd.DataFrame([{"event_id": event, "date": date}
                           for event, date in added.get("events", {}).items()])
    tables["events"] = pd.concat([tidy["events"], events], ignore_index=True)
    study = {"authority": saltmere.CODE, "fall": {"before": "2015-sif", "after": "2022-ilacs"}}
    return record.of(study, *(tables[name] for name in (
        "inspections", "judgements", "areas", "events", "official_areas"))), tables


MOVE = "Ofsted judged Saltmere’s children’s services to be good in 2015, and to be inadequate in 2022."
NOTHING = "No later full inspection is on record up to 31 May 2026."
GRADED = ("graded three areas good: leadership, help and protection, and children in care. It "
          "graded care leavers requires improvement.")
LOW = ("The inspection of June 2022 graded care and care leavers requires improvement. It graded "
       "two areas inadequate: help and protection, and leadership. Two monitoring visits since gave "
       "no grade.")
WITHOUT = f"The inspection of April 2026 {GRADED} Ofsted no longer gives councils an overall grade."


def by_world(now: Any, newer: Any, without: Any, visit: Any = None, ended: Any = None) -> dict[str, Any]:
    """What is expected in each world; after a visit as without one, of what ended as now."""
    return dict(zip(WORLDS, (now, newer, without, visit or without, ended or now), strict=True))


ANSWERS = by_world(
    f"{MOVE} {LOW} {NOTHING}",
    "Ofsted judged Saltmere’s children’s services to be good in 2015, to be inadequate in 2022, and to "
    f"require improvement in 2025. The inspection of October 2025 {GRADED} {NOTHING}",
    f"{MOVE} {WITHOUT} {NOTHING}",
    visit=f"{MOVE} {WITHOUT} One focused visit since gave no grade. {NOTHING}",
    ended=f"{MOVE} {LOW} Saltmere’s children’s services ended with their authority on 1 April 2025.")
FINDINGS = by_world(
    "Ofsted judged Saltmere’s children’s services inadequate in 2022",
    "Ofsted judged Saltmere’s children’s services to require improvement in 2025",
    "Ofsted graded three of four areas of Saltmere’s children’s services good in 2026, up from none in "
    "2022")
HIGHER = "Both areas were graded higher than in 2022."
DIRECTIONS = by_world("", HIGHER, HIGHER)
LASTED = by_world(
    "inadequate, was published on 29 July 2022. It was 3.8 years old on 31 May 2026, the day this "
    "record reaches.",
    "requires improvement, was published on 20 November 2025. It was 0.5 years old on 31 May 2026, the "
    "day this record reaches.",
    "inadequate, was published on 29 July 2022. The next full inspection’s report "
    "came about four years later and gave none.",
    ended="inadequate, was published on 29 July 2022. It was the newest for 2.7 years, until the "
    "authority ended.")
HEADLINES = by_world(
    ("Good in 2015, inadequate in 2022",
     "In 2022 two of three areas graded inadequate; care and care leavers requires improvement"),
    ("Good in 2015, inadequate in 2022, requires improvement in 2025",
     "In 2025 three of four areas graded good; care leavers requires improvement"),
    ("Good in 2015, inadequate in 2022; no overall grade in 2026",
     "In 2026 three of four areas graded good; care leavers requires improvement"))
LETTERS = "What Ofsted’s letters on the two monitoring visits{} since 2022 say. We have not read them."
AFTER = "Anything after 31 May 2026."
WHOLE = "One grade for the services as a whole: Ofsted now gives none, and this study makes none up."
BETTER = ("Whether the services are better or worse now than {}, the grade of {}. Visits are not "
          "graded.")
UNKNOWN = by_world(
    [BETTER.format("inadequate", "29 July 2022"), LETTERS.format(""), AFTER],
    [BETTER.format("requires improvement", "20 November 2025"), LETTERS.format(""), AFTER],
    [WHOLE, LETTERS.format(""), AFTER],
    visit=[WHOLE, LETTERS.format(" and one focused visit"), AFTER],
    ended=["How the services that followed were judged. They are other authorities’.",
           LETTERS.format("")])


@pytest.mark.parametrize("name", WORLDS)
def test_what_is_said_of_the_record_is_right(tidy: Tables, name: str) -> None:
    found, _ = world(tidy, name)
    assert answers.answer(found) == ANSWERS[name]
    assert answers.finding(found) == FINDINGS[name]
    assert answers.direction(found) == DIRECTIONS[name]
    assert answers.lasted(found) == f"The last overall grade, {LASTED[name]}"
    assert (answers.headline(found), answers.areas_headline(found)) == HEADLINES[name]
    assert answers.not_known(found) == UNKNOWN[name]
    # The fall does not move with the newest inspection.
    assert (found.before["inspection_id"], found.after["inspection_id"]) == ("2015-sif", "2022-ilacs")
    assert list(found.visits["inspection_id"]) == ["2023-05-mv", "2023-11-mv"]


def test_a_letter_that_we_have_read_is_not_called_unread(tidy: Tables) -> None:
    found, _ = world(tidy, "as now")
    found.ungraded.loc[found.ungraded.index[0], "outcome_voice"] = "Ofsted report"
    assert answers.not_known(found)[1].startswith("What Ofsted’s letters on the one monitoring visit ")


# What the chart says where its line ends, what its description says, and how many lines it draws.
GOES_ON = ("no newer report to 31 May 2026",
           "goes on, dotted, to 31 May 2026: no newer report is on record", 2)
ENDS = by_world(
    GOES_ON, GOES_ON,
    ("May 2026: areas graded, no overall grade",
     "ends with that grade; a dashed upright line marks the report of May 2026, which gives none", 1),
    ended=("authority ended 1 April 2025", "ends on 1 April 2025, with the authority", 1))


@pytest.mark.parametrize("name", WORLDS)
def test_the_line_of_the_overall_grade_ends_where_the_record_says(tidy: Tables, name: str) -> None:
    found, tables = world(tidy, name)
    older = tables["judgements"].iloc[:0].assign(published="")
    without = found.newest["published"] if found.overall_ended else ""
    shown = (found.overall, tables["inspections"], older, found.reaches, without, found.ended)
    figure = grade_charts.draw_history(*shown)
    remark, told, lines = ENDS[name]
    assert remark in words_of(figure)
    assert f"The line {told}. Apart, below: " in grade_charts.describe_history(*shown)
    drawn = [line for line in figure.axes[0].lines
             if len(line.get_xdata()) > 1 and line.get_color() == style.BLUE]
    assert len(drawn) == lines  # the steps, and the dotted line where it goes on
    steps = drawn[0]
    assert list(steps.get_ydata()) == list(found.overall["grade_rank"])
    assert steps.get_drawstyle() == "steps-post"  # a grade lasts from its day on
    assert max(steps.get_xdata()) == style.day_of(found.overall["published"].iloc[-1])
    upright = [line.get_xdata()[0] for line in figure.axes[0].lines if line.get_linestyle() == "--"]
    assert upright == [style.day_of(day) for day in (without or found.ended,) if day]


def test_the_newest_is_the_one_published_last_not_begun_last(tidy: Tables) -> None:
    """A report may come out late: the day of publication decides."""
    found, tables = world(tidy, "newer without one")
    turned = tables["inspections"].copy()
    turned.loc[turned["inspection_id"] == "2022-ilacs", "published"] = "2026-05-30"
    assert found.newest["inspection_id"] == "2026-ilacs"
    assert record.newest_full(turned)["inspection_id"] == "2022-ilacs"


@pytest.mark.parametrize(("ranks", "said"), [
    ([2, 3], "Both areas were graded higher than in 2022."),
    ([2, 2], "Of two areas, one was graded higher than in 2022."),
    ([2, 1], "Of two areas, one was graded higher and one was graded lower than in 2022."),
    ([1, 1], "Of two areas, one was graded lower than in 2022."),
    ([1, 2], "No area was graded higher or lower than in 2022.")])
def test_the_direction_is_counted(tidy: Tables, ranks: list[int], said: str) -> None:
    found, _ = world(tidy, "newer without one")
    now, then = (pd.DataFrame({"area": ["leadership", "overall"], "grade_rank": grades})
                 for grades in (ranks, [1, 2]))
    assert answers.direction(found._replace(newest_grades=now, fall_grades=then)) == said


@pytest.mark.parametrize(("now", "then", "said"), [
    ([3, 4, 3, 1], [3, 1, 1], "three of four areas of X’s children’s services good or outstanding in "
     "2026, up from one in 2022"),
    ([2, 2, 1, 1], [3, 3, 1], "none of four areas of X’s children’s services good in 2026, down from "
     "two in 2022"),
    ([3, 2, 2, 2], [3, 1, 1], "one of four areas of X’s children’s services good in 2026, as in 2022")])
def test_the_headline_counts_what_is_good_or_better(tidy: Tables, now: list[int], then: list[int],
                                                    said: str) -> None:
    found, _ = world(tidy, "newer without one")
    changed = found._replace(name="X", newest_grades=pd.DataFrame({"grade_rank": now}),
                             fall_grades=pd.DataFrame({"grade_rank": then}))
    assert answers.finding(changed) == f"Ofsted graded {said}"


def test_what_follows_an_inspection_was_published_after_it() -> None:
    """Though it may have begun before."""
    table = pd.DataFrame([("a", "full inspection", "2026-03-02", "2026-06-01"),
                          ("b", "full inspection", "2026-01-05", "2026-07-01"),
                          ("c", "monitoring visit", "2026-08-01", "2026-09-01")],
                         columns=["inspection_id", "kind", "started", "published"])
    following = record.next_full(table, table.iloc[0])
    assert following is not None and following["inspection_id"] == "b"
    assert record.next_full(table, table.iloc[1]) is None


@pytest.mark.parametrize(("published", "later"), [
    ("2023-06-01", "less than a year"), ("2023-08-01", "about one year"),
    ("2026-05-20", "about four years")])
def test_how_much_later_the_next_report_came(tidy: Tables, published: str, later: str) -> None:
    found, _ = world(tidy, "newer without one")
    newest = found.newest.copy()
    newest["published"] = published
    said = answers.lasted(found._replace(newest=newest))
    assert f"The next full inspection’s report came {later} later" in said
