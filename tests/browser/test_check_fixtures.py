"""The browser checks find every planted fault of bad.html and none in good.html."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

HERE = Path(__file__).resolve().parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
LISTS = ("axe", "requests", "sideways", "keyboard", "tree", "html", "standin")

PLANTED = [
    ("axe", "color-contrast"),
    ("axe", "image-alt"),
    ("axe", "html-has-lang"),
    ("requests", "request (image): https://pictures.invalid/remote.png"),
    ("requests", "offline: request (image)"),
    ("requests", "console: "),
    ("sideways", "page is "),
    ("sideways", "sticks out: <div.wide>"),
    ("sideways", "cut off: <div.cut>"),
    ("sideways", "details open: sticks out: <p>"),
    ("keyboard", "first stop is not the skip link"),
    ("keyboard", "no visible focus indicator: <a.bare>"),
    ("keyboard", "out of DOM order"),
    ("keyboard", "Enter does not open: <summary>"),
    ("tree", "has no accessible name"),
    ("tree", "is named after its file: figure.png"),
    ("tree", "has no name (caption)"),
    ("tree", "has no column header"),
    ("tree", "2 h1 headings instead of one"),
    ("tree", "heading level skipped: h3"),
    ("tree", "html has no lang"),
    ("html", "no-dup-id: "),
    ("html", "wcag/h37: "),
    ("html", "th without scope"),
    ("html", "id used twice"),
    ("html", "script element"),
    ("html", "on* attribute"),
    ("html", "javascript: link"),
    ("html", "remote address loaded: <img>"),
    ("html", "no meta Content-Security-Policy"),
    ("standin", "stand-in for a missing image description"),
]


def missing_tool() -> str | None:
    """Say what is not installed, or None if the checks can run."""
    if shutil.which("node") is None:
        return "node is not installed"
    if not (HERE / "node_modules" / "playwright-core").is_dir():
        return "tests/browser/node_modules is missing: run npm ci there"
    asked = os.environ.get("CHROMIUM")
    names = (asked,) if asked else CHROMIUM_NAMES
    if not any(shutil.which(name) for name in names):
        return f"no Chromium found (looked for: {', '.join(names)})"
    return None


@pytest.fixture(scope="module")
def pages() -> dict[str, dict[str, Any]]:
    """Run check.mjs once on the made-up pages."""
    reason = missing_tool()
    if reason:
        pytest.skip(reason)
    command = ["node", str(HERE / "check.mjs"), str(HERE / "fixtures")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["chromium"]
    found: dict[str, dict[str, Any]] = report["pages"]
    assert sorted(found) == ["bad.html", "good.html"]
    return found


@pytest.mark.parametrize("key", LISTS)
def test_good_page_has_no_problem(pages: dict[str, dict[str, Any]], key: str) -> None:
    """A page without faults is reported without faults."""
    assert pages["good.html"][key] == []


@pytest.mark.parametrize(("key", "fault"), PLANTED)
def test_bad_page_fault_is_found(pages: dict[str, dict[str, Any]], key: str, fault: str) -> None:
    """Each planted fault is reported under its key."""
    assert any(fault in problem for problem in pages["bad.html"][key])


def test_no_key_is_left_out_and_none_broke_down(pages: dict[str, dict[str, Any]]) -> None:
    """Every key is there, has a planted fault, and no check failed to run."""
    assert {key for key, _ in PLANTED} == set(LISTS)
    for name, page in pages.items():
        assert set(page) == {*LISTS, "bytes"}
        assert page["bytes"] == (HERE / "fixtures" / name).stat().st_size
        assert not any("check failed" in problem for key in LISTS for problem in page[key])
