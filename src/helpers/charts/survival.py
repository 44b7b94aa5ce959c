"""The charts of all authorities' inspections, and what they show in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from helpers import text
from helpers.analysis import survival
from helpers.charts import style
from helpers.tables import parse

FILL = style.GRADE_FILL | {survival.UNGRADED: "white", survival.WAITING: "white"}
INK = style.GRADE_INK | {survival.UNGRADED: style.INK, survival.WAITING: style.INK}
HATCH = {survival.UNGRADED: "----", survival.WAITING: "////"}
STACK = (*survival.OUTCOMES, survival.WAITING)


def draw_mix(mix: pd.DataFrame, place: Sequence[str], authority: str) -> Figure:
    """A column a day, its parts the outcomes of all authorities on it; the part that the
    authority is in is outlined. mix: as from survival.mix; place: the authority's outcome on each
    day."""
    figure = style.new_figure(3.7)
    axes = figure.subplots()
    for n, (row, own) in enumerate(zip(mix.to_dict("records"), place, strict=True)):
        bottom = 0.0
        for name in STACK:
            part = 100 * row[name] / row["authorities"]
            if part:
                axes.bar(n, part, 0.86, bottom, color=FILL[name], hatch=HATCH.get(name),
                         edgecolor=style.GREY if name in HATCH else "white", linewidth=0.6)
                if part > 3:
                    axes.text(n, bottom + part / 2, str(row[name]), ha="center", va="center",
                              color=INK[name], fontsize=7.6)
            if name == own:
                axes.add_patch(Rectangle((n - 0.43, bottom), 0.86, part, fill=False, zorder=5,
                                         edgecolor="black", linewidth=2.2))
            if n == len(mix) - 1 and part > 3:
                axes.text(n + 0.6, bottom + part / 2, name.capitalize().replace(" ", "\n"),
                          va="center", fontsize=8, linespacing=1.05)
            bottom += part
    axes.set_xticks(range(len(mix)), [f"’{day[2:4]}" for day in mix["day"]])
    axes.set_yticks([0, 50, 100], ["0", "50%", "100%"])
    axes.set_ylim(0, 100)
    axes.set_xlim(-0.6, len(mix) - 0.4)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0)
    outlined = Patch(facecolor="white", edgecolor="black", linewidth=2,
                     label=f"Outlined: {authority}")
    handles = [outlined] if set(place) - {""} else []
    handles += [Patch(facecolor="white", edgecolor=style.GREY, hatch=HATCH[name],
                      label=name.capitalize()) for name in HATCH if mix[name].any()]
    figure.legend(handles=handles, loc="outside upper left", ncols=2, frameon=False, fontsize=8,
                  borderaxespad=0)
    return figure


def describe_mix(mix: pd.DataFrame, place: Sequence[str], authority: str) -> str:
    """The alternative text of draw_mix: each outcome's first and last count."""
    parts = []
    for name in STACK:
        if mix[name].any():
            first, last = mix.iloc[0], mix.iloc[-1]
            parts.append(f"{name} {first[name]} of {first['authorities']} in {first['day'][:4]}, "
                         f"{last[name]} of {last['authorities']} in {last['day'][:4]}")
    years: dict[str, list[str]] = {name: [] for name in place}
    for day, name in zip(mix["day"], place, strict=True):
        years[name].append(day[:4])
    own = [f"{name or 'not there yet'} in {text.listed(when)}"
           for name, when in years.items()]
    return (f"{text.count(len(mix), 'column').capitalize()}, one for each day, of authorities by what "
            f"their newest full inspection gave: {'; '.join(parts)}. {authority}: "
            f"{'; '.join(own)}.")


def draw_transitions(counts: pd.DataFrame) -> Figure:
    """What followed each grade: a bar a grade, its parts the next inspection's grades, then those
    not inspected again. counts: as from survival.transitions."""
    pairs = list(dict.fromkeys(counts["pair"]))
    figure = style.new_figure(0.95 + 0.27 * len(counts) + 0.42 * len(pairs))
    blocks = figure.subplots(len(pairs), 1, sharex=True, squeeze=False, height_ratios=[
        (counts["pair"] == pair).sum() for pair in pairs])[:, 0]
    for axes, pair in zip(blocks, pairs, strict=True):
        rows = counts[counts["pair"] == pair].reset_index(drop=True)
        for row in rows.to_dict("records"):
            _bar(axes, list(rows["outcome"]).index(row["outcome"]), row)
        axes.set_yticks(rows.index, [name.capitalize() for name in rows["outcome"]])
        axes.set_ylim(len(rows) - 0.45, -0.55)
        axes.set_title(f"Given under {pair.replace(' to ', ', next under ')}", loc="left",
                       fontsize=8.5, weight="bold")
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.tick_params(length=0)
    blocks[-1].set_xlabel("Grades given, by what the next full inspection gave", fontsize=8)
    names = [*parse.GRADES, survival.UNGRADED]
    handles = [Patch(facecolor=FILL[name], hatch=HATCH.get(name), edgecolor=style.GREY,
                     linewidth=0.5, label=name.capitalize()) for name in names
               if counts[name].any()]
    handles += [Patch(facecolor="white", hatch="////", edgecolor=style.GREY, linewidth=0.5,
                      label="Not yet inspected again"),
                Patch(facecolor="white", hatch="xxxx", edgecolor=style.GREY, linewidth=0.5,
                      label="Authority abolished first")]
    figure.legend(handles=handles, loc="outside upper left", ncols=2, frameon=False, fontsize=8,
                  borderaxespad=0, columnspacing=1.2)
    return figure


def _bar(axes: Axes, height: int, row: Mapping[str, int]) -> None:
    left = 0
    for name in (*survival.OUTCOMES, "open", "abolished"):
        hatch = {"open": "////", "abolished": "xxxx"}.get(name, HATCH.get(name, ""))
        if row[name]:
            axes.barh(height, row[name], 0.8, left, color=FILL.get(name, "white"), hatch=hatch,
                      edgecolor=style.GREY if hatch else "white", linewidth=0.6)
        if row[name] >= 7:
            axes.text(left + row[name] / 2, height, str(row[name]), ha="center", va="center",
                      fontsize=7.6, color=INK.get(name, style.INK),
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 1} if hatch else None)
        left += row[name]


def _spelt_out(keys: Iterable[str]) -> str:
    """What the frameworks among some keys are called, as an alternative text says it once."""
    return "; ".join(f"{key}, {name}" for key, name in survival.FRAMEWORKS.items() if key in keys)


def describe_transitions(counts: pd.DataFrame) -> str:
    """The alternative text of draw_transitions: every count."""
    parts = []
    for pair, rows in counts.groupby("pair", sort=False):
        said = []
        for row in rows.to_dict("records"):
            after = [f"{row[name]} {name}" for name in survival.OUTCOMES if row[name]]
            after += [f"{row['open']} not yet inspected again"] if row["open"] else []
            after += [f"{row['abolished']} abolished first"] if row["abolished"] else []
            said.append(f"after {row['outcome']}: {', '.join(after)}")
        parts.append(f"{pair}, {'; '.join(said)}")
    names = _spelt_out({*counts["framework"], *counts["next_framework"]})
    return (f"Bars of what the next full inspection gave, by framework ({names}). "
            f"{'. '.join(parts)}.")


def how_it_ended(own: Mapping[str, Any], authority: str, reaches: str) -> str:
    """What became of a grade, in a sentence, with the years that it lasted. own: a row of
    spells; reaches: the day that the record reaches."""
    years = f"{own['days'] / survival.YEAR:.1f} years"
    start = (f"{authority}’s {own['outcome']} grade, from the report of "
             f"{text.spoken_date(own['published'])},")
    day = text.spoken_date(own["next_published"])
    if own["end"] == "open":
        return (f"{start} had lasted {years} on {text.spoken_date(reaches)}, and no newer full "
                "inspection is on record.")
    if own["end"] == "abolished":
        return f"{start} lasted {years}, until the authority ended on {day}."
    return (f"{start} lasted {years}: the next full inspection, with its report of {day}, gave "
            f"{own['next_outcome']}.")


# How a curve is drawn: colour, width, dashes, shade of its band.
LINES: dict[str, tuple[str, float, object, str]] = {
    "SIF": (style.INK, 1.5, (0, (4, 2)), "#c9c9c9"),
    "ILACS": (style.BLUE, 2.2, "-", "#9dbbd6"),
    survival.LATER: (style.BLUE, 1.3, (0, (1, 1.2)), "")}


def draw_standing(curves: Mapping[str, pd.DataFrame], risks: Mapping[str, Sequence[int]],
                  own: float, plan: tuple[float, float], authority: str,
                  over: bool = False) -> Figure:
    """How long an inadequate grade lasts: a curve for each framework with its band, that of a
    part of one (survival.LATER) without, as far as survival.firm goes; below, how many were still
    counted.

    curves: as from survival.kaplan_meier; risks: at 0, 1, 2 … years; own: the authority's years, so
    far unless they are over; plan: a span of years that was spoken of.
    """
    figure = style.new_figure(4.5)
    years = len(next(iter(risks.values())))
    axes, below = figure.subplots(2, 1, sharex=True, height_ratios=[3.4, 0.9])
    for name, whole in curves.items():
        colour, width, dashes, shade = LINES[name]
        curve = survival.firm(whole)
        days = [0, *(curve["days"] / survival.YEAR)]
        if shade:
            axes.fill_between(days, [1, *curve["low"].fillna(0)], [1, *curve["high"].ffill()],
                              step="post", color=shade, alpha=0.55, linewidth=0)
        axes.step(days, [1, *curve["share"]], where="post", color=colour, linewidth=width,
                  linestyle=dashes, label=name)
    axes.axvline(own, color="black", linewidth=1)
    axes.text(own - 0.12, 1.06, f"{authority}, {own:.1f} years{'' if over else ' so far'}",
              ha="right", va="bottom", fontsize=8)
    axes.annotate("", (plan[0], 1.04), (plan[1], 1.04), annotation_clip=False,
                  arrowprops={"arrowstyle": "|-|,widthA=.25,widthB=.25", "color": style.GREY,
                              "shrinkA": 0, "shrinkB": 0})
    span = f"“{text.words(int(plan[0]))} to {text.words(int(plan[1]))} year” plan"
    axes.text(plan[1] + 0.35, 1.06, span,
              ha="right", va="bottom", fontsize=8, color=style.GREY)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1], ["0", "50%", "100%"])
    axes.axhline(0.5, color=style.PALE, linewidth=0.7, zorder=0)
    axes.legend(frameon=False, fontsize=8, loc="lower left", borderaxespad=0.3)
    axes.set_xlim(-0.2, years - 0.6)
    _numbers(below, risks)
    below.set_xlabel("Years from the report on an inadequate grade", fontsize=8)
    return figure


def _numbers(axes: Axes, risks: Mapping[str, Sequence[int]]) -> None:
    """A line of numbers a framework, at 0, 1, 2 … years: the grades still counted then."""
    for height, numbers in enumerate(risks.values()):
        for year, number in enumerate(numbers):
            axes.text(year, height, str(number), ha="center", va="center", fontsize=8)
    axes.set_ylim(len(risks) - 0.5, -0.5)
    axes.set_yticks(range(len(risks)), [name.replace("after ", "after\n") for name in risks])
    axes.set_title("Grades still counted", loc="left", fontsize=8)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0)


def _told(risks: Mapping[str, Sequence[int]]) -> str:
    """The lines of _numbers in an alternative text."""
    return "Below, the grades still counted at each whole year from the report on: " + "; ".join(
        f"{name} {', '.join(map(str, numbers))}" for name, numbers in risks.items()) + "."


def describe_standing(curves: Mapping[str, pd.DataFrame], risks: Mapping[str, Sequence[int]],
                      own: float, plan: tuple[float, float], authority: str) -> str:
    """The alternative text of draw_standing."""
    parts = []
    for name, curve in curves.items():
        half = survival.median(curve)
        at = survival.still(curve, own * survival.YEAR)["share"]
        ends = max(survival.firm(curve)["days"], default=0) / survival.YEAR
        fell = ("fewer than half have ended" if pd.isna(half.median) else
                f"half had ended after {half.median:.1f} years")
        low, high = ("not reached" if pd.isna(end) else f"{end:.1f}" for end in half[1:3])
        parts.append(f"{name}: of {risks[name][0]} grades, {fell} ({low} to {high}), and "
                     f"{100 * at:.0f}% had not at {own:.1f} years; drawn to {ends:.1f} years")
    return (f"Falling step curves of the share of inadequate grades not yet followed by another "
            f"full inspection, by years from the report and by framework ({_spelt_out(curves)}), "
            f"each as far as {text.words(survival.FEWEST)} or more are counted. {'; '.join(parts)}. "
            f"An upright line at {own:.1f} years marks {authority}, a bracket above "
            f"{plan[0]:g} to {plan[1]:g} years. "
            + _told(risks))


NEXT_FILL = dict(zip(survival.NEXT, (style.GRADE_FILL["good"], style.GRADE_FILL["inadequate"],
                                    "white"), strict=True))


def draw_incidence(tables: Mapping[str, pd.DataFrame], risks: Mapping[str, Sequence[int]]
                   ) -> Figure:
    """What had come next after each length of time, as stacked shares, as far as survival.firm
    goes; a panel a framework; below, how many grades were still counted. tables: as from
    survival.incidence; risks: at 0, 1, 2 … years."""
    figure = style.new_figure(1.75 * len(tables) + 1.1)
    *panels, below = figure.subplots(len(tables) + 1, 1, sharex=True,
                                     height_ratios=[1.75] * len(tables) + [0.5])
    for axes, (name, whole) in zip(panels, tables.items(), strict=True):
        table = survival.firm(whole)
        days = [0, *(table["days"] / survival.YEAR)]  # the last ends the chart, before its step
        bottom = [0.0] * len(days)
        for kind in survival.NEXT:
            held = [0.0, *table[kind].iloc[:-1]]
            held = [*held, held[-1]][:len(days)]  # none at all where too few were ever counted
            top = [b + v for b, v in zip(bottom, held, strict=True)]
            if top[-1] > bottom[-1]:
                hatch = HATCH.get(kind)
                axes.fill_between(days, bottom, top, step="post", facecolor=NEXT_FILL[kind],
                                  hatch=hatch, edgecolor=style.GREY if hatch else "white",
                                  linewidth=0.6)
                axes.text(days[-1] + 0.06, (bottom[-1] + top[-1]) / 2,
                          kind.capitalize().replace(" ", "\n"), va="center", fontsize=8)
            bottom = top
        axes.step(days, bottom, where="post", color=style.INK, linewidth=1)
        axes.text(0.12, 0.55, "Not yet inspected again", fontsize=8, color=style.GREY)
        axes.set_ylim(0, 1)
        axes.set_yticks([0, 0.5, 1], ["0", "50%", "100%"])
        axes.set_title(f"Inadequate under {name}", loc="left", fontsize=8.5, weight="bold")
        axes.tick_params(length=2)
    _numbers(below, risks)
    below.set_xlim(-0.2, len(next(iter(risks.values()))) - 0.6)
    below.set_xlabel("Years from the report", fontsize=8)
    return figure


def describe_incidence(tables: Mapping[str, pd.DataFrame], risks: Mapping[str, Sequence[int]]
                       ) -> str:
    """The alternative text of draw_incidence: the shares after each whole year with an end by
    then, as far as the chart goes."""
    parts = []
    for name, table in tables.items():
        for years, number in enumerate(risks[name]):
            known = table[table["days"] <= years * survival.YEAR]
            if len(known) and number >= survival.FEWEST:
                row = known.iloc[-1]
                shown = [f"{kind} {100 * row[kind]:.0f}%" for kind in survival.NEXT]
                parts.append(f"{name}, after {text.count(years, 'year')}: {', '.join(shown)}, not yet "
                             f"inspected again {100 * row['standing']:.0f}%")
    return ("Stacked shares over time of what came next, by framework "
            f"({_spelt_out(tables)}), each as far as {text.words(survival.FEWEST)} or more are counted. "
            f"{'; '.join(parts)}. {_told(risks)}")
