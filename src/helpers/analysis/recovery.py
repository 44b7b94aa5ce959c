"""What came back, what visits are known to have found, and what the numbers say of it."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis import outliers, series
from helpers.tables import parse

WEAK = ("weakness", "mixed", "deteriorated")
STATES = ("improved", "mixed", "still weak", "not looked at", "not known to us")
LOOKED = STATES[:3]
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


def gaps(statistics: pd.DataFrame, areas: pd.DataFrame, measures: pd.DataFrame,
         changes: pd.DataFrame, fall: Sequence[pd.Series], back: int = 0) -> pd.DataFrame:
    """The measures that bear on the areas for improvement, at the values that bracket the two
    inspections of the fall and now, or as many years back.

    changes: official_changes; fall: the two rows of inspections. Columns: area_no, measure, name,
    unit, better (higher or lower); then
    for each column of values authority and England; way: better, worse or unclear, from the last
    value before the later inspection of the fall to now, by the usual movement of all authorities over
    the same years; gap_before and gap_now: the authority's value less England's at those two, as text,
    '' where one is missing; odd: the odd years among those used, with the measure that one has it
    from, 'none' if none is; now_year: the year of now. Values are numbers, missing where the series
    does not reach.
    """
    moments = {row["inspection_id"][:4]: row["started"] for row in fall}
    known = measures.set_index("measure")
    rows = []
    for about in measures[measures["bears_on"] != ""].itertuples():
        table = series.series(statistics, areas, about.measure).set_index("year")
        row: dict[str, object] = {"area_no": int(about.bears_on), "measure": about.measure,
                                  "name": about.name, "unit": about.unit,
                                  "better": about.polarity_used}
        used = []
        for name, day in moments.items():
            for when, year in zip(("before", "after"), bracket(table, day), strict=True):
                row |= _pair(table, year, f"{name}_{when}")
                used.append(year)
        now = int(table["value"].dropna().index.max()) - back
        row |= _pair(table, now, "now")
        start = used[-2]
        row["way"] = _way(table, changes, about, start, now)
        row["gap_before"], row["gap_now"] = (
            _signed(round(pair["gap"] - pair["gap_england"], 1))
            for pair in (_pair(table, year, "gap") for year in (start, now)))
        odd = outliers.odd_years(statistics, known.loc[about.measure])
        told = [str(year) + _of(odd[year], known["label"])
                for year in sorted({*used, now} & set(odd))]
        rows.append(row | {"odd": ", ".join(told) or "none", "now_year": str(now)})
    return pd.DataFrame(rows).sort_values(["area_no", "measure"], kind="stable").reset_index(
        drop=True)


def _of(part: str, label: pd.Series) -> str:
    """What a share has an odd year from: ' (referrals before)', or '' for a flag of its own."""
    name, *before = part.split(" ")
    return f" ({' '.join([label[name].lower(), *before])})" if part else ""


def _signed(gap: float) -> str:
    if np.isnan(gap):
        return ""
    return f"{gap:+.10g}".replace("-", "−") if abs(gap) >= 0.05 else "0"


def bracket(table: pd.DataFrame, day: str) -> tuple[int, int]:
    """The last year whose middle lies before a day, and the next; table by year, with period.

    The middle, because a year that ends a week after an inspection lies almost wholly before it.
    Where the table begins after the day, both are years that it would have had.
    """
    middles = {int(year): parse.middle(period) for year, period in table["period"].items()}
    before = [year for year, middle in middles.items() if middle < parse.middle(day)]
    first = min(middles)
    early = int((middles[first] - parse.middle(day)).days // 365.25) + 1  # years before the first
    last = max(before, default=first - early)
    return last, last + 1


def _pair(table: pd.DataFrame, year: int, name: str) -> dict[str, float]:
    there = year in table.index
    return {name: float(table.loc[year, "value"]) if there else np.nan,
            f"{name}_england": float(table.loc[year, "england"]) if there else np.nan}


def _way(table: pd.DataFrame, changes: pd.DataFrame, about: Any, start: int, now: int) -> str:
    """better, worse or unclear: the movement from one year to another beside the usual one. No
    movement is unclear, and so is one over no year."""
    a, b = (table["value"].get(year, np.nan) for year in (start, now))
    if np.isnan(a) or np.isnan(b) or start >= now:
        return "unclear"
    moved = float(b - a if outliers.is_percentage(about.unit) else np.log(b / a))
    if not moved or abs(moved) < outliers.usual_change(changes, about.measure, start, now):
        return "unclear"
    return "better" if (moved > 0) == (about.polarity_used == "higher") else "worse"


