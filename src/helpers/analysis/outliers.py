"""Which published values are unusual next to the years beside them, by rule.

A value's distance is how far it is from the mean of the year before and the year after: in
logarithms for counts and rates, in points for percentages. It is unusual when that distance is
outside the LIMITS, as percentiles, of the same distance over all other authorities whose base is
large enough. The last year has one year beside it and is judged by its change alone.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.tables import files

TOLERANCE = 1e-9  # what subtraction may leave of two equal numbers
BASE = 50  # the fewest cases, children, or workers on which a year's movement is judged
LIMITS = (1, 99)  # percentiles of others' distances, outside which a value is unusual
LONGEST = 7  # the most years over which a claim or what came since an inspection is held


class Moves(NamedTuple):
    """All authorities' values: in each table areas are rows, measure and year head the columns, and
    a measure has every year from its first to its last; missing where nothing is known."""

    units: pd.Series  # by measure
    level: pd.DataFrame  # the values
    known: pd.DataFrame  # these as they move, where their base is large enough
    distance: pd.DataFrame  # from the years beside, where the base in the year itself is


def is_percentage(unit: str) -> bool:
    """Whether a measure moves in points, not in logarithms."""
    return unit.startswith("%")


def as_it_moves(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    """A measure's values in points, or in logarithms, missing for nought."""
    return table if is_percentage(unit) else np.log(table.where(table > 0))


def moves(values: pd.DataFrame, measures: pd.DataFrame) -> Moves:
    """The measures that have values, as distribution takes them.

    values: area, measure, year, value (text, '' if missing), authorities only; measures: by name,
    with unit and base."""
    numbers = values.assign(value=pd.to_numeric(values["value"].replace("", None)))
    wide = numbers.pivot(index="area", columns=["measure", "year"], values="value")
    years = numbers.groupby("measure")["year"].agg(["min", "max"])
    about = measures[measures.index.isin(years.index)]
    columns = pd.MultiIndex.from_tuples(
        [(name, year) for name in about.index for year in range(
            years["min"][name], years["max"][name] + 1)], names=["measure", "year"])
    level = wide.reindex(columns=columns)
    bases = wide.reindex(columns=[(about["base"][name], year) for name, year in columns])
    large = bases.set_axis(columns, axis=1) >= BASE
    points = columns.get_level_values("measure").map(about["unit"]).str.startswith("%")
    scaled = level.where(np.broadcast_to(points, level.shape), as_it_moves(level, ""))
    rise, last = _since(scaled, 1), ~columns.get_level_values("measure").duplicated(keep="last")
    distance = (rise - rise.shift(-1, axis=1)) / 2
    distance.loc[:, last] = rise.loc[:, last]
    return Moves(about["unit"], level, scaled.where(large), distance.where(large))


def _since(table: pd.DataFrame, years: int) -> pd.DataFrame:
    """Each value less its measure's so many years before; missing where there is none."""
    measure, values = table.columns.get_level_values("measure"), table.to_numpy()
    change = np.full_like(values, np.nan)
    change[:, years:] = values[:, years:] - values[:, :-years]
    change[:, measure != measure.to_series().shift(years)] = np.nan
    return pd.DataFrame(change, table.index, table.columns)


def distribution(moved: Moves, authority: str) -> pd.DataFrame:
    """All authorities, by measure and year: levels, yearly changes, and the rule's thresholds.

    moved: as from moves, of all authorities. Columns, as text: measure, unit, year; authorities (how
    many), q1 and q3 of the levels; value, the authority's; changes (how many) from the year before,
    over authorities with a large enough base in both years, and change_d1, change_q1, change_d5,
    change_q3 and change_d9; change, the authority's, and change_rank among them (1 is the greatest
    rise); and those of thresholds."""
    level, change = moved.level, _since(moved.known, 1)
    own = _of(authority, change)
    found = pd.DataFrame({
        "authorities": level.count(), "value": _of(authority, level), "changes": change.count(),
        "change": own, "change_rank": ((change > own + TOLERANCE).sum() + 1).where(own.notna())})
    found = found.join(_percentiles(level, q1=25, q3=75)).join(_percentiles(
        change, change_d1=10, change_q1=25, change_d5=50, change_q3=75, change_d9=90))
    found = found[found["authorities"] > 0].reset_index()
    found["unit"] = found["measure"].map(moved.units)
    found = found.merge(thresholds(moved, authority), "left", on=["measure", "year"])
    return found.astype(object).map(_text)


def thresholds(moved: Moves, authority: str) -> pd.DataFrame:
    """The rule's part of distribution, in numbers: measure, year, sides, judged, unusual_below,
    unusual_above and distance, for the years in which enough others are judged."""
    others = moved.distance.drop(index=authority, errors="ignore")
    table = pd.DataFrame({"judged": others.count(), "distance": _of(authority, moved.distance)})
    limits = _percentiles(others, unusual_below=LIMITS[0], unusual_above=LIMITS[1])
    table = table.join(limits).reset_index()
    last = table.groupby("measure")["year"].transform("max")
    table["sides"] = np.where(table["year"] == last, 1, 2)
    return table[table["judged"] >= BASE]  # the percentiles of fewer say nothing


def _of(area: str, table: pd.DataFrame) -> pd.Series:
    """An area's values by year; missing if it has none."""
    return table.reindex([area]).loc[area]


def _percentiles(table: pd.DataFrame, **wanted: int) -> pd.DataFrame:
    """Percentiles of each column's values; each has the name it is wanted under."""
    found = quantiles(table.to_numpy(), [number / 100 for number in wanted.values()])
    return pd.DataFrame(found.T, table.columns, list(wanted))


def quantiles(values: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Quantiles of the numbers along the first axis, NaN left out, linear as numpy's but quick;
    first axis of the result: the shares."""
    ordered = np.sort(values, axis=0)  # NaN last
    last = np.maximum((~np.isnan(values)).sum(axis=0) - 1, 0)
    found = []
    for share in shares:
        low = np.floor(share * last).astype(int)
        below, above = (np.take_along_axis(ordered, place[None], axis=0)[0]
                        for place in (low, np.minimum(low + 1, last)))
        found.append(below + (above - below) * (share * last - low))
    return np.array(found)


def changes(moved: Moves) -> pd.DataFrame:
    """The quartiles of all authorities' changes between any two years, LONGEST apart at most.

    moved: as for distribution, and in its terms. Columns, as text: measure, from_year,
    to_year, authorities (with a large enough base in both years), change_q1 and change_q3."""
    parts = []
    for apart in range(1, LONGEST + 1):
        change = _since(moved.known, apart)
        parts.append(_percentiles(change, change_q1=25, change_q3=75).assign(
            authorities=change.count(), apart=apart))
    found = pd.concat(parts).query("authorities > 0").reset_index().rename(columns={"year": "to_year"})
    found["from_year"] = found["to_year"] - found["apart"]
    found["measure"] = pd.Categorical(found["measure"], moved.units.index)
    found = found.sort_values(["measure", "from_year", "to_year"], ignore_index=True)
    return found.drop(columns="apart").astype({"measure": str}).map(_text)


def _text(cell: float | str) -> str:
    if isinstance(cell, str):
        return cell
    return "" if np.isnan(cell) else f"{round(float(cell), 5) + 0:.5f}".rstrip("0").rstrip(".")


def typical_change(changes: pd.DataFrame, measure: str, before: int, after: int) -> float:
    """Half the distance between the quartiles of all authorities' changes over the same years, in
    logarithms or points. changes: the tidy table. Raises KeyError if it has none between the years."""
    row = changes.set_index(["measure", "from_year", "to_year"]).loc[(measure, before, after)]
    return float(row["change_q3"] - row["change_q1"]) / 2


def flags(statistics: pd.DataFrame, distribution: pd.DataFrame, measures: pd.DataFrame,
          authority: str) -> pd.Series:
    """The flag of each value of the statistics, '' for most; only the authority's are judged.

    dip and spike: below or above both neighbouring years; step: between them; last year: judged
    by its change alone, and provisional. A rate takes the flag of the count it is a rate of."""
    judged = files.as_numbers(distribution).dropna(subset=["unusual_below", "distance"])
    unusual = judged[~judged["distance"].between(judged["unusual_below"], judged["unusual_above"])]
    counted = measures["rate_of"].where(measures["rate_of"] != "", measures.index)
    own = statistics[statistics["area_code"] == authority].astype({"year": int})
    values = pd.to_numeric(own["value"].replace("", None)).set_axis(
        pd.MultiIndex.from_frame(own[["measure", "year"]]))
    found = {}
    for row in unusual.itertuples():
        key = row.measure, int(row.year)
        if row.sides == 1:
            found[key] = "last year"
            continue
        sides = [values[row.measure, key[1] + step] for step in (-1, 1)]
        found[key] = ("dip" if values[key] < min(sides) else
                      "spike" if values[key] > max(sides) else "step")
    flagged = [found.get(key, "") for key in zip(own["measure"].map(counted), own["year"],
                                                 strict=True)]
    return pd.Series(flagged, own.index, dtype=str).reindex(statistics.index, fill_value="")


def unusual_years(statistics: pd.DataFrame, about: pd.Series) -> dict[int, str]:
    """The unusual years of the studied authority's values of a measure, each with its reason: '' if
    it is flagged itself, else the part of share_of whose own value is.

    statistics: the tidy table; about: the measure's row, by name."""
    flagged = statistics[statistics["flag"] != ""].groupby("measure")["year"].agg(set)
    found = {int(year): "" for year in flagged.get(about.name, ())}
    for part in filter(None, about["share_of"].split(";")):
        whole, *before = part.split(" ")
        found = {int(year) + len(before): part for year in flagged.get(whole, ())} | found
    return found


def years_without_unusual(first: int, last: int, unusual: Collection[int]) -> tuple[int, int]:
    """Two years or, where one is unusual, the nearest further out that is not."""
    while first in unusual:
        first -= 1
    while last in unusual:
        last += 1
    return first, last
