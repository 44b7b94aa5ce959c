"""What came back and what is known since: made-up tables with known answers, and the board."""

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from helpers.analysis import recovery
from helpers.charts import recovery as recovery_charts
from helpers.charts import style
from helpers.ingest import official
from helpers.tables import files


def test_themes_are_counted_where_the_scope_covered_them() -> None:
    findings = pd.DataFrame(
        [("f-1", "old", "§1", "care", "weakness"), ("f-2", "old", "§2", "care", "mixed"),
         ("f-3", "old", "§3", "work", "strength"), ("f-4", "old", "§9", "work", "weakness"),
         ("f-5", "letter", "p. 1", "work", "weakness"), ("f-6", "new", "§1", "care", "weakness"),
         ("f-7", "new", "§2", "work", "deteriorated"), ("f-8", "new", "§2", "work", "weakness")],
        columns=["finding_id", "source_id", "locator", "theme", "direction"])
    lists = pd.DataFrame({"source_id": ["old", "letter", "new"], "year": [2014, 2016, 2018],
                          "places": [r"§[1-3]", r"p\. \d", r"§\d"],
                          "not_covered": ["", "care", ""]})
    table = recovery.themes(findings, lists, ["care", "work", "other"])
    assert table.fillna(-1).values.tolist() == [  # §9 is in no list; §2 is one point
        ["care", 2, -1, 1], ["work", 0, 1, 1], ["other", 0, 0, 0]]
    assert recovery.again(table, "2018", "2014") == recovery.again(table, "2014", "2018") == ["care"]
    assert recovery.again(table, "2018", "2016") == ["work"]


def test_the_board_adds_up_both_ways() -> None:
    states = {"a": ["shortfall", "improved", "outside the focus"],
              "b": ["improved", "mixed", "not known to us"],
              "c": ["outside the focus", "not known to us", "outside the focus"],
              "d": ["outside the focus", "shortfall", "outside the focus"]}
    board = pd.DataFrame([{"area": area, "inspection_id": f"v{n}", "state": state}
                          for area, row in states.items() for n, state in enumerate(row)])
    assert recovery.board_counts(board, ["v0", "v1", "v2"]) == {
        "any": ["a", "b"], "improved": ["a"], "mixed": ["b"], "shortfall": ["d"], "none": ["c"]}
    turned = recovery.board_counts(board, ["v2", "v1", "v0"])  # another order of time
    assert [turned[state] for state in recovery.LOOKED] == [["b"], [], ["a", "d"]]


def test_each_listed_area_is_on_the_board_in_the_voice_of_its_source(root: Path) -> None:
    board, findings = files.read_table("board", root), files.read_table("findings", root)
    sources = files.read_table("sources", root).set_index("source_id")
    listed = findings["source_id"].eq("ilacs-2023") & findings["locator"].str.startswith("p. 2, bullet")
    assert board["area_no"].nunique() == listed.sum()
    unknown = board["state"] == "not known to us"
    assert (board["voice"].eq("") == unknown).all() and (board["how_sure"].eq("") == unknown).all()
    told = board.merge(findings, on="finding_id")
    assert len(told) and (told["inspection_id_x"] == told["inspection_id_y"]).all()
    family = board["source_id"].map(sources["family"]).fillna("")
    assert (board["voice"].eq("council") == family.str.endswith("Council")).all()


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


def moments(unit: str = "% of all", better: str = "lower", first: int = 2019) -> pd.DataFrame:
    """Of a measure counted on 31 March of each year to 2025."""
    years = range(first, 2026)
    statistics = pd.DataFrame({"measure": "m", "year": years,
                               "period": [f"{year}-03-31" for year in years]})
    measures = pd.DataFrame([("m", "2", better), ("other", "", "")], columns=[
        "measure", "bears_on", "polarity_used"]).assign(name="M", unit=unit, base="cases")
    return recovery.moments(statistics, measures, "2023-03-13")


def test_a_change_begins_before_the_inspection() -> None:
    """31 March 2023 is after the day. A series that begins later has no such year; nor has the year
    before its first a value. The other measure bears on no area."""
    for first, before in ((2019, 2022), (2024, 2023)):
        table = moments(first=first)[["measure", "area_no", "better", "before", "now"]]
        assert table.values.tolist() == [["m", 2, "lower", before, 2025]]


@pytest.mark.parametrize(("day", "before"), [
    ("2018-05-14", 2018), ("2023-03-13", 2023), ("2018-03-31", 2018)])
def test_a_year_counts_by_its_middle(day: str, before: int) -> None:
    years = {year: f"{year - 1}-04-01/{year}-03-31" for year in range(2015, 2026)}
    assert recovery.before(years, day) == before


# Eight authorities and England, lower being better: gains of 4 (here), 3, 2, 1, 0, -1, -2 and -9
# points from 2022 to 2025. England gains 1.
MOVED = {"here": (10, 6), "a": (9, 6), "b": (9, 7), "c": (9, 8), "d": (9, 9), "e": (9, 10),
         "f": (9, 11), "g": (9, 18), "land": (9, 8)}


def values(moved: Mapping[str, tuple[float, float]] = MOVED, cases: int = 50) -> pd.DataFrame:
    """The two years' values, 2022 and 2025; in each other year every value is the year."""
    rows = [(area, "m", year, {2022: a, 2025: b}.get(year, float(year)))
            for area, (a, b) in moved.items() for year in range(2019, 2026)]
    base = [(area, "cases", year, 49 if area == "g" and year < 2025 else cases)
            for area in moved for year in range(2015, 2026)]
    return pd.DataFrame(rows + base, columns=["area_code", "measure", "year", "value"])


def since(**choice: Any) -> pd.Series:
    table = choice.pop("values", values())
    about = {name: choice.pop(name) for name in ("unit", "better") if name in choice}
    return recovery.since(moments(**about), table, "here", "land", **choice).iloc[0]


def test_a_change_is_set_beside_every_authority_s() -> None:
    """Too few cases in g, so seven are compared: quartiles 2.5 and -0.5, typical 1.5. Less
    England's change of 1 their gains are 3, 2, 1, 0, -1, -2 and -3."""
    row = since()
    assert row[["start", "end", "start_country", "end_country"]].tolist() == [10, 6, 9, 8]
    assert row[["gain", "net", "typical", "way", "net_way", "rank", "authorities"]].tolist() == [
        4, 3, 1.5, 1, 1, 1, 7]
    assert row[["improved", "worsened", "net_improved", "net_worsened"]].tolist() == [
        3 / 7, 1 / 7, 2 / 7, 2 / 7]
    other = since(better="higher")
    assert other[["gain", "net", "way", "rank", "improved", "worsened"]].tolist() == [
        -4, -3, -1, 7, 1 / 7, 3 / 7]


@pytest.mark.parametrize(("gain", "typical", "way"), [
    (1.5, 1.5, 1), (1.4, 1.5, 0), (-1.5, 1.5, -1), (-1.4, 1.5, 0), (0.1, 0, 1), (0, 0, 0),
    (0.3 - 0.1, 0.2, 1)])  # which is a little less than 0.2 by what subtraction leaves
def test_a_change_below_the_typical_one_is_not_clear(gain: float, typical: float, way: int) -> None:
    assert recovery._way(pd.Series([gain]), typical).tolist() == [way]


def test_rates_move_in_logarithms() -> None:
    row = since(unit="per 10,000 children")
    assert row["gain"] == pytest.approx(math.log(10 / 6))


def test_other_years_are_compared() -> None:
    assert since(earlier=1)[["start", "end"]].tolist() == [2021, 6]
    assert since(back=1)[["start", "end"]].tolist() == [10, 2024]
    assert since(years=3)["start"] == pytest.approx((10 + 2021 + 2020) / 3)
    assert since(years=3)["gain"] == pytest.approx((10 + 2021 + 2020) / 3 - 6)
    assert math.isnan(since(years=5)["way"])  # one of the five is missing
    assert math.isnan(since(back=3)["way"])  # no year has passed


def test_a_missing_value_is_no_change() -> None:
    for moved in ((math.nan, 6), (10, math.nan)):
        row = since(values=values(MOVED | {"here": moved}))
        assert row[["way", "rank", "improved"]].isna().all()
    assert math.isnan(since(values=values(cases=49))["way"])  # too few cases to judge
    row = since(values=values(MOVED | {"land": (math.nan, 8)}))
    assert row[["net", "net_way", "net_improved"]].isna().all() and row["way"] == 1


# The interactive tool's topics of which a measure may bear on an area.
TOPICS = ["Child Protection", "Children in Need", "Children Looked After", "Adoption",
          "Children's Services Workforce"]


def rule(root: Path) -> tuple[dict[str, str], set[str]]:
    """The tool's measures that the codebook says bear on an area, and those that bear on none."""
    part = (root / "data/codebook.md").read_text(encoding="utf-8").split("# Measures that bear")[1]
    bear, none = part.split("These bear on none")
    areas = {name: row[0] for row in re.findall(r"^\| bullet (\d+) \|[^|]*\|(.*)\|$", bear, re.M)
             for name in re.findall(r"`([^`]+)`", row[1])}
    return areas, set(re.findall(r"`([^`]+)`", none.split("|---|---|")[1]))


def test_no_measure_is_left_out_by_choice(root: Path) -> None:
    """Every directed measure of the tool's topics is in one of the codebook's two lists."""
    path = root.parent / "shared/official/lait_data_dictionary.csv"
    if not path.is_file():
        pytest.skip("the interactive tool's dictionary is not there")
    tool = pd.read_csv(path, encoding="latin-1", dtype=str)
    directed = set(tool.loc[tool["Topic"].isin(TOPICS) & tool["Polarity"].isin(["High", "Low"]),
                            "Measure_short"])
    areas, none = rule(root)
    assert set(areas) | none == directed and not set(areas) & none


def test_the_measures_bear_on_the_areas_of_the_codebook(root: Path) -> None:
    measures = files.read_raw("measures", root).set_index("measure")
    areas, none = rule(root)
    used = {short: measures["bears_on"][name] for short, name in official.TOOL.items()
            if name in measures.index and measures["bears_on"][name]}
    assert used == areas
    assert not measures.loc[[official.TOOL[name] for name in none if name in official.TOOL],
                            "bears_on"].any()
    assert measures.loc[measures["bears_on"] != "", "polarity_used"].ne("").all()


def test_what_the_report_of_2023_calls_worse_is_listed(root: Path, source_texts: Path) -> None:
    """Each numbered paragraph with such a word has a row that says so, but for §40: that leaders
    had not understood how far services had declined, which page 1 says."""
    report = next(source_texts.glob("ofsted/*2023*.txt")).read_text(encoding="utf-8")
    numbered = re.split(r"^ *(\d+)\. +(?=[A-Z])", report, flags=re.M)[1:]
    worse = re.compile(r"(?:has|have|started to|in which) (?:\w+ )?(?:deteriorat|declin|worsen)")
    found = {f"§{n}" for n, words in zip(numbered[::2], numbered[1::2], strict=True)
             if worse.search(" ".join(words.split()))}
    findings = files.read_table("findings", root)
    listed = findings.loc[findings["source_id"].eq("ilacs-2023")
                          & findings["direction"].eq("deteriorated"), "locator"]
    assert {"§44", "§13"} <= found - {"§40"} <= set(listed)


def test_priority_actions_under_the_heading_of_leadership_are_said_to_be(root: Path) -> None:
    findings = files.read_table("findings", root)
    lists = files.read_table("lists", root)
    themes = recovery.themes(findings, lists, ["leadership and governance"]).iloc[0]
    text = (root / "data/codebook.md").read_text(encoding="utf-8")
    actions = findings[findings["source_id"].eq("jtai-2016")
                       & findings["locator"].str.match(r"p\. [23], ")]
    assert len(actions) == 5 and themes["2016"] == 0
    assert "five priority actions under the heading of leadership" in text


def test_no_state_that_we_coded_has_the_colour_of_a_grade() -> None:
    assert not set(recovery_charts.FILL.values()) & set(style.GRADE_FILL.values())


def test_the_best_place_is_on_the_right_and_each_way_has_its_sign() -> None:
    rows = pd.DataFrame({"rank": [1, 3, 5], "authorities": 5, "way": [1, 0, -1], "unusual": False,
                         "label": ["First", "Third", "Last"], "area_no": [1, 2, 3]})
    axes = recovery_charts.draw_positions(rows).axes[0]
    assert [(sign.get_text(), sign.get_position()[0]) for sign in axes.texts[:3]] == [
        ("+", 100), ("0", 50), ("−", 0)]
    words = [label.get_text() for label in axes.get_xticklabels()]
    assert words == ["other\ndirection", "middle", "better\ndirection"]
    assert [axes.patches[0].get_x(), axes.patches[0].get_width()] == [25, 50]  # the middle half


def test_a_star_is_on_the_council_s_own_accounts_alone(root: Path) -> None:
    board, about = files.read_table("board", root), files.read_table("inspections", root)
    visits = about[about["inspection_id"].isin(board["inspection_id"])].sort_values("started")
    own = board[board["voice"].eq("council") & board["state"].isin(recovery.LOOKED)]
    axes = recovery_charts.draw_board(board, visits, board.iloc[:0], "").axes[0]
    starred = sorted(round(words.get_position()[0] - 0.5) for words in axes.texts
                     if len(words.get_text()) == 2)
    assert starred == sorted(own["inspection_id"].map(list(visits["inspection_id"]).index)) != []
