"""The sources page: each document, every row that rests on it with its place, and differences."""

import re
from typing import Any

import pandas as pd
from markupsafe import Markup

from helpers import text
from helpers.pages import display, markdown
from helpers.pages.frame import Page, render
from helpers.tables import files

# What the page calls a row of each table, and what it says of it, by the columns of _rows_of.
KINDS = {"inspections": ("inspection", "{kind}, {started}"),
         "printings": ("grade", "{area_as_printed}: {grade_as_printed}"),
         "figures": ("figure", "{measure}: {as_printed}"),
         "findings": ("finding", "{summary} ({voice})"), "claims": ("claim", "{summary} ({voice})"),
         "events": ("event", "{date}: {what}"), "board": ("board", "{area}: {state}, {what}"),
         "authority_inspections": ("inspection", "{authority}, report of {published}: {overall_grade}"),
         "outcomes": ("outcome", "{part}: {verdict}. {what}"), "subjects": ("subject", "{subject}"),
         "subject_states": ("state", "{subject}: {state}. {what}"),
         "measures": ("measure", "{name}, {timing}{note}")}


def page() -> Page:
    """Each document, how its date is known, and every row that rests on it, place by place, with
    the anchor that cite links to; then the differences."""
    rows = _rows_by_source()
    documents = [{"about": source, "published": text.spoken_date(source.published),
                  "basis": _basis(source),
                  "places": [_location(source, locator, at.to_dict("records")) for locator, at in rows[
                      rows["source_id"] == source.source_id].groupby("locator", sort=False)]}
                 for source in files.read_table("sources").itertuples()]
    places = {place["id"] for document in documents for place in document["places"]}

    def linked(source_id: str, locator: str) -> str:
        anchor, words = display.anchor_of(source_id, locator), display.location(source_id, locator)
        return Markup('<a href="#{}">{}</a>').format(anchor, words) if anchor in places else words

    table = files.read_table("corrections")
    names = files.read_table("authority_inspections").set_index("history_id")["authority"]
    differences = [{"row": row, "place": linked(row.source_id, row.locator),
                    "about": f"{names[row.row_id]}: " if row.row_id in names else "",
                    "evidence": linked(row.evidence_source_id, row.evidence_locator)}
                   for row in table.itertuples()]
    body = str(render("sources", documents=documents, differences=differences))
    body = body.replace(f'href="{display.PAGES}', 'href="')
    return Page("Where does each number come from?", Markup(body),
                [("differences", "Differences between sources")],
                "Every document, every row that rests on it, and every difference.", [])


def _basis(source: Any) -> str:
    """How a document's date is known, without the date itself."""
    day = re.escape(text.spoken_date(source.published))
    words = re.sub(rf"^{day}[,:]? |(: |, ){day}", "", source.published_basis)
    return f"; {words}"


def _location(source: Any, locator: str, rows: list[dict[str, str]]) -> dict[str, Any]:
    """A place in a document with its rows; a page of a report leads to that page of the PDF."""
    pdf = "files.ofsted.gov.uk" in source.url
    number = re.match(r"pp?\. (\d+)", locator) if pdf else None
    return {"id": display.anchor_of(source.source_id, locator),
            "words": f"line {locator}" if locator.isdigit() else locator or "the whole document",
            "address": f"https://{source.url}#page={number[1]}" if number else "",
            "rows": [row | {"difference": markdown.inline(display.difference(row["id"]))}
                     for row in rows]}


def _rows_by_source() -> pd.DataFrame:
    """Every row that rests on a document. Columns: id, kind, what, source_id, locator."""
    documents = files.read_table("sources").set_index("source_id")["kind"]
    visited = files.read_table("inspections")  # what visits found is on the board
    known = visited[~visited["kind"].str.endswith("visit")]
    parts = [known[["source_id", "locator"]].assign(
        id="outcome-" + known["inspection_id"], kind="outcome",
        what=known["inspection_id"] + ": " + known["outcome"])]
    for name, (kind, words) in KINDS.items():
        table = _rows_of(name)
        what = [words.format_map(row) for row in table.to_dict("records")]
        parts.append(table[["id", "source_id", "locator"]].assign(kind=kind, what=what))
    rows = pd.concat(parts, ignore_index=True)
    rows["what"] += rows["source_id"].map(documents).map({
        "not held": " (we have not seen the document)",
        "held in part": " (we have read only the beginning)"}).fillna("")
    return rows.sort_values("locator", key=lambda s: s.map(_natural), kind="stable")


def _rows_of(name: str) -> pd.DataFrame:
    """A table's rows that rest on a document, each column as the page says it, and their id."""
    table = files.read_table(name)
    if name == "figures":
        counted = table["value"].map("counted: {:g}".format, na_action="ignore").fillna("")
        table["as_printed"] = table["as_printed"].where(table["as_printed"] != "", counted)
    elif name in ("findings", "claims"):
        table["voice"] = table["voice"].mask(table["source_id"].str.startswith("jtai"), "joint letter")
    elif name == "authority_inspections":
        table["overall_grade"] = table["overall_grade"].replace("", "no overall grade")
    elif name == "subject_states":
        table = table.merge(files.read_table("subjects")[["subject_id", "subject"]], how="left")
    elif name == "measures":
        table["note"] = table["note"].map(lambda note: note and f"; {note}")
        table = table.rename(columns={"publication": "source_id", "column": "locator"})
    for day in {"started", "published", "date"} & set(table):
        table[day] = table[day].map(text.spoken_date)
    return table.assign(id=table[display.CITED.get(name, "measure")])[table["source_id"] != ""]


def _natural(locator: str) -> tuple[Any, ...]:
    return tuple(int(part) if part.isdigit() else part for part in re.split(r"(\d+)", locator))
