"""What a schema cannot say: checks between columns and between tables of data/raw.

Each function yields problems, a line each: file, row, column, found, expected.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import oddities, parse, schema

Tables = dict[str, pd.DataFrame]

# The tables whose rows paragraphs.csv lists, and the column that names a row.
LISTED = {"inspections": "inspection_id", "judgements": "printing_id", "figures": "figure_id",
          "findings": "finding_id", "claims": "claim_id", "events": "event_id",
          "corrections": "correction_id"}

_LOCATOR = {"article": r"\d{1,2}", "report": r"§\d{1,3}|p\. \d{1,2}(, bullet \d{1,2})?",
            "letter": r"p\. \d{1,2}(, bullet \d{1,2})?", "statistics": r"sheet .+",
            "summary": r"(row|sheet) .+", "not held": r"not held"}


def problems_between(raw: Tables, folder: Path | None = None) -> list[str]:
    """Everything that does not hold between the tables of data/raw; empty if all is well.

    What the beginning of a source's id stands for is the study's own: its description says so.
    """
    ids = next(field for resource in schema.description(folder)["resources"]
               if resource["name"] == "raw-sources" for field in resource["schema"]["fields"]
               if field["name"] == "source_id")
    checks: list[Callable[[Tables], Iterator[str]]] = [
        _sources, _locators, _areas, _inspections, _judgements, _figures, _findings, _coding,
        _claims, _events, _corrections, _paragraphs, _measures,
        _claim_tests, _oddities, _board, _lists]
    found = [problem for check in checks for problem in check(raw)]
    return found + list(_starts(raw, ids.get("starts", {})))


def problems_in_cells(raw: Tables) -> list[str]:
    """Every printed number, grade and date of data/raw that cannot be read."""
    return [*_dates(raw), *_printed(raw)]


def _at(table: str, row: object, column: str, found: object, expected: str) -> str:
    return f"data/raw/{table}.csv, row {row}, column {column}: found {found!r}, expected {expected}"


def _sources(raw: Tables) -> Iterator[str]:
    used = set().union(*(set(t.get(column, pd.Series(dtype=str))) for n, t in raw.items()
                         for column in ("source_id", "publication") if n != "sources"),
                       raw["corrections"]["evidence_source_id"])
    noted = " ".join(" ".join(t["note"]) for n, t in raw.items() if "note" in t and n != "sources")
    for row in raw["sources"].itertuples():
        held = row.kind in ("article", "report", "letter")
        if held != bool(row.file) or held != bool(row.sha256):
            yield _at("sources", row.Index, "file", row.file,
                      "a file and its SHA-256 for a held text, neither for any other")
        numbered = re.match(r"(\d{3})_", row.file)
        if held and numbered and row.source_id != f"a{numbered[1]}":
            yield _at("sources", row.Index, "source_id", row.source_id, f"a{numbered[1]}")
        dated = re.search(r"\d{4}-\d{2}-\d{2}(?=\.txt)", row.file)
        if dated and dated[0] != row.published:
            yield _at("sources", row.Index, "published", row.published, dated[0])
        spoken = parse.spoken_date(row.published)
        if not all(word in row.published_basis for word in spoken.split()):
            yield _at("sources", row.Index, "published", row.published,
                      f"the date that its basis names ({row.published_basis})")
        if row.about and not held:
            yield _at("sources", row.Index, "about", row.about, "none for what is not held")
        if row.source_id not in used and row.source_id not in noted:
            yield _at("sources", row.Index, "source_id", row.source_id, "a row that rests on it")


def _starts(raw: Tables, starts: Mapping[str, str]) -> Iterator[str]:
    """A source's kind is what its id begins with, and a note names no source that is not there.

    starts: pattern of a beginning, to kind; the first that fits counts.
    """
    for row in raw["sources"].itertuples():
        fitting = next((kind for start, kind in starts.items()
                        if re.match(start, row.source_id)), row.kind)
        if row.kind != fitting:
            yield _at("sources", row.Index, "kind", row.kind, fitting)
    noted = " ".join(" ".join(t["note"]) for n, t in raw.items() if "note" in t and n != "sources")
    named = {name for start, kind in starts.items() if kind == "not held"
             for name in re.findall(rf"\b{start}[a-z]+-[0-9-]*[0-9]\b", noted)}
    for name in sorted(named - set(raw["sources"]["source_id"])):
        yield f"data/raw/sources.csv: found no {name}, expected it: a note names it"


def _locators(raw: Tables) -> Iterator[str]:
    kinds = raw["sources"].set_index("source_id")["kind"]
    for name, table in raw.items():
        for source, place in (("source_id", "locator"), ("evidence_source_id", "evidence_locator")):
            if name == "sources" or source not in table or place not in table:
                continue
            for index, row in table.iterrows():
                kind = kinds.get(row[source])
                if kind and not re.fullmatch(_LOCATOR[kind], row[place]):
                    yield _at(name, index, place, row[place], f"a place in a source that is {kind}")


def _dates(raw: Tables) -> Iterator[str]:
    for name, table in raw.items():
        for column in ("published", "started", "ended", "as_at", "period", "date"):
            for index, value in table.get(column, pd.Series(dtype=str)).items():
                if not value or value.endswith("/.."):
                    continue
                try:
                    parse.bounds(value)
                except ValueError as error:
                    yield f"data/raw/{name}.csv, row {index}, column {column}: {error}"


# What the end of an inspection's id stands for: its kind, and its framework if it has but one.
_KINDS = {"slac": ("full inspection", "SLAC"), "sif": ("full inspection", "SIF"),
          "ilacs": ("full inspection", "ILACS"), "jtai": ("joint targeted inspection", "JTAI"),
          "mv": ("monitoring visit", ""), "fv": ("focused visit", "ILACS")}


def _areas(raw: Tables) -> Iterator[str]:
    """Spans that meet: an area begins where its framework does or where what it takes up ended."""
    table = raw["areas"]
    spans = {"SLAC": ("2009", "2012"), "SIF": ("2013", "2017"), "ILACS": ("2018", "")}
    earlier = {"SLAC": "", "SIF": "SLAC", "ILACS": "SIF"}
    for index in table.index[table.duplicated(["framework", "name_as_printed"])]:
        yield _at("areas", index, "name_as_printed", table.loc[index, "name_as_printed"],
                  "a name that no other area of the framework has")
    for row in table.itertuples():
        begins, ends = spans[row.framework]
        taken = set(row.continues.split(";")) - {""}
        past = set(table.loc[table["framework"] == earlier[row.framework], "area"])
        before = table[(table["framework"] == earlier[row.framework]) & table["area"].isin(taken)]
        within = table[(table["framework"] == row.framework) & table["area"].isin(taken - past)
                       & (table["area"] != row.area)]
        if taken - set(within["area"]) - set(before["area"]) or (
                row.area in taken and row.area not in past):
            yield _at("areas", row.Index, "continues", row.continues, "areas used before it")
        if len(within):
            begins = str(int(within["last_year"].iloc[0] or 0) + 1)
        later = table[(table["framework"] == row.framework) & (table["area"] != row.area)
                      & table["continues"].str.split(";").map(lambda x, a=row.area: a in x)]
        if len(later) and row.area not in past:
            ends = str(int(later["first_year"].iloc[0]) - 1)
        if (row.area, row.framework) == ("overall", "ILACS"):
            ended = raw["events"].loc[raw["events"]["event_id"] == "no-overall-grade", "date"]
            ends = "".join(ended)[:4]
        if (row.first_year, row.last_year) != (begins, ends):
            yield _at("areas", row.Index, "first_year, last_year",
                      f"{row.first_year} to {row.last_year}", f"{begins} to {ends}")
        same = table[(table["framework"] == earlier[row.framework]) & (table["area"] == row.area)]
        if len(same) and not taken:
            yield _at("areas", row.Index, "continues", "", f"{row.area}, or what it became")
        if row.comparable == "yes" and taken not in ({row.area}, set()):
            yield _at("areas", row.Index, "comparable", row.comparable, "in part, if areas merge")
        if (row.comparable == "nothing before") == bool(taken):
            yield _at("areas", row.Index, "comparable", row.comparable,
                      "nothing before, if it continues nothing")
        if row.framework == "ILACS" and not taken:
            yield _at("areas", row.Index, "continues", "", "the area that it takes up")


def _printed(raw: Tables) -> Iterator[str]:
    figures, judgements = raw["figures"], raw["judgements"]
    printed = figures.loc[figures["status"] == "as printed", "as_printed"]
    for table, column, values, read in (
            ("figures", "as_printed", printed, parse.number),
            ("judgements", "grade_as_printed", judgements["grade_as_printed"], parse.grade)):
        for index, value in values.items():
            try:
                read(value)
            except ValueError as error:
                yield f"data/raw/{table}.csv, row {index}, column {column}: {error}"
    years = {"inspections": "started", "events": "date", "figures": "as_at"}
    for table, column in (("inspections", "dates_as_printed"),
                          ("inspections", "published_as_printed"), ("events", "as_printed"),
                          ("figures", "date_as_printed")):
        for index, row in raw[table].iterrows():
            try:
                _printed_date(row[column], row[years[table]])
            except ValueError as error:
                yield f"data/raw/{table}.csv, row {index}, column {column}: {error}"


def _printed_date(printed: str, stored: str) -> str:
    """A printed date in EDTF; the year of the stored one where the source prints none."""
    words = re.sub(r"\b(since|in|before)\b|…", " ", printed).strip()
    if not words:
        return ""
    year = re.search(r"\d{4}", stored)
    read = parse.date(words if re.search(r"\d{4}", words) or not year else f"{words} {year[0]}")
    if "before" in printed:  # the day before a month begins, as precise as a month
        return (parse.bounds(read)[0] - dt.timedelta(days=1)).isoformat()[:7]
    return read


def _inspections(raw: Tables) -> Iterator[str]:
    graded = set(raw["judgements"]["inspection_id"])
    previous = framework_then = ""
    for row in raw["inspections"].itertuples():
        for column, value in (("dates_as_printed", row.dates_as_printed),
                              ("published_as_printed", row.published_as_printed)):
            stored = row.published if column == "published_as_printed" else (
                f"{row.started}/{row.ended}" if row.ended else row.started)
            read = _printed_date(value, row.started)
            if read and read != stored:
                yield _at("inspections", row.Index, column, value, f"what {stored} says")
        if (row.graded == "yes") != (row.inspection_id in graded):
            yield _at("inspections", row.Index, "graded", row.graded,
                      "yes if judgements.csv has grades of it, else no")
        if (row.kind == "full inspection") != (row.graded == "yes"):
            yield _at("inspections", row.Index, "kind", row.kind, "full inspections alone graded")
        year, month = [*row.inspection_id.split("-"), ""][:2]
        if (row.outcome_voice == "not known") != (row.outcome_source_id == ""):
            yield _at("inspections", row.Index, "outcome_source_id", row.outcome_source_id,
                      "a document unless the outcome is not known")
        if "visit" not in row.kind:
            framework_then = row.framework
        elif row.framework != framework_then:
            yield _at("inspections", row.Index, "framework", row.framework,
                      f"{framework_then}, as the inspection before the visit")
        source = raw["sources"].set_index("source_id").reindex([row.source_id]).iloc[0]
        if source["file"] and not row.dates_as_printed and "dates are not known" not in row.note:
            yield _at("inspections", row.Index, "dates_as_printed", "", "the dates printed there")
        if source["about"] == row.inspection_id and not row.published_as_printed and (
                source["published_basis"].startswith("printed") and source["kind"] == "report"):
            yield _at("inspections", row.Index, "published_as_printed", "", "the day printed there")
        if "/" in row.started:  # known only to lie before, or between, what others date
            others = raw["inspections"][~raw["inspections"]["kind"].str.contains("visit")]
            before = [d[:7] for d in others.loc[others.index < row.Index, "published"]][-1:]
            after = [d[:7] for d in others.loc[others.index > row.Index, "started"]][:1]
            span = "/".join(before + after) if "visit" in row.kind else f"../{row.published}"
            if row.started != span:
                yield _at("inspections", row.Index, "started", row.started, span)
        kind, framework = _KINDS.get(re.sub(r".*-([a-z]+)\d?$", r"\1", row.inspection_id),
                                     (f"an id that ends in {', '.join(_KINDS)}", ""))
        if row.kind != kind or framework not in ("", row.framework):
            yield _at("inspections", row.Index, "kind", f"{row.kind}, {row.framework}",
                      f"{kind} {framework}".strip())
        told = raw["sources"].set_index("source_id").reindex([row.outcome_source_id]).iloc[0]
        news = told["about"] == row.inspection_id or row.inspection_id.startswith(
            re.sub(r".*\bvisit-", "", row.outcome_source_id))
        if row.outcome_source_id not in ("", row.source_id) and (
                row.graded == "yes" or not news):
            yield _at("inspections", row.Index, "outcome_source_id", row.outcome_source_id,
                      "its own source, or news of that visit")
        if not row.published and row.kind != "focused visit" and "not known" not in row.note:
            yield _at("inspections", row.Index, "published", "", "a date, as precise as known")
        voices = {"report": "Ofsted report", "letter": "Ofsted report",
                  "statistics": "Ofsted report"}
        voice = "council" if str(told["family"]).endswith("Council") else voices.get(
            told["kind"], "Ofsted as reported")
        if row.outcome_source_id and row.outcome_voice != voice:
            yield _at("inspections", row.Index, "outcome_voice", row.outcome_voice, voice)
        first, last = parse.bounds(row.started) if row.started else (None, None)
        if year.isdigit() and first and last and not first.year <= int(year) <= last.year:
            yield _at("inspections", row.Index, "started", row.started, f"a date in {year}")
        if first and month.isdigit() and first.month != int(month):
            yield _at("inspections", row.Index, "started", row.started, f"month {month}")
        if row.ended and first and not 0 <= (parse.bounds(row.ended)[1] - first).days <= 60:
            yield _at("inspections", row.Index, "ended", row.ended, "within 60 days of its start")
        if row.published and first and parse.bounds(row.published)[1] < first:
            yield _at("inspections", row.Index, "published", row.published, "a day after the start")
        if row.published and re.fullmatch(r"\d{4}-\d\d-\d\d", row.published) and last and (
                parse.bounds(row.published)[0] - last).days > 92:
            yield _at("inspections", row.Index, "published", row.published,
                      "a day within three months of the fieldwork")
        if source["about"] == row.inspection_id and source["kind"] in ("report", "letter") and (
                row.published != source["published"]):
            yield _at("inspections", row.Index, "published", row.published,
                      f"{source['published']}, as in sources")
        if last and previous and str(last) < previous:
            yield _at("inspections", row.Index, "started", row.started, "the order of time")
        previous = str(first) if first else previous
        if row.framework == "ILACS" and first and first.year < 2018:
            yield _at("inspections", row.Index, "framework", row.framework, "one of the time")


def _judgements(raw: Tables) -> Iterator[str]:
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
            yield _at("judgements", row.Index, "area", row.area, f"an area of {framework}")
        else:
            span = spans.loc[(row.area, framework)]
            if not span["first_year"] <= year <= (span["last_year"] or "9999"):
                yield _at("judgements", row.Index, "area", row.area, f"an area in use in {year}")
        if row.inspection_id[:4] != year:
            yield _at("judgements", row.Index, "inspection_id", row.inspection_id, f"one of {year}")
        short = row.judgement_id[5:]
        if short not in (row.area, row.area.removesuffix("-services")):
            yield _at("judgements", row.Index, "area", row.area, f"the area of {row.judgement_id}")
        if not re.fullmatch(rf"{re.escape(row.judgement_id)}@{row.source_id}(-.+)?",
                            row.printing_id):
            yield _at("judgements", row.Index, "printing_id", row.printing_id,
                      f"{row.judgement_id}@{row.source_id}")
        if grades.setdefault(row.judgement_id, grade) != grade:
            yield _at("judgements", row.Index, "grade_as_printed", row.grade_as_printed,
                      f"{grades[row.judgement_id]}, as printed elsewhere of {row.judgement_id}")
    sources = table["inspection_id"].map(about["source_id"])
    counts = table[table["source_id"] == sources]["judgement_id"].value_counts()
    for judgement in table["judgement_id"].unique():
        if counts.get(judgement, 0) != 1:
            row = table.index[table["judgement_id"] == judgement][0]
            yield _at("judgements", row, "judgement_id", judgement,
                      "one printing in the document adopted for the inspection")


def _figures(raw: Tables) -> Iterator[str]:
    table = raw["figures"]
    by_id = table.drop_duplicates("figure_id").set_index("figure_id")
    kinds = raw["sources"].set_index("source_id")["kind"]
    about = raw["sources"].set_index("source_id")["about"]
    articles = list(kinds.index[kinds == "article"])
    inspections = raw["inspections"]
    visits = set(inspections.loc[inspections["kind"].str.contains("visit"), "inspection_id"])
    for row in table.itertuples():
        value = parse.number(row.as_printed).value if row.status == "as printed" else None
        if (row.status == "counted") != bool(row.counted):
            yield _at("figures", row.Index, "counted", row.counted, "a number if status is counted")
        if (row.status == "counted") == bool(row.as_printed):
            yield _at("figures", row.Index, "as_printed", row.as_printed,
                      "the printed words, unless counted")
        if row.status == "as printed" and ("%" in row.as_printed) != (row.unit == "per cent"):
            yield _at("figures", row.Index, "unit", row.unit, f"the unit of {row.as_printed}")
        if row.status == "as printed" and ("£" in row.as_printed) != (row.unit == "pounds"):
            yield _at("figures", row.Index, "unit", row.unit, f"the unit of {row.as_printed}")
        if value is not None and value < 6 and row.unit == "children" and "one in" not in (
                row.as_printed):
            yield _at("figures", row.Index, "status", row.status, "small count for a count under 6")
        article = kinds.get(row.source_id) == "article"
        exact = row.as_at.count("-") == 2 and "/" not in row.as_at
        if not article and exact and row.status != "counted" and (
                not row.date_as_printed or parse.date(row.date_as_printed) != row.as_at):
            yield _at("figures", row.Index, "as_at", row.as_at,
                      f"the day that the page prints ({row.date_as_printed or 'none'})")
        if row.date_as_printed and not exact:
            yield _at("figures", row.Index, "as_at", row.as_at, row.date_as_printed)
        if not row.as_at and not row.period and not re.search(r"no date|not printed", row.note):
            yield _at("figures", row.Index, "period", "", "a day, a period, or a note that the "
                      "date is not printed")
        if re.search(r"no date|date not printed", row.note) and (row.as_at or row.period):
            yield _at("figures", row.Index, "as_at", row.as_at or row.period, "none, by the note")
        if row.checked in ("differs", "unvalidated there") and article and not row.same_as:
            yield _at("figures", row.Index, "same_as", "", "the figure of Ofsted's report")
        if row.checked == "confirmed" and article and not (row.same_as or row.note):
            yield _at("figures", row.Index, "same_as", "", "the report's figure, or a note")
        if bool(row.as_at) and bool(row.period):
            yield _at("figures", row.Index, "period", row.period, "a day or a period, not both")
        own = raw["inspections"][raw["inspections"]["inspection_id"] == about[row.source_id]]
        published = raw["sources"].set_index("source_id")["published"][row.source_id]
        if row.as_at and len(own) and not row.date_as_printed and row.as_at not in [
                *_months(own), published, own.iloc[0]["published"]]:
            yield _at("figures", row.Index, "as_at", row.as_at, " or ".join(_months(own)))
        named_unit = "children" if row.unit == "per 10,000 children" else row.unit
        people = re.search(r"workers|inspectors|staff", row.measure)
        plain = row.unit not in ("per cent", "pounds") or bool(row.counted)
        if plain and named_unit not in row.measure and not (row.unit == "people" and people):
            yield _at("figures", row.Index, "unit", row.unit, f"the unit of {row.measure}")
        if (row.unit == "per 10,000 children") != row.measure.endswith(", rate"):
            yield _at("figures", row.Index, "unit", row.unit, f"the unit of {row.measure}")
        year = re.search(r"-(\d{4})$", row.figure_id)
        dated = row.as_at or row.period
        if year and dated and not _within(int(year[1]), dated):
            yield _at("figures", row.Index, "as_at" if row.as_at else "period", dated,
                      f"a date in {year[1]}")
        named = [name for name in articles if row.figure_id.endswith(f"-{name}")]
        if named and row.source_id not in named:
            yield _at("figures", row.Index, "source_id", row.source_id, named[0])
        if not article and (row.same_as or row.checked not in ("confirmed",
                                                               "unvalidated there")):
            yield _at("figures", row.Index, "checked", row.checked, "Ofsted’s own figures agree")
        if (row.checked == "not of Ofsted") != (about[row.source_id] == ""):
            yield _at("figures", row.Index, "checked", row.checked,
                      "not of Ofsted, if its source reports no inspection")
        unheld = about[row.source_id] in visits
        if article and (row.checked == "no report held") != unheld and (
                row.checked != "not of Ofsted"):
            yield _at("figures", row.Index, "checked", row.checked,
                      "no report held, of a visit whose letter is not")
        if not article and (row.checked == "unvalidated there") != ("unvalidated" in row.note):
            yield _at("figures", row.Index, "checked", row.checked,
                      "unvalidated there if the note says so")
        if row.same_as in by_id.index:
            yield from _same(row, by_id.loc[row.same_as])
        if row.counted_over and row.counted != str(len(_between(row, raw["paragraphs"]))):
            yield _at("figures", row.Index, "counted", row.counted,
                      f"{len(_between(row, raw['paragraphs']))}, as many as paragraphs.csv lists")


def _between(row: Any, paragraphs: pd.DataFrame) -> list[str]:
    """The places of paragraphs.csv from the first to the last that a count went over."""
    first, last = row.counted_over.split(" to ")
    places = list(paragraphs.loc[paragraphs["source_id"] == row.source_id, "locator"])
    if first not in places or last not in places:
        return []
    return places[places.index(first):places.index(last) + 1]


def _months(inspections: pd.DataFrame) -> list[str]:
    """The months of an inspection's fieldwork, as a figure or a claim may give them."""
    row = inspections.iloc[0]
    first, last = row["started"][:7], (row["ended"] or row["started"])[:7]
    return list(dict.fromkeys([first, last, first if first == last else f"{first}/{last}"]))


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
        yield _at("figures", row.Index, "checked", row.checked, " or ".join(expected)
                  + f" beside {row.same_as}, {other['as_printed'] or other['counted']}")
    if equal and (row.checked == "unvalidated there") != (other["checked"] == "unvalidated there"):
        yield _at("figures", row.Index, "checked", row.checked, f"{other['checked']}, as there")
    if row.period and other["as_at"]:
        yield _at("figures", row.Index, "period", row.period, f"none, as {row.same_as}")
    if row.status == "as printed" and row.checked != "differs" and row.unit not in (
            other["unit"], "people"):
        yield _at("figures", row.Index, "unit", row.unit, f"{other['unit']}, as {row.same_as}")


def _findings(raw: Tables) -> Iterator[str]:
    table = raw["findings"]
    first = table.drop_duplicates("finding_id").set_index("finding_id")
    abouts = raw["sources"].set_index("source_id")["about"]
    kinds = raw["sources"].set_index("source_id")["kind"]
    for row in table.itertuples():
        own = kinds.get(row.source_id) in ("report", "letter")
        if own != (row.voice == "Ofsted report"):
            yield _at("findings", row.Index, "voice", row.voice, "Ofsted report for its own")
        if row.voice in ("council", "councillor", "internal report") and row.inspection_id:
            yield _at("findings", row.Index, "inspection_id", row.inspection_id,
                      "none: not an inspection's finding")
        reports = row.voice.startswith("Ofsted") or (
            row.voice == "journalist" and abouts[row.source_id])
        if reports and not row.inspection_id:
            yield _at("findings", row.Index, "inspection_id", "", "the inspection it belongs to")
        if own and row.inspection_id != abouts[row.source_id]:
            yield _at("findings", row.Index, "inspection_id", row.inspection_id,
                      f"the inspection of {row.source_id}")
        if not own and row.inspection_id not in ("", abouts[row.source_id]) and (
                not row.duplicate_of):
            yield _at("findings", row.Index, "inspection_id", row.inspection_id,
                      f"{abouts[row.source_id] or 'none'}, which the article reports")
        if row.duplicate_of in first.index:
            target = first.loc[row.duplicate_of]
            if target["duplicate_of"]:
                yield _at("findings", row.Index, "duplicate_of", row.duplicate_of, "a first one")
            if target["inspection_id"] != row.inspection_id:
                yield _at("findings", row.Index, "duplicate_of", row.duplicate_of,
                          "a finding of the same inspection")


def _coding(raw: Tables) -> Iterator[str]:
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
            yield _at("coding_settled", row.Index, "finding_id", row.finding_id,
                      f"a code on which the passes differ, as they differ ({codes})")
        if row.settled not in (row.first, row.second):
            yield _at("coding_settled", row.Index, "settled", row.settled, "one of the two codes")
    for finding, variable in differ:
        yield f"data/raw/coding_settled.csv: found no row for {finding} {variable}, expected one"


def _claims(raw: Tables) -> Iterator[str]:
    table = raw["claims"]
    by_id = table.drop_duplicates("claim_id").set_index("claim_id")
    kinds = raw["sources"].set_index("source_id")
    inspections = raw["inspections"]
    for row in table.itertuples():
        own = kinds["kind"].get(row.source_id) in ("report", "letter")
        if own != (row.voice == "Ofsted report"):
            yield _at("claims", row.Index, "voice", row.voice, "Ofsted report for its own")
        said = raw["findings"]
        said = said[(said["source_id"] == row.source_id) & (said["locator"] == row.locator)]
        if len(said) and row.voice not in set(said["voice"]):
            yield _at("claims", row.Index, "voice", row.voice, "a voice of findings at its place")
        if row.same_as in by_id.index and by_id.loc[row.same_as, "measure"] != row.measure:
            yield _at("claims", row.Index, "measure", row.measure, f"that of {row.same_as}")
        own_inspection = inspections[inspections["inspection_id"] == kinds["about"].get(
            row.source_id, "none")]
        months = _months(own_inspection) if len(own_inspection) else []
        if (row.period_basis == "inspection") != (row.period in months):
            yield _at("claims", row.Index, "period", row.period,
                      f"{' or '.join(months)} if the basis is the inspection, else another")
        printed = kinds["published"].get(row.source_id, "")[:7]
        if months and row.period_basis == "up to then" and (
                row.period[3:] not in [*months, printed]):
            yield _at("claims", row.Index, "period", row.period, "the time of the inspection")
        if (row.period_basis == "up to then") != row.period.startswith("../"):
            yield _at("claims", row.Index, "period", row.period, "an open start for: up to then")
        if not row.period.endswith("/.."):
            published = parse.bounds(kinds["published"].get(row.source_id, "9999"))[1]
            first, last = parse.bounds(row.period)
            if first.replace(day=1) > published or last.year > published.year or (
                    published.year - last.year > 1):
                yield _at("claims", row.Index, "period", row.period,
                          f"a time up to the source's own, {published}")


def _events(raw: Tables) -> Iterator[str]:
    for row in raw["events"].itertuples():
        if row.as_printed:
            read = _printed_date(row.as_printed, row.date)
            if row.date.removeprefix("../") != read:
                yield _at("events", row.Index, "date", row.date, f"{read}, as printed")
        named = re.search(r"-(\d{4})(-|$)", row.event_id)
        if named and parse.bounds(row.date)[0].year != int(named[1]):
            yield _at("events", row.Index, "date", row.date, f"a date in {named[1]}")
    for needed in ("record-reaches", "no-overall-grade"):
        if needed not in set(raw["events"]["event_id"]):
            yield f"data/raw/events.csv: found no {needed}, expected that event"


def _corrections(raw: Tables) -> Iterator[str]:
    kinds = raw["sources"].set_index("source_id")["kind"]
    words = raw["corrections"].loc[raw["corrections"]["evidence_words"] != "", "evidence_words"]
    for index in words.index[words.duplicated()]:
        yield _at("corrections", index, "evidence_words", words[index], "words of its own")
    for row in raw["corrections"].itertuples():
        held = kinds.get(row.evidence_source_id) in ("article", "report", "letter")
        if held != bool(row.evidence_words):
            yield _at("corrections", row.Index, "evidence_words", row.evidence_words,
                      "a few words, if the evidence is a text that is held")
        table, column = raw[row.table], LISTED[row.table]
        match = table[table[column] == row.row_id]
        if match.empty:
            yield _at("corrections", row.Index, "row_id", row.row_id, f"a row of {row.table}.csv")
        elif row.table != "inspections" and (row.source_id, row.locator) != (
                match.iloc[0]["source_id"], match.iloc[0]["locator"]):
            yield _at("corrections", row.Index, "locator", f"{row.source_id} {row.locator}",
                      f"where {row.row_id} stands")
    numbers = list(raw["corrections"]["correction_id"])
    if numbers != [f"k-{n:02d}" for n in range(1, len(numbers) + 1)]:
        yield "data/raw/corrections.csv, column correction_id: found a gap, expected k-01 and on"
    differing = set(raw["figures"].loc[raw["figures"]["checked"] == "differs", "figure_id"])
    for figure in sorted(differing - set(raw["corrections"]["row_id"])):
        yield f"data/raw/corrections.csv: found no row for {figure}, expected one: it differs"


def _paragraphs(raw: Tables) -> Iterator[str]:
    """Both ways: every id listed stands there, and every row there is listed."""
    standing: dict[tuple[str, str], set[str]] = {}
    for name, column in LISTED.items():
        for row in raw[name].itertuples():
            standing.setdefault((row.source_id, row.locator), set()).add(getattr(row, column))
    kinds = raw["sources"].set_index("source_id")["kind"]
    listed = set()
    for row in raw["paragraphs"].itertuples():
        if bool(row.opens) != (kinds.get(row.source_id) in ("article", "report", "letter")):
            yield _at("paragraphs", row.Index, "opens", row.opens, "the first words of a held text")
        listed.add((row.source_id, row.locator))
        ids = set(row.row_ids.split(";")) - {""}
        there = standing.get((row.source_id, row.locator), set())
        if (row.fate == "rows") != bool(ids):
            yield _at("paragraphs", row.Index, "fate", row.fate, "rows if it gave rise to rows")
        for extra in sorted(ids ^ there):
            yield _at("paragraphs", row.Index, "row_ids", extra,
                      "the ids of the rows that stand at this place, all and no other")
    for source, place in sorted(set(standing) - listed):
        yield f"data/raw/paragraphs.csv: found no row for {source} {place}, expected one"
    articles = raw["paragraphs"][raw["paragraphs"]["source_id"].map(kinds) == "article"]
    for source, lines in articles.groupby("source_id"):
        numbers = sorted(int(n) for n in lines["locator"] if n.isdigit())
        if numbers != list(range(1, len(lines) + 1)):
            yield f"data/raw/paragraphs.csv: found a gap in the lines of {source}, expected 1 to n"


_DAYS = {"year to 31 March": r"(\d{4})-04-01/(\d{4})-03-31", "at 31 March": r"()(\d{4})-03-31",
         "year to 30 September": r"(\d{4})-10-01/(\d{4})-09-30",
         "at 30 September": r"()(\d{4})-09-30", "mid-year": r"()(\d{4})-06-30"}


def _measures(raw: Tables) -> Iterator[str]:
    """The measures with each other, and the official statistics with them."""
    measures = raw["measures"].set_index("measure")
    for row in raw["measures"].itertuples():
        for column in ("rate_of", "base"):  # to itself: beyond a foreign key
            named = getattr(row, column)
            if named and named not in measures.index:
                yield _at("measures", row.Index, column, named, "a measure")
        if (row.unit == "per 10,000 children") != row.measure.endswith("-rate"):
            yield _at("measures", row.Index, "unit", row.unit, "per 10,000 for rates alone")
        count = row.measure.removesuffix("-rate")
        if row.measure.endswith("-rate") and count in measures.index and row.rate_of != count:
            yield _at("measures", row.Index, "rate_of", row.rate_of, count)
        if row.rate_of and row.measure != f"{row.rate_of}-rate":
            yield _at("measures", row.Index, "rate_of", row.rate_of, row.measure[:-len("-rate")])
        if row.polarity_used not in ("", {"High": "higher", "Low": "lower"}.get(row.polarity)):
            yield _at("measures", row.Index, "polarity_used", row.polarity_used,
                      f"what its publisher prefers ({row.polarity or 'neither'}) or none")
    table = raw["official_statistics"]
    for name, rows in table.groupby("measure"):
        if name not in measures.index:
            continue  # the description's foreign key says so
        about = measures.loc[str(name)]
        for row in rows[rows["unit"] != about["unit"]].itertuples():
            yield _at("official/official_statistics", row.Index, "unit", row.unit, about["unit"])
        days = rows["period"].str.extract(f"^{_DAYS[about['timing']]}$")
        before = (rows["year"].astype(int) - 1).astype(str)
        wrong = (days[1] != rows["year"]) | ~(days[0].eq(before) | days[0].eq(""))
        for row in rows[wrong].itertuples():
            yield _at("official/official_statistics", row.Index, "period", row.period,
                      f"the {about['timing']} {row.year}")
    for row in table[(table["value"] == "") != (table["status"] != "")].itertuples():
        yield _at("official/official_statistics", row.Index, "status", row.status,
                  "a reason if there is no value, none if there is one")


def _claim_tests(raw: Tables) -> Iterator[str]:
    """Every claim has its test, and every test what its kind needs."""
    tests, claims = raw["claim_tests"], raw["claims"].set_index("claim_id")
    for name in claims.index.difference(tests["claim_id"]):
        yield f"data/raw/claim_tests.csv: found no row for {name}, expected one"
    if list(tests["claim_id"]) != [name for name in claims.index
                                   if name in set(tests["claim_id"])]:
        yield "data/raw/claim_tests.csv: found another order than in claims.csv, expected that"
    known = set(raw["measures"]["measure"]), set(raw["figures"]["figure_id"])
    ids = set().union(*(raw[name][column] for name, column in LISTED.items()))
    for row in tests.itertuples():
        named = row.series.split(";") if row.series else []
        allowed = known[1] if row.kind.startswith("figures") else known[0]
        for one in named:
            if one not in allowed:
                yield _at("claim_tests", row.Index, "series", one, "a measure, or figures")
        wanted = {"none": 0, "figures change": 2, "figures level": 2}.get(row.kind, 1)
        if len(named) != wanted or (row.kind == "none") != (row.direction == ""):
            yield _at("claim_tests", row.Index, "series", row.series, f"what {row.kind} needs")
        for first, last in (("from_year", "to_year"), ("second_from", "second_to")):
            years = getattr(row, first), getattr(row, last)
            if (row.kind == "change") != bool(years[0]) or (
                    row.kind in ("change", "level", "share")) != bool(years[1]) or (
                    all(years) and years[0] >= years[1]):
                yield _at("claim_tests", row.Index, first, "/".join(years),
                          f"what {row.kind} needs")
        own = claims["voice"].get(row.claim_id) == "Ofsted report"
        if own != (row.ofsted_agrees == "own claim"):
            yield _at("claim_tests", row.Index, "ofsted_agrees", row.ofsted_agrees,
                      "own claim for Ofsted's report alone")
        if row.ofsted_row and row.ofsted_row not in ids:
            yield _at("claim_tests", row.Index, "ofsted_row", row.ofsted_row, "a row of a table")
        if row.ofsted_agrees in ("agrees", "narrows", "contradicts") and not row.ofsted_row:
            yield _at("claim_tests", row.Index, "ofsted_row", "", "the row that shows it")


def _oddities(raw: Tables) -> Iterator[str]:
    """What is known stands there for every flagged value, and for no other."""
    areas, measures = raw["official_areas"], raw["measures"].set_index("measure")
    authority = areas.loc[areas["relation"] == "authority", "area_code"].iloc[0]
    table = raw["official_statistics"]
    flags = oddities.flags(table, raw["official_distribution"], measures, authority)
    odd = table[(flags != "") & table["measure"].map(measures["rate_of"]).eq("")]
    wanted = set(zip(odd["measure"], odd["year"], strict=True))
    known = list(zip(raw["oddities"]["measure"], raw["oddities"]["year"], strict=True))
    for measure, year in sorted(wanted ^ set(known)):
        yield (f"data/raw/oddities.csv: found {'a' if (measure, year) in known else 'no'} row for "
               f"{measure} {year}, expected one for each flagged value and no other")


def _board(raw: Tables) -> Iterator[str]:
    """One cell for each area and visit; ids made of both."""
    inspections = raw["inspections"]
    last = inspections.loc[inspections["graded"] == "yes", "started"].max()
    visits = set(inspections.loc[(inspections["started"] > last)
                                 & (inspections["graded"] == "no"), "inspection_id"])
    cells = set()
    for row in raw["board"].itertuples():
        wanted = f"b-{int(row.area_no):02d}-{row.inspection_id[:7]}"
        if row.board_id != wanted:
            yield _at("board", row.Index, "board_id", row.board_id, wanted)
        if (row.state == "not known to us") != (row.source_id == ""):
            yield _at("board", row.Index, "source_id", row.source_id,
                      "a source, or none for what is not known to us")
        cells.add((row.area_no, row.inspection_id))
    for number in sorted({number for number, _ in cells}, key=int):
        for visit in sorted(visits - {name for n, name in cells if n == number}):
            yield f"data/raw/board.csv: found no row for area {number}, {visit}, expected one"


def _lists(raw: Tables) -> Iterator[str]:
    """One row for each document of Ofsted's own, with the year it came out."""
    sources = raw["sources"].set_index("source_id")
    own = set(sources.index[sources["kind"].isin(["report", "letter"])])
    for name in sorted(own ^ set(raw["lists"]["source_id"])):
        yield f"data/raw/lists.csv: found a difference at {name}, expected each report and letter"
    for row in raw["lists"].itertuples():
        if row.year != sources["published"].get(row.source_id, "")[:4]:
            yield _at("lists", row.Index, "year", row.year, "the year its document came out")
