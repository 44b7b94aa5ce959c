"""The committed notebooks: run in order, clean, and what a fresh run gives.

The fresh run is made in a copy of the project.
"""

import importlib.metadata
import json
import platform
import re
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers.pages import notebook as notebook_files

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))

# What no output may hold: an address, a temporary or home path, a warning, a traceback.
DIRTY = re.compile(r"\b0x[0-9a-f]{6,}|/tmp/|/home/|/root/|C:\\\\|[A-Za-z]+Warning\b|Traceback \(")


def cells_of(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return cells


def problems_in(cells: list[dict[str, Any]]) -> list[str]:
    """What is wrong with a notebook as it stands, whatever it says."""
    found = []
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    order = [cell["execution_count"] for cell in code]
    if order != list(range(1, len(code) + 1)):
        found.append(f"cells were not run in order, 1 to {len(code)}: {order}")
    for number, cell in enumerate(code, start=1):
        if not "".join(cell["source"]).strip():
            found.append(f"code cell {number} is empty")
        for output in cell["outputs"]:
            if output["output_type"] == "error" or output.get("name") == "stderr":
                found.append(f"code cell {number} has an error or a warning")
            texts = [output.get("text", "")] + [v for k, v in output.get("data", {}).items()
                                                if k != "image/png"]
            for text in texts:
                plain = re.sub(r"base64,[A-Za-z0-9+/=]+", "", "".join(text))
                if dirty := DIRTY.search(plain):
                    found.append(f"code cell {number} shows {dirty[0]!r}")
    if not any(cell["outputs"] for cell in code):
        found.append("no cell has an output: they were stripped")
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_was_run_in_order_and_shows_nothing_of_the_machine(path: Path) -> None:
    assert problems_in(cells_of(path)) == []


def spoiled(change: str) -> list[dict[str, Any]]:
    cells = cells_of(NOTEBOOKS[-1])
    code = next(cell for cell in cells if cell["cell_type"] == "code" and cell["outputs"])
    if change == "stripped":
        for cell in cells:
            if cell["cell_type"] == "code":
                cell |= {"outputs": [], "execution_count": None}
    elif change == "out of order":
        code["execution_count"] = 7
    elif change == "never run":
        code["execution_count"] = None
    elif change == "warning":
        code["outputs"].append({"output_type": "stream", "name": "stderr", "text": ["Careful"]})
    else:
        code["outputs"][0]["data"]["text/plain"] = [change]
    return cells


@pytest.mark.parametrize("change", ["stripped", "out of order", "never run", "warning",
                                    "<object at 0x7f12aa34bb10>", "/tmp/x.csv", "FutureWarning: x",
                                    "Traceback (most recent call last)"])
def test_the_guard_sees_what_nbval_lets_pass(change: str) -> None:
    assert problems_in(spoiled(change)) != []


@pytest.fixture(scope="session")
def fresh(made: Path) -> dict[str, str]:
    """The notebooks of a run as texts."""
    return {path.stem: path.read_text(encoding="utf-8")
            for path in (made / "notebooks").glob("*.ipynb")}


def is_locked(root: Path) -> bool:
    """Whether this is the environment of the lock file on the kind of machine it was made on."""
    pins = re.findall(r"^([A-Za-z0-9-]+)==([^ ;\\]+)", (root / "requirements.txt").read_text(
        encoding="utf-8"), re.MULTILINE)
    locked = {}
    for name, version in pins:
        locked.setdefault(name, set()).add(version)
    drawing = ("matplotlib", "numpy", "pandas", "contourpy", "fonttools", "pillow")
    return (platform.system(), platform.machine(), platform.python_version_tuple()[:2]) == (
        "Linux", "x86_64", ("3", "11")) and all(
        importlib.metadata.version(name) in locked[name] for name in drawing)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_what_a_fresh_run_gives(path: Path, fresh: dict[str, str], root: Path) -> None:
    """Byte for byte on the locked environment; elsewhere all text and every table."""
    found = notebook_files.compare(path.read_text(encoding="utf-8"), fresh[path.stem])
    if found == "drawings differ" and not is_locked(root):
        warnings.warn(f"{path.stem}: compared in text and tables; drawings differ on this kind of "
                      "machine", UserWarning, stacklevel=1)
        return
    assert found == "the same", f"notebooks/{path.name}: {found}; make refresh"


def test_compare_names_the_cell_that_differs(fresh: dict[str, str]) -> None:
    text = notebook_files.committed(nbformat.reads(fresh["02_grades"], as_version=4))
    assert notebook_files.compare(text, fresh["02_grades"]) == "the same"
    at = text.index('"image/png": "') + 4000
    redrawn = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1:]
    assert notebook_files.compare(redrawn, text) == "drawings differ"
    reworded = text.replace("improvement in 2014 and 2018, and", "improvement in 2015, and")
    assert reworded != text
    assert notebook_files.compare(reworded, text).startswith("cell 2 differs: ")
