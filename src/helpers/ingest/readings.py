"""A folder of Ofsted's reports, read side by side: one row for each, read or refused.

A report belongs to the inspection of data/raw/official/authority_inspections.csv (history_id) of
its authority and framework that began or came out nearest to its days. A refused one belongs to
the inspection of the authority in its folder's name that came out on the day in its file's name.
"""

import datetime as dt
import hashlib
import re
import sys
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from helpers.ingest import histories, read_report
from helpers.tables import files, parse

LISTING = "*ilacs_history*.csv"  # the reports' addresses, and their grades as a program reads them
GRADES = [*histories.JUDGEMENTS, "safeguarding_board"]
COLUMNS = ["number", "file", "sha256", "url", "authority", "area_code", "history_id", "framework",
           "started", "ended", "dates_as_printed", "published", "published_as_printed", "listed",
           *(f"{column}{form}" for column in GRADES for form in ("_as_printed", "")),
           "later_pages", "refused"]
_DAY = r"^(\d{4}-\d\d-\d\d)_|(\d{1,2} [a-z]+ \d{4})\.pdf$"  # in a file's name
Row = dict[str, str]


def read_folder(folder: Path, root: Path | None = None) -> pd.DataFrame:
    """Every PDF of a folder as a row (COLUMNS), '' for what it does not print; a report that is
    there twice once. Raises FileNotFoundError if there is none."""
    paths = sorted(folder.rglob("*.pdf"))
    if not paths:
        raise FileNotFoundError(f"no PDF in {folder}")
    found = [_read(path, folder, root) for path in tqdm(paths, unit="report", file=sys.stderr)]
    urls = {(row["number"], row["name"]): row["url"] for row in listing(folder)}
    inspections = files.read_raw("official/authority_inspections", root).to_dict("records")
    for row in found:
        row["url"] = urls.get((row["number"], Path(row["file"]).name), "")
        own = match(row, inspections, "authority")
        row |= {key: own[key] for key in ("authority", "area_code", "history_id")} if own else {}
    table = pd.DataFrame([dict.fromkeys(COLUMNS, "") | row for row in found])
    return table.drop_duplicates(["number", "sha256"]).sort_values("file", ignore_index=True)


def _read(path: Path, folder: Path, root: Path | None) -> Row:
    file = path.relative_to(folder).as_posix()
    number, day = re.search(r"(?:^|[/_])(\d{4,8})_", file), re.search(_DAY, path.name)
    row = {"number": number[1] if number else "", "file": file,
           "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
           "listed": (day[1] or parse.date(day[2])) if day else ""}
    try:
        report = read_report.read(path, folder=root)
    except ValueError as error:
        return row | {"refused": str(error)}
    for one in report.judgements:
        row |= {one.column: one.grade, f"{one.column}_as_printed": one.grade_as_printed}
    return row | {key: getattr(report, key) for key in COLUMNS if key in report._fields} | {
        "later_pages": "; ".join(f"{one.column}: p. {one.page}" for one in report.judgements
                                 if one.page > 1)}


def match(reading: Row, rows: list[Row], key: str) -> Row | None:
    """The row of a table that is a reading's inspection, by the authority's name or code (key)."""
    if reading.get("refused"):
        folder = histories.plain(Path(reading["file"]).parent.name)
        whose = read_report.named(folder, {row[key] for row in rows})
        return next((row for row in rows if [row[key]] == whose
                     and row["published"] == reading["listed"]), None)
    own = [row for row in rows if (row[key], row["framework"]) == (
        reading[key], reading["framework"])]
    nearest = min(own, key=lambda row: _apart(reading, row), default=None)
    return nearest if nearest and _apart(reading, nearest) <= histories.SAME_WITHIN else None


def _apart(reading: Row, row: Row) -> dt.timedelta:
    days = [(reading["started"], row["started"]),
            (reading["published"] or reading["listed"], row["published"])]
    return min((abs(dt.date.fromisoformat(one) - dt.date.fromisoformat(other))
                for one, other in days if one and other), default=dt.timedelta.max)


def listing(folder: Path) -> list[Row]:
    """The rows of the listing in a folder, [] if there is none: source_id, locator, number, name,
    url, started, published and grades, those that its program did not read left out; 'none' where
    it says that there is no such judgement."""
    found = []
    for path in sorted(folder.rglob(LISTING)):
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        for n, cells in enumerate(table.to_dict("records"), start=2):
            row = {"source_id": histories.SOURCE_IDS[histories.LISTED], "locator": f"row {n}",
                   "number": cells["urn"], "name": cells["pdf_filename"],
                   "url": cells["inspection_link"]}
            for name, heading in histories._LISTED.items():
                cell = cells[heading].lower()
                if name in ("started", "published"):
                    row[name] = histories._date(cell)
                elif cell not in ("", "data_unreadable"):
                    row[name] = "none" if cell in histories.NOT_GRADES else cell
            found.append(row)
    return found
