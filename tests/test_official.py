"""The published statistics, read: on made-up files always, on the files themselves where held."""

import fnmatch
import functools
import gzip
import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from helpers import store
from helpers.analysis import panel
from helpers.ingest import histories, official
from helpers.tables import files, schema

pytestmark = pytest.mark.slow  # what it tests is run when something new is published

Files = dict[str, pd.DataFrame]

# Made-up authorities: the one studied, its ten neighbours from the nearest, and one more.
NEIGHBOURS = [str(n) for n in range(810, 800, -1)]
CODES = {"341": "E08000012", **{n: f"E06000{n}" for n in [*NEIGHBOURS, "811"]}}
REGION, ENGLAND = "E12000002", "E92000001"
AREAS = [*CODES, REGION, ENGLAND]

# The files, and what is said of each in the list of them.
LISTED = dict(re.findall(r"^\| `(.+)` \| (.+) \|$", (
    store.root() / "docs/official-files.md").read_text(encoding="utf-8"), re.M))
NAME = {pattern: next(name for name in LISTED if fnmatch.fnmatch(name, pattern))
        for pattern in official.STATISTICS}
LONG = {NAME[pattern]: layout for pattern, layout in official.LONG.items()}
CARE = {NAME[pattern]: layout for pattern, layout in official.CARE.items()}
B1, C1, C4, D3, D5, CSWW, HEADLINE, ONS = LONG
CARE_2025, CARE_2024 = CARE
TOOL, MODEL = NAME[official.TOOL_FILE], NAME[official.MODEL]
YEARLY = {year: name for name, year in official.YEARLY.items()}
YEARS = {CSWW: [2017, 2018], HEADLINE: [2017], ONS: [2014, 2015, 2016, 2017, 2018, 2024],
         CARE_2025: [2018, 2025], CARE_2024: [2017, 2018]}
KINDS = {"ceasing": "ceasing to be looked after each year", "starting":
         "starting to be looked after each year", "looked-after": "looked after at 31 March"}

MEASURES = list(files.read_raw("measures")["measure"])
PLACES = {str(row.measure): row for row in files.read_raw("measures").itertuples()}


def usual(measure: str, area: str, year: int) -> str:
    """What every made-up publication prints, so that none differs from another."""
    number = 1000 + 100 * MEASURES.index(measure) + 20 * AREAS.index(area) + year - 2010
    return f"{number / 100:g}" if measure.endswith("percent") else str(number)


def _geography(rows: list[tuple[str, int]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["area", "year"])
    local = table["area"].isin(list(CODES))
    table = table.assign(
        time_period=table["year"].astype(str), time_identifier="Reporting year",
        geographic_level=["Local authority" if a in CODES else
                          "Regional" if a == REGION else "National" for a in table["area"]],
        country_code=ENGLAND, country_name="England",
        region_code=table["area"].map(lambda a: "" if a == ENGLAND else REGION),
        region_name=table["area"].map(lambda a: "" if a == ENGLAND else "North West"),
        old_la_code=table["area"].where(local, ""), new_la_code=table["area"].map(CODES).fillna(""),
        la_name=("Town " + table["area"]).where(local, ""))
    return table.set_index(["area", "year"])


def _care(name: str, kind: str, count: str) -> pd.DataFrame:
    parts = []
    for short, words in KINDS.items():
        table = _geography([(area, year) for area in AREAS for year in YEARS[name]])
        measure = short if short == "looked-after" else f"{short}-care"
        table[kind] = f"Children {words}"
        for column, about, back in ((count, measure, 0), ("rate_per_10000", f"{measure}-rate", 0),
                                    ("population_estimate", "children", 1)):
            table[column] = [usual(about, area, year - back) for area, year in table.index]
        parts.append(table.assign(kind=short).set_index("kind", append=True))
    return pd.concat(parts)


def _yearly(year: int) -> pd.DataFrame:
    columns = ({"MarTotal_2010": ("looked-after", 0), "Mid2009Pop0-17": ("children", 1)}
               if year == 2010 else {f"CLA_Mar{year}": ("looked-after", 0)})
    words = {REGION: ("GOR" if year == 2010 else "REGION", "B", "North West "),
             ENGLAND: ("NATIONAL", "999", "ENGLAND")}
    rows = [words.get(area, ("LA", area, f"Town {area} \N{LATIN SMALL LETTER E WITH ACUTE}"))
            for area in AREAS]
    table = pd.DataFrame(rows, columns=["geog_l", "geog_c", "geog_n"],
                         index=[(area, year) for area in AREAS])
    for column, (measure, back) in columns.items():
        table[column] = [usual(measure, area, year - back) for area in AREAS]
    table.loc[len(table)] = ["REGION", "K", "INNER LONDON", *["many"] * len(columns)]
    return table.astype(str)


def _tool() -> pd.DataFrame:
    names = {REGION: ("North West", "981.0"), ENGLAND: ("ENGLAND", "970.0")}
    keys = [(area, year, short) for short in official.TOOL for area in AREAS
            for year in (2016, 2017, 2018)]
    rows = [(short, "", str(year), *names.get(area, (f"Town {area}", f"{area}.0")),
             usual(official.TOOL[short], area, year)) for area, year, short in keys]
    table = pd.DataFrame(rows, index=pd.MultiIndex.from_tuples(keys), columns=[
        "Short Desc", "Data item", "Years", "LA and Regions", "LA Number", "Values"])
    strange = [("RTA", "deaths", "2017", "Town 341", "341.0", "not a number"),
               ("RTA", "deaths", "2025", "Town 341", "341.0", "not a number"),
               ("CIN", "", "2023-24 (OT)", "Town 341", "341.0", "not a number")]
    return pd.concat([table, pd.DataFrame(strange, columns=table.columns)], ignore_index=False)


def made_up() -> Files:
    """Every file that is read, by name, each value under its area, year and further key."""
    found = {}
    for name, (_, columns) in LONG.items():
        table = _geography([(area, year) for area in AREAS
                            for year in YEARS.get(name, [2016, 2017, 2018])])
        for column, measure in columns.items():
            table[column] = [usual(measure, area, year) for area, year in table.index]
        found[name] = table
    for name, (kind, count) in CARE.items():
        found[name] = _care(name, kind, count)
    for year, name in YEARLY.items():
        found[name] = _yearly(year)
    found[TOOL] = _tool()
    ring = [*NEIGHBOURS, "811"]
    near = {"341": NEIGHBOURS, **{n: ["341", *(m for m in ring if m != n)][:10] for n in ring}}
    found[MODEL] = pd.DataFrame([{"old_la_code": number, "la_name": f"Town {number}"} | {
        f"SN_{n}{p}": "Close " if p else other for n, other in enumerate(others, 1)
        for p in ("", "P")} for number, others in near.items()])
    return found


def publish(tables: Files, folder: Path) -> Path:
    """The files in a folder, in the encodings that the publications have."""
    for name, table in tables.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        old, marked = name in (YEARLY[2010], YEARLY[2012]), name in (*CARE, MODEL)
        data = files.as_csv(table).encode("latin-1" if old else "utf-8-sig" if marked else "utf-8")
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return folder


def compiled(folder: Path, code: str = CODES["341"]) -> Files:
    """The official tables of an authority, from a folder by way of the panel as it is written."""
    raw = {name: pd.read_csv(io.StringIO(files.as_csv(table)), dtype=str, keep_default_na=False)
           for name, table in official.compile_panel(folder).items()}
    return panel.tables(raw | {"measures": files.read_raw("measures")}, code)


def put(tables: Files, name: str, at: tuple[object, ...], column: str, text: str) -> None:
    """Change one cell that is there."""
    here = [key == at for key in tables[name].index]
    assert sum(here) == 1 and column in tables[name]
    tables[name].loc[here, column] = text


def changed(*cells: tuple[str, tuple[object, ...], str, str]) -> Files:
    """The made-up files with some cells printed otherwise."""
    tables = made_up()
    for cell in cells:
        put(tables, *cell)
    return tables


# What is printed where, and what the tables then have: measure, year, value or status, publication.
HERE, OTHER, CIN, LAIT = "341", "810", "dfe-cin-2025", "dfe-lait-2026"
FILE = {"b1": B1, "c1": C1, "d3": D3, "d5": D5, "csww": CSWW, "lait": TOOL, "cla": CARE_2025} | {
    str(year): name for year, name in YEARLY.items()}
NAMED = [[part.strip() for part in line.split("|")] for line in f"""
c1 | 341 2018 | referral_count | 4,158 | referrals 2018 | 4158 | {CIN}
b1 | 341 2016 | At31_episodes | : | in-need 2016 | not available | {CIN}
c1 | 810 2018 | referral_count | c | referrals 2018 | suppressed | {CIN}
d5 | 810 2017 | CPP_At31 | z | plans 2017 | not applicable | {CIN}
csww | 810 2018 | absence_rate_fte | u | absence-percent 2018 | low reliability | dfe-csww-2025
csww | 341 2018 | agency_rate_fte | low | agency-percent 2018 | rounds to zero | dfe-csww-2025
d3 | 341 2016 | CPP_subsequent_percent | | repeat-plans-percent 2016 | not available | {CIN}
2014 | 341 2014 | CLA_Mar2014 | x | looked-after 2014 | suppressed | dfe-cla-2014
lait | 341 2016 Continue_Assess_Comp | Values | 77.099999999999994 | assessments-in-time-percent 2016 \
| 77.1 | {LAIT}
c1 | 341 2018 | no_further_action_percent | 0 | no-further-action-percent 2018 | 0 | {CIN}
c1 | 341 2018 | not_in_need_percent | 0 | not-in-need-percent 2018 | printed as zero | {CIN}
c1 | {REGION} 2017 | referral_count | 82720 | referrals 2017 | 82720 | {CIN}
lait | {ENGLAND} 2018 Section_47 | Values | 192.2 | enquiries-rate 2018 | 192.2 | {LAIT}
2010 | {REGION} 2010 | MarTotal_2010 | 11180 | looked-after 2010 | 11180 | dfe-cla-2010
2011 | {ENGLAND} 2011 | CLA_Mar2011 | 65520 | looked-after 2011 | 65520 | dfe-cla-2011
2010 | 341 2010 | Mid2009Pop0-17 | 85500 | children 2009 | 85500 | dfe-cla-2010
cla | 341 2018 ceasing | children_count | 332 | ceasing-care 2018 | 332 | dfe-cla-2025
""".strip().splitlines()]


def key_of(at: str) -> tuple[object, ...]:
    area, year, *kind = at.split()
    return area, int(year), *kind


def rows_of(table: pd.DataFrame, area: str, measure: str, year: int | None = None) -> pd.DataFrame:
    code = CODES.get(area, area)
    table = table[(table["area_code"] == code) & (table["measure"] == measure)]
    return table if year is None else table[table["year"].astype(int) == year]


def only(table: pd.DataFrame, area: str, measure: str, year: int) -> dict[str, str]:
    found = rows_of(table, area, measure, year)
    assert len(found) == 1
    return {str(key): str(cell) for key, cell in found.iloc[0].items()}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up files as they usually are, to be read only."""
    return publish(made_up(), tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The tables compiled from the made-up files with the cells that have a name."""
    cells = [(FILE[name], key_of(at), column, text) for name, at, column, text, *_ in NAMED]
    return compiled(publish(changed(*cells), tmp_path_factory.mktemp("named")))


@pytest.mark.parametrize("case", NAMED, ids=" ".join)
def test_a_cell_is_read_as_it_stands(named: Files, case: list[str]) -> None:
    name, at, column, _, what, expected, publication = case
    measure, year = what.split()
    row = only(named["official_statistics"], at.split()[0], measure, int(year))
    assert (row["value"], row["status"]) == (
        (expected, "") if expected[0].isdigit() else ("", expected))
    assert (row["publication"], row["basis"]) == (publication, "published")
    place = at.split()[2] if name == "lait" else column
    assert row["locator"] == f"{Path(FILE[name]).stem.split('_')[0]}, {place}"


@pytest.mark.parametrize(("measure", "year", "period", "unit"), [
    ("referrals", 2017, "2016-04-01/2017-03-31", "referrals"),
    ("plans", 2017, "2017-03-31", "children"),
    ("turnover-percent", 2018, "2017-10-01/2018-09-30", "% of those in post"),
    ("caseload", 2018, "2018-09-30", "cases per case-holder"),
    ("children", 2018, "2018-06-30", "children")])
def test_periods_and_units(named: Files, measure: str, year: int, period: str, unit: str) -> None:
    for area in (HERE, OTHER, REGION, ENGLAND):
        row = only(named["official_statistics"], area, measure, year)
        assert (row["period"], row["unit"]) == (period, unit)


def test_areas_are_the_authority_its_neighbours_its_region_and_england(
        named: Files, plain: Path) -> None:
    areas = named["official_areas"]
    assert list(areas["area_code"]) == [CODES[HERE], *map(CODES.get, NEIGHBOURS), REGION, ENGLAND]
    assert list(areas["area"]) == [*(f"Town {n}" for n in (HERE, *NEIGHBOURS)), "North West", "England"]
    assert list(areas["relation"]) == ["authority", *["neighbour"] * 10, "region", "country"]
    assert list(areas["closeness"]) == ["", *map(str, range(1, 11)), "", ""]
    assert set(named["official_statistics"]["area_code"]) == set(areas["area_code"])
    spread = named["official_distribution"]
    assert set(spread[spread["measure"] == "in-need"]["authorities"]) == {"11", "12"}  # of 12
    tables = compiled(plain, CODES["811"])  # another one studied
    assert list(tables["official_areas"]["area_code"][:2]) == [CODES["811"], CODES[HERE]]
    spread = tables["official_distribution"].set_index(["measure", "year"])
    assert spread["value"]["referrals", "2018"] == usual("referrals", "811", 2018)


def test_every_measure_comes_from_the_column_that_is_named_for_it(named: Files) -> None:
    """measures.csv says where a measure stands; the latest value is from there."""
    for measure, about in PLACES.items():
        latest = rows_of(named["official_statistics"], "805", measure).iloc[-1]
        column = about.column.split(": ")[-1].split(", ")[0]
        assert latest["publication"] == about.publication, measure
        assert latest["locator"].split(", ")[1] == column, measure
        if latest["basis"] == "published":
            year = int(latest["year"])
            assert latest["value"] == usual(measure, "805", year), measure
    table = named["official_statistics"]  # no symbol is a number
    assert ((table["value"] == "") == (table["status"] != "")).all()
    assert set(table.loc[table["value"] == "0", "measure"]) == {"no-further-action-percent"}


@pytest.mark.parametrize(("text", "expected"), [
    ("202.74289999999999", "202.7429"), ("12,183,016", "12183016"), ("0.0", "0"), ("20", "20"),
    (" 35.799999999999997 ", "35.8"), ("-50", "-50")])
def test_numbers_are_exact(text: str, expected: str) -> None:
    assert official.value(text) == expected


@pytest.mark.parametrize("text", [":", "c", "x", "z", "u", "low", "-", "..", "", " "])
def test_symbols_are_missing(text: str) -> None:
    assert panel.STATUS[official.value(text)]


@pytest.mark.parametrize("text", ["many", "nan", "-inf", "12%", "c*", "C", "1.2.3", "1 234", "--",
                                  "1,5", "1_000", "12,34", "1e9", "１２"])
def test_words_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        official.value(text)


COLUMNS = {**{name: next(reversed(columns)) for name, (_, columns) in LONG.items()},
           **{name: count for name, (_, count) in CARE.items()},
           **{name: f"CLA_Mar{year}" for year, name in YEARLY.items() if year > 2010},
           YEARLY[2010]: "Mid2009Pop0-17", TOOL: "Values", MODEL: "SN_10"}


@pytest.mark.parametrize("name", COLUMNS)
def test_another_layout_is_refused(tmp_path: Path, name: str) -> None:
    tables, column = made_up(), COLUMNS[name]
    tables[name] = tables[name].rename(columns={column: "Renamed"})
    with pytest.raises(ValueError, match="no column") as caught:
        compiled(publish(tables, tmp_path))
    assert all(word in str(caught.value) for word in (Path(name).name, column, "Renamed"))


@pytest.mark.parametrize("code", ["E08000099", "341", REGION, ENGLAND])
def test_an_unknown_authority_is_refused(plain: Path, code: str) -> None:
    with pytest.raises(KeyError, match=code):
        compiled(plain, code)


def test_rates(tmp_path: Path) -> None:
    """Computed only where none is published: on the year before's people, rounded half up."""
    tables = changed(
        *((ONS, (HERE, year), "population_estimate", people) for year, people in (
            (2015, "80000"), (2016, "80,000"), (2017, "50000"), (2018, "40000"))),
        (C1, (HERE, 2017), "referral_child_count", "3706"),    # 463.25
        (C1, (HERE, 2018), "referral_child_count", "3000"),    # 600
        (C1, (HERE, 2016), "referral_child_count", "c"),
        (TOOL, (HERE, 2016, "LACnum_Start"), "Values", "100"),  # 12.5
        (C1, (HERE, 2017), "referral_count", "6905"),          # 863.1, but 1 is printed
        (TOOL, (HERE, 2017, "CPP_Total_Rateper10,000"), "Values", "1.25"),
        (TOOL, (HERE, 2017, "CIN"), "Values", "-"), (ONS, (OTHER, 2016), "population_estimate", "x"))
    tables[TOOL] = tables[TOOL][[not isinstance(key, tuple) or key[1:] != (2016, "LAC_Start_Rate")
                                 for key in tables[TOOL].index]]
    found = compiled(publish(tables, tmp_path))["official_statistics"]

    row = only(found, HERE, "children-referred-rate", 2017)
    assert (row["value"], row["basis"], row["status"]) == ("463.3", "computed", "")
    assert (row["publication"], row["locator"]) == ("dfe-cin-2025", "c1, referral_child_count")
    assert row["unit"] == "per 10,000 children" and row["period"] == "2016-04-01/2017-03-31"
    assert only(found, HERE, "children-referred-rate", 2018)["value"] == "600"
    assert only(found, HERE, "starting-care-rate", 2016)["value"] == "13"
    assert rows_of(found, HERE, "children-referred-rate", 2016).empty  # nor is a missing count
    row = only(found, HERE, "referrals-rate", 2017)
    assert (row["value"], row["basis"], row["publication"]) == ("1.25", "published", LAIT)
    row = only(found, HERE, "in-need-rate", 2017)  # what is withheld is not worked out
    assert (row["value"], row["status"], row["basis"]) == ("", "not available", "published")
    assert rows_of(found, OTHER, "children-referred-rate", 2017).empty  # no people to go by
    computed = set(found.loc[found["basis"] == "computed", "measure"])
    assert computed == {measure for measure, about in PLACES.items() if about.rate_of and
                        measure in ("children-referred-rate", "adoptions-rate", "looked-after-rate",
                                    "starting-care-rate")}


def test_an_older_definition_is_said_to_be_one(named: Files) -> None:
    table = named["official_statistics"]
    older = table[table["basis"] == "older definition"]
    workforce = {name for name, about in PLACES.items() if about.topic == "workforce"}
    assert set(older["measure"]) == workforce - {"case-holders", "agency"}  # from 2017 on only
    assert set(older["year"].astype(int)) == {2016}
    for measure in workforce:
        assert only(table, HERE, measure, 2017)["basis"] == "published"
        for name, column in (("official_distribution", "year"), ("official_changes", "from_year")):
            rows = named[name]
            assert not (rows["measure"].eq(measure) & rows[column].eq("2016")).any()


def test_publications_that_differ_are_listed(tmp_path: Path) -> None:
    assert compiled(publish(made_up(), tmp_path))["official_differences"].empty
    tables = changed(
        (CARE_2025, (HERE, 2018, "looked-after"), "children_count", "1,416"),
        (CARE_2024, (HERE, 2018, "looked-after"), "number", "1414"),
        (TOOL, (HERE, 2018, "LACnum"), "Values", "1416.0"),
        (CARE_2024, (HERE, 2017, "looked-after"), "number", "1121"),
        (TOOL, (HERE, 2017, "LACnum"), "Values", "1120"),
        (YEARLY[2017], (HERE, 2017), "CLA_Mar2017", "1119"),
        (TOOL, (HERE, 2016, "LACnum"), "Values", "1039"),
        (YEARLY[2016], (HERE, 2016), "CLA_Mar2016", "1040"),
        (TOOL, (HERE, 2017, "CPP_Num"), "Values", "-"),
        (HEADLINE, (HERE, 2017), "cases", "2871"),
        (TOOL, (HERE, 2018, "CPP_Total_NumRef"), "Values", "9"),
        (TOOL, ("811", 2018, "CPP_Total_NumRef"), "Values", "9"))  # an area not shown
    found = compiled(publish(tables, tmp_path))
    columns = ["measure", "year", "adopted", "adopted_publication", "printed", "publication",
               "reason"]
    later, repeated = "the later publication", "the release itself before the tool that repeats it"
    rows = [tuple(map(str, row)) for row in
            found["official_differences"][columns].itertuples(index=False)]
    assert rows == [
        ("referrals", "2018", usual("referrals", HERE, 2018), CIN, "9", LAIT, repeated),
        ("looked-after", "2016", "1039", LAIT, "1040", "dfe-cla-2016", later),
        ("looked-after", "2017", "1121", "dfe-cla-2024", "1120", LAIT, repeated),
        ("looked-after", "2017", "1121", "dfe-cla-2024", "1119", "dfe-cla-2017", later),
        ("looked-after", "2018", "1416", "dfe-cla-2025", "1414", "dfe-cla-2024", later),
        ("cases", "2017", usual("cases", HERE, 2017), "dfe-csww-2025", "2871", "dfe-csww-2022",
         later)]
    assert set(found["official_differences"]["area_code"]) == {CODES[HERE]}
    row = only(found["official_statistics"], HERE, "looked-after", 2018)
    assert (row["value"], row["publication"]) == ("1416", "dfe-cla-2025")


def test_a_zero_beside_many_referrals_is_none(tmp_path: Path) -> None:
    tables = made_up()
    for year, referrals in ((2016, "50"), (2017, "49"), (2018, "c")):
        put(tables, C1, (OTHER, year), "referral_count", referrals)
        for column in ("not_in_need_percent", "no_further_action_percent", "rereferral_percent"):
            put(tables, C1, (OTHER, year), column, "0")
    found = compiled(publish(tables, tmp_path))["official_statistics"]
    rows = rows_of(found, OTHER, "not-in-need-percent")
    assert list(zip(rows["year"], rows["value"], rows["status"], strict=True)) == [
        (2016, "", "printed as zero"), (2017, "0", ""), (2018, "0", "")]
    for measure in ("no-further-action-percent", "rereferrals-percent"):
        rows = rows_of(found, OTHER, measure)
        assert set(rows["value"]) == {"0"} and set(rows["status"]) == {""}


def test_the_order_of_rows_is_nothing(tmp_path: Path) -> None:
    tables = changed((C1, (HERE, 2018), "referral_count", "4,158"),
                     (YEARLY[2017], (HERE, 2017), "CLA_Mar2017", "1119"),
                     (ONS, (OTHER, 2014), "la_name", "As it was called"))
    first = compiled(publish(tables, tmp_path))
    assert first["official_areas"]["area"][1] == f"Town {OTHER}"
    mixed = {name: table.sample(frac=1, random_state=1) for name, table in tables.items()}
    again = compiled(publish(mixed, tmp_path))
    assert {name: files.as_csv(table) for name, table in again.items()} == {
        name: files.as_csv(table) for name, table in first.items()}


def test_the_list_of_files_is_that_of_what_is_read(plain: Path) -> None:
    assert sorted(NAME.values()) == sorted(made_up())
    known = [pattern for name in LISTED for pattern in official.FILES
             if fnmatch.fnmatch(name, pattern)]
    assert sorted(known) == sorted(official.FILES) and len(known) == len(LISTED)
    read = official.read(plain, official._areas(plain)).drop_duplicates(["file", "publication"])
    found = dict(zip(read["file"], read["publication"], strict=True))
    found |= {MODEL: "dfe-neighbours-2025"}
    found |= {file: source for (file, _), source in histories.SOURCE_IDS.items()}
    found |= {Path(file).name: histories.REPORTS_ID for file in histories.REPORTS}
    names = files.read_raw("sources").set_index("source_id")["short_name"]
    assert {Path(name).name: said for name, said in LISTED.items()} == {
        file: names[source] for file, source in found.items()}


def _state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_only_what_changed_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inspections = [pd.DataFrame({"history_id": ["a"]}), pd.DataFrame({"correction_id": ["h-01"]})]
    monkeypatch.setattr(histories, "read", lambda _: inspections)
    folder, there = tmp_path / "published", tmp_path / "data/raw/official"
    for name in ("measures", "sources"):
        store.replace_file(tmp_path / f"data/raw/{name}.csv", files.as_csv(files.read_raw(name)))
    tables = made_up()
    publish(tables, folder)
    (folder / D5).unlink()
    workbooks = sorted(set(LISTED) - set(NAME.values()))
    with pytest.raises(FileNotFoundError, match="lacks 13 of") as caught:
        official.write(folder, tmp_path)
    assert all(name in str(caught.value) for name in [*workbooks, "d5_cpps"]) and not there.exists()
    publish(tables, folder)
    for name in workbooks:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    assert official.write(folder, tmp_path) == [
        "panel_areas", "neighbours", "panel", "panel_columns", "panel_differences",
        "authority_inspections", "authority_corrections"]
    before = _state(there)
    assert len(before) == 7
    assert official.write(folder, tmp_path) == []
    assert _state(there) == before
    put(tables, C1, (HERE, 2018), "referral_count", "77")
    assert official.write(publish(tables, folder), tmp_path) == ["panel", "panel_differences"]
    written = pd.read_csv(there / "panel.csv", dtype=str).set_index(["measure", "area_code"])
    assert written.loc[("referrals", CODES[HERE]), "2018"] == "77"


# What is wrong with a file, and what is said of it.
SPOILED: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "cut off in a line": (C1, lambda data: data[:-9], "cut off, its last line has no end"),
    "an authority is gone": (D5, lambda data: without(data, b"Town 805"),
                             "dfe-cin: 3 values of plans are gone, the first of E06000805 in"),
    "an authority's last year is not in a new file": (
        D5, lambda data: without(data, b"2018,.*Town 805"),
        "dfe-cin: 1 values of plans are gone, the first of E06000805 in 2018"),
    "a row twice": (B1, lambda data: data + data.splitlines(keepends=True)[-1], "found twice"),
    "a kind of count is gone": (CARE_2024, lambda data: data.replace(b"Children starting", b"New"),
                                "'Children starting'; found Children ceasing.*, Children looked"),
    "a neighbour is gone": (MODEL, lambda data: data.replace(b"810,Close", b"899,Close"),
                            "no authority has the number 899"),
    "half a gzip": (TOOL, lambda data: data[:len(data) // 2], "cannot be read: Compressed file"),
    "a workbook": (CSWW, lambda data: b"PK\3\4" + bytes(range(256)) * 9, "cannot be read"),
    "a word for a number": (
        D5, lambda data: data.replace(usual("plans", OTHER, 2018).encode(), b"many"),
        "d5_.*: dfe-cin-2025: d5, CPP_At31, area 810, 2018: 'many' is neither"),
    "a year that is none": (C4, lambda data: data.replace(b"2018,", b"202,", 1), "'202' for a year"),
}


def without(data: bytes, words: bytes) -> bytes:
    """The file without the lines that have these words."""
    return b"".join(line for line in data.splitlines(keepends=True) if not re.search(words, line))


@pytest.mark.parametrize("case", SPOILED)
def test_a_file_that_lacks_or_doubles_rows_is_refused(plain: Path, tmp_path: Path, case: str) -> None:
    name, spoil, expected = SPOILED[case]
    before = None if "new file" in case else official.compile_panel(plain)["panel"]
    assert official.compile_panel(plain, before=before)
    folder = shutil.copytree(plain, tmp_path / "published")
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(spoil(data))
    assert (folder / name).read_bytes() != data
    with pytest.raises(ValueError, match=expected):
        official.compile_panel(folder, before=before)


def released(tables: Files, name: str, year: int) -> tuple[str, Files]:
    """A file's next release: its name has the year, and its rows are one year more."""
    table = tables[name]
    newest = table[table["time_period"] == table["time_period"].max()].copy()
    newest["time_period"] = str(year)
    newest.index = pd.MultiIndex.from_tuples([(key[0], year, *key[2:]) for key in newest.index])
    later = f"{name.removesuffix('.csv').rsplit('_', 1)[0]}_{year}.csv"
    others = {key: other for key, other in tables.items() if key != name}
    return later, others | {later: pd.concat([table, newest])}


def test_the_next_release_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inspections = [files.read_raw(f"official/authority_{name}")
                   for name in ("inspections", "corrections")]
    monkeypatch.setattr(histories, "read", lambda _: inspections)
    monkeypatch.setattr(official, "FILES", official.STATISTICS)
    shutil.copytree(store.root() / "data", tmp_path / "data",
                    ignore=shutil.ignore_patterns("panel*", "neighbours*", "processed"))
    tables = changed((C1, (HERE, 2018), "referral_count", "500"),
                     (C1, (HERE, 2017), "referral_count", "480"))
    official.write(publish(tables, tmp_path / "2025"), tmp_path)
    folder = publish(released(tables, C1, 2026)[1], tmp_path / "2026")
    before = _state(tmp_path / "data/raw/official")
    with pytest.raises(ValueError, match=r"sources.csv: found no row for dfe-cin-2026,"):
        official.write(folder, tmp_path)
    assert _state(tmp_path / "data/raw/official") == before
    sources = files.read_raw("sources", tmp_path)
    added = sources[sources["source_id"] == CIN].assign(
        source_id="dfe-cin-2026", short_name="DfE children in need 2026")
    store.replace_file(tmp_path / "data/raw/sources.csv", files.as_csv(pd.concat([sources, added])))
    assert official.write(folder, tmp_path) == ["panel", "panel_columns"]
    raw = panel.read(tmp_path)
    assert list(raw["panel"])[-1] == "2026"
    found = panel.tables(raw, CODES[HERE])
    for measure, year, value, publication in (
            ("referrals", 2026, "500", "dfe-cin-2026"), ("referrals", 2017, "480", "dfe-cin-2026"),
            ("plans", 2018, usual("plans", HERE, 2018), CIN)):
        row = only(found["official_statistics"], HERE, measure, year)
        assert (row["value"], row["publication"]) == (value, publication)
    last = found["official_distribution"].astype({"year": int}).groupby("measure")["year"].max()
    assert last["referrals"] == 2026 and last["plans"] == 2018 and last["children"] == 2024
    assert [line for line in schema.problems_in_raw(tmp_path)
            if line.startswith("data/raw/official/panel")] == []


def test_an_earlier_release_may_stay_beside_the_next(tmp_path: Path) -> None:
    """A release that begins later leaves what it lacks to the one before."""
    tables = made_up()
    before = official.compile_panel(publish(tables, tmp_path / "2025"))["panel"]
    name, later = released(tables, C1, 2026)
    later[name] = later[name][later[name]["time_period"] != "2016"]
    folder = publish(later, tmp_path / "2026")
    with pytest.raises(ValueError, match=r"dfe-cin: \d+ values.* in 2016.*earlier release"):
        official.compile_panel(folder, before=before)
    shutil.copy(tmp_path / "2025" / C1, folder)
    wide = official.compile_panel(folder, before=before)["panel"].query(
        f"measure == 'referrals' and area_code == '{CODES[HERE]}'").set_index("publication")
    assert {name: [year for year in row.index if row[year]] for name, row in wide.drop(
        columns=["measure", "area_code"]).iterrows()} == {
            "dfe-cin-2026": ["2017", "2018", "2026"], CIN: ["2016"]}


# Read off the publications by eye: area, measure, year, value, publication, place.
SAMPLE = """
E08000012 enquiries 2023 956 dfe-cin-2025 c4, Section47
E08000012 referrals 2023 4158 dfe-cin-2025 c1, referral_count
E08000012 no-further-action-percent 2017 2.8 dfe-cin-2025 c1, no_further_action_percent
E08000012 repeat-plans-percent 2023 20.8 dfe-cin-2025 d3, CPP_subsequent_percent
E92000001 plans 2025 49420 dfe-cin-2025 d5, CPP_At31
E92000001 in-need 2025 402400 dfe-cin-2025 b1, At31_episodes
E08000012 looked-after 2023 1477 dfe-cla-2025 cla, children_count
E08000012 starting-care 2020 425 dfe-cla-2024 cla, number
E08000012 looked-after 2010 911 dfe-cla-2010 SFR27, MarTotal_2010
E08000012 looked-after 2011 941 dfe-cla-2011 SFR21, CLA_Mar2011
E12000002 looked-after 2010 11180 dfe-cla-2010 SFR27, MarTotal_2010
E92000001 looked-after 2014 68840 dfe-cla-2014 SFR36, CLA_Mar2014
E08000012 social-workers 2023 286.9 dfe-csww-2025 csww, inpost_fte
E08000012 agency-percent 2017 10.7 dfe-csww-2025 csww, agency_rate_fte
E92000001 children 2024 12183016 ons-population-2025 ons, population_estimate
E08000012 plans-started-rate 2023 35.8 dfe-lait-2026 lait, CPP_Abuse_Rate
E06000009 in-need-rate 2024 619.3 dfe-lait-2026 lait, CIN
E08000012 adoptions 2023 33 dfe-lait-2026 lait, No_of LAC Adopted
"""


@functools.cache
def committed() -> Files:
    """The official tables of the authority studied, from the panel as committed; all text."""
    return {name: table.astype(str)
            for name, table in panel.tables(panel.read(), CODES[HERE]).items()}


@pytest.mark.parametrize("line", SAMPLE.strip().splitlines())
def test_committed_values_are_those_printed(line: str) -> None:
    area, measure, year, value, publication, locator = line.split(maxsplit=5)
    row = only(committed()["official_statistics"], area, measure, int(year))
    assert (row["value"], row["status"], row["basis"]) == (value, "", "published")
    assert (row["publication"], row["locator"]) == (publication, locator)


def test_the_committed_panel_is_the_one_compiled(published: Path, root: Path) -> None:
    for name, table in official.compile_panel(published).items():
        path = root / "data/raw/official" / f"{name}.csv"
        assert files.as_csv(table) == path.read_text(encoding="utf-8"), name


LATER = {**{short: f"{short}_*" for short in ("b1", "c1", "c4", "d3", "d5")},
         "csww": "csww_indicators_*", "ons": "ons_*", "cla": "cla_number_and_rate_per_10k_children*"}


def test_committed_values_equal_the_published_cells(published: Path) -> None:
    """Without the reader: each value against the cell that its place names, whole."""
    cells: dict[tuple[str, ...], str] = {}
    for short, pattern in LATER.items():
        (path,) = published.glob(pattern)
        for row in pd.read_csv(path, dtype=str, keep_default_na=False).to_dict("records"):
            code = {"National": row["country_code"], "Regional": row["region_code"]}.get(
                row["geographic_level"], row["new_la_code"])
            kind = row.get("population_type", "").split(" ")[1:2]
            cells |= {(short, column, *kind, code, row["time_period"]): cell
                      for column, cell in row.items()}
    table = committed()["official_statistics"]
    table = table[(table["basis"] == "published") & table["publication"].isin(
        ["dfe-cin-2025", "dfe-csww-2025", "ons-population-2025", "dfe-cla-2025"])]
    symbols = {"suppressed": {"c"}, "not available": {"x", ":", ""}, "not applicable": {"z"},
               "low reliability": {"u"}, "rounds to zero": {"low"}, "printed as zero": {"0"}}
    for row in table.itertuples():
        short, column = row.locator.split(", ")
        kind = [row.measure.split("-")[0]] if short == "cla" else []
        cell = cells[(short, column, *kind, row.area_code, row.year)]
        assert cell == row.value if row.status == "" else cell in symbols[row.status], row
    assert len(table) > 2900 and table["publication"].nunique() == 4


def test_polarity_is_the_publishers(published: Path) -> None:
    """What the publisher holds good, as its dictionary has it; '-' is none."""
    printed: dict[str, set[str]] = {}
    table = pd.read_csv(published / "lait_data_dictionary.csv", dtype=str, encoding="latin-1")
    for row in table.itertuples():
        printed.setdefault(row.Measure_short, set()).add(str(row.Polarity).strip("- "))
    measures = files.read_raw("measures").set_index("measure")["polarity"]
    found = {measure: printed[short] for short, measure in official.TOOL.items()}
    assert found == {measure: {measures[measure]} for measure in found}
    assert {"Low", "High", ""} == set(measures[list(found)])
