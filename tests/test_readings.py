"""Reports read from a folder, and the tables that differ from them, with made-up reports."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from helpers import __main__, store
from helpers.ingest import differences, histories, readings
from helpers.tables import files
from test_read_report import ABOUT, BOTH, FIVE, HELP, LEADERS, NUMBERED, SINGLE, Row, pdf, sheet

ROOT = Path(__file__).parents[1]
OLDER = [(LEADERS, "Good"), (HELP, "Good"), (BOTH, "Outstanding"), ("Overall effectiveness", "Good")]
X1 = dict.fromkeys(histories.COLUMNS, "") | {
    "area_code": "X1", "authority": "Seaton & Hill", "framework": "ILACS"}
X2 = X1 | {"area_code": "X2", "authority": "North Seaton", "framework": "SIF"}
SEA = X1 | {"history_id": "X1-2023-05-10", "started": "2023-03-13", "published": "2023-05-10",
            "overall_grade": "requires improvement", "leadership": "outstanding",
            "help_and_protection": "good", "children_in_care": "requires improvement",
            "care_leavers": "inadequate"}
EARLIER = X1 | {"history_id": "X1-2019-07-01", "started": "2019-05-13", "published": "2019-07-01",
                "overall_grade": "good", "leadership": "good", "help_and_protection": "good",
                "care_and_care_leavers": "good"}
NORTH = X2 | {"history_id": "X2-2015-03-25", "published": "2015-03-25", "overall_grade": "good",
              "leadership": "requires improvement", "help_and_protection": "outstanding",
              "looked_after": "good", "adoption": "requires improvement"}
GONE = X2 | {"history_id": "X2-2016-06-27", "published": "2016-06-27"}
HEAD = ("urn,local_authority,inspection_link,pdf_filename,publication_date,inspection_framework,"
        "inspection_start_date,overall_effectiveness_grade,impact_of_leaders_grade,"
        "help_and_protection_grade,in_care_grade,care_leavers_grade")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A project of two made-up authorities, and beside it a folder of their reports."""
    base = tmp_path / "town" / "data" / "raw"
    (base / "official").mkdir(parents=True)
    for name in ("areas", "events"):
        shutil.copy(ROOT / f"data/raw/{name}.csv", base)
    table = pd.DataFrame([SEA, EARLIER, NORTH, GONE])
    (base / "official/authority_inspections.csv").write_text(files.as_csv(table))
    reports = tmp_path / "reports"
    for folder in ("80001_seaton & hill", "80002_north seaton", "copy/80001_again"):
        (reports / folder).mkdir(parents=True)

    def report(file: str, rows: list[Row], place: str, dates: str) -> Path:
        about = ABOUT.format(place) if place != "North Seaton" else f"North Seaton/{SINGLE}"
        lead = "The overall judgement is good" if place == "North Seaton" else ""
        return pdf(reports / file, sheet(rows, title=about, dates=dates, lead=lead))

    first = report("80001_seaton & hill/inspection - 10 may 2023.pdf", FIVE, "Seaton and Hill",
                   "13 to 24 March 2023")
    shutil.copy(first, reports / "copy/80001_again/2023-05-10_80001_seaton.pdf")
    report("80001_seaton & hill/inspection - 01 july 2019.pdf", OLDER, "Seaton and Hill",
           "13 to 24 May 2019")
    report("80002_north seaton/inspection - 25 march 2015.pdf", NUMBERED, "North Seaton",
           "14 January – 4 February 2015/Report published: 20 March 2015")
    for day in ("27 june 2016", "1 june 2012"):
        (reports / f"80002_north seaton/inspection - {day}.pdf").write_text(f"<html>{day}")
    (reports / "ilacs_history.csv").write_text("\n".join([
        HEAD, "80001,seaton & hill,https://example.org/1,inspection - 10 may 2023.pdf,10/05/23,"
        "short,14/03/2023,data_unreadable,outstanding,to good,requires improvement,"
        "inspection_pre_dates_judgement",
        "80002,north seaton,https://example.org/2,inspection - 25 march 2015.pdf,25/03/15,,,,"
        "data_unreadable,,good,"]) + "\n")
    return tmp_path / "town"


def test_each_report_is_a_row_and_a_copy_none(town: Path) -> None:
    read = readings.read_folder(town.parent / "reports", town)
    assert list(read.columns) == readings.COLUMNS and len(read) == 5
    row = read.set_index("history_id").loc["X1-2023-05-10"]
    assert (row["number"], row["area_code"], row["url"], row["listed"]) == (
        "80001", "X1", "https://example.org/1", "2023-05-10")
    assert (row["started"], row["published"], row["children_in_care_as_printed"]) == (
        "2023-03-13", "", "Requires improvement … to be good")
    assert len(row["sha256"]) == 64 and row["refused"] == ""
    single = read.set_index("history_id").loc["X2-2015-03-25"]  # came out days before its listing
    assert (single["framework"], single["published"], single["adoption"]) == (
        "SIF", "2015-03-20", "requires improvement")
    refused = read[read["refused"] != ""].set_index("listed")
    assert refused["history_id"].to_dict() == {"2016-06-27": "X2-2016-06-27", "2012-06-01": ""}
    assert set(refused["refused"]) == {"it is no PDF: it does not begin as one"}
    assert set(refused["framework"]) == {""} and set(refused["overall_grade"]) == {""}


def test_another_inspection_of_the_same_authority_is_not_taken() -> None:
    row = SEA | {"published": "", "listed": "2022-01-10", "started": "2021-11-15", "refused": ""}
    assert readings.match(row, [SEA, EARLIER], "area_code") is None
    near = row | {"started": "2023-03-14"}
    assert readings.match(near, [EARLIER, SEA], "area_code") == SEA
    assert readings.match(near | {"framework": "SIF"}, [EARLIER, SEA], "area_code") is None
    silent = NORTH | {"published": "", "listed": "2015-03-24", "started": "2015-01-14"}
    assert readings.match(silent, [GONE, NORTH], "area_code") == NORTH  # by its file's day


OPEN = "open: the compiled table has not what the report prints"
REPORT = "the report is adopted over a table"
LATE = "the day in Ofsted's tables is adopted: a report may print a planned one"
DIFFERENCES = f"""
own | X1-2019-07-01 | care_and_care_leavers | good | Outstanding | outstanding | good | {OPEN}
own | X2-2015-03-25 | published | 2015-03-25 | 20 March 2015 | 2015-03-20 | 2015-03-25 | {LATE}
own | X2-2015-03-25 | care_leavers | none | Inadequate | inadequate | none | {OPEN}
ofsted | X1-2019-07-01 | care_and_care_leavers | inadequate | Outstanding | outstanding | good | {OPEN}
ofsted | X1-2019-07-01 | care_leavers | good |  | none | none | the report gives no such grade
ofsted | X1-2019-07-01 | started | 2019-05-10 | 13 to 24 May 2019 | 2019-05-13 | 2019-05-13 | {REPORT}
ofsted | X2-2015-03-25 | published | 2015-03-25 | 20 March 2015 | 2015-03-20 | 2015-03-25 | {LATE}
scrape | X1-2023-05-10 | started | 2023-03-14 | 13 to 24 March 2023 | 2023-03-13 | 2023-03-13 | {REPORT}
scrape | X1-2023-05-10 | help_and_protection | to good | Good | good | good | {REPORT}
scrape | X1-2023-05-10 | care_leavers | none | Inadequate | inadequate | inadequate | {REPORT}
scrape | X2-2015-03-25 | published | 2015-03-25 | 20 March 2015 | 2015-03-20 | 2015-03-25 | {LATE}
"""


def test_each_table_differs_where_it_does(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = [EARLIER | {"source_id": "ofsted", "locator": "row 9", "in_care": "inadequate",
                         "care_leavers": "good", "started": "2019-05-10", "leadership": ""},
              NORTH | {"source_id": "ofsted", "locator": "row 10"}]
    monkeypatch.setattr(histories, "printed", lambda folder: tables)
    folder = town.parent / "reports"
    read = readings.read_folder(folder, town)
    found = differences.find(read, folder, folder, town).fillna("")
    columns = ["table", "history_id", "field", "printed", "words", "read", "adopted", "rule"]
    seen = found[columns].replace({differences.OWN: "own", "scrape-2026": "scrape"})
    assert set(seen.agg(" | ".join, axis=1)) == set(DIFFERENCES.strip().splitlines())


def test_the_command_writes_both_tables_and_prints_counts(
        town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(store, "root", lambda: town)
    monkeypatch.setattr(histories, "printed", lambda folder: [])
    assert __main__.read_reports(str(town.parent / "reports"), str(town)) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "5 reports, 2 refused".split() and ["scrape-2026", "4"] in lines
    for name, columns in (("readings", readings.COLUMNS), ("differences", differences.COLUMNS)):
        table = files.read_raw(f"official/report_{name}", town)
        assert list(table.columns) == columns and len(table) in (5, 7)
    (town.parent / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="no PDF in"):
        __main__.read_reports(str(town.parent / "empty"), str(town))


def test_the_readings_kept_are_of_the_inspections_as_they_are_now() -> None:
    read = files.read_raw("official/report_readings", ROOT)
    table = files.read_raw("official/authority_inspections", ROOT)
    graded = read[read["refused"] == ""]
    matched = read["history_id"][read["history_id"] != ""]
    assert len(graded) > 400 and matched.is_unique and set(matched) <= set(table["history_id"])
    assert set(graded["framework"]) == {"SIF", "ILACS"} and (graded["history_id"] != "").all()
    assert (read["refused"] != "").sum() <= 16 and (read["url"].str.startswith("https://")).all()
    absent = table[~table["history_id"].isin(matched)]
    assert (absent["abolished"] != "").all()  # every authority of today has all its addresses


def test_reports_at_hand_read_as_they_were_kept(published: Path) -> None:
    now = readings.read_folder(published / "ilacs_2026", ROOT).set_index("sha256")
    kept = files.read_raw("official/report_readings", ROOT).set_index("sha256").loc[now.index]
    same = [column for column in now.columns if column not in ("file", "url")]
    assert len(now) == 8 and now[same].equals(kept[same])


def test_the_differences_kept_are_those_of_every_publication(published: Path) -> None:
    read = files.read_raw("official/report_readings", ROOT)
    found = differences.find(read, published, published, ROOT)
    assert files.as_csv(found) == files.as_csv(files.read_raw("official/report_differences", ROOT))
