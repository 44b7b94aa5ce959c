"""All authorities' inspections: by hand on made-up tables, by a second way on the real one."""

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from helpers.analysis import survival
from helpers.charts import style
from helpers.charts import survival as survival_charts
from helpers.tables import files, parse

REACHES = "2026-08-22"
BAD, POOR, GOOD = parse.GRADES[:3]


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


# Ten grades: at 300, 500 and 700 days ends; at 400 abolished; at 700 and later still waiting.
TEN = pd.DataFrame({"days": [300, 300, 400, 500, 500, 500, 700, 700, 900, 950],
                    "end": ["next", "next", "abolished", *["next"] * 4, *["open"] * 3]})


def test_the_product_limit_by_hand() -> None:
    """At risk 10, 7, 4; ended 2, 3, 1: 8/10, then × 4/7, then × 3/4."""
    curve = survival.kaplan_meier(TEN)
    assert curve[["days", "at_risk", "ended"]].to_numpy().tolist() == [
        [300, 10, 2], [500, 7, 3], [700, 4, 1]]
    assert curve["share"].tolist() == pytest.approx([0.8, 0.8 * 4 / 7, 0.8 * 4 / 7 * 3 / 4])
    half = survival.median(curve)
    assert (half.median, half.at_risk) == (pytest.approx(500 / 365.25), 7)
    assert survival.at_risk(TEN, [0, 1, 2]) == [10, 8, 2]
    assert survival.enough_at_risk(curve)["days"].tolist() == [300, 500]  # at 700 days four are
    assert len(survival.enough_at_risk(curve.assign(at_risk=[4, 5, 6]))) == 2
    none = survival.median(survival.kaplan_meier(TEN.assign(end=["next", *["open"] * 9])))
    assert np.isnan([none.median, none.high]).all() and none.at_risk == 0


def test_a_published_curve_comes_out() -> None:
    """Weeks in remission under 6-mercaptopurine (Freireich and others, 1963), as textbooks have its
    curve, with the log-log intervals of R's survfit."""
    ends, rest = [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    curve = survival.kaplan_meier(pd.DataFrame({
        "days": ends + rest, "end": ["next"] * len(ends) + ["open"] * len(rest)})).set_index("days")
    assert curve.round(3)[["share", "low", "high"]].T.to_dict("list") == {
        6: [0.857, 0.620, 0.952], 7: [0.807, 0.563, 0.923], 10: [0.753, 0.503, 0.889],
        13: [0.690, 0.432, 0.849], 16: [0.627, 0.368, 0.805], 22: [0.538, 0.268, 0.747],
        23: [0.448, 0.188, 0.680]}


def test_a_share_has_wilsons_interval() -> None:
    """As Newcombe's examples (1998) have it; what has occurred is not ruled out; none has no share."""
    share = survival.wilson(pd.Series([81, 15, 0, 1, 0]), pd.Series([263, 148, 20, 29, 0])).round(4)
    assert share[["low", "high"]].iloc[:4].to_numpy().tolist() == [
        [0.2553, 0.3662], [0.0624, 0.1605], [0, 0.1611], [0.0061, 0.1718]]
    assert share.iloc[4].isna().all()


def test_another_clock_counts_its_own_days() -> None:
    """200 days less at 400 and from 700 on: at risk 9 and 7, ended 2 and 4."""
    table = TEN.assign(open_days=TEN["days"].replace({400: 200, 700: 500, 900: 700, 950: 750}))
    curve = survival.kaplan_meier(table, "open_days")
    assert curve[["days", "at_risk", "ended"]].to_numpy().tolist() == [[300, 9, 2], [500, 7, 4]]


def test_each_inspection_has_what_came_before_and_after_it() -> None:
    table = survival.spells(MADE_UP, REACHES).set_index("history_id")
    of = ["end", "next_framework", "next_outcome", "days"]
    assert table.loc["a-2016-01-01", of].tolist() == ["next", "ILACS", BAD, 1096]
    assert table.loc["a-2019-01-01", [*of, "end_day"]].tolist() == [
        "open", "", "", 2790, REACHES]
    assert table.loc["x-2019-01-01", ["end", "days"]].tolist() == ["abolished", 821]
    assert table.loc["c-2018-06-01", ["before", "next_outcome"]].tolist() == [
        POOR, survival.UNGRADED]
    assert table.loc[["b-2015-01-01", "c-2026-05-01"], "before"].tolist() == ["", POOR]


def test_transitions_are_counted_by_pair() -> None:
    counts = survival.transitions(survival.spells(MADE_UP, REACHES)).set_index(["pair", "outcome"])
    assert dict(counts["again"]) == {
        ("SIF to SIF", BAD): 1, ("SIF to ILACS", BAD): 1, ("SIF to ILACS", POOR): 3,
        ("ILACS to ILACS", BAD): 1, ("ILACS to ILACS", POOR): 1, ("ILACS to ILACS", GOOD): 0}
    assert counts.loc[("SIF to ILACS", POOR), [BAD, POOR, GOOD]].tolist() == [2, 1, 0]
    ends = [survival.UNGRADED, "open", "abolished"]
    assert counts.loc[("ILACS to ILACS", POOR), ends].tolist() == [1, 0, 1]
    assert counts.loc[("ILACS to ILACS", BAD), [GOOD, "open"]].tolist() == [1, 1]


# Two grades of inadequate and one of good are followed by an inspection without an overall grade;
# d is inspected once more after one; c is inadequate again.
BARE = inspections(
    ("a", "ILACS", "2020-01-01", BAD), ("a", "ILACS", "2023-01-01", ""),
    ("b", "ILACS", "2020-01-01", BAD), ("b", "ILACS", "2022-01-01", GOOD),
    ("b", "ILACS", "2025-01-01", ""), ("c", "ILACS", "2020-01-01", BAD),
    ("c", "ILACS", "2023-01-01", BAD), ("c", "ILACS", "2026-05-01", ""),
    ("d", "ILACS", "2020-01-01", ""), ("d", "ILACS", "2021-01-01", BAD))


def test_an_inspection_without_an_overall_grade_ends_a_grade_and_is_none() -> None:
    table = survival.spells(BARE, REACHES).set_index("history_id")
    of, none = ["outcome", "before", "end", "next_outcome", "end_day"], survival.UNGRADED
    assert table.loc["a-2020-01-01", of].tolist() == [BAD, "", "next", none, "2023-01-01"]
    assert table.loc["a-2023-01-01", of].tolist() == [none, BAD, "open", "", REACHES]
    assert table.loc["d-2020-01-01", of].tolist() == [none, "", "next", BAD, "2021-01-01"]
    assert table.loc["a-2020-01-01", "days"] == 1096
    counts = survival.transitions(table).set_index("outcome")
    columns = ["again", *survival.OUTCOMES, "open"]
    assert counts.loc[BAD, columns].tolist() == [4, 1, 0, 1, 0, 2, 1]
    assert counts.loc[GOOD, columns].tolist() == [1, 0, 0, 0, 0, 1, 0]
    assert list(counts.index) == [BAD, GOOD]  # what gave no grade has no row


def test_no_overall_grade_is_made_up() -> None:
    now = survival.newest_grades(BARE, REACHES).set_index("area_code")["outcome"]
    assert dict(now) == dict.fromkeys("abc", survival.UNGRADED) | {"d": BAD}
    assert survival.history(BARE, "a")["grade"].tolist() == [BAD]
    table = survival.ungraded(BARE)
    assert table[["authority", "published", "before"]].to_numpy().tolist() == [
        ["A", "2023-01-01", BAD], ["B", "2025-01-01", GOOD], ["C", "2026-05-01", BAD],
        ["D", "2020-01-01", ""]]
    row = dict.fromkeys(survival.AREAS, "") | {"leadership": GOOD, "looked_after": POOR}
    assert survival.areas_given(row) == {"leadership": GOOD, "looked after": POOR}


def test_which_way_the_next_grade_went_by_hand() -> None:
    """a: better, worse; b: worse, better; c: the same, then none; x: better."""
    table = survival.spells(MADE_UP, REACHES)
    counts = ["of", "better", "same", "worse"]
    found = survival.directions(table, ["outcome"]).set_index("outcome")
    assert found[counts].T.to_dict("list") == {BAD: [3, 3, 0, 0], POOR: [3, 0, 1, 2]}
    assert found.loc[POOR, ["low", "high"]].round(3).tolist() == [0.208, 0.939]
    pairs = survival.directions(table, ["framework", "next_framework"])
    assert sorted(pairs[["framework", "next_framework", *counts]].to_numpy().tolist()) == [
        ["ILACS", "ILACS", 1, 1, 0, 0], ["SIF", "ILACS", 4, 1, 1, 2], ["SIF", "SIF", 1, 1, 0, 0]]
    bare = survival.directions(survival.spells(BARE, REACHES), ["outcome"])
    assert bare.iloc[:, :5].to_numpy().tolist() == [[BAD, 2, 1, 1, 0]]  # two of six have both grades


def test_a_pause_is_between_published_starts() -> None:
    assert survival.longest_pause(BARE) == ("2023-01-01", "2025-01-01")
    unknown = BARE.assign(started=BARE["started"].replace("2025-01-01", ""))
    assert survival.longest_pause(unknown) == ("2023-01-01", "2026-05-01")


def test_a_framework_is_spelt_out_with_its_years() -> None:
    areas = pd.DataFrame([("SIF", "2001", "2004"), ("SIF", "2002", "2003-05"),
                          ("ILACS", "2006-01", ""), ("ILACS", "2005-02", "2009"),
                          ("OLD", "1999", "2000")],
                         columns=["framework", "first_day", "last_day"])
    assert survival.spelt_out(areas) == {
        "SIF": "single inspection framework (SIF, 2001 to 2004)",
        "ILACS": "inspecting local authority children’s services (ILACS, since 2005)"}


def test_who_existed_and_what_each_newest_grade_was() -> None:
    for day, codes in (("2021-03-31", "abcx"), ("2021-04-01", "abc")):
        assert survival.existing(MADE_UP, day) == set(codes)
    by_day = {day: survival.newest_grades(MADE_UP, day) for day in ("2015-01-31", "2019-01-01")}
    mix = survival.mix(by_day)[["day", BAD, POOR, survival.WAITING, "authorities"]]
    assert mix.to_numpy().tolist() == [["2015-01-31", 2, 1, 1, 4], ["2019-01-01", 2, 2, 0, 4]]
    assert survival.own_outcomes(by_day, "a") == [BAD, BAD]
    assert survival.marches(MADE_UP, REACHES)[0] == "2016-03-31"


# From one, two and three years on; at three years too few are at risk.
WAITS = pd.DataFrame({"days": np.array([1, 2, 3]) * survival.YEAR, "at_risk": [8, 5, 4],
                      "share": [0.8, 0.5, 0.25], "low": [0.6, 0.3, 0.1], "high": [0.9, 0.7, 0.45]})
CURVES = {"ILACS": WAITS, survival.LATER: WAITS.assign(share=[0.7, 0.6, 0.1])}
RISKS = {"ILACS": [10, 8, 5, 1], survival.LATER: [20, 14, 11, 2]}


def test_the_waits_are_put_in_words() -> None:
    """Half is reached where a curve is first at 0.5 or below."""
    both = {"ILACS": WAITS, survival.LATER: WAITS.assign(share=0.7)}
    assert "within: ILACS, 2.0 years; ILACS after the pause, not reached. A line" in (
        survival_charts.describe_waits(both, 2.5, "Saltmere"))


def test_the_waits_are_drawn_from_the_day_of_the_report() -> None:
    figure = survival_charts.draw_waits(CURVES, RISKS, 2.5, "Saltmere")
    axes, below = figure.axes
    drawn = {line.get_label(): line.get_xydata().T for line in axes.lines}
    assert drawn["ILACS"] == pytest.approx(np.array([[0, 1, 2], [1, 0.8, 0.5]]))
    assert drawn[survival.LATER][1] == pytest.approx([1, 0.7, 0.6])
    assert {line.get_drawstyle() for line in axes.lines if line.get_label() in RISKS} == {"steps-post"}
    assert [2.5, 2.5] in [list(line.get_xdata()) for line in axes.lines]
    assert [text.get_text() for text in axes.texts] == ["Saltmere, 2.5 years"]
    (band,) = axes.collections  # the curve of a part has none
    assert min(band.get_paths()[0].vertices[:, 1]) == pytest.approx(0.3)
    assert [(text.get_text(), *text.get_position()) for text in below.texts[3:5]] == [
        ("1", 3, 0), ("20", 0, 1)]
    assert [text.get_text() for text in below.get_yticklabels()] == [
        name.replace("after ", "after\n") for name in RISKS]
    few = survival_charts.draw_waits({"ILACS": WAITS.assign(at_risk=4)}, RISKS, 2.5, "Saltmere")
    assert list(few.axes[0].lines[0].get_xdata()) == [0]


def bars_of(axes: Axes) -> dict[int, list[tuple[Any, ...]]]:
    """What is drawn at each place: colour, where it begins and how long it is."""
    upright = axes.get_ylim()[0] < axes.get_ylim()[1]
    found: dict[int, list[tuple[Any, ...]]] = {}
    for bar in (bars[0] for bars in axes.containers):
        place, start, size = (bar.get_center()[0], bar.get_y(), bar.get_height()) if upright else (
            bar.get_center()[1], bar.get_x(), bar.get_width())
        found.setdefault(round(place), []).append((bar.get_facecolor(), start, size))
    return found


def test_the_mix_is_drawn_as_shares_of_that_days_authorities() -> None:
    mix = pd.DataFrame([{"day": "2019-03-31", "authorities": 10, BAD: 5, POOR: 3, GOOD: 2},
                        {"day": "2024-03-31", "authorities": 4, BAD: 0, POOR: 1, GOOD: 3}]).reindex(
        columns=["day", "authorities", *survival_charts.STACK], fill_value=0)
    figure = survival_charts.draw_mix(mix, [POOR, GOOD], "Saltmere")
    axes = figure.axes[0]
    fill = {grade: to_rgba(style.GRADE_FILL[grade]) for grade in (BAD, POOR, GOOD)}
    assert bars_of(axes) == {
        0: [(fill[BAD], 0, 50), (fill[POOR], 50, 30), (fill[GOOD], 80, 20)],
        1: [(fill[POOR], 0, 25), (fill[GOOD], 25, 75)]}
    own = [patch for patch in axes.patches if not patch.get_fill()]
    assert [(round(box.get_x()), box.get_y(), box.get_height()) for box in own] == [
        (0, 50, 30), (1, 25, 75)]
    assert [text.get_text() for text in axes.texts] == [
        "5", "3", "2", "1", "Requires\nimprovement", "3", "Good"]
    assert [text.get_text() for text in axes.get_xticklabels()] == ["’19", "’24"]


def test_what_followed_is_drawn_a_bar_a_grade() -> None:
    counts = survival.transitions(survival.spells(MADE_UP, REACHES))
    figure = survival_charts.draw_transitions(counts)
    fill = {grade: to_rgba(style.GRADE_FILL[grade]) for grade in (BAD, POOR, GOOD)}
    white = to_rgba("white")
    drawn = {axes.get_title("left"): bars_of(axes) for axes in figure.axes}
    assert drawn["Given under SIF, next under ILACS"] == {
        0: [(fill[POOR], 0, 1)], 1: [(fill[BAD], 0, 2), (fill[POOR], 2, 1)]}
    assert drawn["Given under ILACS, next under ILACS"] == {
        0: [(fill[GOOD], 0, 1), (white, 1, 1)], 1: [(white, 0, 1), (white, 1, 1)], 2: [(white, 0, 1)]}
    assert [text.get_text() for text in figure.axes[-1].get_yticklabels()] == [
        "Inadequate", "Requires\nimprovement", "Good"]
    key = {label.get_text(): (patch.get_facecolor(), patch.get_hatch()) for patch, label in zip(
        figure.legends[0].get_patches(), figure.legends[0].get_texts(), strict=True)}
    assert key == {"Inadequate": (fill[BAD], None), "Requires improvement": (fill[POOR], None),
                   "Good": (fill[GOOD], None), "No overall grade": (white, "----"),
                   "Not yet inspected again": (white, "////"),
                   "Authority abolished first": (white, "xxxx")}


# On the committed table.


@pytest.fixture(scope="module")
def real() -> pd.DataFrame:
    return files.read_table("authority_inspections")


def test_every_inspection_is_counted_once(real: pd.DataFrame) -> None:
    spells = survival.spells(real, REACHES)
    counts = survival.transitions(spells)
    none = (real["overall_grade"] == "").sum()
    assert counts[["again", "open", "abolished"]].sum().sum() + none == len(real)
    assert Counter(spells["end"])["open"] == 153
    went = survival.directions(spells, ["outcome"])
    assert went["of"].sum() == counts[list(parse.GRADES)].sum().sum() == counts["again"].sum() - 11
    assert [len(survival.areas_given(row)) for row in survival.ungraded(real).to_dict("records")] == [
        4] * none
    assert survival.longest_pause(real) == ("2020-03-09", "2021-06-28")
    assert survival.days_between(*survival.longest_pause(real)) == 476


def test_the_counts_are_those_that_others_made(real: pd.DataFrame) -> None:
    """As readers recounted them from Ofsted's workbooks and reports, with code of their own."""
    spells = survival.spells(real, REACHES)
    ends = spells.groupby(["framework", "outcome", "end"]).size()
    assert ends["SIF", BAD].to_dict() == {"next": 40}
    assert ends["ILACS", BAD].to_dict() == {"abolished": 1, "next": 23, "open": 11}
    assert ends["ILACS", POOR].to_dict() == {"abolished": 2, "next": 54, "open": 24}
    bad = spells[spells["outcome"] == BAD]
    halves = {name: survival.median(survival.kaplan_meier(rows))
              for name, rows in bad.groupby("framework")}
    assert halves["SIF"].median == pytest.approx(2.72, abs=0.005)
    assert halves["ILACS"].median == pytest.approx(3.61, abs=0.005)


def test_authorities_came_and_went_as_they_did(real: pd.DataFrame) -> None:
    assert [len(survival.existing(real, f"{year}-04-01")) for year in (2018, 2019, 2021, 2023)] == [
        152, 151, 152, 153]
    begun = {code: real.loc[real["area_code"] == old, "abolished"].iloc[0]
             for code, old in survival.FOLLOWED.items()}
    first = real.groupby("area_code")["published"].min()
    assert all(first[code] > day for code, day in begun.items())


def test_the_order_of_rows_does_not_matter(real: pd.DataFrame) -> None:
    mixed = real.sample(frac=1, random_state=1)
    for of in (lambda table: survival.spells(table, REACHES),
               lambda table: survival.newest_grades(table, "2024-03-31"),
               lambda table: survival.history(table, "E08000012")):
        pd.testing.assert_frame_equal(of(mixed), of(real))
    assert survival.longest_pause(mixed) == survival.longest_pause(real)


def test_an_authority_without_a_grade_is_told_in_the_mix(real: pd.DataFrame) -> None:
    by_day = {day: survival.newest_grades(real, day) for day in ("2019-03-31", "2024-03-31")}
    mix, place = survival.mix(by_day), survival.own_outcomes(by_day, "E06000063")  # made in 2023
    assert place == ["", survival.WAITING]
    text = survival_charts.describe_mix(mix, place, "Cumberland")
    assert "in 2019 (152 authorities) and 2024 (153): inadequate 20 and 16; " in text
    assert text.endswith("Cumberland: not there yet at the end of March 2019, not yet inspected at the "
                         "end of March 2024.")
