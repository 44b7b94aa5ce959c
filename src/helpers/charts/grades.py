"""The charts of grades: the overall grade over time, and every area's grade in a grid."""

from itertools import groupby

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers import text
from helpers.analysis.grades import ENDED, NONE
from helpers.charts import style
from helpers.tables import parse

FRAMEWORK_MARK = {"SIF": "s", "ILACS": "o"}
OLDER = "older scale"


def draw_history(overall: pd.DataFrame, inspections: pd.DataFrame, older: pd.DataFrame,
                 reaches: str, without: str = "", ended: str = "") -> Figure:
    """The overall grade over time, with inspections and visits without a grade on strips below.

    overall: as from record.overall_grades; inspections: the whole table; older: the judgements on the
    scale before 2013, with published. reaches: the day the record goes up to; without: the day of a
    newer report that gives no overall grade, ended: that on which the authority ended (EDTF, '' for
    none). The line has each grade from its publication to the next and ends at the last; an upright line
    is at the day that ended it. If none did, a dotted line with an open end goes on to the day the
    record reaches. Where there is nothing to show on strips, there are none."""
    ungraded = inspections[inspections["graded"] == "no"]
    strips = [*ungraded["kind"].unique(), *[OLDER] * (not older.empty)]
    heights = [2.9, 0.2 + 0.42 * len(strips)][:1 + bool(strips)]
    figure = style.new_figure(2.9 + 0.42 * len(strips))
    panels = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    axes, lowest = panels[0], panels[-1]
    days, ranks = overall["published"].map(style.day_of), overall["grade_rank"]
    axes.step(days, ranks, where="post", color=style.BLUE, linewidth=2.2, zorder=2)
    _draw_end(axes, ranks.iloc[-1], days.iloc[-1], reaches, without, ended)
    for day, row in zip(days, overall.itertuples(), strict=True):
        low = row.grade_rank == 1 and row.Index > 0  # the line comes down on it from above
        axes.plot([day], [row.grade_rank], marker=FRAMEWORK_MARK[row.framework], markersize=9,
                  color=style.BLUE, markeredgecolor="white", zorder=4)
        style.note(axes, f"{row.published[:4]}\n{row.framework}", (day, row.grade_rank),
                   (-9, 4) if low else (0, 10), ha="right" if low else "center", va="bottom",
                   linespacing=1.1)
    axes.set_yticks([1, 2, 3, 4], [style.fold(grade.capitalize()) for grade in parse.GRADES])
    axes.set_ylim(0.3, 4.2)
    _rule(axes, 1, 2, 3, 4)
    if strips:
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(axis="x", length=0)
        _draw_strips(lowest, strips, ungraded, older)
    lowest.xaxis.set_major_locator(mdates.YearLocator(3))
    lowest.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    shown = [*overall["published"], *older["published"], *inspections["started"]]
    lowest.set_xlim(min(style.day_of(day) for day in shown if day) - 200, style.day_of(reaches) + 200)
    return figure


def _draw_end(axes: Axes, rank: int, last: float, reaches: str, without: str, ended: str) -> None:
    """How the line goes on from the last grade: to an upright one or, dotted, to an open end."""
    remark, _ = _ending(reaches, without, ended)
    if closed := without or ended:
        axes.axvline(style.day_of(closed), color=style.GREY, linewidth=1.2, linestyle=(0, (4, 2)))
        style.note(axes, remark, (style.day_of(closed), 4.1), (-4, 0), ha="right", va="top",
                   linespacing=1.1, bbox=style.BOX)
        return
    end = style.day_of(reaches)
    axes.plot([last, end], [rank, rank], color=style.BLUE, linewidth=1.6, linestyle=":")
    axes.plot([end], [rank], marker=">", markersize=7, color="white", clip_on=False,
              markeredgecolor=style.BLUE, markeredgewidth=1.4, zorder=3)
    style.note(axes, remark, (end, rank), (4, -9), ha="right", va="top", color=style.GREY,
               bbox=style.BOX)


def _ending(reaches: str, without: str, ended: str) -> tuple[str, str]:
    """Where the line ends, as the chart remarks it and as its alternative text does."""
    if without:
        month = text.spoken_date(without[:7])
        return (f"{month}:\nareas graded,\nno overall grade",
                f"ends with that grade; a dashed upright line marks the report of {month}, which gives "
                "none")
    day = text.spoken_date(ended or reaches)
    if ended:
        return f"authority ended\n{day}", f"ends on {day}, with the authority"
    return f"no newer report\nto {day}", f"goes on, dotted, to {day}: no newer report is on record"


def _rule(axes: Axes, *heights: int) -> None:
    for height in heights:
        axes.axhline(height, color=style.PALE, linewidth=0.7, zorder=0)


def describe_history(overall: pd.DataFrame, inspections: pd.DataFrame, older: pd.DataFrame,
                     reaches: str, without: str = "", ended: str = "") -> str:
    """The alternative text of draw_history, from the same arguments."""
    steps = text.listed(overall["grade"] + " from "
                        + overall["published"].str[:7].map(text.spoken_date))
    more = [f"{text.count(len(rows), 'grade')} of {day[:4]} on an older scale"
            for day, rows in older.groupby("published")]
    kinds = inspections.loc[inspections["graded"] == "no", "kind"].value_counts(sort=False)
    if len(kinds):
        counts = text.listed(text.count(int(n), str(kind)) for kind, n in kinds.items())
        more.append(f"{counts} without a grade")
    below = f" Apart, below: {'; '.join(more)}." if more else ""
    _, ending = _ending(reaches, without, ended)
    return f"Overall grade, in steps: {steps}. The line {ending}.{below}"


def _draw_strips(axes: Axes, strips: list[str], ungraded: pd.DataFrame, older: pd.DataFrame) -> None:
    """Inspections and visits without a grade by date of fieldwork, a strip a kind, and the grades
    on the older scale by date of publication."""
    for (kind, started), visits in ungraded.groupby(["kind", "started"]):
        height, (first, last) = strips.index(kind), parse.bounds(started)
        if (last - first).days > 31:  # only known to lie somewhere in between
            ends = mdates.date2num([first, last])
            axes.plot(ends, [height] * 2, color=style.GREY, linewidth=5, alpha=0.45,
                      solid_capstyle="butt")
            style.note(axes, f"{len(visits)}, dates\nnot known", (ends[1], height), (4, 0), ha="left",
                       va="center", color=style.GREY)
        else:
            axes.plot([style.day_of(started)], [height], marker="|", markersize=13,
                      markeredgewidth=2.2, color=style.INK)
    for day, grades in older.groupby("published"):
        place = (style.day_of(day), strips.index(OLDER))
        axes.plot(*place, marker="D", markersize=7, color="white", markeredgecolor=style.INK,
                  markeredgewidth=1.3)
        given = f"{text.count(len(grades), 'grade')}, {text.listed(grades['grade'].unique())}"
        style.note(axes, f"{day[:4]}: {given}", place, (8, 0), bbox=style.BOX, va="center",
                   color=style.GREY)
    axes.set_yticks(range(len(strips)), [style.fold(kind.capitalize()) for kind in strips])
    axes.set_ylim(-0.6, len(strips) - 0.4)
    _rule(axes, *range(len(strips)))
    axes.tick_params(axis="y", length=0)


def draw_grid(moves: pd.DataFrame) -> Figure:
    """The grades of the same areas at some inspections: areas in rows, years in columns.

    moves: as from analysis.grades.moves, a column a year; the overall grade, first there, is drawn
    last. A grade that neighbouring areas shared is one tile; where none is given, the table's words
    are in an empty, dashed one."""
    years = list(moves.filter(regex=r"^\d+$"))
    table = moves.iloc[[*range(1, len(moves)), 0]].set_index("area")
    ranks = table[years].map({grade: n for n, grade in enumerate(parse.GRADES, start=1)}.get)
    figure = style.new_figure(0.5 + 0.52 * len(table),
                              narrow=0.4 + (0.4 if len(years) < 4 else 0.52) * len(table))
    axes = figure.subplots()
    names = [style.fold(name, 12) for name in table.index]
    style.heatmap(axes, ranks.astype(float).set_axis(names), vmin=0.5, vmax=4.5,
                  cmap=ListedColormap(list(style.GRADE_FILL.values())))
    axes.collections[0].set(edgecolor="face", linewidth=0.8)  # no seam within a tile of several cells
    for x, year in enumerate(years):
        axes.axvline(x, color="white", linewidth=3)
        _draw_column(axes, x, table[year].tolist(), table[f"judgement_{year}"].tolist(),
                     narrow=not style.is_wide() and len(years) > 3)
    axes.set_xticks(axes.get_xticks(), years, weight="bold")
    return figure


def _draw_column(axes: Axes, x: int, grades: list[str], judgements: list[str], narrow: bool) -> None:
    """The words of a year's tiles; areas below each other with one judgement share a tile."""
    for _, areas in groupby(range(len(grades)), key=lambda row: judgements[row] or row):
        top, *others = areas
        grade, size = grades[top], 1 + len(others)
        given = grade in parse.GRADES
        words = style.fold(grade.capitalize() if given else grade, 9 if narrow else 12)
        if narrow:  # the word is wider than its tile
            words = words.replace("improvement", "improve-\nment")
        if given:
            axes.hlines(top + size, x, x + 1, color="white", linewidth=3)
        else:
            axes.add_patch(Rectangle((x + 0.04, top + 0.07), 0.92, 0.86, facecolor="none",
                                     edgecolor=style.GREY, linestyle=(0, (3, 2)), linewidth=0.9))
        axes.text(x + 0.5, top + size / 2, words + ("\n(one grade)" if others else ""), ha="center",
                  va="center", color=style.GRADE_INK.get(grade, style.GREY), linespacing=1.1,
                  weight="bold" if given and not narrow else None)


def describe_grid(moves: pd.DataFrame) -> str:
    """The alternative text of draw_grid, from the same table: each year's grades, by area; areas of
    one grade are told as one with the others."""
    told = []
    for year in moves.filter(regex=r"^\d+$"):
        rows = moves[moves[f"judgement_{year}"] != ""]
        shared = rows.groupby([f"judgement_{year}", year], sort=False)["area"].agg(" and ".join)
        given = shared.groupby(level=1, sort=False).agg(", ".join)
        each = [f"{grade} for {names.lower()}" for grade, names in given.items()]
        none = [f"{', '.join(moves.loc[moves[year] == word, 'area']).lower()} {word}"
                for word in (NONE, ENDED) if (moves[year] == word).any()]
        if len(given) == 1:
            joint = [f"; {names.lower()} shared one grade" for names in shared
                     if names not in set(moves["area"])]
            each = [f"{given.index[0]} for all{' that were graded' if none else ''}{''.join(joint)}"]
        told.append(f"{year}: {'; '.join([*each, *none])}")
    return f"A grid of grades. {'. '.join(told)}."
