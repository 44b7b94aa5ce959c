"""Claims about quantity, compared with official figures: a verdict by rule.

The rule is the same whoever speaks. A claim of change is compared with the change of its series
between two years; a claim of a high or low level with England in the same year; a claim of most or
of fewer than half with half. A difference counts from MINIMUM on, and in full from the typical
change on: half the interquartile range of all authorities' changes over the same years, or of
their levels. Counts and rates are compared in logarithms, so that a fall meets the same threshold
as a rise, and reported in per cent. Figures are compared as they are shown, to one decimal.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis import outliers, panel

MINIMUM = {"%": 2.0, "points": 1.0}  # per cent for counts and rates, points for percentages
FACTORS = {"at_half": 0.5, "at_one_and_a_half": 1.5, "at_twice": 2.0}  # of the typical change

UPWARDS = ("rise", "high", "most")  # directions that a positive difference supports

SUPPORTED = ("supports", "partly supports")
AGAINST = ("indirect evidence, the other way", "points the other way")
VERDICTS = (*SUPPORTED, "no clear change", *AGAINST, "not testable")

# Why no official figures test a claim, by the words of its note; the first that fits.
UNTESTED = {"settled": "settles", "aim": "an aim",
            "not counted": "not published|not counted|do not count", "too early": "begin in",
            "not compiled": "not compiled|no figures on", "not tested": "did not test"}

OFFICIAL = ("change", "level", "share")  # kinds of test that rest on official figures
TEST = ["kind", "series", "direction", "from_period", "to_period"]  # what makes two tests one
COLUMNS = ["claim_id", "kind", "series", "direction", "evidence", "from_period", "to_period",
           "from_value", "to_value", "change", "unit", "typical_change", "verdict",
           "without_unusual", "second_periods", "second_change", "second_verdict", *FACTORS,
           "ofsted_agrees", "ofsted_row", "why"]

Compared = dict[str, Any]


def verdicts(change: Any, unit: str, direction: str, typical: float, direct: bool,
             factor: float = 1.0) -> np.ndarray:
    """The verdict on each change or difference; 'not testable' for one that is not a number.

    change, up being positive, and typical: in unit, % or points; direction: one of UPWARDS, or its
    opposite; direct: whether the figures count what was claimed: others support at most in part, and
    go the other way as indirect evidence; factor: of the typical change."""
    towards = as_compared(change, unit) * (1 if direction in UPWARDS else -1)
    minimum = as_compared(MINIMUM[unit], unit)
    full = max(minimum, factor * as_compared(typical, unit))
    best, worst = ("supports", AGAINST[1]) if direct else ("partly supports", AGAINST[0])
    return np.select([np.isnan(towards), towards >= full, towards >= minimum, towards <= -full],
                     ["not testable", best, "partly supports", worst], "no clear change")


def as_compared(change: Any, unit: str) -> Any:
    """Changes as they are compared: of per cent the logarithm, times 100; points as they are."""
    with np.errstate(divide="ignore"):  # a fall to nothing is without bound
        return 100 * np.log1p(np.divide(change, 100)) if unit == "%" else np.asarray(change)


def audit(tests: pd.DataFrame, statistics: pd.DataFrame, distribution: pd.DataFrame,
          changes: pd.DataFrame, areas: pd.DataFrame, measures: pd.DataFrame,
          figures: pd.DataFrame) -> pd.DataFrame:
    """Every claim's test, one row each, in the order of `tests`.

    tests: claim_id, kind (change, level, share, figures change, figures level, figures share,
    none), series, direction, from_year, to_year, second_from, second_to, cap, ofsted_agrees,
    ofsted_row, note: which series bears on the claim, and how. The others are tidy tables.
    Columns: COLUMNS. A claim is not supported in full by a change that begins or ends in an
    unusual year, unless the change without that year supports it in full as well."""
    about, printed = measures.set_index("measure"), figures.set_index("figure_id")
    spread = distribution.set_index(["measure", "year"])
    relation = statistics["area_code"].map(areas.set_index("area_code")["relation"])
    newer = statistics[statistics["basis"] != panel.OLDER]
    own, england = (newer[relation[newer.index] == kind].set_index(["measure", "year"])
                    for kind in ("authority", "country"))
    own = own[["value", "period"]].assign(england=england["value"])
    known = {name: own.loc[name] for name in set(tests["series"]) & set(about.index)}
    unusual = {name: set(outliers.unusual_years(statistics, about.loc[name])) for name in known}
    moved = {name: changes[changes["measure"] == name] for name in known}
    rows = []
    for test in tests.to_dict("records"):
        row = test | {"verdict": "not testable", "why": test["note"],
                      "evidence": "" if test["kind"] == "none" else test["cap"] or "direct"}
        if test["kind"].startswith("figures"):
            found = _in_document(test, printed)
            row |= found | _judged(test, found, found)
        elif test["kind"] in OFFICIAL:
            name = test["series"]
            compare = partial(_compared, test["kind"], known[name], about.loc[name], spread,
                              moved[name])
            row |= _in_series(test, compare, unusual[name])
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object).fillna("")


def _in_series(test: dict[str, Any], compare: Callable[[Any, Any], Compared | None],
               unusual: set[int]) -> Compared:
    """What an official series says of a claim: its two values, and the verdicts."""
    found = compare(test["from_year"], test["to_year"])
    if found is None:
        return {"why": f"{test['note']}; no value for a year that the claim needs"}
    change = test["kind"] == "change"

    def usual(first: str, last: str, found: Compared) -> Compared | None:
        if change:
            return compare(*outliers.years_without_unusual(int(first), int(last), unusual))
        return None if int(last) in unusual else found  # a level or share has no other year

    steady = usual(test["from_year"], test["to_year"], found)
    row = found | _judged(test, found, steady)
    if steady != found:
        row["without_unusual"] = _verdict(test, steady) if steady else "rests on an unusual value"
    second = compare(test["second_from"], test["second_to"]) if test["second_to"] else None
    if second:
        row |= {"second_periods": f"{test['second_from']} to " * change + test["second_to"],
                "second_change": second["change"], "second_verdict": _judged(
                    test, second, usual(test["second_from"], test["second_to"], second))["verdict"]}
    return row


def _compared(kind: str, by_year: pd.DataFrame, about: pd.Series, spread: pd.DataFrame,
              changes: pd.DataFrame, from_year: str | int, to_year: str | int) -> Compared | None:
    """Two values, how far apart they are and what is typical; None if one is missing."""
    unit = "points" if outliers.is_percentage(about["unit"]) else "%"
    last = int(to_year)
    first = int(from_year) if kind == "change" else last
    end, typical = by_year["value"].get(last, np.nan), 0.0
    start = 50.0 if kind == "share" else by_year["england" if kind == "level" else "value"].get(
        first, np.nan)
    if np.isnan(start) or np.isnan(end):
        return None
    if kind == "level":
        q1, q3 = spread.loc[(about.name, last), ["q1", "q3"]]
        typical = float(q3 - q1 if unit == "points" else np.log(q3 / q1)) / 2
    elif kind == "change":
        typical = outliers.typical_change(changes, str(about.name), first, last)
    return {"from_period": by_year["period"][first], "to_period": by_year["period"][last],
            "from_value": start, "to_value": end, "unit": unit,
            "change": float(_apart(start, end, unit)),
            "typical_change": round(typical if unit == "points" else 100 * np.expm1(typical), 1)}


def _in_document(test: dict[str, Any], figures: pd.DataFrame) -> Compared:
    """What the figures that a claim's own document prints say of it."""
    names = test["series"].split(";")
    first, last = figures.loc[names[0]], figures.loc[names[-1]]
    start, end, unit = first["value"], last["value"], "points" if last["unit"] == "per cent" else "%"
    if test["kind"] == "figures share":
        start, end, unit = 50.0, 100 * last["value"] / last["out_of"], "points"
    return {"from_period": first["as_at"] or first["period"],
            "to_period": last["as_at"] or last["period"], "from_value": start, "to_value": end,
            "change": float(_apart(start, end, unit)), "unit": unit}


def _apart(start: Any, end: Any, unit: str) -> Any:
    """How far two values are apart, in per cent of the first or in points, to one decimal."""
    return np.round(end - start if unit == "points" else 100 * (np.divide(end, start) - 1), 1)


def _verdict(test: dict[str, Any], found: Compared, factor: float = 1.0) -> str:
    return str(verdicts(found["change"], found["unit"], test["direction"],
                        found.get("typical_change", 0.0), not test["cap"], factor))


def _judged(test: dict[str, Any], found: Compared, steady: Compared | None) -> dict[str, str]:
    """The verdict, and those at other thresholds; no more than support in part where steady, the
    values without unusual years, is missing or does not support the claim in full."""
    judged = {}
    for name, factor in {"verdict": 1.0, **FACTORS}.items():
        judged[name] = _verdict(test, found, factor)
        sure = steady and _verdict(test, steady, factor) == "supports"
        if judged[name] == "supports" and not sure:
            judged[name] = "partly supports"
    return judged


def elsewhere(table: pd.DataFrame, panel: pd.DataFrame, country: str) -> pd.DataFrame:
    """Every test on official figures, with each authority in the place of the one that was meant.

    table: the audit; panel: area_code, measure, year, value, of all authorities and the country
    (its code), without years of an older definition. Columns: area_code, claim_id, change and
    verdict. Unusual years are not left out; that can change how fully figures support a claim, not
    whether they do."""
    wide, parts = panel.pivot(index="area_code", columns=["measure", "year"], values="value"), []
    for test in table[table["kind"].isin(OFFICIAL) & table["unit"].ne("")].itertuples():
        known = wide[test.series]
        known = known.where(known > 0) if test.unit == "%" else known  # no share of nothing
        first, last = year_of(test.from_period), year_of(test.to_period)
        start = {"share": 50.0, "level": known[last][country]}.get(test.kind, known[first])
        change = _apart(start, known[last], test.unit).drop(country)
        verdict = verdicts(change, test.unit, test.direction, test.typical_change,
                           test.evidence == "direct")
        parts.append(pd.DataFrame({"claim_id": test.claim_id, "change": change, "verdict": verdict}))
    return pd.concat(parts).reset_index()


def year_of(period: str) -> int:
    """The year by which a series names a day or a period: that of its end."""
    return int(re.findall(r"\d{4}", period)[-1])


def counts(table: pd.DataFrame, column: str = "verdict") -> dict[str, int]:
    """How many claims have each verdict, in the order of VERDICTS."""
    return table[column].value_counts().reindex(VERDICTS, fill_value=0).to_dict()


def untested(notes: pd.Series) -> dict[str, int]:
    """How many notes name each reason of UNTESTED. Raises ValueError for a note that names none."""
    fits = pd.DataFrame({name: notes.str.contains(words) for name, words in UNTESTED.items()})
    if unknown := list(notes[~fits.any(axis=1)]):
        raise ValueError(f"no reason of {', '.join(UNTESTED)} in: {'; '.join(unknown)}")
    return fits.idxmax(axis=1).value_counts().reindex(list(UNTESTED), fill_value=0).to_dict()


def distinct(table: pd.DataFrame) -> pd.DataFrame:
    """The first claim of each test on official figures; other claims may share the test."""
    tested = table[table["kind"].isin(OFFICIAL) & table["verdict"].ne("not testable")]
    return tested.drop_duplicates(TEST).reset_index(drop=True)


def towards(table: pd.DataFrame) -> pd.Series:
    """How far each series moved or lies towards its claim, in typical changes; NaN without one."""
    steps = [as_compared(row.change, row.unit) / as_compared(row.typical_change, row.unit)
             if row.typical_change > 0 else np.nan for row in table.itertuples()]
    return steps * table["direction"].isin(UPWARDS).map({True: 1, False: -1})


def tally(results: pd.DataFrame) -> pd.DataFrame:
    """By area_code, how many tests (as from elsewhere) have figures of it, and in how many these are
    for or against the claim: tests, supported, against."""
    verdict = results["verdict"]
    return pd.DataFrame({
        "tests": verdict.ne("not testable"), "supported": verdict.isin(SUPPORTED),
        "against": verdict.isin(AGAINST)}).groupby(results["area_code"]).sum()
