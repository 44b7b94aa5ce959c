"""Pins: hashed, without addresses, the same everywhere."""


import re
import subprocess
from pathlib import Path

import pytest

PIN = re.compile(r"^([A-Za-z0-9-]+)==([^ ;\\]+)", re.MULTILINE)


def pins(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in PIN.findall(path.read_text(encoding="utf-8")):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize(("name", "least"),
                         [("requirements.txt", 60), ("requirements-lab.txt", 20)])
def test_every_pin_is_hashed(root: Path, name: str, least: int) -> None:
    text = (root / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z])", text.strip())
    assert len(entries) > least
    assert all("--hash=sha256:" in entry for entry in entries)


def test_no_file_names_where_packages_come_from(root: Path) -> None:
    """No address of a package registry or index in any file that is, or would be, committed."""
    hosts = re.compile("|".join(["py" + "pi\\.", "python" + "hosted", "npm" + "js\\.",
                                 "deb\\." + "debian", "--index" + "-url", "--find" + "-links"]))
    listed = subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True)
    made = (".venv", ".venv-lab", ".run", "reports", ".git")
    paths = [root / name for name in listed.stdout.split()] or [
        path for path in root.rglob("*") if path.relative_to(root).parts[0] not in made
        and not path.relative_to(root).parts[0].endswith("_cache")]  # an archive without history
    for path in paths:
        if path.is_file() and "__pycache__" not in path.parts:
            assert not hosts.search(path.read_text(encoding="utf-8", errors="replace")), path


def test_the_conda_file_has_the_locked_versions(root: Path) -> None:
    locked = pins(root / "requirements-lab.txt")
    for name, versions in pins(root / "requirements.txt").items():
        assert name not in locked or locked[name] == versions, name
        locked.setdefault(name, versions)
    lines = (root / "environment.yml").read_text(encoding="utf-8").splitlines()
    asked = [line.strip(" -") for line in lines if "==" in line]
    assert len(asked) > 10
    for line in asked:
        name, version = line.split("==")
        assert version in locked[name], line
    assert "      - -e ." in lines
    for needed in ("pandas", "matplotlib", "seaborn", "jupyterlab", "nbval"):
        assert any(line.startswith(f"{needed}==") for line in asked)
