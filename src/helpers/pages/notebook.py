"""A notebook: read from its file, run, compared, written, without what differs between machines.

Its cells are run in this process, in IPython, as a kernel would but without its sockets.
"""

import contextlib
import copy
import functools
import gc
import io
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers.pages.drawing import DRAWINGS

KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
          "language_info": {"name": "python"}}


class CellError(Exception):
    """A cell's error: its number, the line that fails, the error's kind and what it says."""


def read(path: Path) -> NotebookNode:
    """A notebook from its file."""
    return nbformat.read(path, as_version=4)


def as_text(notebook: NotebookNode) -> str:
    """The notebook as the text of its file, one trailing newline."""
    return str(nbformat.writes(notebook, version=4)).rstrip("\n") + "\n"


def committed(notebook: NotebookNode) -> str:
    """The notebook as the text of its file, without what a run adds for the pages alone."""
    clean = copy.deepcopy(notebook)
    for cell in clean.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(DRAWINGS, None)
    return as_text(clean)


def tidy(notebook: NotebookNode) -> NotebookNode:
    """A copy without what differs between machines and runs: versions, times, widget state."""
    clean = copy.deepcopy(notebook)
    clean.metadata = nbformat.from_dict(KERNEL)
    for cell in clean.cells:
        cell.metadata = nbformat.from_dict({})
    return clean


def run(notebook: NotebookNode, folder: Path, drawings: str) -> NotebookNode:
    """A copy with the outputs of its cells, run in order in a folder and in an empty namespace.

    drawings: 'too' for each chart's drawings for the page beside its picture for notebooks and
    downloads, 'alone' without that. Raises CellError for the first cell that fails."""
    done, shell = tidy(notebook), _shell()
    shell.reset(new_session=False)
    os.environ["STUDY_DRAWINGS"] = drawings
    try:
        with contextlib.chdir(folder):
            for number, cell in enumerate((c for c in done.cells if c.cell_type == "code"), start=1):
                cell.execution_count = number
                cell.outputs = nbformat.from_dict(_outputs(shell, cell.source, number))
                if any(DRAWINGS in output.get("data", {}) for output in cell.outputs):
                    gc.collect()  # a picture's figure refers to itself, and would stay
    finally:
        del os.environ["STUDY_DRAWINGS"]
    return done


@functools.cache
def _shell() -> Any:
    """IPython's shell, one in a process. It has no profile and no history: it writes nothing."""
    from IPython.core.displayhook import CapturingDisplayHook
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.core.profiledir import ProfileDir
    from traitlets.config import Config

    main, quiet = sys.modules["__main__"], {"enabled": False, "hist_file": ":memory:"}
    shell = InteractiveShell.instance(config=Config({"HistoryManager": quiet}),
                                      ipython_dir=tempfile.gettempdir(), profile_dir=ProfileDir())
    sys.modules["__main__"] = main  # which the shell replaced, and other processes start from
    shell.display_pub = CapturingDisplayPublisher()
    shell.display_trap.hook = CapturingDisplayHook(shell, [])
    return shell


def _outputs(shell: Any, source: str, number: int) -> list[dict[str, Any]]:
    """What a cell shows, as a notebook's file has it; what it prints comes first."""
    shown: list[dict[str, Any]] = []
    shell.display_pub.outputs = shell.display_trap.hook.outputs = shown
    with (contextlib.redirect_stdout(io.StringIO()) as said,
          contextlib.redirect_stderr(io.StringIO()) as warned):
        done = shell.run_cell(source)
    if error := done.error_before_exec or done.error_in_exec:
        lines = [frame.lineno or 1 for frame in traceback.extract_tb(error.__traceback__)
                 if "ipython-input" in frame.filename]
        place = f": {source.splitlines()[lines[-1] - 1].strip()}" if lines else ""
        raise CellError(f"code cell {number}{place}\n{type(error).__name__}: {error}")
    printed = [{"output_type": "stream", "name": name, "text": stream.getvalue()}
               for name, stream in (("stdout", said), ("stderr", warned)) if stream.getvalue()]
    quiet = shell.displayhook.semicolon_at_end_of_expression(source)
    result = {"output_type": "execute_result", "execution_count": number}
    return printed + [
        ({"output_type": "display_data"} if "transient" in part else result)
        | {"data": part["data"], "metadata": part["metadata"] or {}}
        for part in shown if "transient" in part or not quiet]
