"""What came back, what visits are known to have found, and what the numbers say of it."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.analysis import outliers
from helpers.tables import parse

WEAK = ("weakness", "mixed", "deteriorated")
STATES = ("improved", "mixed", "still weak", "not looked at", "not known to us")
LOOKED = STATES[:3]
# The columns that since adds to a measure.
CHANGE = ["start", "end", "start_country", "end_country", "gain", "net", "typical", "way",
          "net_way", "authorities", "rank", "improved", "worsened", "net_improved",
          "net_worsened"]
# What the next report says of a part of an area; the codebook says where each begins and ends.
VERDICTS = ("addressed", "better, more to do", "still named", "not mentioned")


def listed_items(findings: pd.DataFrame, lists: pd.DataFrame) -> pd.DataFrame:
    """The weaknesses and areas for improvement that the documents list: rows of findings at the
    places that lists.csv names, with the document's year."""
    parts = []
    for row in lists.itertuples():
        own = findings[(findings["source_id"] == row.source_id) & findings["direction"].isin(WEAK)]
        there = own["locator"].map(lambda place, row=row: bool(re.fullmatch(row.places, place)))
        parts.append(own[there].assign(year=str(row.year)))
    return pd.concat(parts, ignore_index=True)


def themes(findings: pd.DataFrame, lists: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """Themes by documents: how often each theme is listed, None where the scope left it out.

    Columns: theme, one for each document's year, listed_in (documents that list it) and covered
    (documents whose scope covered it).
    """
    items = listed_items(findings, lists)
    counted = items.groupby(["theme", "year"]).size()
    rows = []
    for theme in order:
        row: dict[str, object] = {"theme": theme}
        for document in lists.itertuples():
            left_out = theme in document.not_covered.split(";")
            year = str(document.year)
            row[year] = None if left_out else int(counted.get((theme, year), 0))
        known = [row[year] for year in lists["year"].astype(str) if row[year] is not None]
        row |= {"listed_in": sum(bool(n) for n in known), "covered": len(known)}
        rows.append(row)
    return pd.DataFrame(rows)


def again(table: pd.DataFrame, before: str, after: str) -> tuple[list[str], list[str]]:
    """Of the themes that one document lists, those that another lists too, and those it does not.
    Themes outside the scope of either are left out."""
    both = table[table[before].notna() & table[after].notna()]
    listed = both[both[before] > 0]
    return list(listed.loc[listed[after] > 0, "theme"]), list(
        listed.loc[listed[after] == 0, "theme"])


def board_counts(board: pd.DataFrame, order: Sequence[str]) -> dict[str, list[str]]:
    """What the board adds up to: the areas with any evidence of improvement, each area known by
    its state at the last look, and those of which nothing is known.

    order: the visits in time. Keys: any, the three states of LOOKED, none; values: names of areas.
    """
    found: dict[str, list[str]] = {"any": [], **{state: [] for state in LOOKED}, "none": []}
    for area, rows in board.groupby("area", sort=False):
        states = list(rows.set_index("inspection_id")["state"][list(order)])
        known = [state for state in states if state in LOOKED]
        if {"improved", "mixed"} & set(known):
            found["any"].append(str(area))
        if not known:
            found["none"].append(str(area))
        else:
            found[known[-1]].append(str(area))
    return found


def verdict_counts(outcomes: pd.DataFrame) -> dict[str, int]:
    """How many parts of the areas have each of VERDICTS."""
    counts = outcomes["verdict"].value_counts()
    return {verdict: int(counts.get(verdict, 0)) for verdict in VERDICTS}


def moments(statistics: pd.DataFrame, measures: pd.DataFrame, day: str) -> pd.DataFrame:
    """The measures that bear on an area for improvement, and the years between which a change
    since a day is taken.

    statistics: official_statistics of the authority and England; measures: with bears_on and
    polarity_used. Columns: measure, area_no, name, unit, base, better (higher or lower), before
    (the last year whose middle lies before the day) and now (the last year published).
    """
    rows = []
    periods = {measure: dict(zip(table["year"], table["period"], strict=True))
               for measure, table in statistics.groupby("measure")}
    for about in measures[measures["bears_on"] != ""].itertuples():
        years = periods.get(about.measure, {})
        if years:
            rows.append({"measure": about.measure, "area_no": int(about.bears_on),
                         "name": about.name, "unit": about.unit, "base": about.base,
                         "better": about.polarity_used, "before": before(years, day),
                         "now": max(years)})
    return pd.DataFrame(rows).sort_values("area_no", kind="stable", ignore_index=True)


def before(periods: Mapping[int, str], day: str) -> int:
    """The last year whose middle lies before a day; periods: by year.

    The middle, because a year that ends a week after an inspection lies almost wholly before it.
    Where all begin after the day, it is a year that the series would have had.
    """
    middles = {int(year): parse.middle(period) for year, period in periods.items()}
    first = min(middles)
    early = int((middles[first] - parse.middle(day)).days // 365.25) + 1  # years before the first
    return max((year for year, middle in middles.items() if middle < parse.middle(day)),
               default=first - early)


def since(moments: pd.DataFrame, values: pd.DataFrame, authority: str, country: str,
          earlier: int = 0, back: int = 0, years: int = 1) -> pd.DataFrame:
    """How far each measure moved, beside every authority's change over the same years.

    moments: as from moments; values: area_code, measure, year, value (a number) of all authorities
    and the country; earlier: begin so many years earlier; back: end so many years earlier; years:
    begin from the mean of so many. Adds to moments, missing where a value is: start and end (the
    authority's), start_country and end_country; gain (the change, positive where it is better), in
    points for percentages, else in logarithms, and net (gain less the country's); typical (half
    the interquartile range of all authorities' changes); way and net_way (1 improved, -1 worsened,
    0 within the typical change); authorities (with at least outliers.BASE cases at every year
    used), rank (1: improved most), improved and worsened (the shares of them whose gain is at least
    typical, either way), net_improved and net_worsened.
    """
    wide = {name: table.pivot(index="area_code", columns="year", values="value")
            for name, table in values.groupby("measure")}
    rows: list[dict[str, float]] = []
    for row in moments.itertuples():
        first, last = row.before - earlier, row.now - back
        if first >= last:
            rows.append({})
            continue
        table, base = (wide[name] for name in (row.measure, row.base))
        used = [*range(first - years + 1, first + 1), last]
        moved = table if outliers.is_percentage(row.unit) else np.log(table.where(table > 0))
        moved = moved.reindex(columns=used)
        gain = (moved[last] - moved[used[:-1]].mean(axis=1, skipna=False)) * (
            1 if row.better == "higher" else -1)
        large = (base.reindex(columns=used) >= outliers.BASE).all(axis=1).reindex(
            gain.index, fill_value=False)
        others = gain[large].drop(country, errors="ignore").dropna()
        rows.append(_ends(table, used, authority, country)
                    | _position(gain, others, authority, country))
    return moments.join(pd.DataFrame(rows, moments.index, columns=CHANGE, dtype=float))


def _ends(table: pd.DataFrame, used: list[int], authority: str, country: str) -> dict[str, float]:
    """The values that a change is taken between, the first a mean where there are several."""
    table = table.reindex(index=[authority, country], columns=used)
    start, end = table[used[:-1]].mean(axis=1, skipna=False), table[used[-1]]
    return {"start": start[authority], "end": end[authority],
            "start_country": start[country], "end_country": end[country]}


def _position(gain: pd.Series, others: pd.Series, authority: str, country: str
              ) -> dict[str, float]:
    """Where an authority's gain lies among those of all; others: the gains that are compared."""
    if authority not in others:
        return {}
    typical = (others.quantile(0.75) - others.quantile(0.25)) / 2
    own, nation = float(others[authority]), float(gain.get(country, np.nan))
    found = {"gain": own, "net": own - nation, "typical": typical, "way": _way(own, typical),
             "authorities": len(others), "rank": int((others > own).sum()) + 1,
             "improved": (others.map(lambda g: _way(g, typical)) > 0).mean(),
             "worsened": (others.map(lambda g: _way(g, typical)) < 0).mean()}
    if np.isnan(nation):
        return found
    net = (others - nation).map(lambda g: _way(g, typical))
    return found | {"net_way": int(net[authority]), "net_improved": (net > 0).mean(),
                    "net_worsened": (net < 0).mean()}


def _way(gain: float, typical: float) -> int:
    """1 improved, -1 worsened, 0 for no movement or one smaller than the typical change. A
    hundred-millionth is left for what subtraction leaves."""
    return 0 if abs(gain) < max(typical - 1e-8, 1e-8) else 1 if gain > 0 else -1
