"""The official statistics as charts, tables and sentences: one authority beside other areas."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers import look, oddities, parse, show
from helpers.grades import listed

INSPECTED = "full inspection"


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


def draw_panels(tables: Sequence[pd.DataFrame], measures: pd.DataFrame,
                inspections: pd.DataFrame, authority: str = "Liverpool") -> Figure:
    """Small multiples, two in a row: each table as from series, one measure a panel.

    measures: the tidy table. A year's flow is drawn over its twelve months, a stock on its day.
    The authority is the thick line, England dashed, the region dotted, the neighbours' middle
    half a band. Full inspections are upright lines at the start of fieldwork; a ring marks a
    value that the rule flags.
    """
    rows = (len(tables) + 1) // 2
    figure = look.new_figure(1.62 * rows + 0.5)
    grid = figure.subplots(rows, 2, squeeze=False)
    about = measures.set_index("measure")
    first = min(_span(t["period"].iloc[0])[0] for t in tables)
    last = max(_span(t["period"].iloc[-1])[1] for t in tables)
    started = [_decimal(day) for day in inspections.loc[inspections["kind"] == INSPECTED,
                                                        "started"] if day and "/" not in day]
    units = {about["unit"][table["measure"].iloc[0]] for table in tables}  # one: in the subtitle
    for axes, table in zip(grid.flat, tables, strict=False):
        name = table["measure"].iloc[0]
        _draw_panel(axes, table)
        unit = "" if len(units) == 1 else f"\n{_short_unit(about['unit'][name])}"
        axes.set_title(about["label"][name] + unit, loc="left", fontsize=8.5, linespacing=1.15)
        for day in started:
            axes.axvline(day, color=look.LINE, linewidth=1, zorder=0)
        axes.set_xlim(first - 0.3, last + (last - first) * 0.2)
        lowest = axes in set(grid.flat[max(0, len(tables) - 2):len(tables)])
        marked = [day for day in sorted(started) if day > first]
        apart = (last - first) * 0.22  # closer than this, years would be printed on each other
        labels = [n for n, day in enumerate(marked) if n == 0 or day - marked[n - 1] > apart]
        axes.set_xticks(marked, [f"{int(day)}" if lowest and n in labels else ""
                                 for n, day in enumerate(marked)])
        axes.set_ylim(0, axes.get_ylim()[1] * 1.04)
        axes.locator_params(axis="y", nbins=3)
        axes.tick_params(labelsize=8, length=2)
    for axes in list(grid.flat)[len(tables):]:
        axes.set_visible(False)
    lines = [line for line in grid.flat[0].get_lines() if line.get_label()[0] != "_"]
    figure.legend([*lines, grid.flat[0].collections[0]],
                  [authority, "England", "Region", "Neighbours, middle half"],
                  loc="outside upper left", ncols=2, frameon=False, fontsize=8, handlelength=2.4,
                  columnspacing=1.2, borderaxespad=0)
    return figure


def _draw_panel(axes: Axes, table: pd.DataFrame) -> None:
    spans = [_span(period) for period in table["period"]]
    flow = spans[0][1] - spans[0][0] > 0.5
    edges = np.array(spans).ravel()

    def drawn(column: str) -> np.ndarray:
        return np.repeat(table[column].to_numpy(float), 2)

    lines = {"value": (look.BLUE, 2.1, "-", 4), "england": (look.INK, 1.2, (0, (4, 2)), 3),
             "region": (look.GREY, 1.2, (0, (1, 1)), 2)}
    axes.fill_between(edges, drawn("low"), drawn("high"), color=look.PALE, linewidth=0, zorder=1)
    for column, (colour, width, dashes, order) in lines.items():
        axes.plot(edges, drawn(column), color=colour, linewidth=width, linestyle=dashes,
                  zorder=order, label=column, solid_joinstyle="miter")
        if not flow:
            axes.plot([s[0] for s in spans], table[column], color=colour, linewidth=0, marker=".",
                      markersize=3.5 if column == "value" else 0, zorder=order, label="_days")
    odd = table[table["flag"] != ""]
    middles = [(s[0] + s[1]) / 2 for s in spans]
    axes.plot([middles[n] for n in odd.index], odd["value"], color="white", linewidth=0, marker="o",
              markersize=5, markeredgecolor=look.BLUE, markeredgewidth=1.2, zorder=5,
              label="_odd")
    _label_ends(axes, table, spans[-1][1])


def _label_ends(axes: Axes, table: pd.DataFrame, end: float) -> None:
    """The latest values beside the ends of the lines, apart where they would overlap."""
    own, england = table["value"].iloc[-1], table["england"].iloc[-1]
    top = axes.get_ylim()[1]
    places = {"value": own, "england": england}
    if not np.isnan([own, england]).any() and abs(own - england) < 0.13 * top:
        middle, sign = (own + england) / 2, 1 if own >= england else -1
        places = {"value": middle + sign * 0.068 * top, "england": middle - sign * 0.068 * top}
    for column, height in places.items():
        shown = table[column].iloc[-1]
        if not np.isnan(shown):
            axes.annotate(show.number(float(shown)) if shown < 1000 else f"{shown:,.0f}",
                          (end, height), xytext=(3, 0), textcoords="offset points", va="center",
                          fontsize=8, color=look.BLUE if column == "value" else look.INK)


def _short_unit(unit: str) -> str:
    return unit.replace("per 10,000 children", "per 10,000").replace("full-time equivalents",
                                                                      "full-time posts")


def _span(period: str) -> tuple[float, float]:
    first, last = parse.bounds(period)
    return (first.year + (first.timetuple().tm_yday - 1) / 365.25,
            last.year + last.timetuple().tm_yday / 365.25)


def _decimal(day: str) -> float:
    return _span(day)[0]


def describe_panels(tables: Sequence[pd.DataFrame], measures: pd.DataFrame) -> str:
    """The alternative text of draw_panels: each panel's first, lowest, highest and latest value
    of the authority, and England's latest."""
    about = measures.set_index("measure")
    parts = []
    for table in tables:
        known = table.dropna(subset="value")
        low, high = known.loc[known["value"].idxmin()], known.loc[known["value"].idxmax()]
        first, last = known.iloc[0], known.iloc[-1]
        name = table["measure"].iloc[0]
        seen = [f"{show.number(round(row['value'], 1))} in {row['year']}"
                for row in (first, low, high, last)]
        text = (f"{about['label'][name]}, {about['unit'][name]}: {seen[0]}, lowest {seen[1]}, "
                f"highest {seen[2]}, {seen[3]}")
        if not np.isnan(last["england"]):
            text += f" (England {show.number(last['england'])}"
            text += ("" if np.isnan([last["region"], last["low"], last["high"]]).any() else
                     f", the region {show.number(last['region'])}, the neighbours’ middle half "
                     f"{show.number(round(last['low'], 1))} to "
                     f"{show.number(round(last['high'], 1))}") + ")"
        odd = ", ".join(str(year) for year in table.loc[table["flag"] != "", "year"])
        parts.append(text + (f"; odd by the rule: {odd}" if odd else ""))
    return (f"{len(tables)} small charts over time with the full inspections marked. "
            + ". ".join(parts) + ".")


def gates(distribution: pd.DataFrame, measures: pd.DataFrame, names: Sequence[str],
          years: Sequence[int]) -> pd.DataFrame:
    """How each measure moved in each year, beside all authorities' changes, in per cent.

    Columns: measure, label, year, change (the authority's), low, q1, median, q3, high (10th to
    90th percentile of all), rank (1 the greatest rise), authorities. The changes are those of
    counts where there are counts, else of rates.
    """
    about = measures.set_index("measure")
    chosen = distribution[distribution["measure"].isin(names) & distribution["year"].isin(years)]
    if chosen["unit"].map(oddities.is_percentage).any():
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


def draw_gates(table: pd.DataFrame, headings: Sequence[str],
               authority: str = "Liverpool") -> Figure:
    """Changes as dots over all authorities' ranges; one block a year, one row a measure.

    table: as from gates; headings: what each year is called, in order of time.
    """
    years = sorted(table["year"].unique())
    names = list(dict.fromkeys(table["label"]))
    figure = look.new_figure(0.85 + 0.29 * len(names) * len(years) + 0.45 * len(years))
    blocks = figure.subplots(len(years), 1, sharex=True, squeeze=False)[:, 0]
    for axes, year, heading in zip(blocks, years, headings, strict=True):
        rows = table[table["year"] == year].reset_index(drop=True)
        axes.hlines(rows.index, rows["low"], rows["high"], color=look.PALE, linewidth=9, zorder=1)
        axes.hlines(rows.index, rows["q1"], rows["q3"], color="#a9a9a9", linewidth=9, zorder=2)
        axes.plot(rows["change"], rows.index, linewidth=0, marker="o", markersize=7,
                  color=look.BLUE, markeredgecolor="white", zorder=4)
        for row in rows.itertuples():
            right = row.change > 0
            axes.annotate(f"{row.change:+.0f}%".replace("-", "−"), (row.change, row.Index),
                          xytext=(7 if right else -7, 0), textcoords="offset points",
                          ha="left" if right else "right", va="center", weight="bold",
                          color=look.BLUE, fontsize=8)
        axes.axvline(0, color=look.INK, linewidth=0.9, zorder=3)
        axes.set_yticks(rows.index, rows["label"])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_title(heading, loc="left", fontsize=8.5, weight="bold")
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
    ends = max(abs(table[name]).max() for name in ("change", "low", "high")) * 1.28
    blocks[-1].set_xlim(-ends, ends)
    blocks[-1].xaxis.set_major_formatter(lambda x, _: f"{x:+.0f}%".replace("-", "−") if x else "0")
    blocks[-1].set_xlabel(f"Change from the year before. Dot: {authority}.\n"
                          "Bars: middle half and middle four fifths of authorities", fontsize=8)
    return figure


def describe_gates(table: pd.DataFrame, headings: Sequence[str]) -> str:
    """The alternative text of draw_gates."""
    parts = []
    for year, heading in zip(sorted(table["year"].unique()), headings, strict=True):
        rows = table[table["year"] == year]
        moved = "; ".join(f"{row.label} {percent(row.change)} (middle half of authorities "
                          f"{percent(row.q1)} to {percent(row.q3)})" for row in rows.itertuples())
        parts.append(f"{heading}: {moved}")
    return ". ".join(parts) + "."


def percent(change: float) -> str:
    """A change in per cent in words.

    >>> percent(-26.5), percent(93.6), percent(0.2)
    ('down 26%', 'up 94%', 'unchanged')
    """
    rounded = round(change)
    return f"{'up' if rounded > 0 else 'down'} {abs(rounded)}%" if rounded else "unchanged"


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
                     "change": percent(100 * (b / a - 1))})
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
            "report_now": f"{show.number(now['value'])} on {parse.spoken_date(now['as_at'])}",
            "report_before":
                f"{show.number(before['value'])} on {parse.spoken_date(before['as_at'])}",
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
        return percent(100 * (by_year.loc[b, "value"] / by_year.loc[a, "value"] - 1))

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
    return listed(above), listed(below)
