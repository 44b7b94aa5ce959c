"""The charts of all authorities' inspections, and what they show in words."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from helpers.analysis import survival
from helpers.charts import style
from helpers.tables import parse

HATCH = {survival.UNGRADED: "----", survival.WAITING: "////", "open": "////", "abolished": "xxxx"}
FILL = style.GRADE_FILL | dict.fromkeys(HATCH, "white")
INK = style.GRADE_INK | dict.fromkeys(HATCH, style.INK)
STACK = (*survival.OUTCOMES, survival.WAITING)


def draw_mix(mix: pd.DataFrame, outcomes: Sequence[str], authority: str) -> Figure:
    """A column a day, its parts the outcomes of all authorities on it; the part that the authority
    is in is outlined. mix: as from survival.mix; outcomes: the authority's on each day."""
    figure = style.new_figure(3.7)
    axes = figure.subplots()
    for n, (row, own) in enumerate(zip(mix.to_dict("records"), outcomes, strict=True)):
        bottom = 0.0
        for name in STACK:
            part = 100 * row[name] / row["authorities"]
            middle = bottom + part / 2
            if part:
                axes.bar(n, part, 0.86, bottom, **_look(name))
            if part > 4:
                axes.text(n, middle, str(row[name]), ha="center", va="center", color=INK[name])
            if name == own:
                axes.add_patch(Rectangle((n - 0.43, bottom), 0.86, part, fill=False, zorder=5,
                                         edgecolor="black", linewidth=2.2))
            if n == len(mix) - 1 and part > 3:
                axes.text(n + 0.6, middle, name.capitalize().replace(" ", "\n"), va="center",
                          linespacing=1.05)
            bottom += part
    years = "’" + mix["day"].str[2:4]
    axes.set(xlim=(-0.6, len(mix) - 0.4), xticks=mix.index, xticklabels=years,
             ylim=(0, 100), yticks=[0, 50, 100], yticklabels=["0", "50%", "100%"])
    style.bare(axes)
    outlined = Patch(facecolor="white", edgecolor="black", linewidth=2, label=f"Outlined: {authority}")
    hatched = [_key(name, name.capitalize()) for name in STACK if name in HATCH and mix[name].any()]
    figure.legend(handles=[outlined] * any(outcomes) + hatched, loc="outside upper left",
                  ncols=2 if style.is_wide() else 1)
    return figure


def _look(name: str) -> dict[str, Any]:
    """How the part of an outcome is drawn."""
    return {"facecolor": FILL[name], "hatch": HATCH.get(name), "linewidth": 0.6,
            "edgecolor": style.GREY if name in HATCH else "white"}


def _key(name: str, label: str) -> Patch:
    return Patch(facecolor=FILL[name], hatch=HATCH.get(name), edgecolor=style.GREY, linewidth=0.5,
                 label=label)


def describe_mix(mix: pd.DataFrame, outcomes: Sequence[str], authority: str) -> str:
    """The alternative text of draw_mix: each outcome's first and last count."""
    first, last = mix.iloc[0], mix.iloc[-1]
    parts = [f"{name} {first[name]} and {last[name]}" for name in STACK if mix[name].any()]
    then, now = (name or "not there yet" for name in (outcomes[0], outcomes[-1]))
    return (f"Columns of authorities by newest grade, in {first['day'][:4]} ({first['authorities']} "
            f"authorities) and {last['day'][:4]} ({last['authorities']}): {'; '.join(parts)}. "
            f"{authority}: {then} at the end of March {first['day'][:4]}, {now} at the end of March "
            f"{last['day'][:4]}.")


def draw_transitions(counts: pd.DataFrame) -> Figure:
    """What followed each grade: a bar a grade, its parts the next inspection's grades, then those
    not inspected again. counts: as from survival.transitions."""
    sizes = counts.groupby("pair", sort=False).size()
    bars = 0.27 * len(counts) + 0.45 * len(sizes)
    figure = style.new_figure(1.1 + bars, narrow=2.2 + bars)
    blocks = figure.subplots(len(sizes), 1, sharex=True, squeeze=False, height_ratios=sizes)[:, 0]
    for axes, (pair, rows) in zip(blocks, counts.groupby("pair", sort=False), strict=True):
        for height, row in enumerate(rows.to_dict("records")):
            _draw_bar(axes, height, row)
        axes.set_yticks(range(len(rows)), rows["outcome"].str.capitalize().str.replace(" ", "\n"),
                        linespacing=0.9)
        axes.set_ylim(len(rows) - 0.45, -0.55)
        axes.set_title(f"Given under {pair.replace(' to ', ', next under ')}", weight="bold")
        style.bare(axes)
    blocks[-1].set_xlabel("Number of grades")
    names = {name: name.capitalize() for name in survival.OUTCOMES if counts[name].any()} | {
        "open": "Not yet inspected again", "abolished": "Authority abolished first"}
    figure.legend(handles=[_key(name, label) for name, label in names.items()], columnspacing=1.2,
                  loc="outside upper left", ncols=3 if style.is_wide() else 1,
                  title="The next full inspection gave", alignment="left")
    return figure


def _draw_bar(axes: Axes, height: int, row: Mapping[str, int]) -> None:
    left = 0
    for name in (*survival.OUTCOMES, "open", "abolished"):
        if row[name]:
            axes.barh(height, row[name], 0.8, left, **_look(name))
        if row[name] >= (7 if style.is_wide() else 11):
            axes.text(left + row[name] / 2, height, str(row[name]), ha="center", va="center",
                      color=INK[name], bbox=style.BOX if name in HATCH else None)
        left += row[name]


def describe_transitions(counts: pd.DataFrame) -> str:
    """The alternative text of draw_transitions: what followed the two lower grades in the newest
    pair of frameworks."""
    pair = counts["pair"].iloc[-1]
    rows = counts[(counts["pair"] == pair) & counts["outcome"].isin(parse.GRADES[:2])]
    said = []
    for row in rows.to_dict("records"):
        parts = [f"{row[name]} {name}" for name in survival.OUTCOMES if row[name]]
        said.append(f"after {row['outcome']}: {', '.join(parts)}, {row['open']} waiting")
    return (f"Bars of what the next full inspection gave, by grade and framework. {pair}, "
            f"{'; '.join(said)}.")


# How a curve is drawn: colour, width, dashes, shade of its band.
LINES: dict[str, tuple[str, float, object, str]] = {
    "SIF": (style.GREY, 1.5, (0, (4, 2)), "#c9c9c9"),
    "ILACS": (style.BLUE, 2.2, "-", "#9dbbd6"),
    survival.LATER: ("black", 1.4, (0, (1, 1.2)), "")}


def draw_waits(curves: Mapping[str, pd.DataFrame], risks: Mapping[str, Sequence[int]],
               own: float, authority: str) -> Figure:
    """The share of inadequate grades not yet followed by another full inspection: a curve a group with
    its band, that of a part of one (survival.LATER) without, as far as FEWEST are at risk; below, how
    many are at risk.

    curves: as from survival.kaplan_meier; risks: at 0, 1, 2 … years; own: the authority's years."""
    figure = style.new_figure(4.4, narrow=4.8)
    axes, below = figure.subplots(2, 1, sharex=True, height_ratios=[3.2, 1])
    for name, whole in curves.items():
        colour, width, dashes, shade = LINES[name]
        curve = survival.enough_at_risk(whole)
        times = [0, *(curve["days"] / survival.YEAR)]
        if shade:
            axes.fill_between(times, [1, *curve["low"].fillna(0)], [1, *curve["high"].ffill()],
                              step="post", color=shade, alpha=0.55, linewidth=0)
        sns.lineplot(x=times, y=[1, *curve["share"]], ax=axes, drawstyle="steps-post", color=colour,
                     linewidth=width, linestyle=dashes, label=name, errorbar=None, estimator=None)
    axes.axvline(own, color="black", linewidth=1)
    axes.text(own - 0.08, 1.03, f"{authority}, {own:.1f} years", ha="right", va="bottom")
    axes.axhline(0.5, color=style.PALE, linewidth=0.7, zorder=0)
    axes.set(xlim=(-0.2, len(next(iter(risks.values()))) - 0.6), ylim=(0, 1), yticks=[0, 0.5, 1],
             yticklabels=["0", "50%", "100%"])
    axes.legend(loc="lower left", borderaxespad=0.3)
    for height, numbers in enumerate(risks.values()):
        for year, number in enumerate(numbers):
            below.text(year, height, str(number), ha="center", va="center")
    names = [name.replace("after ", "after\n") for name in risks]
    below.set(title="Grades still counted", xlabel="Years from the report",
              ylim=(len(risks) - 0.5, -0.5), yticks=range(len(risks)), yticklabels=names)
    style.bare(below)
    return figure


def describe_waits(curves: Mapping[str, pd.DataFrame], own: float, authority: str) -> str:
    """The alternative text of draw_waits."""
    halves = {name: survival.median(curve).median for name, curve in curves.items()}
    parts = [f"{name}, " + ("not reached" if pd.isna(half) else f"{half:.1f} years")
             for name, half in halves.items()]
    return ("Falling curves of the share of inadequate grades not yet followed by another full "
            f"inspection. By our estimate half are followed within: {'; '.join(parts)}. A line marks "
            f"{authority} at {own:.1f} years.")
