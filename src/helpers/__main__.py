"""`python -m helpers …`: what make calls, and what works without make."""

import argparse
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from helpers import store


def main() -> int:
    """Read the command line and do one thing. Returns the exit status: 2, after a line that says
    why, for what the command was given or found that it cannot use."""
    parser = argparse.ArgumentParser(prog="python -m helpers", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    added = {name: commands.add_parser(name, help=words) for name, (_, words) in COMMANDS.items()}
    for name in ("check-sources", "official", "read-reports"):
        added[name].add_argument("folder", metavar="DIR")
    added["authority"].add_argument("name", metavar="AUTHORITY")
    added["read-report"].add_argument("file", type=Path, metavar="FILE.pdf")
    added["read-reports"].add_argument("published", metavar="PUBLISHED",
                                       help="a folder of the published files, to compare")
    chosen = vars(parser.parse_args())
    command = chosen.pop("command")
    # A notebook's own errors are told by the run: any other ValueError there is the program's.
    told = (OSError,) if command in ("report", "refresh") else (OSError, ValueError)
    try:
        return COMMANDS[command][0](**chosen)
    except told as error:
        if isinstance(error, OSError) and error.filename:
            error = OSError(f"{error.filename}: {error.strerror}")
        print(error, file=sys.stderr)
        return 2


def _build(keep_outputs: bool) -> int:
    from helpers.run import build

    return build.build(keep_outputs=keep_outputs)


def _call(*steps: list[str]) -> int:
    """Run modules one after the other in the project's folder, wherever this was called."""
    return max(subprocess.call([sys.executable, "-m", *step], cwd=store.root()) for step in steps)


def check_sources(folder: str) -> int:
    """Check every row of data/raw against the texts in a folder; 1 if any fails."""
    from helpers import evidence

    failures, remarks, checked = evidence.check_sources(_whole(folder))
    for line in remarks + failures:
        print(line)
    print(f"{checked} rows checked, {checked - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


def _whole(folder: str) -> Path:
    """A folder's whole path. Raises FileNotFoundError if it is no folder, or none is named."""
    if not folder or not Path(folder).is_dir():
        raise FileNotFoundError(f"no folder {folder or 'is named: make … DIR=…'}")
    return Path(folder).resolve()


def compile_official(folder: str) -> int:
    """Compile data/raw/official from a folder of the published files."""
    from helpers.ingest import official

    written = official.write(_whole(folder))
    print("\n".join(f"data/raw/official/{name}.csv" for name in written) or "nothing changed")
    return 0


def authority(name: str) -> int:
    """Write the page of one authority."""
    from helpers.pages import authorities
    from helpers.tables import files

    found = authorities.find(name, authorities.codes(files.read_table("authority_inspections")))
    print(f"open {authorities.write_page(found)}")
    return 0


def authorities() -> int:
    """Write the pages of all authorities and their index; 1, with their names, if any failed.

    Pages of an earlier run stay where the new ones failed."""
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


def read_report(file: Path) -> int:
    """Print the grades of a report on the authority studied as rows to add by hand.

    Raises ValueError, and prints no rows, if it is not understood."""
    from helpers import record
    from helpers.ingest import read_report

    file.stat()  # raises what is said of a file that is not there
    try:
        print(read_report.describe(read_report.read(file, record.studied_name())))
    except ValueError as error:
        raise ValueError(f"{file} is not read: {error}") from error
    return 0


def read_reports(folder: str, published: str) -> int:
    """Read a folder of reports, write what they print and where tables differ, print counts."""
    from helpers.ingest import differences

    print(differences.write(_whole(folder), _whole(published)))
    return 0


PYTEST = ["pytest", "-n", "2", "--dist", "loadfile"]
COMMANDS: dict[str, tuple[Callable[..., int], str]] = {
    "report": (partial(_build, keep_outputs=False),
               "run the notebooks, write data/processed and reports"),
    "refresh": (partial(_build, keep_outputs=True), "run the notebooks and keep their new outputs"),
    "test": (partial(_call, [*PYTEST, "--nbval", "notebooks", "tests", "-m", "not slow"]),
             "unit tests, data tests, nbval over every notebook"),
    "check": (partial(_call, ["ruff", "check"], ["mypy"], [*PYTEST, "tests", "-m", "slow", "-rs"]),
              "style, types and the slow tests"),
    "lab": (partial(_call, ["jupyterlab", "notebooks"]),
            "JupyterLab on the notebooks, where it is installed"),
    "check-sources": (check_sources, "check every row against the source texts"),
    "official": (compile_official, "compile data/raw/official from a folder of the published files"),
    "authority": (authority, "the page of one authority in England"),
    "authorities": (authorities, "the pages of all authorities in England"),
    "read-report": (read_report, "an Ofsted report's grades as rows to add"),
    "read-reports": (read_reports, "a folder of Ofsted's reports as a table in data/raw/official, "
                     "and where other tables differ")}

if __name__ == "__main__":
    sys.exit(main())
