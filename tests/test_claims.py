"""Claims held against counts: a made-up table with known answers, and the committed audit."""

from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from helpers.analysis import claims, outliers
from helpers.charts import claims as claims_charts
from helpers.pages import answers
from helpers.run import assemble
from helpers.tables import files

HERE, ENGLAND = "E08000012", "E92000001"


@pytest.mark.parametrize(("moved", "direction", "capped", "expected"), [
    (6, "rise", False, "supports"), (6, "rise", True, "partly supports"),
    (5, "rise", False, "supports"), (4.9, "rise", False, "partly supports"),
    (2, "rise", False, "partly supports"), (1.9, "rise", False, "no clear change"),
    (-1.9, "rise", False, "no clear change"), (-4.9, "rise", False, "no clear change"),
    (-5, "rise", False, "points the other way"), (-6, "rise", True, "no clear change"),
    (-6, "fall", False, "supports"), (6, "fall", False, "points the other way"),
    (6, "high", False, "supports"), (-6, "low", False, "supports"),
    (6, "most", False, "supports"), (-6, "fewer", False, "supports"),
    (0, "rise", False, "no clear change")])
def test_the_rule(moved: float, direction: str, capped: bool, expected: str) -> None:
    assert claims.verdict(moved, direction, minimum=2, usual=5, capped=capped) == expected


def test_an_unknown_movement_has_no_verdict() -> None:
    with pytest.raises(ValueError, match="not known"):
        claims.verdict(float("nan"), "rise", 2, 5, False)


def tables() -> dict[str, pd.DataFrame]:
    """Three made-up measures: a count, a rate and a percentage, 2013 to 2018."""
    values = {("count", HERE): [100, 120, 121, 60, 125, 90],
              ("count", ENGLAND): [1000, 1000, 1000, 1000, 1000, 1000],
              ("some-rate", HERE): [50, 40, None, 40, 41, 40],
              ("some-rate", ENGLAND): [40, 40, 40, 40, 40, 50],
              ("percent", HERE): [50, 45, 44.5, 60, 40, 30],
              ("percent", ENGLAND): [50, 50, 50, 50, 50, 20]}
    flags = {("count", 2016): "dip"}
    statistics = pd.DataFrame([
        {"area_code": area, "measure": measure, "year": 2013 + n, "value": value,
         "period": f"{2013 + n}-03-31", "basis": "published",
         "flag": flags.get((measure, 2013 + n), "") if area == HERE else ""}
        for (measure, area), row in values.items() for n, value in enumerate(row)])
    distribution = pd.DataFrame([{"measure": measure, "year": year, "q1": 36, "q3": 44}
                                 for measure in ("count", "some-rate", "percent")
                                 for year in range(2013, 2019)])
    changes = pd.DataFrame([
        {"measure": measure, "from_year": first, "to_year": last,
         "change_q1": -span * (last - first), "change_q3": span * (last - first)}
        for measure, span in (("count", 0.09), ("some-rate", 0.1), ("percent", 4))
        for first, last in combinations(range(2013, 2019), 2)])
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


# kind, series, direction, from, to, second from and to, cap -> verdict, without odd, second
KNOWN = {
    "rise": (("change", "count", "rise", 2013, 2014, 2013, 2015, ""),
             ("supports", "", "supports")),
    "fall": (("change", "count", "fall", 2013, 2014, 2014, 2015, ""),
             ("points the other way", "", "no clear change")),
    "small": (("change", "count", "rise", 2014, 2015, "", "", ""), ("no clear change", "", "")),
    "proxy": (("change", "count", "rise", 2013, 2014, "", "", "proxy"),
              ("partly supports", "", "")),
    "ends on an odd year": (("change", "count", "fall", 2015, 2016, "", "", ""),
                            ("partly supports", "no clear change", "")),
    "begins on an odd year": (("change", "count", "rise", 2016, 2017, "", "", ""),
                              ("partly supports", "partly supports", "")),
    "nothing beyond the odd year": (("change", "count", "fall", 2013, 2016, "", "", ""),
                                    ("partly supports", "no clear change", "")),  # in 4 years
    "missing year": (("change", "some-rate", "rise", 2014, 2015, "", "", ""),
                     ("not testable", "", "")),
    "second baseline missing": (("change", "some-rate", "fall", 2013, 2014, 2013, 2015, ""),
                                ("supports", "", "")),
    "before the series": (("change", "count", "rise", 2011, 2013, "", "", ""),
                          ("not testable", "", "")),
    "after the series": (("level", "some-rate", "high", "", 2030, "", "", ""),
                         ("not testable", "", "")),
    "too high": (("level", "some-rate", "high", "", 2013, "", 2016, ""),
                 ("supports", "", "no clear change")),
    "too high, a little": (("level", "some-rate", "high", "", 2017, "", "", ""),
                           ("partly supports", "", "")),
    "too high, and lower": (("level", "some-rate", "high", "", 2018, "", "", ""),
                            ("points the other way", "", "")),
    "points": (("change", "percent", "fall", 2013, 2014, "", "", ""), ("supports", "", "")),
    "half a point": (("change", "percent", "fall", 2014, 2015, "", "", ""),
                     ("no clear change", "", "")),
    "most": (("share", "percent", "most", "", 2016, "", "", ""), ("supports", "", "")),
    "fewer than half": (("share", "percent", "fewer", "", 2017, "", "", ""),
                        ("partly supports", "rests on an odd value", "")),  # its count fell in 2016
    "fewer than half, and even": (("share", "percent", "fewer", "", 2018, "", "", ""),
                                  ("supports", "", "")),
    "usual over its own years": (("change", "count", "rise", 2013, 2017, 2015, 2017, ""),
                                 ("partly supports", "", "partly supports")),
    "own figures": (("figures level", "n-a;n-b", "high", "", "", "", "", "own figures"),
                    ("partly supports", "", "")),
    "a share of a whole": (("figures share", "n-c", "most", "", "", "", "", ""),
                           ("supports", "", "")),
    "no series": (("none", "", "", "", "", "", "", ""), ("not testable", "", "")),
}


def made_up(names: list[str]) -> pd.DataFrame:
    columns = ["kind", "series", "direction", "from_year", "to_year", "second_from", "second_to",
               "cap"]
    return pd.DataFrame([
        dict(zip(columns, map(str, KNOWN[name][0]), strict=True)) | {
            "claim_id": name, "ofsted_agrees": "silent", "ofsted_row": "", "note": "a reason"}
        for name in names])


@pytest.mark.parametrize("order", [1, -1])
def test_known_answers(order: int) -> None:
    names = list(KNOWN)[::order]
    found = claims.audit(made_up(names), **tables()).set_index("claim_id")
    answers = {name: tuple(found.loc[name, ["verdict", "without_odd", "second"]])
               for name in names}
    assert answers == {name: KNOWN[name][1] for name in names}
    assert {verdict for verdict, *_ in answers.values()} == set(claims.VERDICTS)


def test_a_fall_meets_the_same_threshold_as_a_rise() -> None:
    """A fifth more and a sixth less undo each other: both move as far as is usual."""
    for moved, direction in ((20.0, "rise"), (-16.7, "fall")):
        test = {"direction": direction, "cap": ""}
        assert claims._verdict(test, moved, 20.0, "%") == "supports"
        assert claims._verdict(test, moved, 20.0, "points") == (
            "supports" if moved == 20 else "partly supports")


def test_a_year_of_an_older_definition_is_no_year() -> None:
    made = tables()
    early = made["statistics"]["year"] == 2013
    made["statistics"].loc[early, "basis"] = "older definition"
    found = claims.audit(made_up(["rise", "too high", "small"]), **made)
    assert list(found["verdict"]) == ["not testable", "not testable", "no clear change"]


def test_claims_of_another_kind_are_not_alike() -> None:
    """A level and a share of one series and year, with one verdict, are two tests."""
    audit = claims.audit(made_up(["fewer than half, and even"] * 2), **tables()).assign(
        claim_id=["c-1", "c-2"], kind=["share", "level"])
    said = pd.DataFrame({"claim_id": ["c-1", "c-2"], "voice": "council", "summary": "few"})
    assert list(claims.distinct(audit, said)["alike"]) == [1, 1]
    assert list(claims.distinct(audit.assign(kind="share"), said)["alike"]) == [2]


def test_values_and_periods_are_those_of_the_series() -> None:
    row = claims.audit(made_up(["rise"]), **tables()).iloc[0]
    assert (row["from_value"], row["to_value"], row["change"], row["unit"]) == (100, 120, 20, "%")
    assert (row["from_period"], row["to_period"]) == ("2013-03-31", "2014-03-31")
    level = claims.audit(made_up(["too high"]), **tables()).iloc[0]
    assert (level["from_value"], level["to_value"], level["change"]) == (40, 50, 25)
    assert (level["usual"], level["towards"]) == (10.6, "yes")  # the root of 44 over 36


def test_every_claim_has_a_verdict_or_a_reason(root: Path) -> None:
    audit = files.read_table("claims_audit", root)
    said = files.read_table("claims", root)
    assert list(audit["claim_id"]) == list(said["claim_id"])
    assert audit["why"].ne("").all() and set(audit["verdict"]) <= set(claims.VERDICTS)
    own = said.set_index("claim_id")["voice"][audit["claim_id"]].eq("Ofsted report").to_numpy()
    assert (audit["ofsted_agrees"].eq("own claim") == own).all()
    tested = audit[audit["verdict"] != "not testable"]
    assert tested["to_value"].notna().all() and tested["change"].notna().all()
    assert audit[audit["verdict"] == "not testable"]["to_value"].isna().all()
    assert not (audit["proxy"].ne("") & audit["verdict"].eq("supports")).any()


def test_repeats_share_a_verdict(root: Path) -> None:
    verdicts = files.read_table("claims_audit", root).set_index("claim_id")["verdict"]
    said = files.read_table("claims", root)
    repeats = said[said["same_as"] != ""]
    assert len(repeats) and (verdicts[repeats["claim_id"]].to_numpy()
                             == verdicts[repeats["same_as"]].to_numpy()).all()


def test_the_order_of_claims_changes_no_verdict(root: Path) -> None:
    raw = {name: files.read_raw(name, root) for name in ("claim_tests", "measures")}
    numbers = {name: files.read_table(name, root) for name in (
        "official_statistics", "official_distribution", "official_changes", "official_areas",
        "figures")}
    turned = claims.audit(raw["claim_tests"][::-1], numbers["official_statistics"],
                          numbers["official_distribution"], numbers["official_changes"],
                          numbers["official_areas"], raw["measures"], numbers["figures"])
    committed = files.read_table("claims_audit", root).set_index("claim_id")["verdict"]
    assert turned.set_index("claim_id")["verdict"].to_dict() == committed.to_dict()


def test_every_odd_value_is_listed_with_what_is_known(root: Path) -> None:
    tables_now = assemble.tidy(root)
    about = tables_now["measures"].set_index("measure")
    rows = tables_now["official_statistics"]
    flagged = rows[(rows["flag"] != "") & rows["measure"].map(about["rate_of"]).eq("")]
    listed = tables_now["oddities"]
    assert set(zip(flagged["measure"], flagged["year"], strict=True)) == set(
        zip(listed["measure"], listed["year"], strict=True))
    assert outliers.BASE == 50


def test_the_sentence_says_what_was_compared() -> None:
    audit = claims.audit(made_up(["fall", "too high", "no series", "proxy"]), **tables())
    said = [answers.sentence(row, "the count") for row in audit.itertuples()]
    assert said == ["The count rose by 20%. A reason.", "The count stood 25% above England’s. A "
                    "reason.", "Not testable: a reason.",
                    "The count rose by 20%. A proxy: a reason."]


def audited() -> pd.DataFrame:
    """Claims as chart 5.1 takes them. Steps are the change over the usual movement, per cent in
    logarithms: ln 1.2 over ln 1.05 is 3.737, ln 0.92 over ln 1.04 is 2.126, ln 0.94 over ln 1.04
    is 1.578; they go against the claim where the change is not towards it."""
    rows = pd.DataFrame(
        [("c1", "x", "2014", "points the other way", -6.0, "%", 4.0, "no"),
         ("c2", "x", "2015", "supports", 20.0, "%", 5.0, "yes"),
         ("c3", "x", "2015", "supports", 20.0, "%", 5.0, "yes"),
         ("c4", "x", "2015", "supports", 20.0, "%", 5.0, "yes"),
         ("c5", "y", "", "not testable", None, "", None, ""),
         ("c6", "z", "2016-03", "partly supports", 1234.5, "points", 0.0, "yes"),
         ("c7", "z", "2016", "supports", -8.0, "%", 4.0, "yes"),
         ("c8", "w", "2017", "no clear change", 0.0, "%", 4.0, "no")],
        columns=["claim_id", "series", "to_period", "verdict", "change", "unit", "usual",
                 "towards"]).assign(from_period="2013", kind="change")
    said = pd.DataFrame({
        "claim_id": [f"c{n}" for n in range(1, 9)], "summary": [f"Claim {n}" for n in range(1, 9)],
        "voice": ["journalist", *["Ofsted as reported"] * 2, "journalist", "council",
                  "Ofsted report", *["Ofsted as reported"] * 2]})
    return claims.distinct(rows, said[::-1])


def test_each_speaker_and_test_has_one_row_in_the_order_of_the_chart() -> None:
    rows = audited()
    assert rows[["claim_id", "alike"]].to_numpy().tolist() == [
        ["c6", 1], ["c2", 2], ["c7", 1], ["c8", 1], ["c4", 1], ["c1", 1]]
    assert rows["steps"].tolist() == pytest.approx(
        [float("nan"), 3.737, 2.126, 0, 3.737, -1.578], nan_ok=True, abs=1e-3)


def test_the_chart_of_claims_has_what_was_said_and_measured() -> None:
    axes = claims_charts.draw(audited()).axes[0]
    words = [text.get_text() for text in axes.texts]
    assert [text for text in words if text in claims.SPEAKERS.values()] == [
        "Ofsted’s own reports", "Ofsted, as reported", "A journalist"]
    assert "Claim 2 (2015, 2 alike)" in words and "Claim 1 (2014)" in words
    assert "+1,234.5 points: partly supports" in words and "−6.0%: points the other way" in words
    dots, = axes.collections  # c6 has none; 3.737 is beyond
    drawn = {(round(float(x), 3), to_hex(colour)) for (x, _), colour in zip(
        dots.get_offsets(), dots.get_facecolors(), strict=True)}
    colour = claims_charts.COLOURS
    assert drawn == {(3.5, colour["supports"]), (2.126, colour["supports"]),
                     (0.0, colour["no clear change"]), (-1.578, colour["points the other way"])}
    assert len(dots.get_offsets()) == 5
    assert words.count("›") == 2 and "‹" not in words
    assert claims_charts.describe(audited()) == (
        "Claims in rows, grouped by who spoke. Ofsted’s own reports. Partly supports: Claim 6 "
        "(+1,234.5 points). Ofsted, as reported. Supports: Claim 2 (+20.0%); Claim 7 (-8.0%). No "
        "clear change: Claim 8 (+0.0%). A journalist. Supports: Claim 4 (+20.0%). Points the other "
        "way: Claim 1 (-6.0%).")
