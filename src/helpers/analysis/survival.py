"""Every authority's inspections: the mix of grades, what follows a grade, and how long it lasts.

Everything starts from the tidy table authority_inspections. Its source_id names the publication
of each row. Nothing here depends on the order of the rows.
"""

import datetime as dt
import math
import warnings
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from scipy import stats

from helpers.tables import parse

UNGRADED = "no overall grade"
WAITING = "not yet inspected"
OUTCOMES = (*parse.GRADES, UNGRADED)
YEAR = 365.25
LATER = "ILACS after the pause"  # the grades given after longest_pause
NOT_JUDGED, NO_AREA, NO_OVERALL = "not judged", "no such area", "no longer given"
FEWEST = 5  # with fewer grades still counted there are counts, not shares, and no curve
NEARLY_ALL = 0.95
FRAMEWORKS = {"SIF": "single inspection framework",
              "ILACS": "inspecting local authority children’s services"}
# The judgement areas by their columns, as a table heads them; those of both frameworks.
AREAS = {"leadership": "Leadership", "help_and_protection": "Help and protection",
         "looked_after": "Looked after (SIF)", "adoption": "Adoption (SIF)",
         "care_and_care_leavers": "Care and care leavers", "children_in_care": "Children in care",
         "care_leavers": "Care leavers"}
# The authorities that replaced others, and those others: they begin on the day on which those end.
# One that went on with a new code is not here; see helpers.histories.
FOLLOWED = {"E06000058": "E06000028", "E06000059": "E10000009", "E06000061": "E10000021",
            "E06000062": "E10000021", "E06000063": "E10000006", "E06000064": "E10000006"}


def spelt_out(areas: pd.DataFrame) -> dict[str, str]:
    """The name of each framework of FRAMEWORKS with its short form and its years, as it stands
    where a page first speaks of it; the newest has no end. areas: the tidy table."""
    years = areas.groupby("framework").agg({"first_day": "min", "last_day": "max"})
    newest = max(FRAMEWORKS, key=lambda key: years["first_day"][key])
    return {key: f"{name} ({key}, " + (
        f"since {years['first_day'][key][:4]})" if key == newest
        else f"{years['first_day'][key][:4]} to {years['last_day'][key][:4]})")
        for key, name in FRAMEWORKS.items()}


def existing(table: pd.DataFrame, day: str) -> set[str]:
    """The area codes of the authorities that existed on a day (ISO)."""
    ended = table.groupby("area_code")["abolished"].first()
    return {code for code, end in ended.items()
            if (not end or end > day) and (code not in FOLLOWED or ended[FOLLOWED[code]] <= day)}


def newest_full(table: pd.DataFrame, started_by: str, published_by: str) -> pd.DataFrame:
    """Each authority's newest full inspection that had started and been published by two days,
    of the authorities that existed on the first; an unpublished start counts as early enough."""
    there = (table["abolished"] == "") | (table["abolished"] > started_by)
    done = (table["started"] <= started_by) & (table["published"] <= published_by)
    ordered = table[there & done].sort_values(["area_code", "published"])
    return ordered.groupby("area_code").tail(1).reset_index(drop=True)


def standing(table: pd.DataFrame, day: str) -> pd.DataFrame:
    """Each existing authority with the outcome that stood on a day (ISO), by name: that of its
    newest full inspection whose report was out. Columns: area_code, authority, outcome (a grade,
    UNGRADED or WAITING), published and history_id ('' where there is none)."""
    names = table.drop_duplicates("area_code").set_index("area_code")["authority"]
    newest = newest_full(table, day, day).set_index("area_code")
    codes = sorted(existing(table, day), key=lambda code: (names[code], code))
    found = newest.reindex(codes)[["overall_grade", "published", "history_id"]]
    outcome = found["overall_grade"].replace("", UNGRADED).fillna(WAITING)
    return pd.DataFrame({"area_code": codes, "authority": names[codes].to_numpy(),
                         "outcome": outcome.to_numpy(),
                         "published": found["published"].fillna("").to_numpy(),
                         "history_id": found["history_id"].fillna("").to_numpy()})


def history(table: pd.DataFrame, code: str) -> pd.DataFrame:
    """One authority's overall grades in order, as grade_charts.draw_history takes them: history_id,
    framework, kind, started, published, grade, grade_rank, source_id, locator. Raises KeyError
    for a code that no inspection has."""
    own = table[table["area_code"] == code].sort_values("published")
    if own.empty:
        raise KeyError(code)
    graded = own[own["overall_grade"] != ""].rename(columns={"overall_grade": "grade"})
    graded = graded.assign(grade_rank=graded["grade"].map(parse.grade_rank))
    return graded[["history_id", "framework", "kind", "started", "published", "grade",
                   "grade_rank", "source_id", "locator"]].reset_index(drop=True)


def ungraded(table: pd.DataFrame) -> pd.DataFrame:
    """The full inspections that gave no overall grade, by the authority's name: the columns of
    the table, and before, the authority's newest overall grade until then ('' for none)."""
    rows = table.sort_values(["area_code", "published"])
    known = rows["overall_grade"].mask(rows["overall_grade"] == "")
    rows = rows.assign(before=known.groupby(rows["area_code"]).ffill().fillna(""))
    return rows[rows["overall_grade"] == ""].sort_values(
        ["authority", "published"], ignore_index=True)


def areas_given(row: Mapping[str, str]) -> dict[str, str]:
    """What an inspection gave area by area: the names of AREAS, in small letters, and grades."""
    return {name.split(" (")[0].lower(): row[key] for key, name in AREAS.items() if row[key]}


def judged(table: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """The inspections, with the reason in each cell of overall_grade and AREAS that has no grade:
    NOT_JUDGED where the framework had the area when the inspection began, else NO_AREA or, for
    the overall grade, NO_OVERALL.

    table: the tidy table; areas: which framework has which area, and when. An inspection whose
    start is not published counts by its report's day."""
    spans: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in areas.itertuples():
        ends = parse.bounds(row.last_day)[1].isoformat() if row.last_day else "9999"
        spans.setdefault((row.framework, row.area), []).append(
            (parse.bounds(row.first_day)[0].isoformat(), ends))
    found = table.copy()
    days = table["started"].where(table["started"] != "", table["published"])
    for column in ("overall_grade", *AREAS):
        area = "overall" if column == "overall_grade" else column.replace("_", "-")
        none = NO_OVERALL if area == "overall" else NO_AREA
        found[column] = [
            grade or (NOT_JUDGED if any(first <= day <= last for first, last in spans.get(
                (framework, area), ())) else none)
            for grade, framework, day in zip(table[column], table["framework"], days, strict=True)]
    return found


def marches(table: pd.DataFrame, reaches: str) -> list[str]:
    """Each 31 March, as ISO days, from the first at which NEARLY_ALL of the existing authorities
    had been inspected, up to a day."""
    years = range(int(table["published"].min()[:4]), int(reaches[:4]) + 1)
    days = [f"{year}-03-31" for year in years if f"{year}-03-31" <= reaches]
    first = next(n for n, day in enumerate(days)
                 if (standing(table, day)["outcome"] != WAITING).mean() >= NEARLY_ALL)
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


def among(table: pd.DataFrame, code: str, outcome: str) -> str:
    """Whether an authority is one of those with an outcome, to follow their number: 'Saltmere
    among them'. table: as from standing, which has none that ended."""
    own = table[table["area_code"] == code]
    if own.empty:
        return "the authority that ended not among them"
    there = own["outcome"].iloc[0] == outcome
    return f"{own['authority'].iloc[0]} {'' if there else 'not '}among them"


def spells(table: pd.DataFrame, reaches: str) -> pd.DataFrame:
    """Each inspection with what came before and after it, by code and date.

    Columns: history_id, area_code, authority, framework, published, outcome; before (the outcome
    of the authority's inspection before it, '' for its first); end ('next', the
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
    days = [days_between(a, b) for a, b in zip(rows["published"], last, strict=True)]
    return rows[["history_id", "area_code", "authority", "framework", "published"]].assign(
        outcome=outcome, before=outcome.groupby(rows["area_code"]).shift(1).fillna(""), end=end,
        next_framework=after["framework"].fillna(""),
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


class Share(NamedTuple):
    """How many of how many, with the ends of the 95% interval by Wilson's formula."""

    number: int
    of: int
    low: float
    high: float

    @property
    def words(self) -> str:
        """'8 of 49 (16%, 9 to 29)'."""
        return (f"{self.number} of {self.of} ({100 * self.number / self.of:.0f}%, "
                f"{100 * self.low:.0f} to {100 * self.high:.0f})")


def wilson(number: int, of: int) -> Share:
    """So many of so many as a Share. Raises ValueError for a share of none."""
    ends = stats.binomtest(number, of).proportion_ci(confidence_level=0.95, method="wilson")
    return Share(number, of, float(ends.low), float(ends.high))


def fell(table: pd.DataFrame, outcome: str) -> Share:
    """Of the grades that another full inspection with an overall grade followed, those that it
    followed with this grade. An inspection that gives none could not have given it, and is not
    counted. table: rows of spells."""
    followed = table[table["next_outcome"].isin(parse.GRADES)]
    return wilson(int((followed["next_outcome"] == outcome).sum()), len(followed))


def shares(table: pd.DataFrame) -> pd.DataFrame:
    """The shares of transitions among the re-inspections that gave an overall grade, with 95%
    intervals by Wilson's formula.

    table: as from spells. An authority counts once for each of its inspections. One row a pair,
    grade and following outcome that occurs: pair, outcome, next_outcome, and those of Share.
    """
    known = table[table["outcome"].isin(parse.GRADES)
                  & table["next_outcome"].isin(parse.GRADES)].assign(
        pair=lambda t: t["framework"] + " to " + t["next_framework"])
    order = {name: n for n, name in enumerate(OUTCOMES)}
    rows = []
    for (pair, outcome), part in known.groupby(["pair", "outcome"]):
        rows += [{"pair": pair, "outcome": outcome, "next_outcome": name}
                 | fell(part, name)._asdict() for name in part["next_outcome"].unique()]
    return pd.DataFrame(rows).sort_values(
        ["pair", "outcome", "next_outcome"], ascending=[False, True, True],
        key=lambda c: c.map(order) if c.name != "pair" else c, ignore_index=True)


def kaplan_meier(table: pd.DataFrame) -> pd.DataFrame:
    """The share of grades not yet followed by another full inspection after each length of time,
    by product-limit. An inspection without an overall grade ends a grade as any other does.

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


class Length(NamedTuple):
    """A median length of time in years with the ends of its 95% interval, NaN if not reached; and
    how many grades were still counted when it was reached."""

    median: float
    low: float
    high: float
    counted: int

    @property
    def words(self) -> str:
        """'3.7 (3.3 to 3.8)'; 'not reached' where that is so."""
        half, low, high = ("not reached" if math.isnan(end) else f"{end:.1f}" for end in self[:3])
        return f"{half} ({low} to {high})"


def median(curve: pd.DataFrame) -> Length:
    """When half of the grades no longer stood. curve: as from kaplan_meier."""
    def reached(column: str) -> float:
        there = curve.loc[curve[column] <= 0.5, "days"]
        return float(there.iloc[0]) / YEAR if len(there) else math.nan

    there = curve.loc[curve["share"] <= 0.5, "at_risk"]
    return Length(reached("share"), reached("low"), reached("high"),
                  int(there.iloc[0]) if len(there) else 0)


def still(curve: pd.DataFrame, days: float) -> pd.Series:
    """The row of a curve that holds after so many days; share, low and high are 1 before the
    first."""
    before = curve[curve["days"] <= days]
    return before.iloc[-1] if len(before) else pd.Series({"share": 1.0, "low": 1.0, "high": 1.0})


def at_risk(table: pd.DataFrame, years: Sequence[float]) -> list[int]:
    """How many spells had lasted so long without an end."""
    return [int((table["days"] >= year * YEAR).sum()) for year in years]


def firm(curve: pd.DataFrame) -> pd.DataFrame:
    """The part of a curve, or of incidence, at which FEWEST or more grades were still counted."""
    return curve[curve["at_risk"] >= FEWEST]


def behind(curves: Mapping[str, pd.DataFrame], names: Sequence[str]) -> pd.DataFrame:
    """The rows of some curves, or of incidences, as the data behind a chart of them: key, years,
    their columns; those named are blank, with a status, where too few grades were counted."""
    rows = pd.concat([curve.assign(key=key, years=(curve["days"] / YEAR).round(2))
                      for key, curve in curves.items()], ignore_index=True).round(3)
    few = rows["at_risk"] < FEWEST
    rows[list(names)] = rows[list(names)].mask(few)
    return rows.assign(status=few.map({True: "low reliability", False: ""}))


def lasted(table: pd.DataFrame, days: float, reaches: str) -> tuple[int, int]:
    """How many grades lasted so long, and how many were given early enough to be seen to: so long
    before the day that the record reaches, their authority not abolished meanwhile."""
    age = table["published"].map(lambda day: days_between(day, reaches))
    long = table["days"] >= days
    return int(long.sum()), int((long | ((age >= days) & (table["end"] != "abolished"))).sum())


def stood(table: pd.DataFrame, days: float, reaches: str) -> str:
    """The estimated share of grades that stood so long, with its 95% interval: '88% (67 to 96)';
    '1 of 14', as from lasted, where fewer than FEWEST were still counted. table: rows of spells."""
    if (table["days"] >= days).sum() < FEWEST:
        count, early = lasted(table, days, reaches)
        return f"{count} of {early}" if early else "none so early"
    row = still(kaplan_meier(table), days)
    known = row["low"] < row["share"]  # there is no interval at one and at nought
    span = f" ({100 * row['low']:.0f} to {100 * row['high']:.0f})" if known else ""
    return f"{100 * row['share']:.0f}%{span}"


def lengths(groups: Mapping[str, pd.DataFrame], spans: Mapping[str, float], reaches: str
            ) -> pd.DataFrame:
    """How long grades stood, a row a group of spells: key, n, next, open, abolished, median (in
    words), and for each span of days, by its name, what stood gives."""
    rows = []
    for key, table in groups.items():
        ends = table["end"].value_counts()
        rows.append({"key": key, "n": len(table)}
                    | {end: int(ends.get(end, 0)) for end in ("next", "open", "abolished")}
                    | {"median": median(kaplan_meier(table)).words}
                    | {name: stood(table, days, reaches) for name, days in spans.items()})
    return pd.DataFrame(rows)


def years_after(day: str, years: int) -> str:
    """The day so many years after a day, both ISO; the last of February after a leap day."""
    return f"{pd.Timestamp(day) + pd.DateOffset(years=years):%Y-%m-%d}"


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


def days_between(first: str, last: str) -> int:
    """How many days lie from one day to another, both ISO."""
    return (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days


def longest_pause(table: pd.DataFrame) -> tuple[str, str]:
    """The two ISO days on which fieldwork began with the longest time between them in which none
    did, among inspections whose start is published."""
    days = sorted({day for day in table["started"] if day})
    dates = [dt.date.fromisoformat(day) for day in days]
    widest = max(range(1, len(days)), key=lambda n: (dates[n] - dates[n - 1], -n))
    return days[widest - 1], days[widest]
