"""The pages in a real headless browser, and on paper."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdfium2 import PdfDocument

from helpers import record, text
from helpers.charts import style
from page_checks import CHECKS, NARROW, WIDE, opened

pytestmark = pytest.mark.slow
FIXTURES = Path(__file__).parent / "fixtures"
PLANTED = {
    "axe": ["color-contrast", "image-alt", "svg-img-alt", "html-has-lang", "heading-order"],
    "requests": ["request (image): https://pictures.invalid/remote.png", "Failed to load resource"],
    "sideways": ["the page scrolls", 'sticks out: <div class="wide"', 'cut off: <div class="cut"',
                 "details open: sticks out: <p"],
    "keyboard": ["no skip link is seen first", 'no visible focus: <a class="bare"',
                 'Tab does not reach <a class="bare"'],
    "tree": ["1 tables shown, 0 with a name", "1 tables without a column header"],
    "markup": ["expected-one-end-tag", "unexpected-end-tag", "duplicate-attribute", "id used twice",
               "script: <script>", "script: <p>", "th without scope",
               "leads nowhere: <p>", "a block inside a phrase: <em>", "no Content-Security-Policy",
               "2 h1 headings"]}
# Faults that only one look, or one way of use, shows: what to change in good.html.
HIDDEN = [("axe", "--ink: #eee", "--ink: #222", "color-contrast.*1280 dark, 390 dark"),
          ("axe", "a { color", "@media (width < 400px) { p { color: #999; } } a { color",
           r"color-contrast.*\(390 light"),
          ("axe", "<p>By hand", '<p style="color: #999">By hand', "color-contrast"),
          ("requests", ".scroll {", "@media print { h1 { background: url(print.png); } } .scroll {",
           "request .*print.png"),
          ("requests", "--ink: #eee", "--ink: #eee; background: url(dark.png)", "dark.png"),
          ("sideways", "<h1>A made-up", "<h1>" + "A" * 99, "scrolls sideways"),
          ("sideways", 'role="region" tabindex="0"', "", "cut off: <div"),
          ("keyboard", ".skip:focus { left: 1rem", ".skip:focus { left: -9rem", "no skip link"),
          ("keyboard", "<p>Two", "<p contenteditable>Two", "Tab does not reach"),
          ("keyboard", "outline: 3px solid", "outline: 0 solid", "no visible focus: <summary"),
          ("tree", "<table>", '<table role="presentation">', "1 tables shown, 0"),
          ("markup", 'id="main"', 'id="elsewhere"', "leads nowhere: <a>"),
          ("markup", "default-src 'none'", "default-src 'none'; script-src *", "Security-Policy")]


@pytest.mark.parametrize("check", CHECKS)
def test_a_browser_finds_nothing_wrong(browser: Browser, pages: Path, check: str) -> None:
    found = {path.name: CHECKS[check](browser, path) for path in pages.glob("*.html")}
    assert len(found) > 8
    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.parametrize("check", CHECKS)
def test_the_check_can_fail(browser: Browser, check: str) -> None:
    """Every fault planted in bad.html is found, and none in good.html."""
    found = CHECKS[check](browser, FIXTURES / "bad.html")
    assert [fault for fault in PLANTED[check] if not any(fault in p for p in found)] == [], found
    assert CHECKS[check](browser, FIXTURES / "good.html") == []


@pytest.mark.parametrize(("check", "old", "new", "fault"), HIDDEN)
def test_a_fault_that_hides_is_found(browser: Browser, tmp_path: Path, check: str, old: str,
                                     new: str, fault: str) -> None:
    good = (FIXTURES / "good.html").read_text(encoding="utf-8")
    assert old in good
    (tmp_path / "page.html").write_text(good.replace(old, new), encoding="utf-8")
    assert re.search(fault, "\n".join(CHECKS[check](browser, tmp_path / "page.html")))


@pytest.mark.parametrize("viewport", [NARROW, WIDE])
def test_letters_of_charts_are_read_without_a_glass(browser: Browser, pages: Path,
                                                    viewport: dict[str, int]) -> None:
    """The smallest are eleven pixels or more; a chart's common ones no larger than the text."""
    seen = 0
    for path in pages.glob("*.html"):
        with opened(browser, path, viewport=viewport) as page:
            for scale in page.locator("figure svg[role=img]:visible").evaluate_all(
                    "all => all.map(e => e.clientWidth / e.viewBox.baseVal.width)"):
                assert scale * style.SMALLEST >= 10.95, path.name
                assert scale * style.STYLE["font.size"] <= 17, path.name
                seen += 1
    assert seen > 8


def test_the_first_screen_answers(browser: Browser, pages: Path) -> None:
    """On a phone the finding, three sentences and the grid of grades need no scrolling."""
    with opened(browser, pages / "index.html", viewport=NARROW) as page:
        bottom = page.locator("figure").first.evaluate("e => e.getBoundingClientRect().bottom")
    assert bottom <= NARROW["height"]


def test_the_front_page_on_paper(browser: Browser, pages: Path, tmp_path: Path) -> None:
    """Printed by the browser, it is two sheets, with its words."""
    with opened(browser, pages / "index.html") as page:
        page.pdf(path=tmp_path / "a.pdf")
    with PdfDocument(tmp_path / "a.pdf") as paper:
        words = " ".join(sheet.get_textpage().get_text_bounded() for sheet in paper)
        assert len(paper) <= 2 and text.spoken_date(record.read().reaches) in words
