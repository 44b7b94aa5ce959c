"""What the sources say: figures, findings and their coding, claims."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pandas as pd

from helpers.checks.common import OFSTEDS, Rules, Tables, at, broken, months, with_sources
from helpers.tables import parse


def check_figures(raw: Tables) -> Iterator[str]:
    """Printed numbers, their units, dates and standing beside Ofsted's own."""
    table = with_sources(raw, "figures")
    inspections = raw["inspections"].set_index("inspection_id")
    articles = raw["sources"].loc[raw["sources"]["kind"] == "article", "source_id"]
    yield from broken("figures", table, _figure, table.set_index("figure_id"), inspections,
                      list(articles), raw["paragraphs"])


def _figure(row: Any, figures: pd.DataFrame, inspections: pd.DataFrame, articles: list[str],
            paragraphs: pd.DataFrame) -> Rules:
    yield from _value_of(row)
    yield from _date_of(row, inspections)
    yield from _standing_of(row, inspections)
    if named := [name for name in articles if row.figure_id.endswith(f"-{name}")]:
        yield "source_id", row.source_id in named, named[0]
    if row.same_as:
        yield from _same(row, figures.loc[row.same_as])
    if row.counted_over:  # the first and the last place that a count went over
        first, _, last = row.counted_over.partition(" to ")
        places = list(paragraphs.loc[paragraphs["source_id"] == row.source_id, "locator"])
        number = 0
        if first in places and last in places:
            number = len(places[places.index(first):places.index(last) + 1])
        yield "counted", row.counted == str(number), f"{number}, as many as paragraphs.csv lists"


def _value_of(row: Any) -> Rules:
    """One figure's number and unit; the measure's name holds the unit."""
    counted = row.status == "counted"
    yield "counted", counted == bool(row.counted), "a number if status is counted"
    yield "as_printed", counted != bool(row.as_printed), "the printed words, unless counted"
    if row.status == "as printed":
        signs = {"%": "per cent", "£": "pounds"}
        yield ("unit", all((sign in row.as_printed) == (row.unit == unit)
                           for sign, unit in signs.items()), f"the unit of {row.as_printed}")
        small = row.unit == "children" and parse.number(row.as_printed).value < 6
        yield "status", not small or "one in" in row.as_printed, "small count for a count under 6"
    is_rate = row.unit == "per 10,000 children"
    named = (("children" if is_rate else row.unit) in row.measure
             or (row.unit == "people" and re.search(r"workers|inspectors|staff", row.measure))
             or (row.unit in ("per cent", "pounds") and not row.counted))
    yield ("unit", named and is_rate == row.measure.endswith(", rate"), f"the unit of {row.measure}")


def _date_of(row: Any, inspections: pd.DataFrame) -> Rules:
    """One figure's day or period: as printed, as the note says, as the inspection had it."""
    printed, dated = row.date_as_printed, row.as_at or row.period
    exact = row.as_at.count("-") == 2 and "/" not in row.as_at
    if exact and row.source_kind != "article" and row.status != "counted":
        yield ("as_at", printed and parse.date(printed) == row.as_at,
               f"the day that the page prints ({printed or 'none'})")
    yield "as_at", exact or not printed, printed
    yield ("period", dated or re.search(r"no date|not printed", row.note),
           "a day, a period, or a note that the date is not printed")
    undated = re.search(r"no date|date not printed", row.note)
    yield "as_at", not undated or not dated, "none, by the note", dated
    yield "period", not row.as_at or not row.period, "a day or a period, not both"
    if row.as_at and row.source_about and not printed:
        about = inspections.loc[row.source_about]
        yield ("as_at", row.as_at in [*months(about), about["published"], row.source_published],
               " or ".join(months(about)))
    year = re.search(r"-(\d{4})$", row.figure_id)
    if year and dated:
        first, last = parse.bounds(dated)
        yield ("as_at" if row.as_at else "period",
               first.year - 1 <= int(year[1]) <= last.year + 1, f"a date in {year[1]}")


def _standing_of(row: Any, inspections: pd.DataFrame) -> Rules:
    """How one figure is said to stand to Ofsted's own report."""
    unvalidated, not_ofsteds = row.checked == "unvalidated there", row.checked == "not of Ofsted"
    if row.source_kind == "article":
        visit = "visit" in inspections["kind"].get(row.source_about, "")
        yield ("same_as", row.same_as or not (unvalidated or row.checked == "differs"),
               "the figure of Ofsted's report")
        yield ("same_as", row.same_as or row.note or row.checked != "confirmed",
               "the report's figure, or a note")
        yield ("checked", not_ofsteds or visit == (row.checked == "no report held"),
               "no report held, of a visit whose letter is not")
    else:
        yield ("checked", not row.same_as and (unvalidated or row.checked == "confirmed"),
               "Ofsted’s own figures agree")
        yield ("checked", unvalidated == ("unvalidated" in row.note),
               "unvalidated there if the note says so")
    yield ("checked", not_ofsteds == (row.source_about == ""),
           "not of Ofsted, if its source reports no inspection")


def _same(row: Any, other: pd.Series) -> Rules:
    """A figure of an article beside the one of Ofsted's report that it repeats."""
    equal = row.unit == other["unit"] and (
        _number(row.as_printed, row.counted) == _number(other["as_printed"], other["counted"]))
    unvalidated = other["checked"] == "unvalidated there"
    expected = ("confirmed", "unvalidated there") if equal else ("differs",)
    yield ("checked", row.checked in expected, f"{' or '.join(expected)} beside {row.same_as}, "
           f"{other['as_printed'] or other['counted']} {other['unit']}")
    yield ("checked", not equal or unvalidated == (row.checked == "unvalidated there"),
           f"{other['checked']}, as there")
    yield "period", not row.period or not other["as_at"], f"none, as {row.same_as}"


def _number(printed: str, counted: str) -> object:
    """The number of a figure; None where words stand for it."""
    try:
        return int(counted) if counted else parse.number(printed).value
    except ValueError:
        return None


def check_findings(raw: Tables) -> Iterator[str]:
    """Voices and inspections of findings fit their sources; a repeat names a first one."""
    table = with_sources(raw, "findings")
    yield from broken("findings", table, _finding, table.set_index("finding_id"))


def _finding(row: Any, by_id: pd.DataFrame) -> Rules:
    own, about = row.source_kind in OFSTEDS, row.source_about
    yield "voice", own == (row.voice == "Ofsted report"), "Ofsted report for its own"
    outside = row.voice in ("council", "councillor", "internal report")
    yield "inspection_id", not outside or not row.inspection_id, "none: not an inspection's finding"
    reports = row.voice.startswith("Ofsted") or (row.voice == "journalist" and about)
    yield "inspection_id", not reports or row.inspection_id, "the inspection it belongs to"
    if own:
        yield "inspection_id", row.inspection_id == about, f"the inspection of {row.source_id}"
    else:
        yield ("inspection_id", row.inspection_id in ("", about) or row.duplicate_of,
               f"{about or 'none'}, which the article reports")
    if row.duplicate_of:
        first = by_id.loc[row.duplicate_of]
        yield "duplicate_of", not first["duplicate_of"], "a first one"
        yield ("duplicate_of", first["inspection_id"] == row.inspection_id,
               "a finding of the same inspection")


def check_coding(raw: Tables) -> Iterator[str]:
    """Both passes code each finding once, and what they differ on is settled."""
    place = {finding: number for number, finding in enumerate(raw["findings"]["finding_id"])}
    for name in ("coding_first", "coding_second", "coding_settled"):
        coded = raw[name]["finding_id"]
        if not coded.map(place).dropna().is_monotonic_increasing:
            yield f"data/raw/{name}.csv: found another order than in findings.csv, expected that"
        for finding in sorted(set(place) ^ set(coded)) if name != "coding_settled" else ():
            yield f"data/raw/{name}.csv: found no match for {finding}, expected one row a finding"
    both = raw["coding_first"].merge(raw["coding_second"], on="finding_id").to_dict("records")
    differ = {(row["finding_id"], variable): (row[f"{variable}_x"], row[f"{variable}_y"])
              for row in both for variable in ("theme", "direction")
              if row[f"{variable}_x"] != row[f"{variable}_y"]}
    for row in raw["coding_settled"].itertuples():
        codes = differ.pop((row.finding_id, row.variable), None)
        if codes != (row.first, row.second):
            yield at("coding_settled", row, "finding_id",
                     f"a code on which the passes differ, as they differ ({codes})")
        if row.settled not in (row.first, row.second):
            yield at("coding_settled", row, "settled", "one of the two codes")
    for finding, variable in differ:
        yield f"data/raw/coding_settled.csv: found no row for {finding} {variable}, expected one"


def check_claims(raw: Tables) -> Iterator[str]:
    """Voices, measures and periods of claims fit their sources."""
    table = with_sources(raw, "claims")
    voices = raw["findings"].groupby(["source_id", "locator"])["voice"].agg(set).to_dict()
    measures = table.set_index("claim_id")["measure"]
    fieldwork = {row.inspection_id: months(row) for row in raw["inspections"].itertuples()}
    yield from broken("claims", table, _claim, voices, measures, fieldwork)


def _claim(row: Any, voices: dict[tuple[str, str], set[str]], measures: pd.Series,
           fieldwork: dict[str, list[str]]) -> Rules:
    """One claim's rules. voices: of the findings at a place; measures: by claim; fieldwork: the
    months of each inspection's."""
    own, open_start = row.source_kind in OFSTEDS, row.period_basis == "up to then"
    yield "voice", own == (row.voice == "Ofsted report"), "Ofsted report for its own"
    yield ("voice", row.voice in voices.get((row.source_id, row.locator), {row.voice}),
           "a voice of findings at its place")
    yield "measure", not row.same_as or measures[row.same_as] == row.measure, f"that of {row.same_as}"
    then = fieldwork.get(row.source_about, [])
    yield ("period", (row.period_basis == "inspection") == (row.period in then),
           f"{' or '.join(then)} if the basis is the inspection, else another")
    if then and open_start:
        yield "period", row.period[3:] in [*then, row.source_published[:7]], "the time of the inspection"
    yield "period", open_start == row.period.startswith("../"), "an open start for: up to then"
    if not row.period.endswith("/.."):
        published = parse.bounds(row.source_published)[1]
        first, last = parse.bounds(row.period)
        recent = published.year - last.year <= 1 or row.period in chain(*fieldwork.values())
        yield ("period", first.replace(day=1) <= published and last.year <= published.year and recent,
               f"a time up to the source's own, {published}")
