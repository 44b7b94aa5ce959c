"""The order in which notebooks run, and what is kept of them."""

import shutil
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers import run, store


def test_first_the_tables_then_all_others_the_largest_first(tmp_path: Path) -> None:
    for size, name in enumerate(("00_summary", "01_clean", "02_grades", "05_claims", "notes")):
        (tmp_path / f"{name}.ipynb").write_text("x" * size)
    stems = [[path.stem for path in stage] for stage in run.stages(tmp_path)]
    assert stems == [["01_clean"], ["05_claims", "02_grades", "00_summary"]]


def keys_of(project: Path) -> dict[str, str]:
    return {path.stem: store.key(project, path)
            for path in sorted((project / "notebooks").glob("0*.ipynb"))}


def test_a_notebook_runs_again_only_for_what_it_depends_on(root: Path, tmp_path: Path) -> None:
    for folder in ("data", "notebooks"):
        shutil.copytree(root / folder, tmp_path / folder)
    before = keys_of(tmp_path)

    def changed(name: str, old: str, new: str) -> set[str]:
        path = tmp_path / name
        kept = path.read_text(encoding="utf-8")
        assert old in kept
        path.write_text(kept.replace(old, new), encoding="utf-8")
        found = {stem for stem, key in keys_of(tmp_path).items() if before[stem] != key}
        path.write_text(kept, encoding="utf-8")
        return found

    everything = set(before)
    assert keys_of(tmp_path) == before
    assert changed("notebooks/05_claims.ipynb", "Was it so?", "Was it?") == {"05_claims"}
    assert changed("notebooks/05_claims.ipynb", '"execution_count": 1',
                   '"execution_count": 2') == set()
    assert changed("data/raw/oddities.csv", "follows the trough", "follows it") == {"01_clean"}
    assert changed("data/processed/oddities.csv", "follows the trough",
                   "follows it") == everything  # lost or altered, it is made again
    assert changed("data/datapackage.json", "Odd values", "Odd ones") == everything


def test_outputs_are_kept_with_what_they_depend_on(tmp_path: Path) -> None:
    assert store.kept_keys(tmp_path) == {}
    store.keep(tmp_path, "02_grades", "text", "a key")
    assert store.kept_keys(tmp_path) == {"02_grades": "a key"}
    (tmp_path / store.RUN / "02_grades.ipynb").unlink()
    assert store.kept_keys(tmp_path) == {}  # what is not there cannot be used


def test_what_differs_between_machines_is_left_out() -> None:
    notebook = new_notebook(cells=[new_code_cell("1", metadata={"execution": {"x": "2026"}})],
                            metadata={"language_info": {"name": "python", "version": "3.11.7"}})
    clean = run.tidy(notebook)
    assert "3.11.7" not in run.as_text(clean)
    assert "2026" not in run.as_text(clean)
    assert notebook.metadata["language_info"]["version"] == "3.11.7"  # the original is untouched


@pytest.mark.slow
def test_a_changed_chart_fails_nbval(root: Path, tmp_path: Path) -> None:
    """Nbval ignores PNG; the charts are compared as HTML, and a changed one is noticed."""
    import subprocess
    import sys

    for folder in ("data", "notebooks"):
        shutil.copytree(root / folder, tmp_path / folder)
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "notebooks/02_grades.ipynb",
               "-p", "no:cacheprovider", "--nbval-cell-timeout=300"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 0
    path = tmp_path / "notebooks/02_grades.ipynb"
    text = path.read_text(encoding="utf-8")
    at = text.index("data:image/svg+xml;base64,") + 4000
    path.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1:],
                    encoding="utf-8")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 1
