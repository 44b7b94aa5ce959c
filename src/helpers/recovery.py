"""What came back, what visits are known to have found, and what the numbers say of it."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers import children, grades, look, oddities, parse, show

WEAK = ("weakness", "mixed", "deteriorated")
STATES = ("improved", "mixed", "still weak", "not looked at", "not known to us")
LOOKED = STATES[:3]
# What the next report says of a part of an area; the codebook says where each begins and ends.
VERDICTS = ("addressed", "better, more to do", "still named", "not mentioned")


def listed_items(findings: pd.DataFrame, lists: pd.DataFrame) -> pd.DataFrame:
    """The weaknesses and areas for improvement that the documents list: rows of findings at the
    places that lists.csv names, with the document's year."""
    parts = []
    for row in lists.itertuples():
        own = findings[(findings["source_id"] == row.source_id) & findings["direction"].isin(WEAK)]
        there = own["locator"].map(lambda place, row=row: bool(re.fullmatch(row.places, place)))
        parts.append(own[there].assign(year=str(row.year)))
    return pd.concat(parts, ignore_index=True)


def themes(findings: pd.DataFrame, lists: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """Themes by documents: how often each theme is listed, None where the scope left it out.

    Columns: theme, one for each document's year, listed_in (documents that list it) and covered
    (documents whose scope covered it).
    """
    items = listed_items(findings, lists)
    counted = items.groupby(["theme", "year"]).size()
    rows = []
    for theme in order:
        row: dict[str, object] = {"theme": theme}
        for document in lists.itertuples():
            left_out = theme in document.not_covered.split(";")
            year = str(document.year)
            row[year] = None if left_out else int(counted.get((theme, year), 0))
        known = [row[year] for year in lists["year"].astype(str) if row[year] is not None]
        row |= {"listed_in": sum(bool(n) for n in known), "covered": len(known)}
        rows.append(row)
    return pd.DataFrame(rows)


def linked(table: pd.DataFrame, findings: pd.DataFrame, lists: pd.DataFrame) -> pd.DataFrame:
    """The table from themes with each count as a link to its first row, for show.table."""
    items = listed_items(findings, lists).drop_duplicates(["theme", "year"]).set_index(
        ["theme", "year"])["finding_id"]
    shown = table.copy().astype(object)
    for year in lists["year"].astype(str):
        cells = []
        for theme, count in zip(table["theme"], table[year], strict=True):
            if count is None or pd.isna(count):
                cells.append(Markup("outside its scope"))
            elif not count:
                cells.append(Markup("none"))
            else:
                words = grades.count(int(count), "item")
                cells.append(Markup('<a href="{}sources.html#{}" aria-label="{}">{}</a>').format(
                    show.PAGES, show.anchor(items[theme, year]),
                    f"{words}, {theme}, {year}", words))
        shown[year] = cells
    every = (table["listed_in"] == table["covered"]).map({True: "every time", False: ""})
    return shown.assign(often=every.where(every != "", [
        {0: "never", 1: "once"}.get(n, f"{grades.words(n)} times") for n in table["listed_in"]]))


def every_time(table: pd.DataFrame) -> list[str]:
    """The themes listed in every document whose scope covered them."""
    return list(table.loc[table["listed_in"] == table["covered"], "theme"])


def again(table: pd.DataFrame, before: str, after: str) -> tuple[list[str], list[str]]:
    """Of the themes that one document lists, those that another lists too, and those it does not.
    Themes outside the scope of either are left out."""
    both = table[table[before].notna() & table[after].notna()]
    listed = both[both[before] > 0]
    return list(listed.loc[listed[after] > 0, "theme"]), list(
        listed.loc[listed[after] == 0, "theme"])


def board_counts(board: pd.DataFrame, order: Sequence[str]) -> dict[str, list[str]]:
    """What the board adds up to: the areas with any evidence of improvement, each area known by
    its state at the last look, and those of which nothing is known.

    order: the visits in time. Keys: any, the three states of LOOKED, none; values: names of areas.
    """
    found: dict[str, list[str]] = {"any": [], **{state: [] for state in LOOKED}, "none": []}
    for area, rows in board.groupby("area", sort=False):
        states = list(rows.set_index("inspection_id")["state"][list(order)])
        known = [state for state in states if state in LOOKED]
        if {"improved", "mixed"} & set(known):
            found["any"].append(str(area))
        if not known:
            found["none"].append(str(area))
        else:
            found[known[-1]].append(str(area))
    return found


def verdict_counts(outcomes: pd.DataFrame) -> dict[str, int]:
    """How many parts of the areas have each of VERDICTS."""
    counts = outcomes["verdict"].value_counts()
    return {verdict: int(counts.get(verdict, 0)) for verdict in VERDICTS}


def last_look(counts: dict[str, list[str]]) -> str:
    """The states at the last look of areas with any improvement: 'two improved and five mixed'."""
    seen = {state: len(set(counts[state]) & set(counts["any"])) for state in LOOKED}
    return grades.listed(f"{grades.words(n)} {state}" for state, n in seen.items() if n)


FILL = {"improved": "#12436d", "mixed": "#8fb3d1", "still weak": "#801650",
        "not looked at": "#f3f2f1", "not known to us": "white"}
INK = {"improved": "white", "mixed": look.INK, "still weak": "white", "not looked at": look.GREY,
       "not known to us": look.GREY}
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
    figure = look.new_figure(0.4 * len(names) + 1.6)
    axes = figure.subplots()
    columns = {name: n for n, name in enumerate(visits["inspection_id"])}
    for row in board.itertuples():
        x, y = columns[row.inspection_id], names.index(row.area)
        _draw_cell(axes, x, y, 1, row.state)
        if row.voice == "council" and row.state in LOOKED:
            axes.plot([x + 0.36, x + 0.64], [y + 0.82] * 2, color=INK[row.state], linewidth=1.6)
    apart, wide = len(columns) + 0.4, 1.7  # where the inspection's column begins, and its width
    for number, parts in outcomes.groupby("area_no"):
        for n, verdict in enumerate(parts["verdict"]):
            width = wide / len(parts)
            _draw_cell(axes, apart + n * width, numbers.index(number), width, LIKE[verdict])
    axes.set_xlim(0, apart + wide if len(outcomes) else len(columns))
    axes.set_ylim(len(names), 0)
    axes.set_yticks([n + 0.5 for n in range(len(names))],
                    [grades.fold(f"{n}. {name}", 26) for n, name in zip(
                        numbers, names, strict=True)], fontsize=7.8)
    ticks = [n + 0.5 for n in range(len(columns))] + [apart + wide / 2] * bool(len(outcomes))
    days = [*visits["started"], *[inspected] * bool(len(outcomes))]
    axes.set_xticks(ticks, [_month(day) for day in days], fontsize=7.4)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    key = "   ".join(f"{SIGN[state]} {state}" for state in STATES)
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
                             edgecolor=look.GREY if dashed else "none", linestyle="--",
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
    months = {row.inspection_id: parse.spoken_date(row.started) for row in visits.itertuples()}
    parts, silent = [], []
    for area, rows in board.groupby("area", sort=False):
        known = rows[rows["state"].isin(LOOKED)]
        if known.empty:
            silent.append(str(area).lower())
            continue
        told = "; ".join(
            f"{row.state} at the visit of {months[row.inspection_id]}"
            + (", in the council’s own account" if row.voice == "council" else "")
            for row in known.itertuples())
        parts.append(f"{area}: {told}")
    parts += [f"Nothing is known of {grades.listed(silent)}"] if silent else []
    if len(outcomes):
        told = [f"{verdict}: {grades.listed(rows['part'].str.lower())}"
                for verdict, rows in outcomes.groupby("verdict", sort=False)]
        parts.append(f"A last column has the inspection of {parse.spoken_date(inspected)}, by parts "
                     f"of the areas. {'; '.join(told).capitalize()}")
    return (f"A grid of {board['area'].nunique()} areas by {len(visits)} visits. "
            + ". ".join(parts) + ".")


def gaps(statistics: pd.DataFrame, areas: pd.DataFrame, measures: pd.DataFrame,
         changes: pd.DataFrame, fall: Sequence[pd.Series], back: int = 0) -> pd.DataFrame:
    """The measures that bear on the areas for improvement, at the values that bracket the two
    inspections of the fall and now, or as many years back.

    changes: official_changes; fall: the two rows of inspections. Columns: area_no, measure, name, unit, better (higher or lower); then
    for each column of values authority and England; way: better, worse or unclear, from the last
    value before the later inspection of the fall to now, by the usual movement of all authorities over the
    same years; gap_before and gap_now: the authority's value less England's at those two, as text,
    '' where one is missing; odd: the odd years among those used, with the measure that one has it
    from, 'none' if none is; now_year: the year of now. Values are numbers, missing where the series
    does not reach.
    """
    moments = {row["inspection_id"][:4]: row["started"] for row in fall}
    known = measures.set_index("measure")
    rows = []
    for about in measures[measures["bears_on"] != ""].itertuples():
        table = children.series(statistics, areas, about.measure).set_index("year")
        row: dict[str, object] = {"area_no": int(about.bears_on), "measure": about.measure,
                                  "name": about.name, "unit": about.unit,
                                  "better": about.polarity_used}
        used = []
        for name, day in moments.items():
            for when, year in zip(("before", "after"), bracket(table, day), strict=True):
                row |= _pair(table, year, f"{name}_{when}")
                used.append(year)
        now = int(table["value"].dropna().index.max()) - back
        row |= _pair(table, now, "now")
        start = used[-2]
        row["way"] = _way(table, changes, about, start, now)
        row["gap_before"], row["gap_now"] = (
            _signed(round(pair["gap"] - pair["gap_england"], 1))
            for pair in (_pair(table, year, "gap") for year in (start, now)))
        odd = oddities.odd_years(statistics, known.loc[about.measure])
        told = [str(year) + _of(odd[year], known["label"])
                for year in sorted({*used, now} & set(odd))]
        rows.append(row | {"odd": ", ".join(told) or "none", "now_year": str(now)})
    return pd.DataFrame(rows).sort_values(["area_no", "measure"], kind="stable").reset_index(
        drop=True)


def _of(part: str, label: pd.Series) -> str:
    """What a share has an odd year from: ' (referrals before)', or '' for a flag of its own."""
    name, *before = part.split(" ")
    return f" ({' '.join([label[name].lower(), *before])})" if part else ""


def _signed(gap: float) -> str:
    if np.isnan(gap):
        return ""
    return f"{gap:+.10g}".replace("-", "−") if abs(gap) >= 0.05 else "0"


def bracket(table: pd.DataFrame, day: str) -> tuple[int, int]:
    """The last year whose middle lies before a day, and the next; table by year, with period.

    The middle, because a year that ends a week after an inspection lies almost wholly before it.
    Where the table begins after the day, both are years that it would have had.
    """
    middles = {int(year): grades.day_of(period) for year, period in table["period"].items()}
    before = [year for year, middle in middles.items() if middle < grades.day_of(day)]
    first = min(middles)
    early = int((middles[first] - grades.day_of(day)) // 365.25) + 1  # years before the first
    last = max(before, default=first - early)
    return last, last + 1


def _pair(table: pd.DataFrame, year: int, name: str) -> dict[str, float]:
    there = year in table.index
    return {name: float(table.loc[year, "value"]) if there else np.nan,
            f"{name}_england": float(table.loc[year, "england"]) if there else np.nan}


def _way(table: pd.DataFrame, changes: pd.DataFrame, about: Any, start: int, now: int) -> str:
    """better, worse or unclear: the movement from one year to another beside the usual one. No
    movement is unclear, and so is one over no year."""
    a, b = (table["value"].get(year, np.nan) for year in (start, now))
    if np.isnan(a) or np.isnan(b) or start >= now:
        return "unclear"
    moved = float(b - a if oddities.is_percentage(about.unit) else np.log(b / a))
    if not moved or abs(moved) < oddities.usual_change(changes, about.measure, start, now):
        return "unclear"
    return "better" if (moved > 0) == (about.polarity_used == "higher") else "worse"


def draw_story(overall: pd.DataFrame, inspections: pd.DataFrame, tables: Sequence[pd.DataFrame],
               labels: Sequence[str], reaches: str, remark: str, closed: str = "") -> Figure:
    """Grades, visits and a few series on one axis of time.

    overall: as from record.overall_grades; tables: as from children.series; labels: what each is
    called; reaches, remark and closed: as in grades.draw_history. Legible in black and white: the
    authority is a thick line, England a dashed one.
    """
    figure = look.new_figure(2.3 + 1.05 * len(tables))
    panels = figure.subplots(len(tables) + 1, 1, sharex=True,
                             height_ratios=[1.75, *[1] * len(tables)])
    grades.draw_steps(panels[0], overall, inspections, reaches, remark, closed)
    days = [grades.day_of(date) for date in inspections.loc[
        (inspections["kind"] == "full inspection") & ~inspections["started"].str.contains("/"),
        "started"]]
    for axes, table, label in zip(panels[1:], tables, labels, strict=True):
        middles = [grades.day_of(period) for period in table["period"]]
        axes.plot(middles, table["england"], color=look.INK, linewidth=1.1, linestyle=(0, (4, 2)))
        axes.plot(middles, table["value"], color=look.BLUE, linewidth=2, marker=".", markersize=4)
        odd = table[table["flag"] != ""]
        axes.plot([middles[n] for n in odd.index], odd["value"], color="white", linewidth=0,
                  marker="o", markersize=5, markeredgecolor=look.BLUE, zorder=5)
        for column, colour in (("value", look.BLUE), ("england", look.INK)):
            axes.annotate(show.number(float(table[column].iloc[-1])),
                          (middles[-1], table[column].iloc[-1]), xytext=(4, 0),
                          textcoords="offset points", va="center", fontsize=8, color=colour)
        axes.set_title(label, loc="left", fontsize=8.5)
        axes.set_ylim(0, max(table["value"].max(), table["england"].max()) * 1.15)
        axes.locator_params(axis="y", nbins=3)
        axes.tick_params(labelsize=8, length=2)
    for axes in panels:
        for day in days:
            axes.axvline(day, color=look.LINE, linewidth=1, zorder=0)
    grades.year_axis(panels[-1], overall, inspections, reaches)
    return figure


def describe_story(overall: pd.DataFrame, inspections: pd.DataFrame,
                   tables: Sequence[pd.DataFrame], labels: Sequence[str], end: str) -> str:
    """The alternative text of draw_story; end: the sentence on how the grades' line ends."""
    steps = "; ".join(f"{row.grade} from {parse.spoken_date(row.published)}"
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
        odd = grades.listed(str(year) for year in known.loc[known["flag"] != "", "year"])
        parts.append(f"{label}: " + "; ".join(
            f"{show.number(value)} in {year}{marks.get(year, '')}"
            for year, value in sorted(seen.items()))
            + f" (England {show.number(known['england'].iloc[-1])}); unusual years: {odd}")
    visits = inspections[inspections["graded"] == "no"]["started"]
    vague = visits.map(lambda day: (parse.bounds(day)[1] - parse.bounds(day)[0]).days > 31)
    return (f"One axis of time. At the top the overall grade: {steps}. {end} Below it, "
            f"{grades.count(int((~vague).sum()), 'tick')} for visits without a grade and a band for "
            f"{grades.words(int(vague.sum()))} whose dates are not known. Grey upright lines mark "
            f"the full inspections. Then {'. '.join(parts)}.")
