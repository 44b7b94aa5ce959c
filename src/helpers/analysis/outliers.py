"""Which published values are unusual next to the years beside them, by rule.

A value's distance is how far it is from the mean of the year before and the year after: in
logarithms for counts and rates, in points for percentages. It is unusual when that distance is
outside the LIMITS, as percentiles, of the same distance over all other authorities whose base is
large enough. The last year has one year beside it and is judged by its change alone.
"""


from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.tables import files

BASE = 50  # the fewest cases, children, or workers on which a year's movement is judged
LIMITS = (1, 99)  # percentiles of others' distances, outside which a value is unusual
LONGEST = 7  # the most years over which a claim or what came since an inspection is held
COLUMNS = ["measure", "unit", "year", "authorities", "q1", "q3", "value", "changes", "change_d1",
           "change_q1", "change_d5", "change_q3", "change_d9", "change", "change_rank", "sides",
           "judged", "odd_low", "odd_high", "distance"]


class Moves(NamedTuple):
    """A measure of all authorities: arrays by area and year, NaN where nothing is known."""

    measure: str
    unit: str
    areas: list[str]
    years: list[int]
    level: np.ndarray
    scaled: np.ndarray  # as it moves: in logarithms, or points
    large: np.ndarray  # whether its base is large enough: never where it has none


def is_percentage(unit: str) -> bool:
    """Whether a measure moves in points, not in logarithms."""
    return unit.startswith("%")


def distribution(moved: Sequence[Moves], authority: str) -> pd.DataFrame:
    """All authorities, by measure and year: levels, yearly changes, and the rule's thresholds.

    moved: as from moves, of all authorities. Columns: COLUMNS, as text; q1 and q3 are of the levels;
    value is the authority's; changes are from the year before, over authorities with a large enough
    base in both years, change_rank the authority's among them (1 is the greatest rise); judged
    counts the other authorities behind odd_low and odd_high; distance is the authority's.
    """
    parts = []
    for each in moved:
        change = np.full_like(each.scaled, np.nan)
        change[:, 1:] = np.where(each.large[:, 1:] & each.large[:, :-1], np.diff(each.scaled), np.nan)
        own = _row(change, each, authority)
        known = (~np.isnan(each.level)).sum(axis=0)
        part = pd.DataFrame({
            "measure": each.measure, "unit": each.unit, "year": each.years, "authorities": known,
            "value": _row(each.level, each, authority), "changes": (~np.isnan(change)).sum(axis=0),
            "change": own,
            "change_rank": np.where(np.isnan(own), np.nan, (change > own).sum(axis=0) + 1),
            **_percentiles(each.level, {"q1": 25, "q3": 75}),
            **_percentiles(change, {"change_d1": 10, "change_q1": 25, "change_d5": 50,
                                    "change_q3": 75, "change_d9": 90})})
        parts.append(part[known > 0])
    found = pd.concat(parts, ignore_index=True)
    found = found.merge(thresholds(moved, authority), "left", on=["measure", "year"])
    return found.reindex(columns=COLUMNS).astype(object).map(_text)


def thresholds(moved: Sequence[Moves], authority: str) -> pd.DataFrame:
    """The rule's part of distribution, in numbers: measure, year, sides, judged, odd_low, odd_high
    and distance, for the years in which enough others are judged."""
    parts = []
    for each in moved:
        apart = np.where(each.large, _distances(each.scaled), np.nan)
        others = apart[[area != authority for area in each.areas]]
        judged = (~np.isnan(others)).sum(axis=0)
        rule = pd.DataFrame({
            "measure": each.measure, "year": each.years,
            "sides": np.where(np.array(each.years) == each.years[-1], 1, 2), "judged": judged,
            "distance": _row(apart, each, authority),
            **_percentiles(others, {"odd_low": LIMITS[0], "odd_high": LIMITS[1]})})
        parts.append(rule[judged >= BASE])  # the percentiles of fewer say nothing
    return pd.concat(parts, ignore_index=True)


def _row(values: np.ndarray, each: Moves, area: str) -> np.ndarray:
    """An area's values by year; missing if it has none."""
    return values[each.areas.index(area)] if area in each.areas else np.full(len(each.years), np.nan)


def changes(moved: Sequence[Moves]) -> pd.DataFrame:
    """The quartiles of all authorities' changes between any two years, LONGEST apart at most.

    moved: as for distribution, and in its terms. Columns, as text: measure, from_year,
    to_year, authorities (with a large enough base in both years), change_q1 and change_q3.
    """
    rows = []
    for each in moved:
        known = dict(zip(each.years, np.where(each.large, each.scaled, np.nan).T, strict=True))
        for before, after in combinations(known, 2):
            change = known[after] - known[before]
            change = change[~np.isnan(change)]
            if after - before <= LONGEST and len(change):
                rows.append((each.measure, before, after, len(change),
                             *np.percentile(change, [25, 75])))
    return pd.DataFrame(rows, columns=["measure", "from_year", "to_year", "authorities",
                                       "change_q1", "change_q3"]).map(_text)


def usual_change(changes: pd.DataFrame, measure: str, before: int, after: int) -> float:
    """Half the distance between the quartiles of all authorities' changes over the same years, in
    logarithms or points: by construction about half of all authorities move that far or further.

    changes: the tidy table. Raises KeyError for years between which it has no change."""
    rows = changes[(changes["measure"] == measure) & (changes["from_year"] == before)
                   & (changes["to_year"] == after)]
    if rows.empty:
        raise KeyError(f"official_changes has no change of {measure} from {before} to {after}")
    return float((rows["change_q3"] - rows["change_q1"]).iloc[0] / 2)


def moves(values: pd.DataFrame, measures: pd.DataFrame) -> list[Moves]:
    """Each measure that has values, as distribution takes it.

    values: area, measure, year, value (text, '' if missing), authorities only; measures: by name,
    with unit and base."""
    numbers = values.assign(value=pd.to_numeric(values["value"].replace("", None)))
    wide = {name: table.pivot(index="area", columns="year", values="value").reindex(
        columns=range(table["year"].min(), table["year"].max() + 1))
        for name, table in numbers.groupby("measure")}
    found = []
    for measure, about in measures[measures.index.isin(wide)].iterrows():
        table = wide[measure]
        base = wide.get(about["base"], table if about["base"] else table * 0).reindex_like(table)
        scaled = table if is_percentage(about["unit"]) else np.log(table.where(table > 0))
        found.append(Moves(str(measure), about["unit"], list(table.index), list(table.columns),
                           table.to_numpy(float), scaled.to_numpy(float), (base >= BASE).to_numpy()))
    return found


def _distances(scaled: np.ndarray) -> np.ndarray:
    """How far each value is from the mean of both years beside it; in the last year, from the one
    before."""
    apart = np.full_like(scaled, np.nan)
    apart[:, 1:-1] = scaled[:, 1:-1] - (scaled[:, :-2] + scaled[:, 2:]) / 2
    if scaled.shape[1] > 1:
        apart[:, -1] = scaled[:, -1] - scaled[:, -2]
    return apart


def _percentiles(table: np.ndarray, wanted: dict[str, int]) -> dict[str, np.ndarray]:
    """Percentiles of each column, missing for one without a value."""
    found = quantiles(table[None], [n / 100 for n in wanted.values()])
    return dict(zip(wanted, found[:, 0], strict=True))


def quantiles(values: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Quantiles of the numbers along the second axis of three, NaN left out, linear as numpy's but
    quick; first axis of the result: the shares."""
    ordered = np.sort(values, axis=1)  # NaN last
    known = (~np.isnan(values)).sum(axis=1)
    found = []
    for share in shares:
        place = share * np.maximum(known - 1, 0)
        low = np.floor(place).astype(int)
        high = np.minimum(low + 1, np.maximum(known - 1, 0))
        first, last = (np.take_along_axis(ordered, at[:, None, :], axis=1)[:, 0]
                       for at in (low, high))
        found.append(first + (last - first) * (place - low))
    return np.array(found)


def _text(cell: float | str | None) -> str:
    if cell is None or isinstance(cell, str):
        return cell or ""
    return "" if np.isnan(cell) else format(round(float(cell), 4), ".10g")


def flags(statistics: pd.DataFrame, distribution: pd.DataFrame, measures: pd.DataFrame,
          authority: str) -> pd.Series:
    """The flag of each value of the statistics, '' for most; only the authority's are judged.

    dip and spike: below or above both neighbouring years; step: between them; last year: judged
    by its change alone, and provisional. A rate takes the flag of the count it is a rate of.
    """
    values = statistics[statistics["area_code"] == authority].assign(
        value=lambda t: pd.to_numeric(t["value"].replace("", None)),
        year=lambda t: t["year"].astype(int))
    values = values.set_index(["measure", "year"])["value"].to_dict()
    found = {}
    judged = files.as_numbers(distribution).dropna(subset=["odd_low", "distance"])
    for row in judged.itertuples():
        if row.odd_low <= row.distance <= row.odd_high:
            continue
        year = int(row.year)
        if row.sides == 1:
            found[row.measure, year] = "last year"
            continue
        own = values[row.measure, year]
        sides = [values[row.measure, year - 1], values[row.measure, year + 1]]
        found[row.measure, year] = ("dip" if own < min(sides) else
                                    "spike" if own > max(sides) else "step")
    counted = measures["rate_of"].to_dict()
    return pd.Series([found.get((counted.get(m) or m, int(y)), "") if code == authority else ""
                      for m, y, code in zip(statistics["measure"], statistics["year"],
                                            statistics["area_code"], strict=True)],
                     index=statistics.index)


def odd_years(statistics: pd.DataFrame, about: pd.Series) -> dict[int, str]:
    """The odd years of the studied authority's values of a measure, and what each has that from:
    '' if it is flagged itself, else the part of share_of whose own value is.

    statistics: the tidy table; about: the measure's row, by name."""
    flagged = statistics[statistics["flag"] != ""].groupby("measure")["year"].agg(set)
    found: dict[int, str] = {}
    for part in filter(None, about["share_of"].split(";")):
        whole, *before = part.split(" ")
        found = {int(year) + len(before): part for year in flagged.get(whole, ())} | found
    return found | {int(year): "" for year in flagged.get(about.name, ())}
