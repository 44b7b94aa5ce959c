"""Every authority's inspections: the mix of grades, what follows a grade, and how long it lasts.

Everything starts from the tidy table authority_inspections, whatever the order of its rows.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.tables import parse

UNGRADED = "no overall grade"
WAITING = "not yet inspected"
OUTCOMES = (*parse.GRADES, UNGRADED)
YEAR = 365.25
Z = NormalDist().inv_cdf(0.975)  # of a 95% interval
LATER = "ILACS after the pause"  # the grades given after longest_pause
NOT_JUDGED, NO_AREA, NO_OVERALL = "not judged", "no such area", "no longer given"
FEWEST = 5  # with fewer grades at risk there are counts, not shares, and no curve
NEARLY_ALL = 0.95
FRAMEWORKS = {"SIF": "single inspection framework",
              "ILACS": "inspecting local authority children’s services"}
# The judgement areas by their columns, as a table heads them; those of both frameworks.
AREAS = {"leadership": "Leadership", "help_and_protection": "Help and protection",
         "looked_after": "Looked after (SIF)", "adoption": "Adoption (SIF)",
         "care_and_care_leavers": "Care and care leavers", "children_in_care": "Children in care",
         "care_leavers": "Care leavers"}
# The authorities that replaced others, and those others: they begin on the day on which those end.
# One that went on with a new code is not here; see helpers.ingest.histories.
FOLLOWED = {"E06000058": "E06000028", "E06000059": "E10000009", "E06000061": "E10000021",
            "E06000062": "E10000021", "E06000063": "E10000006", "E06000064": "E10000006"}


def spelt_out(areas: pd.DataFrame) -> dict[str, str]:
    """The name of each framework of FRAMEWORKS with its short form and its years, as it stands
    where a page first speaks of it; the newest has no end. areas: the tidy table."""
    years = areas.groupby("framework").agg({"first_day": "min", "last_day": "max"})
    newest = years["first_day"][list(FRAMEWORKS)].idxmax()
    found = {}
    for key, name in FRAMEWORKS.items():
        begins, ends = (day[:4] for day in years.loc[key])
        span = f"since {begins}" if key == newest else f"{begins} to {ends}"
        found[key] = f"{name} ({key}, {span})"
    return found


def existing(table: pd.DataFrame, day: str) -> set[str]:
    """The area codes of the authorities that existed on a day (ISO)."""
    ended = table.groupby("area_code")["abolished"].first()
    return {code for code, end in ended.items()
            if (not end or end > day) and (code not in FOLLOWED or ended[FOLLOWED[code]] <= day)}


def newest_grades(table: pd.DataFrame, day: str) -> pd.DataFrame:
    """Each existing authority with its outcome on a day (ISO), by name: that of its newest full
    inspection whose report was out. Columns: area_code, authority, outcome (a grade, UNGRADED or
    WAITING) and history_id ('' where there is none)."""
    names = table.groupby("area_code")["authority"].first()
    newest = table[table["published"] <= day].sort_values("published").groupby("area_code").last()
    codes = sorted(existing(table, day), key=lambda code: (names[code], code))
    outcome = newest["overall_grade"].replace("", UNGRADED).reindex(codes, fill_value=WAITING)
    found = pd.DataFrame({"authority": names[codes], "outcome": outcome,
                          "history_id": newest["history_id"].reindex(codes, fill_value="")})
    return found.rename_axis("area_code").reset_index()


def history(table: pd.DataFrame, code: str) -> pd.DataFrame:
    """One authority's inspections with an overall grade, in order, that grade as grade."""
    graded = table[(table["area_code"] == code) & (table["overall_grade"] != "")]
    return graded.sort_values("published").rename(columns={"overall_grade": "grade"})


def first_day(table: pd.DataFrame) -> pd.Series:
    """The first day of each inspection's fieldwork; that of its report where none is published."""
    return table["started"].where(table["started"] != "", table["published"])


def ungraded(table: pd.DataFrame) -> pd.DataFrame:
    """The full inspections that gave no overall grade, by the authority's name: the columns of
    the table, and before, the authority's newest overall grade until then ('' for none)."""
    rows = table.sort_values(["area_code", "published"])
    known = rows["overall_grade"].mask(rows["overall_grade"] == "")
    rows = rows.assign(before=known.groupby(rows["area_code"]).ffill().fillna(""))
    return rows[rows["overall_grade"] == ""].sort_values(["authority", "published"], ignore_index=True)


def areas_given(row: Mapping[str, str]) -> dict[str, str]:
    """What an inspection gave area by area: the names of AREAS, in small letters, and grades."""
    return {name.split(" (")[0].lower(): row[key] for key, name in AREAS.items() if row[key]}


def judged(table: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """The inspections, with the reason in each cell of overall_grade and AREAS that has no grade:
    NOT_JUDGED where the framework had the area on the inspection's first_day, else NO_AREA or,
    for the overall grade, NO_OVERALL.

    table: the tidy table; areas: which framework has which area, and when."""
    found, days = table.copy(), first_day(table)
    for column in ("overall_grade", *AREAS):
        area = "overall" if column == "overall_grade" else column.replace("_", "-")
        reason = pd.Series(NO_OVERALL if area == "overall" else NO_AREA, table.index)
        for row in areas[areas["area"] == area].itertuples():
            first = parse.bounds(row.first_day)[0].isoformat()
            last = parse.bounds(row.last_day)[1].isoformat() if row.last_day else "9999"
            there = (table["framework"] == row.framework) & days.between(first, last)
            reason = reason.mask(there, NOT_JUDGED)
        found[column] = table[column].where(table[column] != "", reason)
    return found


def marches(table: pd.DataFrame, reaches: str) -> list[str]:
    """Each 31 March up to a day (ISO), from the first at which NEARLY_ALL of the existing
    authorities had been inspected."""
    years = range(int(table["published"].min()[:4]), int(reaches[:4]) + 1)
    days = [day for year in years if (day := f"{year}-03-31") <= reaches]
    first = next(n for n, day in enumerate(days)
                 if (newest_grades(table, day)["outcome"] != WAITING).mean() >= NEARLY_ALL)
    return days[first:]


def mix(by_day: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """How many authorities had each outcome on each day: day, authorities, OUTCOMES, WAITING.
    by_day: tables as from newest_grades."""
    counts = pd.DataFrame({day: table["outcome"].value_counts() for day, table in by_day.items()})
    found = counts.reindex([*OUTCOMES, WAITING]).fillna(0).astype(int).T
    found.insert(0, "authorities", found.sum(axis=1))
    return found.rename_axis("day").reset_index()


def own_outcomes(by_day: Mapping[str, pd.DataFrame], code: str) -> list[str]:
    """One authority’s outcome on each day; '' where it did not exist."""
    return ["".join(table.loc[table["area_code"] == code, "outcome"]) for table in by_day.values()]


def spells(table: pd.DataFrame, reaches: str) -> pd.DataFrame:
    """Each inspection with what came before and after it, by code and date.

    Columns: history_id, area_code, authority, framework, published, outcome; before (the outcome
    of the authority's inspection before it, '' for its first); end ('next', the next full
    inspection; 'abolished', the authority first ceased; 'open', neither up to the day `reaches`),
    next_framework and next_outcome ('' unless end is 'next'), end_day (the day of that end),
    days (from report to that end)."""
    rows = table.sort_values(["area_code", "published"]).reset_index(drop=True)
    after = rows.groupby("area_code")[["framework", "overall_grade", "published"]].shift(-1)
    outcome = rows["overall_grade"].replace("", UNGRADED)
    follows, ceased = after["published"].notna(), rows["abolished"] != ""
    last = after["published"].where(follows, rows["abolished"].where(ceased, reaches))
    return rows[["history_id", "area_code", "authority", "framework", "published"]].assign(
        outcome=outcome, before=outcome.groupby(rows["area_code"]).shift(1).fillna(""),
        end=np.select([follows, ceased], ["next", "abolished"], "open"),
        next_framework=after["framework"].fillna(""),
        next_outcome=after["overall_grade"].replace("", UNGRADED).fillna(""),
        end_day=last, days=list(map(days_between, rows["published"], last)))


def transitions(table: pd.DataFrame) -> pd.DataFrame:
    """What followed each grade, by pair of frameworks, as counts.

    table: as from spells. One row a pair and grade that was given: pair ('SIF to ILACS'), outcome,
    again (re-inspected), OUTCOMES (of the re-inspection), open and abolished. Those never
    re-inspected stand in the pair with the newest framework."""
    graded = table[table["outcome"].isin(parse.GRADES)]
    newest = list(FRAMEWORKS)[-1]
    came = graded["next_outcome"].where(graded["end"] == "next", graded["end"])
    found = pd.crosstab(
        [graded["framework"] + " to " + graded["next_framework"].replace("", newest),
         graded["outcome"].map(parse.grade_rank)], came, rownames=["pair", "outcome"])
    found = found.reindex(columns=[*OUTCOMES, "open", "abolished"], fill_value=0)
    found.insert(0, "again", found[[*OUTCOMES]].sum(axis=1))
    found = found.sort_index(ascending=[False, True]).reset_index().rename_axis(columns=None)
    return found.assign(outcome=[parse.GRADES[rank - 1] for rank in found["outcome"]])


def wilson(number: pd.Series, of: pd.Series) -> pd.DataFrame:
    """The 95% intervals of shares, so many of so many, by Wilson's formula: low and high, missing
    for a share of none."""
    share, add = number / of, Z ** 2 / of
    half = np.sqrt(add * share * (1 - share) + add ** 2 / 4)
    low, high = ((share + add / 2 + side * half) / (1 + add) for side in (-1, 1))
    return pd.DataFrame({"low": low.clip(lower=0), "high": high.clip(upper=1)})


def directions(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Which way the next overall grade went, a row a group of spells by the columns of `by`: these, of
    (how many went from one overall grade to another), better, same, worse (counts), low and high (of
    the share that was worse, as from wilson)."""
    graded = table[table["outcome"].isin(parse.GRADES) & table["next_outcome"].isin(parse.GRADES)]
    steps = graded["next_outcome"].map(parse.grade_rank) - graded["outcome"].map(parse.grade_rank)
    counts = pd.DataFrame({"of": 1, "better": steps > 0, "same": steps == 0, "worse": steps < 0})
    found = counts.groupby([graded[name] for name in by], sort=False).sum().reset_index()
    return found.join(wilson(found["worse"], found["of"]))


def kaplan_meier(table: pd.DataFrame, clock: str = "days") -> pd.DataFrame:
    """The share of grades not yet followed by another full inspection after each length of time,
    by product-limit. An inspection without an overall grade ends a grade as any other does.

    table: rows of spells; clock: the column of days that counts. Columns: days, at_risk, ended, share,
    low, high (95%, log-log; missing where the share is nought). A row a day on which one ended."""
    days, end = table[clock], table["end"] == "next"
    found = days[end].value_counts().sort_index().rename_axis("days").reset_index(name="ended")
    found.insert(1, "at_risk", [int((days >= day).sum()) for day in found["days"]])
    alive = found["at_risk"] - found["ended"]
    share = (alive / found["at_risk"]).cumprod()
    known = share.where(share > 0)  # the formula has no value where none is left
    error = np.sqrt((found["ended"] / (found["at_risk"] * alive)).cumsum()) / -np.log(known)
    low, high = (known ** np.exp(side * Z * error) for side in (1, -1))
    return found.assign(share=share, low=low, high=high)


class Length(NamedTuple):
    """A median length of time in years with the ends of its 95% interval, NaN if not reached; and
    how many grades were at risk when it was reached."""

    median: float
    low: float
    high: float
    at_risk: int


def median(curve: pd.DataFrame) -> Length:
    """When half of the grades had been followed. curve: as from kaplan_meier."""
    half, low, high = (curve.loc[curve[column] <= 0.5, "days"].min() / YEAR
                       for column in ("share", "low", "high"))
    risk = curve.loc[curve["share"] <= 0.5, "at_risk"]
    return Length(half, low, high, int(risk.iloc[0]) if len(risk) else 0)


def at_risk(table: pd.DataFrame, years: Sequence[float]) -> list[int]:
    """How many spells had lasted so long without an end."""
    return [int((table["days"] >= year * YEAR).sum()) for year in years]


def enough_at_risk(curve: pd.DataFrame) -> pd.DataFrame:
    """The part of a curve at which FEWEST or more grades were at risk."""
    return curve[curve["at_risk"] >= FEWEST]


def days_between(first: str, last: str) -> int:
    """How many days lie from one day to another, both ISO."""
    return (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days


def longest_pause(table: pd.DataFrame) -> tuple[str, str]:
    """The two ISO days on which fieldwork began with the longest time between them in which none
    did, among inspections whose start is published."""
    return max(pairwise(sorted(set(table["started"]) - {""})), key=lambda pair: days_between(*pair))
