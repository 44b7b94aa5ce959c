"""Which values stand oddly: the rule, on made-up tables whose answer is worked out by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.analysis import outliers
from helpers.tables import files

MEASURES = pd.DataFrame(
    [("cases", "cases", "", "cases"), ("cases-rate", "per 10,000 children", "cases", "cases"),
     ("share", "% of cases", "", "cases")],
    columns=["measure", "unit", "rate_of", "base"]).set_index("measure")
Series = tuple[str | float, ...]


def long(series: dict[str, dict[str, Series]]) -> pd.DataFrame:
    """Values given by measure and area, from 2001 on, as rows."""
    return pd.DataFrame([(area, measure, str(year), f"{cell}") for measure, areas in series.items()
                         for area, cells in areas.items() for year, cell in enumerate(cells, 2001)],
                        columns=["area", "measure", "year", "value"])


def moves(series: dict[str, dict[str, Series]], without: str = "") -> outliers.Moves:
    """Such values as they move, rows of a year left out."""
    rows = long(series).query("year != @without").sample(frac=1, random_state=1)
    return outliers.moves(rows.assign(year=rows["year"].astype(int)), MEASURES)


def spread(series: dict[str, dict[str, Series]], authority: str = "L",
           without: str = "") -> pd.DataFrame:
    """The distribution of such values, by measure and year."""
    return outliers.distribution(moves(series, without), authority).set_index(["measure", "year"])


def others(cells: dict[int, Series]) -> dict[str, Series]:
    return {f"a{n}": cell for n, cell in cells.items()}


# Sixty others whose share is 10 in the first and last year and 10, 10.1, … 15.9 between; L at 40.
SIXTY = others({n: (10, 10 + n / 10, 10) for n in range(60)})
LARGE = others(dict.fromkeys(range(60), (100, 100, 100))) | {"L": (100, 100, 100)}
SHARES = {"cases": LARGE, "share": SIXTY | {"L": (10, 40, 10)}}


def assert_percentiles(row: pd.Series, values: list[float], columns: dict[str, int]) -> None:
    for column, percent in columns.items():
        assert float(row[column]) == pytest.approx(np.percentile(values, percent), abs=1e-4)


CHANGES = {"change_d1": 10, "change_q1": 25, "change_d5": 50, "change_q3": 75, "change_d9": 90}


@pytest.mark.parametrize("own", [40, 10, 1000])
def test_thresholds_are_of_all_others(own: float) -> None:
    """Distances of 0, 0.1, … 5.9 points: their percentiles stand 0.59 places from each end."""
    row = spread({"cases": LARGE, "share": SIXTY | {"L": (10, own, 10)}}).loc["share", "2002"]
    assert (row["unusual_below"], row["unusual_above"]) == ("0.059", "5.841")
    assert (row["judged"], row["sides"], row["distance"]) == ("60", "2", str(own - 10))
    assert row["authorities"] == "61" and row["unit"] == "% of cases"
    row = spread(SHARES, "a0").loc["share", "2002"]  # L's 40 is one of the others now
    assert float(row["unusual_above"]) > 10 and row["distance"] == "0"


def test_counts_and_rates_move_in_logarithms() -> None:
    """From 100 to 100 by way of 100 × 2, × 4, …: the distance is that of logarithms."""
    steps = [(n % 7) - 3 for n in range(60)]
    cells = others({n: (100 * 2**10, 100 * 2**(10 + step), 400 * 2**10)
                    for n, step in enumerate(steps)}) | {"L": (102400, 51200, 409600)}
    table = spread({"cases": cells, "cases-rate": cells})
    apart = [(step - 1) * math.log(2) for step in steps]  # the middle of 1 and 4 times is twice
    for measure in ("cases", "cases-rate"):
        row = table.loc[measure, "2002"]
        assert_percentiles(row, apart, {"unusual_below": 1, "unusual_above": 99})
        assert_percentiles(row, [step * math.log(2) for step in [*steps, -1]], CHANGES)
        assert float(row["distance"]) == pytest.approx(-2 * math.log(2), abs=1e-4)
        assert float(row["change"]) == pytest.approx(-math.log(2), abs=1e-4)
        assert row["changes"] == "61"


def test_a_zero_has_no_logarithm() -> None:
    cells = LARGE | {"a0": (100, 0, 100), "L": (100, 0, 100)}
    row = spread({"cases": LARGE, "cases-rate": cells}).loc["cases-rate", "2002"]
    assert (row["value"], row["distance"], row["change"]) == ("0", "", "")
    assert (row["judged"], row["changes"], row["authorities"]) == ("59", "59", "61")


def test_percentages_move_in_points_and_levels_are_of_all_authorities() -> None:
    table = spread(SHARES)
    row = table.loc["share", "2002"]
    assert_percentiles(row, [n / 10 for n in range(60)] + [30], CHANGES)
    assert_percentiles(row, [10 + n / 10 for n in range(60)] + [40], {"q1": 25, "q3": 75})
    assert (row["value"], row["change"], row["change_rank"]) == ("40", "30", "1")
    row = table.loc["share", "2003"]
    assert (row["change"], row["change_rank"]) == ("-30", "61")


def test_equal_changes_share_a_rank_whatever_their_last_bits() -> None:
    assert 24.7 - 17.6 < 7.1
    cells = SHARES | {"share": SIXTY | {"a0": (0, 7.1, 10), "L": (17.6, 24.7, 10)}}
    assert spread(cells).loc["share", "2002"]["change_rank"] == "1"


def test_a_small_base_is_not_judged() -> None:
    """A base of 50 is large enough, one of 49 or none is not; its level counts all the same."""
    small: dict[str, Series] = {"s49": (49, 49, 49), "late": (49, 50, 50), "none": ("", "", "")}
    wild = dict.fromkeys(small, (10, 99, 10))
    fifty: Series = (50, 50, 50)
    base = others(dict.fromkeys(range(60), fifty)) | small | {"L": fifty}
    table = spread({"cases": base, "share": SHARES["share"] | wild})
    row = table.loc["share", "2002"]
    assert (row["authorities"], row["changes"], row["judged"]) == ("64", "61", "61")
    assert float(row["unusual_above"]) > 30  # that of 'late', whose base is large in the year itself
    assert table["changes"]["share", "2003"] == "62"
    for own, distance in ((50, "30"), (49, "")):
        table = spread({"cases": base | {"L": (own, own, own)}, "share": SHARES["share"]})
        assert table["distance"]["share", "2002"] == distance
        assert table["change"]["share", "2002"] == distance
        assert table["value"]["share", "2002"] == "40"


@pytest.mark.parametrize(("count", "judged"), [(49, ""), (50, "50")])
def test_few_others_judge_nothing(count: int, judged: str) -> None:
    cells = dict(list(SIXTY.items())[:count]) | {"L": (10, 40, 10)}
    row = spread({"cases": LARGE, "share": cells}).loc["share", "2002"]
    assert row["judged"] == judged
    assert [row[name] == "" for name in ("unusual_below", "unusual_above", "distance", "sides")] == [
        judged == ""] * 4
    assert row["change"] == "30"


@pytest.mark.parametrize("own", [("", 40, 10), (10, 40, ""), (10, "", 10)])
def test_a_missing_year_is_not_judged(own: Series) -> None:
    missing = {f"b{n}": own for n in range(5)}
    row = spread({"cases": LARGE | dict.fromkeys(missing, (100, 100, 100)),
                  "share": SHARES["share"] | missing | {"L": own}}).loc["share", "2002"]
    assert (row["judged"], row["distance"], row["unusual_above"]) == ("60", "", "5.841")


def test_the_first_year_is_not_judged_and_the_last_by_its_change() -> None:
    cells = others({n: (10, 10, 10 + n / 10) for n in range(60)}) | {"L": (10, 40, 20)}
    table = spread({"cases": LARGE, "share": cells})
    first, last = table.loc["share", "2001"], table.loc["share", "2003"]
    assert [first[name] for name in ("judged", "distance", "changes", "change", "sides")] == [
        "", "", "0", "", ""]
    assert (last["unusual_below"], last["unusual_above"], last["judged"]) == ("0.059", "5.841", "60")
    assert (last["sides"], last["distance"], last["change"]) == ("1", "-20", "-20")


def test_a_year_before_a_gap_is_not_the_last() -> None:
    """A year that no authority has, between others: its neighbours are not judged."""
    cells = {area: (*values, 10) for area, values in SHARES["share"].items()}
    series = {"cases": dict.fromkeys(cells, (100,) * 4), "share": cells}
    found = spread(series, without="2003").loc["share"]
    assert list(found.index) == ["2001", "2002", "2004"]
    assert set(found["sides"]) == set(found["judged"]) == set(found["distance"]) == {""}


def over(series: dict[str, dict[str, Series]]) -> pd.DataFrame:
    """All changes of such values, as numbers."""
    return files.as_numbers(outliers.changes(moves(series)))


def test_changes_are_taken_over_the_same_years() -> None:
    """Steps that undo each other: far apart over one year, not over two."""
    shares = others({n: (10, 10 + n, 10 + n / 10) for n in range(61)}) | {"small": (0, 90, 90)}
    table = over({"cases": LARGE | {"a60": (100,) * 3, "small": (49, 49, 50)}, "share": shares})
    share = table[table["measure"] == "share"]
    assert share[["from_year", "to_year", "authorities", "change_q1", "change_q3"]].values.tolist() == [
        [2001, 2002, 61, 15, 45], [2001, 2003, 61, 1.5, 4.5], [2002, 2003, 61, -40.5, -13.5]]
    assert outliers.typical_change(table, "share", 2001, 2002) == 15
    assert outliers.typical_change(table, "share", 2001, 2003) == 1.5
    for first, last in ((2003, 2001), (2001, 2004)):
        with pytest.raises(KeyError, match=f"share.*{first}"):
            outliers.typical_change(table, "share", first, last)


def test_changes_of_counts_are_logarithms_and_go_so_far() -> None:
    longest = outliers.LONGEST
    cells = others({n: (100, *[""] * (longest - 1), 100 * 2**n, 100) for n in range(5)})
    table = over({"cases": cells | {"none": (100, *[0] * (longest + 1))}})
    found = {(row.from_year, row.to_year): row for row in table.itertuples()}
    assert set(found) == {(2001, 2001 + longest), (2001 + longest, 2002 + longest)}
    row = found[2001, 2001 + longest]
    assert row.authorities == 5
    assert row.change_q1 == pytest.approx(math.log(2), abs=1e-4)
    assert row.change_q3 == pytest.approx(3 * math.log(2), abs=1e-4)
    assert outliers.typical_change(table, "cases", *next(iter(found))) == pytest.approx(
        math.log(2), abs=1e-4)


def test_a_share_is_unusual_where_what_it_is_a_share_of_is() -> None:
    table = pd.DataFrame([("cases", 2002, "dip"), ("cases", 2003, ""), ("share", 2005, "spike"),
                          ("share", 2002, ""), ("other", 2004, "dip")],
                         columns=["measure", "year", "flag"])
    about = pd.DataFrame({"share_of": ["", "cases", "cases before;cases"]},
                         index=["cases", "share", "again"])
    found = [outliers.unusual_years(table, about.loc[name]) for name in about.index]
    assert found == [{2002: ""}, {2002: "cases", 2005: ""}, {2002: "cases", 2003: "cases before"}]


def flags(series: dict[str, dict[str, Series]], *limits: dict[str, str]) -> list[str]:
    """The flags of values whose authority is L, judged in 2002 by limits of -5 and 5 or others."""
    statistics = long(series).rename(columns={"area": "area_code"})
    statistics.index += 7
    judged = pd.DataFrame([{"measure": "share", "year": "2002", "unusual_below": "-5",
                            "unusual_above": "5", "sides": "2"} | each for each in limits])
    found = outliers.flags(statistics, judged, MEASURES, "L")
    assert list(found.index) == list(statistics.index)
    return list(found)


@pytest.mark.parametrize(("values", "distance", "expected"), [
    ((30, 20, 31), "-10.5", "dip"), ((30, 41, 31), "10.5", "spike"),
    ((10, 30, 31), "9.5", "step"), ((31, 11, 10), "-9.5", "step"), ((30, 20, 20), "-5.5", "step"),
    ((30, 35, 30), "5", ""), ((30, 25, 30), "-5", ""), ((30, 35.1, 30), "5.1", "spike"),
    ((30, 24.9, 30), "-5.1", "dip"), ((30, 90, 30), "", "")])
def test_flags_are_of_the_authority_alone(values: Series, distance: str, expected: str) -> None:
    found = flags({"share": {"L": values, "M": (10, 90, 10)}}, {"distance": distance})
    assert found == ["", expected, "", "", "", ""]


@pytest.mark.parametrize(("values", "limits", "expected"), [
    ((30, 20), {"distance": "-10", "sides": "1"}, "last year"),
    ((30, 40), {"distance": "10", "sides": "1"}, "last year"),
    ((30, 31), {"distance": "1", "sides": "1"}, ""),
    ((30, 90), {"distance": "60", "unusual_below": "", "unusual_above": ""}, "")])
def test_the_last_year_and_one_without_limits(values: Series, limits: dict[str, str],
                                              expected: str) -> None:
    assert flags({"share": {"L": values}}, limits) == ["", expected]


def test_a_rate_takes_the_flag_of_its_count() -> None:
    """Whatever its own distance: the rate follows the count, and another measure neither."""
    series = {"cases": {"L": (100, 10, 100)}, "cases-rate": {"L": (5, 50, 5)}, "share": {"L": (5,) * 3}}
    found = flags(series, {"measure": "cases", "distance": "-7"},
                  {"measure": "cases-rate", "distance": "7"})
    assert found == ["", "dip", "", "", "dip", "", "", "", ""]
