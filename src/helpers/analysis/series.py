"""The official statistics of one authority beside those of other areas, as numbers."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.analysis import panel


def series(statistics: pd.DataFrame, areas: pd.DataFrame, measure: str) -> pd.DataFrame:
    """One measure, a row a year, for every kind of area side by side; without the years of an
    older definition, which no line joins to the others and no test uses.

    statistics, areas: the tidy tables. Columns: measure, year, period, value and flag (of
    the authority; the flag is '' for a year without a row), region, england, and of the
    neighbours with a value: neighbours (a count), low and high (quartiles) and median, missing
    where there is no neighbour. Raises KeyError for a measure that has no rows."""
    rows = statistics[(statistics["measure"] == measure) & (statistics["basis"] != panel.OLDER)]
    if rows.empty:
        raise KeyError(measure)
    relation = areas.set_index("area_code")["relation"]
    own = _every_year(rows[rows["area_code"].map(relation) == "authority"].set_index("year"))
    wide = rows.pivot(index="year", columns="area_code", values="value").reindex(own.index)
    region, england, near = (wide.loc[:, wide.columns.map(relation) == kind]
                             for kind in ("region", "country", "neighbour"))
    table = pd.DataFrame({
        "measure": measure, "year": own.index, "period": own["period"], "value": own["value"],
        "flag": own["flag"], "region": region.mean(axis=1), "england": england.mean(axis=1),
        "neighbours": near.count(axis=1).replace(0, np.nan),
        "low": near.quantile(0.25, axis=1), "median": near.median(axis=1),
        "high": near.quantile(0.75, axis=1)})
    return table.reset_index(drop=True)


def _every_year(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a row for each year between its first and last, so that no line is drawn
    over a year without a value."""
    whole = table.reindex(range(table.index.min(), table.index.max() + 1))
    for year in whole.index.difference(table.index):
        period = re.sub(r"\d{4}", lambda match: str(int(match[0]) + 1), whole.loc[year - 1, "period"])
        whole.loc[year, ["flag", "period"]] = ["", period]
    return whole


def yearly_changes(distribution: pd.DataFrame, measures: pd.DataFrame, names: Sequence[str],
                   years: Sequence[int]) -> pd.DataFrame:
    """How each measure changed on the year before, among all authorities' changes, in per cent.

    Columns: measure, label, unit, year, change (the authority's), low, q1, median, q3, high (10th
    to 90th percentile of all), others (how many other authorities have a change) and as_low (how
    many of these fell as far or further, or rose no more). The changes are those of counts where
    there are counts, else of rates. No measure may be a percentage, which moves in points."""
    about = measures.set_index("measure")
    chosen = distribution[distribution["measure"].isin(names) & distribution["year"].isin(years)]
    logs = chosen[["change", "change_d1", "change_q1", "change_d5", "change_q3", "change_d9"]]
    logs.columns = ["change", "low", "q1", "median", "q3", "high"]
    table = (100 * np.expm1(logs)).assign(
        measure=pd.Categorical(chosen["measure"], names), year=chosen["year"], unit="%",
        label=chosen["measure"].map(about["label"]), others=chosen["changes"] - 1,
        as_low=chosen["changes"] - chosen["change_rank"])
    return table.sort_values(["measure", "year"], ignore_index=True).astype({"measure": str})


def caseload_parts(statistics: pd.DataFrame, area_code: str, before: int, after: int
                   ) -> pd.DataFrame:
    """The change of the average caseload taken apart into its two terms.

    Caseload is cases over case-holders, so in logarithms its change is the change of cases less
    that of case-holders; share is each term's part of the whole. Columns: measure, before, after,
    change and share, both in per cent, share missing where the measure is not a term."""
    names = ["caseload", "cases", "case-holders", "agency", "social-workers"]
    own = statistics[statistics["area_code"] == area_code].pivot(
        index="measure", columns="year", values="value")
    table = own.loc[names, [before, after]].set_axis(["before", "after"], axis=1).reset_index()
    ratio = table["after"] / table["before"]
    logs = np.log(ratio) * table["measure"].map({"cases": 1, "case-holders": -1})
    return table.assign(change=100 * (ratio - 1), share=100 * logs / logs.sum())


def snapshot(figures: pd.DataFrame, statistics: pd.DataFrame, area_code: str,
             article: str, years: tuple[int, int], counts: Mapping[str, str]) -> pd.DataFrame:
    """An article's counts beside its report's own comparators and the official counts.

    article: its source_id; years: the earlier and the later that the report counts in; counts: what
    an id calls each count, and the official measure of it. The figures' ids are made of these, as
    n-cla-a002, n-cla-2013 and n-cla-2014 of the article a002, 2013 and 2014, and cla.
    One row a count: figure_id of the article's, measure, article, report_before and report_now
    (with report_before_at and report_now_at, their days), and the official values at 31 March of
    the year of the report's day (official_near), a year earlier (official_before) and a year later
    (official_after)."""
    printed = figures.set_index("figure_id")
    official = statistics[statistics["area_code"] == area_code].set_index(["measure", "year"])["value"]
    rows = []
    for stem, measure in counts.items():
        told, before, now = (printed.loc[f"n-{stem}-{end}"] for end in (article, *years))
        year = int(now["as_at"][:4])
        rows.append({
            "figure_id": f"n-{stem}-{article}", "measure": told["measure"], "article": told["value"],
            "report_before": before["value"], "report_before_at": before["as_at"],
            "report_now": now["value"], "report_now_at": now["as_at"],
            "official_before": official[measure, year - 1], "official_near": official[measure, year],
            "official_after": official[measure, year + 1]})
    return pd.DataFrame(rows)


def flagged(statistics: pd.DataFrame, measures: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The flagged values with what is known of each: measure, name, unit, year, value, flag, known,
    finding_id. Rates that have a count go with it."""
    about = measures.set_index("measure")
    counted = statistics["measure"].map(about["rate_of"]) == ""
    rows = statistics.loc[(statistics["flag"] != "") & counted,
                          ["measure", "unit", "year", "value", "flag"]]
    table = rows.merge(known, on=["measure", "year"])
    table = table.assign(measure=pd.Categorical(table["measure"], about.index),
                         name=table["measure"].map(about["name"]))
    return table.sort_values(["measure", "year"], ignore_index=True).astype(
        {"measure": str, "year": str})


def rise(table: pd.DataFrame) -> dict[str, int]:
    """The unbroken rise that ends at a series' highest value: its first and last year."""
    known = table.dropna(subset="value").set_index("year")["value"]
    top = low = int(known.idxmax())
    while low - 1 in known and known[low - 1] < known[low]:
        low -= 1
    return {"low": low, "top": top}


def crossing(table: pd.DataFrame) -> dict[str, int]:
    """The last year in which the authority was above England at every count so far (last_above), and
    the first below (first_below). Raises ValueError if the series did not cross once, from above."""
    known = table.dropna(subset=["value", "england"])
    above = list(known["value"] > known["england"])
    turn = sum(above)  # the first that is not above, if they did cross
    if not 0 < turn < len(above) or not all(above[:turn]) or not (
            known["value"].iloc[turn] < known["england"].iloc[turn]):
        raise ValueError("the series does not cross England's once, from above")
    return {"last_above": int(known["year"].iloc[turn - 1]),
            "first_below": int(known["year"].iloc[turn])}


def publications(statistics: pd.DataFrame, measures: Sequence[str]) -> list[str]:
    """The ids of the publications that some measures' values come from, the commonest first."""
    used = statistics["measure"].isin(measures) & statistics["basis"].ne(panel.OLDER)
    return list(statistics.loc[used, "publication"].value_counts().index)


def _judged(table: pd.DataFrame) -> pd.DataFrame:
    """A table as from series with flag as a reader has it: yes or no, 'not judged' where a year beside
    is without a value (the last has none after it), '' without one of its own."""
    known = table["value"].notna()
    beside = known.shift(1, fill_value=False) & known.shift(-1, fill_value=True)
    words = np.select([~known, table["flag"] != "", ~beside], ["", "yes", "not judged"], "no")
    return table.assign(flag=words)


def panel_data(tables: Sequence[pd.DataFrame], measures: pd.DataFrame) -> pd.DataFrame:
    """The data behind small multiples: the tables one under another, with label (what is counted, and
    when) and unit; flag says whether a value is unusual, status what is said where there is none."""
    table = pd.concat(map(_judged, tables), ignore_index=True).round(2).astype({"year": str})
    table = table.assign(status="no value")
    shares = measures["unit"].where(measures["unit"].str.startswith("%"), "")
    names = measures["name"] + (", " + shares).where(shares != "", "") + ", " + measures["timing"]
    return table.merge(measures[["measure", "unit"]].assign(label=names), "left")
