"""What the checks share."""

import datetime as dt
import re
from typing import Any

import pandas as pd

from helpers.tables import parse

Tables = dict[str, pd.DataFrame]

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
          "subjects": "subject_id",
          "subject_states": "state_id"}


def at(table: str, row: object, column: str, found: object, expected: str) -> str:
    """The line of a problem: a row of a raw table, or of one computed from the panel, what stands
    there and what should."""
    folder = "processed" if table.startswith("official_") else "raw"
    return (f"data/{folder}/{table}.csv, row {row}, column {column}: found {found!r}, "
            f"expected {expected}")


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
    return list(dict.fromkeys([first, last, first if first == last else f"{first}/{last}"]))
