"""What the next report gave, by hand on made-up reports."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis import outcomes, survival
from helpers.tables import parse

REACHES = "2026-08-22"
NAMES = dict(zip("IRGO", parse.GRADES, strict=True))


def report(code: str, day: str, overall: str, areas: str, framework: str = "ILACS",
           column: str = "children_in_care") -> dict[str, str]:
    """A report; areas: the letters of the grades of L, H, C and K, '-' for none."""
    leads, helps, care, leavers = (NAMES.get(letter, "") for letter in areas)
    row = dict.fromkeys(("looked_after", "care_and_care_leavers", "children_in_care"), "")
    return row | {
        "history_id": f"{code}-{day}", "area_code": code, "authority": code.upper(),
        "framework": framework, "started": day, "published": day,
        "overall_grade": NAMES.get(overall, ""), "leadership": leads,
        "help_and_protection": helps, column: care, "care_leavers": leavers,
        "abolished": "2021-04-01" if code == "x" else ""}


# a: twice inadequate, then all good; b: one area inadequate, then none given overall; c: not yet
# inspected again; x: abolished; d: the next report lacks an area.
MADE = pd.DataFrame([
    report("a", "2015-01-01", "I", "IIRI", "SIF", "looked_after"),
    report("a", "2019-01-01", "I", "RIG-", column="care_and_care_leavers"),
    report("a", "2022-01-01", "G", "GGG-", column="care_and_care_leavers"),
    report("b", "2023-01-01", "R", "RRRI"), report("b", "2026-05-01", "-", "GGGR"),
    report("c", "2023-06-01", "I", "IIRR"), report("x", "2020-01-01", "I", "IRRI"),
    report("d", "2022-01-01", "I", "IIII"), report("d", "2024-01-01", "R", "GG-R")])


def row(entry: str, history_id: str) -> pd.Series:
    return outcomes.clocks(MADE, REACHES, entry).set_index("history_id").loc[history_id]


def test_which_reports_start_a_clock() -> None:
    def started(entry: str) -> list[str]:
        return outcomes.clocks(MADE, REACHES, entry)["history_id"].tolist()

    assert started("overall") == ["a-2015-01-01", "a-2019-01-01", "c-2023-06-01", "d-2022-01-01",
                                  "x-2020-01-01"]
    assert set(started("any")) - set(started("overall")) == {"b-2023-01-01"}
    assert started("K") == ["a-2015-01-01", "b-2023-01-01", "d-2022-01-01", "x-2020-01-01"]
    late = MADE.assign(published=MADE["published"].replace("2023-06-01", "2026-04-01"))
    codes = outcomes.clocks(late, REACHES, "overall")["area_code"]
    assert "c" not in set(codes)  # no overall grade from an inspection begun after March 2026


@pytest.mark.parametrize(("areas", "met"), [
    ("GGGG", [1, 1, 1, 1]), ("GGGR", [1, 1, 1, 1]), ("GRGR", [1, 1, 0, 0]),
    ("GGGI", [0, 1, 1, 0]), ("RGG-", [1, 0, 0, 1]), ("OOR-", [1, 1, 1, 1]),
    ("IGGG", [0, 0, 0, 0]), ("GG-R", [None] * 4)])
def test_the_four_outcomes(areas: str, met: list[int | None]) -> None:
    given = outcomes.ranks(pd.DataFrame([report("a", "2020-01-01", "R", areas)]))
    assert outcomes.met(given).iloc[0].to_list() == pytest.approx(
        [np.nan if value is None else value for value in met], nan_ok=True)


def test_the_care_grade_is_whichever_the_report_gives() -> None:
    for column in outcomes.AREAS["C"]:
        rows = pd.DataFrame([report("a", "2020-01-01", "R", "IROG", column=column)])
        assert outcomes.ranks(rows).iloc[0].to_list() == [1, 2, 4, 3]


def test_each_clock_has_its_end_move_and_regime() -> None:
    first, second = (row("overall", f"a-{year}-01-01") for year in (2015, 2019))
    assert [first["end"], first["days"], first["move"]] == ["next", 1461, 1 + 0 + 1]
    assert second["move"] == 1 + 2 + 0
    assert [first["regime"], first["next_regime"]] == list(outcomes.REGIMES[:2])
    assert second[list(outcomes.OUTCOMES)].to_list() == [1, 1, 1, 1]
    assert row("any", "b-2023-01-01")["next_regime"] == outcomes.REGIMES[3]
    assert row("overall", "c-2023-06-01")[["end", "next_regime"]].to_list() == ["open", ""]
    assert row("overall", "x-2020-01-01")["end"] == "abolished"
    lacking = row("overall", "d-2022-01-01")
    assert np.isnan(lacking["move"]) and np.isnan(lacking["leaders"])


def test_an_area_alone_is_followed_to_its_own_next_grade() -> None:
    assert row("K", "b-2023-01-01")[["better", "good"]].to_list() == [1, 0]
    assert row("H", "a-2015-01-01")[["better", "good"]].to_list() == [0, 0]
    leavers = row("K", "a-2015-01-01")  # the next report has no grade of its own for them
    assert leavers["end"] == "next" and np.isnan(leavers["better"])
    assert outcomes.incidence(outcomes.clocks(MADE, REACHES, "K"), "better")["days"].tolist() == [
        730, 1216]


def test_the_second_clock_leaves_out_the_pause() -> None:
    pause = ("2020-03-01", "2021-03-01")
    assert outcomes.overlap("2019-01-01", "2022-01-01", pause) == 365
    assert outcomes.overlap("2020-12-01", "2022-01-01", pause) == 90
    assert outcomes.overlap("2021-05-01", "2022-01-01", pause) == 0
    assert row("overall", "a-2015-01-01")["open_days"] == 0  # all of it, in these reports


def test_counts_are_of_those_with_a_next_report() -> None:
    parts = outcomes.groups(outcomes.clocks(MADE, REACHES, "overall"), ("2019-06-01", "2021-12-31"))
    found = outcomes.counts(parts).set_index(["group", "outcome"])
    of = ["entries", "again", "open", "abolished", "number", "of"]
    assert found.loc[("SIF", "none_inadequate"), of].tolist() == [1, 1, 0, 0, 0, 1]
    assert found.loc[("ILACS", "leaders"), of].tolist() == [4, 2, 1, 1, 1, 1]
    later = found.loc[(survival.LATER, "leaders")]
    assert later[of].tolist() == [2, 1, 1, 0, 0, 0] and np.isnan(later["low"])
    assert found.loc[("SIF", "leaders"), ["low", "high"]].tolist() == pytest.approx(
        [0, 1.959964**2 / (1 + 1.959964**2)], abs=1e-6)  # Wilson's ends for 0 of 1


# The next report met the outcome (1), did not (0), or is not out.
SOME = pd.DataFrame({"days": [300, 300, 400, 500, 500, 500, 700, 700, 900, 950],
                     "leaders": [1, 0, np.nan, 1, 1, 0, 1, *[np.nan] * 3]})
SOME["end"] = SOME["leaders"].map(lambda met: "open" if np.isnan(met) else "next")


def test_incidence_by_hand() -> None:
    """Each step is the share waiting before × those that ended so ÷ those at risk: 10, 7, 4."""
    found = outcomes.incidence(SOME, "leaders")
    assert found["at_risk"].tolist() == [10, 7, 4]
    assert found["met"].tolist() == pytest.approx(np.cumsum(
        [1 / 10, 0.8 * 2 / 7, 0.8 * 4 / 7 * 1 / 4]))


def test_where_fewer_than_five_are_left_there_is_a_count_and_no_share() -> None:
    table = SOME.assign(**dict.fromkeys(outcomes.OUTCOMES, SOME["leaders"]))
    found = pd.DataFrame([outcomes.after_years({"all": table}, years).set_index("outcome").loc["leaders"]
                          for years in (0.5, 1, 1.3, 2)])
    assert found["at_risk"].tolist() == [10, 8, 7, 2]
    assert found["met"].tolist()[:3] == pytest.approx([0, 0.1, 0.1])
    assert found["waiting"].tolist()[:3] == pytest.approx([1, 0.8, 0.8])
    assert found.iloc[3][["met", "waiting"]].isna().all() and found.iloc[3]["met_so_far"] == 4


def test_grades_are_censored_at_the_change_of_regime() -> None:
    spells = outcomes.until(survival.spells(MADE, REACHES), "2021-12-31").set_index("history_id")
    assert set(spells.index) == {"a-2015-01-01", "a-2019-01-01", "x-2020-01-01"}
    assert spells.loc["a-2019-01-01", ["end", "days"]].tolist() == ["open", 1095]
    assert spells.loc["a-2015-01-01", ["end", "days"]].tolist() == ["next", 1461]


def test_one_among_all_that_were_inspected_again() -> None:
    table = pd.DataFrame({"history_id": list("abcde"), "end": ["next"] * 4 + ["open"],
                          "move": [5, 3, 3, -1, np.nan], "days": [900, 800, 1000, 700, 2000]})
    assert outcomes.among(table, "b") == {
        "again": 4, "move": 3, "wait": 800, "move_rank": 2, "tied_move": 1, "wait_rank": 3,
        "tied_wait": 0}
    with pytest.raises(KeyError):
        outcomes.among(table, "e")
