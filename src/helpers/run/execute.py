"""Run the notebooks: 01 first, then at once all those that read only its tables."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

from helpers import store
from helpers.pages import notebook as notebook_files

Notebooks = dict[str, NotebookNode]


def stages(folder: Path) -> list[list[Path]]:
    """The notebooks of a folder in the order in which they depend on each other; within a stage
    the largest first, since it is likely to take longest."""
    notebooks = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    first = [path for path in notebooks if path.name.startswith("01_")]
    others = sorted((path for path in notebooks if path not in first),
                    key=lambda path: path.stat().st_size, reverse=True)
    return [stage for stage in (first, others) if stage]


def run_all(project: Path | None = None, say: Callable[[str], None] = print) -> Notebooks:
    """Run every notebook and return them all with their outputs, by stem. Nothing is written but
    what the notebooks write themselves.

    Raises nbclient's CellExecutionError, after naming the notebook, if a cell fails.
    """
    base = project or store.root()
    done: Notebooks = {}
    for stage in stages(base / "notebooks"):
        done |= asyncio.run(_run_stage(stage, say))
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
        notebook = notebook_files.read(path)
        manager = AsyncKernelManager(kernel_name="python3")
        if os.name != "nt":  # on TCP, kernels that start together now and then collide
            manager.transport = "ipc"
            manager.connection_file = str(sockets / f"{path.stem[:12]}.json")
        client = NotebookClient(notebook, km=manager, timeout=600, record_timing=False,
                                coalesce_streams=True,
                                resources={"metadata": {"path": str(path.parent)}})
        try:
            await client.async_execute(
                env={**os.environ, "PYTHONHASHSEED": "0", "MPLBACKEND": "agg",
                     "STUDY_DRAWINGS": "1"})
        except Exception:
            print(f"{path.name} failed", file=sys.stderr)
            raise
        finally:  # nbclient leaves a manager that it was given running
            if manager.has_kernel:
                await manager.shutdown_kernel(now=True)
        say(f"  {path.stem:<14} {time.perf_counter() - start:5.1f} s")
        return path.stem, notebook_files.tidy(notebook)
