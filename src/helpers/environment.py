"""Set up the virtual environment from the lock files: `python src/helpers/environment.py`.

`report` is what the report needs; `test` and `lab` add to it, in the same .venv. Standard library
only, because it runs before anything is installed. With uv where it is found, with pip otherwise;
both check the hashes.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = {"report": "requirements.txt", "test": "requirements-test.txt",
         "lab": "requirements-lab.txt"}


def python_of(folder: Path) -> Path:
    """The interpreter of a virtual environment, on Windows too."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def set_up(name: str, root: Path = ROOT) -> None:
    """Install `report`, `test` or `lab`, and what it adds to, unless its lock file is installed.

    Raises SystemExit with a plain message if Python is too old or an installer fails."""
    folder = root / ".venv"
    python, lock, stamp = python_of(folder), root / LOCKS[name], folder / f"ready-{name}"
    if name != "report":
        set_up("report", root)
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if python.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    if sys.version_info < (3, 11):  # noqa: UP036  (whoever runs this has not installed it)
        raise SystemExit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}")
    uv = shutil.which("uv")
    print(f"setting up .venv from {lock.name} with {'uv' if uv else 'pip'} …", flush=True)
    if name == "report":
        _create(folder, root, with_pip=not uv)
    # compiled files of what a run never loads weigh 100 MB
    step = [uv, "pip", "install", "--quiet", "--python", str(python)] if uv else [
        str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    step += ["--no-deps", "--require-hashes", f"--requirement={lock}"]
    if subprocess.run(step, cwd=root).returncode:
        raise SystemExit(f"failed: {' '.join(step)}")
    stamp.write_text(wanted, encoding="utf-8")


def _create(folder: Path, root: Path, with_pip: bool) -> None:
    """Make the environment anew, with the helpers on its path."""
    try:
        venv.create(folder, with_pip=with_pip, clear=True)
    except (subprocess.CalledProcessError, OSError) as error:
        raise SystemExit(f"no virtual environment could be made ({error}); on Debian and Ubuntu: "
                         "apt-get install python3-venv") from None
    packages = next(folder.rglob("site-packages"))
    path = os.path.relpath(root / "src", packages)  # in plain letters, whatever the folder's name
    (packages / "helpers.pth").write_text(f"{path}\n", encoding="utf-8")


if __name__ == "__main__":
    set_up(sys.argv[1] if len(sys.argv) > 1 else "report")
