"""The pages: whole, without scripts, and refusing what they would drop."""

import re
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.pages import export, frame, sources
from helpers.tables import files


@pytest.fixture(scope="module")
def texts(pages: Path) -> dict[str, str]:
    """The pages of a current run, by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in pages.glob("*.html")}


def test_there_is_a_page_for_each_notebook_and_the_sources(texts: dict[str, str], root: Path) -> None:
    stems = {path.stem for path in (root / "notebooks").glob("*.ipynb")} - {"00_summary"}
    others = {"index", "sources", "figures", "every_authority"}
    assert set(texts) == {f"{stem}.html" for stem in stems | others}


def test_pages_hold_everything_and_ask_for_nothing(texts: dict[str, str]) -> None:
    """The rest of it is page_checks.markup."""
    for name, text in texts.items():
        assert len(text.encode()) < 350_000, name
        assert not re.search(r'<link\b|<iframe|(?:src|srcset)="| style="', text), name
        assert '<html lang="en-GB">' in text, name


def test_every_link_leads_somewhere(texts: dict[str, str], pages: Path) -> None:
    places = {f"downloads/{path.name}" for path in (pages / "downloads").iterdir()} | set(texts) | {
        f"{name}#{anchor}" for name, text in texts.items()
        for anchor in re.findall(r'\sid="([^"]+)"', text)}
    for name, text in texts.items():
        links = {link if link[0] != "#" else name + link
                 for link in re.findall(r'<a [^>]*href="([^"]+)"', text)}
        assert {link for link in links - places if not link.startswith("https://")} == set(), name


def test_links_that_read_alike_lead_to_one_place(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        leads: dict[str, set[str]] = {}
        for href, label, words in re.findall(
                r'<a [^>]*?href="([^"]+)"(?: aria-label="([^"]+)")?[^>]*>(.*?)</a>', text, re.DOTALL):
            leads.setdefault(label or re.sub(r"<[^>]+>", "", words), set()).add(href)
        assert {words: to for words, to in leads.items() if len(to) > 1} == {}, name


def test_every_chart_has_its_downloads(texts: dict[str, str]) -> None:
    figures = [figure for text in texts.values()
               for figure in re.findall(r'<figure id="(figure-[0-9-]+)"', text)]
    assert len(figures) > 8
    for figure in figures:
        for kind in ("csv", "svg", "png"):
            assert f'"downloads/{figure}.{kind}"' in texts["figures.html"]


def test_text_of_the_tables_is_escaped() -> None:
    page = frame.render("figures", pages=[("x", "<script>", [('"onclick=', "")])])
    assert "<script" not in page and '"onclick' not in page


def test_nothing_else_lies_beside_the_pages(texts: dict[str, str], pages: Path) -> None:
    linked = {href for text in texts.values() for href in re.findall(r'href="downloads/([^"]+)"', text)}
    assert {path.name for path in (pages / "downloads").iterdir()} == linked


def test_what_rests_on_a_page_held_in_part_is_shown_so(root: Path,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row on the sources page; that the document's name says so is a check of the tables."""
    monkeypatch.chdir(root)
    sections = re.findall(r"<h2[^>]*>(.*?)</h2>(.*?)(?=<h2|\Z)", sources.page().body, re.DOTALL)
    assert sum(title.endswith(", read in part") for title, _ in sections) > 1
    for title, rest in sections:
        rows = (rest.count("<tr>") - rest.count("<thead>")) * title.endswith(", read in part")
        assert rest.count("(we have read only the beginning)") == rows


def test_what_a_page_cannot_show_makes_no_page() -> None:
    cells = [new_markdown_cell("# Title"), new_code_cell("1/0", outputs=[new_output("error")])]
    with pytest.raises(ValueError, match="output that the pages do not show"):
        export.read(new_notebook(cells=cells))


def test_outcomes_of_inspections_are_on_the_sources_page_and_those_of_visits_are_not() -> None:
    body = sources.page().body
    kinds = files.read_table("inspections").set_index("inspection_id")["kind"]
    assert {key for key in kinds.index if f"outcome-{key}<" in body} == {
        key for key, kind in kinds.items() if not str(kind).endswith("visit")}
