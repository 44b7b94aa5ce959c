"""Set up a virtual environment from its lock files, once: `python src/helpers/environment.py`.

Standard library only, because it runs before anything is installed. With uv where it is
found, with pip otherwise; both check the hashes.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = {"report": (".venv", ["requirements.txt"]),
                "lab": (".venv-lab", ["requirements.txt", "requirements-lab.txt"])}


def python_of(folder: Path) -> Path:
    """The interpreter of a virtual environment, on Windows too."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def set_up(name: str, root: Path = ROOT) -> Path:
    """Make the environment `report` or `lab` if it is not there or a lock file changed.

    Returns its interpreter. Raises SystemExit with a plain message if Python is too old or an
    installer fails.
    """
    folder, locks = root / ENVIRONMENTS[name][0], [root / lock for lock in ENVIRONMENTS[name][1]]
    python, stamp = python_of(folder), folder / "ready"
    wanted = hashlib.sha256(b"".join(
        path.read_bytes() for path in [*locks, root / "pyproject.toml"])).hexdigest()
    if python.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    if sys.version_info < (3, 11):  # noqa: UP036  (whoever runs this has not installed it)
        raise SystemExit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}")
    uv = shutil.which("uv")
    print(f"setting up {folder.name} from {' and '.join(path.name for path in locks)} with "
          f"{'uv' if uv else 'pip'} …", flush=True)
    try:
        venv.create(folder, with_pip=not uv, clear=True)
    except (subprocess.CalledProcessError, OSError) as error:
        raise SystemExit(f"no virtual environment could be made ({error}); on Debian and Ubuntu: "
                         "apt-get install python3-venv") from None
    install = ([uv, "pip", "install", "--quiet", "--compile-bytecode", "--python",
                str(python)] if uv
               else [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
    steps = [[*install, "--require-hashes", *(f"--requirement={lock}" for lock in locks)],
             [*install, "--no-deps", "--no-build-isolation", "-e", str(root)]]
    for step in steps:
        if subprocess.run(step, cwd=root).returncode:
            raise SystemExit(f"failed: {' '.join(step)}")
    stamp.write_text(wanted, encoding="utf-8")
    return python


if __name__ == "__main__":
    set_up(sys.argv[1] if len(sys.argv) > 1 else "report")
