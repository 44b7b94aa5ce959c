"""The board, and grades with series on one axis of time."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers import text
from helpers.analysis import recovery
from helpers.charts import grades as grade_charts
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


def draw_story(overall: pd.DataFrame, inspections: pd.DataFrame, tables: Sequence[pd.DataFrame],
               labels: Sequence[str], reaches: str, remark: str, closed: str = "") -> Figure:
    """Grades, visits and a few series on one axis of time.

    overall: as from record.overall_grades; tables: as from series.series; labels: what each is
    called; reaches, remark and closed: as in grade_charts.draw_history. Legible in black and white: the
    authority is a thick line, England a dashed one.
    """
    figure = style.new_figure(2.3 + 1.05 * len(tables))
    panels = figure.subplots(len(tables) + 1, 1, sharex=True,
                             height_ratios=[1.75, *[1] * len(tables)])
    grade_charts.draw_steps(panels[0], overall, inspections, reaches, remark, closed)
    days = [style.day_of(date) for date in inspections.loc[
        (inspections["kind"] == "full inspection") & ~inspections["started"].str.contains("/"),
        "started"]]
    for axes, table, label in zip(panels[1:], tables, labels, strict=True):
        middles = [style.day_of(period) for period in table["period"]]
        axes.plot(middles, table["england"], color=style.INK, linewidth=1.1, linestyle=(0, (4, 2)))
        axes.plot(middles, table["value"], color=style.BLUE, linewidth=2, marker=".", markersize=4)
        odd = table[table["flag"] != ""]
        axes.plot([middles[n] for n in odd.index], odd["value"], color="white", linewidth=0,
                  marker="o", markersize=5, markeredgecolor=style.BLUE, zorder=5)
        for column, colour in (("value", style.BLUE), ("england", style.INK)):
            axes.annotate(text.number(float(table[column].iloc[-1])),
                          (middles[-1], table[column].iloc[-1]), xytext=(4, 0),
                          textcoords="offset points", va="center", fontsize=8, color=colour)
        axes.set_title(label, loc="left", fontsize=8.5)
        axes.set_ylim(0, max(table["value"].max(), table["england"].max()) * 1.15)
        axes.locator_params(axis="y", nbins=3)
        axes.tick_params(labelsize=8, length=2)
    for axes in panels:
        for day in days:
            axes.axvline(day, color=style.LINE, linewidth=1, zorder=0)
    grade_charts.year_axis(panels[-1], overall, inspections, reaches)
    return figure


def describe_story(overall: pd.DataFrame, inspections: pd.DataFrame,
                   tables: Sequence[pd.DataFrame], labels: Sequence[str], end: str) -> str:
    """The alternative text of draw_story; end: the sentence on how the grades' line ends."""
    steps = "; ".join(f"{row.grade} from {text.spoken_date(row.published)}"
                      for row in overall.itertuples())
    parts = []
    for table, label in zip(tables, labels, strict=True):
        begins = int(overall["published"].iloc[0][:4]) - 1  # about where the axis does
        known = table[table["year"] >= begins].dropna(subset="value")
        last = overall["published"].iloc[-1][:4]
        at = [row for row in known.itertuples() if str(row.year) == last] or [known.iloc[-1]]
        low, high = (known.loc[known["value"].agg(which)] for which in ("idxmin", "idxmax"))
        seen = {int(year): value for year, value in (
            (known["year"].iloc[0], known["value"].iloc[0]), (low["year"], low["value"]),
            (high["year"], high["value"]), (at[0].year, at[0].value),
            (known["year"].iloc[-1], known["value"].iloc[-1]))}
        marks = {int(low["year"]): ", the lowest shown", int(high["year"]): ", the highest shown"}
        odd = text.listed(str(year) for year in known.loc[known["flag"] != "", "year"])
        parts.append(f"{label}: " + "; ".join(
            f"{text.number(value)} in {year}{marks.get(year, '')}"
            for year, value in sorted(seen.items()))
            + f" (England {text.number(known['england'].iloc[-1])}); unusual years: {odd}")
    visits = inspections[inspections["graded"] == "no"]["started"]
    vague = visits.map(lambda day: (parse.bounds(day)[1] - parse.bounds(day)[0]).days > 31)
    return (f"One axis of time. At the top the overall grade: {steps}. {end} Below it, "
            f"{text.count(int((~vague).sum()), 'tick')} for visits without a grade and a band for "
            f"{text.words(int(vague.sum()))} whose dates are not known. Grey upright lines mark "
            f"the full inspections. Then {'. '.join(parts)}.")
