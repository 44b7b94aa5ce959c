"""The charts of grades."""

from collections.abc import Collection

import matplotlib.dates as mdates
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from helpers import text
from helpers.charts import style
from helpers.tables import parse

FRAMEWORK_MARK = {"SIF": "s", "ILACS": "o"}


def describe_tiles(judgements: pd.DataFrame, areas: pd.DataFrame,
                   without_overall: Collection[str] = ()) -> str:
    """The alternative text of draw_tiles, from the same tables."""
    names = areas.set_index(["area", "framework"])["short_name"]
    parts = []
    for inspection, table in judgements.groupby("inspection_id", sort=False):
        by_grade = [f"{grade} for "
                    f"{text.listed(names[(r.area, r.framework)].lower() for r in rows.itertuples())}"
                    for grade, rows in table.groupby("grade", sort=False)]
        scale = " on the older scale" if table["scale"].iloc[0] == "before 2013" else ""
        by_grade += ["no overall grade"] if inspection in set(without_overall) else []
        parts.append(f"{str(inspection)[:4]}{scale}: {'; '.join(by_grade)}")
    years = judgements.assign(year=judgements["inspection_id"].str[:4]).groupby(
        ["area", "framework"])["year"].agg(["min", "max"])
    told = []
    merged, parted, board = (("care-and-care-leavers", "ILACS"), ("children-in-care", "ILACS"),
                             ("safeguarding-board", "SIF"))
    if merged in years.index and ("looked-after", "SIF") in years.index:
        told.append("looked after, adoption and care leavers merge into one tile in "
                    f"{years.loc[merged, 'min']}")
        if parted in years.index:
            told[-1] += f", which splits in two in {years.loc[parted, 'min']}"
    if board in years.index:
        told.append(f"the safeguarding board’s tile ends in {years.loc[board, 'max']}")
    changes = "; ".join(told)
    return ("One tile for each grade, a column for each inspection. " + ". ".join(parts)
            + "." + (f" {changes[0].upper()}{changes[1:]}." if told else ""))


def draw_history(overall: pd.DataFrame, inspections: pd.DataFrame, older: pd.DataFrame,
                 reaches: str, remark: str, closed: str = "") -> Figure:
    """The overall grade over time, with ungraded contacts on strips of their own below.

    overall: as from record.overall_grades; inspections: the whole table; older: the judgements on
    the scale before 2013; reaches: the day the record goes up to (EDTF); closed: the day of a later
    report without an overall grade, or of the authority's end, '' if there is none. The line holds
    each grade from its publication to the next and ends at the last. If nothing closed it, a dotted
    line with an open end goes on to the day the record reaches; else an upright line stands at that
    day. The remark stands there. Where there is neither an ungraded contact nor an older grade,
    there are no strips.
    """
    alone = older.empty and not (inspections["graded"] == "no").any()
    figure = style.new_figure(3.0 if alone else 4.6)
    top, strips = ([figure.subplots()] * 2 if alone
                   else figure.subplots(2, 1, sharex=True, height_ratios=[3, 2.1]))
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1}  # a line may run behind it
    days = [style.day_of(date) for date in overall["published"]]
    ranks = list(overall["grade_rank"])
    end = style.day_of(reaches)
    top.step(days, ranks, where="post", color=style.BLUE, linewidth=2.2, zorder=2)
    if closed:
        top.axvline(style.day_of(closed), color=style.GREY, linewidth=1.2, linestyle=(0, (4, 2)))
        top.annotate(remark, (style.day_of(closed), 4.1), xytext=(-4, 0), textcoords="offset points",
                     ha="right", va="top", color=style.INK, linespacing=1.1)
    else:
        top.plot([days[-1], end], [ranks[-1]] * 2, color=style.BLUE, linewidth=1.6, linestyle=":")
        top.plot([end], [ranks[-1]], marker=">", markersize=7, color="white",
                 markeredgecolor=style.BLUE, markeredgewidth=1.4, clip_on=False, zorder=3)
        top.annotate(remark, (end, ranks[-1]), xytext=(4, -9), textcoords="offset points",
                     ha="right", va="top", color=style.GREY, bbox=box if alone else None)
    for day, row in zip(days, overall.itertuples(), strict=True):
        top.plot([day], [row.grade_rank], marker=FRAMEWORK_MARK[row.framework], markersize=9,
                 color=style.BLUE, markeredgecolor="white", zorder=4)
        low = row.grade_rank == 1 and row.Index > 0
        top.annotate(f"{row.published[:4]}\n{row.framework}", (day, row.grade_rank),
                     xytext=(0, 10) if not low else (-9, 4), textcoords="offset points",
                     ha="center" if not low else "right", va="bottom", linespacing=1.1)
    top.set_yticks([1, 2, 3, 4], ["Inadequate", "Requires\nimprovement", "Good", "Outstanding"])
    top.set_ylim(0.15, 4.2)
    for rank in range(1, 5):
        top.axhline(rank, color=style.PALE, linewidth=0.7, zorder=0)
    top.spines["bottom"].set_visible(False)
    top.tick_params(axis="x", length=0)
    if not alone:
        _draw_strips(strips, inspections, older)
    strips.xaxis.set_major_locator(mdates.YearLocator(3))
    strips.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    begins = min(style.day_of(date) for date in [*older["published"], *inspections["started"],
                                         overall["published"].iloc[0]] if date)
    strips.set_xlim(begins - 200, end + 200)
    return figure


def _draw_strips(axes: Axes, inspections: pd.DataFrame, older: pd.DataFrame) -> None:
    """Older grades and ungraded contacts, a strip for each kind, by date of fieldwork."""
    rows = ["monitoring visit", "focused visit", "joint targeted inspection", "older scale"]
    labels = ["Monitoring\nvisits", "Focused\nvisits", "Joint\ninspection", "Older\nscale"]
    for kind, table in inspections[inspections["graded"] == "no"].groupby("kind"):
        height = rows.index(str(kind))
        for started, visits in table.groupby("started"):
            first, last = parse.bounds(str(started))
            if (last - first).days > 31:  # only known to lie somewhere in between
                ends = mdates.date2num([first, last])
                axes.plot(ends, [height] * 2, color=style.GREY, linewidth=5,
                          solid_capstyle="butt", alpha=0.45)
                axes.annotate(f"{len(visits)}, dates\nnot known", (ends[1], height), ha="left",
                              xytext=(4, 0), textcoords="offset points", va="center",
                              color=style.GREY, fontsize=8)
            else:
                axes.plot([style.day_of(str(started))], [height], marker="|", markersize=13,
                          markeredgewidth=2.2, color=style.INK)
    for day, grades in older.groupby("published"):
        axes.plot([style.day_of(str(day))], [3], marker="D", markersize=7, color="white",
                  markeredgecolor=style.INK, markeredgewidth=1.3)
        given = " and ".join(sorted(set(grades["grade"])))
        axes.annotate(f"{len(grades)} services, {'both ' if len(grades) == 2 else ''}{given}",
                      (style.day_of(str(day)), 3), xytext=(8, 0), textcoords="offset points",
                      va="center", color=style.GREY, fontsize=8,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})
    axes.set_yticks(range(4), labels)
    axes.set_ylim(-0.6, 3.6)
    for height in range(4):
        axes.axhline(height, color=style.PALE, linewidth=0.7, zorder=0)
    axes.tick_params(axis="y", length=0)


# Where each area stands in the tile chart: its upper edge and its height, in rows.
TILES = {
    ("overall", "SIF"): (0, 1), ("overall", "ILACS"): (0, 1),
    ("leadership", "SIF"): (1, 1), ("leadership", "ILACS"): (1, 1),
    ("safeguarding", "SLAC"): (0.5, 1.5),
    ("help-and-protection", "SIF"): (2, 1), ("help-and-protection", "ILACS"): (2, 1),
    ("looked-after-services", "SLAC"): (2.5, 1.5),
    ("looked-after", "SIF"): (3, 1), ("adoption", "SIF"): (4, 1), ("care-leavers", "SIF"): (5, 1),
    ("care-and-care-leavers", "ILACS"): (3, 3),
    ("children-in-care", "ILACS"): (3, 1.5), ("care-leavers", "ILACS"): (4.5, 1.5),
    ("safeguarding-board", "SIF"): (6, 1),
}


def draw_steps(axes: Axes, overall: pd.DataFrame, inspections: pd.DataFrame, reaches: str,
               remark: str, closed: str = "") -> None:
    """The overall grade as a line of steps, with ungraded contacts as ticks below: the small form
    of draw_history, for a panel of a larger chart. Arguments as there."""
    days, ranks = [style.day_of(date) for date in overall["published"]], list(overall["grade_rank"])
    end = style.day_of(reaches)
    axes.step(days, ranks, where="post", color=style.BLUE, linewidth=2.2)
    if closed:
        axes.annotate(remark, (style.day_of(closed), 4.1), xytext=(-3, 0), textcoords="offset points",
                      ha="right", va="top", fontsize=7.8, color=style.INK, linespacing=1.05,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})
    else:
        axes.plot([days[-1], end], [ranks[-1]] * 2, color=style.BLUE, linewidth=1.5, linestyle=":")
    axes.plot(days, ranks, linewidth=0, marker="o", markersize=6, color=style.BLUE)
    for visit in inspections[inspections["graded"] == "no"].itertuples():
        first, last = parse.bounds(visit.started)
        if (last - first).days > 31:  # only known to lie somewhere in between
            axes.plot(mdates.date2num([first, last]), [0.15] * 2, color=style.PALE, linewidth=5,
                      solid_capstyle="butt", zorder=1)
        else:
            axes.plot([style.day_of(visit.started)], [0.15], marker="|", markersize=9, color=style.INK,
                      markeredgewidth=1.5)
    for rank in range(1, 5):
        axes.axhline(rank, color=style.PALE, linewidth=0.7, zorder=0)
    axes.set_yticks([0.15, 1, 2, 3, 4], ["Visits, no grade", "Inadequate", "Requires impr.", "Good",
                                         "Outstanding"], fontsize=7.8)
    axes.set_ylim(-0.3, 4.2)
    axes.set_title("Overall grade", loc="left", fontsize=8.5)
    axes.tick_params(axis="both", length=0)


def year_axis(axes: Axes, overall: pd.DataFrame, inspections: pd.DataFrame, reaches: str) -> None:
    """An axis of time from the first contact to the day the record reaches, with room for labels
    at its end."""
    begins = min(style.day_of(date) for date in [*overall["published"], *inspections["started"]])
    axes.xaxis.set_major_locator(mdates.YearLocator(3))
    axes.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    axes.set_xlim(begins - 200, style.day_of(reaches) + 400)


def draw_tiles(judgements: pd.DataFrame, areas: pd.DataFrame,
               without_overall: Collection[str] = ()) -> Figure:
    """Every grade by inspection (columns) and area (tiles), with splits and merges as heights.

    judgements: the tidy table; areas: for the short names; without_overall: the inspections that
    gave no overall grade, whose tile for it says so. Grades on the scale before 2013 are
    outlined, not filled, and stand apart, in no row. Raises KeyError for an area that has no place
    in TILES.
    """
    names = areas.set_index(["area", "framework"])["short_name"]
    inspections = list(dict.fromkeys(judgements["inspection_id"]))
    older = set(judgements.loc[judgements["scale"] == "before 2013", "inspection_id"])
    gap = 0.22 if older else 0
    left = {name: n + (0 if name in older else gap) for n, name in enumerate(inspections)}
    places = [TILES[key] for key in zip(judgements["area"], judgements["framework"], strict=True)]
    bottom = max(above + height for above, height in places)
    figure = style.new_figure(0.45 + 0.71 * bottom)
    axes = figure.subplots()
    if older:
        axes.axvline(len(older) + gap / 2, color=style.GREY, linewidth=0.8, linestyle=":")
    for row in judgements.itertuples():
        column = left[row.inspection_id]
        above, height = TILES[(row.area, row.framework)]
        old = row.scale == "before 2013"
        axes.add_patch(FancyBboxPatch(
            (column + 0.04, above + 0.05), 0.92, height - 0.1, boxstyle="round,pad=0,"
            "rounding_size=0.05", facecolor="white" if old else style.GRADE_FILL[row.grade],
            edgecolor=style.GREY if old else "none", linestyle="--" if old else "-"))
        ink = style.INK if old else style.GRADE_INK[row.grade]
        name = style.fold(names[(row.area, row.framework)])
        grade = style.fold(row.grade.capitalize())
        middle = above + height / 2
        axes.text(column + 0.5, middle - 0.03, name, ha="center", va="bottom", color=ink,
                  fontsize=7.6, linespacing=1.05)
        axes.text(column + 0.5, middle + 0.03, grade, ha="center", va="top", color=ink,
                  fontsize=7.6, linespacing=1.05, weight="bold" if len(inspections) < 5 else None)
    for inspection in without_overall:
        column = left[inspection]
        axes.add_patch(FancyBboxPatch(
            (column + 0.04, 0.05), 0.92, 0.9, boxstyle="round,pad=0,rounding_size=0.05",
            facecolor="white", edgecolor=style.GREY, linestyle=":"))
        axes.text(column + 0.5, 0.5, "Overall\nno longer\ngiven", ha="center", va="center",
                  color=style.INK, fontsize=7.6, linespacing=1.05)
    frameworks = judgements.drop_duplicates("inspection_id").set_index("inspection_id")["framework"]
    axes.set_xlim(0, len(inspections) + gap)
    axes.set_ylim(bottom, 0)
    axes.set_xticks([left[name] + 0.5 for name in inspections],
                    [f"{name[:4]}\n" + frameworks[name].replace("SLAC", "older scale")
                     for name in inspections])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(False)
    return figure


def draw_grid(moves: pd.DataFrame) -> Figure:
    """The grades of the same areas at some inspections: areas in rows, years in columns.

    moves: as from analysis.grades.moves, a column a year; the overall grade, first there, is drawn
    last. A grade that two areas shared is one tile; where none is given, an empty one says so."""
    years = [column for column in moves.columns if column.isdigit()]
    table = moves.set_index("area")
    table = table.loc[[*table.index[1:], table.index[0]]]
    ranks = table[years].map(lambda grade: parse.GRADES.index(grade) + 1
                             if grade in parse.GRADES else float("nan"))
    figure = style.new_figure(0.5 + 0.52 * len(table), narrow=0.45 + 0.5 * len(table))
    axes = figure.subplots()
    sns.heatmap(ranks, ax=axes, cmap=ListedColormap(list(style.GRADE_FILL.values())), vmin=0.5,
                vmax=4.5, cbar=False, linewidths=3, linecolor="white")
    for x, year in enumerate(years):
        ids = list(table[f"judgement_{year}"])
        for y, grade in enumerate(table[year]):
            given = grade in parse.GRADES
            if given and y and ids[y] == ids[y - 1]:
                continue  # its words are in the tile that it continues
            two = given and ids[y] in ids[y + 1:y + 2]
            if two:  # one grade for two areas: no gap between its tiles
                axes.plot([x + 0.03, x + 0.97], [y + 1] * 2, color=style.GRADE_FILL[grade],
                          linewidth=5, solid_capstyle="butt", zorder=3)
            words = style.fold(grade.capitalize() if given else grade, 12)
            axes.text(x + 0.5, y + (1 if two else 0.5), words + ("\n(one grade)" if two else ""),
                      ha="center", va="center", zorder=4, linespacing=1.1,
                      color=style.GRADE_INK.get(grade, style.GREY),
                      weight="bold" if given else "normal")
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.set(xlabel="", ylabel="")
    axes.set_xticks([n + 0.5 for n in range(len(years))], years, weight="bold")
    axes.set_yticks([n + 0.5 for n in range(len(table))],
                    [style.fold(name, 16) for name in table.index], rotation=0)
    return figure


def describe_grid(moves: pd.DataFrame) -> str:
    """The alternative text of draw_grid, from the same table: each area's grades in order."""
    years = [column for column in moves.columns if column.isdigit()]
    told = [f"{row['area']}: " + ", ".join(f"{row[year]} in {year}" for year in years)
            for row in moves.to_dict("records")]
    return f"A grid of grades. {'; '.join(told)}."
