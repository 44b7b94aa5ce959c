"""Checks of one page in a headless browser. Each returns what is wrong, as sentences: none, fine.

What is measured inside the page is JavaScript, kept short here; everything else is Python.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import html5lib
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa",
                   "best-practice"], "resultTypes": ["violations"], "preload": False}
OPEN = "() => document.querySelectorAll('details').forEach(details => { details.open = true; })"
DRAWN = """() => new Promise(
    done => requestAnimationFrame(() => requestAnimationFrame(done)))"""
# What sticks out of the window, or is wider than a box that hides the rest or scrolls unmarked.
SIDEWAYS = """() => {
    const root = document.scrollingElement, marked = ".scroll[role=region][tabindex='0']";
    const found = root.scrollWidth > root.clientWidth ? ['the page scrolls sideways'] : [];
    for (const e of document.body.querySelectorAll('*')) {
        const box = e.getBoundingClientRect(), inside = e.parentElement.closest(marked);
        if (inside || box.width <= 1 || e.closest("svg, details:not([open]) > :not(summary)") ||
            !e.checkVisibility({visibilityProperty: true})) continue;
        const hides = getComputedStyle(e).overflowX !== 'visible' && !e.matches(marked);
        if (box.right > root.clientWidth + 0.5)
            found.push('sticks out: ' + e.outerHTML.slice(0, 80));
        if (hides && e.scrollWidth > e.clientWidth + 1)
            found.push('cut off: ' + e.outerHTML.slice(0, 80));
    }
    return found; }"""
# Where Tab should stop, in the order of the document; and from now on, where it does.
STOPS = """() => {
    const label = e => e.outerHTML.slice(0, 80), clear = /^rgba.*, 0\\)$/;
    const look = e => { const s = getComputedStyle(e); return s.outlineStyle === 'none' ||
        s.outlineWidth === '0px' || clear.test(s.outlineColor) ? 'none' : s.outline; };
    const stops = [...document.querySelectorAll("a[href], summary, [tabindex]")].filter(
        e => e.checkVisibility({visibilityProperty: true}) && !(e.tabIndex < 0));
    const before = new Map(stops.map(e => [e, look(e)]));
    window.reached = [];
    document.addEventListener('focusin', ({target}) => {
        const now = look(target), was = before.get(target) ?? now;
        const {x, y, width, height} = target.getBoundingClientRect();
        window.reached.push({label: label(target), skip: target.matches("a[href='#main']") &&
            target.contains(document.elementFromPoint(x + width / 2, y + height / 2)),
            ring: now !== 'none' && now !== was}); });
    return stops.map(label); }"""


@contextmanager
def opened(browser: Browser, path: Path, **options: Any) -> Iterator[Page]:
    """A page in a context of its own, loaded wide and light, that fetches nothing but files."""
    options = {"viewport": WIDE, "color_scheme": "light", "reduced_motion": "reduce"} | options
    with browser.new_context(**options) as context:
        context.route(re.compile("^(https?|ftp):", re.I), lambda route: route.abort())
        page = context.new_page()
        page.goto(path.resolve().as_uri())
        yield page


def axe(browser: Browser, path: Path) -> list[str]:
    """What axe finds with all details open, at two widths, and of contrast in the dark as well, where
    nothing but colours changes."""
    found: dict[str, list[str]] = {}
    for viewport in (WIDE, NARROW):
        with opened(browser, path, bypass_csp=True, viewport=viewport) as page:
            page.evaluate(OPEN)
            page.evaluate(AXE_SCRIPT)
            for scheme, rules in (("light", AXE["runOnly"]), ("dark", ["color-contrast"])):
                page.emulate_media(color_scheme=scheme)
                options = AXE | {"runOnly": rules}
                for problem in page.evaluate("options => axe.run(options)", options)["violations"]:
                    first = f"{problem['id']}: {problem['help']}: {problem['nodes'][0]['target']}"
                    found.setdefault(first, []).append(f"{viewport['width']} {scheme}")
    return [f"{problem} ({', '.join(looks)})" for problem, looks in found.items()]


def requests(browser: Browser, path: Path) -> list[str]:
    """Whatever is fetched beside the page itself, and every error that the browser reports."""
    found: list[str] = []
    with opened(browser, path) as page:
        page.on("request", lambda r: re.match("data:", r.url) or r.url == page.url
                or found.append(f"request ({r.resource_type}): {r.url[:200]}"))
        page.on("console", lambda message: message.type == "error"
                and found.append(message.text[:200]))
        page.reload()
        page.evaluate(OPEN)
        for scheme, media in (("dark", "screen"), ("light", "print")):
            page.emulate_media(color_scheme=scheme, media=media)
            page.evaluate(DRAWN)
        page.set_viewport_size(NARROW)
        page.evaluate(DRAWN)
    return found


def sideways(browser: Browser, path: Path) -> list[str]:
    """What sticks out or is cut off on a telephone, with details as they are and all open."""
    with opened(browser, path, viewport=NARROW) as page:
        as_is = page.evaluate(SIDEWAYS)
        page.evaluate(OPEN)
        return as_is + [f"details open: {problem}" for problem in page.evaluate(SIDEWAYS)
                        if problem not in as_is]


def keyboard(browser: Browser, path: Path) -> list[str]:
    """Tab from the top: a skip link, then all that can be used, in order, each seen to have focus."""
    with opened(browser, path) as page:
        wanted = page.evaluate(STOPS)
        for _ in range(len(wanted) + 1):  # held down: half as many messages
            page.keyboard.down("Tab")
        page.keyboard.up("Tab")
        reached = page.evaluate("window.reached")
    found = [f"no visible focus: {stop['label']}" for stop in reached if not stop["ring"]]
    if not reached or not reached[0]["skip"]:
        found.append(f"no skip link is seen first, but {reached[:1]}")
    # one more Tab leaves the page, or begins again at its top
    found += [f"Tab does not reach {want} but {stop['label']}" for want, stop
              in zip([*wanted, *wanted[:1]], reached, strict=False) if want != stop["label"]]
    return found + [f"Tab never reaches {want}" for want in wanted[len(reached):]]


def tree(browser: Browser, path: Path) -> list[str]:
    """What assistive technology is told of tables, details open; of pictures axe knows."""
    with opened(browser, path) as page:
        page.evaluate(OPEN)
        shown = page.locator("table:visible").count()
        named = page.get_by_role("table", name=re.compile(r"\S")).count()
        bare = page.get_by_role("table").filter(has_not=page.get_by_role("columnheader")).count()
    return [f"{shown} tables shown, {named} with a name"] * (named != shown) + [
        f"{bare} tables without a column header"] * (bare > 0)


PHRASES = set("a abbr b cite code em h1 h2 h3 h4 h5 h6 i kbd p small span strong sub sup".split())
BLOCKS = set("address article aside blockquote details div dl figure footer h1 h2 h3 h4 h5 h6 "
             "header hr main nav ol p pre section table ul".split())


def markup(browser: Browser, path: Path) -> list[str]:
    """Parse errors of HTML 5 (tags unclosed or misplaced), and the house's rules for its source."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(path.read_text(encoding="utf-8"))
    found = [f"line {line}: {code} {about}" for (line, _), code, about in parser.errors]
    every = [e for e in root.iter() if isinstance(e.tag, str)]
    ids = Counter(e.get("id") for e in every if e.get("id"))
    found += [f"id used twice: {name}" for name, times in ids.items() if times > 1]
    for e in every:
        found += [f"{what}: <{e.tag}> {str(e.attrib)[:80]}" for what in rules_broken(e, set(ids))]
    policy = [e.get("content", "") for e in root.iterfind("head/meta[@http-equiv]")]
    if not any("default-src 'none'" in p and "script-src" not in p for p in policy):
        found.append("no Content-Security-Policy that forbids scripts")
    if (titles := len(root.findall(".//h1"))) != 1:
        found.append(f"{titles} h1 headings instead of one")
    return found


def rules_broken(e: Any, ids: set[str]) -> Iterator[str]:
    """The rules that an element breaks by itself; ids: those of its page."""
    if e.tag == "script" or any(re.match("on", str(name), re.I) for name in e.attrib):
        yield "script"
    if e.tag == "th" and not e.get("scope"):
        yield "th without scope"
    wanted = [e.get("href", "")[1:]] if e.get("href", "").startswith("#") else []
    for name in ("aria-labelledby", "aria-describedby", "for", "headers"):
        wanted += e.get(name, "").split()
    if not set(wanted) <= ids:
        yield "leads nowhere"
    if e.tag in PHRASES and any(child.tag in BLOCKS for child in e.iter() if child is not e):
        yield "a block inside a phrase"


CHECKS: dict[str, Callable[[Browser, Path], list[str]]] = {
    check.__name__: check for check in (axe, requests, sideways, keyboard, tree, markup)}
