"""A notebook as a file: read, without what differs between machines, compared, written."""

import copy
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers.pages.drawing import DRAWINGS

KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
          "language_info": {"name": "python"}}
_DRAWN = re.compile(r'(?<="image/png": ")[^"]+')  # a drawing in a notebook's file


def read(path: Path) -> NotebookNode:
    """A notebook from its file."""
    return nbformat.read(path, as_version=4)


def tidy(notebook: NotebookNode) -> NotebookNode:
    """A copy without what differs between machines and runs: versions, times, widget state."""
    clean = copy.deepcopy(notebook)
    clean.metadata = nbformat.from_dict(KERNEL)
    for cell in clean.cells:
        cell.metadata = nbformat.from_dict({})
    return clean


def committed(notebook: NotebookNode) -> str:
    """The notebook as the text of its file, without what a run adds for the pages alone."""
    clean = copy.deepcopy(notebook)
    for cell in clean.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(DRAWINGS, None)
    return as_text(clean)


def compare(kept: str, fresh: str) -> str:
    """How a committed notebook compares with a fresh run of it: 'the same', 'drawings differ' (all
    text and every table are the same), or the first cell that differs."""
    fresh = committed(nbformat.reads(fresh, as_version=4))
    if kept == fresh:
        return "the same"
    old, new = (nbformat.reads(_DRAWN.sub("(drawing)", text), as_version=4)
                for text in (kept, fresh))
    if as_text(old) == as_text(new):
        return "drawings differ"
    for number, (cell, other) in enumerate(zip(old.cells, new.cells, strict=False), start=1):
        if cell != other:
            return f"cell {number} differs: {' '.join(cell.source.split())[:70]}"
    return f"{len(old.cells)} cells committed, {len(new.cells)} run"



def as_text(notebook: NotebookNode) -> str:
    """The notebook as the text of its file, one trailing newline."""
    return str(nbformat.writes(notebook, version=4)).rstrip("\n") + "\n"
