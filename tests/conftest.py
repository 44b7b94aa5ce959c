"""Places that the tests use."""

import shutil
from pathlib import Path

import pytest

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


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's data that a test may spoil."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path
