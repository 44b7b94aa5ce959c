"""The committed notebooks: run in order, clean, and what a fresh run gives.

The fresh run is made in a copy of the project.
"""

import importlib.metadata
import platform
import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from conftest import cells, each_notebook, outputs
from helpers.pages import notebook as notebook_files

# What no output may hold: an address, a temporary or home path, a warning, a traceback.
DIRTY = re.compile(r"\b0x[0-9a-f]{6,}|/tmp/|/home/|/root/|C:\\\\|[A-Za-z]+Warning\b|Traceback \(")


@each_notebook
def test_it_was_run_in_order_and_shows_nothing_of_the_machine(path: Path) -> None:
    """That it shows no error and no stream, test_lab holds."""
    code = cells(path, "code")
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    shown = [text for data in outputs(path) for kind, text in data.items() if kind != "image/png"]
    assert [found[0] for found in map(DIRTY.search, shown) if found] == []


@pytest.mark.parametrize("words", ["<object at 0x7f12aa34bb10>", "/tmp/x.csv", "FutureWarning: x",
                                   "Traceback (most recent call last)"])
def test_what_is_of_the_machine_is_seen(words: str) -> None:
    assert DIRTY.search(words)


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
