"""The charts of grades: the overall grade over time, and every area's grade in a grid."""

import matplotlib.dates as mdates
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers import text
from helpers.analysis.grades import ENDED
from helpers.charts import style
from helpers.tables import parse

FRAMEWORK_MARK = {"SIF": "s", "ILACS": "o"}
OLDER = "older scale"
BOX = {"facecolor": "white", "edgecolor": "none", "pad": 1}  # a line may run behind words


def draw_history(overall: pd.DataFrame, inspections: pd.DataFrame, older: pd.DataFrame,
                 reaches: str, without: str = "", ended: str = "") -> Figure:
    """The overall grade over time, with inspections and visits without a grade on strips below.

    overall: as from record.overall_grades; inspections: the whole table; older: the judgements on
    the scale before 2013, with published. reaches: the day the record goes up to; without: the day
    of a newer report that gives no overall grade, ended: that on which the authority ended (EDTF,
    '' for none). The line has each grade from its publication to the next and ends at the last; an
    upright line is at the day that ended it. If none did, a dotted line with an open end goes on to
    the day the record reaches. Where there is nothing to show on strips, there are none.
    """
    ungraded = inspections[inspections["graded"] == "no"]
    strips = [*dict.fromkeys(ungraded["kind"]), *[OLDER] * (not older.empty)]
    figure = style.new_figure(2.9 + 0.42 * len(strips))
    axes = figure.subplots(1 + bool(strips), 1, sharex=True, squeeze=False,
                           height_ratios=[2.9, 0.2 + 0.42 * len(strips)][:1 + bool(strips)])[:, 0]
    days, ranks = [style.day_of(date) for date in overall["published"]], list(overall["grade_rank"])
    end, closed = style.day_of(reaches), without or ended
    axes[0].step(days, ranks, where="post", color=style.BLUE, linewidth=2.2, zorder=2)
    remark = _remark(reaches, without, ended)
    if closed:
        axes[0].axvline(style.day_of(closed), color=style.GREY, linewidth=1.2, linestyle=(0, (4, 2)))
        axes[0].annotate(remark, (style.day_of(closed), 4.1), xytext=(-4, 0), ha="right", va="top",
                         textcoords="offset points", linespacing=1.1, bbox=BOX)
    else:
        axes[0].plot([days[-1], end], [ranks[-1]] * 2, color=style.BLUE, linewidth=1.6, linestyle=":")
        axes[0].plot([end], [ranks[-1]], marker=">", markersize=7, color="white", clip_on=False,
                     markeredgecolor=style.BLUE, markeredgewidth=1.4, zorder=3)
        axes[0].annotate(remark, (end, ranks[-1]), xytext=(4, -9), ha="right", va="top",
                         textcoords="offset points", color=style.GREY, bbox=BOX)
    for day, row in zip(days, overall.itertuples(), strict=True):
        low = row.grade_rank == 1 and row.Index > 0  # the line comes down on it from above
        axes[0].plot([day], [row.grade_rank], marker=FRAMEWORK_MARK[row.framework], markersize=9,
                     color=style.BLUE, markeredgecolor="white", zorder=4)
        axes[0].annotate(f"{row.published[:4]}\n{row.framework}", (day, row.grade_rank),
                         xytext=(-9, 4) if low else (0, 10), textcoords="offset points",
                         ha="right" if low else "center", va="bottom", linespacing=1.1)
    axes[0].set_yticks([1, 2, 3, 4], [style.fold(grade.capitalize()) for grade in parse.GRADES])
    axes[0].set_ylim(0.3, 4.2)
    _rules(axes[0], range(1, 5))
    if strips:
        axes[0].spines["bottom"].set_visible(False)
        axes[0].tick_params(axis="x", length=0)
        _draw_strips(axes[1], strips, ungraded, older)
    axes[-1].xaxis.set_major_locator(mdates.YearLocator(3))
    axes[-1].xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    begins = min(style.day_of(date) for date in [*older["published"], *inspections["started"],
                                                 overall["published"].iloc[0]] if date)
    axes[-1].set_xlim(begins - 200, end + 200)
    return figure


def describe_history(overall: pd.DataFrame, inspections: pd.DataFrame, older: pd.DataFrame,
                     reaches: str, without: str = "", ended: str = "") -> str:
    """The alternative text of draw_history, from the same arguments."""
    steps = text.listed(f"{row.grade} from {_month(row.published)}" for row in overall.itertuples())
    if without:
        end = f"ends there: the report of {_month(without)} gives no overall grade"
    elif ended:
        end = f"ends on {text.spoken_date(ended)}, with the authority"
    else:
        end = f"goes on, dotted, to {text.spoken_date(reaches)}: no newer report is on record"
    more = [f"{text.count(len(older), 'grade')} of {older['published'].iloc[0][:4]} on an older "
            "scale"] if len(older) else []
    kinds = inspections[inspections["graded"] == "no"].groupby("kind", sort=False).size()
    more += [f"{text.listed(text.count(int(n), str(kind)) for kind, n in kinds.items())} "
             "without a grade"] if len(kinds) else []
    below = f" Apart, below: {'; '.join(more)}." if more else ""
    return f"Overall grade, in steps: {steps}. The line {end}.{below}"


def _month(day: str) -> str:
    return text.spoken_date(day[:7])


def _remark(reaches: str, without: str, ended: str) -> str:
    if without:
        return f"{_month(without)}:\nareas graded,\nno overall grade"
    return (f"authority ended\n{text.spoken_date(ended)}" if ended
            else f"no newer report\nto {text.spoken_date(reaches)}")


def _rules(axes: Axes, heights: range) -> None:
    for height in heights:
        axes.axhline(height, color=style.PALE, linewidth=0.7, zorder=0)


def _draw_strips(axes: Axes, strips: list[str], ungraded: pd.DataFrame, older: pd.DataFrame) -> None:
    """Inspections and visits without a grade by date of fieldwork, a strip a kind, and the grades
    on the older scale by date of publication."""
    for (kind, started), visits in ungraded.groupby(["kind", "started"]):
        height, (first, last) = strips.index(str(kind)), parse.bounds(str(started))
        if (last - first).days > 31:  # only known to lie somewhere in between
            ends = mdates.date2num([first, last])
            axes.plot(ends, [height] * 2, color=style.GREY, linewidth=5, alpha=0.45,
                      solid_capstyle="butt")
            axes.annotate(f"{len(visits)}, dates\nnot known", (ends[1], height), xytext=(4, 0),
                          textcoords="offset points", ha="left", va="center", color=style.GREY)
        else:
            axes.plot([style.day_of(str(started))], [height], marker="|", markersize=13,
                      markeredgewidth=2.2, color=style.INK)
    for day, grades in older.groupby("published"):
        axes.plot([style.day_of(str(day))], [strips.index(OLDER)], marker="D", markersize=7,
                  color="white", markeredgecolor=style.INK, markeredgewidth=1.3)
        given = text.listed(dict.fromkeys(grades["grade"]))
        axes.annotate(f"{str(day)[:4]}: {text.count(len(grades), 'grade')}, {given}",
                      (style.day_of(str(day)), strips.index(OLDER)), xytext=(8, 0), bbox=BOX,
                      textcoords="offset points", va="center", color=style.GREY)
    axes.set_yticks(range(len(strips)), [style.fold(kind.capitalize()) for kind in strips])
    axes.set_ylim(-0.6, len(strips) - 0.4)
    _rules(axes, range(len(strips)))
    axes.tick_params(axis="y", length=0)


def draw_grid(moves: pd.DataFrame) -> Figure:
    """The grades of the same areas at some inspections: areas in rows, years in columns.

    moves: as from analysis.grades.moves, a column a year; the overall grade, first there, is drawn
    last. A grade that neighbouring areas shared is one tile; where none is given, the table's words
    are in an empty, dashed one."""
    years = [column for column in moves.columns if column.isdigit()]
    table = moves.iloc[[*range(1, len(moves)), 0]].set_index("area")
    ranks = table[years].map(lambda grade: parse.GRADES.index(grade) + 1
                             if grade in parse.GRADES else float("nan"))
    figure = style.new_figure(0.5 + 0.52 * len(table), narrow=0.45 + 0.56 * len(table))
    axes = figure.subplots()
    sns.heatmap(ranks, ax=axes, cmap=ListedColormap(list(style.GRADE_FILL.values())), vmin=0.5,
                vmax=4.5, cbar=False)
    axes.collections[0].set(edgecolor="face", linewidth=0.8)  # no seam within a tile of several cells
    for x, year in enumerate(years):
        axes.axvline(x, color="white", linewidth=3)
        _draw_column(axes, x, table[year].tolist(), table[f"judgement_{year}"].tolist(),
                     narrow=not style.is_wide() and len(years) > 3)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.set(xlabel="", ylabel="")
    axes.set_xticks([n + 0.5 for n in range(len(years))], years, weight="bold")
    axes.set_yticks([n + 0.5 for n in range(len(table))],
                    [style.fold(name, 12) for name in table.index], rotation=0)
    return figure


def _draw_column(axes: Axes, x: int, grades: list[str], judgements: list[str], narrow: bool) -> None:
    top = 0
    while top < len(grades):
        grade, size = grades[top], 1
        while judgements[top] and judgements[top:top + size + 1] == [judgements[top]] * (size + 1):
            size += 1
        words = style.fold(grade.capitalize() if grade in parse.GRADES else grade,
                           9 if narrow else 12)
        if narrow:  # the word is wider than its tile
            words = words.replace("improvement", "improve-\nment")
        if grade in parse.GRADES:
            axes.hlines(top + size, x, x + 1, color="white", linewidth=3)
        else:
            axes.add_patch(Rectangle((x + 0.04, top + 0.07), 0.92, 0.86, facecolor="none",
                                     edgecolor=style.GREY, linestyle=(0, (3, 2)), linewidth=0.9))
        axes.text(x + 0.5, top + size / 2, words + ("\n(one grade)" if size > 1 else ""),
                  ha="center", va="center", color=style.GRADE_INK.get(grade, style.GREY),
                  linespacing=1.1, weight="bold" if grade in parse.GRADES and not narrow else None)
        top += size


def describe_grid(moves: pd.DataFrame) -> str:
    """The alternative text of draw_grid, from the same table: each year's grades, by area."""
    told = []
    for year in [column for column in moves.columns if column.isdigit()]:
        given = moves[moves[f"judgement_{year}"] != ""].groupby(year, sort=False)["area"].agg(list)
        each = [f"{grade} for {', '.join(names).lower()}" for grade, names in given.items()]
        every = [f"{given.index[0]} for all"] if len(given) == 1 else each
        ended = moves.loc[moves[year] == ENDED, "area"].str.lower() + f" {ENDED}"
        told.append(f"{year}: {'; '.join([*every, *ended])}")
    return f"A grid of grades. {'. '.join(told)}."
