"""Where tables of inspections differ from what the reports themselves print."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from helpers import store
from helpers.ingest import histories, readings
from helpers.ingest.readings import GRADES, Row
from helpers.tables import files

OWN = "authority_inspections"
COLUMNS = ["table", "table_locator", "history_id", "number", "field", "printed", "page", "words",
           "read", "adopted", "rule"]


def find(read: pd.DataFrame, folder: Path, published: Path, root: Path | None = None
         ) -> pd.DataFrame:
    """Each cell that is not what the report prints (COLUMNS): of the table compiled here, of the
    listing in the reports' folder, and of the files in a folder of published ones.

    printed: the table's word; words: up to six of the report's, on that page; read: their value;
    adopted: what the compiled table has. A cell left blank is a difference only in that table,
    where it is 'none'.
    """
    table = files.read_raw(f"official/{OWN}", root).assign(source_id=OWN, locator="")
    table = table.replace({column: {"": "none"} for column in histories.JUDGEMENTS})
    adopted = {row["history_id"]: row for row in table.to_dict("records")}
    by_name = {(row["number"], row["name"]): row for row in readings.listing(folder)}
    printed: dict[str, list[Row]] = {}
    for row in histories.printed(published):
        printed.setdefault(row["source_id"], []).append(row)
    found: list[Row] = []
    for reading in read[read["refused"] == ""].to_dict("records"):
        own = adopted.get(reading["history_id"], {})
        others = [own, by_name.get((reading["number"], Path(reading["file"]).name)),
                  *(readings.match(reading, rows, "area_code") for rows in printed.values())]
        for other in filter(None, others):
            found += _compared(other, reading, own)
    return pd.DataFrame(found, columns=COLUMNS)


def _compared(row: Row, reading: Row, own: Row) -> Iterator[Row]:
    care = next((area for area in ("children_in_care", "looked_after") if reading[area]),
                "care_and_care_leavers")
    cells = row | ({care: row["in_care"]} if "in_care" in row else {})
    pages = dict(part.split(": ") for part in reading["later_pages"].split("; ") if part)
    for field in ("started", "published", *GRADES):
        printed, read = cells.get(field), reading[field] or ("none" if field in GRADES else "")
        if not printed or not read or printed == read:
            continue
        words = reading["dates_as_printed" if field == "started" else f"{field}_as_printed"]
        adopted = own.get(field) or "none"
        rule = ("open: the compiled table has not what the report prints" if adopted != read else
                "the report gives no such grade" if read == "none" else
                "the report is adopted over a table")
        if field == "published" and adopted == printed:
            rule = "the day in Ofsted's tables is adopted: a report may print a planned one"
        yield {"table": row["source_id"], "table_locator": row["locator"], "field": field,
               "history_id": reading["history_id"], "number": reading["number"], "read": read,
               "printed": printed, "page": pages.get(field, "p. 1"), "adopted": adopted,
               "words": " ".join(words.replace("…", " ").split()[:6]), "rule": rule}


def write(folder: Path, published: Path, root: Path | None = None) -> str:
    """Read a folder, write report_readings.csv and report_differences.csv to data/raw/official, and
    return the counts. Raises as readings.read_folder and histories.printed, and writes nothing then."""
    base = root or store.root()
    read = readings.read_folder(folder, base)
    differing = find(read, folder, published, base)
    for name, table in (("readings", read), ("differences", differing)):
        store.replace_file(base / f"data/raw/official/report_{name}.csv", files.as_csv(table))
    by_table = differing.groupby("table").size().rename("differences")
    return f"{len(read)} reports, {(read['refused'] != '').sum()} refused\n{by_table.to_string()}"
