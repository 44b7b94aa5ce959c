"""Whole runs: told what is wrong, all or nothing, one at a time, the same wherever they are made."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

import reproduce
from helpers import store
from helpers.run import build
from reproduce import digests, run_in

KILLS = (1, 2, 8)  # lines of its report after which a run is killed; the last before the pages
ALONE = ["unshare", "--user", "--map-root-user", "--net"]  # runs a command without a network


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project after a whole run, without a network where a process can be cut off from it; copied
    by whoever changes it."""
    project = tmp_path_factory.mktemp("finished") / "study"
    store.copy_files(reproduce.ROOT, project, build.READ)
    offline = shutil.which("unshare") and not subprocess.run(
        [*ALONE, "true"], capture_output=True).returncode
    done = run_in(project, *(ALONE if offline else []), **reproduce.PLACES[1])
    assert done.returncode == 0, done.stderr
    assert "open " in done.stdout.splitlines()[-1]
    return project


@pytest.fixture
def project(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished project."""
    return Path(shutil.copytree(finished, tmp_path / "study"))


def spoil(project: Path, table: str, old: str, new: str) -> None:
    path = project / f"data/raw/{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.slow
def test_bad_input_and_a_run_at_the_same_time_stop_it_and_change_nothing(project: Path) -> None:
    before = digests(project)
    spoil(project, "figures", '"4,277"', '"4,27O"')
    done = run_in(project)
    assert done.returncode == 1
    assert "data/raw/figures.csv, row 2, column as_printed: found '4,27O'" in done.stderr
    with FileLock(project / build.RUN / "lock"):
        done = run_in(project)
    assert done.returncode == 3 and "another run is under way" in done.stderr
    assert digests(project) == before
    assert not list(project.rglob("*.part"))
def kill_after(project: Path, lines: int) -> None:
    """Start a run and kill it and its processes, each by its id, when it has said so many lines."""
    run = psutil.Popen([sys.executable, "-m", "helpers", "report"], cwd=project,
                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    said = [run.stdout.readline() for _ in range(lines)]
    assert said[0] == "running the notebooks\n" and all("done in" not in line for line in said)
    with contextlib.suppress(psutil.NoSuchProcess):
        for process in [run, *run.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
    run.wait()


@pytest.mark.slow
def test_a_killed_run_has_changed_nothing_and_the_next_is_whole(project: Path) -> None:
    """A script in a raw table is text on the new pages."""
    old = digests(project)
    spoil(project, "figures", "around 130", "about 130")
    spoil(project, "inspections", ",achieving permanence,", ",<script>alert(1)</script>,")
    whole = Path(shutil.copytree(project, project.parent / "whole"))
    assert run_in(whole).returncode == 0
    pages = [page.read_text(encoding="utf-8") for page in (whole / "reports").glob("*.html")]
    assert any("&lt;script&gt;alert(1)" in page for page in pages)
    assert not any("<script" in page for page in pages)
    new = digests(whole)
    assert new != old
    for lines in KILLS:
        kill_after(project, lines)
        assert digests(project) == old
    (project / "reports/02_grades.html").unlink()  # what is lost, altered or old is made again
    (project / "data/processed/claims.csv").write_text("x\n", encoding="utf-8")
    (project / "reports/07_old.html").write_text("x\n", encoding="utf-8")
    assert run_in(project).returncode == 0
    assert digests(project) == new
    assert [path.name for path in (project / build.RUN).iterdir()] == ["lock"]


def made(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        store.replace_file(folder / f"data/processed/{name}.csv", text)
        store.replace_file(folder / f"reports/{name}.html", text)


@pytest.mark.parametrize("after", range(5))
def test_a_run_killed_while_it_moves_is_brought_to_its_end(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """The next command moves the rest before it begins, and not over what was edited since."""
    made(tmp_path, a="old", b="old", gone="old")
    made(tmp_path / build.RUN / "done", a="new", b="new")
    replace, left = store.replace_file, iter(range(after))

    def stop(path: Path, content: bytes) -> bool:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return replace(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(store, "replace_file", stop)
        with contextlib.suppress(KeyboardInterrupt):
            build.settle(tmp_path)
    edited = tmp_path / "reports/b.html"
    edited.write_text("mine")
    os.utime(edited, (time.time() + 60, time.time() + 60))
    build.settle(tmp_path)
    assert {path.relative_to(tmp_path).as_posix(): path.read_text()
            for path in tmp_path.rglob("*") if path.is_file()} == {
        "data/processed/a.csv": "new", "data/processed/b.csv": "new", "reports/a.html": "new",
        "reports/b.html": "mine"}


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    for name in ("stage-1/data", "stage-2", "whole/reports"):
        made(tmp_path / build.RUN / name, a="half")
    build.settle(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.slow
def test_two_runs_elsewhere_give_the_same_bytes(
        finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = digests(finished), reproduce.made_in(tmp_path / "run 0/study", reproduce.PLACES[0])
    assert reproduce.compare(first, second) == 0
    assert reproduce.compare(first, second | {"reports/index.html": "0"}) == 1
    assert capsys.readouterr().out.endswith("1 differ: reports/index.html\n")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.csv"
    assert store.replace_file(path, "old\n")
    assert not store.replace_file(path, "old\n")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            store.replace_file(path, "new\n")
    assert path.read_text() == "old\n"
    assert list(tmp_path.iterdir()) == [path]
