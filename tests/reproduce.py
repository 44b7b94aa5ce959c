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


def main() -> int:
    """Run twice and compare."""
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for number, place in enumerate(PLACES):
            project = Path(folder) / f"run {number}" / "study"
            store.copy_files(ROOT, project, build.READ)
            done = run_in(project, **place)
            if done.returncode:
                print(done.stderr, file=sys.stderr)
                return 1
            results.append(digests(project))
    first, second = results
    for name, digest in first.items():
        print(f"{digest}  {name}")
    differ = sorted({name for name, _ in first.items() ^ second.items()})
    print(f"{len(first)} files, {len(differ)} differ{': ' + ', '.join(differ) if differ else ''}")
    return 1 if differ or not first else 0


if __name__ == "__main__":
    sys.exit(main())
