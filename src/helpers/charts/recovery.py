"""The board of areas and visits, the themes of lists, and measures beside all authorities."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from helpers import text
from helpers.analysis import recovery
from helpers.charts import style
from helpers.tables import parse

FILL = {"improved": "#12436d", "mixed": "#8fb3d1", "still weak": "#801650",
        "not looked at": "#ececea", "not known to us": "#ffffff"}
SIGN = {"improved": "+", "mixed": "±", "still weak": "−", "not looked at": "·",
        "not known to us": "?"}
# A verdict of the inspection has the colour and sign of the state that is most like it.
LIKE = {"addressed": "improved", "better, more to do": "mixed", "still named": "still weak",
        "not mentioned": "not looked at"}
# What prose calls a verdict, where the table's word could be taken for Ofsted's.
SAID = {"addressed": "described without reservation"}
WAYS = {1: "improved", 0: "mixed", -1: "still weak"}  # what a change is drawn as


def draw_board(board: pd.DataFrame, visits: pd.DataFrame, outcomes: pd.DataFrame,
               inspected: str) -> Figure:
    """The areas in rows, the visits in columns, a tile for each with its sign; beside it each
    area's parts at the next inspection.

    board: the tidy table; visits: inspection_id and started, in order of time; outcomes: the tidy
    table, empty if no later inspection is on record; inspected: the month of its fieldwork (EDTF).
    The signs carry the states, so colour is not needed; a star marks the council's own account.
    """
    areas = board.drop_duplicates("area_no").set_index("area_no")["area"]
    names = [f"{number}. {area}" for number, area in areas.items()]
    states = board.pivot(index="area_no", columns="inspection_id", values="state")[
        visits["inspection_id"]]
    own = board["voice"].eq("council") & board["state"].isin(recovery.LOOKED)
    stars = board.assign(star=own.map({True: "*", False: ""})).pivot(
        index="area_no", columns="inspection_id", values="star")[visits["inspection_id"]]
    parts = _parts(outcomes, areas.index)
    figure = style.new_figure(0.36 * len(areas) + 1.3, narrow=0.42 * len(areas) + 1.5)
    panels = figure.subplots(1, 1 + bool(len(outcomes)), squeeze=False, sharey=False,
                             width_ratios=[len(visits), 2] if len(outcomes) else [1])[0]
    _tiles(panels[0], states, stars, [_month(day) for day in visits["started"]])
    panels[0].set_yticks(np.arange(len(areas)) + 0.5, [
        textwrap.fill(name, 46 if style.is_wide() else 21) for name in names], rotation=0)
    panels[0].set_title("Monitoring visits", loc="left", pad=28)
    if len(outcomes):
        _tiles(panels[1], parts, parts.map(lambda _: ""), [])
        panels[1].set_yticks([])
        month = " ".join(_month(inspected).split())
        panels[1].set_title(f"Inspection,\n{month}", loc="left", pad=6)
    _below(panels[0], _key(bool(len(outcomes))), 8)
    return figure


def _tiles(axes: Axes, states: pd.DataFrame, marks: pd.DataFrame, columns: list[str]) -> None:
    """A heatmap of states with their signs; what has no state stays empty."""
    order = list(FILL)
    codes = states.map(lambda state: order.index(state) if state in order else np.nan)
    signs = states.map(lambda state: SIGN.get(state, "")) + marks
    _heatmap(axes, codes.astype(float), signs, cmap=ListedColormap(list(FILL.values())),
             vmin=-0.5, vmax=len(order) - 0.5, annot_kws={"fontsize": 10, "weight": "bold"})
    axes.set_xticks(np.arange(len(columns)) + 0.5, columns, rotation=0)


def _heatmap(axes: Axes, values: pd.DataFrame, signs: pd.DataFrame, **look: Any) -> None:
    """Seaborn's heatmap with a text in each tile, headed by its columns, without a scale."""
    sns.heatmap(values, ax=axes, annot=signs, fmt="", cbar=False, linewidths=2,
                linecolor="white", clip_on=False, **look)
    axes.set(xlabel="", ylabel="")
    axes.xaxis.tick_top()
    axes.tick_params(length=0)


def _below(axes: Axes, key: str, points: float) -> None:
    """A key below axes, from the figure's left edge: part of them, so that it moves with them."""
    axes.annotate(key, (0.01, 0), xycoords=("figure fraction", "axes fraction"),
                  xytext=(0, -points), textcoords="offset points", va="top", fontsize=8.5,
                  linespacing=1.4, annotation_clip=False)


def _parts(outcomes: pd.DataFrame, areas: pd.Index) -> pd.DataFrame:
    """Each area's parts as states, two columns; an area of one part has its second empty."""
    number = outcomes.groupby("area_no").cumcount() if len(outcomes) else None
    wide = outcomes.assign(part_no=number, state=outcomes["verdict"].map(LIKE)).pivot(
        index="area_no", columns="part_no", values="state")
    return wide.reindex(areas)


def _key(inspected: bool) -> str:
    states = {state: [state] for state in FILL}
    for verdict, state in LIKE.items():
        states[state] += [SAID.get(verdict, verdict)] * inspected
    lines = [f"{SIGN[state]}  {' or '.join(words)}" for state, words in states.items()]
    return "\n".join([*lines, "*  by the council’s own account"])


def _month(day: str) -> str:
    """The month of a visit, in two lines: narrow columns have the year in two figures."""
    first, _ = parse.bounds(day)
    return f"{first:%b}\n{first:%Y}" if style.is_wide() else f"{first:%b}\n’{first:%y}"


def describe_board(board: pd.DataFrame, visits: pd.DataFrame, outcomes: pd.DataFrame) -> str:
    """The alternative text of draw_board: what the board adds up to."""
    counts = recovery.board_counts(board, list(visits["inspection_id"]))
    told = (f"A grid of {text.count(board['area_no'].nunique(), 'area')} by "
            f"{text.count(len(visits), 'visit')}. Progress is reported on "
            f"{text.words(len(counts['any']))}; on {text.words(len(counts['none']))} we found nothing.")
    if len(outcomes):
        verdicts = "; ".join(f"{text.words(n)} {SAID.get(verdict, verdict)}" for verdict, n in
                             recovery.verdict_counts(outcomes).items() if n)
        told += f" Of {len(outcomes)} parts at the next inspection: {verdicts}."
    return told


def draw_themes(themes: pd.DataFrame, years: list[str]) -> Figure:
    """Themes in rows, documents in columns: how many items each lists, and "outside" where its
    scope left the theme out. themes: as from recovery.themes."""
    counts = themes.set_index("theme")[years].astype(float)
    figure = style.new_figure(0.3 * len(counts) + 0.7, narrow=0.36 * len(counts) + 0.8)
    axes = figure.subplots()
    signs = counts.map(lambda n: "outside" if np.isnan(n) else f"{n:.0f}" if n else "–")
    _heatmap(axes, counts.fillna(0), signs, cmap=sns.light_palette(style.BLUE, as_cmap=True),
             vmin=0, vmax=2.5 * counts.max().max(),
             annot_kws={"fontsize": 8.5, "color": style.INK})
    axes.set_yticks(np.arange(len(counts)) + 0.5, [
        textwrap.fill(name[:1].upper() + name[1:], 40 if style.is_wide() else 19)
        for name in counts.index], rotation=0)
    return figure


def draw_positions(changes: pd.DataFrame) -> Figure:
    """Each measure's place among all authorities' changes, the furthest in the better direction to
    the right.

    changes: as from recovery.since, with label and unusual; without those that have no place."""
    rows = changes.assign(place=100 * (1 - (changes["rank"] - 1) / (changes["authorities"] - 1)),
                          state=changes["way"].map(WAYS)).reset_index(drop=True)
    figure = style.new_figure(0.24 * len(rows) + 0.9, narrow=0.27 * len(rows) + 1.2)
    axes = figure.subplots()
    axes.axvspan(25, 75, color="#ececea", zorder=0)
    axes.axvline(50, color=style.LINE, linewidth=1, zorder=1)
    sns.scatterplot(x=rows["place"], y=rows.index, hue=rows["state"], palette=FILL, ax=axes, s=130,
                    legend=False, zorder=3, edgecolor="none", clip_on=False)
    for row in rows.itertuples():
        sign = "0" if row.state == "mixed" else SIGN[row.state]
        axes.text(row.place, row.Index, sign, ha="center", va="center", fontsize=9, zorder=4,
                  weight="bold", color=style.INK if row.state == "mixed" else "white")
    odd = rows[rows["unusual"]]
    axes.scatter(odd["place"], odd.index, s=210, facecolor="none", edgecolor=style.INK,
                 linewidth=0.9, zorder=4, clip_on=False)
    axes.set_yticks(rows.index, [f"{row.area_no}. {row.label}" for row in rows.itertuples()])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(-5, 105)
    axes.set_xticks([0, 50, 100], ["other\ndirection", "middle", "better\ndirection"])
    axes.tick_params(length=0)
    axes.set(ylabel="")
    axes.set_xlabel("")
    _below(axes, "+  in the direction that the Department calls better\n"
           "−  in the other    0  no clear change\n"
           "Ring: an unusual value, or a share of an unusual count\n"
           "Grey: the middle half of authorities", 34)
    for side in axes.spines.values():
        side.set_visible(False)
    return figure


def describe_positions(changes: pd.DataFrame) -> str:
    """The alternative text of draw_positions: its counts, and the first and the last place."""
    best = changes.loc[(changes["rank"] / changes["authorities"]).idxmin()]
    last = changes.loc[(changes["rank"] / changes["authorities"]).idxmax()]
    ways = changes["way"].value_counts()
    return (f"A dot for each of {len(changes)} measures: {text.words(int(ways.get(1, 0)))} moved in "
            f"the better direction, {text.words(int(ways.get(-1, 0)))} in the other, "
            f"{text.words(int(ways.get(0, 0)))} show no clear change. "
            f"{best['name']} ranks {best['rank']:.0f} of {best['authorities']:.0f} authorities, 1 "
            f"being furthest in the better direction; {last['name'].lower()} {last['rank']:.0f} of "
            f"{last['authorities']:.0f}.")
