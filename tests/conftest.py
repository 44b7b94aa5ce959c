"""Places that the tests use."""

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from nbformat import NotebookNode
from playwright.sync_api import Browser, sync_playwright

import saltmere
from helpers import store
from helpers.pages import export
from helpers.pages import notebook as notebook_files
from helpers.run import assemble, build, execute
from helpers.tables import files

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def words_of(drawn: Figure | Axes) -> str:
    """Everything written on a chart, its legends included, or on a part of one."""
    return " ".join(text.get_text() for text in drawn.findobj(Text)).replace("\n", " ")


def cells(path: Path, kind: str) -> list[NotebookNode]:
    """The cells of a notebook, of a kind."""
    return [cell for cell in notebook_files.read(path).cells if cell.cell_type == kind]


def outputs(path: Path) -> list[Mapping[str, str]]:
    """What a notebook's cells show."""
    return [output.get("data", {}) for cell in cells(path, "code") for output in cell.outputs]


def shown(path: Path, kind: str) -> list[str]:
    """What a notebook's cells show, of a kind."""
    return [data[kind] for data in outputs(path) if kind in data]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever needs a whole run is slow: nbval runs every notebook without it."""
    for item in items:
        if "made" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def source_texts() -> Path:
    """The folder of source texts, where it is there."""
    if not (SHARED / "sources").is_dir():
        pytest.skip("../shared/sources is not on this machine: the source texts are not published")
    return SHARED / "sources"


@pytest.fixture(scope="session")
def published() -> Path:
    """The folder of the published files, where it is there."""
    if not (SHARED / "official").is_dir():
        pytest.skip("../shared/official is not on this machine: the files are not redistributed")
    return SHARED / "official"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium with a fresh profile, where one is."""
    names = ("chromium", "chromium-browser", "google-chrome")
    command = next(filter(None, map(shutil.which, names)), None)
    if not command:
        pytest.skip("no Chromium was found")
    with sync_playwright() as playwright, playwright.chromium.launch(
            executable_path=command, args=FLAGS) as found:
        yield found


@pytest.fixture(scope="session")
def made(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which a run was made, once for all tests: its pages, its tables, and
    in notebooks the outputs with the drawings of the pages."""
    base = tmp_path_factory.getbasetemp()
    project = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "made"
    with FileLock(f"{project}.lock"):  # another worker may want it too
        if not (project / "whole").exists():
            store.copy_files(root, project, build.READ)
            notebooks = execute.run_all(project)
            for name, notebook in notebooks.items():
                store.replace_file(project / f"notebooks/{name}.ipynb",
                                   notebook_files.as_text(notebook))
            with contextlib.chdir(project):
                export.write_pages(notebooks, project)
            (project / "whole").touch()
    return project


@pytest.fixture(scope="session")
def pages(made: Path) -> Path:
    """The folder of that run's pages."""
    return made / "reports"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's data that a test may spoil."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copy(ROOT / "study.toml", tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def tidied() -> dict[str, pd.DataFrame]:
    """The tidy tables that the project's raw ones give."""
    return assemble.tidy(ROOT)


@pytest.fixture(scope="session")
def miniature(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up town's project, with the tidy tables written."""
    project = tmp_path_factory.mktemp("miniature")
    saltmere.write(project, root)
    return project


@pytest.fixture
def tidy(miniature: Path) -> dict[str, pd.DataFrame]:
    """The made-up town's tidy tables, by name."""
    return {path.stem: files.read_table(path.stem, miniature)
            for path in (miniature / "data/processed").glob("*.csv")}
