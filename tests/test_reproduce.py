"""`make reproduce` finds two runs the same."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def test_two_runs_elsewhere_give_the_same_bytes() -> None:
    done = subprocess.run([sys.executable, str(Path(__file__).parent / "reproduce.py")],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 differ" in done.stdout
