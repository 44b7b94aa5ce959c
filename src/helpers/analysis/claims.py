"""What was said about quantity, held against what was counted: a verdict by rule.

The rule is the same whoever speaks. A claim of change is held against the change of its series
between two years; a claim of a high or low level against England in the same year; a claim of most
or fewer than half against half. A change or difference counts from MINIMUM on, and weighs fully
from the usual movement on: half the distance between the quartiles of all authorities' changes
over the same years, or of their levels. Counts and rates are compared in logarithms, so that a fall
meets the same threshold as a rise, and told in per cent.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis import outliers, series

MINIMUM = {"logs": 2.0, "points": 1.0}  # per cent for counts and rates, points for percentages

UPWARDS = ("rise", "high", "most")  # directions that a positive movement bears out

VERDICTS = ("supports", "partly supports", "no clear change", "points the other way",
            "not testable")
COLUMNS = ["claim_id", "kind", "series", "proxy", "from_period", "to_period", "from_value",
           "to_value", "change", "unit", "towards", "usual", "verdict", "without_odd",
           "second_periods", "second_change", "second", "ofsted_agrees", "ofsted_row", "why"]


def verdict(moved: float, direction: str, minimum: float, usual: float, capped: bool) -> str:
    """The verdict on one movement or difference.

    moved: its size, up being positive; direction: rise, high or most, else the opposite; minimum
    and usual: in the same unit; capped: a proxy, or the speaker's own figures, support at most in
    part and never point the other way. Raises ValueError for a movement that is not a number.

    >>> verdict(12.0, "rise", minimum=2, usual=5, capped=False)
    'supports'
    >>> verdict(12.0, "fall", minimum=2, usual=5, capped=False)
    'points the other way'
    """
    if np.isnan(moved):
        raise ValueError("a movement that is not known has no verdict")
    towards = moved if direction in UPWARDS else -moved
    if abs(towards) < minimum:
        return "no clear change"
    if towards > 0:
        return "supports" if towards >= usual and not capped else "partly supports"
    return "points the other way" if -towards >= usual and not capped else "no clear change"


def audit(tests: pd.DataFrame, statistics: pd.DataFrame, distribution: pd.DataFrame,
          changes: pd.DataFrame, areas: pd.DataFrame, measures: pd.DataFrame,
          figures: pd.DataFrame) -> pd.DataFrame:
    """Every claim's test, one row each, in the order of `tests`.

    tests: claim_id, kind (change, level, share, figures change, figures level, figures share,
    none), series, direction, from_year, to_year, second_from, second_to, cap, ofsted_agrees,
    ofsted_row, note: which series bears on the claim, and how. The others are tidy tables.
    Columns: COLUMNS. The verdict of a change that ends or begins on an odd value is lowered to
    partly supports where it does not hold without.
    """
    about = measures.set_index("measure")
    known = {name: series.series(statistics, areas, name)
             for name in set(tests["series"]) if name in about.index}
    spread = distribution.set_index(["measure", "year"])
    rows = []
    for test in tests.to_dict("records"):
        row = dict.fromkeys(COLUMNS, "") | {
            "claim_id": test["claim_id"], "kind": test["kind"], "series": test["series"],
            "proxy": test["cap"], "ofsted_agrees": test["ofsted_agrees"],
            "ofsted_row": test["ofsted_row"], "verdict": "not testable", "why": test["note"]}
        if test["kind"].startswith("figures"):
            row |= _of_figures(test, figures.set_index("figure_id"))
        elif test["kind"] != "none":
            measure = about.loc[test["series"]]
            row |= _of_series(test, known[test["series"]], measure, spread, changes,
                              set(outliers.odd_years(statistics, measure)))
        if row["change"] != "":
            up = test["direction"] in UPWARDS
            row["towards"] = "yes" if row["change"] and (row["change"] > 0) == up else "no"
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_series(test: dict[str, Any], table: pd.DataFrame, about: pd.Series, spread: pd.DataFrame,
               changes: pd.DataFrame, odd: set[int]) -> dict[str, Any]:
    held = partial(_held, test, table.set_index("year"), about, spread, changes)
    found = held(test["from_year"], test["to_year"])
    if found is None:
        return {"why": f"{test['note']}; no value for a year that the claim needs"}
    found["without_odd"] = _without_odd(test, odd, held)
    if found["verdict"] == "supports" and found["without_odd"] not in ("", "supports"):
        found["verdict"] = "partly supports"
    if test["second_to"]:
        second = held(test["second_from"], test["second_to"])
        if second is not None:
            found |= {"second_periods": "{} to {}".format(test["second_from"], test["second_to"])
                      if test["kind"] == "change" else test["second_to"],
                      "second_change": second["change"], "second": second["verdict"]}
    return found


def _held(test: dict[str, Any], by_year: pd.DataFrame, about: pd.Series, spread: pd.DataFrame,
          changes: pd.DataFrame, from_year: str | int, to_year: str | int
          ) -> dict[str, Any] | None:
    """The two values compared, how far apart they are and the verdict; None if one is missing."""
    points = outliers.is_percentage(about["unit"])
    last = int(to_year)
    first = int(from_year) if test["kind"] == "change" else last
    end = by_year["value"].get(last, np.nan)
    if test["kind"] == "change":
        start = by_year["value"].get(first, np.nan)
    else:
        start = 50.0 if test["kind"] == "share" else by_year["england"].get(last, np.nan)
    if np.isnan(start) or np.isnan(end):
        return None
    usual = 0.0
    if test["kind"] == "level":
        q1, q3 = spread.loc[(about.name, last), ["q1", "q3"]]
        usual = float((q3 - q1 if points else np.log(q3 / q1)) / 2)
    elif test["kind"] == "change":
        usual = outliers.usual_change(changes, str(about.name), first, last)
    usual = usual if points else 100 * np.expm1(usual)
    moved = round(float(end - start if points else 100 * (end / start - 1)), 1)
    unit = "points" if points else "%"
    return {"from_period": by_year["period"][first], "to_period": by_year["period"][last],
            "from_value": start, "to_value": end, "change": moved, "unit": unit,
            "usual": round(usual, 1), "verdict": _verdict(test, moved, usual, unit)}


def _verdict(test: dict[str, Any], moved: float, usual: float, unit: str) -> str:
    """The verdict on a movement in points, or on the logarithm of one in per cent."""
    minimum = MINIMUM["points" if unit == "points" else "logs"]
    return verdict(_size(moved, unit), test["direction"], _size(minimum, unit),
                   _size(usual, unit), capped=test["cap"] != "")


def _size(moved: float, unit: str) -> float:
    """A movement as it is compared: a fall is as large as the rise that makes up for it."""
    return float(100 * np.log1p(moved / 100)) if unit == "%" else moved


def _without_odd(test: dict[str, Any], odd: set[int],
                 held: Callable[..., dict[str, Any] | None]) -> str:
    """The verdict when odd years give way to the nearest year further out; '' if none is odd."""
    if test["kind"] != "change":
        return "rests on an odd value" if int(test["to_year"]) in odd else ""
    first, last = ends = [int(test["from_year"]), int(test["to_year"])]
    while first in odd:
        first -= 1
    while last in odd:
        last += 1
    if [first, last] == ends:
        return ""
    found = held(first, last)
    return "rests on an odd value" if found is None else found["verdict"]


def _of_figures(test: dict[str, Any], figures: pd.DataFrame) -> dict[str, Any]:
    """A claim held against figures that its own document prints."""
    names = test["series"].split(";")
    last = figures.loc[names[-1]]
    points = last["unit"] == "per cent" or test["kind"] == "figures share"
    if test["kind"] == "figures share":
        start, end = 50.0, 100 * last["value"] / last["out_of"]
    else:
        start, end = figures.loc[names[0], "value"], last["value"]
    moved = round(float(end - start if points else 100 * (end / start - 1)), 1)
    stands, unit = last["as_at"] or last["period"], "points" if points else "%"
    return {"from_period": figures.loc[names[0], "as_at"] or figures.loc[names[0], "period"],
            "to_period": stands, "from_value": start, "to_value": end, "change": moved,
            "unit": unit, "verdict": _verdict(test, moved, 0.0, unit)}


def counts(table: pd.DataFrame, column: str = "verdict") -> dict[str, int]:
    """How many claims have each verdict, in the order of VERDICTS."""
    found = table[column].value_counts()
    return {name: int(found.get(name, 0)) for name in VERDICTS}


# Who spoke, as pages say it.
SPEAKERS = {"Ofsted report": "Ofsted’s own reports", "Ofsted as reported": "Ofsted, as reported",
            "council": "The council", "councillor": "A councillor",
            "internal report": "The council’s internal report", "journalist": "A journalist"}


def distinct(table: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """The testable claims, one row for each speaker and test, in the order of a chart.

    table: the audit; claims: the tidy table. Columns: those of the audit, voice, direction of the
    series, summary of the first such claim, alike (how many claims share the test) and steps: how
    far the series moved towards the claim, in usual movements (NaN without one).
    """
    rows = table[table["verdict"] != "not testable"].merge(
        claims[["claim_id", "voice", "summary"]], on="claim_id", validate="1:1")
    key = ["voice", "kind", "series", "from_period", "to_period", "verdict"]
    rows["alike"] = rows.groupby(key)["claim_id"].transform("count")
    rows = rows.drop_duplicates(key)
    size = pd.Series([abs(_size(row.change, row.unit)) / _size(row.usual, row.unit)
                      if row.usual > 0 else np.nan for row in rows.itertuples()], rows.index)
    rows["steps"] = size.where(rows["towards"] == "yes", -size)
    voices, verdicts = list(SPEAKERS), list(VERDICTS)
    return rows.sort_values(["voice", "verdict"], kind="stable", key=lambda c: c.map(
        (voices if c.name == "voice" else verdicts).index)).reset_index(drop=True)


