"""Where the rows come from: sources, places in them, and what became of each place."""

import re
from collections.abc import Iterator, Mapping

import pandas as pd

from helpers import text
from helpers.checks.common import CODED, HELD, LISTED, PART, Tables, at, notes

# What a locator looks like in a source of each kind.
_LOCATOR = {"article": r"\d{1,2}", "report": r"§\d{1,3}|p\. \d{1,2}(, bullet \d{1,2})?",
            "letter": r"p\. \d{1,2}(, bullet \d{1,2})?", "statistics": r"(sheet|report) .+",
            "summary": r"(row|sheet) .+", "not held": r"not held", PART: r"\d{1,2}"}


def check_sources(raw: Tables) -> Iterator[str]:
    """Texts, dates and ids of the sources, and that a row rests on each."""
    used = set().union(*(set(t.get(column, pd.Series(dtype=str))) for n, t in raw.items()
                         for column in ("source_id", "publication") if n != "sources"),
                       raw["corrections"]["evidence_source_id"])
    noted = notes(raw)
    for row in raw["sources"].itertuples():
        held = row.kind in HELD
        if held != bool(row.file) or held != bool(row.sha256):
            yield at("sources", row.Index, "file", row.file,
                     "a file and its SHA-256 for a held text, neither for any other")
        numbered = re.match(r"(\d{3})_", row.file)
        if held and numbered and row.source_id != f"a{numbered[1]}":
            yield at("sources", row.Index, "source_id", row.source_id, f"a{numbered[1]}")
        dated = re.search(r"\d{4}-\d{2}-\d{2}(?=\.txt)", row.file)
        if dated and dated[0] != row.published:
            yield at("sources", row.Index, "published", row.published, dated[0])
        spoken = text.spoken_date(row.published)
        if not all(word in row.published_basis for word in spoken.split()):
            yield at("sources", row.Index, "published", row.published,
                     f"the date that its basis names ({row.published_basis})")
        if row.about and not held:
            yield at("sources", row.Index, "about", row.about, "none for what is not held")
        for kind, ending in (("not held", "not seen"), (PART, "read in part")):
            if (row.kind == kind) != row.short_name.endswith(f", {ending}"):
                yield at("sources", row.Index, "short_name", row.short_name,
                         f"a name that ends in ', {ending}' if its kind is {kind}")
        if row.source_id not in used and row.source_id not in noted:
            yield at("sources", row.Index, "source_id", row.source_id, "a row that rests on it")


def check_starts(raw: Tables, starts: Mapping[str, str]) -> Iterator[str]:
    """A source's kind is what its id begins with, and a note names no source that is not there.

    starts: pattern of a beginning, to kind; the first that fits counts.
    """
    for row in raw["sources"].itertuples():
        fitting = next((kind for start, kind in starts.items()
                        if re.match(start, row.source_id)), row.kind)
        if row.kind != fitting:
            yield at("sources", row.Index, "kind", row.kind, fitting)
    noted = notes(raw)
    named = {name for start, kind in starts.items() if kind in ("not held", PART)
             for name in re.findall(rf"\b{start}[a-z]+-[0-9-]*[0-9]\b", noted)}
    for name in sorted(named - set(raw["sources"]["source_id"])):
        yield f"data/raw/sources.csv: found no {name}, expected it: a note names it"


def check_locators(raw: Tables) -> Iterator[str]:
    """A locator names a place of the kind that its source has."""
    kinds = raw["sources"].set_index("source_id")["kind"]
    for name, table in raw.items():
        for source, place in (("source_id", "locator"), ("evidence_source_id", "evidence_locator")):
            if name == "sources" or source not in table or place not in table:
                continue
            for index, row in table.iterrows():
                kind = kinds.get(row[source])
                if name in CODED and not row[place]:
                    continue  # check_coded says where none is needed
                if kind and not re.fullmatch(_LOCATOR[kind], row[place]):
                    yield at(name, index, place, row[place], f"a place in a source that is {kind}")


def check_paragraphs(raw: Tables) -> Iterator[str]:
    """Both ways: every id listed stands there, and every row there is listed."""
    standing: dict[tuple[str, str], set[str]] = {}
    for name, column in LISTED.items():
        for row in raw[name].itertuples():
            if row.locator:
                standing.setdefault((row.source_id, row.locator), set()).add(getattr(row, column))
    kinds = raw["sources"].set_index("source_id")["kind"]
    listed = set()
    for row in raw["paragraphs"].itertuples():
        if bool(row.opens) != (kinds.get(row.source_id) in HELD):
            yield at("paragraphs", row.Index, "opens", row.opens, "the first words of a held text")
        listed.add((row.source_id, row.locator))
        ids = set(row.row_ids.split(";")) - {""}
        there = standing.get((row.source_id, row.locator), set())
        if (row.fate == "rows") != bool(ids):
            yield at("paragraphs", row.Index, "fate", row.fate, "rows if it gave rise to rows")
        for extra in sorted(ids ^ there):
            yield at("paragraphs", row.Index, "row_ids", extra,
                     "the ids of the rows that stand at this place, all and no other")
    for source, place in sorted(set(standing) - listed):
        yield f"data/raw/paragraphs.csv: found no row for {source} {place}, expected one"
    articles = raw["paragraphs"][raw["paragraphs"]["source_id"].map(kinds).isin(("article", PART))]
    for source, lines in articles.groupby("source_id"):
        numbers = sorted(int(n) for n in lines["locator"] if n.isdigit())
        if numbers != list(range(1, len(lines) + 1)):
            yield f"data/raw/paragraphs.csv: found a gap in the lines of {source}, expected 1 to n"


def check_corrections(raw: Tables) -> Iterator[str]:
    """A correction names a row where it stands, and evidence; differing figures have one."""
    kinds = raw["sources"].set_index("source_id")["kind"]
    words = raw["corrections"].loc[raw["corrections"]["evidence_words"] != "", "evidence_words"]
    for index in words.index[words.duplicated()]:
        yield at("corrections", index, "evidence_words", words[index], "words of its own")
    for row in raw["corrections"].itertuples():
        held = kinds.get(row.evidence_source_id) in HELD
        if held != bool(row.evidence_words):
            yield at("corrections", row.Index, "evidence_words", row.evidence_words,
                     "a few words, if the evidence is a text that is held")
        table, column = raw[row.table], LISTED[row.table]
        match = table[table[column] == row.row_id]
        if match.empty:
            yield at("corrections", row.Index, "row_id", row.row_id, f"a row of {row.table}.csv")
        elif row.table != "inspections" and (row.source_id, row.locator) != (
                match.iloc[0]["source_id"], match.iloc[0]["locator"]):
            yield at("corrections", row.Index, "locator", f"{row.source_id} {row.locator}",
                     f"where {row.row_id} stands")
    numbers = list(raw["corrections"]["correction_id"])
    if numbers != [f"k-{n:02d}" for n in range(1, len(numbers) + 1)]:
        yield "data/raw/corrections.csv, column correction_id: found a gap, expected k-01 and on"
    differing = set(raw["figures"].loc[raw["figures"]["checked"] == "differs", "figure_id"])
    for figure in sorted(differing - set(raw["corrections"]["row_id"])):
        yield f"data/raw/corrections.csv: found no row for {figure}, expected one: it differs"
