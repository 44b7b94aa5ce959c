"""The charts of claims: what the figures show, and what they would show elsewhere."""

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.charts import style

MARKERS = {"direct": "o", "proxy": "D"}
FARTHEST = 4.5  # typical changes; a dot further out is drawn there, with an arrow


def draw_tests(rows: pd.DataFrame) -> Figure:
    """A line a series, a dot a test: how far the figures go for or against the claim.

    rows: label (of the series), towards (in typical changes) and evidence."""
    rows = rows.sort_values("towards", kind="stable")
    series = rows.groupby("label")["towards"]
    order = series.median().sort_values(ascending=False, kind="stable").index
    # the dots of a line that would lie on each other are on up to four levels
    levels = series.cumcount() % 4 - (series.transform("size").clip(upper=4) - 1) / 2
    rows = rows.assign(x=rows["towards"].clip(-FARTHEST, FARTHEST),
                       y=rows["label"].map(order.get_loc) + 0.22 * levels)
    figure = style.new_figure(0.3 * len(order) + 0.9)
    axes = figure.subplots()
    axes.axvspan(-1, 1, color="#ececec", linewidth=0, zorder=0)
    axes.axvline(0, color=style.GREY, linewidth=0.8, zorder=1)
    sns.scatterplot(data=rows, x="x", y="y", style="evidence", markers=MARKERS,
                    color=style.BLUE, s=44 if style.is_wide() else 34, linewidth=0.6, zorder=3,
                    legend=False, ax=axes)
    for row in rows[rows["x"] != rows["towards"]].itertuples():
        style.note(axes, "›" if row.x > 0 else "‹", (row.x, row.y), (8 * row.x / FARTHEST, 0),
                   ha="center", va="center")
    for x, words, side in ((-1.2, "against the claim", "right"), (1.2, "for the claim", "left")):
        axes.text(x, -0.75, words, ha=side, va="bottom", color=style.GREY)
    for name, words in (("direct", "counts what was claimed"), ("proxy", "stands in for it")):
        axes.scatter([], [], marker=MARKERS[name], color=style.GREY, s=40, label=words)
    figure.legend(loc="outside lower center", ncols=2, handletextpad=0.2, columnspacing=1.2,
                  borderaxespad=0.5)
    axes.set_yticks(range(len(order)), order)
    axes.set(xlim=(-FARTHEST, FARTHEST + 0.6), ylim=(len(order) - 0.4, -1.4), ylabel="",
             xlabel="Typical changes", xticks=range(-4, 5, 2 - style.is_wide()))
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return figure


def draw_elsewhere(supported: pd.Series, area_code: str, name: str) -> Figure:
    """In how many tests the figures support the claim, with how many authorities; one is marked.

    supported: the number, by area code."""
    figure = style.new_figure(2.6)
    axes, own, mean = figure.subplots(), int(supported[area_code]), supported.mean()
    sns.histplot(supported, discrete=True, ax=axes, color="#8fb0cc", edgecolor="white", shrink=0.9)
    top = axes.get_ylim()[1]
    axes.plot([mean, mean], [0, top], color=style.GREY, linewidth=1, linestyle="--")
    axes.text(mean, 1.03 * top, f"average {mean:.1f}", color=style.GREY, ha="center", va="bottom")
    axes.annotate(f"{name}: {own}", (own, (supported == own).sum() + 0.1), (own, top / 2),
                  ha="center", weight="bold", color=style.BLUE,
                  arrowprops={"arrowstyle": "-", "color": style.BLUE})
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set(xlabel="Tests that the figures support", ylabel="Authorities", ylim=(0, 1.2 * top))
    return figure
