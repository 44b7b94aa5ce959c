"""The chart of claims and what the series show."""

import re

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from helpers.analysis import claims
from helpers.charts import style

# Dark to light, so that they differ in black and white; each has its own mark as well.
COLOURS = {"supports": "#12436d", "partly supports": "#44688c", "no clear change": "#6b6b6b",
           "points the other way": "#b4305c"}


MARKS = {"supports": "o", "partly supports": "D", "no clear change": "s",
         "points the other way": "X"}


FARTHEST = 3.5  # usual movements; a dot further out stands there with an arrow


def draw(rows: pd.DataFrame) -> Figure:
    """Claims in rows under their speakers: what was said, what was measured, the verdict in words
    and as mark and colour, and how far the series moved towards the claim. rows: from distinct."""
    heights, y = [], 0.0
    for n, row in enumerate(rows.itertuples()):
        y += 1.0 if n and row.voice != rows["voice"].iloc[n - 1] else 0.0
        heights.append(y)
        y += 1.0
    figure = style.new_figure(0.335 * (y + 1.9))
    axes = figure.subplots()
    axes.set_ylim(y - 0.2, -1.6)
    axes.set_xlim(-13.2, FARTHEST + 0.7)
    for height, row in zip(heights, rows.itertuples(), strict=True):
        if height == 0 or height - 1 not in heights:
            axes.text(-13.2, height - 0.62, claims.SPEAKERS[row.voice], weight="bold", fontsize=8.5,
                      va="bottom")
        year = re.findall(r"\d{4}", row.to_period)[-1:]
        more = f" ({', '.join([*year, *([f'{row.alike} alike'] if row.alike > 1 else [])])})"
        axes.text(-13.2, height - 0.04, _cut(row.summary, 45 - len(more)) + more, fontsize=7.6,
                  va="bottom")
        size = f"{row.change:+,.1f}".replace("-", "−") + ("%" if row.unit == "%" else " points")
        axes.text(-13.2, height + 0.04, f"{size}: {row.verdict}", fontsize=7.6, va="top",
                  color=COLOURS[row.verdict], weight="bold")
        if not np.isnan(row.steps):
            place = float(np.clip(row.steps, -FARTHEST, FARTHEST))
            axes.plot([0, place], [height, height], color=COLOURS[row.verdict], linewidth=1.2)
            if place != row.steps:
                axes.annotate("›" if place > 0 else "‹", (place, height), xytext=(
                    6 if place > 0 else -6, 0), textcoords="offset points", va="center",
                    ha="center", fontsize=9)
    placed = rows.assign(height=heights, place=rows["steps"].clip(-FARTHEST, FARTHEST))
    sns.scatterplot(data=placed, x="place", y="height", hue="verdict", style="verdict", ax=axes,
                    palette=COLOURS, markers=MARKS, s=42, linewidth=0, legend=False, zorder=3)
    for place, dashes in ((0, "-"), (-1, ":"), (1, ":")):
        axes.plot([place, place], [-0.7, y - 0.5], color=style.GREY, linewidth=0.7, linestyle=dashes,
                  zorder=0)
    axes.text(-0.15, -0.8, "away", ha="right", va="bottom", fontsize=7.6, color=style.GREY)
    axes.text(0.15, -0.8, "towards the claim", ha="left", va="bottom", fontsize=7.6,
              color=style.GREY)
    axes.axis("off")
    return figure


def _cut(text: str, most: int) -> str:
    """A text that fits, cut at a word."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0].rstrip(",;") + " …"


def describe(rows: pd.DataFrame) -> str:
    """The alternative text of draw."""
    parts = []
    for voice, own in rows.groupby("voice", sort=False):
        by_verdict = [f"{verdict}: " + "; ".join(
            f"{row.summary} ({row.change:+,.1f}{'%' if row.unit == '%' else ' points'})"
            for row in some.itertuples()) for verdict, some in own.groupby("verdict", sort=False)]
        parts.append(f"{claims.SPEAKERS[str(voice)]}. " + ". ".join(
            part[:1].upper() + part[1:] for part in by_verdict))
    return "Claims in rows, grouped by who spoke. " + ". ".join(parts) + "."
