"""One whole run: notebooks, tables, pages; nothing half-written, nothing twice."""

import sys
import time
from pathlib import Path

from filelock import FileLock, Timeout

from helpers import store
from helpers.pages import notebook as notebook_files


def build(project: Path | None = None, keep_outputs: bool = False) -> int:
    """Run every notebook and write data/processed and reports; returns the exit status.

    With keep_outputs the notebooks' new outputs, the tables' checksums and metadata, the data
    dictionary and the README's findings are kept too. Does nothing if nothing changed since a
    whole run. A run that was killed left whole files and perhaps parts; the next one removes the
    parts and runs again. Only one run at a time: a second one says who runs and stops.
    """
    start = time.perf_counter()
    folder = project or store.root()
    front = folder / "reports" / "index.html"
    try:
        (folder / store.RUN).mkdir(exist_ok=True)
        with FileLock(folder / store.RUN / "lock", timeout=0):
            if not keep_outputs and store.is_current(folder):
                print(f"nothing changed since the last run; open {front}")
                return 0
            for name in store.remove_parts(folder):
                print(f"removed {name}, left by a run that did not end")
            return _build(folder, front, keep_outputs, start)
    except Timeout:
        print("another run is under way in this folder; wait for it to end", file=sys.stderr)
        return 3


def _build(folder: Path, front: Path, keep_outputs: bool, start: float) -> int:
    from nbclient.exceptions import CellExecutionError  # slow to import

    from helpers.pages import authorities, export, readme
    from helpers.run import execute
    from helpers.tables import package

    seen = store.inputs(folder)
    (folder / store.RUN / "manifest.json").unlink(missing_ok=True)
    print("running the notebooks", flush=True)
    try:
        notebooks = execute.run_all(folder, say=lambda line: print(line, flush=True))
    except CellExecutionError as error:
        print(f"{error.ename}: {error.evalue}\nno page was written", file=sys.stderr)
        return 1
    for stale in (folder / store.RUN).glob("*.ipynb"):
        if stale.stem not in notebooks:
            stale.unlink()
    for name, notebook in notebooks.items():
        text = notebook_files.committed(notebook)
        path = folder / "notebooks" / f"{name}.ipynb"
        if keep_outputs and store.replace_file(path, text):
            print(f"  notebooks/{name}.ipynb changed")
    if keep_outputs:
        package.write(folder)
        readme.write(notebooks["00_summary"], folder)
        if (folder / authorities.NOTEBOOK).is_file() and authorities.refresh(folder):
            print(f"  {authorities.NOTEBOOK} changed")
    export.write_pages(notebooks, folder)
    store.record_run(folder, seen)
    print(f"done in {time.perf_counter() - start:.1f} s; open {front}")
    return 0
