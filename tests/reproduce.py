"""`make reproduce`: two whole runs, in two folders, time zones and locales, compared byte for byte.

Prints the SHA-256 of every file that the runs write; exits with 1 if any differs.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from helpers import store
from helpers.run import build

ROOT = Path(__file__).resolve().parents[1]
PLACES = [{"TZ": "Asia/Kathmandu", "LC_ALL": "C", "LANG": "C"},
          {"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "LANG": "tr_TR.UTF-8"}]


def digests(project: Path) -> dict[str, str]:
    """What a run writes, each file with its SHA-256."""
    return {path.relative_to(project).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for pattern in ("data/processed/*.csv", "reports/*.html")
            for path in sorted(project.glob(pattern))}


def run_in(project: Path, *before: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """One report in a folder, as a user would make it; before: what the command is given to."""
    return subprocess.run([*before, sys.executable, "-m", "helpers", "report"], cwd=project, text=True,
                          capture_output=True, env={**os.environ, **variables}, timeout=600)


def made_in(project: Path, place: dict[str, str]) -> dict[str, str]:
    """The digests of a run in a new folder. Raises CalledProcessError if it fails."""
    store.copy_files(ROOT, project, build.READ)
    done = run_in(project, **place)
    print(done.stderr, end="", file=sys.stderr)
    done.check_returncode()
    return digests(project)


def compare(first: dict[str, str], second: dict[str, str]) -> int:
    """Print the first run's digests and what differs; 1 if anything does."""
    for name, digest in first.items():
        print(f"{digest}  {name}")
    differ = sorted({name for name, _ in first.items() ^ second.items()})
    print(f"{len(first)} files, {len(differ)} differ{': ' + ', '.join(differ) if differ else ''}")
    return 1 if differ or not first else 0


def main() -> int:
    """Run twice and compare."""
    with tempfile.TemporaryDirectory() as folder:
        return compare(*(made_in(Path(folder) / f"run {number}" / "study", place)
                         for number, place in enumerate(PLACES)))


if __name__ == "__main__":
    sys.exit(main())
