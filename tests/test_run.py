"""The order in which notebooks run, and what is kept of them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers.pages import notebook as notebook_files
from helpers.run import execute


def test_first_the_tables_then_all_others_the_largest_first(tmp_path: Path) -> None:
    for size, name in enumerate(("00_summary", "01_clean", "02_grades", "05_claims", "notes")):
        (tmp_path / f"{name}.ipynb").write_text("x" * size)
    stems = [[path.stem for path in stage] for stage in execute.stages(tmp_path)]
    assert stems == [["01_clean"], ["05_claims", "02_grades", "00_summary"]]


def test_what_differs_between_machines_is_left_out() -> None:
    notebook = new_notebook(cells=[new_code_cell("1", metadata={"execution": {"x": "2026"}})],
                            metadata={"language_info": {"name": "python", "version": "3.11.7"}})
    clean = notebook_files.tidy(notebook)
    assert "3.11.7" not in notebook_files.as_text(clean)
    assert "2026" not in notebook_files.as_text(clean)
    assert notebook.metadata["language_info"]["version"] == "3.11.7"  # the original is untouched


@pytest.mark.slow
def test_a_changed_number_behind_a_chart_fails_nbval(root: Path, tmp_path: Path) -> None:
    """Nbval ignores PNG, which test_notebooks compares; the data behind a chart it compares."""
    for folder in ("data", "notebooks"):
        shutil.copytree(root / folder, tmp_path / folder)
    shutil.copy(root / "study.toml", tmp_path)
    path = tmp_path / "notebooks/02_grades.ipynb"
    text = path.read_text(encoding="utf-8")
    at = text.index("</td>", text.index('<details id=\\"data-2-1'))
    path.write_text(text[:at] + "0" + text[at:], encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "pytest", "--nbval", "notebooks/02_grades.ipynb",
                           "-p", "no:cacheprovider", "--nbval-cell-timeout=300"], cwd=tmp_path,
                          capture_output=True, text=True)
    assert "1 failed" in done.stdout
