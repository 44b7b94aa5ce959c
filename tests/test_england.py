"""All authorities' inspections: by hand on made-up tables, by a second way on the real one."""

import math
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.analysis import survival
from helpers.charts import style
from helpers.charts import survival as survival_charts
from helpers.ingest import histories
from helpers.tables import files, parse

REACHES = "2026-08-22"
BAD, POOR, GOOD, TOP = parse.GRADES


def inspections(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """A table from code, framework, day and grade; a code that begins with x ended in 2021."""
    return pd.DataFrame([{
        "history_id": f"{code}-{day}", "area_code": code, "authority": code.upper(),
        "framework": framework, "kind": "", "started": day, "published": day,
        "overall_grade": grade, "abolished": "2021-04-01" if code[0] == "x" else "",
        "source_id": "s", "locator": "l"} for code, framework, day, grade in rows])


MADE_UP = inspections(
    ("a", "SIF", "2014-01-01", BAD), ("a", "SIF", "2016-01-01", POOR),
    ("a", "ILACS", "2019-01-01", BAD), ("b", "SIF", "2015-01-01", POOR),
    ("b", "ILACS", "2019-01-01", BAD), ("b", "ILACS", "2022-01-01", GOOD),
    ("c", "SIF", "2015-06-01", POOR), ("c", "ILACS", "2018-06-01", POOR),
    ("c", "ILACS", "2026-05-01", ""), ("x", "SIF", "2015-01-01", BAD),
    ("x", "ILACS", "2019-01-01", POOR))


def spell(days: int, end: str = "next", outcome: str = GOOD, **more: Any) -> dict[str, Any]:
    return {"area_code": str(days), "framework": "ILACS", "outcome": BAD, "end": end,
            "next_outcome": outcome if end == "next" else "", "days": days} | more


# Ten grades: at 300, 500 and 700 days ends, at 400 and 700 and later still standing or abolished.
TEN = pd.DataFrame([
    spell(300), spell(300, outcome=BAD), spell(400, "abolished"), spell(500), spell(500),
    spell(500, outcome=survival.UNGRADED), spell(700), spell(700, "open"), spell(900, "open"),
    spell(950, "open")])


def test_the_product_limit_by_hand() -> None:
    """At risk 10, 7, 4; ended 2, 3, 1: 8/10, then × 4/7, then × 3/4."""
    curve = survival.kaplan_meier(TEN)
    assert curve[["days", "at_risk", "ended"]].to_numpy().tolist() == [
        [300, 10, 2], [500, 7, 3], [700, 4, 1]]
    assert curve["share"].tolist() == pytest.approx([0.8, 0.8 * 4 / 7, 0.8 * 4 / 7 * 3 / 4])
    # log-log: exp(-exp(log(-log S) ± 1.96 √(Σ d / n(n − d)) / |log S|))
    greenwood = np.cumsum([2 / (10 * 8), 3 / (7 * 4), 1 / (4 * 3)])
    logs = np.log(curve["share"].to_numpy())
    for column, sign in (("low", 1), ("high", -1)):
        ends = np.exp(-np.exp(np.log(-logs) + sign * 1.959964 * np.sqrt(greenwood) / -logs))
        assert curve[column].tolist() == pytest.approx(list(ends), abs=1e-6)
    assert survival.median(curve).median == pytest.approx(500 / 365.25)
    assert survival.still(curve, 299)["share"] == 1
    assert survival.still(curve, 500)["share"] == pytest.approx(0.8 * 4 / 7)
    assert survival.at_risk(TEN, [0, 1, 2]) == [10, 8, 2]


def test_a_median_that_is_not_reached_is_missing() -> None:
    curve = survival.kaplan_meier(pd.DataFrame([spell(300), *[spell(900, "open")] * 5]))
    assert all(math.isnan(value) for value in (survival.median(curve)[0], survival.median(curve)[2]))


def test_cumulative_incidence_by_hand() -> None:
    """Each step is the share that stood before × those that ended so ÷ those at risk."""
    table = survival.incidence(TEN).set_index("days")
    before = {300: 1, 500: 0.8, 700: 0.8 * 4 / 7}
    better = np.cumsum([before[300] * 1 / 10, before[500] * 2 / 7, before[700] * 1 / 4])
    assert table["better"].tolist() == pytest.approx(list(better))
    assert table["inadequate again"].tolist() == pytest.approx([0.1] * 3)
    assert table["no overall grade"].tolist() == pytest.approx([0, 0.8 / 7, 0.8 / 7])
    whole = table[[*survival.NEXT, "standing"]].sum(axis=1)
    assert whole.tolist() == pytest.approx([1] * 3)
    with pytest.raises(ValueError, match="found good; expected inadequate"):
        survival.incidence(TEN.assign(outcome=GOOD))


def test_each_inspection_has_what_came_after_it() -> None:
    table = survival.spells(MADE_UP, REACHES).set_index("history_id")
    of = ["end", "next_framework", "next_outcome", "days"]
    assert table.loc["a-2016-01-01", of].tolist() == ["next", "ILACS", BAD, 1096]
    assert table.loc["a-2019-01-01", of].tolist() == ["open", "", "", 2790]
    assert table.loc["a-2019-01-01", "next_published"] == REACHES
    assert table.loc["x-2019-01-01", ["end", "days"]].tolist() == ["abolished", 821]
    assert table.loc["c-2018-06-01", "next_outcome"] == survival.UNGRADED


def test_transitions_are_counted_by_pair() -> None:
    counts = survival.transitions(survival.spells(MADE_UP, REACHES)).set_index(["pair", "outcome"])
    assert dict(counts["again"]) == {
        ("SIF to SIF", BAD): 1, ("SIF to ILACS", BAD): 1, ("SIF to ILACS", POOR): 3,
        ("ILACS to ILACS", BAD): 1, ("ILACS to ILACS", POOR): 1, ("ILACS to ILACS", GOOD): 0}
    assert counts.loc[("SIF to ILACS", POOR), [BAD, POOR, GOOD]].tolist() == [2, 1, 0]
    assert counts.loc[("SIF to ILACS", BAD), POOR] == 1
    ends = [survival.UNGRADED, "open", "abolished"]
    assert counts.loc[("ILACS to ILACS", POOR), ends].tolist() == [1, 0, 1]
    assert counts.loc[("ILACS to ILACS", BAD), [GOOD, "open"]].tolist() == [1, 1]


# Two that were inadequate and one that was good, each followed by an inspection without an
# overall grade; a fourth is inspected once more after one; a fifth is inadequate again.
BARE = inspections(
    ("a", "ILACS", "2020-01-01", BAD), ("a", "ILACS", "2023-01-01", ""),
    ("b", "ILACS", "2020-01-01", BAD), ("b", "ILACS", "2022-01-01", GOOD),
    ("b", "ILACS", "2025-01-01", ""), ("c", "ILACS", "2020-01-01", BAD),
    ("c", "ILACS", "2023-01-01", BAD), ("c", "ILACS", "2026-05-01", ""),
    ("d", "ILACS", "2020-01-01", ""), ("d", "ILACS", "2021-01-01", BAD))


def test_an_inspection_without_an_overall_grade_ends_a_grade_and_is_none() -> None:
    table = survival.spells(BARE, REACHES).set_index("history_id")
    of = ["outcome", "before", "end", "next_outcome", "next_published"]
    none = survival.UNGRADED
    assert table.loc["a-2020-01-01", of].tolist() == [BAD, "", "next", none, "2023-01-01"]
    assert table.loc["a-2023-01-01", of].tolist() == [none, BAD, "open", "", REACHES]
    assert table.loc["d-2020-01-01", of].tolist() == [none, "", "next", BAD, "2021-01-01"]
    assert table.loc["a-2020-01-01", "days"] == 1096
    counts = survival.transitions(table).set_index("outcome")
    columns = ["again", *survival.OUTCOMES, "open"]
    assert counts.loc[BAD, columns].tolist() == [4, 1, 0, 1, 0, 2, 1]
    assert counts.loc[GOOD, columns].tolist() == [1, 0, 0, 0, 0, 1, 0]
    assert list(counts.index) == [BAD, GOOD]  # what gave no grade has no row


def test_what_gives_no_overall_grade_counts_in_no_share() -> None:
    table = survival.spells(BARE, REACHES)
    bad = table[table["outcome"] == BAD]
    assert survival.fell(bad, BAD)[:2] == survival.fell(bad, GOOD)[:2] == (1, 2)
    found = survival.shares(table)
    assert found[["outcome", "next_outcome", "number", "of"]].to_numpy().tolist() == [
        [BAD, BAD, 1, 2], [BAD, GOOD, 1, 2]]
    with pytest.raises(ValueError, match="n"):
        survival.fell(table[table["outcome"] == GOOD], GOOD)  # of none


def test_the_clock_ends_with_an_inspection_without_an_overall_grade() -> None:
    """After 731 days better; after 1,096 none and inadequate again; after 1,216 none; one open."""
    table = survival.spells(BARE, REACHES)
    bad = table[table["outcome"] == BAD]
    curve = survival.kaplan_meier(bad)
    assert curve[["days", "at_risk", "ended"]].to_numpy().tolist() == [
        [731, 5, 1], [1096, 4, 2], [1216, 2, 1]]
    assert curve["share"].tolist() == pytest.approx([4 / 5, 2 / 5, 1 / 5])
    assert survival.came_next(bad.set_index("history_id")).to_dict() == {
        "a-2020-01-01": survival.UNGRADED, "b-2020-01-01": "better",
        "c-2020-01-01": "inadequate again", "c-2023-01-01": survival.UNGRADED, "d-2021-01-01": ""}
    last = survival.incidence(bad).iloc[-1]
    assert last[[*survival.NEXT, "standing"]].tolist() == pytest.approx([0.2, 0.2, 0.4, 0.2])


def test_no_authority_without_an_overall_grade_is_told_one() -> None:
    now = survival.standing(BARE, REACHES).set_index("area_code")["outcome"]
    assert dict(now) == {"a": survival.UNGRADED, "b": survival.UNGRADED, "c": survival.UNGRADED,
                         "d": BAD}
    table = survival.standing(MADE_UP, REACHES)
    assert [survival.among(table, code, BAD) for code in "abx"] == [
        "A among them", "B not among them", "the authority that ended not among them"]
    assert survival.history(BARE, "a")["grade"].tolist() == [BAD]
    table = survival.ungraded(BARE)
    assert table[["authority", "published", "before"]].to_numpy().tolist() == [
        ["A", "2023-01-01", BAD], ["B", "2025-01-01", GOOD], ["C", "2026-05-01", BAD],
        ["D", "2020-01-01", ""]]
    pd.testing.assert_frame_equal(survival.ungraded(BARE.sample(frac=1, random_state=4)), table)
    row = dict.fromkeys(survival.AREAS, "") | {"leadership": GOOD, "looked_after": POOR}
    assert survival.areas_given(row) == {"leadership": GOOD, "looked after": POOR}


@pytest.mark.parametrize(("row", "said"), [
    ("a-2020-01-01", "A’s inadequate grade, from the report of 1 January 2020, lasted 3.0 years: "
     "the next full inspection, with its report of 1 January 2023, gave no overall grade."),
    ("b-2020-01-01", "lasted 2.0 years: the next full inspection, with its report of 1 January "
     "2022, gave good."),
    ("c-2020-01-01", "report of 1 January 2023, gave inadequate."),
    ("d-2021-01-01", "had lasted 5.6 years on 22 August 2026, and no newer full inspection is on "
     "record."),
    ("x-2019-01-01", "X’s requires improvement grade, from the report of 1 January 2019, lasted "
     "2.2 years, until the authority ended on 1 April 2021."),
])
def test_how_a_grade_ended_is_told_in_words(row: str, said: str) -> None:
    rows = pd.concat([BARE, MADE_UP[MADE_UP["area_code"] == "x"]])
    table = survival.spells(rows, REACHES).set_index("history_id")
    assert said in survival_charts.how_it_ended(table.loc[row], row[0].upper(), REACHES)


def by_wilson(number: int, of: int) -> tuple[float, float]:
    """Wilson's interval, written out."""
    z = 1.959964
    middle = (number + z * z / 2) / (of + z * z)
    reach = z / (of + z * z) * math.sqrt(number * (of - number) / of + z * z / 4)
    return middle - reach, middle + reach


@pytest.mark.parametrize(("number", "of"), [(7, 24), (1, 25), (8, 49), (0, 9), (3, 3)])
def test_a_share_has_wilsons_interval(number: int, of: int) -> None:
    share = survival.wilson(number, of)
    assert share[:2] == (number, of)
    assert share[2:] == pytest.approx(by_wilson(number, of), abs=1e-6)
    assert (share.low > 0) == (number > 0)  # what has occurred is not ruled out
    assert (share.high < 1) == (number < of)


def test_a_share_is_said_in_words() -> None:
    assert survival.wilson(3, 4).words == "3 of 4 (75%, 30 to 95)"
    with pytest.raises(ValueError, match="n"):
        survival.wilson(0, 0)


def test_shares_are_of_those_inspected_again() -> None:
    table = survival.spells(MADE_UP, REACHES)
    found = survival.shares(table)
    row = found[(found["pair"] == "SIF to ILACS") & (found["outcome"] == POOR)].set_index(
        "next_outcome").loc[BAD]
    assert [row["number"], row["of"]] == [2, 3]
    assert (row["low"], row["high"]) == pytest.approx(by_wilson(2, 3), abs=1e-6)
    assert found["pair"].drop_duplicates().tolist() == [
        "SIF to SIF", "SIF to ILACS", "ILACS to ILACS"]
    pd.testing.assert_frame_equal(found, survival.shares(table.sample(frac=1, random_state=3)))


def test_each_inspection_knows_the_one_before_it() -> None:
    table = survival.spells(MADE_UP, REACHES).set_index("history_id")
    assert table.loc[[f"c-{day}" for day in ("2015-06-01", "2018-06-01", "2026-05-01")],
                     "before"].tolist() == ["", POOR, POOR]
    assert table.loc["b-2015-01-01", "before"] == ""  # not the last of the authority above it
    second = table[(table["outcome"] == POOR) & (table["before"] == POOR)]
    assert second["next_outcome"].tolist() == [survival.UNGRADED]
    again = second.assign(next_outcome=GOOD)
    assert survival.fell(again, GOOD)[:2] == (1, 1)
    assert survival.fell(again, BAD)[:2] == (0, 1)


def test_whether_an_authority_is_among_those_that_stood_there() -> None:
    stood = survival.standing(MADE_UP, "2019-01-01")
    assert survival.among(stood, "a", BAD) == "A among them"
    assert survival.among(stood, "c", BAD) == "C not among them"


def test_a_framework_is_spelt_out_with_its_years() -> None:
    areas = pd.DataFrame([("SIF", "2001", "2004"), ("SIF", "2002", "2003-05"),
                          ("ILACS", "2006-01", ""), ("ILACS", "2005-02", "2009"),
                          ("OLD", "1999", "2000")],
                         columns=["framework", "first_day", "last_day"])
    assert survival.spelt_out(areas) == {
        "SIF": "single inspection framework (SIF, 2001 to 2004)",
        "ILACS": "inspecting local authority children’s services (ILACS, since 2005)"}


def test_where_too_few_are_counted_there_are_counts() -> None:
    """Of TEN at 600 days four are still counted; seven lasted 500. The record ends 1,000 days
    after the first report, and 550 after the others; the one abolished cannot be followed."""
    ends = "2022-09-27"
    table = TEN.assign(published=["2020-01-01", *["2021-03-26"] * 9])
    assert survival.stood(table, 500, ends) == "46% (14 to 73)"
    assert survival.stood(table, 250, ends) == "100%"
    assert survival.lasted(table, 500, ends) == (7, 9)
    assert survival.lasted(table.assign(end="open"), 500, ends) == (7, 10)
    young = table.assign(days=table["days"].clip(upper=540))
    assert survival.stood(young, 900, ends) == "0 of 1"
    assert survival.stood(young, 1001, ends) == "none so early"


def test_the_lengths_are_a_row_a_group() -> None:
    table = TEN.assign(published="2020-01-01")
    found = survival.lengths({"all": table, "few": table[table["end"] == "open"]},
                            {"now": 500, "at_3": 900}, REACHES).set_index("key")
    assert found.loc["all"].tolist() == [10, 6, 3, 1, "1.4 (0.8 to not reached)",
                                         "46% (14 to 73)", "2 of 9"]
    assert found.loc["few", ["n", "next", "open", "median"]].tolist() == [
        3, 0, 3, "not reached (not reached to not reached)"]


def test_what_lies_behind_a_chart_is_blank_where_it_ends() -> None:
    curve = survival.kaplan_meier(TEN)
    assert survival.firm(curve)["days"].tolist() == [300, 500]
    found = survival.behind({"x": curve}, ("share", "low", "high"))
    assert found["at_risk"].tolist() == [10, 7, 4]
    assert found["share"].tolist()[:2] == [0.8, 0.457] and math.isnan(found["share"].iloc[2])
    assert found["low"].isna().tolist() == [False, False, True]
    assert found["status"].tolist() == ["", "", "low reliability"]
    assert found["years"].tolist() == [0.82, 1.37, 1.92]


def test_days_are_counted_and_years_added() -> None:
    assert survival.days_between("2020-02-28", "2020-03-01") == 2
    assert survival.years_after("2023-05-25", 3) == "2026-05-25"
    assert survival.years_after("2020-02-29", 1) == "2021-02-28"


def test_who_existed_and_where_each_stood() -> None:
    assert survival.existing(MADE_UP, "2021-03-31") == {"a", "b", "c", "x"}
    assert survival.existing(MADE_UP, "2021-04-01") == {"a", "b", "c"}
    stood = {day: survival.standing(MADE_UP, day) for day in ("2015-01-31", "2019-01-01")}
    mix = survival.mix(stood).set_index("day")
    columns = [BAD, POOR, survival.WAITING, "authorities"]
    assert mix.loc["2015-01-31", columns].tolist() == [2, 1, 1, 4]
    assert mix.loc["2019-01-01", columns].tolist() == [2, 2, 0, 4]
    assert survival.place(stood, "a") == [BAD, BAD]
    assert survival.marches(MADE_UP, REACHES)[0] == "2016-03-31"


def curve(share: list[float], low: list[float], high: list[float]) -> pd.DataFrame:
    """The share still standing from one, two and three years on, with its band."""
    return pd.DataFrame({"days": [n * survival.YEAR for n in (1, 2, 3)], "at_risk": [8, 5, 4],
                         "share": share, "low": low, "high": high})


CURVES = {"ILACS": curve([0.8, 0.5, 0.25], [0.6, 0.3, 0.1], [0.9, 0.7, 0.45]),
          survival.LATER: curve([0.7, 0.6, 0.1], [0.5, 0.2, 0.0], [0.9, 0.8, 0.5])}
RISKS = {"ILACS": [10, 8, 5, 1], survival.LATER: [20, 14, 11, 2]}
STANDING = (RISKS, 2.5, (3.0, 5.0), "Saltmere")


def test_how_long_a_grade_stands_is_told_in_words() -> None:
    """A half is reached where a curve, or an end of its band, is first at 0.5 or below."""
    told = survival_charts.describe_standing(CURVES, *STANDING)
    for words in (
            "(ILACS, inspecting local authority children’s services), each as far as five or more",
            "ILACS: of 10 grades, half had ended after 2.0 years (2.0 to 3.0), and 50% had not at "
            "2.5 years; drawn to 2.0 years; ILACS after the pause: of 20 grades, half had ended "
            "after 3.0 years (1.0 to 3.0), and 60% had not at 2.5 years; drawn to 2.0 years. An "
            "upright line at 2.5 years marks Saltmere, a bracket above 3 to 5",
            "ILACS 10, 8, 5, 1; ILACS after the pause 20, 14, 11, 2."):
        assert words in told
    high = CURVES["ILACS"].assign(high=0.9)
    assert "half had ended after 2.0 years (2.0 to not reached), and" in (
        survival_charts.describe_standing({"ILACS": high}, *STANDING))
    assert "of 10 grades, fewer than half have ended (2.0 to not reached), and 70% had not" in (
        survival_charts.describe_standing({"ILACS": high.assign(share=0.7)}, *STANDING))
    young = survival_charts.describe_standing(CURVES, RISKS, 0.9, (3.0, 5.0), "Saltmere")
    assert young.count("100% had not at 0.9 years") == 2


def test_how_long_a_grade_stands_is_drawn_from_the_day_of_the_report() -> None:
    figure = survival_charts.draw_standing(CURVES, *STANDING)
    axes, below = figure.axes
    drawn = {line.get_label(): line for line in axes.lines}
    assert drawn["ILACS"].get_xdata() == pytest.approx([0, 1, 2])
    assert drawn["ILACS"].get_ydata() == pytest.approx([1, 0.8, 0.5])
    assert drawn[survival.LATER].get_ydata() == pytest.approx([1, 0.7, 0.6])
    assert [2.5, 2.5] in [list(line.get_xdata()) for line in axes.lines]
    words = [text.get_text() for text in axes.texts]
    past = survival_charts.draw_standing(CURVES, *STANDING, over=True).axes[0].texts
    assert "Saltmere, 2.5 years" in [text.get_text() for text in past]
    assert "Saltmere, 2.5 years so far" in words and "“three to five year” plan" in words
    assert len(axes.collections) == 1  # the curve of a part has no band
    assert [(text.get_text(), *text.get_position()) for text in below.texts[3:5]] == [
        ("1", 3, 0), ("20", 0, 1)]


# Of ten: one better after a year; two more, and one inadequate again, after two; one better after
# three. By the fourth year too few are still counted: the chart ends with the third.
CAME = pd.DataFrame({"days": [n * survival.YEAR for n in (1, 2, 3, 4)], "at_risk": [10, 9, 6, 4],
                     "better": [0.1, 0.3, 0.4, 0.6], "inadequate again": [0, 0.1, 0.1, 0.1],
                     survival.UNGRADED: 0.0, "standing": [0.9, 0.6, 0.5, 0.3]})
NUMBERS = {"SIF": [10, 10, 9, 6, 4], "ILACS": [10, 10, 6, 2, 0]}


def test_a_chart_of_too_few_is_empty() -> None:
    few = {"SIF": CAME.assign(at_risk=4)}
    figure = survival_charts.draw_incidence(few, {"SIF": [4, 4, 4]})
    assert [text.get_text() for text in figure.axes[0].texts] == ["Not yet inspected again"]
    curves = {"ILACS": CURVES["ILACS"].assign(at_risk=4)}
    assert "; drawn to 0.0 years." in survival_charts.describe_standing(curves, *STANDING)
    assert list(survival_charts.draw_standing(curves, *STANDING).axes[0].lines[0].get_xdata()) == [0]


def test_what_came_next_is_told_in_words() -> None:
    told = survival_charts.describe_incidence({"SIF": CAME, "ILACS": CAME[:1]}, NUMBERS)
    for words in (
            "(SIF, single inspection framework; ILACS, inspecting local authority children’s "
            "services), each as far as five or more are counted. SIF, after one year: better 10%, "
            "inadequate again 0%, no overall grade 0%, not yet inspected again 90%; SIF, after two "
            "years: better 30%, inadequate again 10%, no overall",
            "ILACS, after two years: better 10%, inadequate again 0%, no overall grade 0%, not yet "
            "inspected again 90%. Below, the grades still counted at each whole year from the "
            "report on: SIF 10, 10, 9, 6, 4; ILACS 10, 10, 6, 2, 0."):
        assert words in told
    assert "SIF, after three years: better 40%" in told and "four years" not in told


def test_what_came_next_is_stacked_and_named_where_it_came() -> None:
    figure = survival_charts.draw_incidence({"SIF": CAME, "ILACS": CAME[:2]}, NUMBERS)
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "Inadequate under SIF", "Inadequate under ILACS", "Grades still counted"]
    first, second, below = figure.axes
    assert first.lines[0].get_xdata() == pytest.approx([0, 1, 2, 3])
    assert first.lines[0].get_ydata() == pytest.approx([0, 0.1, 0.4, 0.4])
    assert second.lines[0].get_ydata() == pytest.approx([0, 0.1, 0.1])
    assert [(text.get_text(), *text.get_position()) for text in below.texts[3:6]] == [
        ("6", 3, 0), ("4", 4, 0), ("10", 0, 1)]
    names = {text.get_text(): text.get_position()[1] for text in first.texts}
    assert names == pytest.approx({"Better": 0.15, "Inadequate\nagain": 0.35,
                                   "Not yet inspected again": 0.55})
    assert [text.get_text() for text in second.texts] == ["Better", "Not yet inspected again"]


def test_an_end_without_an_overall_grade_can_be_seen() -> None:
    """Its band is hatched, not white on white, and named."""
    bare = CAME.assign(**{survival.UNGRADED: [0, 0.2, 0.2, 0.2], "standing": [0.9, 0.4, 0.3, 0.1]})
    figure = survival_charts.draw_incidence({"ILACS": bare[:3]}, NUMBERS)
    bands = {band.get_hatch(): band for band in figure.axes[0].collections}
    assert set(bands) == {None, "----"}
    assert max(bands["----"].get_paths()[0].vertices[:, 1]) == pytest.approx(0.6)
    assert "No\noverall\ngrade" in [text.get_text() for text in figure.axes[0].texts]


# On the committed table.


@pytest.fixture(scope="module")
def real() -> pd.DataFrame:
    return files.read_table("authority_inspections")


@pytest.mark.parametrize("framework", ["SIF", "ILACS"])
def test_on_real_data_the_product_limit_by_hand_agrees(real: pd.DataFrame, framework: str) -> None:
    spells = survival.spells(real, REACHES)
    rows = spells[(spells["outcome"] == BAD) & (spells["framework"] == framework)]
    curve, share = survival.kaplan_meier(rows), 1.0
    steps = {}
    for day in sorted(set(rows["days"])):
        ended = sum(1 for row in rows.itertuples() if row.days == day and row.end == "next")
        share *= 1 - ended / sum(1 for days in rows["days"] if days >= day)
        if ended:
            steps[day] = share
    assert dict(zip(curve["days"], curve["share"], strict=True)) == pytest.approx(steps)
    table = survival.incidence(rows)
    assert table["standing"].tolist() == pytest.approx(list(steps.values()))
    assert len(steps) > 15


def test_every_inspection_is_counted_once(real: pd.DataFrame) -> None:
    spells = survival.spells(real, REACHES)
    counts = survival.transitions(spells)
    none = (real["overall_grade"] == "").sum()
    assert counts[["again", "open", "abolished"]].sum().sum() + none == len(real)
    assert Counter(spells["end"])["open"] == 153
    graded = counts[list(parse.GRADES)].sum().sum()
    assert survival.shares(spells)["number"].sum() == graded == counts["again"].sum() - 11
    assert counts.set_index(["pair", "outcome"])[survival.UNGRADED].to_dict() == {
        key: {("ILACS to ILACS", BAD): 2, ("ILACS to ILACS", POOR): 5,
              ("ILACS to ILACS", GOOD): 4}.get(key, 0)
        for key in zip(counts["pair"], counts["outcome"], strict=True)}
    bad = spells[spells["outcome"] == BAD]
    assert Counter(bad["framework"]) == {"SIF": 40, "ILACS": 35}


def test_what_became_of_the_two_inadequate_grades_that_got_none(real: pd.DataFrame) -> None:
    bad = survival.spells(real, REACHES)
    bad = bad[bad["outcome"] == BAD]
    ended = bad[bad["next_outcome"] == survival.UNGRADED].set_index("area_code")
    assert ended["next_published"].to_dict() == {"E08000012": "2026-07-07",
                                                 "E08000023": "2026-08-04"}
    assert set(survival.came_next(bad[bad["end"] == "next"])) == set(survival.NEXT)
    now = survival.standing(real, REACHES)
    assert Counter(now["outcome"]) == {BAD: 11, POOR: 24, GOOD: 61, TOP: 46, survival.UNGRADED: 11}
    assert survival.among(now, "E08000012", BAD) == "Liverpool not among them"
    bare = survival.ungraded(real)
    assert set(bare["history_id"]) == set(real.loc[real["overall_grade"] == "", "history_id"])
    assert list(bare["authority"]) == sorted(bare["authority"]) and len(bare) == 11
    assert [len(survival.areas_given(row)) for row in bare.to_dict("records")] == [4] * 11


def test_each_authority_of_today_stands_somewhere(real: pd.DataFrame) -> None:
    now = survival.standing(real, REACHES)
    assert len(now) == now["area_code"].nunique() == 153
    assert survival.WAITING not in set(now["outcome"])
    assert [len(survival.existing(real, f"{year}-04-01")) for year in (2018, 2019, 2021, 2023)] == [
        152, 151, 152, 153]
    begun = {code: real.loc[real["area_code"] == old, "abolished"].iloc[0]
             for code, old in survival.FOLLOWED.items()}
    first = real.groupby("area_code")["published"].min()
    assert all(first[code] > day for code, day in begun.items())
    assert set(survival.FOLLOWED.values()) <= set(histories.CEASED)


def test_the_authority_studied_agrees_with_its_own_table(real: pd.DataFrame) -> None:
    judgements = files.read_table("judgements")
    mine = judgements[(judgements["area"] == "overall") & (judgements["scale"] == "since 2013")]
    table = survival.history(real, "E08000012")
    assert table["grade"].tolist() == mine["grade"].tolist() == [POOR, POOR, BAD]
    with pytest.raises(KeyError):
        survival.history(real, "E00000000")


def test_what_followed_a_second_requires_improvement(real: pd.DataFrame) -> None:
    """Counted anew from the lists of each authority's inspections."""
    lists = [list(zip(rows["framework"], rows["overall_grade"], strict=True))
             for _, rows in real.sort_values("published").groupby("area_code")]
    runs = [(a, b, c) for given in lists for a, b, c in zip(
        [("", ""), *given], given, [*given[1:], ("", "")], strict=False) if b == ("ILACS", POOR)]
    second = Counter(c[1] for a, _, c in runs if a[1] == POOR)
    other = Counter(c[1] for a, _, c in runs if a[1] != POOR)
    assert second == {GOOD: 10, BAD: 7, POOR: 6, TOP: 1, "": 14 + 2}
    assert other[BAD] == 1 and other.total() - other[""] == 25
    table = survival.spells(real, REACHES)
    given = table[(table["outcome"] == POOR) & (table["framework"] == "ILACS")]
    again = given[given["before"] == POOR]
    assert (len(again), again["area_code"].nunique()) == (40, 34)
    assert dict(again["end"].value_counts()) == {"next": 24, "open": 14, "abolished": 2}
    assert survival.fell(again, BAD).words == "7 of 24 (29%, 15 to 49)"
    assert survival.fell(given[given["before"] != POOR], BAD).words == "1 of 25 (4%, 1 to 20)"
    assert survival.fell(given, BAD).words == "8 of 49 (16%, 9 to 29)"
    # under the framework before, none was given in such a row: these are all
    assert len(again) == ((table["outcome"] == POOR) & (table["before"] == POOR)).sum()


def test_how_long_grades_stood_after_the_pause_and_through_it(real: pd.DataFrame) -> None:
    table = survival.spells(real, REACHES)
    bad = table[(table["outcome"] == BAD) & (table["framework"] == "ILACS")]
    before, after = survival.longest_pause(real)
    assert survival.days_between(before, after) == 476
    fresh = bad[bad["published"] > after]
    half = survival.median(survival.kaplan_meier(fresh))
    assert (half.words, half.counted, len(fresh)) == ("3.3 (3.0 to 3.6)", 5, 20)
    assert (fresh["end"] != "open").sum() == 9
    assert survival.median(survival.kaplan_meier(bad)).words == "3.6 (3.3 to 3.8)"
    (mine,) = bad.loc[bad["area_code"] == "E08000012", "days"]
    long = bad[bad["days"] >= mine]
    assert (mine, len(long), (long["end"] != "open").sum()) == (1139, 20, 19)
    assert survival.lasted(bad, 5 * survival.YEAR, REACHES) == (1, 14)
    assert survival.stood(fresh, 5 * survival.YEAR, REACHES) == "none so early"


def test_the_order_of_rows_does_not_matter(real: pd.DataFrame) -> None:
    for seed in (1, 2):
        mixed = real.sample(frac=1, random_state=seed)
        for of in (lambda t: survival.spells(t, REACHES),
                   lambda t: survival.mix({"d": survival.standing(t, "2024-03-31")}),
                   lambda t: survival.shares(survival.spells(t, REACHES)),
                   lambda t: survival.history(t, "E08000012")):
            pd.testing.assert_frame_equal(of(mixed), of(real))
        assert survival.longest_pause(mixed) == survival.longest_pause(real)


def test_the_charts_say_what_they_show(real: pd.DataFrame) -> None:
    spells = survival.spells(real, REACHES)
    stood = {day: survival.standing(real, day) for day in ("2019-03-31", "2024-03-31")}
    place = survival.place(stood, "E06000063")  # made in 2023
    assert place == ["", survival.WAITING]
    mix = survival.mix(stood)
    text = survival_charts.describe_mix(mix, place, "Cumberland")
    assert "inadequate 20 of 152 in 2019, 16 of 153 in 2024" in text
    assert style.as_svg(survival_charts.draw_mix(mix, place, "Cumberland")).startswith("<?xml")
    counts = survival.transitions(spells)
    assert "15 inadequate" in survival_charts.describe_transitions(counts)
    assert len(style.as_svg(survival_charts.draw_transitions(counts))) < 100_000
