"""Charts of the official series: small multiples, and changes beside all authorities."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers import text
from helpers.charts import style
from helpers.tables import parse

INSPECTED = "full inspection"


def draw_panels(tables: Sequence[pd.DataFrame], measures: pd.DataFrame,
                inspections: pd.DataFrame, authority: str) -> Figure:
    """Small multiples, two in a row: each table as from series, one measure a panel.

    measures: the tidy table. A year's flow is drawn over its twelve months, a stock on its day.
    The authority is the thick line, England dashed, the region dotted, the neighbours' middle
    half a band. Full inspections are upright lines at the start of fieldwork; a ring marks a
    value that the rule flags.
    """
    rows = (len(tables) + 1) // 2
    figure = style.new_figure(1.62 * rows + 0.5)
    grid = figure.subplots(rows, 2, squeeze=False)
    about = measures.set_index("measure")
    first = min(_span(t["period"].iloc[0])[0] for t in tables)
    last = max(_span(t["period"].iloc[-1])[1] for t in tables)
    started = [_span(day)[0] for day in inspections.loc[inspections["kind"] == INSPECTED,
                                                        "started"] if day and "/" not in day]
    units = {about["unit"][table["measure"].iloc[0]] for table in tables}  # one: in the subtitle
    for axes, table in zip(grid.flat, tables, strict=False):
        name = table["measure"].iloc[0]
        _draw_panel(axes, table)
        unit = "" if len(units) == 1 else f"\n{_short_unit(about['unit'][name])}"
        axes.set_title(about["label"][name] + unit, loc="left", fontsize=8.5, linespacing=1.15)
        for day in started:
            axes.axvline(day, color=style.LINE, linewidth=1, zorder=0)
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

    lines = {"value": (style.BLUE, 2.1, "-", 4), "england": (style.INK, 1.2, (0, (4, 2)), 3),
             "region": (style.GREY, 1.2, (0, (1, 1)), 2)}
    axes.fill_between(edges, drawn("low"), drawn("high"), color=style.PALE, linewidth=0, zorder=1)
    for column, (colour, width, dashes, order) in lines.items():
        axes.plot(edges, drawn(column), color=colour, linewidth=width, linestyle=dashes,
                  zorder=order, label=column, solid_joinstyle="miter")
        if not flow:
            axes.plot([s[0] for s in spans], table[column], color=colour, linewidth=0, marker=".",
                      markersize=3.5 if column == "value" else 0, zorder=order, label="_days")
    odd = table[table["flag"] != ""]
    middles = [(s[0] + s[1]) / 2 for s in spans]
    axes.plot([middles[n] for n in odd.index], odd["value"], color="white", linewidth=0, marker="o",
              markersize=5, markeredgecolor=style.BLUE, markeredgewidth=1.2, zorder=5,
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
            axes.annotate(text.number(float(shown)) if shown < 1000 else f"{shown:,.0f}",
                          (end, height), xytext=(3, 0), textcoords="offset points", va="center",
                          fontsize=8, color=style.BLUE if column == "value" else style.INK)


def _short_unit(unit: str) -> str:
    return unit.replace("per 10,000 children", "per 10,000").replace("full-time equivalents",
                                                                      "full-time posts")


def _span(period: str) -> tuple[float, float]:
    first, last = parse.bounds(period)
    return (first.year + (first.timetuple().tm_yday - 1) / 365.25,
            last.year + last.timetuple().tm_yday / 365.25)


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
        seen = [f"{text.number(round(row['value'], 1))} in {row['year']}"
                for row in (first, low, high, last)]
        told = (f"{about['label'][name]}, {about['unit'][name]}: {seen[0]}, lowest {seen[1]}, "
                f"highest {seen[2]}, {seen[3]}")
        if not np.isnan(last["england"]):
            told += f" (England {text.number(last['england'])}"
            told += ("" if np.isnan([last["region"], last["low"], last["high"]]).any() else
                     f", the region {text.number(last['region'])}, the neighbours’ middle half "
                     f"{text.number(round(last['low'], 1))} to "
                     f"{text.number(round(last['high'], 1))}") + ")"
        odd = ", ".join(str(year) for year in table.loc[table["flag"] != "", "year"])
        parts.append(told + (f"; odd by the rule: {odd}" if odd else ""))
    return (f"{len(tables)} small charts over time with the full inspections marked. "
            + ". ".join(parts) + ".")


def draw_gates(table: pd.DataFrame, headings: Sequence[str], authority: str) -> Figure:
    """Changes as dots over all authorities' ranges; one block a year, one row a measure.

    table: as from gates; headings: what each year is called, in order of time.
    """
    years = sorted(table["year"].unique())
    names = list(dict.fromkeys(table["label"]))
    figure = style.new_figure(0.85 + 0.29 * len(names) * len(years) + 0.45 * len(years))
    blocks = figure.subplots(len(years), 1, sharex=True, squeeze=False)[:, 0]
    for axes, year, heading in zip(blocks, years, headings, strict=True):
        rows = table[table["year"] == year].reset_index(drop=True)
        axes.hlines(rows.index, rows["low"], rows["high"], color=style.PALE, linewidth=9, zorder=1)
        axes.hlines(rows.index, rows["q1"], rows["q3"], color="#a9a9a9", linewidth=9, zorder=2)
        sns.scatterplot(x=rows["change"], y=rows.index, ax=axes, s=49, color=style.BLUE,
                        edgecolor="white", zorder=4)
        axes.set(xlabel="", ylabel="")
        for row in rows.itertuples():
            right = row.change > 0
            axes.annotate(f"{row.change:+.0f}%".replace("-", "−"), (row.change, row.Index),
                          xytext=(7 if right else -7, 0), textcoords="offset points",
                          ha="left" if right else "right", va="center", weight="bold",
                          color=style.BLUE, fontsize=8)
        axes.axvline(0, color=style.INK, linewidth=0.9, zorder=3)
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
        moved = "; ".join(f"{row.label} {text.percent(row.change)} (middle half of authorities "
                          f"{text.percent(row.q1)} to {text.percent(row.q3)})"
                          for row in rows.itertuples())
        parts.append(f"{heading}: {moved}")
    return ". ".join(parts) + "."
