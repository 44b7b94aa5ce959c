"""What official series did around a judgement, beside authorities without one in the same years;
and how deep a fall was among all authorities and years.

A description, not an estimate of an effect. The definitions are in docs/methods.md.
"""

import zlib
from collections.abc import Collection, Sequence
from functools import partial

import numpy as np
import pandas as pd

from helpers.analysis import outliers
from helpers.analysis.panel import OLDER
from helpers.tables import parse

STEPS = tuple(range(-3, 4))  # years from year 0
BASE_STEP = -1  # the year that each path starts from
APART = 3  # years within which no comparison authority has a report inadequate overall
DRAWS = 2000
SEED = 20261125
FEWEST = 20  # with fewer events nothing is said of one authority among them
MEASURES = ("referrals", "enquiries", "conferences", "plans-started", "plans", "in-need",
            "looked-after", "rereferrals-percent", "conferences-in-time-percent",
            "assessments-in-time-percent", "caseload", "agency-percent", "vacancy-percent",
            "turnover-percent")
PANELS = ("referrals", "enquiries", "plans", "looked-after", "caseload", "agency-percent")
IN_TIME = ("conferences-10-days", "conferences-15-days")  # counts, the second from day 11 on
FALLS = ("referrals", "enquiries", "conferences", "plans-started", "plans", "in-need",
         "starting-care")


def wide(values: pd.DataFrame, areas: Collection[str]) -> dict[str, pd.DataFrame]:
    """Each measure as a table of areas by years, numbers or missing, no older definition.

    values: as from panel.values; areas: the codes of the authorities and of England; any other area
    would be drawn as an authority. The share of conferences within 15 days is that of the counts,
    which begin before the published shares."""
    rows = values[(values["basis"] != OLDER) & values["area_code"].isin(areas)]
    rows = rows.assign(value=pd.to_numeric(rows["value"].replace("", None)))
    found = {str(name): part.pivot(index="area_code", columns="year", values="value")
             for name, part in rows.groupby("measure")}
    held = found["conferences"]
    found["conferences-in-time-percent"] = 100 * (
        sum(found[name].reindex_like(held) for name in IN_TIME) / held.where(held > 0))
    return found


def first_of_run(table: pd.DataFrame, grade: str, unless: Sequence[str] = ()) -> pd.DataFrame:
    """The full reports with an overall grade whose authority's report before gave neither it nor
    one of `unless`, or does not exist."""
    rows = table.sort_values(["area_code", "published"])
    before = rows.groupby("area_code")["overall_grade"].shift(1).fillna("")
    first = (rows["overall_grade"] == grade) & ~before.isin({grade, *unless})
    return rows[first].reset_index(drop=True)


def year_zero(day: str, timing: str) -> int:
    """The last year that mostly lay before a day (EDTF): of years to March and counts of 31 March
    the last whose middle, 1 October, does; of counts of 30 September the last one that does.

    >>> year_zero("2023-03-13", "at 31 March"), year_zero("2023-03-13", "at 30 September")
    (2023, 2022)
    """
    first = parse.bounds(day)[0]
    after = (first.month, first.day) > ((9, 30) if "September" in timing else (10, 1))
    return first.year + after - ("September" in timing)


def net(panel: dict[str, pd.DataFrame], measures: pd.DataFrame, measure: str, england: str
        ) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A measure's values, in logarithms or points, of all areas but England's less England's; and
    where the base is large enough. measures: by measure, with unit and base."""
    table, about = panel[measure], measures.loc[measure]
    table = table.reindex(columns=range(table.columns.min(), table.columns.max() + 1))
    scaled = outliers.as_it_moves(table, about["unit"])
    large = panel[about["base"]].reindex_like(table) >= outliers.BASE
    return (scaled - scaled.loc[england]).drop(index=england), large.drop(index=england)


def around(panel: dict[str, pd.DataFrame], measures: pd.DataFrame, measure: str,
           events: pd.DataFrame, worst: pd.DataFrame, own: str, england: str, shift: int = 0
           ) -> pd.DataFrame:
    """A measure's paths around events, and those of authorities drawn for comparison.

    panel: as wide; measures: by measure, with unit, base and timing; events: inspections with the
    day that year 0 is found from; worst: the same of every report inadequate overall; own: the
    history_id of the event that is ranked; shift: years by which year 0 is moved.
    Columns: measure, step, n, median, q1, q3 of the events; drawn, drawn_q1, drawn_q3 (medians over
    draws), low, high (2.5th and 97.5th percentile of the drawn medians), outside (the median is
    beyond them); own, rank (1 the highest) and typical (from the 10th to the 90th percentile of the
    events; missing with fewer than FEWEST), in logarithms or points less England's, from the base
    year."""
    level, large = net(panel, measures, measure, england)
    zeros, near = (rows["day"].map(partial(year_zero, timing=measures.loc[measure, "timing"])) + shift
                   for rows in (events, worst))
    paths = {zero: _relative(level, large, zero) for zero in set(zeros)}
    places = level.index.get_indexer(worst["area_code"])
    random = np.random.default_rng([SEED, zlib.crc32(measure.encode())])
    mine, drawn = {}, []
    for at, zero, name in zip(level.index.get_indexer(events["area_code"]), zeros,
                              events["history_id"], strict=True):
        usable = ~np.isnan(paths[zero][:, STEPS.index(BASE_STEP)])
        if at < 0 or not usable[at]:
            continue
        out = places[abs(near - zero) <= APART]
        usable[[at, *out[out >= 0]]] = False
        mine[name] = path = paths[zero][at]
        others = paths[zero][random.choice(np.flatnonzero(usable), DRAWS)]
        drawn.append(np.where(np.isnan(path), np.nan, others))
    if not mine:
        return pd.DataFrame(columns=["measure", "step"])
    return _summary(measure, np.array(list(mine.values())), np.array(drawn),
                    mine.get(own, np.full(len(STEPS), np.nan)))


def _relative(level: pd.DataFrame, large: pd.DataFrame, zero: int) -> np.ndarray:
    """The values of all areas at STEPS from year 0, less those in the base year."""
    span = level.reindex(columns=[zero + step for step in STEPS]).to_numpy()
    origin = level.where(large).reindex(columns=[zero + BASE_STEP]).to_numpy()
    return span - origin


def _summary(measure: str, values: np.ndarray, drawn: np.ndarray, own: np.ndarray) -> pd.DataFrame:
    """What around returns. values: by event and step; drawn: by event, draw and step."""
    d1, q1, middle, q3, d9 = outliers.quantiles(values, (0.1, 0.25, 0.5, 0.75, 0.9))
    lower, centre, upper = outliers.quantiles(drawn, (0.25, 0.5, 0.75))
    low, half, high = outliers.quantiles(centre, (0.025, 0.5, 0.975))
    number = (~np.isnan(values)).sum(axis=0)
    enough = (number >= FEWEST) & ~np.isnan(own)
    return pd.DataFrame({
        "measure": measure, "step": STEPS, "n": number, "median": middle, "q1": q1, "q3": q3,
        "drawn": half, "drawn_q1": outliers.quantiles(lower, (0.5,))[0],
        "drawn_q3": outliers.quantiles(upper, (0.5,))[0], "low": low, "high": high,
        "outside": (middle < low) | (middle > high), "own": own,
        "rank": np.where(np.isnan(own), np.nan, (values > own + outliers.TOLERANCE).sum(axis=0) + 1),
        "typical": pd.array(np.where(enough, (own >= d1) & (own <= d9), None), dtype="boolean")})


def study(panel: dict[str, pd.DataFrame], measures: pd.DataFrame, events: pd.DataFrame,
          worst: pd.DataFrame, own: str, england: str, shift: int = 0) -> pd.DataFrame:
    """Each of MEASURES as from around, one under another."""
    parts = [around(panel, measures, name, events, worst, own, england, shift) for name in MEASURES]
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def placebo(table: pd.DataFrame, worst: pd.DataFrame) -> pd.DataFrame:
    """New requires-improvement judgements of authorities without a report inadequate overall within
    APART years. table, worst: with day, as for around."""
    found = first_of_run(table, parse.GRADES[1], (parse.GRADES[0],))
    zero, near = (rows["day"].map(partial(year_zero, timing="at 31 March")) for rows in (found, worst))
    alone = [(abs(near[worst["area_code"] == code] - year) > APART).all()
             for code, year in zip(found["area_code"], zero, strict=True)]
    return found[alone].reset_index(drop=True)


def in_per_cent(table: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """A study with its logarithms as changes in per cent; points stay points."""
    columns = ["median", "q1", "q3", "drawn", "drawn_q1", "drawn_q3", "low", "high", "own"]
    logs = ~table["measure"].map(measures["unit"].map(outliers.is_percentage))
    found = table.copy()
    found.loc[logs, columns] = 100 * np.expm1(found.loc[logs, columns])
    return found


def contrasts(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a study but those of the base year: measure and step as index."""
    return table[table["step"] != BASE_STEP].set_index(["measure", "step"])


def changed(main: pd.DataFrame, other: pd.DataFrame) -> dict[str, int]:
    """What another run of a study changes, as counts: contrasts (in both), outside (in the main one),
    outside_other, lost (outside in the main one alone), gained (in the other alone), and turned
    (outside in both, with medians of opposite sign)."""
    both = contrasts(main).join(contrasts(other).add_suffix("_other")).dropna(
        subset=["median", "median_other"])
    first, then = both["outside"].astype(bool), both["outside_other"].astype(bool)
    opposite = both["median"] * both["median_other"] < 0
    found = pd.DataFrame({"contrasts": True, "outside": first, "outside_other": then,
                          "lost": first & ~then, "gained": then & ~first,
                          "turned": first & then & opposite})
    return found.sum().to_dict()


def fall(panel: dict[str, pd.DataFrame], measures: pd.DataFrame, measure: str, area_code: str,
         year: int, england: str, less_england: bool = False) -> dict[str, float]:
    """One authority's change from the year before, beside all other authorities and years.

    panel, measures: as for around. Keys: change and rise (of the next year), in per cent, less
    England's if so wished; judged (other authority-years with a change and a base of outliers.BASE
    or more in the first year), unknown (with that base and no value in the second), as_deep (of the
    judged, with a fall as deep or deeper), followed (of these, with a value the year after) and
    rose (of the followed, that rose by as much or more)."""
    level, large = net(panel, measures, measure, england)
    if not less_england:
        level = level.add(np.log(panel[measure].loc[england]), axis=1)
    change = level.diff(axis=1)
    own, rise = change.loc[area_code, year], change.loc[area_code].get(year + 1, np.nan)
    others = change.drop(index=area_code)
    after = others.shift(-1, axis=1)
    ready = large.drop(index=area_code).shift(1, axis=1, fill_value=False)
    deep = ready & (others <= own + outliers.TOLERANCE)
    cases = {"judged": ready & others.notna(), "unknown": ready & others.isna(), "as_deep": deep,
             "followed": deep & after.notna(), "rose": deep & (after >= rise - outliers.TOLERANCE)}
    return {"change": 100 * np.expm1(own), "rise": 100 * np.expm1(rise)} | {
        name: int(each.to_numpy().sum()) for name, each in cases.items()}


def falls(panel: dict[str, pd.DataFrame], measures: pd.DataFrame, area_code: str, year: int,
          england: str) -> pd.DataFrame:
    """Each of FALLS that fell, as from fall, twice: less_england False and True."""
    table = pd.DataFrame([{"measure": name, "less_england": less} | fall(
        panel, measures, name, area_code, year, england, less)
        for name in FALLS for less in (False, True)])
    return table[table["change"] < 0].reset_index(drop=True)
