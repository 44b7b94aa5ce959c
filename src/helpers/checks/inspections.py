"""Inspections, their areas and grades, and what came after: with each other and in time."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from helpers import record
from helpers.checks.common import CODED, HELD, OFSTEDS, PART, Tables, at, printed_date
from helpers.tables import parse

# What the end of an inspection's id stands for: its kind, and its framework if it has but one.
_KINDS = {"slac": ("full inspection", "SLAC"), "sif": ("full inspection", "SIF"),
          "ilacs": ("full inspection", "ILACS"), "jtai": ("joint targeted inspection", "JTAI"),
          "mv": ("monitoring visit", ""), "fv": ("focused visit", "ILACS")}

# The days of each framework whose areas are graded ('' if it is in use), as precise as known, and
# the one before it. The last inspections under one may come after the first under the next.
_SPANS = {"SLAC": ("2009", "2012"), "SIF": ("2013", "2018"), "ILACS": ("2018-01", "")}
_EARLIER = {"SIF": "SLAC", "ILACS": "SIF"}


def check_areas(raw: Tables) -> Iterator[str]:
    """Names of their own, and spans that meet: what an area takes up was there before it."""
    table = raw["areas"]
    for index in table.index[table.duplicated(["framework", "name_as_printed"])]:
        yield at("areas", index, "name_as_printed", table.loc[index, "name_as_printed"],
                 "a name that no other area of the framework has")
    events = raw["events"]
    last = _beside("".join(events.loc[events["event_id"] == "no-overall-grade", "date"]), -1)
    for row in table.itertuples():
        if row.framework not in _SPANS:
            yield at("areas", row.Index, "framework", row.framework, "one that grades areas")
            continue
        others = table[(table["framework"] == row.framework) & (table["area"] != row.area)]
        past = set(table.loc[table["framework"] == _EARLIER.get(row.framework), "area"])
        yield from _span_of(row, others, past, last)
        yield from _taken_up_by(row, others, past)


def _span_of(row: Any, others: pd.DataFrame, past: set[str], last: str) -> Iterator[str]:
    """One area's days: its framework's, unless areas changed within it.

    others: of the framework; past: names in the one before; last: the last day of overall grades.
    """
    begins, ends = _SPANS[row.framework]
    before = others[others["area"].isin(set(row.continues.split(";")) - past)]
    if len(before):
        begins = _beside(before["last_day"].iloc[0], 1)
    after = others[others["continues"].str.split(";").map(lambda names: row.area in names)]
    if len(after) and row.area not in past:
        ends = _beside(after["first_day"].iloc[0], -1)
    if (row.area, row.framework) == ("overall", "ILACS"):
        ends = last
    if (row.first_day, row.last_day) != (begins, ends):
        yield at("areas", row.Index, "first_day, last_day",
                 f"{row.first_day} to {row.last_day}", f"{begins} to {ends}")


def _beside(edtf: str, step: int) -> str:
    """The day, month or year before (-1) or after (1) one, as precise as that; '' of ''."""
    if not edtf:
        return ""
    first, last = parse.bounds(edtf)
    beside = last + dt.timedelta(1) if step > 0 else first - dt.timedelta(1)
    return beside.isoformat()[:len(edtf)]


def _taken_up_by(row: Any, others: pd.DataFrame, past: set[str]) -> Iterator[str]:
    """What one area takes up, and how far it can be compared with that."""
    taken = set(row.continues.split(";")) - {""}
    if taken - past - set(others["area"]):
        yield at("areas", row.Index, "continues", row.continues, "areas used before it")
    if row.area in past and not taken:
        yield at("areas", row.Index, "continues", "", f"{row.area}, or what it became")
    if row.comparable == "yes" and taken not in ({row.area}, set()):
        yield at("areas", row.Index, "comparable", row.comparable, "in part, if areas merge")
    if (row.comparable == "nothing before") == bool(taken):
        yield at("areas", row.Index, "comparable", row.comparable,
                 "nothing before, if it continues nothing")
    if row.framework == "ILACS" and not taken:
        yield at("areas", row.Index, "continues", "", "the area that it takes up")


def check_inspections(raw: Tables) -> Iterator[str]:
    """Dates, kinds, frameworks and outcomes of inspections and visits, each and in their order."""
    graded = set(raw["judgements"]["inspection_id"])
    sources = raw["sources"].set_index("source_id")
    previous = framework_then = ""
    for row in raw["inspections"].itertuples():
        yield from _dates_of(row, raw["inspections"], sources)
        yield from _outcome_of(row, sources)
        told = {sources["kind"].get(row.source_id), sources["kind"].get(row.outcome_source_id)}
        if PART in told and PART not in row.how_sure:
            yield at("inspections", row.Index, "how_sure", row.how_sure, f"to say: {PART}")
        if (row.graded == "yes") != (row.inspection_id in graded):
            yield at("inspections", row.Index, "graded", row.graded,
                     "yes if judgements.csv has grades of it, else no")
        if (row.kind == "full inspection") != (row.graded == "yes"):
            yield at("inspections", row.Index, "kind", row.kind, "full inspections alone graded")
        yield from _overall_of(row, raw)
        kind, framework = _KINDS.get(re.sub(r".*-([a-z]+)\d?$", r"\1", row.inspection_id),
                                     (f"an id that ends in {', '.join(_KINDS)}", ""))
        if row.kind != kind or framework not in ("", row.framework):
            yield at("inspections", row.Index, "kind", f"{row.kind}, {row.framework}",
                     f"{kind} {framework}".strip())
        if "visit" not in row.kind:
            framework_then = row.framework
        elif row.framework != framework_then:
            yield at("inspections", row.Index, "framework", row.framework,
                     f"{framework_then}, as the inspection before the visit")
        first, last = parse.bounds(row.started)
        if row.framework == "ILACS" and first.year < 2018:
            yield at("inspections", row.Index, "framework", row.framework, "one of the time")
        if str(last) < previous:
            yield at("inspections", row.Index, "started", row.started, "the order of time")
        previous = str(first)


def _overall_of(row: Any, raw: Tables) -> Iterator[str]:
    """Whether an inspection gave an overall grade: as its grades and its framework have it."""
    areas, judgements = raw["areas"], raw["judgements"]
    overall = areas[(areas["area"] == "overall") & (areas["framework"] == row.framework)]
    given = row.inspection_id in set(judgements.loc[judgements["area"] == "overall",
                                                    "inspection_id"])
    due = "not applicable"
    if row.graded == "yes" and len(overall):
        span = overall.iloc[0]
        due = "yes" if parse.within(row.started, span["first_day"], span["last_day"]) else "no"
    if row.overall_given != due:
        yield at("inspections", row.Index, "overall_given", row.overall_given, due)
    if given != (due == "yes"):
        yield at("inspections", row.Index, "overall_given", row.overall_given,
                 f"{'an' if due == 'yes' else 'no'} overall grade in judgements.csv")


def _dates_of(row: Any, inspections: pd.DataFrame, sources: pd.DataFrame) -> Iterator[str]:
    """One inspection's dates: as printed, as its source has them, and possible."""
    for column, value in (("dates_as_printed", row.dates_as_printed),
                          ("published_as_printed", row.published_as_printed)):
        stored = row.published if column == "published_as_printed" else (
            f"{row.started}/{row.ended}" if row.ended else row.started)
        read = printed_date(value, row.started)
        if read and read != stored:
            yield at("inspections", row.Index, column, value, f"what {stored} says")
    source = sources.loc[row.source_id]
    if source["file"] and not row.dates_as_printed and "dates are not known" not in row.note:
        yield at("inspections", row.Index, "dates_as_printed", "", "the dates printed there")
    if source["about"] == row.inspection_id:
        if not row.published_as_printed and source["published_basis"].startswith("printed") and (
                source["kind"] == "report"):
            yield at("inspections", row.Index, "published_as_printed", "", "the day printed there")
        if source["kind"] in OFSTEDS and row.published != source["published"]:
            yield at("inspections", row.Index, "published", row.published,
                     f"{source['published']}, as in sources")
    if "/" in row.started:  # known only to lie before, or between, what others date
        others = inspections[~inspections["kind"].str.contains("visit")]
        before = [d[:7] for d in others.loc[others.index < row.Index, "published"]][-1:]
        after = [d[:7] for d in others.loc[others.index > row.Index, "started"]][:1]
        span = "/".join(before + after) if "visit" in row.kind else f"../{row.published}"
        if row.started != span:
            yield at("inspections", row.Index, "started", row.started, span)
    if not row.published and row.kind != "focused visit" and "not known" not in row.note:
        yield at("inspections", row.Index, "published", "", "a date, as precise as known")
    year, month = [*row.inspection_id.split("-"), ""][:2]
    first, last = parse.bounds(row.started)
    if year.isdigit() and not first.year <= int(year) <= last.year:
        yield at("inspections", row.Index, "started", row.started, f"a date in {year}")
    if month.isdigit() and first.month != int(month):
        yield at("inspections", row.Index, "started", row.started, f"month {month}")
    if row.ended and not 0 <= (parse.bounds(row.ended)[1] - first).days <= 60:
        yield at("inspections", row.Index, "ended", row.ended, "within 60 days of its start")
    if row.published and parse.bounds(row.published)[1] < first:
        yield at("inspections", row.Index, "published", row.published, "a day after the start")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", row.published) and (
            parse.bounds(row.published)[0] - last).days > 92:
        yield at("inspections", row.Index, "published", row.published,
                 "a day within three months of the fieldwork")


def _outcome_of(row: Any, sources: pd.DataFrame) -> Iterator[str]:
    """The document that an outcome is known from, and whose voice that is."""
    if (row.outcome_voice == "not known") != (row.outcome_source_id == ""):
        yield at("inspections", row.Index, "outcome_source_id", row.outcome_source_id,
                 "a document unless the outcome is not known")
    if not row.outcome_source_id:
        return
    told = sources.loc[row.outcome_source_id]
    news = told["about"] == row.inspection_id or row.inspection_id.startswith(
        re.sub(r".*\bvisit-", "", row.outcome_source_id))
    if row.outcome_source_id != row.source_id and (row.graded == "yes" or not news):
        yield at("inspections", row.Index, "outcome_source_id", row.outcome_source_id,
                 "its own source, or news of that visit")
    voices = dict.fromkeys((*OFSTEDS, "statistics"), "Ofsted report")
    voice = "council" if str(told["family"]).endswith("Council") else voices.get(
        told["kind"], "Ofsted as reported")
    if row.outcome_voice != voice:
        yield at("inspections", row.Index, "outcome_voice", row.outcome_voice, voice)


def check_judgements(raw: Tables) -> Iterator[str]:
    """Grades fit their framework and its years; one printing stands in the adopted document."""
    areas = set(zip(raw["areas"]["area"], raw["areas"]["framework"], strict=True))
    spans = raw["areas"].set_index(["area", "framework"])
    about = raw["inspections"].set_index("inspection_id")
    table = raw["judgements"]
    grades: dict[str, str] = {}
    for row in table.itertuples():
        grade = parse.grade(row.grade_as_printed)
        framework = about["framework"].get(row.inspection_id, "")
        year = str(row.judgement_id)[:4]
        if (row.area, framework) not in areas:
            yield at("judgements", row.Index, "area", row.area, f"an area of {framework}")
        else:
            span = spans.loc[(row.area, framework)]
            started = about["started"][row.inspection_id]
            if not parse.within(started, span["first_day"], span["last_day"]):
                yield at("judgements", row.Index, "area", row.area, f"an area in use in {started}")
        if row.inspection_id[:4] != year:
            yield at("judgements", row.Index, "inspection_id", row.inspection_id, f"one of {year}")
        short = row.judgement_id[5:]
        if short not in (row.area, row.area.removesuffix("-services")):
            yield at("judgements", row.Index, "area", row.area, f"the area of {row.judgement_id}")
        if not re.fullmatch(rf"{re.escape(row.judgement_id)}@{row.source_id}(-.+)?",
                            row.printing_id):
            yield at("judgements", row.Index, "printing_id", row.printing_id,
                     f"{row.judgement_id}@{row.source_id}")
        if grades.setdefault(row.judgement_id, grade) != grade:
            yield at("judgements", row.Index, "grade_as_printed", row.grade_as_printed,
                     f"{grades[row.judgement_id]}, as printed elsewhere of {row.judgement_id}")
    sources = table["inspection_id"].map(about["source_id"])
    counts = table[table["source_id"] == sources]["judgement_id"].value_counts()
    for judgement in table["judgement_id"].unique():
        if counts.get(judgement, 0) != 1:
            row = table.index[table["judgement_id"] == judgement][0]
            yield at("judgements", row, "judgement_id", judgement,
                     "one printing in the document adopted for the inspection")


def check_events(raw: Tables) -> Iterator[str]:
    """Dates agree with the printed ones and with the ids; the events that pages need are there."""
    for row in raw["events"].itertuples():
        read = printed_date(row.as_printed, row.date)
        if row.date.removeprefix("../") != read:
            yield at("events", row.Index, "date", row.date, f"{read}, as printed")
        named = re.search(r"-(\d{4})(-|$)", row.event_id)
        if named and parse.bounds(row.date)[0].year != int(named[1]):
            yield at("events", row.Index, "date", row.date, f"a date in {named[1]}")
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
    else:
        every, day = raw["authority_inspections"], found[1]["published"]
        if chosen["authority"] not in set(every.loc[every["published"] == day, "area_code"]):
            yield (f"study.toml, authority: found {chosen['authority']!r}, expected one with a "
                   f"report of {day} in authority_inspections.csv")
        yield from _board_of(raw, found[1])


def _board_of(raw: Tables, after: pd.Series) -> Iterator[str]:
    """One cell of the board for each area and each visit between the fall and the full inspection
    after it; ids made of both; how each text speaks of it."""
    kinds = raw["sources"].set_index("source_id")["kind"]
    visits = record.visits_after(raw["inspections"], after)
    places = raw["findings"].drop_duplicates("finding_id").set_index("finding_id")
    cells = set()
    for row in raw["board"].itertuples():
        if row.finding_id in places.index and tuple(
                places.loc[row.finding_id, ["source_id", "locator"]]) != (row.source_id, row.locator):
            yield at("board", row.Index, "finding_id", row.finding_id, "a finding of this place")
        wanted = f"b-{int(row.area_no):02d}-{row.inspection_id[:7]}"
        if row.board_id != wanted:
            yield at("board", row.Index, "board_id", row.board_id, wanted)
        if (row.state == "not known to us") != (row.source_id == ""):
            yield at("board", row.Index, "source_id", row.source_id,
                     "a source, or none for what is not known to us")
        if (kinds.get(row.source_id) in HELD) != bool(row.key_words):
            yield at("board", row.Index, "key_words", row.key_words,
                     "a few words, if the source is a text that is held")
        if kinds.get(row.source_id) == PART and PART not in row.how_sure:
            yield at("board", row.Index, "how_sure", row.how_sure, f"to say: {PART}")
        if row.inspection_id not in set(visits["inspection_id"]):
            yield at("board", row.Index, "inspection_id", row.inspection_id,
                     "a visit between the fall and the full inspection after it")
        cells.add((row.area_no, row.inspection_id))
    for number in sorted({number for number, _ in cells}, key=int):
        for visit in visits["inspection_id"]:
            if (number, visit) not in cells:
                yield f"data/raw/board.csv: found no row for area {number}, {visit}, expected one"


def check_coded(raw: Tables) -> Iterator[str]:
    """What was coded twice in one table: a reason where the coders differ, else both adopted; a
    place and words unless the subject is not mentioned."""
    for name, column in CODED.items():
        for row in raw[name].itertuples():
            adopted = getattr(row, column)
            if (row.first != row.second) != bool(row.reason):
                yield at(name, row.Index, "reason", row.reason, "a reason where the coders differ")
            if adopted not in (row.first, row.second):
                yield at(name, row.Index, column, adopted, "one of the two codes")
            for part in ("locator", "key_words"):
                if (adopted == "not mentioned") == bool(getattr(row, part)):
                    yield at(name, row.Index, part, getattr(row, part),
                             "none if not mentioned, else the place and its words")
    for row in raw["outcomes"].itertuples():
        if row.locator and row.locator not in row.places.split(";"):
            yield at("outcomes", row.Index, "places", row.places, f"{row.locator} among them")
    for name, column in (("outcomes", "part"), ("subjects", "subject")):
        for index in raw[name].index[raw[name][column].duplicated(keep=False)]:
            yield at(name, index, column, raw[name][column][index], "a name of its own")
    documents = set(raw["subject_states"]["source_id"])
    for subject in raw["subjects"]["subject_id"]:
        states = raw["subject_states"]
        for source in sorted(documents - set(states.loc[states["subject_id"] == subject,
                                                        "source_id"])):
            yield f"data/raw/subject_states.csv: found no row for {subject} {source}, expected one"
    coded = raw["subject_states"]["subject_id"] + "@" + raw["subject_states"]["source_id"]
    for index in coded.index[coded != raw["subject_states"]["state_id"]]:
        yield at("subject_states", index, "state_id", raw["subject_states"]["state_id"][index],
                 coded[index])
    listed = raw["findings"]
    for row in raw["subjects"].itertuples():
        if not ((listed["source_id"] == row.source_id) & (listed["locator"] == row.locator)).any():
            yield at("subjects", row.Index, "locator", row.locator, "a place that has a finding")


def check_lists(raw: Tables) -> Iterator[str]:
    """One row for each document of Ofsted's own, with the year it came out."""
    sources = raw["sources"].set_index("source_id")
    own = set(sources.index[sources["kind"].isin(OFSTEDS)])
    for name in sorted(own ^ set(raw["lists"]["source_id"])):
        yield f"data/raw/lists.csv: found a difference at {name}, expected each report and letter"
    for row in raw["lists"].itertuples():
        if row.year != sources["published"].get(row.source_id, "")[:4]:
            yield at("lists", row.Index, "year", row.year, "the year its document came out")
