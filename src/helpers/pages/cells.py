"""Run a notebook's cells in this process, in IPython, as a kernel would but without its sockets."""

import contextlib
import functools
import gc
import io
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers.pages import notebook as notebook_files


class CellError(Exception):
    """A cell's error: its kind and what it says."""


def run(notebook: NotebookNode, folder: Path, drawings: str) -> NotebookNode:
    """A copy with the outputs of its cells, run in order in a folder and in an empty namespace.

    drawings: 'too' for each chart's drawings for the page beside its picture for notebooks and
    downloads, 'alone' without that. Raises CellError for the first cell that fails."""
    done, shell = notebook_files.tidy(notebook), _shell()
    shell.reset(new_session=False)
    os.environ["STUDY_DRAWINGS"] = drawings
    try:
        with contextlib.chdir(folder):
            for number, cell in enumerate((c for c in done.cells if c.cell_type == "code"), start=1):
                cell.execution_count = number
                cell.outputs = nbformat.from_dict(_outputs(shell, cell.source, number))
                if drawings == "too":  # a picture's figure refers to itself, and would stay
                    gc.collect()
    finally:
        del os.environ["STUDY_DRAWINGS"]
    return done


@functools.cache
def _shell() -> Any:
    """IPython's shell, one in a process. It has no profile and no history: it writes nothing."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.core.profiledir import ProfileDir
    from traitlets.config import Config

    main, quiet = sys.modules["__main__"], {"enabled": False, "hist_file": ":memory:"}
    shell = InteractiveShell.instance(config=Config({"HistoryManager": quiet}),
                                      ipython_dir=tempfile.gettempdir(), profile_dir=ProfileDir())
    sys.modules["__main__"] = main  # which the shell replaced, and other processes start from
    return shell


def _outputs(shell: Any, source: str, number: int) -> list[dict[str, Any]]:
    """What a cell shows, as a notebook's file has it; what it prints comes first."""
    from IPython.core.displayhook import CapturingDisplayHook
    from IPython.core.displaypub import CapturingDisplayPublisher

    shown: list[dict[str, Any]] = []
    shell.display_pub = CapturingDisplayPublisher()
    shell.display_pub.outputs = shown
    shell.display_trap.hook = CapturingDisplayHook(shell, shown)
    with (contextlib.redirect_stdout(io.StringIO()) as said,
          contextlib.redirect_stderr(io.StringIO()) as warned):
        done = shell.run_cell(source)
    if error := done.error_before_exec or done.error_in_exec:
        raise CellError(f"{type(error).__name__}: {error}")
    printed = [{"output_type": "stream", "name": name, "text": stream.getvalue()}
               for name, stream in (("stdout", said), ("stderr", warned)) if stream.getvalue()]
    quiet = shell.displayhook.semicolon_at_end_of_expression(source)
    result = {"output_type": "execute_result", "execution_count": number}
    return printed + [
        ({"output_type": "display_data"} if "transient" in part else result)
        | {"data": part["data"], "metadata": part["metadata"] or {}}
        for part in shown if "transient" in part or not quiet]
