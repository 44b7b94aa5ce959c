"""The official statistics as charts, tables and sentences: one authority beside other areas."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers import text
from helpers.analysis import outliers


def series(statistics: pd.DataFrame, areas: pd.DataFrame, measure: str) -> pd.DataFrame:
    """One measure, a row a year, for every kind of area side by side; without the years of an
    older definition, which no line joins to the others and no test uses.

    statistics, areas: the tidy tables. Columns: measure, year, period, value and flag (of
    the authority; the flag is '' for a year without a row), region, england, and of the
    neighbours with a value: neighbours (a count), low and high (quartiles) and median, missing
    where there is no neighbour. Raises KeyError for a measure that has no rows.
    """
    rows = statistics[(statistics["measure"] == measure)
                      & (statistics["basis"] != "older definition")]
    if rows.empty:
        raise KeyError(measure)
    relation = rows["area_code"].map(areas.set_index("area_code")["relation"])
    own = rows[relation == "authority"].set_index("year")
    own = _every_year(own)
    near = rows[relation == "neighbour"].groupby("year")["value"]
    table = pd.DataFrame({
        "measure": measure, "year": own.index, "period": own["period"], "value": own["value"],
        "flag": own["flag"],
        "region": rows[relation == "region"].set_index("year")["value"].reindex(own.index),
        "england": rows[relation == "country"].set_index("year")["value"].reindex(own.index),
        "neighbours": near.count().reindex(own.index),
        "low": near.quantile(0.25).reindex(own.index), "median": near.median().reindex(own.index),
        "high": near.quantile(0.75).reindex(own.index)})
    return table.reset_index(drop=True)


def _every_year(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a row for each year between its first and last, so that no line is drawn
    over a year without a value."""
    whole = table.reindex(range(table.index.min(), table.index.max() + 1))
    for year in whole.index.difference(table.index):
        whole.loc[year, "flag"] = ""
        whole.loc[year, "period"] = re.sub(r"\d{4}", lambda m: str(int(m[0]) + 1),
                                           whole.loc[year - 1, "period"])
    return whole


def value_of(statistics: pd.DataFrame, area_code: str, measure: str, year: int) -> float:
    """One value; NaN if it is missing. Raises KeyError if there is no such row."""
    found = statistics[(statistics["area_code"] == area_code) & (statistics["year"] == year)
                       & (statistics["measure"] == measure)]
    if found.empty:
        raise KeyError(f"{area_code}, {measure}, {year}")
    return float(found["value"].iloc[0])


def gates(distribution: pd.DataFrame, measures: pd.DataFrame, names: Sequence[str],
          years: Sequence[int]) -> pd.DataFrame:
    """How each measure moved in each year, beside all authorities' changes, in per cent.

    Columns: measure, label, year, change (the authority's), low, q1, median, q3, high (10th to
    90th percentile of all), rank (1 the greatest rise), authorities. The changes are those of
    counts where there are counts, else of rates.
    """
    about = measures.set_index("measure")
    chosen = distribution[distribution["measure"].isin(names) & distribution["year"].isin(years)]
    if chosen["unit"].map(outliers.is_percentage).any():
        raise ValueError("changes of percentages are in points and belong on another scale")

    def per_cent(logs: pd.Series) -> pd.Series:
        return 100 * np.expm1(logs)

    table = pd.DataFrame({
        "measure": chosen["measure"], "label": chosen["measure"].map(about["label"]),
        "year": chosen["year"], "change": per_cent(chosen["change"]),
        "low": per_cent(chosen["change_d1"]), "q1": per_cent(chosen["change_q1"]),
        "median": per_cent(chosen["change_d5"]), "q3": per_cent(chosen["change_q3"]),
        "high": per_cent(chosen["change_d9"]), "rank": chosen["change_rank"],
        "authorities": chosen["changes"]})
    order = {name: n for n, name in enumerate(names)}
    return table.sort_values(["measure", "year"], key=lambda c: c.map(order) if c.name == "measure"
                             else c).reset_index(drop=True)


def caseload_parts(statistics: pd.DataFrame, area_code: str, before: int, after: int
                   ) -> pd.DataFrame:
    """The change of the average caseload taken apart into its two terms.

    Caseload is cases over case-holders, so in logarithms its change is the change of cases less
    that of case-holders; share is each term's part of the whole, in per cent. Columns: part,
    measure, before, after, change (per cent), share.
    """
    rows = []
    logs = {}
    for part, measure in (("Average caseload", "caseload"), ("Cases held", "cases"),
                          ("Case-holders, agency included", "case-holders"),
                          ("Agency workers", "agency"),
                          ("Social workers in post, agency not included", "social-workers")):
        a, b = (value_of(statistics, area_code, measure, year) for year in (before, after))
        logs[measure] = np.log(b / a)
        rows.append({"part": part, "measure": measure, "before": a, "after": b,
                     "change": text.percent(100 * (b / a - 1))})
    whole = logs["cases"] - logs["case-holders"]
    shares = {"cases": logs["cases"] / whole, "case-holders": -logs["case-holders"] / whole}
    return pd.DataFrame(rows).assign(
        share=lambda t: [f"{100 * shares[m]:.0f}%" if m in shares else "not a term"
                         for m in t["measure"]])


# What an id calls a count that articles print, and the official measure of it.
COUNTS = {"cla": "looked-after", "cpp": "plans", "cin": "in-need"}


def snapshot(figures: pd.DataFrame, statistics: pd.DataFrame, area_code: str,
             article: str = "a002", years: tuple[int, int] = (2013, 2014),
             counts: Mapping[str, str] = COUNTS) -> pd.DataFrame:
    """An article's counts beside its report's own comparators and the official counts.

    article: its source_id; years: the earlier and the later that the report counts in; counts: as
    COUNTS. The figures' ids are made of these: n-cla-a002, n-cla-2013 and n-cla-2014.
    One row a count: figure_id of the article's, measure, article (as printed), report_now and
    report_before (with their days), and the official values at 31 March of the year of the
    report's day (official_near), a year earlier (official_before) and a year later
    (official_after).
    """
    rows = []
    printed = figures.set_index("figure_id")
    for stem, measure in counts.items():
        told, before, now = (printed.loc[f"n-{stem}-{end}"] for end in (article, *years))
        year = int(now["as_at"][:4])
        rows.append({
            "figure_id": f"n-{stem}-{article}", "measure": told["measure"],
            "article": told["as_printed"],
            "report_now": f"{text.number(now['value'])} on {text.spoken_date(now['as_at'])}",
            "report_before":
                f"{text.number(before['value'])} on {text.spoken_date(before['as_at'])}",
            **{f"official_{n}": value_of(statistics, area_code, measure, y)
               for n, y in (("before", year - 1), ("near", year), ("after", year + 1))}})
    return pd.DataFrame(rows)


def contrast(table: pd.DataFrame, before: int, after: int) -> dict[str, float | str]:
    """The change between two years, and without either where it is flagged.

    table: as from series. before, after: years. Keys: before, after, from, to, change; without:
    the change when each flagged end is replaced by the nearest year further out that is not
    flagged, 'no year without a flag' if a missing value or the end of the series comes first;
    without_years: those two years, 'none' if so. Raises KeyError for a year without a value.
    """
    by_year = table.dropna(subset="value").set_index("year")

    def unflagged(year: int, step: int) -> int | None:
        while year in by_year.index:
            if not by_year.loc[year, "flag"]:
                return year
            year += step
        return None

    def change(a: int, b: int) -> str:
        return text.percent(100 * (by_year.loc[b, "value"] / by_year.loc[a, "value"] - 1))

    a, b = unflagged(before, -1), unflagged(after, 1)
    return {"before": str(before), "after": str(after), "from": by_year.loc[before, "value"],
            "to": by_year.loc[after, "value"], "change": change(before, after),
            "without": change(a, b) if a and b else "no year without a flag",
            "without_years": f"{a} to {b}" if a and b else "none"}


def expected_by_chance(distribution: pd.DataFrame, measures: pd.DataFrame) -> tuple[int, float]:
    """How many of the authority's values were judged, and how many an ordinary series would have
    flagged by chance alone. Rates that have a count are not judged apart."""
    counted = measures.set_index("measure")["rate_of"]
    judged = distribution[distribution["distance"].notna()
                          & distribution["measure"].map(counted).eq("")]
    return len(judged), float(judged["chance"].sum())


def flagged(statistics: pd.DataFrame, measures: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The flagged values with what is known of each: measure, label, year, value, flag, known,
    finding_id. Rates that have a count go with it. Raises ValueError if a flagged value
    is missing from `known`, or one there is not flagged."""
    about = measures.set_index("measure")
    rows = statistics[(statistics["flag"] != "") & statistics["measure"].map(
        about["rate_of"]).eq("")]
    table = rows[["measure", "year", "value", "flag"]].merge(
        known, on=["measure", "year"], how="outer", indicator=True)
    apart = table[table["_merge"] != "both"]
    if len(apart):
        raise ValueError("data/raw/oddities.csv does not list the flagged values: "
                         + ", ".join(f"{r.measure} {r.year}" for r in apart.itertuples()))
    order = {name: n for n, name in enumerate(about.index)}
    return table.drop(columns="_merge").assign(
        label=table["measure"].map(about["name"]), year=table["year"].astype(str)).sort_values(
            ["measure", "year"], key=lambda c: c.map(order) if c.name == "measure" else c
        ).reset_index(drop=True)


def rise(table: pd.DataFrame) -> dict[str, int]:
    """The unbroken rise that ends at a series' highest value: its first and last year."""
    known = table.dropna(subset="value").set_index("year")["value"]
    top = low = int(known.idxmax())
    while low - 1 in known and known[low - 1] < known[low]:
        low -= 1
    return {"low": low, "top": top}


def crossing(table: pd.DataFrame) -> dict[str, int]:
    """The last year in which the authority stood above England at every count so far, and the
    first below. Raises ValueError if the series did not cross once, from above."""
    known = table.dropna(subset=["value", "england"])
    above = list(known["value"] > known["england"])
    if above != sorted(above, reverse=True) or all(above) or not any(above):
        raise ValueError("the series does not cross England's once, from above")
    turn = above.index(False)
    if known["value"].iloc[turn] == known["england"].iloc[turn]:
        raise ValueError("the series does not cross England's once, from above: they meet first")
    return {"before": int(known["year"].iloc[turn - 1]), "last": int(known["year"].iloc[turn])}


def behind(tables: Sequence[pd.DataFrame], measures: pd.DataFrame) -> pd.DataFrame:
    """The data behind small multiples: the tables one under another, with their labels."""
    label = measures.set_index("measure")["label"]
    table = pd.concat(tables, ignore_index=True).round(2)
    return table.assign(label=table["measure"].map(label), year=table["year"].astype(str),
                        flag=table["flag"].replace("", "no"))


def fell_then_rose(tables: Sequence[pd.DataFrame], year: int) -> int:
    """How many of the series fell in a year and rose in the next."""
    def moved(table: pd.DataFrame, to: int) -> float:
        known = table.set_index("year")["value"]
        return float(known[to] - known[to - 1])

    return sum(moved(table, year) < 0 < moved(table, year + 1) for table in tables)


def beside_england(tables: Sequence[pd.DataFrame], measures: pd.DataFrame) -> tuple[str, str]:
    """The labels of the series whose latest value is above England's, and of those below; equal
    and missing values are neither."""
    label = measures.set_index("measure")["label"]
    above: list[str] = []
    below: list[str] = []
    for table in tables:
        last = table.iloc[-1]
        for side, there in ((above, last["value"] > last["england"]),
                            (below, last["value"] < last["england"])):
            if there:
                side.append(label[last["measure"]].lower())
    return text.listed(above), text.listed(below)
