"""`python -m helpers …`: what make calls, and what works without make."""

import argparse
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Read the command line and do one thing. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m helpers", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("report", help="run the notebooks, write data/processed and reports")
    commands.add_parser("refresh", help="run the notebooks and keep their new outputs")
    commands.add_parser("test", help="unit tests, data tests, nbval over every notebook")
    commands.add_parser("check", help="style, types and the slow tests")
    commands.add_parser("lab", help="JupyterLab on the notebooks (in .venv-lab)")
    commands.add_parser("pdf", help="the front page as a PDF, where a Chromium is found")
    commands.add_parser("dist", help="one archive for deposit, in dist/")
    sources = commands.add_parser("check-sources", help="check every row against the source texts")
    sources.add_argument("folder", type=Path, metavar="DIR")
    official = commands.add_parser("official", help="compile data/raw/official from a folder of "
                                   "the published files")
    official.add_argument("folder", type=Path, metavar="DIR")
    one = commands.add_parser("authority", help="the page of one authority in England")
    one.add_argument("name", metavar="AUTHORITY")
    every = commands.add_parser("authorities", help="the pages of all authorities in England")
    every.add_argument("--jobs", type=int, default=2, help="processes at once (2)")
    for command in (one, every):
        command.add_argument("--from", dest="folder", default="", metavar="DIR",
                             help="a folder of the published files, for the statistics")
    reading = commands.add_parser("read-report", help="an Ofsted report's grades as rows to add")
    reading.add_argument("file", type=Path, metavar="FILE.pdf")
    reading.add_argument("--authority", default="Liverpool", help="whose report it must be")
    chosen = parser.parse_args()
    if chosen.command == "authority":
        return authority(chosen.name, chosen.folder)
    if chosen.command == "authorities":
        return authorities(chosen.folder, chosen.jobs)
    if chosen.command == "official":
        return compile_official(chosen.folder)
    if chosen.command == "check-sources":
        return check_sources(chosen.folder)
    if chosen.command == "read-report":
        return read_report(chosen.file, chosen.authority)
    return {"report": report, "refresh": refresh, "test": test, "check": check, "lab": lab,
            "pdf": pdf, "dist": dist}[chosen.command]()


def report() -> int:
    """Run every notebook and write the pages, unless nothing changed."""
    from helpers import build  # each command imports what it needs: some of it is slow

    return build.build()


def refresh() -> int:
    """Run the notebooks in place and keep their new outputs."""
    from helpers import build

    return build.build(keep_outputs=True)


def pdf() -> int:
    """Write reports/summary.pdf from the front page; 2 if there is no page or no browser."""
    from helpers import pdf, store

    folder = store.root() / "reports"
    if not (folder / "index.html").is_file():
        print("reports/index.html is not there: make report first", file=sys.stderr)
        return 2
    try:
        print(f"open {pdf.write(folder / 'index.html', folder / 'summary.pdf')}")
    except (FileNotFoundError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def dist() -> int:
    """Write the archive for deposit; 2 if the pages or the checksums are not current."""
    from helpers import archive

    try:
        print(archive.write())
    except (FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def test() -> int:
    """Unit and data tests, and nbval over every notebook with its committed outputs."""
    pytest = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile"]
    first = subprocess.call([*pytest, "tests", "-m", "not slow"])
    second = subprocess.call([*pytest, "--nbval", "notebooks"])
    return first or second


def check() -> int:
    """Style, types and the slow tests."""
    steps = [["ruff", "check", "src", "tests"], ["mypy"],
             ["pytest", "tests", "-m", "slow", "-rs"]]
    return max(subprocess.call([sys.executable, "-m", *step]) for step in steps)


def lab() -> int:
    """JupyterLab on the notebooks; it must be installed where this runs."""
    return subprocess.call([sys.executable, "-m", "jupyterlab", "notebooks"])


def check_sources(folder: Path) -> int:
    """Check every row of data/raw against the texts in a folder; 1 if any fails."""
    from helpers import evidence

    try:
        failures, remarks, checked = evidence.check_sources(folder)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    for line in remarks + failures:
        print(line)
    print(f"{checked} rows checked, {checked - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


def authority(name: str, folder: str) -> int:
    """Write the page of one authority; 2 if there is none of this name or its statistics cannot
    be read."""
    from helpers import authorities, files

    try:
        found = authorities.find(name, authorities.known(files.read_table("authority_inspections")))
        path = authorities.page(found, _whole(folder))
    except (LookupError, FileNotFoundError, ValueError) as error:
        print(error.args[-1] if isinstance(error, LookupError) else error, file=sys.stderr)
        return 2
    print(f"open {path}")
    if not (path.parents[1] / "index.html").is_file():
        print("its links lead to the pages that make report writes", file=sys.stderr)
    return 0


def authorities(folder: str, jobs: int) -> int:
    """Write the pages of all authorities and their index; 1, with their names, if any failed."""
    from helpers import authorities, files, store

    names = list(authorities.known(files.read_table("authority_inspections")))
    try:
        failed = authorities.write_all(names, _whole(folder), jobs)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    for name, problem in failed.items():
        print(f"{name}: {problem}", file=sys.stderr)
    print(f"{len(names) - len(failed)} of {len(names)} pages written, {len(failed)} failed; "
          f"open {store.root() / authorities.PAGES / 'index.html'}")
    return 1 if failed else 0


def _whole(folder: str) -> str:
    """A folder's whole path, since a notebook runs in a folder of its own; '' stays ''.

    Raises FileNotFoundError if it is no folder."""
    if folder and not Path(folder).is_dir():
        raise FileNotFoundError(f"no folder {folder}")
    return str(Path(folder).resolve()) if folder else ""


def compile_official(folder: Path) -> int:
    """Compile the official tables from a folder of the published files; 2 if it cannot be read."""
    from helpers import official

    try:
        written = official.write(folder)
    except (FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(f"data/raw/official/{name}.csv" for name in written) or "nothing changed")
    return 0


def read_report(file: Path, authority: str) -> int:
    """Print a report's grades as rows to add by hand; 2, and no rows, if it is not understood."""
    from helpers import read_report

    try:
        print(read_report.describe(read_report.read(file, authority)))
    except (OSError, ValueError) as error:
        print(f"{file} is not read: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
