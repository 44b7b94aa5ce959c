"""What came back, what visits are known to have found, and what the numbers say of it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.analysis import outliers
from helpers.tables import parse

WEAK = ("weakness", "mixed", "deteriorated")
LOOKED = ("improved", "mixed", "shortfall")  # the states of an area that a visit looked at
# What the next report says of a part of an area; the codebook says where each begins and ends.
VERDICTS = ("addressed", "better, more to do", "still named", "not mentioned")
# The columns that since adds to a measure.
CHANGE = ["start", "end", "start_country", "end_country", "gain", "net", "typical", "way",
          "net_way", "authorities", "rank", "improved", "worsened", "net_improved",
          "net_worsened"]


def listed_items(findings: pd.DataFrame, lists: pd.DataFrame) -> pd.DataFrame:
    """The weaknesses and areas for improvement that the documents list: rows of findings at the
    places that lists.csv names, with the document's year."""
    parts = []
    for row in lists.itertuples():
        own = findings[(findings["source_id"] == row.source_id) & findings["direction"].isin(WEAK)]
        parts.append(own[own["locator"].str.fullmatch(row.places)].assign(year=str(row.year)))
    return pd.concat(parts, ignore_index=True)


def themes(findings: pd.DataFrame, lists: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """Themes by documents: theme, and a column for each document's year with how many of its points
    list the theme, missing where its scope left it out."""
    items = listed_items(findings, lists).drop_duplicates(["year", "theme", "locator"])
    years = lists["year"].astype(str)
    table = pd.crosstab(items["theme"], items["year"]).reindex(index=order, columns=years, fill_value=0)
    for year, left_out in zip(years, lists["not_covered"].str.split(";"), strict=True):
        table[year] = table[year].mask(table.index.isin(left_out))
    return table.rename_axis(columns=None).reset_index()


def again(table: pd.DataFrame, before: str, after: str) -> list[str]:
    """Of the themes that one document lists, those that another lists too."""
    return list(table.loc[(table[before] > 0) & (table[after] > 0), "theme"])


def board_counts(board: pd.DataFrame, order: Sequence[str]) -> dict[str, list[str]]:
    """What the board adds up to: the areas with any evidence of improvement, each area known by
    its state at the last look, and those of which nothing is known.

    order: the visits in time. Keys: any, the three states of LOOKED, none; values: names of areas."""
    found: dict[str, list[str]] = {key: [] for key in ("any", *LOOKED, "none")}
    for area, rows in board.groupby("area", sort=False):
        states = rows.set_index("inspection_id")["state"][list(order)]
        known = [state for state in states if state in LOOKED]
        found[known[-1] if known else "none"].append(str(area))
        if {"improved", "mixed"} & set(known):
            found["any"].append(str(area))
    return found


def verdict_counts(outcomes: pd.DataFrame) -> dict[str, int]:
    """How many parts of the areas have each of VERDICTS."""
    return outcomes["verdict"].value_counts().reindex(VERDICTS, fill_value=0).to_dict()


def moments(statistics: pd.DataFrame, measures: pd.DataFrame, day: str) -> pd.DataFrame:
    """The measures that bear on an area for improvement, and the years between which a change
    since a day is taken.

    statistics: official_statistics of the authority and England; measures: with bears_on and
    polarity_used. Columns: measure, area_no, name, unit, base, better (higher or lower), before
    (the last year whose middle lies before the day) and now (the last year published)."""
    table = measures[measures["bears_on"] != ""].rename(columns={"polarity_used": "better"})
    years = statistics.set_index("year").groupby("measure")["period"]
    table = table.assign(area_no=table["bears_on"].astype(int),
                         before=[before(years.get_group(name), day) for name in table["measure"]],
                         now=[years.get_group(name).index.max() for name in table["measure"]])
    return table[["measure", "area_no", "name", "unit", "base", "better", "before", "now"]].sort_values(
        "area_no", kind="stable", ignore_index=True)


def before(periods: Mapping[int, str], day: str) -> int:
    """The last year whose middle lies before a day, else the year before the first.

    periods: by year. The middle, because a year that ends a week after an inspection lies almost
    wholly before it."""
    early = [year for year, period in periods.items() if parse.middle(period) < parse.middle(day)]
    return int(max(early, default=min(periods.keys()) - 1))


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
    typical, either way), net_improved and net_worsened."""
    wide = {name: table.pivot(index="area_code", columns="year", values="value")
            for name, table in values.groupby("measure")}
    rows: list[dict[str, float]] = []
    for row in moments.itertuples():
        first, last = row.before - earlier, row.now - back
        if first >= last:
            rows.append({})
            continue
        early = list(range(first - years + 1, first + 1))
        table, base = (wide[name].reindex(columns=[*early, last])
                       for name in (row.measure, row.base))
        moved = outliers.as_it_moves(table, row.unit)
        start, origin = (each[early].mean(axis=1, skipna=False) for each in (table, moved))
        gain = (moved[last] - origin) * (1 if row.better == "higher" else -1)
        large = (base >= outliers.BASE).all(axis=1).reindex(gain.index, fill_value=False)
        rows.append({"start": start.get(authority), "end": table[last].get(authority),
                     "start_country": start.get(country), "end_country": table[last].get(country)}
                    | _position(gain, large, authority, country))
    return moments.join(pd.DataFrame(rows, moments.index, columns=CHANGE, dtype=float))


def _position(gain: pd.Series, large: pd.Series, authority: str, country: str) -> dict[str, float]:
    """Where an authority's gain lies among those of all whose base is large; nothing if its own
    is missing or has a small base."""
    others = gain[large].drop(country, errors="ignore").dropna()
    if authority not in others:
        return {}
    own, nation = others[authority], gain.get(country, np.nan)
    typical = (others.quantile(0.75) - others.quantile(0.25)) / 2
    found = {"gain": own, "net": own - nation, "typical": typical, "authorities": len(others),
             "rank": (others > own + outliers.TOLERANCE).sum() + 1}
    for prefix, gains in (("", others), ("net_", (others - nation).dropna())):
        ways = _way(gains, typical)
        found |= {f"{prefix}way": ways.get(authority), f"{prefix}improved": (ways > 0).mean(),
                  f"{prefix}worsened": (ways < 0).mean()}
    return found


def _way(gains: pd.Series, typical: float) -> pd.Series:
    """1 improved, -1 worsened, 0 for less than the typical change (but for what subtraction
    leaves)."""
    return np.sign(gains).where(gains.abs() >= typical - outliers.TOLERANCE, 0)
