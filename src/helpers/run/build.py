"""One whole run: notebooks, tables, pages, which change together or not at all.

A run works on a copy of what it reads, beside the project's own files, in .run/stage-…; what it
made is moved into place when all of it is there. A run that fails or is killed has changed nothing.
"""

import contextlib
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from helpers import store
from helpers.pages import notebook as notebook_files

RUN = ".run"  # beside the project's own files and never committed
READ = ("data/raw", "data/schema.toml", "data/codebook.md", "notebooks", "study.toml")
MADE = ("data/processed", "reports")  # by every run; the rest where new outputs are kept
KEPT = (*MADE, "notebooks", "data/datapackage.json", "data/README.md", "README.md", "docs")


def build(keep_outputs: bool) -> int:
    """Run every notebook and write data/processed and reports; returns the exit status.

    With keep_outputs the notebooks' new outputs, the data package, the data dictionary and the
    README's findings are kept too. Only one run at a time: a second one says so and stops."""
    start = time.perf_counter()
    folder = store.root()
    run = folder / RUN
    run.mkdir(exist_ok=True)
    try:
        with FileLock(run / "lock", timeout=0):
            settle(folder)
            with tempfile.TemporaryDirectory(dir=run, prefix="stage-",
                                             ignore_cleanup_errors=True) as temporary:
                stage = Path(temporary)
                if not _made(stage, folder, keep_outputs):
                    return 1
                for name in KEPT if keep_outputs else MADE:
                    (run / "whole" / name).parent.mkdir(parents=True, exist_ok=True)
                    (stage / name).rename(run / "whole" / name)
                (run / "whole").rename(run / "done")
                settle(folder)
    except Timeout:
        print("another run is under way in this folder; wait for it to end", file=sys.stderr)
        return 3
    print(f"done in {time.perf_counter() - start:.1f} s; open {folder / 'reports/index.html'}")
    return 0


def _made(stage: Path, folder: Path, keep_outputs: bool) -> bool:
    """Make everything in the stage; whether every notebook ran."""
    from helpers.run import execute

    store.copy_files(folder, stage, READ)
    print("running the notebooks", flush=True)
    try:
        notebooks = execute.run_all(stage)
    except notebook_files.CellError as error:
        print(f"{error}\nnothing was changed", file=sys.stderr)
        return False
    with ProcessPoolExecutor(1, execute.processes()) as pool:  # which have the libraries loaded
        pool.submit(_write, notebooks, stage, folder, keep_outputs).result()
    return True


def _write(notebooks: dict[str, Any], stage: Path, folder: Path, keep_outputs: bool) -> None:
    """Write what follows from the notebooks into the stage."""
    from helpers.pages import authorities, export, readme
    from helpers.tables import package

    with contextlib.chdir(stage):
        export.write_pages(notebooks, stage)
        if keep_outputs:
            for name, notebook in notebooks.items():
                store.replace_file(stage / "notebooks" / f"{name}.ipynb",
                                   notebook_files.committed(notebook))
            package.write(stage)
            store.copy_files(folder, stage, ("README.md",))
            readme.write(notebooks["00_summary"], stage)
            authorities.refresh()


def settle(folder: Path) -> None:
    """Move what a whole run made into its place, also where that run was killed before it could;
    remove what else a run left. A file that somebody has changed since is not replaced."""
    run = folder / RUN
    for left in [*run.glob("stage-*"), run / "whole"]:
        shutil.rmtree(left, ignore_errors=True)
    done = run / "done"
    if not done.is_dir():
        return
    since = done.stat().st_mtime
    for path in sorted(path for path in done.rglob("*") if path.is_file()):
        place = path.relative_to(done)
        target = folder / place
        if target.is_file() and target.stat().st_mtime > since:
            continue
        if store.replace_file(target, path.read_bytes()) and place.parts[0] != "reports":
            print(f"  {place.as_posix()} changed")
    for pattern in ("data/processed/*.csv", "reports/*.html", "reports/downloads/*.*"):
        for stale in folder.glob(pattern):
            if not (done / stale.relative_to(folder)).is_file():
                stale.unlink()
    shutil.rmtree(done)
