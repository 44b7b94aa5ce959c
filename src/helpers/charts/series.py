"""Charts of the official series: small multiples, and one change of all authorities."""

import textwrap
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from helpers import text
from helpers.charts import style
from helpers.tables import parse

INSPECTED = "full inspection"
LINES: dict[str, dict[str, Any]] = {
    "region": {"color": style.GREY, "linewidth": 1, "dashes": ()},
    "england": {"color": style.INK, "linewidth": 1.3, "dashes": (4, 2)},
    "value": {"color": style.BLUE, "linewidth": 2.6, "dashes": ()}}  # the last on top


def draw_panels(tables: Sequence[pd.DataFrame], measures: pd.DataFrame,
                inspections: pd.DataFrame, authority: str, region: str) -> Figure:
    """Small multiples, two across: each table as from series, one measure a panel, from nought.

    measures: the tidy table; inspections: with kind and started. The authority is the thick line,
    England dashed, the region thin, the neighbours' middle half a band; lines are named at their ends. A
    year's total lies in the middle of its year, a count on its day. Upright lines are full inspections,
    a ring marks a flagged value. A phone has the panels one below the other."""
    times = pd.concat(tables)["period"].map(_when)
    first, last, room = times.min() - 0.5, times.max(), 1.28  # inches at the right, for the names
    end = last + room * (last - first) / (style.WIDE / 2 - style.LEFT - style.RIGHT - room)
    names = {"value": authority, "england": "England", "region": region}
    about = measures.set_index("measure").loc[[table["measure"].iloc[0] for table in tables]]
    days = [_when(day) for day in inspections.loc[inspections["kind"] == INSPECTED, "started"]
            if day and "/" not in day]
    units = about["unit"].nunique() > 1
    key = _key(tables, days)
    lines = len(key) + sum(str(each.get_label()).count("\n") for each in key)
    figure, grid = style.new_panels(-(-len(tables) // 2), 0.5 if units else 0.37, 0.17 * lines + 0.1)
    for axes, table, row in zip(grid, tables, about.itertuples(), strict=False):
        axes.set_xlim(first, end)
        _draw_lines(axes, table)
        _name_ends(axes, table, last, names)
        for day in (day for day in days if first < day < last):
            axes.axvline(day, color=style.LINE, linewidth=1, zorder=0)
            style.note(axes, str(int(day)), (day, 1), (0, 2), xycoords=("data", "axes fraction"),
                       ha="center", color=style.GREY)
        axes.set_title(row.label + f"\n{_short_unit(row.unit)}" * units, y=1, pad=14)
        axes.set(xlabel="", ylabel="", xticks=range(-int(-first // 5) * 5, int(last) + 1, 5))
    for axes in grid[len(tables):]:
        axes.set_visible(False)
    figure.legend(handles=key, loc="outside lower left", handlelength=1.6)
    return figure


def _draw_lines(axes: Axes, table: pd.DataFrame) -> None:
    """The band, the lines and the rings; a year without a value is a gap."""
    table = table.assign(at=table["period"].map(_when))
    axes.fill_between(table["at"], table["low"], table["high"], color=style.PALE, linewidth=0)
    for column, look in LINES.items():  # plainly: seaborn's take thirty times as long
        axes.plot(table["at"], table[column], zorder=3, **look)
    known = table["value"].notna()
    alone = known & ~known.shift(1, fill_value=False) & ~known.shift(-1, fill_value=False)
    for rows, look in ((table[alone], {"s": 16, "color": style.BLUE, "linewidth": 0}),
                       (table[table["flag"] != ""], {"s": 42, "color": "white", "linewidth": 1.4,
                                                     "edgecolor": style.BLUE, "zorder": 5})):
        if len(rows):
            sns.scatterplot(rows, x="at", y="value", ax=axes, **look)
    axes.set_ylim(0, np.nanmax(table[["high", *LINES]].to_numpy(float)) * 1.1)
    axes.locator_params(axis="y", nbins=3)
    axes.tick_params(length=0)


def _name_ends(axes: Axes, table: pd.DataFrame, end: float, names: dict[str, str]) -> None:
    """The names and latest values at the ends of the lines, none over another."""
    line = axes.get_ylim()[1] * 0.15
    ends = table[list(LINES)].ffill().iloc[-1].dropna().sort_values()
    latest = table.iloc[-1]
    words = {column: textwrap.fill(f"{names[column]} {_short(latest[column])}".strip(), 15,
                                   break_long_words=False) for column in ends.index}
    heights = {column: line * (1 + label.count("\n")) for column, label in words.items()}
    for column, middle in _apart(ends.to_dict(), heights).items():
        style.note(axes, words[column], (end, middle), (7, 0), va="center", linespacing=1.05,
                   color=LINES[column]["color"], weight="bold" if column == "value" else "normal",
                   annotation_clip=False)


def _apart(middles: dict[str, float], heights: dict[str, float]) -> dict[str, float]:
    """Middles of labels, lowest first, moved as little as needed so that none overlaps."""
    order, found = list(middles), dict(middles)
    for _ in range(20 * len(order)):
        found[order[0]] = max(found[order[0]], heights[order[0]] / 2)  # not over the axis
        for below, above in pairwise(order):
            short = (heights[below] + heights[above]) / 2 - (found[above] - found[below])
            if short > 1e-9:
                found[below] -= short / 2
                found[above] += short / 2
    return found


def _key(tables: Sequence[pd.DataFrame], days: Sequence[float]) -> list[Line2D | Patch]:
    """What the band, the upright lines and the rings are, where there are any."""
    every = pd.concat(tables)
    band = Patch(color=style.PALE, label="Middle half of the statistical neighbours")
    upright = Line2D([], [], color=style.LINE, marker="|", markersize=10, linewidth=0,
                     label="Full inspection by Ofsted, with its year")
    ring = Line2D([], [], color="white", marker="o", markersize=6, linewidth=0,
                  markeredgecolor=style.BLUE, markeredgewidth=1.4,
                  label="Unusual beside the years next to it")
    return [handle for handle, there in ((band, every["low"].notna().any()), (upright, bool(days)),
                                         (ring, (every["flag"] != "").any())) if there]


def _short(value: float) -> str:
    """A value as a label has it: whole from a hundred on; '' for none."""
    if pd.isna(value):
        return ""
    return f"{value:,.0f}" if value >= 100 else text.number(round(value, 1))


def _short_unit(unit: str) -> str:
    return unit.replace("per 10,000 children", "per 10,000").replace("full-time equivalents",
                                                                      "full-time posts")


def _when(period: str) -> float:
    """The middle of a period as a year with its fraction."""
    days = [day.year + (day.timetuple().tm_yday - 0.5) / 365.25 for day in parse.bounds(period)]
    return sum(days) / 2


def describe_panels(tables: Sequence[pd.DataFrame], measures: pd.DataFrame, authority: str) -> str:
    """The alternative text of draw_panels: the authority's and England's latest value of each panel,
    and the authority's lowest, or its first where the latest is lowest."""
    about = measures.set_index("measure")
    known = [table.dropna(subset="value") for table in tables]
    newest = max(rows["year"].iloc[-1] for rows in known)
    parts = []
    for rows in known:
        first, last = rows.iloc[0], rows.iloc[-1]
        low = rows[rows["value"] == rows["value"].min()]
        label, unit = about.loc[last["measure"], ["label", "unit"]]
        sign = "%" if unit.startswith("%") else " per 10,000" if "per 10,000" in unit else ""
        when = "" if last["year"] == newest else f" in {last['year']}"
        england = f" (England {_short(last['england'])})" * pd.notna(last["england"])
        gaps = ", with gaps" if len(rows) <= last["year"] - first["year"] else ""
        before = (f"first {_short(first['value'])} in {first['year']}{gaps}"
                  if gaps or last["year"] in set(low["year"]) else
                  f"lowest {_short(low['value'].iloc[0])} in {text.listed(map(str, low['year']))}")
        parts.append(f"{style.small(label)}: {_short(last['value'])}{sign}{when}{england}, {before}")
    count = text.count(len(tables), "small line chart").capitalize()
    return f"{count}. {authority} in {newest}: {'; '.join(parts)}."


def draw_changes(table: pd.DataFrame, headings: Sequence[str], authority: str) -> Figure:
    """One change of all authorities as boxes, the authority's as a dot: a block a year, a row a measure.

    table: as from yearly_changes; headings: what each year is called, in order of time. A box is the
    middle half of authorities, its whiskers the middle four fifths."""
    years, measures = table["year"].nunique(), table["label"].nunique()
    shape = (1, years) if style.is_wide() else (years, 1)
    figure = style.new_figure(0.9 + 0.36 * measures, narrow=0.7 + 2.6 * years)
    blocks = figure.subplots(*shape, sharex=True, sharey=True, squeeze=False).ravel()
    ends = table[["change", "low", "high"]].abs().max().max() * (1.4 if style.is_wide() else 1.6)
    grey = {"color": style.GREY}
    for axes, (_, rows), heading in zip(blocks, table.groupby("year"), headings, strict=True):
        rows = rows.reset_index(drop=True)
        boxes = rows.rename(columns={"low": "whislo", "median": "med", "high": "whishi"})
        axes.bxp(boxes.to_dict("records"), positions=range(len(rows)), orientation="horizontal",
                 showfliers=False, patch_artist=True, widths=0.5, manage_ticks=False, zorder=2,
                 boxprops={"facecolor": style.PALE, "edgecolor": style.GREY},
                 medianprops=grey, capprops=grey, whiskerprops=grey)
        sns.scatterplot(x=rows["change"], y=rows.index, ax=axes, s=49, color=style.BLUE,
                        edgecolor="white", zorder=4)
        for row in rows.dropna(subset="change").itertuples():
            shift, side = (7, "left") if row.change > 0 else (-7, "right")
            style.note(axes, style.signed(row.change), (row.change, row.Index), (shift, 0), ha=side,
                       va="center", weight="bold", color=style.BLUE)
        axes.axvline(0, color=style.INK, linewidth=0.9, zorder=1)
        axes.set(xlabel="", xlim=(-ends, ends), ylabel="", ylim=(len(rows) - 0.4, -0.6),
                 yticks=rows.index, yticklabels=rows["label"])
        axes.set_title(heading, weight="bold")
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_formatter(lambda x, _: style.signed(x))
        axes.locator_params(axis="x", nbins=5)
    key = [Line2D([], [], color=style.BLUE, marker="o", linewidth=0, label=authority),
           Patch(facecolor=style.PALE, edgecolor=style.GREY, label="Middle half of authorities"),
           Line2D([], [], color=style.GREY, label="Middle four fifths")]
    figure.legend(handles=key, loc="outside lower left", ncols=3 if style.is_wide() else 2,
                  handlelength=1.6, borderaxespad=0.5)
    return figure


def describe_changes(table: pd.DataFrame, headings: Sequence[str], authority: str) -> str:
    """The alternative text of draw_changes: each year's least and greatest change."""
    parts = []
    for (_, rows), heading in zip(table.dropna(subset="change").groupby("year"), headings, strict=True):
        outside = ((rows["change"] < rows["low"]) | (rows["change"] > rows["high"])).sum()
        ends = " to ".join(f"{text.percent(row.change)} ({row.label})" for row in
                           rows.sort_values("change").iloc[[0, -1]].itertuples())
        parts.append(f"{heading}: {ends}; {text.words(int(outside))} of {text.words(len(rows))} "
                     "outside the lines")
    return (f"Dots are {authority}’s changes, boxes the middle half of authorities’, lines their middle "
            f"four fifths. {'. '.join(parts)}.")
