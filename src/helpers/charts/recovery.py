"""The board of areas and visits, the themes of lists, and measures beside all authorities."""

import textwrap

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

# No grade's colour: these are states that we coded, not grades.
FILL = {"improved": "#4d4d4d", "mixed": "#b8b8b8", "shortfall": "#e0b33a",
        "outside the focus": "#ececea", "not known to us": "#ffffff"}
SIGN = {"improved": "+", "mixed": "±", "shortfall": "−", "outside the focus": "·",
        "not known to us": "?"}
# A verdict of the inspection has the colour and sign of the state that is most like it.
LIKE = {"addressed": "improved", "better, more to do": "mixed", "still named": "shortfall",
        "not mentioned": "outside the focus"}
# What prose calls a verdict, where the table's word could be taken for Ofsted's.
SAID = {"addressed": "described without reservation"}
APART = {"fmt": "", "linewidths": 2, "linecolor": "white", "clip_on": False}  # tiles with a text
WAYS = {1: "improved", 0: "mixed", -1: "shortfall"}  # what a change is drawn as


def draw_board(board: pd.DataFrame, visits: pd.DataFrame, outcomes: pd.DataFrame,
               inspected: str) -> Figure:
    """The areas in rows, the visits in columns, a tile for each with its sign; beside it each area's
    parts at the next inspection.

    board: the tidy table; visits: inspection_id and started, in order of time; outcomes: the tidy table,
    empty if no later inspection is on record; inspected: the month of its fieldwork (EDTF). The signs
    carry the states, so colour is not needed; a star marks the council's own account."""
    areas = board.drop_duplicates("area_no").set_index("area_no")["area"]
    later = bool(len(outcomes))
    figure = style.new_figure(0.36 * len(areas) + 1.3, narrow=0.42 * len(areas) + 1.5)
    panels = figure.subplots(1, 1 + later, squeeze=False, width_ratios=[len(visits), 2][:1 + later])[0]
    own = board["voice"].eq("council") & board["state"].isin(recovery.LOOKED)
    months = dict(zip(visits["inspection_id"], visits["started"].map(_month), strict=True))
    seen = board.assign(column=board["inspection_id"].map(list(months).index),
                        sign=board["state"].map(SIGN) + own.map({True: "*", False: ""}))
    _tiles(panels[0], seen, areas)
    panels[0].set_xticks(panels[0].get_xticks(), months.values())
    panels[0].set_title("Monitoring visits", pad=28, fontsize=9)
    if later:
        state = outcomes["verdict"].map(LIKE)
        _tiles(panels[1], outcomes.assign(column=outcomes.groupby("area_no").cumcount(), state=state,
                                          sign=state.map(SIGN)), areas)
        panels[1].set(xticks=[], yticks=[])
        month = _month(inspected).replace("\n", " ")
        panels[1].set_title(f"Inspection,\n{month}", pad=6, fontsize=9)
    _below(panels[0], _key(later), 8)
    return figure


def _tiles(axes: Axes, rows: pd.DataFrame, areas: pd.Series) -> None:
    """The areas in rows, their states as tiles with signs; a place without a state stays empty."""
    table = rows.pivot(index="area_no", columns="column", values=["state", "sign"]).reindex(areas.index)
    codes = table["state"].map({state: code for code, state in enumerate(FILL)}.get).astype(float)
    names = [textwrap.fill(f"{number}. {area}", 46 if style.is_wide() else 21)
             for number, area in areas.items()]
    style.heatmap(axes, codes.set_axis(names), annot=table["sign"].fillna(""), **APART, vmin=-0.5,
                  vmax=len(FILL) - 0.5, cmap=ListedColormap(list(FILL.values())),
                  annot_kws={"fontsize": 10, "weight": "bold"})


def _below(axes: Axes, key: str, points: float) -> None:
    """A key below axes, from the figure's left edge: part of them, so that it moves with them."""
    style.note(axes, key, (0.01, 0), (0, -points), xycoords=("figure fraction", "axes fraction"),
               va="top", linespacing=1.4, annotation_clip=False)


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
            f"{text.count(len(visits), 'visit')}. Some progress is reported on "
            f"{text.words(len(counts['any']))}; on {text.words(len(counts['none']))} we found none.")
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
    signs = counts.map(lambda n: "outside" if np.isnan(n) else f"{n:.0f}" if n else "–")
    names = [textwrap.fill(name[:1].upper() + name[1:], 40 if style.is_wide() else 19)
             for name in counts.index]
    style.heatmap(figure.subplots(), counts.fillna(0).set_axis(names), annot=signs, **APART, vmin=0,
                  vmax=2.5 * counts.max().max(), cmap=sns.light_palette(style.BLUE, as_cmap=True),
                  annot_kws={"fontsize": 8.5, "color": style.INK})
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
        axes.text(row.place, row.Index, "0" if row.state == "mixed" else SIGN[row.state], ha="center",
                  va="center", fontsize=9, zorder=4, weight="bold",
                  color="white" if row.state == "improved" else style.INK)
    unusual = rows[rows["unusual"]]
    axes.scatter(unusual["place"], unusual.index, s=210, facecolor="none", edgecolor=style.INK,
                 linewidth=0.9, zorder=4, clip_on=False)
    axes.set(xlabel="", xlim=(-5, 105), xticks=[0, 50, 100],
             xticklabels=["other\ndirection", "middle", "better\ndirection"],
             ylabel="", ylim=(len(rows) - 0.4, -0.6), yticks=rows.index,
             yticklabels=rows["area_no"].astype(str) + ". " + rows["label"])
    _below(axes, "+  in the direction that the Department calls better\n"
           "−  in the other    0  no clear change\n"
           "Ring: rests on an unusual value or count\n"
           "Grey: the middle half of authorities", 34)
    style.bare(axes)
    return figure


def describe_positions(changes: pd.DataFrame) -> str:
    """The alternative text of draw_positions: its counts, and the first and the last place."""
    better, other, same = (text.words(int((changes["way"] == way).sum())) for way in (1, -1, 0))
    places = changes["rank"] / changes["authorities"]
    best, last = changes.loc[places.idxmin()], changes.loc[places.idxmax()]
    return (f"A dot for each of {len(changes)} measures: {better} moved in the better direction, "
            f"{other} in the other, {same} show no clear change. {best['name']} ranks "
            f"{best['rank']:.0f} of {best['authorities']:.0f} authorities, 1 being furthest in the "
            f"better direction; {last['name'].lower()} {last['rank']:.0f} of "
            f"{last['authorities']:.0f}.")
