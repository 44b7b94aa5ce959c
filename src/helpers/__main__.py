"""`python -m helpers …`: what make calls, and what works without make."""

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def main() -> int:
    """Read the command line and do one thing. Returns the exit status: 2, after a line that says
    why, for what the command was given or found that it cannot use."""
    parser = argparse.ArgumentParser(prog="python -m helpers", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("report", help="run the notebooks, write data/processed and reports")
    commands.add_parser("refresh", help="run the notebooks and keep their new outputs")
    commands.add_parser("test", help="unit tests, data tests, nbval over every notebook")
    commands.add_parser("check", help="style, types and the slow tests")
    commands.add_parser("lab", help="JupyterLab on the notebooks, where it is installed")
    sources = commands.add_parser("check-sources", help="check every row against the source texts")
    sources.add_argument("folder", metavar="DIR")
    official = commands.add_parser("official", help="compile data/raw/official from a folder of "
                                   "the published files")
    official.add_argument("folder", metavar="DIR")
    one = commands.add_parser("authority", help="the page of one authority in England")
    one.add_argument("name", metavar="AUTHORITY")
    commands.add_parser("authorities", help="the pages of all authorities in England")
    reading = commands.add_parser("read-report", help="an Ofsted report's grades as rows to add")
    reading.add_argument("file", type=Path, metavar="FILE.pdf")
    reading.add_argument("--authority", default="",
                         help="whose report it must be, if not the authority of study.toml")
    several = commands.add_parser("read-reports", help="a folder of Ofsted's reports as a table "
                                  "in data/raw/official, and where other tables differ")
    several.add_argument("folder", metavar="DIR")
    several.add_argument("published", nargs="?", default="", metavar="PUBLISHED",
                         help="a folder of the published files, to compare as well")
    chosen = vars(parser.parse_args())
    command = chosen.pop("command")
    # A notebook's own errors are told by the run: any other ValueError there is the program's.
    told = (OSError,) if command in ("report", "refresh") else (OSError, ValueError)
    try:
        if command in ("check-sources", "official") and not chosen["folder"]:
            raise ValueError(f"name a folder: make {command} DIR=…")
        return COMMANDS[command](**chosen)
    except told as error:
        if isinstance(error, OSError) and error.filename:
            error = OSError(f"{error.filename}: {error.strerror}")
        print(error, file=sys.stderr)
        return 2


def report() -> int:
    """Run every notebook and write data/processed and the pages."""
    from helpers.run import build

    return build.build()


def refresh() -> int:
    """Run the notebooks in place and keep their new outputs."""
    from helpers.run import build

    return build.build(keep_outputs=True)


def test() -> int:
    """Unit and data tests, and nbval over every notebook with its committed outputs."""
    return _call("pytest", "-n", "2", "--dist", "loadfile", "--nbval", "notebooks", "tests",
                 "-m", "not slow")


def check() -> int:
    """Style, types and the slow tests."""
    steps = [["ruff", "check"], ["mypy"],
             ["pytest", "-n", "2", "--dist", "loadfile", "tests", "-m", "slow", "-rs"]]
    return max(_call(*step) for step in steps)


def lab() -> int:
    """JupyterLab on the notebooks; it must be installed where this runs."""
    return _call("jupyterlab", "notebooks")


def _call(*module: str) -> int:
    """Run a module in the project's folder, wherever this was called."""
    from helpers import store

    return subprocess.call([sys.executable, "-m", *module], cwd=store.root())


def check_sources(folder: str) -> int:
    """Check every row of data/raw against the texts in a folder; 1 if any fails."""
    from helpers import evidence

    failures, remarks, checked = evidence.check_sources(Path(_whole(folder)))
    for line in remarks + failures:
        print(line)
    print(f"{checked} rows checked, {checked - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


def authority(name: str) -> int:
    """Write the page of one authority."""
    from helpers.pages import authorities
    from helpers.tables import files

    found = authorities.find(name, authorities.codes(files.read_table("authority_inspections")))
    path = authorities.page(found)
    print(f"open {path}")
    if not (path.parents[1] / "index.html").is_file():
        print("its links lead to the pages that make report writes", file=sys.stderr)
    return 0


def authorities() -> int:
    """Write the pages of all authorities and their index; 1, with their names, if any failed.

    Pages of an earlier run stay where the new ones failed."""
    from helpers import store
    from helpers.pages import authorities
    from helpers.tables import files

    names = list(authorities.known(files.read_table("authority_inspections")))
    failed = authorities.write_all(names)
    for name, problem in failed.items():
        print(f"{name}: {problem}", file=sys.stderr)
    left = " and are as they were" if failed else ""
    print(f"{len(names) - len(failed)} of {len(names)} pages written, {len(failed)} failed{left}; "
          f"open {store.root() / authorities.PAGES / 'index.html'}")
    return 1 if failed else 0


def _whole(folder: str) -> str:
    """A folder's whole path. Raises FileNotFoundError if it is no folder."""
    if not Path(folder).is_dir():
        raise FileNotFoundError(f"no folder {folder}")
    return str(Path(folder).resolve())


def compile_official(folder: str) -> int:
    """Compile data/raw/official from a folder of the published files."""
    from helpers.ingest import official

    written = official.write(Path(_whole(folder)))
    print("\n".join(f"data/raw/official/{name}.csv" for name in written) or "nothing changed")
    return 0


def read_report(file: Path, authority: str) -> int:
    """Print a report's grades as rows to add by hand.

    Raises ValueError, and prints no rows, if it is not understood."""
    from helpers import record
    from helpers.ingest import read_report

    file.stat()  # raises what is said of a file that is not there
    try:
        print(read_report.describe(read_report.read(file, authority or record.studied_name())))
    except ValueError as error:
        raise ValueError(f"{file} is not read: {error}") from error
    return 0


def read_reports(folder: str, published: str) -> int:
    """Read a folder of reports, write what they print and where tables differ, print counts."""
    from helpers.ingest import differences

    other = Path(_whole(published)) if published else None
    print(differences.write(Path(_whole(folder)), other))
    return 0


COMMANDS: dict[str, Callable[..., int]] = {
    "report": report, "refresh": refresh, "test": test, "check": check, "lab": lab,
    "check-sources": check_sources, "official": compile_official,
    "authority": authority, "authorities": authorities, "read-report": read_report,
    "read-reports": read_reports}

if __name__ == "__main__":
    sys.exit(main())
