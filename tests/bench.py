"""Time the pipeline side by side with other ways of running the same notebooks: `make bench`.

Everything is done in a copy of the project, in turn, round after round, so that a busy machine
burdens all alike; ratios are to the floor: one plain process that runs the notebooks' code and
draws their charts. Peak memory is of all processes together, shared pages counted once.
Writes docs/benchmarks.md.
"""

import argparse
import importlib.metadata
import importlib.util
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
FLOOR = """
import json, pathlib, sys
from helpers.run import assemble
from helpers.analysis import claims
from helpers.pages import authorities
from helpers.pages import display
from helpers.tables import clean
from helpers.tables import files
display.display = lambda *args, **more: None
found = sorted(pathlib.Path('.').glob('[0-9][0-9]_*.ipynb'))
for path in [*[p for p in found if p.name[:2] == '01'], *[p for p in found if p.name[:2] > '01'],
             *[p for p in found if p.name[:2] == '00']]:
    space = {}
    for cell in json.loads(path.read_text(encoding='utf-8'))['cells']:
        if cell['cell_type'] == 'code':
            exec(compile(''.join(cell['source']), path.stem, 'exec'), space)
"""


def copied(folder: Path) -> Path:
    """A copy of the project without what it makes or hides."""
    return Path(shutil.copytree(ROOT, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(
        ".*", "reports", "__pycache__")))


def timed(command: list[str], folder: Path) -> tuple[float, float]:
    """Seconds and peak memory in MB of a command and its children."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(
        [str(folder.parents[0] / "src" if folder.name == "notebooks" else folder / "src"),
         os.environ.get("PYTHONPATH", "")]), "PYTHONHASHSEED": "0", "MPLBACKEND": "agg"}
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
    peak, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            try:
                own = psutil.Process(process.pid)
                total = sum(_memory(p) for p in [own, *own.children(recursive=True)])
                peak[0] = max(peak[0], total)
            except psutil.Error:
                continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(command)[:200]}\n{errors.decode()[-2000:]}")
    return seconds, peak[0] / 1e6


def _memory(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss)
    except (psutil.Error, AttributeError):
        return 0.0


def rounds(number: int) -> dict[str, list[tuple[float, float]]]:
    """Every way, in turn, as often as asked: seconds and MB."""
    found: dict[str, list[tuple[float, float]]] = {}
    python, report = sys.executable, [sys.executable, "-m", "helpers", "report"]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = copied(Path(name) / "study")
        notebooks = sorted((folder / "notebooks").glob("[0-9][0-9]_*.ipynb"))
        order = [*notebooks[1:2], *notebooks[2:], notebooks[0]]

        def note(what: str, *runs: tuple[float, float]) -> None:
            found.setdefault(what, []).append((sum(r[0] for r in runs), max(r[1] for r in runs)))

        for _ in range(number):
            note("floor: one plain process", timed([python, "-c", FLOOR], folder / "notebooks"))
            note("make report", timed(report, folder))
            note("jupyter nbconvert --execute, one after another",
                 *[timed([python, "-m", "nbconvert", "--to", "html", "--execute", "--output-dir",
                          str(folder / "pages"), path.name], folder / "notebooks")
                   for path in order])
            if importlib.util.find_spec("papermill"):
                note("papermill, one after another, no pages",
                     *[timed([python, "-m", "papermill", path.name,
                              str(folder / f"{path.stem}-out.ipynb")], folder / "notebooks")
                       for path in order])
    return found


def breakdown() -> list[str]:
    """Where the time of a run goes, measured apart in fresh processes, once each."""
    steps = {
        "start Python": "pass",
        "import pandas": "import pandas",
        "import what the notebooks import": "from helpers.analysis import claims, recovery, series; "
            "from helpers.pages import display",
        "and what only the data notebook does": "from helpers.run import assemble",
        "tidy every table (the data notebook’s work)":
            "from helpers.run import assemble; assemble.tidy()",
        "import what runs and exports":
            "from helpers.run import execute; from helpers.pages import export; import nbclient"}
    return [f"| {name} | {timed([sys.executable, '-c', code], ROOT)[0]:.2f} |"
            for name, code in steps.items()]


MANY = """
import sys
names = list(authorities.known(files.read_table("authority_inspections")))[:int(sys.argv[1])]
failed = authorities.write_all(names, "", 2)
sys.exit(bool(failed))
"""


def authorities() -> list[str]:
    """The cost of one, ten and all authority pages."""
    lines = []
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = copied(Path(name) / "study")
        timed([sys.executable, "-m", "helpers", "report"], folder)
        for number in (1, 10, 1000):
            shutil.rmtree(folder / "reports" / "authorities", ignore_errors=True)
            seconds, peak = timed([sys.executable, "-c", MANY, str(number)], folder)
            pages = len(list((folder / "reports" / "authorities").glob("*.html"))) - 1  # the index
            lines.append(f"| {pages} | {seconds:.1f} | {seconds / pages:.2f} | {peak:.0f} |")
    return lines


def page(found: dict[str, list[tuple[float, float]]], number: int, more: list[str]) -> str:
    """docs/benchmarks.md."""
    floor = statistics.median(s for s, _ in found["floor: one plain process"])
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in (
        "pandas", "matplotlib", "nbclient", "nbconvert", "ipykernel"))
    lines = ["# Benchmarks", "", "Written by `make bench`; measured, not promised. Machines like "
             "this one are shared and noisy: read the ratios, taken in the same rounds.", "",
             f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
             f"{os.cpu_count()} cores; {versions}. {number} rounds; medians.", "",
             "| what | seconds | to the floor | peak MB |", "| --- | ---: | ---: | ---: |"]
    for name, runs in found.items():
        seconds = statistics.median(s for s, _ in runs)
        lines.append(f"| {name} | {seconds:.1f} | {seconds / floor:.2f} | "
                     f"{max(m for _, m in runs):.0f} |")
    return "\n".join([*lines, "", *more]) + "\n"


BOUND = """## What bounds it

The tables have to be tidied before anything can be drawn; then, with two cores, the other pages
run two at a time, and each kernel starts Python and imports the same libraries again: that is most
of the distance to half the floor. Nothing is kept between runs: a run takes seconds. Kernels forked
from a process that has imported everything would save more; they are left out, since they do not
exist on every system and a kernel that dies then takes its neighbours' state with it.

## Beyond one machine

Authority pages do not depend on each other. They are made by `joblib.Parallel`, whose backend can
be a cluster's (Dask, Ray and others register one) without a change to the code. Each worker reads
the tidy tables once and keeps them, so the cost is the cost of a page times their number, over
the workers: divide the last table's seconds a page by as many workers as there are, and multiply
by the pages wanted. What is sent to a worker is a name, and what comes back is whether it failed;
pages are written where they belong, so a shared folder or one that is collected afterwards is all
the fan-out needs.
"""


def main() -> int:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-authorities", action="store_true")
    chosen = parser.parse_args()
    found = rounds(chosen.rounds)
    more = ["## Where the time goes", "", "| step, in a process of its own | seconds |",
            "| --- | ---: |", *breakdown(), ""]
    if not chosen.without_authorities:
        more += ["## Authority pages", "", "| pages | seconds | seconds a page | peak MB |",
                 "| ---: | ---: | ---: | ---: |", *authorities(), ""]
    (ROOT / "docs" / "benchmarks.md").write_text(page(found, chosen.rounds, [*more, BOUND]).replace(
        "\n\n\n", "\n\n"), encoding="utf-8")
    print((ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
