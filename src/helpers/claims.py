"""What was said about quantity, held against what was counted: a verdict by rule.

The rule is the same whoever speaks. A claim of change
is held against the change of its series between two years; a claim of a high or low level against
England in the same year; a claim of most or fewer than half against half. A change or difference
counts from MINIMUM on, and weighs fully from the usual movement on: half the distance between the
quartiles of all authorities' yearly changes, or of their levels.
"""

import re
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from helpers import children, look, oddities, show

MINIMUM = {"logs": 2.0, "points": 1.0}  # per cent for counts and rates, points for percentages

UPWARDS = ("rise", "high", "most")  # directions that a positive movement bears out

VERDICTS = ("supports", "partly supports", "no clear change", "points the other way",
            "not testable")
COLUMNS = ["claim_id", "kind", "series", "proxy", "from_period", "to_period", "from_value",
           "to_value", "change", "unit", "towards", "usual", "verdict", "without_odd",
           "second_periods", "second_change", "second", "ofsted_agrees", "ofsted_row", "why"]


def verdict(moved: float, direction: str, minimum: float, usual: float, capped: bool) -> str:
    """The verdict on one movement or difference.

    moved: its size, up being positive; direction: rise, high or most, else the opposite; minimum
    and usual: in the same unit; capped: a proxy, or the speaker's own figures, support at most in
    part and never point the other way. Raises ValueError for a movement that is not a number.

    >>> verdict(12.0, "rise", minimum=2, usual=5, capped=False)
    'supports'
    >>> verdict(12.0, "fall", minimum=2, usual=5, capped=False)
    'points the other way'
    """
    if np.isnan(moved):
        raise ValueError("a movement that is not known has no verdict")
    towards = moved if direction in UPWARDS else -moved
    if abs(towards) < minimum:
        return "no clear change"
    if towards > 0:
        return "supports" if towards >= usual and not capped else "partly supports"
    return "points the other way" if -towards >= usual and not capped else "no clear change"


def audit(tests: pd.DataFrame, statistics: pd.DataFrame, distribution: pd.DataFrame,
          areas: pd.DataFrame, measures: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Every claim's test, one row each, in the order of `tests`.

    tests: claim_id, kind (change, level, share, figures change, figures level, figures share,
    none), series, direction, from_year, to_year, second_from, second_to, cap, ofsted_agrees,
    ofsted_row, note: which series bears on the claim, and how. The others are tidy tables.
    Columns: COLUMNS. The verdict of a change that ends or begins on an odd value is lowered to
    partly supports where it does not hold without.
    """
    about = measures.set_index("measure")
    known = {name: children.series(statistics, areas, name)
             for name in set(tests["series"]) if name in about.index}
    spread = distribution.set_index(["measure", "year"])
    rows = []
    for test in tests.to_dict("records"):
        row = dict.fromkeys(COLUMNS, "") | {
            "claim_id": test["claim_id"], "kind": test["kind"], "series": test["series"],
            "proxy": test["cap"], "ofsted_agrees": test["ofsted_agrees"],
            "ofsted_row": test["ofsted_row"], "verdict": "not testable", "why": test["note"]}
        if test["kind"].startswith("figures"):
            row |= _of_figures(test, figures.set_index("figure_id"))
        elif test["kind"] != "none":
            row |= _of_series(test, known[test["series"]], about.loc[test["series"]], spread)
        if row["change"] != "":
            up = test["direction"] in UPWARDS
            row["towards"] = "yes" if row["change"] and (row["change"] > 0) == up else "no"
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_series(test: dict[str, Any], table: pd.DataFrame, about: pd.Series,
               spread: pd.DataFrame) -> dict[str, Any]:
    points = oddities.is_percentage(about["unit"])
    by_year = table.set_index("year")
    first = _measured(test, by_year, points, test["from_year"], test["to_year"])
    if first is None:
        return {"why": f"{test['note']}; no value for a year that the claim needs"}
    usual = _usual(test, about.name, points, spread)
    capped, minimum = test["cap"] != "", MINIMUM["points" if points else "logs"]
    found: dict[str, Any] = {
        "from_period": first["from_period"], "to_period": first["to_period"],
        "from_value": first["from"], "to_value": first["to"], "change": first["moved"],
        "unit": "points" if points else "%", "usual": round(usual, 1),
        "verdict": verdict(first["moved"], test["direction"], minimum, usual, capped)}
    found["without_odd"] = _without_odd(test, by_year, points, minimum, usual, capped)
    if found["verdict"] == "supports" and found["without_odd"] not in ("", "supports"):
        found["verdict"] = "partly supports"
    if test["second_to"]:
        second = _measured(test, by_year, points, test["second_from"], test["second_to"])
        if second is not None:
            found |= {"second_periods": second["periods"], "second_change": second["moved"],
                      "second": verdict(second["moved"], test["direction"], minimum, usual,
                                        capped)}
    return found


def _measured(test: dict[str, Any], by_year: pd.DataFrame, points: bool, from_year: str,
              to_year: str) -> dict[str, Any] | None:
    """The two values compared and how far apart they are; None if one is missing."""
    end = by_year["value"].get(int(to_year), np.nan)
    if test["kind"] == "change":
        start = by_year["value"].get(int(from_year), np.nan)
        periods = [by_year["period"].get(int(year), "") for year in (from_year, to_year)]
        spoken = f"{from_year} to {to_year}"
    else:
        start = 50.0 if test["kind"] == "share" else by_year["england"].get(int(to_year), np.nan)
        periods = [by_year["period"].get(int(to_year), "")] * 2
        spoken = str(to_year)
    if np.isnan(start) or np.isnan(end):
        return None
    moved = end - start if points else 100 * (end / start - 1)
    return {"from": start, "to": end, "moved": round(float(moved), 1),
            "from_period": periods[0], "to_period": periods[1], "periods": spoken}


def _usual(test: dict[str, Any], measure: str, points: bool, spread: pd.DataFrame) -> float:
    """Half the distance between the quartiles, in per cent or points: of yearly changes, averaged
    over the years of a change; of levels for a level; none for a share."""
    if test["kind"] == "share":
        return 0.0
    if test["kind"] == "level":
        years = spread.loc[measure].index  # an older definition has no distribution: the nearest
        row = spread.loc[(measure, min(years, key=lambda y: abs(int(y) - int(test["to_year"]))))]
        half = (row["q3"] - row["q1"]) / 2
        return float(half if points else 100 * half / row["d5"])
    years = range(int(test["from_year"]) + 1, int(test["to_year"]) + 1)
    rows = spread.loc[[(measure, year) for year in years]]
    half = float(((rows["change_q3"] - rows["change_q1"]) / 2).mean())
    return half if points else float(100 * np.expm1(half))


def _without_odd(test: dict[str, Any], by_year: pd.DataFrame, points: bool, minimum: float,
                 usual: float, capped: bool) -> str:
    """The verdict when odd years give way to the nearest year further out; '' if none is odd."""
    if test["kind"] != "change":
        odd = by_year["flag"].get(int(test["to_year"]), "")
        return "rests on an odd value" if odd else ""
    ends = [int(test["from_year"]), int(test["to_year"])]
    moved_out = list(ends)
    for n, step in ((0, -1), (1, 1)):
        while by_year["flag"].get(moved_out[n], ""):
            moved_out[n] += step
    if moved_out == ends:
        return ""
    found = _measured(test, by_year, points, str(moved_out[0]), str(moved_out[1]))
    if found is None:
        return "rests on an odd value"
    return verdict(found["moved"], test["direction"], minimum, usual, capped)


def _of_figures(test: dict[str, Any], figures: pd.DataFrame) -> dict[str, Any]:
    """A claim held against figures that its own document prints."""
    names = test["series"].split(";")
    last = figures.loc[names[-1]]
    points = last["unit"] == "per cent" or test["kind"] == "figures share"
    if test["kind"] == "figures share":
        start, end = 50.0, 100 * last["value"] / last["out_of"]
    else:
        start, end = figures.loc[names[0], "value"], last["value"]
    moved = round(float(end - start if points else 100 * (end / start - 1)), 1)
    stands = last["as_at"] or last["period"]
    return {"from_period": figures.loc[names[0], "as_at"] or figures.loc[names[0], "period"],
            "to_period": stands, "from_value": start, "to_value": end, "change": moved,
            "unit": "points" if points else "%", "verdict": verdict(
                moved, test["direction"], MINIMUM["points" if points else "logs"], 0.0,
                test["cap"] != "")}


def sentence(row: Any, label: str) -> str:
    """What was compared and what came of it, in words, for a row of the audit; label: the name of
    its series."""
    if row.verdict == "not testable":
        return f"Not testable: {row.why}."
    size = show.number(abs(row.change)) + ("%" if row.unit == "%" else " points")
    if row.kind.endswith("change"):
        what = f"{label} {'rose' if row.change > 0 else 'fell'} by {size}" if row.change else (
            f"{label} did not move")
    else:
        side = "above" if row.change > 0 else "below"
        beside = {"level": "England’s", "share": "half", "figures share": "half"}.get(
            row.kind, "what the document sets it beside")
        what = f"{label} stood {size} {side} {beside}"
    cap = {"proxy": "A proxy: ", "own figures": "The speaker’s own figures: "}.get(row.proxy, "")
    why = f"{cap}{row.why}."
    return f"{what[:1].upper()}{what[1:]}. {why[:1].upper()}{why[1:]}"


def counts(table: pd.DataFrame, column: str = "verdict") -> dict[str, int]:
    """How many claims have each verdict, in the order of VERDICTS."""
    found = table[column].value_counts()
    return {name: int(found.get(name, 0)) for name in VERDICTS}


SPEAKERS = {"Ofsted report": "Ofsted’s own reports", "Ofsted as reported": "Ofsted, as reported",
            "council": "The council", "councillor": "A councillor",
            "internal report": "The council’s internal report", "journalist": "A journalist"}
# Dark to light, so that they differ in black and white; each has its own mark as well.
COLOURS = {"supports": "#12436d", "partly supports": "#44688c", "no clear change": "#6b6b6b",
           "points the other way": "#b4305c"}
MARKS = {"supports": "o", "partly supports": "D", "no clear change": "s",
         "points the other way": "X"}
FARTHEST = 3.5  # usual movements; a dot further out stands there with an arrow


def distinct(table: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """The testable claims, one row for each speaker and test, in the order of a chart.

    table: the audit; claims: the tidy table. Columns: those of the audit, voice, direction of the
    series, summary of the first such claim, alike (how many claims share the test) and steps: how
    far the series moved towards the claim, in usual movements (NaN without one).
    """
    rows = table[table["verdict"] != "not testable"].merge(
        claims[["claim_id", "voice", "summary"]], on="claim_id", validate="1:1")
    key = ["voice", "kind", "series", "from_period", "to_period", "verdict"]
    rows["alike"] = rows.groupby(key)["claim_id"].transform("count")
    rows = rows.drop_duplicates(key)
    size = rows["change"].abs() / rows["usual"].where(rows["usual"] > 0)
    rows["steps"] = size.where(rows["towards"] == "yes", -size)
    voices, verdicts = list(SPEAKERS), list(VERDICTS)
    return rows.sort_values(["voice", "verdict"], kind="stable", key=lambda c: c.map(
        (voices if c.name == "voice" else verdicts).index)).reset_index(drop=True)


def draw(rows: pd.DataFrame) -> Figure:
    """Claims in rows under their speakers: what was said, what was measured, the verdict in words
    and as mark and colour, and how far the series moved towards the claim. rows: from distinct."""
    heights, y = [], 0.0
    for n, row in enumerate(rows.itertuples()):
        y += 1.0 if n and row.voice != rows["voice"].iloc[n - 1] else 0.0
        heights.append(y)
        y += 1.0
    figure = look.new_figure(0.335 * (y + 1.9))
    axes = figure.subplots()
    axes.set_ylim(y - 0.2, -1.6)
    axes.set_xlim(-13.2, FARTHEST + 0.7)
    for height, row in zip(heights, rows.itertuples(), strict=True):
        if height == 0 or height - 1 not in heights:
            axes.text(-13.2, height - 0.62, SPEAKERS[row.voice], weight="bold", fontsize=8.5,
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
            axes.plot([place], [height], marker=MARKS[row.verdict], color=COLOURS[row.verdict],
                      markersize=6)
            if place != row.steps:
                axes.annotate("›" if place > 0 else "‹", (place, height), xytext=(
                    6 if place > 0 else -6, 0), textcoords="offset points", va="center",
                    ha="center", fontsize=9)
    for place, style in ((0, "-"), (-1, ":"), (1, ":")):
        axes.plot([place, place], [-0.7, y - 0.5], color=look.GREY, linewidth=0.7, linestyle=style,
                  zorder=0)
    axes.text(-0.15, -0.8, "away", ha="right", va="bottom", fontsize=7.6, color=look.GREY)
    axes.text(0.15, -0.8, "towards the claim", ha="left", va="bottom", fontsize=7.6,
              color=look.GREY)
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
        parts.append(f"{SPEAKERS[str(voice)]}. " + ". ".join(
            part[:1].upper() + part[1:] for part in by_verdict))
    return "Claims in rows, grouped by who spoke. " + ". ".join(parts) + "."
