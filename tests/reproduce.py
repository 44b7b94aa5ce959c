"""`make reproduce`: two whole runs, in two folders, time zones and locales, compared byte for byte.

Prints the SHA-256 of every file that the runs write; exits with 1 if any differs.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACES = [{"TZ": "Asia/Kathmandu", "LC_ALL": "C", "LANG": "C"},
          {"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "LANG": "tr_TR.UTF-8"}]


def copy_inputs(target: Path) -> Path:
    """A copy of what a run reads, and of nothing that it writes."""
    for name in ("data/raw", "data/schema.toml", "notebooks", "study.toml"):
        source, place = ROOT / name, target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, place, ignore=shutil.ignore_patterns(".*"))
        else:
            shutil.copy(source, place)
    return target


def digests(project: Path) -> dict[str, str]:
    """What a run writes, each file with its SHA-256."""
    return {path.relative_to(project).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for pattern in ("data/processed/*.csv", "reports/*.html")
            for path in sorted(project.glob(pattern))}


def run_in(project: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """One report in a folder, as a user would make it."""
    return subprocess.run([sys.executable, "-m", "helpers", "report"], cwd=project, text=True,
                          capture_output=True, env={**os.environ, **variables}, timeout=600)


def main() -> int:
    """Run twice and compare."""
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for number, place in enumerate(PLACES):
            project = copy_inputs(Path(folder) / f"run {number}" / "study")
            done = run_in(project, **place)
            if done.returncode:
                print(done.stderr, file=sys.stderr)
                return 1
            results.append(digests(project))
    first, second = results
    for name, digest in sorted(first.items()):
        print(f"{digest}  {name}")
    differ = sorted(name for name in first.keys() | second.keys()
                    if first.get(name) != second.get(name))
    print(f"{len(first)} files, {len(differ)} differ{': ' + ', '.join(differ) if differ else ''}")
    return 1 if differ or not first else 0


if __name__ == "__main__":
    sys.exit(main())
