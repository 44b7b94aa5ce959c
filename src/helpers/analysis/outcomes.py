"""What the next full report gave after an inadequate one: outcomes that need no overall grade.

Everything starts from the tidy table authority_inspections. The definitions are in docs/methods.md.
"""

from collections.abc import Mapping

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
LAST_OVERALL = "2026-03-31"  # reports up to this day count; later inspections give no overall grade
GOOD = parse.grade_rank("good")
REGIMES = ("SIF", "ILACS, one grade for care and care leavers", "ILACS, care and care leavers apart",
           "ILACS, no overall grade")


def ranks(table: pd.DataFrame) -> pd.DataFrame:
    """The grade of each of AREAS as its rank, 1 to 4, missing where the report gives none."""
    rank = {grade: float(parse.grade_rank(grade)) for grade in parse.GRADES}
    return pd.DataFrame({
        letter: table[[*columns]].map(rank.get).astype(float).bfill(axis=1).iloc[:, 0]
        for letter, columns in AREAS.items()})


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
    Raises KeyError for another entry."""
    rows = table.sort_values(["area_code", "published"]).reset_index(drop=True)
    spells, given, names = survival.spells(table, reaches), ranks(rows), regime(rows)
    starts = {"any": given.min(axis=1) == 1} | {key: given[key] == 1 for key in AREAS} | {
        "overall": (rows["overall_grade"] == parse.GRADES[0]) & (rows["published"] <= LAST_OVERALL)}
    after = given.groupby(rows["area_code"]).shift(-1)
    own = after.get(entry)
    result = met(after) if own is None else pd.DataFrame(
        {"better": own > 1, "good": own >= GOOD}).astype(float).where(own.notna())
    pause = survival.longest_pause(table)
    found = spells.assign(
        open_days=[row.days - overlap(row.published, row.end_day, pause)
                   for row in spells.itertuples()],
        regime=names, next_regime=names.groupby(rows["area_code"]).shift(-1).fillna(""),
        move=(after - given)[["L", "H", "C"]].sum(axis=1, skipna=False)).join(result)
    return found[starts[entry]].reset_index(drop=True)


def overlap(first: str, last: str, pause: tuple[str, str]) -> int:
    """How many days of a time, from one ISO day to another, lie in a pause."""
    return max(0, survival.days_between(max(first, pause[0]), min(last, pause[1])))


def groups(table: pd.DataFrame, pause: tuple[str, str]) -> dict[str, pd.DataFrame]:
    """The clocks by the framework of their entry, and those of ILACS given after the pause."""
    found = {key: table[table["framework"] == key] for key in survival.FRAMEWORKS}
    fresh = found["ILACS"]["published"] > pause[1]
    return found | {survival.LATER: found["ILACS"][fresh]}


def counts(parts: Mapping[str, pd.DataFrame], names: Mapping[str, str] = OUTCOMES) -> pd.DataFrame:
    """How often each outcome was met by the next report: a row a group and outcome.

    parts: clocks by group; names: OUTCOMES or OWN. Columns: group, outcome, name, entries, again
    (with a next report), open, abolished, number, of (those again with an outcome), low and high
    (as from survival.wilson)."""
    rows = []
    for key, table in parts.items():
        ended = table[table["end"] == "next"]
        for outcome, name in names.items():
            rows.append({"group": key, "outcome": outcome, "name": name, "entries": len(table),
                         "again": len(ended), "open": (table["end"] == "open").sum(),
                         "abolished": (table["end"] == "abolished").sum(),
                         "number": int(ended[outcome].sum()), "of": ended[outcome].count()})
    found = pd.DataFrame(rows)
    return found.join(survival.wilson(found["number"], found["of"]))


def incidence(table: pd.DataFrame, outcome: str, clock: str = "days") -> pd.DataFrame:
    """The share of clocks whose next report came and met an outcome, by Aalen and Johansen.

    table: as clocks; clock: days, or open_days for the time without the pause. A next report that
    has no such outcome censors. Columns: those of survival.kaplan_meier (share: no next report),
    and met."""
    ended = (table["end"] == "next") & table[outcome].notna()
    curve = survival.kaplan_meier(table.assign(end=np.where(ended, "next", "open")), clock)
    number = table[ended].groupby(clock)[outcome].sum().to_numpy()
    waiting = curve["share"].shift(1, fill_value=1.0)
    return curve.assign(met=(waiting * number / curve["at_risk"]).cumsum())


def after_years(parts: Mapping[str, pd.DataFrame], years: float, clock: str = "days") -> pd.DataFrame:
    """What had come of each group so long after its reports, by outcome: group, outcome, at_risk
    (still counted), met and waiting (shares, missing where fewer than survival.FEWEST are at risk),
    met_so_far (a count) and entries."""
    rows, limit = [], years * survival.YEAR
    for key, table in parts.items():
        for outcome in OUTCOMES:
            curve = incidence(table, outcome, clock)
            before = curve[curve["days"] <= limit]
            soon = (table[outcome] == 1) & (table[clock] <= limit)
            rows.append({"group": key, "outcome": outcome,
                         "at_risk": (table[clock] >= limit).sum(),
                         "met": max([0.0, *before["met"]]),
                         "waiting": min([1.0, *before["share"]]), "met_so_far": soon.sum(),
                         "entries": len(table)})
    found = pd.DataFrame(rows)
    shares = ["met", "waiting"]
    found[shares] = found[shares].where(found["at_risk"] >= survival.FEWEST)
    return found


def until(table: pd.DataFrame, day: str = LAST_OVERALL) -> pd.DataFrame:
    """Spells of overall grades as they were on a day, the change of regime: those given later left
    out, those that lasted longer censored. table: as survival.spells or clocks."""
    seen = table[table["published"] <= day]
    later = seen["end_day"] > day
    days = [survival.days_between(published, day) for published in seen["published"]]
    return seen.assign(end=seen["end"].mask(later, "open"), days=seen["days"].mask(later, days))


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
