"""Run the notebooks: 01 first, then at once all those that read only its tables."""

import asyncio
import copy
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

from helpers import store

Notebooks = dict[str, NotebookNode]
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
          "language_info": {"name": "python"}}


def stages(folder: Path) -> list[list[Path]]:
    """The notebooks of a folder in the order in which they depend on each other; within a stage
    the largest first, since it is likely to take longest."""
    notebooks = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    first = [path for path in notebooks if path.name.startswith("01_")]
    others = sorted((path for path in notebooks if path not in first),
                    key=lambda path: path.stat().st_size, reverse=True)
    return [stage for stage in (first, others) if stage]


def run_all(project: Path | None = None, say: Callable[[str], None] = print) -> Notebooks:
    """Run every notebook and return them all with their outputs, by stem. Outputs are kept in
    .run; else nothing is written but what the notebooks write themselves.

    Raises nbclient's CellExecutionError, after naming the notebook, if a cell fails.
    """
    base = project or store.root()
    done: Notebooks = {}
    for stage in stages(base / "notebooks"):
        done |= asyncio.run(_run_stage(stage, say))
    for stem, notebook in done.items():
        store.replace_file(base / store.RUN / f"{stem}.ipynb", as_text(notebook))
    return dict(sorted(done.items()))


async def _run_stage(paths: Iterable[Path], say: Callable[[str], None]) -> Notebooks:
    limit = asyncio.Semaphore(max(2, os.cpu_count() or 2))
    with tempfile.TemporaryDirectory(prefix="study-") as sockets:
        pairs = await asyncio.gather(*(_run(path, Path(sockets), limit, say) for path in paths),
                                     return_exceptions=True)
    failed = [pair for pair in pairs if isinstance(pair, BaseException)]
    if failed:
        raise failed[0]
    return dict(pair for pair in pairs if not isinstance(pair, BaseException))


async def _run(path: Path, sockets: Path, limit: asyncio.Semaphore,
               say: Callable[[str], None]) -> tuple[str, NotebookNode]:
    async with limit:
        start = time.perf_counter()
        notebook = read(path)
        manager = AsyncKernelManager(kernel_name="python3")
        if os.name != "nt":  # on TCP, kernels that start together now and then collide
            manager.transport = "ipc"
            manager.connection_file = str(sockets / f"{path.stem[:12]}.json")
        client = NotebookClient(notebook, km=manager, timeout=600, record_timing=False,
                                coalesce_streams=True,
                                resources={"metadata": {"path": str(path.parent)}})
        try:
            await client.async_execute(
                env={**os.environ, "PYTHONHASHSEED": "0", "MPLBACKEND": "agg"})
        except Exception:
            print(f"{path.name} failed", file=sys.stderr)
            raise
        finally:  # nbclient leaves a manager that it was given running
            if manager.has_kernel:
                await manager.shutdown_kernel(now=True)
        say(f"  {path.stem:<14} {time.perf_counter() - start:5.1f} s")
        return path.stem, tidy(notebook)


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


def compare(committed: str, fresh: str) -> str:
    """How a committed notebook stands to a fresh run of it: 'the same', 'drawings differ' (all
    text and every table are the same), or the first cell that differs."""
    if committed == fresh:
        return "the same"
    old, new = (nbformat.reads(_DRAWN.sub("(drawing)", text), as_version=4)
                for text in (committed, fresh))
    if as_text(old) == as_text(new):
        return "drawings differ"
    for number, (cell, other) in enumerate(zip(old.cells, new.cells, strict=False), start=1):
        if cell != other:
            return f"cell {number} differs: {' '.join(cell.source.split())[:70]}"
    return f"{len(old.cells)} cells committed, {len(new.cells)} run"


# A drawing in a notebook's file: SVG in an image's address, or PNG.
_DRAWN = re.compile(r'data:image/svg\+xml;base64,[A-Za-z0-9+/=]+|(?<="image/png": ")[^"]+')


def as_text(notebook: NotebookNode) -> str:
    """The notebook as the text of its file, one trailing newline."""
    return str(nbformat.writes(notebook, version=4)).rstrip("\n") + "\n"
