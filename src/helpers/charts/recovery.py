"""The board, and grades with series on one axis of time."""


import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers import text
from helpers.analysis import recovery
from helpers.charts import style
from helpers.tables import parse

FILL = {"improved": "#12436d", "mixed": "#8fb3d1", "still weak": "#801650",
        "not looked at": "#f3f2f1", "not known to us": "white"}


INK = {"improved": "white", "mixed": style.INK, "still weak": "white", "not looked at": style.GREY,
       "not known to us": style.GREY}


SIGN = {"improved": "+", "mixed": "±", "still weak": "−", "not looked at": "·",
        "not known to us": "?"}


# A verdict of the inspection has the colour and sign of the state that is most like it.
LIKE = {"addressed": "improved", "better, more to do": "mixed", "still named": "still weak",
        "not mentioned": "not looked at"}


def draw_board(board: pd.DataFrame, visits: pd.DataFrame, outcomes: pd.DataFrame,
               inspected: str) -> Figure:
    """The areas in rows, the visits in columns, a tile for each with its sign; then the inspection.

    board: the tidy table; visits: inspection_id and started, in order of time; outcomes: the tidy
    table, drawn in a last column apart, a tile for each part of an area; empty if no later
    inspection is on record; inspected: the month of its fieldwork (EDTF). The signs, not the
    colours alone, carry the states; a key stands below. A line under the sign marks what is known
    in the council's voice alone.
    """
    names = list(dict.fromkeys(board["area"]))
    numbers = list(board.drop_duplicates("area")["area_no"])
    figure = style.new_figure(0.4 * len(names) + 1.6)
    axes = figure.subplots()
    columns = {name: n for n, name in enumerate(visits["inspection_id"])}
    for row in board.itertuples():
        x, y = columns[row.inspection_id], names.index(row.area)
        _draw_cell(axes, x, y, 1, row.state)
        if row.voice == "council" and row.state in recovery.LOOKED:
            axes.plot([x + 0.36, x + 0.64], [y + 0.82] * 2, color=INK[row.state], linewidth=1.6)
    apart, wide = len(columns) + 0.4, 1.7  # where the inspection's column begins, and its width
    for number, parts in outcomes.groupby("area_no"):
        for n, verdict in enumerate(parts["verdict"]):
            width = wide / len(parts)
            _draw_cell(axes, apart + n * width, numbers.index(number), width, LIKE[verdict])
    axes.set_xlim(0, apart + wide if len(outcomes) else len(columns))
    axes.set_ylim(len(names), 0)
    axes.set_yticks([n + 0.5 for n in range(len(names))],
                    [style.fold(f"{n}. {name}", 26) for n, name in zip(
                        numbers, names, strict=True)], fontsize=7.8)
    ticks = [n + 0.5 for n in range(len(columns))] + [apart + wide / 2] * bool(len(outcomes))
    days = [*visits["started"], *[inspected] * bool(len(outcomes))]
    axes.set_xticks(ticks, [_month(day) for day in days], fontsize=7.4)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    key = "   ".join(f"{SIGN[state]} {state}" for state in recovery.STATES)
    if len(outcomes):
        key = (f"Visits:  {key}\nInspection, each part:  "
               + "   ".join(f"{SIGN[state]} {verdict}" for verdict, state in LIKE.items()))
    figure.supxlabel(key.replace("   · not looked", "\n· not looked").replace(
        "   − still named", "\n− still named"), x=0.02, ha="left", fontsize=8, linespacing=1.4)
    for side in axes.spines.values():
        side.set_visible(False)
    return figure


def _draw_cell(axes: Axes, x: float, y: float, width: float, state: str) -> None:
    """A tile with the sign of a state, its left edge at x, a row high."""
    dashed = state == "not known to us"
    axes.add_patch(Rectangle((x + 0.04, y + 0.05), width - 0.08, 0.9, facecolor=FILL[state],
                             edgecolor=style.GREY if dashed else "none", linestyle="--",
                             linewidth=0.7))
    axes.text(x + width / 2, y + 0.52, SIGN[state], ha="center", va="center", fontsize=12,
              color=INK[state], weight="bold")


def _month(day: str) -> str:
    first, _ = parse.bounds(day)
    return f"{first:%b}\n{first:%Y}"


def describe_board(board: pd.DataFrame, visits: pd.DataFrame, outcomes: pd.DataFrame,
                   inspected: str) -> str:
    """The alternative text of draw_board: each area with what each visit is known to have found;
    what was not looked at or is not known is left out. Then the inspection's verdicts."""
    months = {row.inspection_id: text.spoken_date(row.started) for row in visits.itertuples()}
    parts, silent = [], []
    for area, rows in board.groupby("area", sort=False):
        known = rows[rows["state"].isin(recovery.LOOKED)]
        if known.empty:
            silent.append(str(area).lower())
            continue
        told = "; ".join(
            f"{row.state} at the visit of {months[row.inspection_id]}"
            + (", in the council’s own account" if row.voice == "council" else "")
            for row in known.itertuples())
        parts.append(f"{area}: {told}")
    parts += [f"Nothing is known of {text.listed(silent)}"] if silent else []
    if len(outcomes):
        verdicts = [f"{verdict}: {text.listed(rows['part'].str.lower())}"
                    for verdict, rows in outcomes.groupby("verdict", sort=False)]
        parts.append(f"A last column has the inspection of {text.spoken_date(inspected)}, by parts "
                     f"of the areas. {'; '.join(verdicts).capitalize()}")
    return (f"A grid of {board['area'].nunique()} areas by {len(visits)} visits. "
            + ". ".join(parts) + ".")
