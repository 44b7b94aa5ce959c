"""The charts of what happens around an inadequate judgement, and of what the next report gave."""

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from helpers import text
from helpers.analysis import event_study, outliers, survival
from helpers.charts import style

BAND = "#9dbbd6"
DOTS = {"SIF": style.GREY, "ILACS": style.BLUE, survival.LATER: style.BLUE}


def draw_around(table: pd.DataFrame, measures: pd.DataFrame, authority: str) -> Figure:
    """Six panels, two in a row: the events' middle half and median, the comparison's as dotted and
    dashed lines, one authority's path.

    table: as event_study.in_per_cent; measures: by measure, with label and unit."""
    figure = style.new_figure(4.9, narrow=6.6)
    grid = figure.subplots(*((2, 3) if style.is_wide() else (3, 2)), sharex=True)
    for axes, name in zip(grid.flat, event_study.PANELS, strict=True):
        rows = table[table["measure"] == name]
        points = outliers.is_percentage(measures.loc[name, "unit"])
        axes.fill_between(rows["step"], rows["q1"], rows["q3"], color=BAND, linewidth=0)
        for column in ("drawn_q1", "drawn_q3"):
            axes.plot(rows["step"], rows[column], color=style.GREY, linewidth=1, linestyle=":")
        for column, colour, width, dashes in (("drawn", style.GREY, 1.2, (0, (4, 2))),
                                              ("median", style.BLUE, 1.6, "-"),
                                              ("own", "black", 2.2, "-")):
            sns.lineplot(x=rows["step"], y=rows[column], ax=axes, color=colour, linewidth=width,
                         linestyle=dashes, legend=False)
        axes.axvline(0, color=style.LINE, linewidth=0.8, zorder=0)
        axes.set(title=measures.loc[name, "label"] + ", points" * points, xlabel="", ylabel="",
                 xticks=event_study.STEPS, xticklabels=[style.signed(n, "") for n in event_study.STEPS])
        unit = "" if points else "%"
        axes.yaxis.set_major_formatter(lambda y, _, unit=unit: style.signed(y, unit if y else ""))
        axes.locator_params(axis="y", nbins=5)
        axes.tick_params(length=2)
    drawn = [*axes.get_lines(), axes.collections[0]]
    figure.legend([drawn[4], drawn[3], drawn[-1], drawn[2], drawn[0]],
                  [authority, "Median around an inadequate judgement", "Middle half of these",
                   "Median of the comparison", "Middle half of the comparison"],
                  loc="outside upper left", ncols=1)
    grid[-1, grid.shape[1] // 2].set_xlabel("Years from year 0")
    return figure


def describe_around(table: pd.DataFrame, measures: pd.DataFrame, authority: str) -> str:
    """The alternative text of draw_around."""
    later = table[table["step"] == 1].set_index("measure")
    moved = [f"{style.small(row.label)} {style.signed(later['median'][row.Index], '')}"
             f"{' points' if outliers.is_percentage(row.unit) else '%'} "
             f"({style.signed(later['own'][row.Index], '')})"
             for row in measures.loc[[*event_study.PANELS]].itertuples()]
    return ("Six panels of changes from the year before year 0, less England’s: median and middle half "
            "of authorities judged inadequate, median and middle half of the comparison, and "
            f"{authority}’s path. Medians a year after year 0, and {authority}’s: {', '.join(moved)}.")


def draw_outcomes(counts: pd.DataFrame) -> Figure:
    """Shares of the next reports that met each outcome, with intervals, by group; a count alone
    where fewer than survival.FEWEST had a next report. counts: as outcomes.counts."""
    names = counts["name"].unique()
    figure = style.new_figure(0.5 + 1.05 * len(names))
    blocks = figure.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
    for axes, name in zip(blocks, names, strict=True):
        rows = counts[counts["name"] == name].reset_index(drop=True)
        for row in rows.itertuples():
            if row.of >= survival.FEWEST:
                axes.hlines(row.Index, 100 * row.low, 100 * row.high, color=style.LINE, linewidth=4)
                sns.scatterplot(x=[100 * row.number / row.of], y=[row.Index], ax=axes, s=40,
                                color=DOTS.get(row.group, style.INK), zorder=3)
            axes.text(104, row.Index, f"{row.number} of {row.of}", va="center")
        axes.set_yticks(rows.index, rows["group"].str.replace("after ", "after\n"), linespacing=0.95)
        axes.set(xlabel="", xlim=(0, 122), xticks=[0, 50, 100], xticklabels=["0", "50%", "100%"],
                 ylabel="", ylim=(len(rows) - 0.4, -0.6))
        axes.set_title(name[0].upper() + name[1:], weight="bold")
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
    blocks[-1].set_xlabel("Share of next full reports, with 95% interval")
    return figure


def describe_outcomes(counts: pd.DataFrame) -> str:
    """The alternative text of draw_outcomes, with the counts of the first group of which some wait."""
    group = counts.loc[(counts["open"] > 0).idxmax(), "group"]
    parts = [f"{row.name} {row.number} of {row.of}"
             for row in counts[counts["group"] == group].itertuples()]
    return (f"Dots with intervals for the next reports after inadequate grades under "
            f"{text.listed(counts['group'].unique())}. Under {group}: {'; '.join(parts)}.")
