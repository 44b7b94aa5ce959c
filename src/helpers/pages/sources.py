"""The sources page: each document, every row that rests on it with its place, and differences."""

import re
from typing import Any

import pandas as pd
from markupsafe import Markup

from helpers import text
from helpers.pages import display, markdown
from helpers.pages.frame import Page, environment
from helpers.tables import files

KINDS = {"inspections": ("inspection", "outcome"), "printings": ("grade", "grade_as_printed"),
         "figures": ("figure", "as_printed"), "findings": ("finding", "summary"),
         "claims": ("claim", "summary"), "events": ("event", "what"), "board": ("board", "what"),
         "authority_inspections": ("inspection", "authority"), "outcomes": ("outcome", "what"),
         "subjects": ("subject", "subject"), "subject_states": ("state", "what")}


def page() -> Page:
    """Each document, how its date is known, and every row that rests on it, place by place, with
    the anchor that cite links to; then the differences."""
    places: dict[str, dict[str, list[dict[str, str]]]] = {}
    for row in _rows_by_source().to_dict("records"):
        places.setdefault(row["source_id"], {}).setdefault(row["locator"], []).append(row)
    documents = [{"about": source, "published": text.spoken_date(source.published),
                  "places": [_place(source, locator, rows) for locator, rows
                             in places.get(source.source_id, {}).items()]}
                 for source in files.read_table("sources").itertuples()]
    table = files.read_table("corrections")
    differences = [{"id": display.anchor(row.correction_id), "row": row,
                    "place": display.place(row.source_id, row.locator),
                    "evidence": display.place(row.evidence_source_id, row.evidence_locator)}
                   for row in table.itertuples()]
    body = environment().get_template("sources.html.j2").render(
        documents=documents, differences=differences)
    body = body.replace(f'href="{display.PAGES}', 'href="')
    return Page("Where does each number come from?", Markup(body),
                [("differences", "Differences between sources")],
                "Every document, every row that rests on it, and every difference.", [])


def _place(source: Any, locator: str, rows: list[dict[str, str]]) -> dict[str, Any]:
    """A place in a document with its rows; a page of a report leads to that page of the PDF."""
    number = re.match(r"pp?\. (\d+)", locator)
    pdf = "files.ofsted.gov.uk" in source.url and number
    return {"id": display.place_anchor(source.source_id, locator),
            "words": f"line {locator}" if locator.isdigit() else locator or "the whole document",
            "address": f"https://{source.url}#page={number[1]}" if pdf and number else "",
            "rows": [{"kind": row["kind"], "name": row["id"], "what": row["what"],
                      "difference": markdown.inline(display.difference(row["id"]))}
                     for row in rows]}


def _rows_by_source() -> pd.DataFrame:
    """Every row that rests on a document. Columns: id, kind, what, where, source_id, locator."""
    parts = []
    subjects = files.read_table("subjects").set_index("subject_id")["subject"]
    for name, (kind, column) in KINDS.items():
        table = files.read_table(name)
        ids = table[display.CITED[name]]
        what = table[column].astype(str)
        if name == "figures":
            counted = table["value"].map(lambda v: "" if pd.isna(v) else f"counted: {v:g}")
            what = table["measure"] + ": " + what.where(what != "", counted)
        elif name == "printings":
            what = table["area_as_printed"] + ": " + what
        elif name in ("findings", "claims"):
            what = what + " (" + table["voice"] + ")"
        elif name == "inspections":
            what = table["kind"] + ", " + table["started"].map(text.spoken_date)
            parts.append(_outcomes(table))
        elif name == "authority_inspections":
            what = what + table["published"].map(text.spoken_date).radd(", report of ") + ": " + (
                table["overall_grade"].replace("", "no overall grade"))
        elif name == "events":
            what = table["date"].map(text.spoken_date) + ": " + what
        elif name == "outcomes":
            what = table["part"] + ": " + table["verdict"] + ". " + what
        elif name == "subject_states":
            what = table["subject_id"].map(subjects) + ": " + table["state"] + ". " + what
        elif name == "board":
            table = table[table["source_id"] != ""]
            ids = table[display.CITED[name]]
            what = table["area"] + ": " + table["state"] + ", " + table["what"]
        parts.append(pd.DataFrame({"id": ids, "kind": kind, "what": what,
                                   "source_id": table["source_id"], "locator": table["locator"]}))
    measures = files.read_table("measures")
    parts.append(pd.DataFrame({"id": measures["measure"], "kind": "measure", "what": measures[
        "name"] + ", " + measures["timing"] + measures["note"].map(lambda n: n and f"; {n}"),
        "source_id": measures["publication"], "locator": measures["column"]}))
    rows = pd.concat(parts, ignore_index=True)
    kinds = rows["source_id"].map(files.read_table("sources").set_index("source_id")["kind"])
    rows["what"] += kinds.map({"not held": " (not confirmed: we have not seen the document)",
                               "held in part": " (we have read only the beginning)"}).fillna("")
    return rows.sort_values("locator", key=lambda s: s.map(_natural), kind="stable")


def _outcomes(inspections: pd.DataFrame) -> pd.DataFrame:
    """The outcome of each contact, under the document that it is known from."""
    known = inspections[inspections["outcome_source_id"] != ""]
    own = known["source_id"] == known["outcome_source_id"]
    kinds = files.read_table("sources").set_index("source_id")["kind"]
    elsewhere = known["outcome_source_id"].map(kinds).where(lambda k: k == "not held",
                                                            "several places")
    return pd.DataFrame({
        "id": "outcome-" + known["inspection_id"], "kind": "outcome",
        "what": known["inspection_id"] + ": " + known["outcome"], "source_id": known[
            "outcome_source_id"], "locator": known["locator"].where(own, elsewhere)})


def _natural(locator: str) -> tuple[Any, ...]:
    return tuple(int(part) if part.isdigit() else part for part in re.split(r"(\d+)", locator))


