"""The page of all authorities, A to Z."""

import re
from pathlib import Path
from typing import Any

import pytest

from helpers.analysis import survival
from helpers.ingest import histories
from helpers.pages import every_authority as pages
from helpers.tables import files, parse

TABLE = files.read_table("authority_inspections")
AREAS = files.read_table("areas")
READ = survival.judged(pages.with_reports(TABLE), AREAS)
PEOPLE = {each["name"]: each for each in pages.authorities(
    READ, files.read_raw("official/neighbours"), files.read_raw("official/successors"))}


def test_the_page_has_everyone_in_order() -> None:
    body = pages.page("2026-08-22").body
    names = re.findall(r"<h3 id=\"e\d{8}\">([^<]+)</h3>", body)
    assert names == sorted(names) and len(names) == 153 + 5
    assert "services of 153 authorities, and of those that have ended" in body
    assert body.count("<ul class=tiles>") == len(TABLE)
    assert len(re.findall("https://files.ofsted.gov.uk/v1/file/", body)) == READ["url"].ne("").sum()


def test_no_area_is_told_from_not_judged() -> None:
    """Where areas.csv has no such area no report grades it, and four areas were not judged."""
    given = {row["history_id"]: row for row in TABLE.to_dict("records")}
    found = READ.set_index("history_id")[["overall_grade", *survival.AREAS]].stack()
    assert {(key, area) for (key, area), word in found.items() if word == survival.NOT_JUDGED} == {
        ("E09000001-2016-09-20", "adoption"), ("E06000053-2016-06-27", "looked_after"),
        ("E06000053-2016-06-27", "adoption"), ("E06000053-2016-06-27", "care_leavers")}
    assert all((word in parse.GRADES) == bool(given[key][area])
               for (key, area), word in found.items())
    late = AREAS.assign(first_day=AREAS["first_day"].replace("2023-01", "2025-01"))
    assert survival.NOT_JUDGED not in set(survival.judged(TABLE, late)["children_in_care"])
    wider = AREAS.assign(last_day=AREAS["last_day"].replace("2022-12", "2024-12"))
    assert survival.NOT_JUDGED in set(survival.judged(TABLE, wider)["care_and_care_leavers"])


def test_an_authority_that_ended_and_those_that_followed() -> None:
    assert PEOPLE["Cumbria (until 2023)"]["followed"] == [
        ("", "e06000063", "Cumberland", ""), ("", "e06000064", "Westmorland and Furness", "")]
    assert PEOPLE["Dorset"]["follows"] == [("part of ", "e10000009", "Dorset (until 2019)", "")]
    assert ("", "e10000009", "Dorset (until 2019)", "Christchurch") in PEOPLE[
        "Bournemouth, Christchurch & Poole"]["follows"]
    assert [lead for lead, *_ in PEOPLE["Bournemouth, Christchurch & Poole"]["follows"]] == [""] * 3
    assert PEOPLE["Cumbria (until 2023)"]["near"] == [] and len(PEOPLE["Sefton"]["near"]) == 10


def test_who_followed_whom_is_one_set_of_facts() -> None:
    """The table of successors, what the analysis needs of it, and what the reading of files does."""
    rows = files.read_raw("official/successors")
    days = dict(rows[["predecessor", "day"]].itertuples(index=False, name=None))
    assert len(rows[["predecessor", "day"]].drop_duplicates()) == len(days)
    assert set(survival.FOLLOWED) == set(rows["successor"])
    assert set(survival.FOLLOWED.items()) <= set(
        rows[["successor", "predecessor"]].itertuples(index=False, name=None))
    assert days == {code: day for code, (_, day) in histories.CEASED.items()}
    assert days == TABLE[TABLE["abolished"] != ""].groupby("area_code")["abolished"].first().to_dict()


def test_each_authority_lies_in_one_region() -> None:
    """Ofsted's region of each inspection and the region that the statistics put it in."""
    codes = files.read_raw("official/panel_areas").set_index("area_code")["region_code"]
    pairs = TABLE.assign(code=TABLE["area_code"].map(codes)).dropna(subset="code")
    assert len(pairs) > 400
    regions = pairs.groupby("code")["region"].agg(set)
    assert regions[regions.map(len) > 1].to_dict() == {}


def test_a_shared_grade_is_one_wide_tile() -> None:
    rows = PEOPLE["Barking and Dagenham"]["rows"]
    assert [[tile["span"] for tile in row["tiles"]] for row in rows] == [
        [1] * 5, [1, 1, 1, 2], [1] * 5]
    assert [row["wait"] for row in rows] == ["", "4.4", "4.7"]
    assert [row["wait"] for row in PEOPLE["Liverpool"]["rows"]] == ["", "3.1", "4.9", "4.0"]  # rounded
    assert rows[2]["adoption"] and not rows[0]["adoption"]


def test_the_code_that_loads_the_tables_runs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = (root / "docs/use-the-tables.md").read_text(encoding="utf-8")
    monkeypatch.chdir(root)
    space: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", words, re.DOTALL)[0], space)
    assert len(space["both"]) == len(TABLE) and (space["both"]["sha256"].notna()).sum() > 480
    assert space["panel"]["number"].notna().sum() > 50_000 and len(space["claims"])


def test_areas_alike_are_told_together() -> None:
    """As a neighbour's brackets have them, where the newest report gives no overall grade."""
    row = {"published": "2026-05-01", "overall_grade": ""} | dict.fromkeys(survival.AREAS, "")
    alike = dict.fromkeys(("leadership", "help_and_protection"), "good")
    assert pages.grade(row | alike) == "all two areas good, 2026"
    assert pages.grade(row | alike | {"care_leavers": "outstanding"}) == (
        "leadership, and help and protection good; care leavers outstanding, 2026")
    assert pages.grade(row | alike | {"overall_grade": "good"}) == "good, 2026"
