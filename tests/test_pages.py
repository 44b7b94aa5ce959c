"""The pages in a real headless browser, as text, and on paper."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers import pdf, report, run

pytestmark = pytest.mark.slow
CHECKS = Path(__file__).parent / "browser"


@pytest.fixture(scope="module")
def pages(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the pages of the committed notebooks."""
    project = tmp_path_factory.mktemp("project")
    notebooks = {p.stem: run.read(p) for p in sorted((root / "notebooks").glob("*.ipynb"))}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        report.write_pages(notebooks, project)
    yield project / "reports"


@pytest.fixture(scope="module")
def seen(pages: Path, browser_checks: Path) -> dict[str, dict[str, Any]]:
    """What the browser found wrong, by page and kind."""
    done = subprocess.run(["node", "check.mjs", str(pages)], cwd=browser_checks, text=True,
                          capture_output=True, timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)["pages"]
    assert set(found) == {p.name for p in pages.glob("*.html")}
    return found


@pytest.mark.parametrize("kind", ["axe", "requests", "sideways", "keyboard", "tree", "html",
                                  "standin"])
def test_a_browser_finds_nothing_wrong(seen: dict[str, dict[str, Any]], kind: str) -> None:
    assert {name: page[kind] for name, page in seen.items() if page[kind]} == {}


def test_pages_are_small(seen: dict[str, dict[str, Any]]) -> None:
    assert {name: page["bytes"] for name, page in seen.items()
            if page["bytes"] >= 1_000_000} == {}


def test_the_front_page_reads_as_plain_text(pages: Path) -> None:
    """Every number of the front page's prose and tables stands in its plain text."""
    w3m = shutil.which("w3m")
    if not w3m:
        pytest.skip("w3m is not on this machine: apt-get install w3m")
    page = pages / "index.html"
    text = subprocess.run([w3m, "-dump", "-T", "text/html", "-cols", "72", str(page)],
                          capture_output=True, text=True, check=True).stdout
    html = re.sub(r"<details class=\"code\">.*?</details>", "", page.read_text(encoding="utf-8"),
                  flags=re.DOTALL)
    body = html[html.index("<main"):html.index("</main>")]
    words = re.sub(r"<[^>]+>", " ", body)
    numbers = set(re.findall(r"\d[\d,.]*\d|\d", words))
    assert len(numbers) > 15
    assert sorted(n for n in numbers if n not in text) == []
    alt = re.search(r'<img alt="([^"]+)"', body)
    assert alt
    assert "inadequate from 25 May 2023" in alt[1]


def test_the_front_page_on_paper(pages: Path, tmp_path: Path) -> None:
    """Tagged, A4, the same bytes twice, every number there."""
    try:
        pdf.chromium()
    except FileNotFoundError as error:
        pytest.skip(str(error))
    first = pdf.write(pages / "index.html", tmp_path / "a.pdf").read_bytes()
    elsewhere = Path(shutil.copytree(pages, tmp_path / "a longer (and stranger) folder’s name"))
    assert first == pdf.write(elsewhere / "index.html", tmp_path / "b.pdf").read_bytes()
    assert b"file:" not in first
    links = {link.decode().split("#")[0] for link in re.findall(rb"/URI \(([^)]+)\)", first)
             if b"//" not in link}
    assert links
    assert all((pages / link).is_file() for link in links)
    places = re.findall(rb"(\d{10}) \d{5} n", first[first.rindex(b"xref\n0 "):])
    assert all(re.match(rb"\d+ 0 obj", first[int(place):]) for place in places)
    assert b"/MarkInfo" in first
    assert b"/StructTreeRoot" in first
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not on this machine: apt-get install poppler-utils")
    info = subprocess.run(["pdfinfo", tmp_path / "a.pdf"], capture_output=True, text=True,
                          check=True).stdout
    assert "(A4)" in info
    text = subprocess.run(["pdftotext", "-layout", tmp_path / "a.pdf", "-"], capture_output=True,
                          text=True, check=True).stdout
    for words in ("18 July 2014", "25 May 2023", "859.9", "10.1", "18 June 2026"):
        assert words in text
    assert re.search(r"1\s*/\s*\d", text)


def test_without_a_browser_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CHROMIUM", raising=False)
    with pytest.raises(FileNotFoundError, match="install one"):
        pdf.chromium()
