"""Whole runs: told what is wrong, never half-written, one at a time, nothing twice."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from helpers import store
from reproduce import copy_inputs, run_in

KILLS = 3  # moments at which a run is killed here; twenty were tried by hand


def digests(project: Path) -> dict[str, str]:
    return {name: digest for name, digest in store.outputs(project).items()
            if not name.startswith(store.RUN)}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project after a whole run; copied by whoever changes it."""
    project = copy_inputs(tmp_path_factory.mktemp("finished") / "study")
    done = run_in(project)
    assert done.returncode == 0, done.stderr
    assert "open " in done.stdout.splitlines()[-1]
    return project


@pytest.fixture
def project(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished project."""
    return Path(shutil.copytree(finished, tmp_path / "study"))


def spoil(project: Path, old: str, new: str) -> None:
    path = project / "data/raw/figures.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.slow
def test_a_second_run_says_that_nothing_changed(project: Path) -> None:
    start = time.perf_counter()
    done = run_in(project)
    assert done.returncode == 0
    assert done.stdout.startswith("nothing changed since the last run")
    assert time.perf_counter() - start < 2  # measured: 0.1 s; the machine may be busy


@pytest.mark.slow
def test_a_lost_or_altered_output_is_made_again(project: Path) -> None:
    before = digests(project)
    (project / "reports/02_grades.html").unlink()
    path = project / "data/processed/claims.csv"
    path.write_text(path.read_text(encoding="utf-8") + "x\n", encoding="utf-8")
    assert run_in(project).returncode == 0
    assert digests(project) == before


@pytest.mark.slow
def test_bad_input_stops_the_run_and_changes_nothing(project: Path) -> None:
    before = digests(project)
    spoil(project, '"4,277"', '"4,27O"')
    done = run_in(project)
    assert done.returncode == 1
    assert "data/raw/figures.csv, row 2, column as_printed: found '4,27O'" in done.stderr
    assert digests(project) == before
    assert not list(project.rglob("*.part"))


@pytest.mark.slow
def test_a_script_in_a_raw_table_is_text_on_the_pages(project: Path) -> None:
    path = project / "data/raw/inspections.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",achieving permanence,", ",<script>alert(1)</script>,"),
                    encoding="utf-8")
    assert run_in(project).returncode == 0
    pages = {p.name: p.read_text(encoding="utf-8") for p in (project / "reports").glob("*.html")}
    assert any("&lt;script&gt;alert(1)" in page for page in pages.values())
    assert not any("<script" in page for page in pages.values())


@pytest.mark.slow
def test_a_run_at_the_same_time_says_who_runs(project: Path) -> None:
    spoil(project, "around 130", "about 130")
    with FileLock(project / store.RUN / "lock"):
        done = run_in(project)
    assert done.returncode == 3
    assert "another run is under way" in done.stderr


def kill_after(project: Path, seconds: float) -> bool:
    """Start a run and kill it and its kernels; whether it was still running."""
    run = subprocess.Popen([sys.executable, "-m", "helpers", "report"], cwd=project,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           start_new_session=True)
    time.sleep(seconds)
    alive = run.poll() is None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    subprocess.run(["pkill", "-KILL", "-f", str(project)], check=False)
    return alive


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kills process groups")
def test_a_killed_run_leaves_whole_files_and_the_next_repairs(project: Path) -> None:
    old = digests(project)
    spoil(project, "around 130", "about 130")
    whole = Path(shutil.copytree(project, project.parent / "whole"))
    start = time.perf_counter()
    assert run_in(whole).returncode == 0
    span, new = time.perf_counter() - start, digests(whole)
    assert new != old
    dice = random.Random(7)
    for _ in range(KILLS):
        kill_after(project, dice.uniform(0.2, span))
        for name, digest in digests(project).items():
            assert digest in (old.get(name), new.get(name)), f"{name} is half-written"
        done = run_in(project)
        assert done.returncode == 0, done.stderr
        assert digests(project) == new
        assert not list(project.rglob("*.part"))
        (project / store.RUN / "manifest.json").unlink()
        for name in ("reports", "data/processed"):
            shutil.rmtree(project / name)
        old = {}


@pytest.mark.slow
def test_it_runs_without_a_network(project: Path) -> None:
    unshare = shutil.which("unshare")
    alone = [unshare or "", "--user", "--map-root-user", "--net"]
    if not unshare or subprocess.run([*alone, "true"], capture_output=True).returncode:
        pytest.skip("a process cannot be cut off from the network here (unshare)")
    (project / store.RUN / "manifest.json").unlink()
    before = digests(project)
    done = subprocess.run([*alone, sys.executable, "-m", "helpers", "report"], cwd=project,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert digests(project) == before


def test_a_folder_that_may_not_be_written_is_a_clear_error(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(store.tempfile, "NamedTemporaryFile", refuse)
    with pytest.raises(PermissionError, match="may not be written to"):
        store.replace_file(tmp_path / "x.csv", "a\n")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.csv"
    assert store.replace_file(path, "old\n")
    assert not store.replace_file(path, "old\n")

    def stop(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            store.replace_file(path, "new\n")
    assert path.read_text() == "old\n"
    assert list(tmp_path.iterdir()) == [path]


def test_only_a_notebook_s_own_cells_are_inputs(tmp_path: Path, root: Path) -> None:
    project = copy_inputs(tmp_path / "study")
    path = project / "notebooks/02_grades.ipynb"
    before = store.inputs(project)
    text = json.loads(path.read_text(encoding="utf-8"))
    for cell in text["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    path.write_text(json.dumps(text), encoding="utf-8")
    assert store.inputs(project) == before
    text["cells"][0]["source"] += ["x"]
    path.write_text(json.dumps(text), encoding="utf-8")
    assert store.inputs(project) != before


@pytest.mark.slow
def test_two_runs_elsewhere_give_the_same_bytes() -> None:
    done = subprocess.run([sys.executable, str(Path(__file__).parent / "reproduce.py")],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 differ" in done.stdout


@pytest.mark.slow
def test_every_mutation_of_the_tables_is_noticed(source_texts: Path) -> None:
    done = subprocess.run([sys.executable, str(Path(__file__).parent / "mutate.py"), "400"],
                          capture_output=True, text=True)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
