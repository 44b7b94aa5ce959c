"""What came back and what is known since: made-up tables with known answers, and the board."""

from pathlib import Path

import pandas as pd
import pytest

from helpers import files, recovery


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
    assert recovery.every_time(table.reset_index()) == ["care"]
    assert recovery.again(table.reset_index(), "2018", "2014") == (["care"], ["work"])


def test_every_count_leads_to_its_rows() -> None:
    findings, lists = made_up()
    shown = recovery.linked(recovery.themes(findings, lists, ["care", "work"]), findings, lists)
    assert 'sources.html#f-1">first' in shown["2014"][0] and "two items" in shown["2014"][0]
    assert shown["2016"][0] == "outside its scope" and shown["2014"][1] == "not listed"
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
        "any": ["a", "b"], "last_improved": ["a"], "last_weak": ["b", "d"], "none": ["c"]}
    turned = recovery.board_counts(board, ["v2", "v1", "v0"])  # another order of time
    assert turned["last_improved"] == ["b"] and turned["last_weak"] == ["a", "d"]


def test_no_cell_of_the_board_stands_without_source_or_says_so(root: Path) -> None:
    board = files.read_table("board", root)
    inspections = files.read_table("inspections", root).set_index("inspection_id")
    findings = files.read_table("findings", root).set_index("finding_id")
    last = inspections[inspections["graded"] == "yes"]["started"].max()
    visits = inspections[(inspections["started"] > last) & (inspections["graded"] == "no")]
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


@pytest.mark.parametrize(("day", "expected"), [
    ("2018-05-14", (2018, 2019)), ("2023-03-13", (2023, 2024)), ("2018-03-31", (2018, 2019))])
def test_values_bracket_a_day(day: str, expected: tuple[int, int]) -> None:
    table = pd.DataFrame({"period": {year: f"{year - 1}-04-01/{year}-03-31"
                                     for year in range(2015, 2026)}})
    assert recovery.bracket(table, day) == expected


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
        "official_statistics", "official_areas", "measures", "official_changes", "inspections")]
    odd = recovery.gaps(*tables).set_index("measure")["odd"]
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
