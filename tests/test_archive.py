"""The archive for deposit: whole, the same bytes twice, and enough to run the study again."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from frictionless import Package

from helpers import archive, pdf, store
from reproduce import copy_inputs, run_in

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, after a whole run."""
    project = copy_inputs(tmp_path_factory.mktemp("finished") / "study")
    for path in (path for pattern in archive.FILES for path in ROOT.glob(pattern)):
        copy = project / path.relative_to(ROOT)
        if path.is_file() and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    shutil.rmtree(project / "reports", ignore_errors=True)
    done = run_in(project)
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture(scope="module")
def made(finished: Path) -> Path:
    """Its archive."""
    return archive.write(finished)


@pytest.fixture
def unpacked(made: Path, tmp_path: Path) -> Path:
    """The archive's one folder."""
    with zipfile.ZipFile(made) as packed:
        packed.extractall(tmp_path)
    folder, = tmp_path.iterdir()
    assert folder.name == made.stem
    return folder


def test_it_is_the_same_bytes_twice(made: Path, finished: Path, tmp_path: Path) -> None:
    """In another folder, with other times and rights, and with files that do not belong."""
    other = Path(shutil.copytree(finished, tmp_path / "elsewhere"))
    shutil.rmtree(other / "dist")
    for path in other.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    for name in ("data/raw/notes.txt", "reports/.x.html.part", "notebooks/scratch.ipynb"):
        (other / name).write_text("x", encoding="utf-8")
    assert archive.write(other).read_bytes() == made.read_bytes()


def test_it_is_whole_and_its_checksums_are_right(unpacked: Path) -> None:
    listed = dict(reversed(line.split("  ", 1)) for line in  # type: ignore[misc]
                  (unpacked / archive.LIST).read_text(encoding="utf-8").splitlines())
    there = {p.relative_to(unpacked).as_posix(): p for p in unpacked.rglob("*") if p.is_file()}
    assert listed.keys() == there.keys() - {archive.LIST}
    for name, digest in listed.items():
        assert hashlib.sha256(there[name].read_bytes()).hexdigest() == digest, name
    tracked = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard"],
                             capture_output=True, text=True).stdout.split()
    for name in tracked or there:
        if name.startswith(("data/", "notebooks/", "src/", "docs/")) and (ROOT / name).is_file():
            assert name in there
    for name in ("README.md", "LICENSE", "CITATION.cff", "CHANGELOG.md", "reports/index.html"):
        assert name in there
    for notebook in (unpacked / "notebooks").glob("*.ipynb"):
        assert f"reports/{notebook.stem}.html".replace("00_summary", "index") in there
    try:
        pdf.chromium()
        assert "reports/summary.pdf" in there
    except FileNotFoundError:
        assert "reports/summary.pdf" not in there


def test_its_package_is_valid(unpacked: Path) -> None:
    assert Package(str(unpacked / "data/datapackage.json")).validate().valid


def test_the_study_can_be_run_from_it(unpacked: Path, finished: Path) -> None:
    """With its own helpers, not those installed here."""
    before = {name: digest for name, digest in store.outputs(finished).items()
              if not name.startswith(store.RUN)}
    for name in before:
        (unpacked / name).unlink()
    done = run_in(unpacked, PYTHONPATH=str(unpacked / "src"))
    assert done.returncode == 0, done.stderr
    assert {name: digest for name, digest in store.outputs(unpacked).items()
            if name in before} == before


def refused(project: Path) -> str:
    done = subprocess.run([sys.executable, "-m", "helpers", "dist"], cwd=project, text=True,
                          capture_output=True)
    assert done.returncode == 2
    assert not (project / "dist").exists()
    return done.stderr


@pytest.mark.parametrize("name,old,new,expected", [
    ("reports/index.html", "inadequate", "good", "make report"),
    ("data/raw/events.csv", "in post", "in place", "make report"),
    ("data/datapackage.json", '"bytes": 1', '"bytes": 2', "data/datapackage.json: make refresh"),
    ("data/processed/areas.csv-metadata.json", "areas.csv", "area.csv", "make refresh"),
    ("notebooks/02_grades.ipynb", "Requires improvement in 2014", "Good in 2014",
     "02_grades.ipynb: make refresh")])
def test_it_is_not_made_of_what_is_not_current(finished: Path, tmp_path: Path, name: str, old: str,
                                               new: str, expected: str) -> None:
    project = Path(shutil.copytree(finished, tmp_path / "study",
                                   ignore=shutil.ignore_patterns("dist")))
    text = (project / name).read_text(encoding="utf-8")
    assert old in text
    (project / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert expected in refused(project)
