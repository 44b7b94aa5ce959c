"""The order in which notebooks run, and what is kept of them."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from helpers import store
from helpers.pages import notebook as notebook_files
from helpers.run import execute


def of(*sources: str) -> NotebookNode:
    """A notebook of code cells."""
    return new_notebook(cells=[*map(new_code_cell, sources)])


def test_first_the_tables_then_the_two_largest_then_the_others_from_the_smallest(tmp_path: Path) -> None:
    for size, name in enumerate(("00_summary", "01_clean", "02_grades", "03_children",
                                  "05_claims", "notes")):
        (tmp_path / f"{name}.ipynb").write_text("x" * size)
    stems = [[path.stem for path in stage] for stage in execute.stages(tmp_path)]
    assert stems == [["01_clean"], ["05_claims", "03_children", "00_summary", "02_grades"]]


def test_what_differs_between_machines_is_left_out() -> None:
    notebook = new_notebook(cells=[new_code_cell("1", metadata={"execution": {"x": "2026"}})],
                            metadata={"language_info": {"name": "python", "version": "3.11.7"}})
    clean = notebook_files.tidy(notebook)
    assert "3.11.7" not in notebook_files.as_text(clean)
    assert "2026" not in notebook_files.as_text(clean)
    assert notebook.metadata["language_info"]["version"] == "3.11.7"  # the original is untouched


def test_cells_show_what_a_kernel_would_show(tmp_path: Path) -> None:
    """Printed, displayed, the last expression; in order, in a namespace and folder of their own."""
    sources = ["import sys\nx = 1\nprint('said')\nprint('warned', file=sys.stderr)",
               "from IPython.display import display\ndisplay({'text/html': '<b>'}, raw=True)\nx + 1",
               "open('here', 'w').close()\nx;"]
    found = notebook_files.run(of(*sources), tmp_path, "too").cells
    assert [dict(output) for output in found[0].outputs] == [
        {"output_type": "stream", "name": "stdout", "text": "said\n"},
        {"output_type": "stream", "name": "stderr", "text": "warned\n"}]
    shown, result = found[1].outputs
    assert (shown.output_type, shown.data) == ("display_data", {"text/html": "<b>"})
    assert (result.output_type, result.execution_count, result.data["text/plain"]) == (
        "execute_result", 2, "2")
    assert found[2].outputs == [] and (tmp_path / "here").exists() and not Path("here").exists()
    for source, said in (("y = 1\nx", r"^code cell 2: x\nNameError: name 'x' is not defined$"),
                         ("x =", "^code cell 2\nSyntaxError")):
        with pytest.raises(notebook_files.CellError, match=said):
            notebook_files.run(of("1", source), tmp_path, "too")


def test_what_runs_cells_writes_nothing_elsewhere(root: Path, tmp_path: Path) -> None:
    place = {name: str(tmp_path) for name in ("TMPDIR", "HOME", "IPYTHONDIR", "XDG_CONFIG_HOME")}
    subprocess.run([sys.executable, "-c", """if True:
        from nbformat.v4 import new_code_cell, new_notebook
        from helpers.pages import notebook
        import os
        notebook.run(new_notebook(cells=[new_code_cell("x = 1")]), ".", "too")
        os._exit(0)"""], cwd=root,  # as a process ends that is killed, with nothing tidied up
        env={**os.environ, **place}, check=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("text", "said"), [
    ('{"cells": [', "NotJSONError"),
    (notebook_files.as_text(of("1 / 0")), "ZeroDivisionError: division by zero"),
    (notebook_files.as_text(of("import os\nos._exit(1)")), "its process ended"),
    (notebook_files.as_text(of("import time\ntime.sleep(60)")), "no end after 2 s")])
def test_a_notebook_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                        capsys: pytest.CaptureFixture[str], text: str,
                                        said: str) -> None:
    monkeypatch.setattr(execute, "LONGEST", 2)
    store.replace_file(tmp_path / "notebooks/01_bad.ipynb", text)
    start = time.monotonic()
    with pytest.raises(notebook_files.CellError, match=said):
        execute.run_all(tmp_path)
    assert time.monotonic() - start < 30
    assert capsys.readouterr().err == "01_bad.ipynb failed\n"
