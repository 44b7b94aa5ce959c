"""One page for any authority, and all of them."""

import re
from pathlib import Path

import pytest

from helpers.pages import authorities
from helpers.pages import notebook as notebook_files
from helpers.tables import files

NAMES = authorities.known(files.read_table("authority_inspections"))


@pytest.fixture
def folder(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pages of a project where a test may write them: the rest is the project's own."""
    for name in ("data", "notebooks", "study.toml"):
        (tmp_path / name).symlink_to(root / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path / authorities.PAGES


def test_there_are_153_names_in_alphabetical_order() -> None:
    assert len(NAMES) == len(set(NAMES.values())) == 153
    assert list(NAMES) == sorted(NAMES)
    assert len({authorities.slug(name) for name in NAMES}) == 153
    assert authorities.slug("Bournemouth, Christchurch & Poole") == (
        "bournemouth-christchurch-and-poole")
    assert authorities.slug("St Helens") == "st-helens"


@pytest.mark.parametrize(("said", "found"), [
    ("Sefton", "Sefton"), ("sefton ", "Sefton"), ("St. Helens", "St Helens"),
    ("kingston-upon-hull", "Kingston upon Hull"), ("Barking & Dagenham", "Barking and Dagenham")])
def test_a_name_is_found_however_it_is_written(said: str, found: str) -> None:
    assert authorities.find(said, NAMES) == found


@pytest.mark.parametrize(("said", "answer"), [
    ("Seften", "'Seften'; the closest: Sefton"), ("Qqq", "is called 'Qqq'$"), ("", "is called ''$"),
    ("Cheshire", "Cheshire East.*Cheshire West and Chester"), ("Cumbria", "the closest: Cumb")])
def test_an_unknown_name_is_answered_with_the_closest(said: str, answer: str) -> None:
    with pytest.raises(ValueError, match=answer):
        authorities.find(said, NAMES)


def test_another_authority_changes_the_title_and_the_first_cell_only(root: Path) -> None:
    kept, changed = (notebook_files.read(root / authorities.NOTEBOOK) for _ in range(2))
    authorities.about("St Helens", changed)
    differ = [b.source for a, b in zip(kept.cells, changed.cells, strict=True) if a.source != b.source]
    assert differ == [kept.cells[0].source.replace("Liverpool", "St Helens"),
                      "authority = 'St Helens'"]
    assert kept.cells[1].source == 'authority = "Liverpool"'  # and nothing else


def test_a_page_of_one_authority(folder: Path) -> None:
    path = authorities.write_page("Sefton")
    assert path == folder / "sefton.html"
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < 400_000
    assert "<h1>Sefton: " in text and "<h1>Liverpool" not in text
    assert "Requires improvement in 2016, inadequate in 2022" in text
    assert "<script" not in text and text.count('id="figure-') == 3
    assert 'href="../every_authority.html#e08000015">Wirral</a>: requires improvement, 2024' in text
    assert "https://reports.ofsted.gov.uk/provider/44/" in text
    foot = text[text.index("<footer>"):]
    assert "This page is about Sefton" in foot and "This study follows" not in foot
    links = {link for link in re.findall(r'href="([^"#]+)', text)
             if not link.startswith(("data:", "https://"))}
    pages = {"../index.html", "../sources.html", "../every_authority.html", "../figures.html",
             *(f"../{path.stem}.html" for path in Path("notebooks").glob("0[1-9]_*.ipynb"))}
    assert links <= pages


def test_the_parts_of_a_sum_are_the_whole(folder: Path) -> None:
    """Of Cumbria's grade there are inspections of authorities that ended before another one."""
    text = authorities.write_page("Cumbria").read_text(encoding="utf-8")
    found = re.search(r"In England, (\d+) inspections.*?After (\d+), another.*?followed: (.*?)\. "
                      r"After\s+(\d+) none.*?after (\d+) the authority ended", text, re.DOTALL)
    assert found
    whole, again, gave, still, ended = found.groups()
    assert int(whole) == int(again) + int(still) + int(ended) and int(ended) > 0
    assert sum(map(int, re.findall(r"(\d+) gave", gave))) == int(again)


@pytest.mark.slow
def test_one_made_in_2023_one_without_a_newest_grade_and_one_that_ended(folder: Path) -> None:
    made, without, ended, small = (authorities.write_page(name).read_text(encoding="utf-8") for name in (
        "Cumberland", "Brent", "Cumbria", "Isles of Scilly"))
    assert "One full inspection is on record" in made
    assert re.search(r'On 1 April 2023 Cumberland replaced part of <a href="[^"]+#e10000006">', made)
    assert "That report gave leadership good; help and" in without
    assert "The last overall grade, good, is of 11 April 2023." in without
    assert "good in 2018 and 2023, no overall grade in 2026" in without
    assert "#e06000063\">Cumberland</a> and" in ended and "followed it on 1 April 2023" in ended
    assert "figure-2" not in ended and "figure-2" in made
    assert "<strong>Small numbers" in small and "<strong>Small numbers" not in without
    assert ">not judged<" in small and ">no such area<" in without


def test_an_old_name_is_found_and_a_name_of_today_comes_first() -> None:
    table = files.read_table("authority_inspections")
    codes = authorities.codes(table)
    assert authorities.find("cumbria", codes) == "Cumbria" and len(codes) == 157
    assert codes["Dorset"] == NAMES["Dorset"] and codes["Poole"] == "E06000029"


def test_one_failure_is_named_and_the_others_are_made(folder: Path,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    """In the index too, which gives the areas' grades where there is no overall one."""
    def write_page(name: str) -> None:
        if name == "Devon":
            raise ValueError("made up")

    monkeypatch.setattr(authorities, "write_page", write_page)
    failed = authorities.write_all(["Sefton", "Devon", "Liverpool"], jobs=1)
    assert failed == {"Devon": "ValueError: made up"}
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert index.index("Devon: no page could be made") < index.index('"liverpool.html"') < (
        index.index('"sefton.html"'))
    assert "children in care good; care leavers requires improvement, 2026" in index
    assert "good, 2025" in index and "North West" in index
    assert "Cumbria (until 2023): followed by Cumberland and Westmorland and Furness" in index


@pytest.mark.slow
def test_pages_side_by_side(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Every tenth authority's; make authorities makes all, and names those that fail."""
    assert authorities.write_all(list(NAMES)[::10]) == {}
    pages = list(folder.glob("*.html"))
    assert len(pages) == 17
    assert max(path.stat().st_size for path in pages) < 1_000_000
    assert "16/16" in capfd.readouterr().err


def test_its_statistics_come_from_the_panel() -> None:
    (table,), region = authorities.statistics(NAMES["Liverpool"], ("caseload",))
    mine = files.read_table("official_statistics")
    mine = mine[(mine["measure"] == "caseload") & (mine["area_code"] == NAMES["Liverpool"])
                & (mine["basis"] != "older definition")]
    assert region == "North West"
    assert table[["value", "flag"]].values.tolist() == mine[["value", "flag"]].values.tolist()


@pytest.mark.parametrize(("code", "measures", "region"), [
    (NAMES["Sefton"], ["referrals-rate", "caseload"], "North West"),
    (NAMES["Isles of Scilly"], ["referrals-rate", "caseload"], "South West"), ("E10000006", [], "")])
def test_an_authority_that_ended_has_no_series(code: str, measures: list[str], region: str) -> None:
    tables, found = authorities.statistics(code, ("referrals-rate", "caseload"))
    assert ([table["measure"].iloc[0] for table in tables], found) == (measures, region)
