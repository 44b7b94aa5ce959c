"""Run the notebooks: 01 first, then at once all those that read only its tables.

Each has a process of its own, forked from one that has loaded the libraries, which takes as long
as a notebook. That their outputs are those of Jupyter's kernels, nbval shows.
"""

import multiprocessing
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers.pages import notebook as notebook_files

Notebooks = dict[str, NotebookNode]

LONGEST = 600  # seconds


def stages(folder: Path) -> list[list[Path]]:
    """The notebooks of a folder in the order in which they depend on each other; the two
    largest first, which take longest, then from the smallest up, which spares memory."""
    found = sorted(folder.glob("[0-9][0-9]_*.ipynb"), key=lambda path: path.stat().st_size)
    first = [path for path in found if path.name.startswith("01_")]
    rest = [path for path in found if path not in first]
    return [first, [*rest[-2:][::-1], *rest[:-2]]]


def run_all(project: Path) -> Notebooks:
    """Run every notebook and return them all with their outputs, by stem. Nothing is written but
    what the notebooks write themselves.

    Raises CellError, after naming the notebook, if a cell fails."""
    os.environ |= {"PYTHONHASHSEED": "0", "MPLBACKEND": "agg",
                   "MALLOC_MMAP_THRESHOLD_": "131072"}  # glibc gives a picture's memory back
    done: dict[str, str] = {}
    with ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as pool:
        for stage in stages(project / "notebooks"):
            done |= dict(pool.map(partial(_run_apart, processes()), stage))
    return {stem: nbformat.reads(text, as_version=4) for stem, text in sorted(done.items())}


def processes() -> Any:
    """What starts processes, forked where they can be from one that has loaded the libraries."""
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    context.set_forkserver_preload(["helpers.run.loaded"])
    return context


def _run_apart(context: Any, path: Path) -> tuple[str, str]:
    """A notebook's stem and, as text, the notebook with its outputs, run in another process."""
    start = time.perf_counter()
    ours, its = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(path, its), daemon=True)
    process.start()
    its.close()
    try:
        found, problem = ours.recv() if ours.poll(LONGEST) else ("", f"no end after {LONGEST} s")
    except EOFError:
        found, problem = "", "its process ended"
    process.kill()
    process.join()
    if problem:
        print(f"{path.name} failed", file=sys.stderr)
        raise notebook_files.CellError(problem)
    print(f"  {path.stem:<14} {time.perf_counter() - start:5.1f} s", flush=True)
    return path.stem, found


def _run(path: Path, to: Connection) -> None:
    """In the other process: send the notebook as text and '', or '' and its error."""
    try:
        done = notebook_files.run(notebook_files.read(path), path.parent, drawings="too")
        to.send((notebook_files.as_text(done), ""))
    except notebook_files.CellError as error:
        to.send(("", str(error)))
    except Exception as error:  # of a file that is no notebook, say
        to.send(("", f"{type(error).__name__}: {error}"))
