"""Where the rows come from: sources, places in them, and what became of each place."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from helpers import text
from helpers.checks import common
from helpers.checks.common import CODED, HELD, LISTED, PART, Rules, Tables, at, broken

# What a locator looks like in a source of each kind.
_LOCATOR = {"article": r"\d{1,2}", "report": r"§\d{1,3}|p\. \d{1,2}(, bullet \d{1,2})?",
            "letter": r"p\. \d{1,2}(, bullet \d{1,2})?", "statistics": r"(sheet|report) .+",
            "summary": r"(row|sheet) .+", "not held": r"not held", PART: r"\d{1,2}"}


def check_sources(raw: Tables) -> Iterator[str]:
    """Texts, dates and ids of the sources, and that a row rests on each."""
    used = set(raw["corrections"]["evidence_source_id"]).union(
        *(table[column] for name, table in raw.items() if name != "sources"
          for column in ("source_id", "publication") if column in table))
    yield from broken("sources", raw["sources"], _source, used, common.notes(raw))


def _source(row: Any, used: set[str], noted: str) -> Rules:
    """One source's rules. used: the sources that rows rest on; noted: what notes say."""
    held = row.kind in HELD
    yield ("file", held == bool(row.file) == bool(row.sha256),
           "a file and its SHA-256 for a held text, neither for any other")
    if held and (numbered := re.match(r"\d{3}(?=_)", row.file)):
        yield "source_id", row.source_id == f"a{numbered[0]}", f"a{numbered[0]}"
    if dated := re.search(r"\d{4}-\d\d-\d\d(?=\.txt)", row.file):
        yield "published", row.published == dated[0], f"{dated[0]}, as its file’s name has it"
    yield ("published", all(word in row.published_basis
                            for word in text.spoken_date(row.published).split()),
           f"the date that its basis names ({row.published_basis})")
    yield "about", held or not row.about, "none for what is not held"
    for kind, ending in (("not held", ", not seen"), (PART, ", read in part")):
        yield ("short_name", (row.kind == kind) == row.short_name.endswith(ending),
               f"a name that ends in '{ending}' if its kind is {kind}")
    yield "source_id", row.source_id in used or row.source_id in noted, "a row that rests on it"


def check_starts(raw: Tables, starts: Mapping[str, str]) -> Iterator[str]:
    """A source's kind is what its id begins with, and a note names no source that is not there.

    starts: pattern of a beginning, to kind; the first that fits counts.
    """
    for row in raw["sources"].itertuples():
        fitting = next((kind for start, kind in starts.items()
                        if re.match(start, row.source_id)), row.kind)
        if row.kind != fitting:
            yield at("sources", row, "kind", fitting)
    noted = common.notes(raw)
    named = {name for start, kind in starts.items() if kind in ("not held", PART)
             for name in re.findall(rf"\b{start}[a-z]+-[0-9-]*[0-9]\b", noted)}
    for name in sorted(named - set(raw["sources"]["source_id"])):
        yield f"data/raw/sources.csv: found no {name}, expected it: a note names it"


def check_locators(raw: Tables) -> Iterator[str]:
    """A locator names a place of the kind that its source has."""
    kinds = raw["sources"].set_index("source_id")["kind"]
    for name, table in raw.items():
        for source, place in (("source_id", "locator"), ("evidence_source_id", "evidence_locator")):
            if name == "sources" or not {source, place} <= set(table):
                continue
            # A row without a source has no place; check_coded says which of the coded have none.
            there = table[table[source].ne("") & (table[place].ne("") | (name not in CODED))]
            for row in there.assign(source_kind=there[source].map(kinds)).itertuples():
                if not re.fullmatch(_LOCATOR[row.source_kind], getattr(row, place)):
                    yield at(name, row, place, f"a place in a source that is {row.source_kind}")


def check_paragraphs(raw: Tables) -> Iterator[str]:
    """Both ways: every id listed stands there, and every row there is listed."""
    standing = pd.concat(raw[name][["source_id", "locator", column]].set_axis(
        ["source_id", "locator", "id"], axis=1) for name, column in LISTED.items())
    standing = standing[standing["locator"] != ""].groupby(["source_id", "locator"])["id"].agg(set)
    paragraphs = common.with_sources(raw, "paragraphs")
    for row in paragraphs.itertuples():
        if bool(row.opens) != (row.source_kind in HELD):
            yield at("paragraphs", row, "opens", "the first words of a held text")
        ids = set(row.row_ids.split(";")) - {""}
        if (row.fate == "rows") != bool(ids):
            yield at("paragraphs", row, "fate", "rows if it gave rise to rows")
        for extra in sorted(ids ^ standing.get((row.source_id, row.locator), set())):
            yield at("paragraphs", row, "row_ids",
                     "the ids of the rows that stand at this place, all and no other", extra)
    listed = paragraphs.set_index(["source_id", "locator"]).index
    for source, place in standing.index.difference(listed):
        yield f"data/raw/paragraphs.csv: found no row for {source} {place}, expected one"
    articles = paragraphs[paragraphs["source_kind"].isin(("article", PART))]
    for source, lines in articles.groupby("source_id")["locator"]:
        if {*lines} != {str(number) for number in range(1, len(lines) + 1)}:
            yield f"data/raw/paragraphs.csv: found a gap in the lines of {source}, expected 1 to n"


def check_corrections(raw: Tables) -> Iterator[str]:
    """A correction names a row where it stands, and evidence; differing figures have one."""
    kinds = raw["sources"].set_index("source_id")["kind"]
    corrections = raw["corrections"]
    places = set(zip(raw["paragraphs"]["source_id"], raw["paragraphs"]["locator"], strict=True))
    for row in corrections.assign(repeated=corrections.duplicated("evidence_words")).itertuples():
        if row.evidence_words and row.repeated:
            yield at("corrections", row, "evidence_words", "words of its own")
        if bool(row.evidence_words) != (kinds[row.evidence_source_id] in HELD):
            yield at("corrections", row, "evidence_words",
                     "a few words, if the evidence is a text that is held")
        if not row.evidence_words and (row.evidence_source_id, row.evidence_locator) not in places:
            yield at("corrections", row, "evidence_locator", "a place that paragraphs.csv lists")
        table = raw[row.table].set_index(LISTED[row.table])
        if row.row_id not in table.index:
            yield at("corrections", row, "row_id", f"a row of {row.table}.csv")
        elif row.table != "inspections" and (
                (row.source_id, row.locator) != tuple(table.loc[row.row_id, ["source_id", "locator"]])):
            yield at("corrections", row, "locator", f"where {row.row_id} stands",
                     f"{row.source_id} {row.locator}")
    if list(corrections["correction_id"]) != [f"k-{n:02d}" for n in range(1, len(corrections) + 1)]:
        yield "data/raw/corrections.csv, column correction_id: found a gap, expected k-01 and on"
    differing = raw["figures"].loc[raw["figures"]["checked"] == "differs", "figure_id"]
    for figure in sorted(set(differing) - set(corrections["row_id"])):
        yield f"data/raw/corrections.csv: found no row for {figure}, expected one: it differs"
