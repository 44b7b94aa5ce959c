"""The tables as strangers' tools read them: Frictionless and pandas."""

from pathlib import Path

import pandas as pd
import pytest
from frictionless import Package

from helpers import store
from helpers.run import assemble
from helpers.tables import files, package, schema

ROOT = Path(__file__).parents[1]
RESOURCES = {r["name"]: r for r in package.descriptor(ROOT)["resources"]}


def test_checksums_and_sources_are_current(root: Path) -> None:
    for path, text in package.generated(root).items():
        assert (root / "data" / path).read_text(encoding="utf-8") == text, (
            f"data/{path} is not current: make refresh")


def validated(project: Path) -> list[str]:
    """What Frictionless says of a whole package, each error's table and kind."""
    report = Package(str(project / "data/datapackage.json")).validate()
    assert not report.errors
    return [f"{task.name} {error.type}" for task in report.tasks for error in task.errors]


@pytest.mark.slow
def test_frictionless_finds_the_package_valid(root: Path) -> None:
    assert validated(root) == []
    assert all(r["hash"].startswith("sha256:") for r in RESOURCES.values())


@pytest.mark.slow
def test_a_column_more_is_one_line(project: Path) -> None:
    path, table = project / schema.FILE, files.read_raw("unusual_values", project)
    path.write_text(path.read_text(encoding="utf-8").replace(
        "known = [", 'sure = ["yes | no ?", "how sure"]\nknown = [', 1), encoding="utf-8")
    with pytest.raises(schema.TablesError, match="missing: sure"):
        schema.problems_in_raw(project)
    table.insert(2, "sure", "no")
    store.replace_file(project / "data/raw/unusual_values.csv", files.as_csv(table))
    tables = assemble.tidy(project)
    assert (tables["unusual_values"]["sure"] == "no").all()
    assemble.write(tables, project)
    package.write(project)
    assert validated(project) == []
    store.replace_file(project / "data/raw/unusual_values.csv", files.as_csv(table.assign(sure="maybe")))
    assert "row 2, column sure: found 'maybe', expected one of yes, no" in "".join(
        schema.problems_in_raw(project))


def test_a_table_may_have_a_column_for_each_year(project: Path) -> None:
    path, file = project / schema.FILE, project / "data/raw/lists.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(
        'scope = ["text", "what it looked at"]', '"each year" = ["count ?", "of that year"]', 1),
        encoding="utf-8")
    table = files.read_raw("lists", project).drop(columns="scope")
    for years in (["2020", "2019"], ["2019", "2019"]):
        wide = pd.concat([table, pd.DataFrame("3", table.index, years)], axis=1)
        store.replace_file(file, files.as_csv(wide))
        with pytest.raises(schema.TablesError, match=f"found '[a-z_,]+{','.join(years)}', expected '"):
            schema.problems_in_raw(project)
    store.replace_file(file, files.as_csv(table.assign(**{"2019": "3", "2020": "4"})))
    assert schema.problems_in_raw(project) == []
    store.replace_file(file, files.as_csv(table.assign(**{"2019": "3", "2020": "x"})))
    assert schema.problems_in_raw(project) == [
        f"data/raw/lists.csv, row {row}, column 2020: found 'x', expected a value of type integer, "
        "in plain digits" for row in table.index]


def test_every_reason_for_a_missing_value_is_explained() -> None:
    found = [f for r in RESOURCES.values() for f in r["schema"]["fields"] if f["name"] == "status"]
    assert found
    for field in found:
        assert [c["value"] for c in field["categories"]] == field["constraints"]["enum"]
        assert all(c["label"] for c in field["categories"])


@pytest.mark.parametrize("name", RESOURCES)
def test_pandas_reads_every_table_as_it_is(root: Path, name: str) -> None:
    """With no option at all: missing where a cell is empty and nowhere else, numbers as such."""
    resource = RESOURCES[name]
    path = root / "data" / resource["path"]
    assert not path.read_bytes().startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(path)
    text = pd.read_csv(path, dtype=str, keep_default_na=False)
    pd.testing.assert_frame_equal(table.isna(), text == "", check_dtype=False)
    for field in resource["schema"]["fields"]:
        if field["type"] in ("integer", "number"):
            assert pd.api.types.is_numeric_dtype(table[field["name"]]), field["name"]
