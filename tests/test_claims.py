"""Claims compared with figures: made-up tables with known answers, and the committed audit."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.markers import MarkerStyle

from helpers.analysis import claims
from helpers.charts import claims as claims_charts
from helpers.charts import style
from helpers.pages import display
from helpers.tables import files

HERE, ENGLAND = "E08000012", "E92000001"
HALF, FULL = "partly supports", "supports"
NONE, INDIRECT, AGAINST = claims.VERDICTS[2:5]


@pytest.mark.parametrize(("moved", "direction", "direct", "expected"), [
    (5, "rise", True, FULL), (5, "rise", False, HALF), (4.9, "rise", True, HALF),
    (1, "rise", True, HALF), (0.9, "rise", True, NONE), (-4.9, "rise", True, NONE),
    (-4.9, "rise", False, NONE), (-5, "rise", True, AGAINST), (-5, "rise", False, INDIRECT),
    (-6, "fall", True, FULL), (6, "fall", True, AGAINST), (6, "high", True, FULL),
    (-6, "low", True, FULL), (6, "most", True, FULL), (-6, "fewer", True, FULL),
    (np.nan, "rise", True, "not testable")])
def test_the_rule(moved: float, direction: str, direct: bool, expected: str) -> None:
    assert str(claims.verdicts(moved, "points", direction, 5, direct)) == expected


def test_thresholds_scale_with_the_factor_but_never_below_the_minimum() -> None:
    moved = np.array([0.8, 1.5, 4, 9, -9])
    assert list(claims.verdicts(moved, "points", "rise", 6, True)) == [
        NONE, HALF, HALF, FULL, AGAINST]
    assert list(claims.verdicts(moved, "points", "rise", 6, True, 0.1)) == [
        NONE, *[FULL] * 3, AGAINST]
    assert list(claims.verdicts(moved, "points", "rise", 6, True, 2)) == [NONE, *[HALF] * 3, NONE]


def test_a_fall_meets_the_same_threshold_as_a_rise() -> None:
    """A fifth more and a sixth less undo each other: both change as far as is typical."""
    assert claims.verdicts(20.0, "%", "rise", 20.0, True) == FULL
    assert claims.verdicts(-16.7, "%", "fall", 20.0, True) == FULL
    assert claims.verdicts(-16.7, "points", "fall", 20.0, True) == HALF
    assert claims.verdicts(-100.0, "%", "fall", 20.0, True) == FULL  # to nothing


def tables() -> dict[str, pd.DataFrame]:
    """Three made-up measures: a count, a rate and a percentage, 2013 to 2017."""
    values = {("count", HERE): [100, 120, 121, 60, 125], ("count", ENGLAND): [1000] * 5,
              ("some-rate", HERE): [50, 40, None, 40, 41], ("some-rate", ENGLAND): [40] * 5,
              ("percent", HERE): [50, 45, 44.5, 60, 40], ("percent", ENGLAND): [50] * 5}
    flags = {("count", 2016): "dip"}
    statistics = pd.DataFrame([
        {"area_code": area, "measure": measure, "year": 2013 + n, "value": value,
         "period": f"{2013 + n}-03-31", "basis": "published",
         "flag": flags.get((measure, 2013 + n), "") if area == HERE else ""}
        for (measure, area), row in values.items() for n, value in enumerate(row)])
    distribution = pd.DataFrame([{"measure": measure, "year": year, "q1": 36, "q3": 44}
                                 for measure in ("count", "some-rate", "percent")
                                 for year in range(2013, 2018)])
    changes = pd.DataFrame([
        {"measure": measure, "from_year": first, "to_year": last,
         "change_q1": -span * (last - first), "change_q3": span * (last - first)}
        for measure, span in (("count", 0.09), ("some-rate", 0.1), ("percent", 4))
        for first, last in combinations(range(2013, 2018), 2)])
    return {
        "statistics": statistics, "distribution": distribution, "changes": changes,
        "areas": pd.DataFrame({"area_code": [HERE, ENGLAND], "relation": ["authority",
                                                                          "country"]}),
        "measures": pd.DataFrame({"measure": ["count", "some-rate", "percent"],
                                  "unit": ["children", "per 10,000 children", "% of plans"],
                                  "share_of": ["", "", "count before"]}),
        "figures": pd.DataFrame({"figure_id": ["n-a", "n-b", "n-c"], "value": [9.0, 16.6, 4],
                                 "out_of": [None, None, 5], "unit": ["per cent", "per cent", "x"],
                                 "as_at": ["2014", "2014", ""], "period": ["", "", "2014-05"]})}


UNUSUAL = "rests on an unusual value"
# kind, series, direction, from, to, second from and to, cap -> verdict, without unusual, second
KNOWN = {
    "rise": (("change", "count", "rise", 2013, 2014, 2013, 2015, ""), (FULL, "", FULL)),
    "fall": (("change", "count", "fall", 2013, 2014, 2014, 2015, ""), (AGAINST, "", NONE)),
    "small": (("change", "count", "rise", 2014, 2015, "", "", ""), (NONE, "", "")),
    "proxy": (("change", "count", "rise", 2013, 2014, "", "", "proxy"), (HALF, "", "")),
    "proxy, the other way": (("change", "count", "fall", 2013, 2014, "", "", "proxy"),
                             (INDIRECT, "", "")),
    "ends on an unusual year": (("change", "count", "fall", 2015, 2016, "", "", ""),
                                (HALF, NONE, "")),
    "begins on an unusual year": (("change", "count", "rise", 2016, 2017, "", "", ""),
                                  (HALF, HALF, "")),
    "missing year": (("change", "some-rate", "rise", 2014, 2015, "", "", ""),
                     ("not testable", "", "")),
    "second pair missing": (("change", "some-rate", "fall", 2013, 2014, 2013, 2030, ""),
                            (FULL, "", "")),
    "before the series": (("change", "count", "rise", 2011, 2013, "", "", ""),
                          ("not testable", "", "")),
    "too high": (("level", "some-rate", "high", "", 2013, "", 2016, ""), (FULL, "", NONE)),
    "too high, a little": (("level", "some-rate", "high", "", 2017, "", "", ""), (HALF, "", "")),
    "points": (("change", "percent", "fall", 2013, 2014, "", "", ""), (FULL, "", "")),
    "most": (("share", "percent", "most", "", 2016, "", "", ""), (FULL, "", "")),
    "half in 2014": (("share", "percent", "most", "", 2014, "", "", ""), (AGAINST, "", "")),
    "fewer than half": (("share", "percent", "fewer", "", 2017, "", "", ""),
                        (HALF, UNUSUAL, "")),  # its count fell in 2016
    "typical over its own years": (("change", "count", "rise", 2013, 2017, 2015, 2017, ""),
                                   (HALF, "", HALF)),
    "own figures": (("figures level", "n-a;n-b", "high", "", "", "", "", "own figures"),
                    (HALF, "", "")),
    "a share of a whole": (("figures share", "n-c", "most", "", "", "", "", ""), (FULL, "", "")),
    "no series": (("none", "", "", "", "", "", "", ""), ("not testable", "", "")),
}


def made_up(names: list[str]) -> pd.DataFrame:
    columns = ["kind", "series", "direction", "from_year", "to_year", "second_from", "second_to",
               "cap"]
    return pd.DataFrame([
        dict(zip(columns, map(str, KNOWN[name][0]), strict=True)) | {
            "claim_id": name, "ofsted_agrees": "silent", "ofsted_row": "", "note": "a reason"}
        for name in names])


def test_known_answers() -> None:
    found = claims.audit(made_up(list(KNOWN)), **tables()).set_index("claim_id")
    answers = found[["verdict", "without_unusual", "second_verdict"]].T.to_dict("list")
    assert answers == {name: list(answer) for name, (_, answer) in KNOWN.items()}
    assert set(found["verdict"]) == set(claims.VERDICTS)


def test_values_periods_and_verdicts_at_other_thresholds() -> None:
    """A rate 2.2 typical distances above England's; a fall to an unusual value, and none without
    it; a fall of 1.25 typical changes."""
    names = ["too high", "ends on an unusual year", "points", "rise"]
    audit = claims.audit(made_up(names), **tables())
    assert audit[list(claims.FACTORS)].to_numpy().tolist()[:3] == [
        [FULL, FULL, FULL], [HALF, HALF, HALF], [FULL, HALF, HALF]]
    columns = ["from_value", "to_value", "change", "unit", "from_period", "to_period"]
    assert audit[columns].iloc[3].tolist() == [100, 120, 20, "%", "2013-03-31", "2014-03-31"]
    assert audit.loc[0, ["from_value", "to_value", "change", "typical_change"]].tolist() == [
        40, 50, 25, 10.6]  # the root of 44 over 36
    assert claims.year_of("2016-10-01/2017-09-30") == 2017


def test_distinct_tests_are_those_of_official_figures() -> None:
    """Speaker and kind of evidence make no test of their own; another direction or kind does."""
    audit = claims.audit(made_up(["rise", "proxy", "fall", "own figures", "no series", "missing year"]),
                         **tables())
    assert list(claims.distinct(audit)["claim_id"]) == ["rise", "fall"]


def test_how_far_a_series_goes_the_way_of_its_claim() -> None:
    audit = claims.audit(made_up(["points", "fall", "too high", "most", "small"]), **tables())
    assert claims.towards(audit).tolist() == pytest.approx(
        [1.25, -np.log(1.2) / np.log(1.094), np.log(1.25) / np.log(1.106), np.nan,
         np.log(1.008) / np.log(1.094)], nan_ok=True)


def others() -> pd.DataFrame:
    """Four more authorities in 2013 and 2014, one without a value, one that counts nothing."""
    made = {"count": {"A": (100, 80), "B": (100, 101), "C": (None, 120), "D": (0, 5)},
            "percent": {"A": (60, 70), "B": (50, 45), "C": (0, 0), "D": (40, 60)},
            "some-rate": {"A": (80, 1), "B": (41, 1), "C": (20, 1), "D": (None, 1)}}
    rows = [{"area_code": area, "measure": measure, "year": 2013 + n, "value": value}
            for measure, areas in made.items() for area, pair in areas.items()
            for n, value in enumerate(pair)]
    own = tables()["statistics"][["area_code", "measure", "year", "value"]]
    return pd.concat([own, pd.DataFrame(rows)]).astype({"value": float})


def test_every_test_with_every_authority_in_its_place() -> None:
    names = ["rise", "proxy, the other way", "points", "too high", "half in 2014", "no series",
             "own figures"]
    audit = claims.audit(made_up(names), **tables())
    found = claims.elsewhere(audit, others(), ENGLAND)
    by_area = found.pivot(index="area_code", columns="claim_id", values="verdict")
    assert list(by_area.index) == ["A", "B", "C", "D", HERE]
    gone = "not testable"
    assert by_area[names[:5]].to_numpy().tolist() == [
        [AGAINST, HALF, AGAINST, FULL, FULL], [NONE, NONE, FULL, HALF, AGAINST],
        [gone, gone, NONE, AGAINST, AGAINST], [gone, gone, AGAINST, gone, FULL],
        list(audit["verdict"][:5])]
    assert claims.tally(found).loc[["A", "D"]].to_numpy().tolist() == [[5, 3, 2], [2, 1, 1]]
    own, change = found.set_index("area_code").loc[HERE], audit["change"][:5].astype(float)
    assert own["change"].tolist() == change.tolist()


@pytest.fixture(scope="module")
def audit(root: Path) -> pd.DataFrame:
    return files.read_table("claims_audit", root)


def test_every_claim_that_is_not_tested_has_one_reason(audit: pd.DataFrame) -> None:
    """A note without a reason is named, not left out of the counts."""
    notes = audit.loc[audit["verdict"] == "not testable", "why"]
    found = claims.untested(notes)
    assert sum(found.values()) == len(notes) and all(found.values())
    settled = audit["why"].str.contains(claims.UNTESTED["settled"])
    assert list(audit.loc[settled, "claim_id"]) == ["c-001-3"]
    with pytest.raises(ValueError, match="in: too vague"):
        claims.untested(pd.concat([notes, pd.Series(["too vague"])]))


def test_repeats_share_a_verdict(root: Path, audit: pd.DataFrame) -> None:
    verdicts = audit.set_index("claim_id")["verdict"]
    said = files.read_table("claims", root)
    repeats = said[said["same_as"] != ""]
    assert len(repeats)
    assert [f"{row.claim_id} is no longer as {row.same_as}" for row in repeats.itertuples()
            if verdicts[row.claim_id] != verdicts[row.same_as]] == []


def test_a_claim_opens_no_difference_of_another_claim(root: Path, audit: pd.DataFrame) -> None:
    """At a place with several claims only the one whose test names a difference is linked to it."""
    said = files.read_table("claims", root).merge(audit, on="claim_id")
    shared = said[said.duplicated(["source_id", "locator"], keep=False)]
    assert {"c-002-9a", "c-002-9b", "c-003-14a", "c-003-14b"} <= set(shared["claim_id"])
    for row in shared.itertuples():
        opened = display.difference(row.claim_id)
        assert bool(opened) == row.ofsted_row.startswith("k-"), row.claim_id
        assert row.ofsted_row in opened or not opened


@pytest.mark.parametrize("wide", [True, False])
def test_the_chart_has_a_dot_for_each_test_under_its_series(wide: bool) -> None:
    drawn = pd.DataFrame(
        [("Cases", 2.0, "direct"), ("Cases", 2.0, "proxy"), ("Cases", 9.0, "proxy"),
         ("Plans", -1.5, "direct"), ("Time", 0.2, "direct")],
        columns=["label", "towards", "evidence"])
    with style.width(wide):
        axes = claims_charts.draw_tests(drawn).axes[0]
    names = [text.get_text() for text in axes.get_yticklabels()]
    assert names == ["Cases", "Time", "Plans"]  # from most to least the way of the claims
    group, *_ = axes.collections
    dots = sorted((round(float(x), 2), names[round(float(y))]) for x, y in group.get_offsets())
    assert dots == [(-1.5, "Plans"), (0.2, "Time"), (2.0, "Cases"), (2.0, "Cases"), (4.5, "Cases")]
    assert [text.get_text() for text in axes.texts].count("›") == 1
    sides = {text.get_text(): text.get_position()[0] for text in axes.texts if text.get_text() != "›"}
    assert sides["against the claim"] < 0 < sides["for the claim"]
    circle, diamond = (len(MarkerStyle(sign).get_path().vertices) for sign in "oD")
    corners = [len(path.vertices) for path in group.get_paths()]
    assert corners.count(circle) == (drawn["evidence"] == "direct").sum()
    legend = axes.figure.legends[0]
    assert {text.get_text(): len(handle.get_paths()[0].vertices) for text, handle in zip(
        legend.get_texts(), legend.legend_handles, strict=True)} == {
        "counts what was claimed": circle, "stands in for it": diamond}


def test_a_test_goes_the_way_of_its_claim() -> None:
    """But where the series counts the opposite: leavers, cases, agency workers of those in post."""
    both = files.read_raw("claim_tests").merge(files.read_raw("claims"), on="claim_id")
    both = both[both["kind"] != "none"]
    way, said = (both[column].isin(claims.UPWARDS) for column in ("direction_x", "direction_y"))
    assert set(both["claim_id"][way != said]) == {"c-18-43a", "c-23-39", "c-26-74b"}


def test_the_chart_of_authorities_counts_them() -> None:
    supported = pd.Series({"A": 3, "B": 5, "C": 5, HERE: 8})
    axes = claims_charts.draw_elsewhere(supported, HERE, "Saltmere").axes[0]
    assert {round(bar.get_x() + bar.get_width() / 2): bar.get_height() for bar in axes.patches
            if bar.get_height()} == {3: 1, 5: 2, 8: 1}
    words = [text.get_text() for text in axes.texts]
    assert "Saltmere: 8" in words and "average 5.2" in words
