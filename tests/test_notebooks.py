"""The committed notebooks: run in order, clean, and what a fresh run gives.

The fresh run is made in a copy of the project.
"""

import importlib.metadata
import json
import platform
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from helpers.pages import notebook as notebook_files

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
# What no output may hold: an address, a temporary or home path, a warning, a traceback.
DIRTY = re.compile(r"\b0x[0-9a-f]{6,}|/tmp/|/home/|/root/|C:\\\\|[A-Za-z]+Warning\b|Traceback \(")


def code_of(path: Path) -> list[dict[str, Any]]:
    """The code cells of a notebook's file."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def problems_in(code: list[dict[str, Any]]) -> list[str]:
    """What is wrong with a notebook's cells as they stand, whatever they say."""
    found = []
    order = [cell["execution_count"] for cell in code]
    if order != list(range(1, len(code) + 1)):
        found.append(f"cells were not run in order, 1 to {len(code)}: {order}")
    for number, cell in enumerate(code, start=1):
        if not "".join(cell["source"]).strip():
            found.append(f"code cell {number} is empty")
        for output in cell["outputs"]:
            if output["output_type"] == "error" or output.get("name") == "stderr":
                found.append(f"code cell {number} has an error or a warning")
            shown = {"text": output.get("text", "")} | output.get("data", {}) | {"image/png": ""}
            for text in shown.values():
                if dirty := DIRTY.search(re.sub(r"base64,[A-Za-z0-9+/=]+", "", "".join(text))):
                    found.append(f"code cell {number} shows {dirty[0]!r}")
    if not any(cell["outputs"] for cell in code):
        found.append("no cell has an output: they were stripped")
    return found


@each_notebook
def test_it_was_run_in_order_and_shows_nothing_of_the_machine(path: Path) -> None:
    assert problems_in(code_of(path)) == []


def shows(words: str) -> dict[str, Any]:
    return {"outputs": [{"output_type": "display_data", "data": {"text/plain": [words]}}]}


@pytest.mark.parametrize(("change", "problem"), [
    ({"outputs": []}, "they were stripped"), ({"execution_count": 7}, "not run in order"),
    ({"execution_count": None}, "not run in order"), ({"source": [" "]}, "is empty"),
    ({"outputs": [{"output_type": "stream", "name": "stderr", "text": ["Careful"]}]}, "a warning"),
    ({"outputs": [{"output_type": "error"}]}, "an error"),
    *((shows(words), "shows") for words in ("<object at 0x7f12aa34bb10>", "/tmp/x.csv",
                                            "FutureWarning: x", "Traceback (most recent call last)"))])
def test_the_guard_sees_what_nbval_lets_pass(change: dict[str, Any], problem: str) -> None:
    fine = {"source": ["1"], "execution_count": 1} | shows("1")
    assert problems_in([fine]) == []
    (found,) = problems_in([fine | change])
    assert problem in found


@pytest.fixture(scope="session")
def fresh(made: Path) -> dict[str, str]:
    """The notebooks of a run as texts."""
    return {path.stem: path.read_text(encoding="utf-8")
            for path in (made / "notebooks").glob("*.ipynb")}


def cells_without_drawings(text: str) -> list[NotebookNode]:
    """The cells of a notebook's text as they would be with any other pictures."""
    bare = re.sub(r'(?<="image/png": ")[^"]+', "", text)
    return list(nbformat.reads(bare, as_version=4).cells)


def is_locked(root: Path) -> bool:
    """Whether this is the environment of the lock file on the kind of machine it was made on."""
    lock = (root / "requirements.txt").read_text(encoding="utf-8")
    pins = set(re.findall(r"(?m)^([A-Za-z0-9-]+)==([^ ;\\]+)", lock))
    drawing = ("matplotlib", "numpy", "pandas", "contourpy", "fonttools", "pillow")
    return (platform.system(), platform.machine(), platform.python_version_tuple()[:2]) == (
        "Linux", "x86_64", ("3", "11")) and pins >= {
        (name, importlib.metadata.version(name)) for name in drawing}


@each_notebook
def test_it_is_what_a_fresh_run_gives(path: Path, fresh: dict[str, str], root: Path) -> None:
    """Byte for byte on the locked environment; elsewhere all text and every table."""
    kept = path.read_text(encoding="utf-8")
    now = notebook_files.committed(nbformat.reads(fresh[path.stem], as_version=4))
    if cells_without_drawings(kept) == cells_without_drawings(now) and not is_locked(root):
        return
    differ = [old.source for old, new in zip(*(nbformat.reads(text, as_version=4).cells
                                               for text in (kept, now)), strict=True) if old != new]
    assert not differ and len(kept) == len(now), f"notebooks/{path.name} is not current: make refresh"
