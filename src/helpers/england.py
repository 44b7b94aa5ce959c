"""Every authority's inspections: the mix of grades, what follows a grade, and how long it stands.

Everything starts from the tidy table authority_inspections. Its source_id names the publication
of each row. Nothing here depends on the order of the rows.
"""

import datetime as dt
import math
import warnings
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from helpers import histories, parse

UNGRADED = "no overall grade"
WAITING = "not yet inspected"
OUTCOMES = (*parse.GRADES, UNGRADED)
YEAR = 365.25
SEED, DRAWS = 20260618, 4000
# The authorities that replaced others, and those others: they begin on the day on which those end.
# One that went on with a new code is not here; see helpers.histories.
FOLLOWED = {"E06000058": "E06000028", "E06000059": "E10000009", "E06000061": "E10000021",
            "E06000062": "E10000021", "E06000063": "E10000006", "E06000064": "E10000006"}


def existing(table: pd.DataFrame, day: str) -> set[str]:
    """The area codes of the authorities that existed on a day (ISO)."""
    ended = table.groupby("area_code")["abolished"].first()
    return {code for code, end in ended.items()
            if (not end or end > day) and (code not in FOLLOWED or ended[FOLLOWED[code]] <= day)}


def standing(table: pd.DataFrame, day: str) -> pd.DataFrame:
    """Each existing authority with the outcome that stood on a day (ISO), by name: that of its
    newest full inspection whose report was out. Columns: area_code, authority, outcome (a grade,
    UNGRADED or WAITING), published and history_id ('' where there is none)."""
    names = table.drop_duplicates("area_code").set_index("area_code")["authority"]
    newest = histories.newest_full(table, day, day).set_index("area_code")
    codes = sorted(existing(table, day), key=lambda code: (names[code], code))
    found = newest.reindex(codes)[["overall_grade", "published", "history_id"]]
    outcome = found["overall_grade"].replace("", UNGRADED).fillna(WAITING)
    return pd.DataFrame({"area_code": codes, "authority": names[codes].to_numpy(),
                         "outcome": outcome.to_numpy(),
                         "published": found["published"].fillna("").to_numpy(),
                         "history_id": found["history_id"].fillna("").to_numpy()})


def history(table: pd.DataFrame, code: str) -> pd.DataFrame:
    """One authority's overall grades in order, as grades.draw_history takes them: history_id,
    framework, kind, started, published, grade, grade_rank, source_id, locator. Raises KeyError
    for a code that no inspection has."""
    own = table[table["area_code"] == code].sort_values("published")
    if own.empty:
        raise KeyError(code)
    graded = own[own["overall_grade"] != ""].rename(columns={"overall_grade": "grade"})
    graded = graded.assign(grade_rank=graded["grade"].map(parse.grade_rank))
    return graded[["history_id", "framework", "kind", "started", "published", "grade",
                   "grade_rank", "source_id", "locator"]].reset_index(drop=True)


def marches(table: pd.DataFrame, reaches: str, nearly_all: float = 0.95) -> list[str]:
    """Each 31 March, as ISO days, from the first at which so large a share of the existing
    authorities had been inspected, up to a day."""
    years = range(int(table["published"].min()[:4]), int(reaches[:4]) + 1)
    days = [f"{year}-03-31" for year in years if f"{year}-03-31" <= reaches]
    first = next(n for n, day in enumerate(days)
                 if (standing(table, day)["outcome"] != WAITING).mean() >= nearly_all)
    return days[first:]


def mix(stood: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """How many authorities stood at each outcome on each day: day, authorities, OUTCOMES,
    WAITING. stood: by day, as from standing."""
    rows = []
    for day, table in stood.items():
        counts = table["outcome"].value_counts()
        rows.append({"day": day, "authorities": len(table)} | {
            name: int(counts.get(name, 0)) for name in (*OUTCOMES, WAITING)})
    return pd.DataFrame(rows)


def place(stood: Mapping[str, pd.DataFrame], code: str) -> list[str]:
    """Where one authority stood on each day; '' where it did not exist."""
    return ["".join(table.loc[table["area_code"] == code, "outcome"]) for table in stood.values()]


def spells(table: pd.DataFrame, reaches: str) -> pd.DataFrame:
    """Each inspection with what came after it, by code and date.

    Columns: history_id, area_code, authority, framework, published, outcome; end ('next', the
    next full inspection; 'abolished', the authority first ceased; 'open', neither up to the day
    the record reaches), next_framework and next_outcome ('' unless end is 'next'), next_published
    (the day of that end), days (from report to that end).
    """
    rows = table.sort_values(["area_code", "published"]).reset_index(drop=True)
    after = rows.groupby("area_code")[["framework", "overall_grade", "published"]].shift(-1)
    outcome = rows["overall_grade"].replace("", UNGRADED)
    follows = after["published"].notna()
    gone = ~follows & rows["abolished"].ne("")
    end = pd.Series("open", index=rows.index).mask(gone, "abolished").mask(follows, "next")
    last = after["published"].where(follows, rows["abolished"].where(gone, reaches))
    days = [(dt.date.fromisoformat(b) - dt.date.fromisoformat(a)).days
            for a, b in zip(rows["published"], last, strict=True)]
    return rows[["history_id", "area_code", "authority", "framework", "published"]].assign(
        outcome=outcome, end=end, next_framework=after["framework"].fillna(""),
        next_outcome=after["overall_grade"].replace("", UNGRADED).fillna(""),
        next_published=last, days=days)


def transitions(table: pd.DataFrame) -> pd.DataFrame:
    """What followed each grade, by pair of frameworks, as counts.

    table: as from spells. One row a pair and grade that was given: pair ('SIF to ILACS'),
    framework, next_framework, outcome, again (re-inspected), OUTCOMES (of the re-inspection).
    open and abolished, those of the first framework never re-inspected, stand in its last pair.
    """
    pairs = sorted({(a, b) for a, b in zip(table["framework"], table["next_framework"],
                                           strict=True) if b}, reverse=True)
    rows = []
    for first, then in pairs:
        last = then == min(b for a, b in pairs if a == first)
        for outcome in parse.GRADES:
            own = table[(table["framework"] == first) & (table["outcome"] == outcome)]
            again = own.loc[own["next_framework"] == then, "next_outcome"]
            rest = own["end"].value_counts()
            rows.append({"pair": f"{first} to {then}", "framework": first, "next_framework": then,
                         "outcome": outcome, "again": len(again)} | {
                name: int((again == name).sum()) for name in OUTCOMES} | {
                "open": int(rest.get("open", 0)) if last else 0,
                "abolished": int(rest.get("abolished", 0)) if last else 0})
    found = pd.DataFrame(rows)
    return found[found[["again", "open", "abolished"]].sum(axis=1) > 0].reset_index(drop=True)


def shares(table: pd.DataFrame, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """The shares of transitions among those re-inspected, with 95% intervals.

    table: as from spells. Intervals are percentiles of a bootstrap that draws authorities, each
    with all of its inspections, so that repeats within one count as such. One row a pair, grade
    and following outcome that occurs: pair, outcome, next_outcome, count, again, share, low,
    high. Where all or none went one way, the bootstrap cannot tell and the ends coincide.
    """
    known = table[table["end"] == "next"].assign(
        pair=lambda t: t["framework"] + " to " + t["next_framework"])
    counts = known.pivot_table(index="area_code", columns=["pair", "outcome", "next_outcome"],
                               values="days", aggfunc="count", fill_value=0)
    counts = counts.reindex(sorted(set(table["area_code"])), fill_value=0)
    weights = np.random.default_rng(seed).multinomial(
        len(counts), np.full(len(counts), 1 / len(counts)), size=draws)
    rows = []
    for pair, outcome in dict.fromkeys(key[:2] for key in counts.columns):
        part = counts[(pair, outcome)]
        drawn = weights @ part.to_numpy()
        whole = drawn.sum(axis=1, keepdims=True)
        low, high = np.quantile((drawn / np.maximum(whole, 1))[whole[:, 0] > 0], [0.025, 0.975],
                                axis=0)
        for n, (name, count) in enumerate(part.sum().items()):
            again = int(part.to_numpy().sum())
            rows.append({"pair": pair, "outcome": outcome, "next_outcome": name,
                         "count": int(count), "again": again, "share": count / again,
                         "low": low[n], "high": high[n]})
    order = {name: n for n, name in enumerate(OUTCOMES)}
    return pd.DataFrame(rows).sort_values(
        ["pair", "outcome", "next_outcome"], ascending=[False, True, True],
        key=lambda c: c.map(order) if c.name != "pair" else c, ignore_index=True)


def kaplan_meier(table: pd.DataFrame) -> pd.DataFrame:
    """The share of grades still standing after each length of time, by product-limit.

    table: rows of spells. Columns: days, at_risk, ended, share, low, high (95%, log-log; missing
    where the share is nought, where the formula has no value). A row a day on which one ended.
    """
    ended = table["end"] == "next"
    sample = stats.CensoredData(uncensored=table.loc[ended, "days"].to_numpy(float),
                                right=table.loc[~ended, "days"].to_numpy(float))
    curve = stats.ecdf(sample).sf
    with warnings.catch_warnings():  # the formula has no value where the share is one or nought
        warnings.filterwarnings("ignore", "The confidence interval is undefined", RuntimeWarning)
        band = curve.confidence_interval(0.95, method="log-log")
    days = curve.quantiles.astype(int)
    found = pd.DataFrame({
        "days": days, "at_risk": [int((table["days"] >= day).sum()) for day in days],
        "ended": [int((ended & (table["days"] == day)).sum()) for day in days],
        "share": curve.probabilities, "low": band.low.probabilities,
        "high": band.high.probabilities})
    return found[found["ended"] > 0].reset_index(drop=True)


def with_path(table: pd.DataFrame, grades: Sequence[str]) -> list[str]:
    """The names, in order, of the authorities given these overall grades one after another."""
    found = []
    for (_, name), rows in table.sort_values("published").groupby(["area_code", "authority"]):
        given = list(rows["overall_grade"])
        if any(given[n:n + len(grades)] == list(grades) for n in range(len(given))):
            found.append(str(name))
    return sorted(found)


class Length(NamedTuple):
    """A median length of time in years with the ends of its 95% interval; NaN if not reached."""

    median: float
    low: float
    high: float


def median(curve: pd.DataFrame) -> Length:
    """When half of the grades no longer stood. curve: as from kaplan_meier."""
    def reached(column: str) -> float:
        there = curve.loc[curve[column] <= 0.5, "days"]
        return float(there.iloc[0]) / YEAR if len(there) else math.nan

    return Length(reached("share"), reached("low"), reached("high"))


def still(curve: pd.DataFrame, days: float) -> pd.Series:
    """The row of a curve that holds after so many days; share, low and high are 1 before the
    first."""
    before = curve[curve["days"] <= days]
    return before.iloc[-1] if len(before) else pd.Series({"share": 1.0, "low": 1.0, "high": 1.0})


def at_risk(table: pd.DataFrame, years: Sequence[float]) -> list[int]:
    """How many spells had lasted so long without an end."""
    return [int((table["days"] >= year * YEAR).sum()) for year in years]


NEXT = ("better", "inadequate again", UNGRADED)


def came_next(table: pd.DataFrame) -> pd.Series:
    """What came after each inadequate grade, as in NEXT; '' for nothing yet.

    Raises ValueError for a spell that is not of an inadequate grade."""
    worst = parse.GRADES[0]
    if set(table["outcome"]) - {worst}:
        raise ValueError(f"found {', '.join(sorted(set(table['outcome'])))}; expected {worst}")
    named = {worst: NEXT[1], UNGRADED: NEXT[2], "": ""}
    return table["next_outcome"].map(lambda outcome: named.get(outcome, NEXT[0]))


def incidence(table: pd.DataFrame) -> pd.DataFrame:
    """The shares of inadequate grades followed by each of NEXT within a length of time, by the
    estimator of Aalen and Johansen: one end rules out the others, and censored spells count up to
    their censoring. Columns: days, at_risk, NEXT, standing (the share with none of them yet)."""
    kind = came_next(table)
    sums, left, rows = dict.fromkeys(NEXT, 0.0), 1.0, []
    for day in sorted(set(table.loc[kind != "", "days"])):
        risk = int((table["days"] >= day).sum())
        today = kind[(table["days"] == day) & (kind != "")].value_counts()
        for name, number in today.items():
            sums[str(name)] += left * number / risk
        left *= 1 - today.sum() / risk
        rows.append({"days": day, "at_risk": risk} | sums | {"standing": left})
    return pd.DataFrame(rows)


def longest_pause(table: pd.DataFrame) -> tuple[str, str]:
    """The two ISO days on which fieldwork began with the longest time between them in which none
    did, among inspections whose start is published."""
    days = sorted({day for day in table["started"] if day})
    dates = [dt.date.fromisoformat(day) for day in days]
    widest = max(range(1, len(days)), key=lambda n: (dates[n] - dates[n - 1], -n))
    return days[widest - 1], days[widest]
