"""The environment: pins hashed and without addresses, each part with what it needs, set up once."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from helpers import environment

PIN = re.compile(r"^([A-Za-z0-9-]+)==([^ ;\\]+)", re.MULTILINE)


def pins(path: Path) -> dict[str, set[str]]:
    """Each library's versions: more than one where they differ between Pythons."""
    found = PIN.findall(path.read_text(encoding="utf-8"))
    return {name: {version for other, version in found if other == name} for name, _ in found}


def asked(root: Path) -> dict[str, list[str]]:
    """The names that pyproject.toml asks for, for the report, the tests and JupyterLab."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    parts = {"report": project["dependencies"], **project["optional-dependencies"]}
    return {part: [re.split(r"[<>=]", line)[0] for line in lines] for part, lines in parts.items()}


@pytest.mark.parametrize("name", environment.LOCKS)
def test_every_pin_is_hashed_and_nothing_asked_for_is_left_out(root: Path, name: str) -> None:
    path = root / environment.LOCKS[name]
    entries = re.split(r"\n(?=[A-Za-z])", path.read_text(encoding="utf-8").strip())
    assert len(entries) > 30
    assert all("--hash=sha256:" in entry for entry in entries)
    report = pins(root / environment.LOCKS["report"])
    assert set(asked(root)[name]) <= {*pins(path), *report}
    assert all(report.get(one, versions) == versions for one, versions in pins(path).items())


def test_the_report_s_environment_holds_nothing_of_the_tests(root: Path) -> None:
    assert not set(asked(root)["test"] + asked(root)["lab"]) & {
        *pins(root / environment.LOCKS["report"])}


def test_no_library_is_slow_to_load_where_jupyterlab_is_installed(root: Path) -> None:
    """Newer jsonschema brings this grammar along: a second in every process."""
    assert not any("rfc3987-syntax" in pins(root / lock) for lock in environment.LOCKS.values())


def test_no_file_names_where_packages_come_from(root: Path) -> None:
    """No address of a package registry or index in any file that is, or would be, committed."""
    hosts = re.compile("|".join(["py" + "pi\\.", "python" + "hosted", "npm" + "js\\.",
                                 "deb\\." + "debian", "--index" + "-url", "--find" + "-links"]))
    listed = subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True)
    made = re.compile(r"(\.venv|\.run|reports|\.git|[^/]*_cache)/|.*__pycache__/")
    names = listed.stdout.split() or [  # an archive without history
        path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    assert [name for name in names if not made.match(name) and (root / name).is_file()
            and hosts.search((root / name).read_text(encoding="utf-8", errors="replace"))] == []


def test_the_conda_file_asks_for_the_same(root: Path) -> None:
    """Every library of the report, the tests and JupyterLab as locked; not what checks style."""
    text = (root / "environment.yml").read_text(encoding="utf-8")
    listed = dict(re.findall(r"- ([a-z0-9_-]+)==(\S+)", text))
    wanted = {name for names in asked(root).values() for name in names} - {"mypy", "ruff"}
    assert set(listed) == wanted
    locked = {name: version for lock in environment.LOCKS.values()
              for name, version in pins(root / lock).items()}
    assert not [name for name, version in listed.items() if version not in locked[name]]
    assert re.findall(r"- python=(\S+)", text) == ["3.11"] and "      - -e .\n" in text


def test_it_is_set_up_once_and_in_its_order(tmp_path: Path,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    installed, status = [], [0]

    def create(folder: Path, **_: object) -> None:
        environment.shutil.rmtree(folder, ignore_errors=True)
        (folder / "lib/site-packages").mkdir(parents=True)
        environment.python_of(folder).parent.mkdir()
        environment.python_of(folder).touch()

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        assert "--require-hashes" in command
        installed.append(Path(command[-1].removeprefix("--requirement=")).name)
        return subprocess.CompletedProcess(command, status[0])

    monkeypatch.setattr(environment.venv, "create", create)
    monkeypatch.setattr(environment.subprocess, "run", run)
    for lock in environment.LOCKS.values():
        (tmp_path / lock).write_text("one==1\n")

    def set_up(name: str) -> list[str]:
        installed.clear()
        environment.set_up(name, tmp_path)
        return list(installed)

    assert set_up("test") == ["requirements.txt", "requirements-test.txt"]
    assert set_up("test") == set_up("report") == []
    found = next(tmp_path.rglob("helpers.pth"))
    assert (found.parent / found.read_text().strip()).resolve() == tmp_path / "src"
    (tmp_path / "requirements.txt").write_text("one==2\n")
    assert set_up("test") == ["requirements.txt", "requirements-test.txt"]
    status[0] = 1
    with pytest.raises(SystemExit, match=r"^failed: .*requirements-lab\.txt$"):
        set_up("lab")
    status[0] = 0
    assert set_up("lab") == ["requirements-lab.txt"]
