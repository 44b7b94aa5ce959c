"""The committed tables: what they must hold, and that they are current."""

import difflib
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.pages import notebook as notebook_files
from helpers.pages import readme
from helpers.run import assemble
from helpers.tables import files, schema

CONTRACT = {
    "sources": "source_id title publisher author published published_basis kind family url licence "
               "sha256",
    "inspections": "inspection_id framework kind started ended published graded source_id locator",
    "areas": "area framework name_as_printed continues comparable",
    "judgements": "judgement_id inspection_id area area_as_printed grade grade_rank source_id "
                  "locator",
    "figures": "figure_id measure value value_high unit as_at period qualifier as_printed status "
               "checked source_id locator",
    "findings": "finding_id inspection_id voice theme direction summary duplicate_of source_id "
                "locator",
    "claims": "claim_id voice measure direction period summary source_id locator",
    "events": "event_id date what source_id locator",
    "corrections": "correction_id table row_id printed adopted reason evidence_source_id "
                   "evidence_locator",
    "authority_inspections": "area_code authority framework started published overall_grade "
                             "leadership help_and_protection looked_after adoption care_leavers "
                             "care_and_care_leavers children_in_care source_id",
    "official_statistics": "area_code area measure unit period value status flag publication",
}


@pytest.mark.parametrize("table", CONTRACT)
def test_tables_have_the_columns_of_the_contract(table: str, root: Path) -> None:
    assert set(CONTRACT[table].split()) <= set(files.read_table(table, root).columns)


def differences(name: str, written: str, fresh: str) -> list[str]:
    """Each cell in which a table as committed and as data/raw gives it differ; else each row."""
    was, now = (pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
                for text in (written, fresh))
    if list(was) != list(now) or len(was) != len(now) or was.equals(now):
        return list(difflib.unified_diff(written.splitlines(), fresh.splitlines(),
                                         f"{name}.csv as committed", "as data/raw gives it", n=0))
    return [f"{name}.csv, row {row + 2} ({now.iat[row, 0]}), column {now.columns[column]}: "
            f"{was.iat[row, column]!r} committed, {now.iat[row, column]!r} now"
            for row, column in np.argwhere((was != now).to_numpy())]


def test_a_difference_is_named_by_row_and_column() -> None:
    assert differences("t", "id,n\na,1\nb,2\n", "id,n\na,1\nb,3\n") == [
        "t.csv, row 3 (b), column n: '2' committed, '3' now"]
    assert differences("t", "id,n\na,1\n", "id,n\na,1\nb,3\n")[-1] == "+b,3"
    assert differences("t", "id\na\n", 'id\n"a"\n')[-1] == '+"a"'
    assert differences("t", "id\na\n", "id\na\n") == []


def test_the_processed_tables_are_what_the_raw_ones_give(
        root: Path, tidied: dict[str, pd.DataFrame]) -> None:
    paths = {path.stem: path for path in (root / "data/processed").glob("*.csv")}
    assert set(paths) == set(tidied)
    found = [line for name, table in tidied.items()
             for line in differences(name, paths[name].read_text(encoding="utf-8"), files.as_csv(table))]
    assert not found, "data/raw gives other tables than are committed:\n" + "\n".join(found[:20])


def test_only_what_changed_is_written(project: Path, tidied: dict[str, pd.DataFrame]) -> None:
    assert assemble.write(tidied, project) == []
    (project / "data/processed/claims.csv").unlink()
    assert assemble.write(tidied, project) == ["claims"]


def test_every_table_on_disk_is_described(root: Path) -> None:
    described = {r["path"] for r in schema.description(root)["resources"]}
    on_disk = {p.relative_to(root / "data").as_posix() for p in (root / "data").rglob("*.csv")}
    assert described == on_disk


def test_the_readme_says_what_the_summary_says(root: Path) -> None:
    summary = notebook_files.read(root / "notebooks/00_summary.ipynb")
    assert readme.findings(summary) in (root / "README.md").read_text(encoding="utf-8"), (
        "README.md is not current: make refresh")


def test_the_readme_is_current(root: Path, made: Path) -> None:
    summary = notebook_files.read(made / "notebooks/00_summary.ipynb")
    text = (root / "README.md").read_text(encoding="utf-8")
    assert text == readme.updated(text, summary), "README.md is not current: make refresh"
    picture = (root / readme.PICTURE).read_text(encoding="utf-8") == readme.picture(summary)[0]
    assert picture, f"{readme.PICTURE} is not current: make refresh"


# Ground truth: what page 1 of each report prints, one line an inspection (2011: two services).
RI, INADEQUATE, GOOD = "requires improvement", "inadequate", "good"
GIVEN = {
    "2011-slac": {"safeguarding": GOOD, "looked-after-services": GOOD},
    "2014-sif": dict.fromkeys("overall help-and-protection looked-after adoption care-leavers "
                              "leadership safeguarding-board".split(), RI),
    "2018-ilacs": dict.fromkeys("overall help-and-protection care-and-care-leavers leadership"
                                .split(), RI),
    "2023-ilacs": {**dict.fromkeys("overall help-and-protection care-leavers leadership".split(),
                                   INADEQUATE), "children-in-care": RI},
    "2026-ilacs": {**dict.fromkeys("leadership help-and-protection children-in-care".split(), GOOD),
                   "care-leavers": RI},
}


def test_the_grades_are_those_of_the_reports(root: Path) -> None:
    judgements = files.read_table("judgements", root)
    given = {name: dict(zip(rows["area"], rows["grade"], strict=True))
             for name, rows in judgements.groupby("inspection_id")}
    assert given == GIVEN
    assert len(judgements) == sum(map(len, GIVEN.values()))
    kinds = files.read_table("inspections", root)["kind"].value_counts()
    assert dict(kinds) == {"monitoring visit": 10, "full inspection": len(GIVEN),
                           "focused visit": 2, "joint targeted inspection": 1}


def test_the_headline_figures(root: Path) -> None:
    value = files.read_table("figures", root).set_index("figure_id")["value"]
    assert value[["n-cla-a002", "n-cpp-a002", "n-cin-a002"]].tolist() == [1000, 431, 4277]
    assert value[["n-plan-a004", "n-referrals-a002"]].isna().tolist() == [False, True]


def test_no_count_under_six_has_a_value(root: Path) -> None:
    figures = files.read_table("figures", root)
    small = figures[(figures["unit"] == "children") & (figures["value"] < 6) & figures["out_of"].isna()]
    assert small.empty


def test_every_listed_item_is_accounted_for(root: Path) -> None:
    """The lists of 2014 (both sections), 2018, 2023 and 2026, every bullet of 2016, every numbered
    paragraph of 2026, and every line of the articles."""
    paragraphs = files.read_raw("paragraphs", root)
    places = paragraphs.groupby("source_id")["locator"].agg(set)
    assert places["sif-2014"] >= {f"§{n}" for n in [*range(1, 68), *range(178, 187)]}
    assert places["ilacs-2018"] >= {f"p. 2, bullet {n}" for n in range(1, 7)}
    assert places["ilacs-2023"] >= {f"p. 2, bullet {n}" for n in range(1, 12)}
    assert places["ilacs-2026"] == {"p. 1", "p. 2", *(f"p. 2, bullet {n}" for n in range(1, 5)),
                                    *(f"§{n}" for n in range(1, 77))}
    bullets = {2: 3, 3: 2, 4: 3, 5: 5, 6: 5, 7: 7, 8: 6, 9: 3}
    assert places["jtai-2016"] >= {f"p. {page}, bullet {n}" for page, last in bullets.items()
                                   for n in range(1, last + 1)}
    lines = {"a001": 31, "a002": 23, "a003": 23, "a000": 21, "a004": 15}
    assert places[list(lines)].map(len).to_dict() == lines


def test_what_is_described_as_a_number_is_read_as_one(root: Path) -> None:
    numbers = {field["name"] for r in schema.description(root)["resources"]
               if r["path"].startswith("processed/") for field in r["schema"]["fields"]
               if field["type"] in ("integer", "number")}
    assert numbers <= files.NUMBERS | {"round"}


def test_each_settled_code_is_the_one_adopted(root: Path) -> None:
    adopted = files.read_table("findings", root).set_index("finding_id")
    settled = files.read_raw("coding_settled", root)
    assert [adopted[row.variable][row.finding_id] for row in settled.itertuples()] == list(
        settled["settled"])


def test_a_grade_is_in_the_words_of_the_document_adopted(tidied: dict[str, pd.DataFrame]) -> None:
    adopted = tidied["inspections"].set_index("inspection_id")["source_id"]
    grades = tidied["judgements"]
    assert (grades["source_id"] == grades["inspection_id"].map(adopted)).all()


def test_the_third_coder_gave_the_states_adopted(tidied: dict[str, pd.DataFrame]) -> None:
    """Which coders' codes no rule can tell; data/codebook.md says that these agree."""
    assert (tidied["subject_states"]["third"] == tidied["subject_states"]["state"]).all()
