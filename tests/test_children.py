"""The official statistics as tables, charts and sentences: made-up areas, answers by hand."""

import math
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from conftest import words_of
from helpers.analysis import outliers, series
from helpers.charts import series as series_charts
from helpers.charts import style
from helpers.tables import files

NAN = math.nan
AREAS = pd.DataFrame({"area_code": ["here", "n1", "n2", "n3", "n4", "wide", "land"], "relation": [
    "authority", *["neighbour"] * 4, "region", "country"]})
MEASURES = pd.DataFrame(
    [("plans", "Plans", "Plans at 31 March", "children", "", "at 31 March"),
     ("plans-rate", "Plans rate", "Plan rate", "per 10,000 children", "plans", "at 31 March"),
     ("cases", "Cases", "Cases held", "cases", "", "at 31 March")],
    columns=["measure", "name", "label", "unit", "rate_of", "timing"])


def counted(measure: str = "plans", **areas: dict[int, float]) -> pd.DataFrame:
    """Statistics by area and year, each counted in the year to 31 March."""
    return pd.DataFrame([
        {"area_code": area, "measure": measure, "year": year, "value": value, "flag": "",
         "basis": "published", "period": f"{year - 1}-04-01/{year}-03-31"}
        for area, values in areas.items() for year, value in values.items()])


def line(values: list[float], england: list[float] | None = None,
         flags: dict[int, str] | None = None, measure: str = "plans") -> pd.DataFrame:
    """A table as from series, from 2020, each value of a 31 March."""
    years = range(2020, 2020 + len(values))
    return pd.DataFrame({
        "measure": measure, "year": years, "period": [f"{year}-03-31" for year in years],
        "value": values, "flag": [(flags or {}).get(year, "") for year in years],
        "region": NAN, "england": england or [NAN] * len(values),
        "neighbours": NAN, "low": NAN, "median": NAN, "high": NAN})


def test_a_series_sets_every_kind_of_area_side_by_side() -> None:
    """Quartiles of 1, 2, 3, 4 are 1.75 and 3.25; of 2, 4, 6, one being missing, 3 and 5."""
    rows = counted(here={2020: 10, 2021: 20}, land={2019: 8, 2020: 9, 2021: 7}, wide={2021: 5},
                   n1={2020: 1, 2021: 2}, n2={2020: 2, 2021: 4}, n3={2020: 3, 2021: 6},
                   n4={2020: 4, 2021: NAN}, elsewhere={2020: 99, 2021: 99})
    rows = pd.concat([rows, counted("cases", here={2020: 1000}, n1={2021: 1000})])
    rows.loc[rows["value"] == 20, "flag"] = "spike"
    table = series.series(rows, AREAS, "plans").set_index("year")
    assert list(table.index) == [2020, 2021]  # those of the authority, not England's 2019
    columns = ["value", "england", "neighbours", "low", "median", "high"]
    assert table[columns].to_numpy().tolist() == [[10, 9, 4, 1.75, 2.5, 3.25],
                                                  [20, 7, 3, 3, 4, 5]]
    assert math.isnan(table.loc[2020, "region"]) and table.loc[2021, "region"] == 5
    assert table[["measure", "flag"]].to_numpy().tolist() == [["plans", ""], ["plans", "spike"]]
    older = rows.assign(basis=rows["year"].map({2020: "older definition"}).fillna("published"))
    assert series.series(older, AREAS, "plans")["year"].tolist() == [2021]  # never joined
    with pytest.raises(KeyError, match="caseload"):
        series.series(rows, AREAS, "caseload")


def test_a_year_without_a_row_is_a_gap_and_no_neighbours_are_no_zero() -> None:
    table = series.series(counted(here={2020: 10, 2022: 30}), AREAS, "plans").set_index("year")
    assert list(table.index) == [2020, 2021, 2022]
    assert table["value"].tolist() == pytest.approx([10, NAN, 30], nan_ok=True)
    assert table.loc[2021, ["period", "flag"]].tolist() == ["2020-04-01/2021-03-31", ""]
    assert table[["neighbours", "low", "median", "high", "region", "england"]].isna().all(axis=None)


def moves() -> pd.DataFrame:
    """Three measures in three years; the authority's change is to a half, to double or missing;
    a tenth of authorities fell to a fifth, all the others' changes lie about nought."""
    changed = {("plans", 2021): 0.5, ("plans", 2022): 2, ("cases", 2021): 0.5, ("cases", 2022): NAN}
    return pd.DataFrame([
        {"measure": measure, "unit": "children", "year": year, "changes": 150, "change_rank": 7,
         "change": np.log(changed.get((measure, year), 1)), "change_d1": np.log(0.2),
         "change_q1": np.log(0.8), "change_d5": 0, "change_q3": np.log(1.25),
         "change_d9": np.log(1.5)} for measure in ("cases", "plans", "plans-rate")
        for year in (2020, 2021, 2022)])


def test_changes_are_in_per_cent_in_the_order_asked_for() -> None:
    """Logarithms of 0.5 and 2 are −50% and +100%; the 7th greatest rise of 150 leaves 143 others
    that rose no more, so a tie counts as having fallen as far."""
    table = series.yearly_changes(moves(), MEASURES, ("plans", "cases"), (2022, 2021))
    assert table[["measure", "year"]].to_numpy().tolist() == [
        ["plans", 2021], ["plans", 2022], ["cases", 2021], ["cases", 2022]]
    assert table["change"].tolist() == pytest.approx([-50, 100, -50, NAN], nan_ok=True)
    columns = ["low", "q1", "median", "q3", "high", "others", "as_low"]
    assert table.loc[0, columns].tolist() == pytest.approx([-80, -20, 0, 25, 50, 149, 143])
    assert table["label"].tolist() == ["Plans at 31 March"] * 2 + ["Cases held"] * 2


def test_the_fall_of_2023_beside_the_panel(root: Path) -> None:
    """Of 149 others nine fell as far in referrals, none of 146 in plans and ten of 146 in starting
    care: counted again from the published values, in whole numbers, without the helpers' rule."""
    chosen = {"referrals": "dfe-cin-2025", "plans": "dfe-cin-2025", "starting-care": "dfe-cla-2025"}
    table, own = files.read_raw("official/panel", root), "E08000012"
    level = files.read_raw("official/panel_areas", root).set_index("area_code")["level"]
    table = table[table["area_code"].map(level) == "authority"].set_index("area_code")
    found = []
    for measure, publication in chosen.items():
        rows = table[(table["measure"] == measure) & (table["publication"] == publication)]
        pair = rows[["2022", "2023"]].apply(pd.to_numeric, errors="coerce").dropna()
        a, b = pair[(pair >= 50).all(axis=1)].T.to_numpy(int)
        before, fallen = pair.loc[own].astype(int)
        found.append((int((b * before <= a * fallen).sum()) - 1, len(a) - 1))
    assert found == [(9, 149), (0, 146), (10, 146)]
    table = series.yearly_changes(files.read_table("official_distribution", root),
                                  files.read_table("measures", root), list(chosen), [2023])
    assert list(table[["as_low", "others"]].itertuples(index=False, name=None)) == found


def test_changes_are_drawn_and_told_under_their_years() -> None:
    table = series.yearly_changes(moves(), MEASURES, ("plans", "cases"), (2021, 2022))
    figure = series_charts.draw_changes(table, ("Before", "After"), "Saltmere")
    first, second = figure.axes
    assert [axes.get_title(loc="left") for axes in (first, second)] == ["Before", "After"]
    assert [t.get_text() for t in first.get_yticklabels()] == ["Plans at 31 March", "Cases held"]
    assert words_of(first).count("−50%") == 2 and "+100%" in words_of(second)
    before, after = (axes.collections[-1].get_offsets() for axes in (first, second))
    assert before.tolist() == pytest.approx(np.array([[-50, 0], [-50, 1]]))
    assert after.tolist() == [[100, 0]]  # unknown: no dot, none at nought
    boxes = [each.get_path().get_extents().intervalx.tolist() for each in first.patches]
    assert boxes == [pytest.approx([-20, 25])] * 2  # the middle half
    legend = figure.legends[0]
    assert {text.get_text(): type(handle).__name__ for text, handle in zip(
        legend.get_texts(), legend.legend_handles, strict=True)} == {
        "Saltmere": "Line2D", "Middle half of authorities": "Rectangle",
        "Middle four fifths": "Line2D"}
    fall = series_charts.draw_changes(table[table["change"] < 0].assign(high=-10), ["Before"], "S")
    assert fall.axes[0].get_xlim()[0] < -80  # where the lowest tenth begins
    assert series_charts.describe_changes(table, ("Before", "After"), "Saltmere") == (
        "Dots are Saltmere’s changes, boxes the middle half of authorities’, lines their middle four "
        "fifths. Before: down 50% (Plans at 31 March) to down 50% (Cases held); none of two outside "
        "the lines. After: up 100% (Plans at 31 March) to up 100% (Plans at 31 March); one of "
        "one outside the lines.")


def test_a_caseload_is_taken_apart_into_cases_and_holders() -> None:
    """From 20 to 5, a quarter: half the cases and twice the holders, so each is a half of it."""
    work = {"caseload": (20, 5), "cases": (400, 200), "case-holders": (20, 40), "agency": (10, 20),
            "social-workers": (10, 10)}
    rows = pd.concat([counted(name, here={2024: a, 2025: b}, n1={2024: 1, 2025: 9})
                      for name, (a, b) in work.items()])
    table = series.caseload_parts(rows, "here", 2024, 2025).set_index("measure")
    assert list(table.index) == ["caseload", "cases", "case-holders", "agency", "social-workers"]
    assert table["share"].tolist() == pytest.approx([NAN, 50, 50, NAN, NAN], nan_ok=True)
    assert table["change"].tolist() == pytest.approx([-75, -50, 100, 100, 0])


def test_the_years_around_an_unusual_one_are_usual() -> None:
    """They are other years: nothing says that a change between them is of the same length."""
    assert outliers.years_without_unusual(2022, 2024, {2023: "", 2021: ""}) == (2022, 2024)
    assert outliers.years_without_unusual(2021, 2023, {2020, 2021, 2023}) == (2019, 2024)


def test_flagged_values_are_listed_with_what_is_known_of_them() -> None:
    rows = pd.concat([counted("cases", here={2020: 7, 2021: 8}),
                      counted(here={2021: 5, 2020: 4}), counted("plans-rate", here={2020: 6})])
    rows["flag"], rows["unit"] = ["dip", "", "dip", "spike", "spike"], "children"
    known = pd.DataFrame({"measure": ["cases", "plans", "plans"], "year": [2020, 2020, 2021],
                          "known": ["c", "a", "b"], "finding_id": ["f", "", ""]})
    table = series.flagged(rows, MEASURES, known)
    assert table[["name", "year", "value", "flag", "known"]].to_numpy().tolist() == [
        ["Plans", "2020", 4, "spike", "a"], ["Plans", "2021", 5, "dip", "b"],
        ["Cases", "2020", 7, "dip", "c"]]


def test_a_rise_is_unbroken_up_to_the_highest() -> None:
    for values, low, top in (([1, 3, 2, 4, 6, 5], 2022, 2024), ([9, 3, 4], 2020, 2020),
                             ([2, 2, 3], 2021, 2022), ([1, NAN, 3, 4], 2022, 2023),
                             ([1, 5, 5], 2020, 2021)):
        assert series.rise(line(values)) == {"low": low, "top": top}


def test_a_series_crosses_england_s_once_from_above() -> None:
    assert series.crossing(line([9, 8, NAN, 5, 4], [7, 7, 7, 6, 4])) == {
        "last_above": 2021, "first_below": 2023}
    for values in ([9, 9, 9], [1, 1, 1], [1, 9, 1], [9, 1, 9], [9, 5, 1]):
        with pytest.raises(ValueError, match="once, from above"):
            series.crossing(line(values, [5, 5, 5]))


def test_the_data_behind_a_chart_are_what_is_drawn() -> None:
    tables = [line([2.346, NAN], flags={2020: "dip"}), line([7], measure="cases")]
    table = series.panel_data(tables, MEASURES)
    assert table[["label", "year", "flag"]].to_numpy().tolist() == [
        ["Plans, at 31 March", "2020", "yes"], ["Plans, at 31 March", "2021", ""],
        ["Cases, at 31 March", "2020", "not judged"]]
    assert table["unit"].tolist() == ["children", "children", "cases"]
    assert table["value"].tolist() == pytest.approx([2.35, NAN, 7], nan_ok=True)
    assert series.panel_data([line([2, 3, 4])], MEASURES)["flag"].tolist() == ["not judged", "no", "no"]


INSPECTIONS = pd.DataFrame(
    [("full inspection", "2021-07-01"), ("full inspection", "2020-10/2021-02"),
     ("monitoring visit", "2022-01-10"), ("full inspection", "")], columns=["kind", "started"])


def panels(*tables: pd.DataFrame) -> Figure:
    return series_charts.draw_panels(tables, MEASURES, INSPECTIONS, "Saltmere", "Tidal Coast")


def drawn_in(axes: Axes, colour: str) -> list[list[float]]:
    """The heights of the lines of a colour, a list for each unbroken line."""
    return [list(run) for each in axes.lines if each.get_color() == colour
            for known, run in groupby(each.get_ydata(), key=lambda height: height == height) if known]


def test_panels_leave_gaps_and_date_their_lines() -> None:
    gap = line([4, NAN, 6, 5], [8, 9, 9, 9], flags={2022: "spike"}).assign(low=2, high=3)
    later = line([1200, 1500, NAN], [3, 2, 1], measure="cases")
    figure = panels(gap, later)
    left, right = figure.axes
    assert left.get_title(loc="left") == "Plans at 31 March\nchildren"
    assert right.get_title(loc="left") == "Cases held\ncases"
    assert drawn_in(left, style.BLUE) == [[4], [6, 5]]  # never across the year without a value
    assert drawn_in(left, style.INK) == [[8, 9, 9, 9]] and drawn_in(left, style.GREY) == []
    rings = [each.get_offsets()[:, 1].tolist() for each in left.collections
             if each.get_zorder() == 5]
    assert rings == [[6]]
    assert set(left.collections[0].get_paths()[0].vertices[:, 1]) == {2, 3}  # the band
    marks = [each.get_xdata()[0] for each in left.lines if each.get_color() == style.LINE]
    assert marks == [pytest.approx(2021.4956, abs=2e-3)]  # one day is known: 1 July 2021
    assert "2021" in words_of(left) and left.get_ylim()[0] == 0
    assert left.get_ylim()[1] > 9  # the highest value
    key = [each.get_text() for each in figure.legends[0].get_texts()]
    assert key[0].startswith("Middle half") and key[1].startswith("Full inspection")
    assert key[2] == "Unusual beside the years next to it" and len(key) == 3
    assert len(panels(later).legends[0].get_texts()) == 1  # no neighbours, nothing unusual


def test_lines_are_named_at_their_ends() -> None:
    known = line([4, 5], [8, 9.04]).assign(region=7)
    for axes in panels(*[known] * 5).axes[:5]:
        inks = {each.get_text(): each.get_color() for each in axes.findobj(Text)}
        for column, label, colour in (("value", "Saltmere 5", style.BLUE), ("region", "Tidal Coast 7",
                                      style.GREY), ("england", "England 9", style.INK)):
            assert inks[label] == colour
            assert drawn_in(axes, colour) == [known[column].tolist()]
    assert panels(known).axes[0].get_title(loc="left") == "Plans at 31 March"  # one unit: none told
    ended = words_of(panels(line([1200, 1500, NAN], [3, 2, 1], measure="cases")))
    assert "Saltmere" in ended and "England 1" in ended
    assert "nan" not in ended  # no value is told for the missing year


@pytest.mark.parametrize("name", ["Wokingham", "West Northamptonshire", "Barking and Dagenham",
                                  "Rotherham", "Bournemouth, Christchurch & Poole"])
def test_a_box_holds_all_that_belongs_to_its_panel(name: str) -> None:
    """The widest names as well; two across, and the key below all of them."""
    known = line([1180, 1234], [8, 9.04], measure="cases").assign(region=7, low=2, high=3)
    tables = [known, line([4, 5]), known]
    figure = series_charts.draw_panels(tables, MEASURES, INSPECTIONS, name, "Yorkshire and The Humber")
    figure.draw_without_rendering()
    points = figure.dpi_scale_trans.inverted().transform
    drawn = [axes.get_tightbbox() for axes in figure.axes if axes.get_visible()]
    drawn.append(figure.legends[0].get_window_extent())
    found = style.boxes(figure)
    assert len(found) == len(drawn) == 4
    for (x, y, width, height), box in zip(found, drawn, strict=True):
        (left, low), (right, high) = points(box.get_points()) * 72
        top = figure.get_figheight() * 72
        assert x <= left and right <= x + width + 0.1
        assert y <= top - high + 0.1 and top - low <= y + height + 0.1
    assert set(name.split()) <= set(words_of(figure.axes[0]).split())  # no word broken
    assert style.boxes(style.new_figure(2)) == []


def test_labels_are_moved_apart_in_order() -> None:
    found = series_charts._apart({"a": 10.0, "b": 10.5, "c": 30.0}, dict.fromkeys("abc", 2.0))
    assert found == pytest.approx({"a": 9.25, "b": 11.25, "c": 30})
    close = series_charts._apart({"a": 1.0, "b": 1.0, "c": 1.0}, dict.fromkeys("abc", 2.0))
    assert np.diff(list(close.values())) == pytest.approx([2, 2])
    assert close["a"] == pytest.approx(1)  # the lowest is above the axis


def test_panels_are_told_with_their_ends() -> None:
    known = line([4, 2, NAN, 9.04, 166.6, NAN], [3, 3, 3, 3, 3.5, 8])
    alone = line([NAN, 5, 5], measure="cases")
    assert series_charts.describe_panels([known, alone], MEASURES, "Saltmere") == (
        "Two small line charts. Saltmere in 2024: plans at 31 March: 167 (England 3.5), first 4 in "
        "2020, with gaps; cases held: 5 in 2022, first 5 in 2021.")
