"""The charts of all authorities' inspections, and what they show in words."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from helpers import england, look, parse
from helpers.grades import count, listed, words

FILL = look.GRADE_FILL | {england.UNGRADED: "white", england.WAITING: "white"}
INK = look.GRADE_INK | {england.UNGRADED: look.INK, england.WAITING: look.INK}
HATCH = {england.UNGRADED: "----", england.WAITING: "////"}
STACK = (*england.OUTCOMES, england.WAITING)


def draw_mix(mix: pd.DataFrame, place: Sequence[str], authority: str) -> Figure:
    """A column a day, its parts the outcomes that stood on it; the one that the authority stood
    at is outlined. mix: as from england.mix; place: the authority's outcome on each day."""
    figure = look.new_figure(3.7)
    axes = figure.subplots()
    for n, (row, own) in enumerate(zip(mix.to_dict("records"), place, strict=True)):
        bottom = 0.0
        for name in STACK:
            part = 100 * row[name] / row["authorities"]
            if part:
                axes.bar(n, part, 0.86, bottom, color=FILL[name], hatch=HATCH.get(name),
                         edgecolor=look.GREY if name in HATCH else "white", linewidth=0.6)
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
                     label=f"Outlined: where {authority} stood")
    handles = [outlined] if set(place) - {""} else []
    handles += [Patch(facecolor="white", edgecolor=look.GREY, hatch=HATCH[name],
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
    own = [f"{name or 'no place, not yet there,'} in {listed(when)}"
           for name, when in years.items()]
    return (f"{count(len(mix), 'column').capitalize()}, one for each day, of authorities by the "
            f"grade that stood: {'; '.join(parts)}. {authority} stood at {'; '.join(own)}.")


def draw_transitions(counts: pd.DataFrame) -> Figure:
    """What followed each grade: a bar a grade, its parts the next inspection's grades, then those
    not inspected again. counts: as from england.transitions."""
    pairs = list(dict.fromkeys(counts["pair"]))
    figure = look.new_figure(0.95 + 0.27 * len(counts) + 0.42 * len(pairs))
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
    names = [*parse.GRADES, england.UNGRADED]
    handles = [Patch(facecolor=FILL[name], hatch=HATCH.get(name), edgecolor=look.GREY,
                     linewidth=0.5, label=name.capitalize()) for name in names
               if counts[name].any()]
    handles += [Patch(facecolor="white", hatch="////", edgecolor=look.GREY, linewidth=0.5,
                      label="Not yet inspected again"),
                Patch(facecolor="white", hatch="xxxx", edgecolor=look.GREY, linewidth=0.5,
                      label="Authority abolished first")]
    figure.legend(handles=handles, loc="outside upper left", ncols=2, frameon=False, fontsize=8,
                  borderaxespad=0, columnspacing=1.2)
    return figure


def _bar(axes: Axes, height: int, row: Mapping[str, int]) -> None:
    left = 0
    for name in (*england.OUTCOMES, "open", "abolished"):
        hatch = {"open": "////", "abolished": "xxxx"}.get(name, HATCH.get(name, ""))
        if row[name]:
            axes.barh(height, row[name], 0.8, left, color=FILL.get(name, "white"), hatch=hatch,
                      edgecolor=look.GREY if hatch else "white", linewidth=0.6)
        if row[name] >= 7:
            axes.text(left + row[name] / 2, height, str(row[name]), ha="center", va="center",
                      fontsize=7.6, color=INK.get(name, look.INK),
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 1} if hatch else None)
        left += row[name]


def describe_transitions(counts: pd.DataFrame) -> str:
    """The alternative text of draw_transitions: every count."""
    parts = []
    for pair, rows in counts.groupby("pair", sort=False):
        said = []
        for row in rows.to_dict("records"):
            after = [f"{row[name]} {name}" for name in england.OUTCOMES if row[name]]
            after += [f"{row['open']} not yet inspected again"] if row["open"] else []
            after += [f"{row['abolished']} abolished first"] if row["abolished"] else []
            said.append(f"after {row['outcome']}: {', '.join(after)}")
        parts.append(f"{pair}, {'; '.join(said)}")
    return "Bars of what the next full inspection gave. " + ". ".join(parts) + "."


# How a curve is drawn: colour, width, dashes, shade of its band.
LINES: dict[str, tuple[str, float, object, str]] = {
    "SIF": (look.INK, 1.5, (0, (4, 2)), "#c9c9c9"),
    "ILACS": (look.BLUE, 2.2, "-", "#9dbbd6"),
    "both": (look.GREY, 1.2, (0, (1, 1.2)), "")}


def draw_standing(curves: Mapping[str, pd.DataFrame], risks: Mapping[str, Sequence[int]],
                  own: float, plan: tuple[float, float], authority: str) -> Figure:
    """How long an inadequate grade stands: a curve for each framework with its band, the pooled
    one ('both') without; below, how many had lasted so long.

    curves: as from england.kaplan_meier; risks: at 0, 1, 2 … years; own: the authority's years so
    far; plan: a span of years that was spoken of.
    """
    figure = look.new_figure(4.5)
    years = len(next(iter(risks.values())))
    axes, below = figure.subplots(2, 1, sharex=True, height_ratios=[3.4, 0.9])
    for name, curve in curves.items():
        colour, width, dashes, shade = LINES[name]
        days = [0, *(curve["days"] / england.YEAR)]
        if shade:
            axes.fill_between(days, [1, *curve["low"].fillna(0)], [1, *curve["high"].ffill()],
                              step="post", color=shade, alpha=0.55, linewidth=0)
        axes.step(days, [1, *curve["share"]], where="post", color=colour, linewidth=width,
                  linestyle=dashes, label={"both": "Both pooled"}.get(name, f"Report under {name}"))
    axes.axvline(own, color="black", linewidth=1)
    axes.text(own - 0.12, 1.06, f"{authority}, {own:.1f} years so far", ha="right", va="bottom",
              fontsize=8)
    axes.annotate("", (plan[0], 1.04), (plan[1], 1.04), annotation_clip=False,
                  arrowprops={"arrowstyle": "|-|,widthA=.25,widthB=.25", "color": look.GREY,
                              "shrinkA": 0, "shrinkB": 0})
    axes.text(plan[1] + 0.35, 1.06, f"“{words(int(plan[0]))} to {words(int(plan[1]))} year” plan",
              ha="right", va="bottom", fontsize=8, color=look.GREY)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1], ["0", "50%", "100%"])
    axes.axhline(0.5, color=look.PALE, linewidth=0.7, zorder=0)
    axes.legend(frameon=False, fontsize=8, loc="lower left", borderaxespad=0.3)
    axes.set_xlim(-0.2, years - 0.6)
    for height, numbers in enumerate(risks.values()):
        for year, number in enumerate(numbers):
            below.text(year, height, str(number), ha="center", va="center", fontsize=8)
    below.set_ylim(len(risks) - 0.5, -0.5)
    below.set_yticks(range(len(risks)), list(risks))
    below.set_title("Grades that had lasted so long", loc="left", fontsize=8)
    below.set_xlabel("Years from the report on an inadequate grade", fontsize=8)
    below.spines[["left", "bottom"]].set_visible(False)
    below.tick_params(length=0)
    return figure


def describe_standing(curves: Mapping[str, pd.DataFrame], risks: Mapping[str, Sequence[int]],
                      own: float, plan: tuple[float, float], authority: str) -> str:
    """The alternative text of draw_standing."""
    parts = []
    for name, curve in curves.items():
        half = england.median(curve)
        at = england.still(curve, own * england.YEAR)["share"]
        label = "both pooled" if name == "both" else name
        fell = ("the share did not fall to half" if pd.isna(half.median) else
                f"half stood no longer after {half.median:.1f} years")
        low, high = ("not reached" if pd.isna(end) else f"{end:.1f}" for end in half[1:])
        parts.append(f"{label}: of {risks[name][0]} grades, {fell} ({low} to {high}), and "
                     f"{100 * at:.0f}% still stood at {own:.1f} years")
    return (f"Falling step curves of the share of inadequate grades still standing by years from "
            f"the report. {'; '.join(parts)}. An upright line at {own:.1f} years marks "
            f"{authority}, a bracket above {plan[0]:g} to {plan[1]:g} years. Below, the numbers "
            "that had lasted each whole year: " + "; ".join(
                f"{name} {', '.join(map(str, numbers))}" for name, numbers in risks.items()) + ".")


NEXT_FILL = dict(zip(england.NEXT, (look.GRADE_FILL["good"], look.GRADE_FILL["inadequate"],
                                    "white"), strict=True))


def draw_incidence(tables: Mapping[str, pd.DataFrame], years: float) -> Figure:
    """What had come next after each length of time, as stacked shares; a panel a framework.
    tables: as from england.incidence; years: where the axis ends."""
    figure = look.new_figure(1.75 * len(tables) + 0.4)
    panels = figure.subplots(len(tables), 1, sharex=True, squeeze=False)[:, 0]
    for axes, (name, table) in zip(panels, tables.items(), strict=True):
        days = [0, *(table["days"] / england.YEAR), years]
        bottom = [0.0] * len(days)
        for kind in england.NEXT:
            top = [b + v for b, v in zip(bottom, [0, *table[kind], table[kind].iloc[-1]],
                                         strict=True)]
            if table[kind].iloc[-1] > 0:
                axes.fill_between(days, bottom, top, step="post", color=NEXT_FILL[kind],
                                  edgecolor="white", linewidth=0.6)
                axes.text(years + 0.06, (bottom[-1] + top[-1]) / 2,
                          kind.capitalize().replace(" ", "\n"), va="center", fontsize=8)
            bottom = top
        axes.step(days, bottom, where="post", color=look.INK, linewidth=1)
        axes.text(0.12, 0.55, "Still standing", fontsize=8, color=look.GREY)
        axes.set_ylim(0, 1)
        axes.set_xlim(0, years)
        axes.set_yticks([0, 0.5, 1], ["0", "50%", "100%"])
        axes.set_title(f"Inadequate under {name}", loc="left", fontsize=8.5, weight="bold")
        axes.tick_params(length=2)
    panels[-1].set_xlabel("Years from the report", fontsize=8)
    return figure


def describe_incidence(tables: Mapping[str, pd.DataFrame], at: Sequence[float]) -> str:
    """The alternative text of draw_incidence: the shares after some lengths of time."""
    parts = []
    for name, table in tables.items():
        for years in at:
            known = table[table["days"] <= years * england.YEAR]
            row = known.iloc[-1] if len(known) else pd.Series(
                dict.fromkeys(england.NEXT, 0.0) | {"standing": 1.0})
            shown = [f"{kind} {100 * row[kind]:.0f}%" for kind in england.NEXT]
            parts.append(f"{name}, after {years:g} years: {', '.join(shown)}, still standing "
                         f"{100 * row['standing']:.0f}%")
    return "Stacked shares over time of what came next. " + "; ".join(parts) + "."
