"""What came back and what is known since: made-up tables with known answers, and the board."""

import math
import re
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers import record
from helpers.analysis import recovery
from helpers.pages import answers
from helpers.tables import files


def made_up() -> tuple[pd.DataFrame, pd.DataFrame]:
    findings = pd.DataFrame(
        [("f-1", "old", "§1", "care", "weakness"), ("f-2", "old", "§2", "care", "mixed"),
         ("f-3", "old", "§3", "work", "strength"), ("f-4", "old", "§9", "work", "weakness"),
         ("f-5", "letter", "p. 1", "work", "weakness"), ("f-6", "new", "§1", "care", "weakness"),
         ("f-7", "new", "§2", "work", "deteriorated")],
        columns=["finding_id", "source_id", "locator", "theme", "direction"])
    lists = pd.DataFrame({"source_id": ["old", "letter", "new"], "year": [2014, 2016, 2018],
                          "places": [r"§[1-3]", r"p\. \d", r"§\d"],
                          "not_covered": ["", "care", ""]})
    return findings, lists


def test_themes_are_counted_where_the_scope_covered_them() -> None:
    table = recovery.themes(*made_up(), ["care", "work", "other"]).set_index("theme")
    assert table.loc["care", ["2014", "2018"]].tolist() == [2, 1]
    assert pd.isna(table.loc["care", "2016"])
    assert table.loc["work", ["2014", "2016", "2018"]].tolist() == [0, 1, 1]  # §9 is in no list
    assert table[["listed_in", "covered"]].values.tolist() == [[2, 2], [2, 3], [0, 3]]
    assert recovery.again(table.reset_index(), "2018", "2014") == (["care"], ["work"])


def test_every_count_leads_to_its_rows() -> None:
    findings, lists = made_up()
    shown = answers.linked(recovery.themes(findings, lists, ["care", "work"]), findings, lists)
    assert 'sources.html#f-1" aria-label="two items, care, 2014">two items<' in shown["2014"][0]
    assert shown["2016"][0] == "outside its scope" and shown["2014"][1] == "none"
    assert shown["often"].tolist() == ["every time", "two times"]


def board_of(states: dict[str, list[str]]) -> pd.DataFrame:
    return pd.DataFrame([{"area": area, "inspection_id": f"v{n}", "state": state}
                         for area, row in states.items() for n, state in enumerate(row)])


def test_the_board_adds_up_both_ways() -> None:
    board = board_of({"a": ["still weak", "improved", "not looked at"],
                      "b": ["improved", "mixed", "not known to us"],
                      "c": ["not looked at", "not known to us", "not looked at"],
                      "d": ["not looked at", "still weak", "not looked at"]})
    assert recovery.board_counts(board, ["v0", "v1", "v2"]) == {
        "any": ["a", "b"], "improved": ["a"], "mixed": ["b"], "still weak": ["d"], "none": ["c"]}
    turned = recovery.board_counts(board, ["v2", "v1", "v0"])  # another order of time
    assert [turned[state] for state in recovery.LOOKED] == [["b"], [], ["a", "d"]]
    assert answers.last_look(turned) == "one improved and one still weak"  # d never improved


def test_no_cell_of_the_board_stands_without_source_or_says_so(root: Path) -> None:
    board = files.read_table("board", root)
    findings = files.read_table("findings", root).set_index("finding_id")
    visits = record.read(root).visits.set_index("inspection_id")
    listed = findings[findings["source_id"].eq("ilacs-2023")
                      & findings["locator"].str.startswith("p. 2, bullet")]
    assert board["area_no"].nunique() == len(listed)
    assert len(board) == len(listed) * len(visits)
    assert set(board["inspection_id"]) == set(visits.index)
    unknown = board["state"] == "not known to us"
    assert (board["source_id"].eq("") == unknown).all()
    assert (board["voice"].eq("") == unknown).all() and (board["how_sure"].eq("") == unknown).all()
    held = board[board["finding_id"] != ""]
    assert (findings.loc[held["finding_id"], "locator"].to_numpy() == held["locator"]).all()
    assert (findings.loc[held["finding_id"], "inspection_id"].to_numpy()
            == held["inspection_id"]).all()
    assert not set(visits.index) & set(files.read_table("judgements", root)["inspection_id"])


def test_a_visit_known_from_the_council_has_its_voice(root: Path) -> None:
    board = files.read_table("board", root)
    family = files.read_table("sources", root).set_index("source_id")["family"]
    known = board[board["source_id"] != ""]
    own = known["source_id"].map(family).str.endswith("Council")
    assert (known["voice"].eq("council") == own).all()


def test_every_line_that_a_cell_names_is_there(root: Path) -> None:
    """'(line 19)' is a line of the cell's own source, '(Some page, line 12)' one of another."""
    sources = files.read_table("sources", root)
    ids = dict(zip(sources["short_name"], sources["source_id"], strict=True))
    paragraphs = files.read_raw("paragraphs", root).set_index(["source_id", "locator"])["fate"]
    named = [(ids[other] if other else row.source_id, line)
             for row in files.read_table("board", root).itertuples()
             for other, lines in re.findall(
                 r"\((?:([^()]+), )?lines? ((?:\d|, | and | to )+)\)", row.what)
             for line in re.findall(r"\d+", lines)]
    assert len({source for source, _ in named}) > 3
    assert {paragraphs[place] for place in named} <= {"rows", "context"}


@pytest.mark.parametrize(("day", "expected"), [
    ("2018-05-14", (2018, 2019)), ("2023-03-13", (2023, 2024)), ("2018-03-31", (2018, 2019))])
def test_values_bracket_a_day(day: str, expected: tuple[int, int]) -> None:
    table = pd.DataFrame({"period": {year: f"{year - 1}-04-01/{year}-03-31"
                                     for year in range(2015, 2026)}})
    assert recovery.bracket(table, day) == expected
    assert recovery.bracket(table[table.index > 2023], day) == expected  # begins later


WAYS = {"far enough": (10, 14, 14.2, "better"), "not far": (10, 14, 12.9, "unclear"),
        "the other way": (10, 14, 6, "worse"), "unknown": (10, None, 14, "better"),
        "unknown now": (10, 14, None, "unclear")}


@pytest.mark.parametrize("case", WAYS)
def test_a_movement_is_held_against_all_authorities_over_the_same_years(case: str) -> None:
    """Over one year all lie within 1 either way, over two within 3: that is what counts."""
    *values, expected = WAYS[case]
    table = pd.DataFrame({"value": values}, [2023, 2024, 2025]).astype(float)
    changes = pd.DataFrame([("m", 2023, 2024, -1, 1), ("m", 2024, 2025, -1, 1),
                            ("m", 2023, 2025, -2, 4)],
                           columns=["measure", "from_year", "to_year", "change_q1", "change_q3"])
    about = pd.Series({"measure": "m", "unit": "% of all", "polarity_used": "higher"})
    assert recovery._way(table, changes, about, 2023, 2025) == expected


def test_a_share_of_odd_counts_is_marked_so(root: Path) -> None:
    tables = [files.read_table(name, root) for name in (
        "official_statistics", "official_areas", "measures", "official_changes")]
    study = record.read(root)
    odd = recovery.gaps(*tables, (study.before, study.after)).set_index("measure")["odd"]
    assert odd["repeat-plans-percent"] == "2023 (plans started)"
    assert odd["conferences-in-time-percent"] == "2023 (initial conferences)"
    assert odd["rereferrals-percent"].endswith("2025 (referrals before)")
    assert odd["caseload"] == "2025" and odd["adopted-percent"] == "none"


def test_both_lengths_of_recovery_are_kept(root: Path) -> None:
    figures = files.read_table("figures", root).set_index("figure_id")
    text = (root / "notebooks/04_recovery.ipynb").read_text(encoding="utf-8")
    assert figures.loc["n-journey-a004", "value"] == 5
    assert tuple(figures.loc["n-plan-a004", ["value", "value_high"]]) == (3, 5)
    assert "a journey of five years" in text and "a plan of three to five" in text


def usual(half: float, years: range) -> pd.DataFrame:
    """All authorities' changes from any year to any later one: half lie within this of none."""
    return pd.DataFrame([{"measure": "m", "from_year": a, "to_year": b, "change_q1": -half,
                          "change_q3": half} for a in years for b in years if a < b])


RATE, SHARE = "per 10,000 children", "% of workers"


@pytest.mark.parametrize(("unit", "better", "start", "now", "way"), [
    # The usual movement is 0.2; ln 1.25 is 0.22, ln 1.2 is 0.18.
    (RATE, "lower", 100, 125, "worse"), (RATE, "higher", 100, 125, "better"),
    (RATE, "lower", 125, 100, "better"), (RATE, "higher", 125, 100, "worse"),
    (RATE, "lower", 100, 120, "unclear"), (RATE, "higher", 120, 100, "unclear"),
    (SHARE, "lower", 5, 5.25, "worse"), (SHARE, "higher", 5, 5.15, "unclear"),  # in points
    (SHARE, "lower", 0, 3, "worse"), (SHARE, "lower", 3, 0, "better"),
    (RATE, "lower", math.nan, 125, "unclear"), (RATE, "lower", 100, math.nan, "unclear")])
def test_a_movement_is_set_beside_the_usual_one(unit: str, better: str, start: float, now: float,
                                                way: str) -> None:
    about = SimpleNamespace(measure="m", unit=unit, polarity_used=better)
    table = pd.DataFrame({"value": {2022: start, 2023: 1e6, 2024: now}})
    changes = usual(0.2, range(2020, 2025))
    assert recovery._way(table, changes, about, 2022, 2024) == way
    assert recovery._way(table, changes, about, 2020, 2024) == "unclear"  # there is no such year
    assert recovery._way(table, changes, about, 2024, 2024) == "unclear"  # no year has passed


def gaps(values: list[float], back: int = 0, older: int = 0) -> pd.Series:
    """The row of a measure counted on 31 March from 2017, lower being better, England at 50; years
    before `older` are of an older definition."""
    years = range(2017, 2017 + len(values))
    statistics = pd.DataFrame([
        {"area_code": area, "measure": "m", "year": year, "period": f"{year}-03-31",
         "value": 50 if area == "land" else value,
         "basis": "older definition" if year < older else "published",
         "flag": "dip" if area == "here" and year in (2020, 2023, 2025) else ""}
        for area in ("here", "land") for year, value in zip(years, values, strict=True)])
    found = recovery.gaps(
        statistics, pd.DataFrame({"area_code": ["here", "land"],
                                  "relation": ["authority", "country"]}),
        pd.DataFrame([("m", "2", "lower"), ("other", "", "")], columns=[
            "measure", "bears_on", "polarity_used"]).assign(
                name="M", label="M", unit=RATE, share_of=""),
        usual(0.1, range(2017, 2026)),
        [pd.Series({"inspection_id": "2018-full", "started": "2018-05-14"}),
         pd.Series({"inspection_id": "2023-full", "started": "2023-03-13"})], back)
    assert len(found) == 1  # the other measure bears on no area
    return found.iloc[0]


def test_the_values_around_the_last_two_inspections_and_now() -> None:
    """13 March 2023 lies before that year's count; from 80 in 2022 to 60 is ln 0.75, −0.29."""
    row = gaps([10, 40, 45, 0, 0, 80, 70, 30, 60])
    columns = ["2018_before", "2018_after", "2023_before", "2023_after", "now"]
    assert row[columns].tolist() == [40, 45, 80, 70, 60]
    assert row[[f"{name}_england" for name in columns]].tolist() == [50] * 5
    assert row[["way", "gap_before", "gap_now", "odd", "now_year"]].tolist() == [
        "better", "+30", "+10", "2023, 2025", "2025"]  # the odd 2020 is not used
    assert row[["area_no", "measure", "better"]].tolist() == [2, "m", "lower"]
    earlier = gaps([10, 40, 45, 0, 0, 28, 70, 50, 60], back=1)
    assert earlier[["now", "way", "gap_before", "gap_now", "odd", "now_year"]].tolist() == [
        50, "worse", "−22", "0", "2023", "2024"]


def test_a_value_that_is_missing_or_of_an_older_definition_stays_missing() -> None:
    row = gaps([10, 40, 45, 0, 0, 80, math.nan, 70, math.nan])
    assert math.isnan(row["2023_after"]) and row[["now", "now_year"]].tolist() == [70, "2024"]
    row = gaps([10, 40, 45, 0, 0, math.nan, 70, 30, 60])
    assert row[["way", "gap_before", "gap_now"]].tolist() == ["unclear", "", "+10"]
    row = gaps([10, 40, 45, 0, 0, 80, 70, 30, 60], older=2024)  # begins after the inspection
    assert row[["way", "gap_before", "gap_now"]].tolist() == ["unclear", "", "+10"]
    row = gaps([10, 40, 45, 0, 0, 80, 70, 30, 60], older=2019)
    assert row[["2018_before", "2018_before_england"]].isna().all() and row["2018_after"] == 45
    assert math.isnan(gaps([10, 40, 45, 0, 0, 80, 70, 30, 60], older=2020)["2018_after"])


def test_what_became_of_the_areas_is_as_the_coders_left_it(root: Path) -> None:
    """Ground truth: only the report and the codebook can tell these; a turned code is seen here."""
    outcomes = files.read_table("outcomes", root)
    parts = {verdict: "".join(rows["part_id"].str[1:])
             for verdict, rows in outcomes.groupby("verdict")}
    assert parts == {
        "addressed": "-01a-02b-06a-07a-08b-09a-10b-11b", "still named": "-05-08a",
        "better, more to do": "-02a-04a-04b-09b-10a-11a", "not mentioned": "-01b-03-06b-07b"}
    states = files.read_table("subject_states", root)
    assert states.groupby("subject_id")["state"].agg(" ".join).to_dict() == {
        "s-homeless": "not mentioned not mentioned not mentioned sound",
        "s-private-fostering": "sound not mentioned not mentioned not mentioned",
        "s-oversight": "listed not mentioned listed fell short",
        "s-pathway-plans": "listed not mentioned fell short fell short",
        "s-out-of-work": "listed not mentioned fell short fell short"}
