"""The study in miniature of the made-up town: nothing in the helpers knows a place."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from conftest import words_of
from helpers import evidence
from helpers.analysis import recovery, series
from helpers.charts import recovery as recovery_charts
from helpers.charts import series as series_charts
from helpers.pages import display, sources
from helpers.run import assemble
from helpers.tables import files, schema
from saltmere import CODE, PLACE, TEXTS, VALUES


@pytest.fixture
def inside(miniature: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The miniature as the project one stands in: what was read of another is forgotten."""
    known = (display._index, display._names, display._corrected)
    monkeypatch.chdir(miniature)
    for function in known:
        function.cache_clear()
    yield miniature
    for function in known:
        function.cache_clear()


def test_every_row_stands_where_it_says(miniature: Path) -> None:
    failures, remarks, checked = evidence.check_sources(miniature / "texts", miniature)
    assert (failures, remarks) == ([], []) and checked > len(TEXTS)


def test_the_tidy_tables_come_out_right(tidy: dict[str, pd.DataFrame]) -> None:
    judged = tidy["judgements"].set_index("judgement_id")
    assert judged["grade_rank"].to_dict() == {
        "2015-overall": 3, "2015-leadership": 4, "2022-overall": 1,
        "2022-help-and-protection": 1, "2022-care-and-care-leavers": 2, "2022-leadership": 1}
    assert judged.loc["2022-leadership", ["printings", "source_id"]].tolist() == [2, "report-2022"]
    assert tidy["figures"].set_index("figure_id")["value"].to_dict() == {
        "n-cla-2021": 400, "n-cla-2022": 420, "n-cla-tide-2022": 425}
    assert tidy["findings"].set_index("finding_id")["theme"]["f-report-once"] == (
        "early help and front door")
    assert tidy["agreement"].set_index("variable")["agreed"].to_dict() == {"theme": 4, "direction": 5}
    unusual = tidy["official_statistics"].query("flag != ''")
    assert unusual[["area", "measure", "year", "flag"]].to_numpy().tolist() == [
        [PLACE, "referrals", 2022, "spike"]]
    assert tidy["official_differences"].empty


def test_a_wrong_kind_of_source_is_named(miniature: Path, tmp_path: Path) -> None:
    """By what this study's ids begin with."""
    shutil.copytree(miniature / "data", tmp_path / "data")
    shutil.copy(miniature / "study.toml", tmp_path)
    sources = files.read_raw("sources", tmp_path)
    sources.loc[sources["source_id"] == "gov-2025", "kind"] = "summary"
    (tmp_path / "data/raw/sources.csv").write_text(files.as_csv(sources), encoding="utf-8")
    with pytest.raises(schema.TablesError, match=r"/sources\.csv.* 'summary', expected statistics"):
        assemble.tidy(tmp_path)


def test_claims_are_held_against_the_counts(tidy: dict[str, pd.DataFrame]) -> None:
    audit = tidy["claims_audit"].set_index("claim_id")
    assert audit["verdict"].to_dict() == {
        "c-report-care": "partly supports", "c-tide-parents": "not testable",
        "c-news-referrals": "partly supports"}  # lowered: it begins on the unusual value
    row = audit.loc["c-news-referrals"]
    assert [row["from_value"], row["to_value"], row["change"], row["without_unusual"]] == [
        1200, 900, -25, "partly supports"]
    assert audit.loc["c-report-care", "change"] == 5


def test_the_board_is_drawn_and_told(tidy: dict[str, pd.DataFrame]) -> None:
    board, inspections = tidy["board"], tidy["inspections"]
    visits = inspections[inspections["kind"] == "monitoring visit"]
    none = tidy["outcomes"]
    drawn = words_of(recovery_charts.draw_board(board, visits, none, ""))
    assert "1. Visits" in drawn and "May 2023" in drawn and "Nov 2023" in drawn
    told = recovery_charts.describe_board(board, visits, none)
    assert "two areas" in told and "Some progress is reported on one; on one we found none." in told
    parts = pd.DataFrame({"area_no": [1, 1, 2], "part": ["On time", "Long enough", "Loads"],
                          "verdict": ["addressed", "still named", "not mentioned"]})
    beside = recovery_charts.draw_board(board, visits, parts, "2026-05-11").axes[1]
    assert [sign.get_text() for sign in beside.texts] == ["+", "−", "·"]  # Loads has one part
    assert "May 2026" in beside.get_title(loc="left")
    told = recovery_charts.describe_board(board, visits, parts)
    assert ("Of 3 parts at the next inspection: one described without reservation; one still "
            "named; one not mentioned.") in told
    themes = recovery.themes(tidy["findings"], tidy["lists"],
                             ["caseloads and workforce", "care leavers", "health and education"])
    chart = recovery_charts.draw_themes(themes, ["2022"])
    assert [sign.get_text() for sign in chart.axes[0].texts] == ["1", "–", "outside"]


def test_the_series_have_the_authority_s_name(tidy: dict[str, pd.DataFrame]) -> None:
    statistics, areas = tidy["official_statistics"], tidy["official_areas"]
    authority = areas.set_index("relation")["area"]["authority"]
    both = [series.series(statistics, areas, name) for name in VALUES]
    drawn = words_of(series_charts.draw_panels(
        both, tidy["measures"], tidy["inspections"], authority, "Tidal Coast"))
    assert PLACE in drawn and "Tidal" in drawn and "Liverpool" not in drawn
    row = series.snapshot(tidy["figures"], statistics, CODE, "tide-2022", (2021, 2022),
                            {"cla": "looked-after"}).iloc[0]
    assert row.tolist()[2:] == [425, 400, "2021-05-31", 420, "2022-05-31", 395, 410, 420]


def test_the_sources_page_is_of_this_study(inside: Path) -> None:
    page = sources.page().body
    assert 'id="at-tide-2022-4"' in page and 'id="k-01"' in page and "Liverpool" not in page
    assert schema.description()["title"] == "How one made-up town was judged"
    assert "report-2022, p. 1" in display.cite("2022-overall")


def test_the_helpers_name_no_place(root: Path) -> None:
    found = [f"{path.name}: {line}" for path in sorted((root / "src/helpers").rglob("*"))
             if path.suffix in (".py", ".j2", ".css")
             for line in path.read_text(encoding="utf-8").splitlines()
             if "liverpool" in line.lower() or "E08000012" in line]
    assert found == []
