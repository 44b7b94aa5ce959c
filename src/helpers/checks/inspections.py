"""Inspections, their areas and grades, and what came after: with each other and in time."""

import datetime as dt
import re
from collections.abc import Iterator
from itertools import product
from string import ascii_lowercase
from typing import Any

import pandas as pd

from helpers import record
from helpers.checks import common
from helpers.checks.common import CODED, HELD, OFSTEDS, PART, Rules, Tables, at, broken
from helpers.tables import parse

# What the end of an inspection's id stands for: its kind, and its framework if it has but one.
_KINDS = {"slac": ("full inspection", "SLAC"), "sif": ("full inspection", "SIF"),
          "ilacs": ("full inspection", "ILACS"), "jtai": ("joint targeted inspection", "JTAI"),
          "mv": ("monitoring visit", ""), "fv": ("focused visit", "ILACS")}

# The days of each framework whose areas are graded ('' if it is in use), as precise as known, and
# the one before it. The last inspections under one may come after the first under the next.
_SPANS = {"SLAC": ("2009", "2012", ""), "SIF": ("2013", "2018", "SLAC"), "ILACS": ("2018-01", "", "SIF")}


def check_areas(raw: Tables) -> Iterator[str]:
    """Names of their own, and spans that meet: what an area takes up was there before it."""
    dates = raw["events"].set_index("event_id")["date"]
    last = str(pd.Period(dates.get("no-overall-grade", "")) - 1)  # as precise as the event
    table = raw["areas"].assign(repeated=raw["areas"].duplicated(["framework", "name_as_printed"]))
    yield from broken("areas", table, _area, table, last)


def _area(row: Any, table: pd.DataFrame, last: str) -> Rules:
    """One area's name and days, what it takes up, and how far it can be compared with that.

    Its days are its framework's, unless areas changed within it. last: the last day of overall grades.
    """
    yield "name_as_printed", not row.repeated, "a name that no other area of the framework has"
    yield "framework", row.framework in _SPANS, "one that grades areas"
    if row.framework not in _SPANS:
        return
    begins, ends, earlier = _SPANS[row.framework]
    others = table[(table["framework"] == row.framework) & (table["area"] != row.area)]
    past = set(table.loc[table["framework"] == earlier, "area"])
    taken = set(row.continues.split(";")) - {""}
    before = others[others["area"].isin(taken - past)]
    after = others[others["continues"].str.split(";").map(lambda names: row.area in names)]
    if len(before):
        begins = str(pd.Period(before["last_day"].iloc[0]) + 1)
    if (row.area, row.framework) == ("overall", "ILACS"):
        ends = last
    elif len(after) and row.area not in past:
        ends = str(pd.Period(after["first_day"].iloc[0]) - 1)
    days, due = f"{row.first_day} to {row.last_day}", f"{begins} to {ends}"
    yield "first_day, last_day", days == due, due, days
    yield "continues", taken <= past | set(others["area"]), "areas used before it"
    yield "continues", taken or row.framework != "ILACS", "the area that it takes up"
    merged = taken not in ({row.area}, set())
    yield "comparable", not merged or row.comparable != "yes", "in part, if areas merge"
    yield ("comparable", bool(taken) != (row.comparable == "nothing before"),
           "nothing before, if it continues nothing")


def check_inspections(raw: Tables) -> Iterator[str]:
    """Dates, kinds, frameworks and outcomes of inspections and visits, each and in their order."""
    table = common.with_sources(raw, "inspections")
    first_days = table["started"].map(lambda started: parse.bounds(started)[0])
    visits = table["kind"].str.contains("visit")
    table = table.assign(follows=first_days.shift(fill_value=dt.date.min),
                         framework_then=table["framework"].mask(visits).ffill())
    sources = raw["sources"].set_index("source_id", drop=False)
    yield from broken("inspections", table, _inspection, table, sources, raw)


def _inspection(row: Any, table: pd.DataFrame, sources: pd.DataFrame, raw: Tables) -> Rules:
    """One inspection's kind, framework, grades, dates and outcome."""
    yield from _overall_of(row, raw)
    yield from _printed_of(row, sources.loc[row.source_id])
    yield from _dates_of(row, table)
    yield from _outcome_of(row, sources)
    kind, framework = _KINDS.get(re.sub(r".*-([a-z]+)\d?$", r"\1", row.inspection_id),
                                 (f"an id that ends in {', '.join(_KINDS)}", ""))
    yield ("kind", row.kind == kind and framework in ("", row.framework),
           f"{kind} {framework}".strip(), f"{row.kind}, {row.framework}")
    yield ("kind", (row.kind == "full inspection") == (row.graded == "yes"),
           "full inspections alone graded")
    yield ("framework", row.framework == row.framework_then,
           f"{row.framework_then}, as the inspection before the visit")
    yield "started", parse.bounds(row.started)[1] >= row.follows, "the order of time"


def _overall_of(row: Any, raw: Tables) -> Rules:
    """Whether an inspection gave grades, and an overall one: as its framework has it."""
    areas = raw["areas"].set_index(["framework", "area"])[["first_day", "last_day"]]
    given = set(raw["judgements"].loc[raw["judgements"]["inspection_id"] == row.inspection_id, "area"])
    yield ("graded", (row.graded == "yes") == bool(given),
           "yes if judgements.csv has grades of it, else no")
    due = "not applicable"
    if row.graded == "yes" and (row.framework, "overall") in areas.index:
        in_use = parse.within(row.started, *areas.loc[(row.framework, "overall")])
        due = "yes" if in_use else "no"
    yield "overall_given", row.overall_given == due, due
    yield ("overall_given", ("overall" in given) == (due == "yes"),
           f"{'an' if due == 'yes' else 'no'} overall grade in judgements.csv")


def _printed_of(row: Any, source: pd.Series) -> Rules:
    """One inspection's dates: as printed, and as its source has them."""
    fieldwork = f"{row.started}/{row.ended}" if row.ended else row.started
    for column, stored in (("dates_as_printed", fieldwork), ("published_as_printed", row.published)):
        read = common.printed_date(getattr(row, column), row.started)
        yield column, read in ("", stored), f"what {stored} says"
    yield ("dates_as_printed", row.dates_as_printed or not source["file"]
           or "dates are not known" in row.note, "the dates printed there")
    if row.source_about != row.inspection_id:
        return
    printed = row.source_kind == "report" and source["published_basis"].startswith("printed")
    yield "published_as_printed", row.published_as_printed or not printed, "the day printed there"
    if row.source_kind in OFSTEDS:
        yield ("published", row.published == row.source_published,
               f"{row.source_published}, as in sources")


def _dates_of(row: Any, inspections: pd.DataFrame) -> Rules:
    """One inspection's dates: possible, and as its id and the other inspections have them."""
    first, last = parse.bounds(row.started)
    if "/" in row.started:  # known only to lie before, or between, what others date
        others = inspections[~inspections["kind"].str.contains("visit")]
        before = others.loc[others.index < row.Index, "published"].str[:7].tail(1)
        after = others.loc[others.index > row.Index, "started"].str[:7].head(1)
        span = "/".join([*before, *after]) if "visit" in row.kind else f"../{row.published}"
        yield "started", row.started == span, span
    yield ("published", row.published or row.kind == "focused visit" or "not known" in row.note,
           "a date, as precise as known")
    if dated := re.match(r"\d{4}(-\d\d)?", row.inspection_id):
        yield "started", str(first).startswith(dated[0]), f"a date in {dated[0]}"
    if row.ended:
        days = (parse.bounds(row.ended)[1] - first).days
        yield "ended", 0 <= days <= 60, "within 60 days of its start"
    if row.published:
        earliest, latest = parse.bounds(row.published)
        soon = row.published.startswith("..") or (earliest - last).days <= 92
        yield ("published", latest >= first and soon,
               "a day after the start, within three months of the fieldwork")


def _outcome_of(row: Any, sources: pd.DataFrame) -> Rules:
    """The document that an outcome is known from, whose voice that is, and how sure it is."""
    yield ("outcome_source_id", (row.outcome_voice == "not known") == (row.outcome_source_id == ""),
           "a document unless the outcome is not known")
    kinds = {row.source_kind, sources["kind"].get(row.outcome_source_id)}
    yield "how_sure", PART in row.how_sure or PART not in kinds, f"to say: {PART}"
    if not row.outcome_source_id:
        return
    told = sources.loc[row.outcome_source_id]
    news = row.graded == "no" and (
        told["about"] == row.inspection_id
        or row.inspection_id.startswith(re.sub(r".*\bvisit-", "", row.outcome_source_id)))
    yield ("outcome_source_id", news or row.outcome_source_id == row.source_id,
           "its own source, or news of that visit")
    voice = "Ofsted as reported"
    if told["family"].endswith("Council"):
        voice = "council"
    elif told["kind"] in (*OFSTEDS, "statistics"):
        voice = "Ofsted report"
    yield "outcome_voice", row.outcome_voice == voice, voice


def check_judgements(raw: Tables) -> Iterator[str]:
    """Grades fit their framework and its years; one printing stands in the adopted document."""
    inspections = raw["inspections"].rename(columns={"source_id": "report"}).set_index("inspection_id")
    spans = raw["areas"].set_index(["area", "framework"])[["first_day", "last_day"]]
    table = raw["judgements"].join(inspections[["framework", "started", "report"]], on="inspection_id")
    table = table.assign(grade=table["grade_as_printed"].map(parse.grade),
                         adopted=table["source_id"] == table["report"],
                         repeated=table.duplicated("judgement_id"))
    by_judgement = table.groupby("judgement_id")
    table = table.assign(first_grade=by_judgement["grade"].transform("first"),
                         times_adopted=by_judgement["adopted"].transform("sum"))
    yield from broken("judgements", table, _judgement, spans)


def _judgement(row: Any, spans: pd.DataFrame) -> Rules:
    """One printing of a grade. spans: first_day and last_day by area and framework."""
    year, short = row.judgement_id[:4], row.judgement_id[5:]
    place = (row.area, row.framework)
    yield "area", place in spans.index, f"an area of {row.framework}"
    if place in spans.index:
        yield "area", parse.within(row.started, *spans.loc[place]), f"an area in use in {row.started}"
    yield "inspection_id", row.inspection_id[:4] == year, f"one of {year}"
    yield ("area", short in (row.area, row.area.removesuffix("-services")),
           f"the area of {row.judgement_id}")
    printing = f"{row.judgement_id}@{row.source_id}"
    yield "printing_id", re.fullmatch(rf"{re.escape(printing)}(-.+)?", row.printing_id), printing
    yield ("grade_as_printed", row.grade == row.first_grade,
           f"{row.first_grade}, as printed elsewhere of {row.judgement_id}")
    yield ("judgement_id", row.times_adopted == 1 or row.repeated,
           "one printing in the document adopted for the inspection")


def check_events(raw: Tables) -> Iterator[str]:
    """Dates agree with the printed ones and with the ids; the events that pages need are there."""
    for row in raw["events"].itertuples():
        read = common.printed_date(row.as_printed, row.date)
        if row.date.removeprefix("../") != read:
            yield at("events", row, "date", f"{read}, as printed")
        year = re.search(r"-(\d{4})(?=-|$)", row.event_id)
        if year and parse.bounds(row.date)[0].year != int(year[1]):
            yield at("events", row, "date", f"a date in {year[1]}")
    for needed in ("record-reaches", "england-reaches", "no-overall-grade"):
        if needed not in set(raw["events"]["event_id"]):
            yield f"data/raw/events.csv: found no {needed}, expected that event"


def check_study(raw: Tables) -> Iterator[str]:
    """The authority and the fall of study.toml are in the tables, and the board is of that fall."""
    chosen = raw["study"].iloc[0]
    inspections = raw["inspections"].set_index("inspection_id", drop=False)
    found = [inspections.loc[name] for name in chosen[["before", "after"]]
             if name in inspections.index and inspections["overall_given"][name] == "yes"]
    if len(found) < 2 or found[0]["published"] >= found[1]["published"]:
        yield (f"study.toml, fall: found {chosen['before']!r} and {chosen['after']!r}, expected two "
               "full inspections with an overall grade, the earlier first")
        return
    every, day = raw["authority_inspections"], found[1]["published"]
    if chosen["authority"] not in set(every.loc[every["published"] == day, "area_code"]):
        yield (f"study.toml, authority: found {chosen['authority']!r}, expected one with a "
               f"report of {day} in authority_inspections.csv")
    board = common.with_sources(raw, "board")
    visits = record.visits_after(raw["inspections"], found[1])["inspection_id"]
    findings = raw["findings"].set_index("finding_id")[["source_id", "locator"]]
    yield from broken("board", board, _cell_of_the_board, findings)
    cells = set(zip(board["area_no"], board["inspection_id"], strict=True))
    for number, visit in sorted(cells ^ set(product(board["area_no"], visits))):
        yield (f"data/raw/board.csv: found {'a' if (number, visit) in cells else 'no'} row for area "
               f"{number}, {visit}, expected one for each visit between the fall and the full "
               "inspection after it, and no other")


def _cell_of_the_board(row: Any, findings: pd.DataFrame) -> Rules:
    """What is known of one area from one visit. findings: source_id and locator by finding."""
    if row.finding_id:
        place = (row.source_id, row.locator)
        yield "finding_id", tuple(findings.loc[row.finding_id]) == place, "a finding of this place"
    board_id = f"b-{int(row.area_no):02d}-{row.inspection_id[:7]}"
    yield "board_id", row.board_id == board_id, board_id
    yield ("source_id", (row.state == "not known to us") == (row.source_id == ""),
           "a source, or none for what is not known to us")
    yield ("key_words", (row.source_kind in HELD) == bool(row.key_words),
           "a few words, if the source is a text that is held")
    yield "how_sure", row.source_kind != PART or PART in row.how_sure, f"to say: {PART}"


def check_coded(raw: Tables) -> Iterator[str]:
    """What was coded twice in one table: a reason where the coders differ, else both adopted; a
    place and words unless the subject is not mentioned."""
    for name, column in CODED.items():
        yield from broken(name, raw[name], _coded, column)
    for row in raw["outcomes"].itertuples():
        if row.locator and row.locator not in row.places.split(";"):
            yield at("outcomes", row, "places", f"{row.locator} among them")
    parts = raw["outcomes"].groupby("area_no")["part_id"].agg(list)
    for area in sorted({*parts.index, *raw["board"]["area_no"]}, key=int) if len(parts) else ():
        whole, found = f"p-{int(area):02d}", sorted(parts.get(area, []))
        lettered = [whole + letter for letter in ascii_lowercase[:len(found)]]
        if found != ([whole] if len(found) < 2 else lettered):
            yield (f"data/raw/outcomes.csv: found {', '.join(found) or 'nothing'} for area {area}, "
                   f"expected {whole}, or two parts or more, from {whole}a on")
    for name, column in (("outcomes", "part"), ("subjects", "subject")):
        table = common.with_sources(raw, name)
        table = table.assign(repeated=table[column].duplicated(keep=False))
        yield from broken(name, table, _named, column)
    for row in raw["subject_states"].itertuples():
        if row.state_id != f"{row.subject_id}@{row.source_id}":
            yield at("subject_states", row, "state_id", f"{row.subject_id}@{row.source_id}")
    states = raw["subject_states"]
    coded = set(zip(states["subject_id"], states["source_id"], strict=True))
    for subject, source in sorted(
            set(product(raw["subjects"]["subject_id"], states["source_id"])) - coded):
        yield f"data/raw/subject_states.csv: found no row for {subject} {source}, expected one"


def _named(row: Any, column: str) -> Rules:
    yield column, not row.repeated, "a name of its own"
    yield "inspection_id", row.inspection_id == row.source_about, f"that of {row.source_id}"


def _coded(row: Any, column: str) -> Rules:
    adopted = getattr(row, column)
    yield ("reason", bool(row.reason) == (row.first != row.second),
           "a reason where the coders differ, and only there")
    yield column, adopted in (row.first, row.second), "one of the two codes"
    for part in ("locator", "key_words"):
        yield (part, bool(getattr(row, part)) == (adopted != "not mentioned"),
               "none if not mentioned, else the place and its words")


def check_lists(raw: Tables) -> Iterator[str]:
    """One row for each document of Ofsted's own, with the year it came out."""
    own = raw["sources"].loc[raw["sources"]["kind"].isin(OFSTEDS), "source_id"]
    for name in sorted(set(own) ^ set(raw["lists"]["source_id"])):
        yield f"data/raw/lists.csv: found a difference at {name}, expected each report and letter"
    for row in common.with_sources(raw, "lists").itertuples():
        if row.year != row.source_published[:4]:
            yield at("lists", row, "year", "the year its document came out")
