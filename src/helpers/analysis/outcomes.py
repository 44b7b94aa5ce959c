"""What the next full report gave after an inadequate one: outcomes that need no overall grade.

Everything starts from the tidy table authority_inspections. The definitions, with the day on which
they were fixed, are in docs/methods.md.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.analysis import survival
from helpers.tables import parse

# The areas by letter, and the columns that may hold an area's grade, the newest first.
AREAS = {"L": ("leadership",), "H": ("help_and_protection",),
         "C": ("children_in_care", "care_and_care_leavers", "looked_after"),
         "K": ("care_leavers",)}
LETTERS = {"L": "leadership", "H": "help and protection", "C": "children in care",
           "K": "care leavers"}
OUTCOMES = {"none_inadequate": "no area inadequate", "leaders": "leadership good or better",
            "leaders_and_help": "leadership and help both good or better",
            "at_most_one": "at most one area below good, none inadequate"}
OWN = {"better": "no longer inadequate", "good": "good or better"}  # of one area alone
LAST_OVERALL = "2026-03-31"  # inspections that begin after this day give no overall grade
ENDS = {"again": "next", "open": "open", "abolished": "abolished"}
GOOD = parse.grade_rank("good")
RANKS = {grade: float(parse.grade_rank(grade)) for grade in parse.GRADES}
REGIMES = ("SIF", "ILACS, one grade for care and care leavers", "ILACS, two grades for them",
           "ILACS, no overall grade")


def ranks(table: pd.DataFrame) -> pd.DataFrame:
    """The grade of each of AREAS as its rank, 1 to 4, missing where the report gives none."""
    def first(columns: Sequence[str]) -> pd.Series:
        found = table[columns[0]]
        for column in columns[1:]:
            found = found.where(found != "", table[column])
        return found.map(RANKS)

    return pd.DataFrame({letter: first(columns) for letter, columns in AREAS.items()})


def met(given: pd.DataFrame) -> pd.DataFrame:
    """Which of OUTCOMES a report met: 1, 0, or missing without L, H or C. given: as ranks."""
    none = given.min(axis=1) > 1
    leads, helps = given["L"] >= GOOD, given["H"] >= GOOD
    found = pd.DataFrame({"none_inadequate": none, "leaders": leads,
                          "leaders_and_help": leads & helps,
                          "at_most_one": none & ((given < GOOD).sum(axis=1) <= 1)})
    return found.astype(float).where(given[["L", "H", "C"]].notna().all(axis=1))


def regime(table: pd.DataFrame) -> pd.Series:
    """Under which of REGIMES each report gave its grades."""
    found = np.select([table["framework"] == "SIF", table["overall_grade"] == "",
                       table["care_and_care_leavers"] != ""],
                      [REGIMES[0], REGIMES[3], REGIMES[1]], REGIMES[2])
    return pd.Series(found, index=table.index)


def clocks(table: pd.DataFrame, reaches: str, entry: str) -> pd.DataFrame:
    """Each report that starts a clock, with what the next full report gave.

    entry: 'overall' (inadequate overall, published up to LAST_OVERALL), 'any' (any area inadequate)
    or a letter of AREAS (that area inadequate). reaches: the last day followed. Columns: those of
    survival.spells; open_days (days without those of the longest pause), regime, next_regime (''
    for none), OUTCOMES or, for a letter, OWN, of the next report (1, 0 or missing), and move.
    Raises KeyError for another entry.
    """
    rows = table.sort_values(["area_code", "published"]).reset_index(drop=True)
    spells, given = survival.spells(table, reaches), ranks(rows)
    worst = {"any": given.min(axis=1) == 1} | {key: given[key] == 1 for key in AREAS} | {
        "overall": (rows["overall_grade"] == parse.GRADES[0])
        & (rows["published"] <= LAST_OVERALL)}
    after = given.groupby(rows["area_code"]).shift(-1)
    pause = survival.longest_pause(table)
    if entry in AREAS:
        own = after[entry]
        result = pd.DataFrame({"better": own > 1, "good": own >= GOOD}).astype(float)
        result = result.where(own.notna())
    else:
        result = met(after)
    names = regime(rows)
    found = spells.assign(
        open_days=[days - overlap(a, b, pause) for a, b, days in zip(
            spells["published"], spells["next_published"], spells["days"], strict=True)],
        regime=names, next_regime=names.groupby(rows["area_code"]).shift(-1).fillna(""),
        **dict(result.items()),
        move=(after - given)[["L", "H", "C"]].sum(axis=1, skipna=False))
    return found[worst[entry]].reset_index(drop=True)


def overlap(first: str, last: str, pause: tuple[str, str]) -> int:
    """How many days of a time, from one ISO day to another, lie in a pause."""
    return max(0, survival.days_between(max(first, pause[0]), min(last, pause[1])))


def groups(table: pd.DataFrame, pause: tuple[str, str]) -> dict[str, pd.DataFrame]:
    """The clocks by the framework of their entry, and those of ILACS given after the pause."""
    found = {key: table[table["framework"] == key] for key in survival.FRAMEWORKS}
    fresh = found["ILACS"]["published"] > pause[1]
    return found | {survival.LATER: found["ILACS"][fresh]}


def by_next_regime(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The clocks that a next report ended, by that report's regime."""
    return {key: table[table["next_regime"] == key] for key in REGIMES}


def counts(parts: Mapping[str, pd.DataFrame], names: Mapping[str, str] = OUTCOMES) -> pd.DataFrame:
    """How often each outcome was met by the next report: a row a group and outcome.

    parts: clocks by group; names: OUTCOMES or OWN. Columns: group, outcome, name, entries, again
    (with a next report), open, abolished, number, of (those again with an outcome), low and high
    (Wilson's 95% interval, missing for none).
    """
    rows = []
    for key, table in parts.items():
        ends = table["end"].value_counts()
        for outcome, name in names.items():
            known = table.loc[table["end"] == "next", outcome].dropna()
            share = survival.wilson(int(known.sum()), len(known)) if len(known) else None
            rows.append({"group": key, "outcome": outcome, "name": name, "entries": len(table)} | {
                column: int(ends.get(end, 0)) for column, end in ENDS.items()} | {
                "number": int(known.sum()), "of": len(known),
                "low": share.low if share else np.nan, "high": share.high if share else np.nan})
    return pd.DataFrame(rows)


def incidence(table: pd.DataFrame, outcome: str, clock: str = "days") -> pd.DataFrame:
    """The share of clocks whose next report came and met an outcome, by Aalen and Johansen.

    table: as clocks; clock: days, or open_days for the time without the pause. A next report that
    has no such outcome censors. Columns: days, at_risk, met, not_met, waiting (no next report); a
    row a day on which one ended.
    """
    ended = (table["end"] == "next") & table[outcome].notna()
    sums, left, rows = {1.0: 0.0, 0.0: 0.0}, 1.0, []
    for day, ends in table[ended].groupby(clock):
        risk = int((table[clock] >= day).sum())
        for result, number in ends[outcome].value_counts().items():
            sums[result] += left * number / risk
        left *= 1 - len(ends) / risk
        rows.append({"days": int(day), "at_risk": risk, "met": sums[1.0], "not_met": sums[0.0],
                     "waiting": left})
    return pd.DataFrame(rows, columns=["days", "at_risk", "met", "not_met", "waiting"])


def after_years(parts: Mapping[str, pd.DataFrame], years: Sequence[float],
                names: Sequence[str] = tuple(OUTCOMES), clock: str = "days") -> pd.DataFrame:
    """What had come of each group so long after its reports, by outcome: group, outcome, years,
    at_risk (still counted), met and waiting (shares, missing where fewer than survival.FEWEST are
    at risk), met_so_far (a count) and entries."""
    rows = []
    for key, table in parts.items():
        for outcome in names:
            curve = incidence(table, outcome, clock)
            for year in years:
                limit = year * survival.YEAR
                risk = int((table[clock] >= limit).sum())
                before = curve[curve["days"] <= limit]
                last = before.iloc[-1] if len(before) else {"met": 0.0, "waiting": 1.0}
                there = risk >= survival.FEWEST
                rows.append({"group": key, "outcome": outcome, "years": year, "at_risk": risk,
                             "met": last["met"] if there else np.nan,
                             "waiting": last["waiting"] if there else np.nan, "met_so_far": int((
                                 (table[outcome] == 1) & (table[clock] <= limit)).sum()),
                             "entries": len(table)})
    return pd.DataFrame(rows)


def until(table: pd.DataFrame, day: str = LAST_OVERALL) -> pd.DataFrame:
    """Spells of overall grades as they were on a day, the change of regime: those given later left
    out, those that lasted longer censored. table: as survival.spells or clocks."""
    seen = table[table["published"] <= day]
    later = seen["next_published"] > day
    ran = [survival.days_between(first, day) for first in seen["published"]]
    return seen.assign(end=seen["end"].mask(later, "open"),
                       next_published=seen["next_published"].mask(later, day),
                       days=seen["days"].mask(later, pd.Series(ran, index=seen.index)))


def among(table: pd.DataFrame, history_id: str) -> dict[str, float]:
    """One clock among all of a group that a next report ended: again (how many), move and wait
    (days), and the ranks of both, 1 for the greatest move and the longest wait; tied_move and
    tied_wait count the others alike. Raises KeyError for one that did not end so."""
    done = table[(table["end"] == "next") & table["move"].notna()].set_index("history_id")
    own = done.loc[history_id]
    found: dict[str, float] = {"again": len(done)}
    for name, column in (("move", "move"), ("wait", "days")):
        found |= {name: own[column], f"{name}_rank": int((done[column] > own[column]).sum()) + 1,
                  f"tied_{name}": int((done[column] == own[column]).sum()) - 1}
    return found
