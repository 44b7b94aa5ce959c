"""`make mutate` finds that every change is noticed; by itself, since it takes minutes."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def test_every_mutation_of_the_tables_is_noticed(source_texts: Path) -> None:
    done = subprocess.run([sys.executable, Path(__file__).parent / "mutate.py"],
                          capture_output=True, text=True)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
