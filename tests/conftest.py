"""Places that the tests use."""

import shutil
from pathlib import Path

import pytest

from helpers import pdf

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


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
def browser_checks() -> Path:
    """The folder of the checks that need a browser and Node, where both are there."""
    folder = ROOT / "tests" / "browser"
    try:
        pdf.chromium()
    except FileNotFoundError as error:
        pytest.skip(str(error))
    if not shutil.which("node") or not (folder / "node_modules").is_dir():
        pytest.skip("the browser checks are not installed: npm ci in tests/browser")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's data that a test may spoil."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path
