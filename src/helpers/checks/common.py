"""What the checks share."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from helpers.analysis import panel
from helpers.tables import parse

Tables = dict[str, pd.DataFrame]
# Rules as held against one row: column, whether it holds, what should stand there and, if that is
# not the column's own cell, what was found.
Rules = Iterator[tuple[Any, ...]]

# What is held of a page of which only the beginning is; the kinds of source whose text is held,
# and those of them that are Ofsted's own documents.
PART = "held in part"
HELD = ("article", "report", "letter", PART)
OFSTEDS = ("report", "letter")

# The tables that hold both coders' codes, and the column that holds the adopted one.
CODED = {"outcomes": "verdict", "subject_states": "state"}

# The tables whose rows paragraphs.csv lists, and the column that names a row.
LISTED = {"inspections": "inspection_id", "judgements": "printing_id", "figures": "figure_id",
          "findings": "finding_id", "claims": "claim_id", "events": "event_id",
          "corrections": "correction_id", "board": "board_id", "outcomes": "part_id",
          "subjects": "subject_id", "subject_states": "state_id"}

# The tables that are in data/raw/official, compiled from what is published: only `make official`
# and, the last two, `python -m helpers read-reports` write them.
OFFICIAL = (*panel.NAMES, "authority_inspections", "authority_corrections", "successors",
            "report_readings", "report_differences")


def file_of(table: str) -> str:
    """The path of a raw table, as problems name it."""
    return f"data/raw/{'official/' if table in OFFICIAL else ''}{table}.csv"


def at(table: str, row: Any, column: str, expected: str, *found: object) -> str:
    """The line of a problem: a row of a raw table, what stands there and what should.

    found: what stands there, where it is not the column's own cell.
    """
    value = found[0] if found else getattr(row, column)
    return (f"{file_of(table)}, row {row.Index}, column {column}: found {value!r}, "
            f"expected {expected}")


def broken(name: str, table: pd.DataFrame, rules: Callable[..., Rules], *known: Any) -> Iterator[str]:
    """The lines of the rules that do not hold, for each row of a table.

    rules: gives a row's rules, called with the row and with what else it takes to know them.
    """
    for row in table.itertuples():
        running = rules(row, *known)
        for column, holds, expected, *found in running:
            if not holds:
                yield at(name, row, column, expected, *found)


def with_sources(raw: Tables, name: str) -> pd.DataFrame:
    """A table with source_kind, source_about and source_published; '' where a row has no source."""
    sources = raw["sources"].set_index("source_id")[["kind", "about", "published"]]
    return raw[name].join(sources.add_prefix("source_"), on="source_id").fillna("")


def notes(raw: Tables) -> str:
    """All that the notes beside the rows say, those on the sources apart."""
    return " ".join(" ".join(table["note"]) for name, table in raw.items()
                    if "note" in table and name != "sources")


def printed_date(printed: str, stored: str) -> str:
    """A printed date in EDTF; the year of the stored one where the source prints none."""
    words = re.sub(r"\b(since|in|before)\b|…", " ", printed).strip()
    if not words:
        return ""
    year = re.search(r"\d{4}", stored)
    read = parse.date(words if re.search(r"\d{4}", words) or not year else f"{words} {year[0]}")
    if "before" in printed:  # the day before a month begins, as precise as a month
        return (parse.bounds(read)[0] - dt.timedelta(days=1)).isoformat()[:7]
    return read


def months(inspection: Any) -> list[str]:
    """The months of an inspection's fieldwork, as a figure or a claim may give them."""
    first, last = inspection.started[:7], (inspection.ended or inspection.started)[:7]
    return [first] if first == last else [first, last, f"{first}/{last}"]
