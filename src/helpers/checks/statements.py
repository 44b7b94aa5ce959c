"""What the sources say: figures, findings and their coding, claims."""

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from helpers.checks.common import OFSTEDS, Tables, at, months
from helpers.tables import parse


def check_figures(raw: Tables) -> Iterator[str]:
    """Printed numbers, their units, dates and standing beside Ofsted's own."""
    table = raw["figures"]
    by_id = table.drop_duplicates("figure_id").set_index("figure_id")
    inspections = {row.inspection_id: row for row in raw["inspections"].itertuples()}
    sources = raw["sources"].set_index("source_id")
    for row in table.itertuples():
        yield from _value_of(row)
        yield from _date_of(row, inspections, sources)
        yield from _standing_of(row, inspections, sources)
        if row.same_as in by_id.index:
            yield from _same(row, by_id.loc[row.same_as])
        if row.counted_over:
            places = _between(row, raw["paragraphs"])
            if row.counted != str(len(places)):
                yield at("figures", row.Index, "counted", row.counted,
                         f"{len(places)}, as many as paragraphs.csv lists")


def _value_of(row: Any) -> Iterator[str]:
    """One figure's number and unit; the measure's name holds the unit."""
    if (row.status == "counted") != bool(row.counted):
        yield at("figures", row.Index, "counted", row.counted, "a number if status is counted")
    if (row.status == "counted") == bool(row.as_printed):
        yield at("figures", row.Index, "as_printed", row.as_printed,
                 "the printed words, unless counted")
    if row.status == "as printed":
        value = parse.number(row.as_printed).value
        if any((sign in row.as_printed) != (row.unit == unit)
               for sign, unit in (("%", "per cent"), ("£", "pounds"))):
            yield at("figures", row.Index, "unit", row.unit, f"the unit of {row.as_printed}")
        if value is not None and value < 6 and row.unit == "children" and (
                "one in" not in row.as_printed):
            yield at("figures", row.Index, "status", row.status, "small count for a count under 6")
    unit = "children" if row.unit == "per 10,000 children" else row.unit
    people = row.unit == "people" and re.search(r"workers|inspectors|staff", row.measure)
    plain = row.unit not in ("per cent", "pounds") or bool(row.counted)
    if (plain and unit not in row.measure and not people) or (
            (row.unit == "per 10,000 children") != row.measure.endswith(", rate")):
        yield at("figures", row.Index, "unit", row.unit, f"the unit of {row.measure}")


def _date_of(row: Any, inspections: dict[str, Any], sources: pd.DataFrame) -> Iterator[str]:
    """One figure's day or period: as printed, as the note says, as the inspection had it."""
    article = sources["kind"][row.source_id] == "article"
    exact = row.as_at.count("-") == 2 and "/" not in row.as_at
    if not article and exact and row.status != "counted" and (
            not row.date_as_printed or parse.date(row.date_as_printed) != row.as_at):
        yield at("figures", row.Index, "as_at", row.as_at,
                 f"the day that the page prints ({row.date_as_printed or 'none'})")
    if row.date_as_printed and not exact:
        yield at("figures", row.Index, "as_at", row.as_at, row.date_as_printed)
    dated = row.as_at or row.period
    undated = re.search(r"no date|date not printed", row.note)
    if not dated and not re.search(r"no date|not printed", row.note):
        yield at("figures", row.Index, "period", "", "a day, a period, or a note that the "
                 "date is not printed")
    if undated and dated:
        yield at("figures", row.Index, "as_at", dated, "none, by the note")
    if row.as_at and row.period:
        yield at("figures", row.Index, "period", row.period, "a day or a period, not both")
    about = sources["about"][row.source_id]
    if row.as_at and about and not row.date_as_printed and row.as_at not in [
            *months(inspections[about]), inspections[about].published,
            sources["published"][row.source_id]]:
        yield at("figures", row.Index, "as_at", row.as_at,
                 " or ".join(months(inspections[about])))
    year = re.search(r"-(\d{4})$", row.figure_id)
    if year and dated and not _within(int(year[1]), dated):
        yield at("figures", row.Index, "as_at" if row.as_at else "period", dated,
                 f"a date in {year[1]}")


def _standing_of(row: Any, inspections: dict[str, Any], sources: pd.DataFrame) -> Iterator[str]:
    """How one figure is said to stand to Ofsted's own report, and where it is from."""
    article = sources["kind"][row.source_id] == "article"
    about = sources["about"][row.source_id]
    visit = about != "" and "visit" in inspections[about].kind
    if row.checked in ("differs", "unvalidated there") and article and not row.same_as:
        yield at("figures", row.Index, "same_as", "", "the figure of Ofsted's report")
    if row.checked == "confirmed" and article and not (row.same_as or row.note):
        yield at("figures", row.Index, "same_as", "", "the report's figure, or a note")
    if not article and (row.same_as or row.checked not in ("confirmed", "unvalidated there")):
        yield at("figures", row.Index, "checked", row.checked, "Ofsted’s own figures agree")
    if (row.checked == "not of Ofsted") != (about == ""):
        yield at("figures", row.Index, "checked", row.checked,
                 "not of Ofsted, if its source reports no inspection")
    if article and (row.checked == "no report held") != visit and (
            row.checked != "not of Ofsted"):
        yield at("figures", row.Index, "checked", row.checked,
                 "no report held, of a visit whose letter is not")
    if not article and (row.checked == "unvalidated there") != ("unvalidated" in row.note):
        yield at("figures", row.Index, "checked", row.checked,
                 "unvalidated there if the note says so")
    articles = sources.index[sources["kind"] == "article"]
    named = [name for name in articles if row.figure_id.endswith(f"-{name}")]
    if named and row.source_id not in named:
        yield at("figures", row.Index, "source_id", row.source_id, named[0])


def _between(row: Any, paragraphs: pd.DataFrame) -> list[str]:
    """The places of paragraphs.csv from the first to the last that a count went over."""
    first, _, last = row.counted_over.partition(" to ")
    places = list(paragraphs.loc[paragraphs["source_id"] == row.source_id, "locator"])
    if first not in places or last not in places:
        return []
    return places[places.index(first):places.index(last) + 1]


def _within(year: int, edtf: str) -> bool:
    first, last = parse.bounds(edtf)
    return first.year - 1 <= year <= last.year + 1


def _same(row: Any, other: pd.Series) -> Iterator[str]:
    """A figure of an article beside the one of Ofsted's report that it repeats."""
    def number(printed: str, counted: str) -> object:
        try:
            return int(counted) if counted else parse.number(printed).value
        except ValueError:
            return None
    equal = number(row.as_printed, row.counted) == number(other["as_printed"], other["counted"])
    expected = {True: ("confirmed", "unvalidated there"), False: ("differs",)}[equal]
    if row.checked not in expected:
        yield at("figures", row.Index, "checked", row.checked, f"{' or '.join(expected)} "
                 f"beside {row.same_as}, {other['as_printed'] or other['counted']}")
    if equal and (row.checked == "unvalidated there") != (other["checked"] == "unvalidated there"):
        yield at("figures", row.Index, "checked", row.checked, f"{other['checked']}, as there")
    if row.period and other["as_at"]:
        yield at("figures", row.Index, "period", row.period, f"none, as {row.same_as}")
    if row.status == "as printed" and row.checked != "differs" and row.unit not in (
            other["unit"], "people"):
        yield at("figures", row.Index, "unit", row.unit, f"{other['unit']}, as {row.same_as}")


def check_findings(raw: Tables) -> Iterator[str]:
    """Voices and inspections of findings fit their sources; a repeat names a first one."""
    table = raw["findings"]
    first = table.drop_duplicates("finding_id").set_index("finding_id")
    sources = raw["sources"].set_index("source_id")
    kinds, abouts = sources["kind"], sources["about"]
    for row in table.itertuples():
        own = kinds[row.source_id] in OFSTEDS
        if own != (row.voice == "Ofsted report"):
            yield at("findings", row.Index, "voice", row.voice, "Ofsted report for its own")
        if row.voice in ("council", "councillor", "internal report") and row.inspection_id:
            yield at("findings", row.Index, "inspection_id", row.inspection_id,
                     "none: not an inspection's finding")
        reports = row.voice.startswith("Ofsted") or (
            row.voice == "journalist" and abouts[row.source_id])
        if reports and not row.inspection_id:
            yield at("findings", row.Index, "inspection_id", "", "the inspection it belongs to")
        if own and row.inspection_id != abouts[row.source_id]:
            yield at("findings", row.Index, "inspection_id", row.inspection_id,
                     f"the inspection of {row.source_id}")
        if not own and row.inspection_id not in ("", abouts[row.source_id]) and (
                not row.duplicate_of):
            yield at("findings", row.Index, "inspection_id", row.inspection_id,
                     f"{abouts[row.source_id] or 'none'}, which the article reports")
        if row.duplicate_of in first.index:
            target = first.loc[row.duplicate_of]
            if target["duplicate_of"]:
                yield at("findings", row.Index, "duplicate_of", row.duplicate_of, "a first one")
            if target["inspection_id"] != row.inspection_id:
                yield at("findings", row.Index, "duplicate_of", row.duplicate_of,
                         "a finding of the same inspection")


def check_coding(raw: Tables) -> Iterator[str]:
    """Both passes code each finding once, and what they differ on is settled."""
    ids = list(raw["findings"]["finding_id"])
    for name in ("coding_first", "coding_second"):
        coded = set(raw[name]["finding_id"])
        if list(raw[name]["finding_id"]) != [finding for finding in ids if finding in coded]:
            yield f"data/raw/{name}.csv: found another order than in findings.csv, expected that"
        for finding in sorted(set(ids) ^ set(raw[name]["finding_id"])):
            yield f"data/raw/{name}.csv: found no match for {finding}, expected one row a finding"
    settled = list(raw["coding_settled"]["finding_id"])
    if settled != sorted(settled, key=lambda i: ids.index(i) if i in ids else -1):
        yield "data/raw/coding_settled.csv: found another order than in findings.csv, expected that"
    both = raw["coding_first"].merge(raw["coding_second"], on="finding_id")
    differ = {(row["finding_id"], variable): (row[f"{variable}_x"], row[f"{variable}_y"])
              for _, row in both.iterrows() for variable in ("theme", "direction")
              if row[f"{variable}_x"] != row[f"{variable}_y"]}
    for row in raw["coding_settled"].itertuples():
        codes = differ.pop((row.finding_id, row.variable), None)
        if codes != (row.first, row.second):
            yield at("coding_settled", row.Index, "finding_id", row.finding_id,
                     f"a code on which the passes differ, as they differ ({codes})")
        if row.settled not in (row.first, row.second):
            yield at("coding_settled", row.Index, "settled", row.settled, "one of the two codes")
    for finding, variable in differ:
        yield f"data/raw/coding_settled.csv: found no row for {finding} {variable}, expected one"


def check_claims(raw: Tables) -> Iterator[str]:
    """Voices, measures and periods of claims fit their sources."""
    table = raw["claims"]
    by_id = table.drop_duplicates("claim_id").set_index("claim_id")
    sources = raw["sources"].set_index("source_id")
    inspections = {row.inspection_id: row for row in raw["inspections"].itertuples()}
    for row in table.itertuples():
        own = sources["kind"][row.source_id] in OFSTEDS
        if own != (row.voice == "Ofsted report"):
            yield at("claims", row.Index, "voice", row.voice, "Ofsted report for its own")
        said = raw["findings"]
        said = said[(said["source_id"] == row.source_id) & (said["locator"] == row.locator)]
        if len(said) and row.voice not in set(said["voice"]):
            yield at("claims", row.Index, "voice", row.voice, "a voice of findings at its place")
        if row.same_as in by_id.index and by_id.loc[row.same_as, "measure"] != row.measure:
            yield at("claims", row.Index, "measure", row.measure, f"that of {row.same_as}")
        about = sources["about"][row.source_id]
        fieldwork = months(inspections[about]) if about else []
        if (row.period_basis == "inspection") != (row.period in fieldwork):
            yield at("claims", row.Index, "period", row.period,
                     f"{' or '.join(fieldwork)} if the basis is the inspection, else another")
        printed = sources["published"][row.source_id][:7]
        if fieldwork and row.period_basis == "up to then" and (
                row.period[3:] not in [*fieldwork, printed]):
            yield at("claims", row.Index, "period", row.period, "the time of the inspection")
        if (row.period_basis == "up to then") != row.period.startswith("../"):
            yield at("claims", row.Index, "period", row.period, "an open start for: up to then")
        if not row.period.endswith("/.."):
            published = parse.bounds(sources["published"][row.source_id])[1]
            first, last = parse.bounds(row.period)
            before = any(row.period in months(one) for one in inspections.values())
            if first.replace(day=1) > published or last.year > published.year or (
                    published.year - last.year > 1 and not before):
                yield at("claims", row.Index, "period", row.period,
                         f"a time up to the source's own, {published}")
