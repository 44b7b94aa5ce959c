"""A folder of reports read side by side, and where tables differ from what the reports print.

Each report is one row, read or refused. It is the inspection of data/raw/official/
authority_inspections.csv (history_id) of its authority and framework that began or came out
nearest to its days; a refused one is matched only by its folder's name and its file's day.
"""

import datetime as dt
import hashlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from helpers import store
from helpers.ingest import histories, read_report
from helpers.tables import files, parse

LISTING = "*ilacs_history*.csv"  # addresses, and grades read by a program, if the folder has it
GRADES = [*histories.JUDGEMENTS, "safeguarding_board"]
READINGS = ["number", "file", "sha256", "url", "authority", "area_code", "history_id", "framework",
            "started", "ended", "dates_as_printed", "published", "published_as_printed", "listed",
            *(f"{column}{form}" for column in GRADES for form in ("_as_printed", "")),
            "later_pages", "refused"]
DIFFERENCES = ["table", "table_locator", "history_id", "number", "field", "printed", "page",
               "words", "read", "adopted", "rule"]
_UNREAD = ("", "data_unreadable")  # what the listing has where its program read nothing
_DAY = r"_(\d{4}-\d\d-\d\d)_|(\d{1,2} [a-z]+ \d{4})\.pdf$"  # in a file's name
Row = dict[str, str]


def read_folder(folder: Path, root: Path | None = None) -> pd.DataFrame:
    """Every PDF of a folder as a row (READINGS). FileNotFoundError if it has none."""
    paths = sorted(folder.rglob("*.pdf"))
    if not paths:
        raise FileNotFoundError(f"no PDF in {folder}")
    work = Parallel(n_jobs=os.cpu_count(), return_as="generator")(
        delayed(_read)(path, folder, root) for path in paths)
    found = list(tqdm(work, total=len(paths), unit="report", file=sys.stderr))
    urls = {(row["number"], row["name"]): row["url"] for row in listed(folder)}
    inspections = files.read_raw("official/authority_inspections", root).to_dict("records")
    for row in found:
        row["url"] = urls.get((row["number"], Path(row["file"]).name), "")
        match = _match(row, inspections)
        row |= {key: match[key] for key in ("authority", "area_code", "history_id") if match}
    table = pd.DataFrame(found).reindex(columns=READINGS).fillna("")
    return table.drop_duplicates(["number", "sha256"]).sort_values("file", ignore_index=True)


def _read(path: Path, folder: Path, root: Path | None) -> Row:
    file = path.relative_to(folder).as_posix()
    number = re.search(r"(?:^|[/_])(\d{4,8})_", file)
    day = re.search(_DAY, f"_{path.name}")
    row = {"number": number[1] if number else "", "file": file,
           "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
           "listed": (day[1] or parse.date(day[2])) if day else ""}
    try:
        report = read_report.read(path, folder=root)
    except ValueError as error:
        return row | {"refused": str(error)}
    for one in report.judgements:
        row |= {_column(one.area): one.grade, f"{_column(one.area)}_as_printed": one.grade_as_printed}
    return row | {key: getattr(report, key) for key in READINGS if key in report._fields} | {
        "later_pages": "; ".join(f"{_column(one.area)}: p. {one.page}"
                                 for one in report.judgements if one.page > 1)}


def _column(area: str) -> str:
    return "overall_grade" if area == "overall" else area.replace("-", "_")


def _match(reading: Row, rows: list[Row], key: str = "authority") -> Row | None:
    """The row of a table that is the inspection of a reading."""
    if reading.get("refused"):
        folder = reading["file"].split("/")[-2] if "/" in reading["file"] else reading["file"]
        place = read_report.place(folder)
        whose = read_report.named(histories.ALIASES.get(place, place), {r[key] for r in rows})
        return next((row for row in rows if whose == [row[key]]
                     and row["published"] == reading["listed"]), None)
    own = [row for row in rows if row[key] == reading[key]
           and row["framework"] == reading["framework"]]
    nearest = min(own, key=lambda row: _apart(reading, row), default=None)
    return nearest if nearest and _apart(reading, nearest) <= histories.SAME_WITHIN else None


def _apart(reading: Row, row: Row) -> dt.timedelta:
    days = [(reading["started"], row["started"]),
            (reading["published"] or reading["listed"], row["published"])]
    return min((abs(dt.date.fromisoformat(one) - dt.date.fromisoformat(other))
                for one, other in days if one and other), default=dt.timedelta.max)


def listed(folder: Path) -> list[Row]:
    """The rows of the listing in a folder, [] if there is none: number, name, url, started,
    published and grades; what its program did not read is left out, and what it takes for no
    judgement of that inspection is 'none'."""
    found = []
    for path in sorted(folder.rglob(LISTING)):
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        for n, cells in enumerate(table.to_dict("records"), start=2):
            row = {"source_id": "scrape-2026", "locator": f"row {n}", "number": cells["urn"],
                   "name": cells["pdf_filename"], "url": cells["inspection_link"]}
            for column, heading in histories._LISTED.items():
                cell = cells[heading].lower()
                if column in ("started", "published"):
                    row[column] = histories._date(cell)
                elif cell not in _UNREAD:
                    row[column] = "none" if cell in histories.NOT_GRADES else cell
            found.append(row)
    return found


def differences(readings: pd.DataFrame, folder: Path, published: Path | None = None,
                root: Path | None = None) -> pd.DataFrame:
    """Each cell of a table that is not what the report prints (DIFFERENCES): the table compiled
    here, the listing in the reports' folder, and the files in a folder of published ones."""
    read = [row for row in readings.to_dict("records") if not row["refused"]]
    inspections = files.read_raw("official/authority_inspections", root)
    adopted = inspections.set_index("history_id").to_dict("index")
    by_name = {(row["number"], row["name"]): row for row in listed(folder)}
    printed = histories.printed(published) if published else []
    found: list[Row] = []
    for reading in read:
        pairs = [by_name.get((reading["number"], Path(reading["file"]).name))]
        if reading["history_id"]:
            own = adopted[reading["history_id"]]
            blank = {column: own[column] or "none" for column in GRADES if column in own}
            pairs.append(own | blank | {"source_id": "authority_inspections", "locator": ""})
            for source in dict.fromkeys(row["source_id"] for row in printed):
                pairs.append(_match(reading, [row for row in printed if row["source_id"] == source],
                                    "area_code"))
        for row in filter(None, pairs):
            found += _compared(row, reading, adopted.get(reading["history_id"], {}))
    return pd.DataFrame(found, columns=DIFFERENCES)


def _compared(row: Row, reading: Row, adopted: Row) -> Iterator[Row]:
    care = ("children_in_care" if reading["children_in_care"] else
            "looked_after" if reading["framework"] == "SIF" else "care_and_care_leavers")
    cells = row | ({care: row["in_care"]} if "in_care" in row else {})
    pages = dict(part.split(": ") for part in reading["later_pages"].split("; ") if part)
    for field in ("started", "published", *GRADES):
        printed, read = cells.get(field, ""), reading[field]
        if field in GRADES:
            read = read or "none"
        if not printed or not read or printed == read:
            continue
        words = reading[{"started": "dates_as_printed"}.get(field, f"{field}_as_printed")]
        chosen = adopted.get(field) or "none"
        yield {"table": row["source_id"], "table_locator": row["locator"], "field": field,
               "history_id": reading["history_id"], "number": reading["number"],
               "printed": printed, "page": pages.get(field, "p. 1"), "read": read,
               "words": " ".join(words.replace("…", " ").split()[:6]), "adopted": chosen,
               "rule": _rule(field, printed, read, chosen)}


def _rule(field: str, printed: str, read: str, adopted: str) -> str:
    if adopted == read:
        return ("the report is adopted over a table" if read != "none" else
                "the report gives no such grade")
    if field == "published" and adopted == printed:
        return "the day that Ofsted's tables give is adopted: a report may print a planned one"
    return "open: the compiled table has neither" if adopted != printed else (
        "open: the compiled table has what the report contradicts")


def counts(readings: pd.DataFrame, differing: pd.DataFrame) -> pd.DataFrame:
    """By framework: reports right in every cell of the compiled table, differing, in no row of
    it, refused."""
    own = differing[differing["table"] == "authority_inspections"]["history_id"]
    state = pd.Series("right", readings.index)
    state[readings["history_id"].isin(own)] = "differs"
    state[readings["history_id"] == ""] = "no row"
    state[readings["refused"] != ""] = "refused"
    framework = readings["framework"].replace("", "not read")
    return pd.crosstab(framework, state).reindex(
        columns=["right", "differs", "no row", "refused"], fill_value=0)


def write(folder: Path, published: Path | None = None, root: Path | None = None) -> str:
    """Read the folder, write report_readings.csv and report_differences.csv to data/raw/official,
    and return the counts. Raises as read_folder and histories.printed; nothing is written then."""
    readings = read_folder(folder, root)
    differing = differences(readings, folder, published, root)
    base = (root or store.root()) / "data" / "raw" / "official"
    store.replace_file(base / "report_readings.csv", files.as_csv(readings))
    store.replace_file(base / "report_differences.csv", files.as_csv(differing))
    tables = differing.groupby("table").size().rename("differences")
    return f"{counts(readings, differing).to_string()}\n\n{tables.to_string()}"
