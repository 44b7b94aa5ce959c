
import datetime as dt
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from helpers.ingest import histories
from helpers.ingest.histories import Sheet
from helpers.ingest.read_report import Judgement, Report
from helpers.tables import files

AT = dt.datetime
GOOD, BETTER, POOR = "Good", "Requires improvement to be good", "Inadequate"


def sheet(which: tuple[str, str], *lines: list[Any]) -> Sheet:
    """A sheet as it is read without headings: lines of different lengths, blank to the right."""
    width = max(map(len, lines))
    return Sheet(*which, pd.DataFrame([[*cells, *[None] * (width - len(cells))]
                                       for cells in lines], dtype=object))


def line(headings: dict[str, str], **cells: Any) -> list[Any]:
    return ["link", *(cells.get(column.replace("/", "_").replace(" ", "_"))
                      for column in headings)]


def top(headings: dict[str, str]) -> list[Any]:
    return ["Web link", *headings.values()]


def sif(block: str, day: dt.datetime, overall: str, **others: str) -> dict[str, Any]:
    cells = dict.fromkeys(histories._SIF, GOOD) | {"overall_grade": overall} | others
    return {f"{block}_{key}": cell for key, cell in (cells | {"published": day}).items()}


def wide(**changes: Any) -> Sheet:
    """Anytown twice under SIF and once after; a new Dorset; below, the Dorset that ceased."""
    first, ceased = map(histories._headings, histories._BLOCKS)
    again = {f"First_ILACS_{key}": cell for key, cell in {
        "kind": "ILACS Standard Inspection", "published": AT(2020, 3, 2), "overall_grade": BETTER,
        "leadership": GOOD, "help_and_protection": BETTER, "in_care": GOOD}.items()}
    anytown = (sif("First_SIF", AT(2014, 5, 6), POOR, adoption=" -")
               | sif("SIF_Re-inspection", AT(2016, 5, 6), BETTER) | again | changes)
    return sheet(
        histories.WIDE, ["A title"], top(first),
        line(first, authority="Anytown & Hill", region="North", **anytown),
        line(first, authority="Dorset", region="South West"),
        [], ["Table 11: a title"], top(ceased),
        line(ceased, authority="Dorset", region="South West",
             **sif("First_SIF", AT(2016, 5, 23), BETTER)))


HISTORY = {
    "anytown": {"area_code": "E06000901", "authority": "Anytown and Hill", "exists": "Current",
                "region": "North", "started": AT(2020, 1, 20), "published": AT(2020, 3, 2),
                "kind": "ILACS Standard Inspection", "overall_grade": BETTER, "leadership": GOOD,
                "help_and_protection": BETTER, "in_care": GOOD, "care_leavers": None},
    "dorset": {"area_code": "E06000059", "authority": "Dorset", "exists": "Current",
               "region": "South West", "started": AT(2023, 1, 9), "published": AT(2023, 3, 1),
               "kind": "ILACS Short Inspection", "overall_grade": GOOD, "leadership": GOOD,
               "help_and_protection": GOOD, "in_care": BETTER, "care_leavers": POOR},
}


def history(drop: str = "", **changes: dict[str, Any]) -> Sheet:
    rows = [cells | changes.get(name, {}) for name, cells in HISTORY.items() if name != drop]
    return sheet(histories.HISTORY, ["A title"], ["A remark"], top(histories._HISTORY),
                 *(line(histories._HISTORY, **cells) for cells in rows))


def newest(**changes: Any) -> Sheet:
    """Anytown inspected anew without an overall grade; Dorset as before, under the old code."""
    later = {"area_code": "E06000901", "number": 900, "authority": "anytown and hill",
             "kind": "short", "started": "27/04/2026", "published": "17/06/26",
             "overall_grade": None, "leadership": "good", "help_and_protection": "good",
             "in_care": "good", "care_leavers": "outstanding"}
    before = {"area_code": "E10000009", "number": 838, "authority": "dorset", "kind": "short",
              "started": "09/01/2023", "published": "01/03/23", "overall_grade": "good",
              "leadership": "good", "help_and_protection": "good", "in_care": "good",
              "care_leavers": "inadequate"}
    return sheet(histories.NEWEST, top(histories._NEWEST),
                 line(histories._NEWEST, **later),
                 line(histories._NEWEST, **(before | changes)))


DORSET = {"authority": "dorset", "kind": "short", "started": "06/07/2026",
          "published": "18/08/26", "overall_grade": "not_reported_post_reform",
          "leadership": "good", "help_and_protection": "requires improvement",
          "in_care": "outstanding", "care_leavers": "inadequate"}


def listed(*rows: dict[str, Any]) -> Sheet:
    """The table read by machine; what it says of Anytown's newest is known, or disbelieved."""
    known = DORSET | {"authority": "anytown and hill", "published": "17/06/26",
                      "started": "27/04/2026", "leadership": "data_unreadable"}
    return sheet(histories.LISTED, top(histories._LISTED),
                 *(line(histories._LISTED, **cells) for cells in (known, *rows)))


def report(started: str = "2026-07-06", **grades: str) -> Report:
    """Dorset's report of August 2026, as read from its first page."""
    given = {"leadership": "good", "help-and-protection": "requires improvement",
             "children-in-care": "outstanding", "care-leavers": "inadequate"} | {
                 area.replace("_", "-"): grade for area, grade in grades.items()}
    return Report("Dorset", "ILACS", started, "2026-07-10", "6 to 10 July 2026", "", "",
                  [Judgement(area, area, grade, grade, 1, True) for area, grade in given.items()])


FILE = "ilacs_2026/2026-08-18_2532283_dorset.pdf"


def build(report: Report | None = None, **otherwise: Sheet) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is compiled of the made-up sheets, or of others in their place."""
    sheets = {"wide": wide(), "history": history(), "newest": newest(), "listed": listed()} | otherwise
    return histories.build(**sheets, reports={FILE: report} if report else {})


def test_each_inspection_has_one_row_in_order() -> None:
    table, corrections = build()
    assert list(table.columns) == histories.COLUMNS
    assert list(table["history_id"]) == [
        "E06000901-2014-05-06", "E06000901-2016-05-06", "E06000901-2020-03-02",
        "E06000901-2026-06-17", "E10000009-2016-05-23", "E06000059-2023-03-01"]
    assert list(table["kind"]) == ["full inspection", "re-inspection", "standard inspection",
                                   "short inspection", "full inspection", "short inspection"]
    assert list(table["authority"]) == [*["Anytown and Hill"] * 4, "Dorset", "Dorset"]
    assert list(table["region"]) == [*["North"] * 4, "South West", "South West"]
    assert list(table["locator"])[:4] == [
        "sheet LA_inspections_2009-2023, row 3", "sheet LA_inspections_2009-2023, row 3",
        "sheet ILACS_inspection_history, row 4", "sheet ofsted_cs_inspections_overview, row 2"]
    # The two Dorsets are two authorities.
    assert list(table["abolished"]) == [*[""] * 4, "2019-04-01", ""]
    assert ("E10000009", "E06000059") in set(
        zip(corrections["printed"], corrections["adopted"], strict=True))


def test_a_grade_goes_to_its_area_and_a_symbol_or_a_blank_has_its_reason() -> None:
    areas = ["overall_grade", "adoption", "care_and_care_leavers", "children_in_care",
             "care_leavers", "status"]
    rows = build()[0].set_index("history_id")[areas].T.to_dict("list")
    assert rows["E06000901-2014-05-06"] == [
        "inadequate", "", "", "", "good", "no grade printed: adoption"]
    assert rows["E06000901-2026-06-17"] == ["", "", "", "good", "outstanding", "no overall grade"]
    assert rows["E06000901-2020-03-02"] == ["requires improvement", "", "good", "", "", ""]
    assert rows["E06000059-2023-03-01"] == [
        "good", "", "", "requires improvement", "inadequate", ""]


def test_where_publications_differ_the_later_official_one_is_adopted() -> None:
    moved = {"First_ILACS_published": AT(2020, 4, 30), "First_ILACS_leadership": POOR}
    table, corrections = build(wide=wide(**moved))
    assert list(corrections.columns) == histories.CORRECTIONS
    assert list(corrections["correction_id"]) == ["h-01", "h-02", "h-03", "h-04"]
    found = set(zip(corrections["row_id"], corrections["printed"], corrections["adopted"],
                    strict=True))
    assert found == {
        ("E06000059-2023-03-01", "E10000009", "E06000059"),
        ("E06000059-2023-03-01", "children_in_care: good",
         "children_in_care: requires improvement"),
        ("E06000901-2020-03-02", "published: 2020-04-30", "published: 2020-03-02"),
        ("E06000901-2020-03-02", "leadership: inadequate", "leadership: good")}
    assert set(corrections["row_id"]) <= set(table["history_id"])


@pytest.mark.parametrize(("spoilt", "said"), [
    (history(drop="anytown"), "row 3: found 'Anytown & Hill', expected the name"),
    (history(anytown={"started": AT(2021, 1, 20), "published": AT(2021, 3, 2)}),
     "row 3: found an inspection of Anytown and Hill publ"),
    (history(dorset={"exists": "No longer exists"}), "row 5: found Dorset .* which CEASED contradicts")])
def test_a_history_that_cannot_be_right_is_named(spoilt: Sheet, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        build(history=spoilt)


@pytest.mark.parametrize(("change", "said"), [
    ({"number": 835}, "row 3: found the code E10000009, expected an authority of today"),
    ({"area_code": "E06000901"}, "row 3: found the code E06000901, expected"),
    ({"published": "2023-03-01"}, "row 3: time data"),
    ({"started": "02/03/2023"}, "expected a day of publication, after the start"),
    ({"leadership": "adequate"}, "row 3: found 'adequate', expected one of"),
])
def test_a_row_that_cannot_be_right_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        build(newest=newest(**change))


@pytest.mark.parametrize(("place", "row", "column"), [
    (0, 1, "First SIF Overall Judgement (OE)"), (0, 6, "ILACS framework overall effectiveness"),
    (1, 2, "Overall effectiveness"), (2, 0, "in_care_grade"), (3, 0, "publication_date")])
def test_a_renamed_heading_is_named_with_the_columns_found(place: int, row: int, column: str) -> None:
    sheets = [wide(), history(), newest(), listed()]
    file, name, cells = sheets[place]
    cells.loc[row, list(cells.loc[row]).index(column)] = "A new name"
    with pytest.raises(ValueError, match=rf"{file}.*{name}.*{re.escape(column)};.*A new name"):
        histories.build(*sheets, {})
    cells.loc[row] = None
    with pytest.raises(ValueError, match="rows of headings, expected"):
        histories.build(*sheets, {})


def newest_of(table: pd.DataFrame, code: str) -> Any:
    return table[table["area_code"] == code].iloc[-1]


def test_of_the_table_read_by_machine_only_newer_reports_are_taken() -> None:
    without, _ = build()
    table, corrections = build(listed=listed(DORSET))
    assert len(table) == len(without) + 1
    pd.testing.assert_frame_equal(table.drop(index=table.index[-1]), without)
    row = newest_of(table, "E06000059")
    assert (row["history_id"], row["kind"], row["started"], row["source_id"], row["locator"]) == (
        "E06000059-2026-08-18", "short inspection", "2026-07-06", "scrape-2026", "row 3")
    assert row[["overall_grade", "leadership", "help_and_protection", "children_in_care",
                "care_leavers", "care_and_care_leavers", "status"]].tolist() == [
        "", "good", "requires improvement", "outstanding", "inadequate", "", "no overall grade"]
    assert "scrape-2026" not in set(corrections["source_id"])


REPORTED = "ofsted-reports-2026"
REASON = "Ofsted's own report is adopted over a table read by machine"


def test_a_report_itself_is_adopted_and_differences_are_corrections() -> None:
    table, corrections = build(listed=listed(DORSET), report=report())
    row = newest_of(table, "E06000059")
    assert row[["source_id", "locator", "kind", "published", "overall_grade",
                "children_in_care"]].tolist() == [
        REPORTED, "report on Dorset, p. 1", "short inspection", "2026-08-18", "", "outstanding"]
    assert REPORTED not in set(corrections["source_id"]) | set(corrections["evidence_source_id"])
    # a grade that only the table has is not taken over: the report does not print it
    again, more = build(report("2026-07-07", leadership="outstanding"),
                        listed=listed(DORSET | {"overall_grade": "good"}))
    assert len(again) == len(table)
    row = newest_of(again, "E06000059")
    assert row[["started", "overall_grade", "leadership"]].tolist() == ["2026-07-07", "", "outstanding"]
    fresh = more.loc[more["evidence_source_id"] == REPORTED, ["printed", "adopted"]]
    assert fresh.to_numpy().tolist() == [
        ["started: 2026-07-06", "started: 2026-07-07"], ["overall_grade: good", "overall_grade: none"],
        ["leadership: good", "leadership: outstanding"]]
    fresh = more.loc[fresh.index, ["row_id", "source_id", "reason"]].drop_duplicates()
    assert fresh.to_numpy().tolist() == [["E06000059-2026-08-18", "scrape-2026", REASON]]


@pytest.mark.parametrize(("change", "said"), [
    ({"authority": "elsewhere"}, "row 3: found 'elsewhere', expected the name of an authority of"),
    ({"authority": "bournemouth"}, "row 3: found 'bournemouth', expected the name of an"),
    ({"leadership": "data_unreadable"}, "row 3: found 'data_unreadable', expected one of"),
    ({"published": ""}, "row 3: found published ''"),
])
def test_a_newer_row_that_cannot_be_right_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        build(listed=listed(DORSET | change))


def test_a_report_without_its_row_is_named() -> None:
    with pytest.raises(ValueError, match=r"dorset\.pdf: found no row of ilacs_history.*2026-08-18"):
        build(report=report())


# What follows is of the committed table, and needs the published files themselves.
COMMITTED = files.read_raw("official/authority_inspections")
NINE = COMMITTED[COMMITTED["published"] > "2026-06-18"]  # since the summary of June 2026


def test_the_committed_tables_are_those_compiled(published: Path) -> None:
    for name, table in zip(("inspections", "corrections"), histories.read(published), strict=True):
        assert files.as_csv(table) == files.as_csv(files.read_raw(f"official/authority_{name}")), name


# Read off page 1 of each report by eye: leadership, help, in care, care leavers.
PAGES = """
Blackpool 2026-06-08 outstanding good outstanding outstanding
Lancashire 2026-05-11 outstanding good good outstanding
Liverpool 2026-05-11 good good good POOR
Middlesbrough 2026-06-08 POOR POOR POOR POOR
North-Northamptonshire 2026-05-11 outstanding good good good
Portsmouth 2026-07-06 outstanding outstanding outstanding outstanding
South-Tyneside 2026-06-15 good good good outstanding
Trafford 2026-06-08 inadequate inadequate good POOR
West-Northamptonshire 2026-05-11 outstanding good good good
"""


def test_the_nine_newest_are_what_page_1_prints() -> None:
    printed = [[part.replace("-", " ") if part[0] != "2" else part for part in row.split()]
               for row in PAGES.replace("POOR", "requires-improvement").strip().splitlines()]
    assert NINE[["authority", "started", "leadership", "help_and_protection", "children_in_care",
                 "care_leavers"]].to_numpy().tolist() == printed
    assert set(NINE["overall_grade"]) == {""} and set(NINE["status"]) == {"no overall grade"}
    assert Counter(NINE["source_id"]) == {"ofsted-reports-2026": 8, "scrape-2026": 1}


def test_every_authority_of_today_and_each_that_ceased_has_a_history() -> None:
    today = COMMITTED[COMMITTED["abolished"] == ""]
    assert today["area_code"].nunique() == 153
    assert set(COMMITTED["area_code"]) - set(today["area_code"]) == set(histories.CEASED)
    assert today.groupby("area_code")["published"].max().min() >= "2022-09-05"
    missing = COMMITTED[COMMITTED["status"] != ""]
    late = {f"{code}-{day}": "no overall grade" for code, day in {
        "E09000005": "2026-06-17", "E06000066": "2026-06-17", **{
            row.area_code: row.published for row in NINE.itertuples()}}.items()}
    assert dict(zip(missing["history_id"], missing["status"], strict=True)) == {
        "E09000001-2016-09-20": "no grade printed: adoption",
        "E06000053-2016-06-27": "no grade printed: looked_after, adoption, care_leavers"} | late
    first = today.groupby("area_code").head(1)
    without_sif = first["authority"][first["framework"] == "ILACS"]
    assert sorted(without_sif) == [  # what was made in 2019, 2021 and 2023; new Dorset
        "Bournemouth, Christchurch & Poole", "Cumberland", "Dorset", "North Northamptonshire",
        "West Northamptonshire", "Westmorland and Furness"]


def test_the_abolished_stop_in_dfe_s_tables_with_the_day_before(published: Path) -> None:
    counts = pd.read_csv(published / "b1_children_in_need_2013_to_2025.csv", dtype=str,
                         usecols=["time_period", "new_la_code"])
    last = counts.groupby("new_la_code")["time_period"].max()
    assert {code: f"{last[code]}-04-01" for code in histories.CEASED} == {
        code: day for code, (_, day) in histories.CEASED.items()}


def test_grades_of_the_single_framework_stand_in_their_columns(published: Path) -> None:
    # By the columns' places, R to X and Z to AF, not by their headings.
    raw = pd.read_excel(published / histories.WIDE[0], sheet_name=histories.WIDE[1], header=None,
                        engine="calamine")
    table = COMMITTED[COMMITTED["framework"] == "SIF"]
    rows = table["locator"].str.extract(r"row (\d+)$")[0].astype(int)
    columns = ["overall_grade", "help_and_protection", "looked_after", "adoption", "care_leavers",
               "leadership"]
    for number, own in zip(rows, table.itertuples(), strict=True):
        start = 17 if own.kind == "full inspection" else 25
        day, *grades = raw.iloc[number - 1, start:start + 7]
        assert f"{day:%Y-%m-%d}" == own.published
        printed = [grade.strip(" -").replace(" to be good", "").lower() for grade in grades]
        assert [getattr(own, column) for column in columns] == printed, own.history_id


def test_what_ofsted_s_notes_revise_stands_there(published: Path) -> None:
    notes = pd.read_excel(published / histories.HISTORY[0], sheet_name="Notes", header=None,
                          engine="calamine")
    ((history_id, column, printed, _, noted),) = histories.REVISED
    note = notes.iloc[int(noted.rsplit(" ", 1)[1]) - 1, 0]
    assert "Staffordshire" in note and "6 November 2023" in note and f"“{printed.title()}”" in note
    row = COMMITTED.set_index("history_id").loc[history_id]
    assert row[["authority", "started", column]].tolist() == [
        "Staffordshire", "2023-11-06", "requires improvement"]


def test_the_one_authority_transcribed_by_hand_agrees() -> None:
    table = COMMITTED.set_index("published")
    inspections = files.read_table("inspections").set_index("inspection_id")
    judgements = files.read_table("judgements")
    graded = judgements[(judgements["scale"] == "since 2013")
                        & (judgements["area"] != "safeguarding-board")]
    mine = table[table["area_code"] == "E08000012"]
    for row in graded.itertuples():
        column = {"overall": "overall_grade"}.get(row.area, row.area.replace("-", "_"))
        day = inspections.loc[row.inspection_id, "published"]
        assert mine.loc[day, column] == row.grade, row.judgement_id
    days = inspections.loc[graded["inspection_id"].unique(), "published"]
    assert list(mine.index[mine.index <= days.max()]) == sorted(days)


def test_each_published_day_is_a_working_day() -> None:
    days = pd.concat([COMMITTED["published"], COMMITTED["started"][COMMITTED["started"] != ""]])
    assert pd.to_datetime(days).dt.day_of_week.max() < 5
    gaps = pd.to_datetime(COMMITTED["published"]).groupby(COMMITTED["area_code"]).diff().dt.days
    assert gaps.min() > 5 * histories.SAME_WITHIN.days


def test_a_missing_sheet_is_named(published: Path) -> None:
    with pytest.raises(ValueError, match=f"{histories.NEWEST[0]} cannot be read: "):
        histories._sheet(published, histories.NEWEST[0], "elsewhere")
