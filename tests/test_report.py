"""The pages: whole, without scripts, and refusing what they would drop."""

import html
import re
from pathlib import Path

import pytest
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

from helpers.pages import display, export
from helpers.pages import notebook as notebook_files
from helpers.tables import files


@pytest.fixture(scope="module")
def pages(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pages of the committed notebooks, by name."""
    project = tmp_path_factory.mktemp("project")
    notebooks = {p.stem: notebook_files.read(p) for p in sorted((root / "notebooks").glob("*.ipynb"))}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        export.write_pages(notebooks, project)
    return {p.name: p.read_text(encoding="utf-8") for p in (project / "reports").glob("*.html")}


def test_there_is_a_page_for_each_notebook_and_the_sources(pages: dict[str, str],
                                                           root: Path) -> None:
    stems = {p.stem for p in (root / "notebooks").glob("*.ipynb")} - {"00_summary"}
    assert set(pages) == {f"{s}.html" for s in stems} | {"index.html", "sources.html"}


def test_pages_hold_everything_and_ask_for_nothing(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        assert len(text.encode()) < 1_000_000, name
        assert not re.search(r'<script|javascript:|\son[a-z]+="|<link\b|@import|<iframe',
                             text), name
        assert not re.search(r'(?:src|srcset)="(?!data:)', text), name
        assert "default-src 'none'" in text, name
        assert text.count("<h1") == 1, name
        assert '<html lang="en-GB">' in text, name
        assert "No description has been provided" not in text, name
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), name


def test_every_link_leads_somewhere(pages: dict[str, str]) -> None:
    ids = {name: set(re.findall(r'\sid="([^"]+)"', text)) for name, text in pages.items()}
    for name, text in pages.items():
        for href in re.findall(r'href="([^"]+)"', text):
            if href.startswith(("https://", "data:")):
                continue
            target, _, anchor = href.partition("#")
            assert (target or name) in pages, (name, href)
            assert not anchor or anchor in ids[target or name], (name, href)


def test_every_chart_has_its_downloads(pages: dict[str, str]) -> None:
    text = pages["02_grades.html"]
    figures = re.findall(r'<figure id="(figure-[0-9-]+)"', text)
    assert len(figures) == 2
    for figure in figures:
        for kind in ("csv", "svg", "png"):
            assert f'download="{figure}.{kind}"' in text


def notebook(*cells: object) -> dict[str, object]:
    return {"00_summary": new_notebook(cells=list(cells))}


def test_text_of_the_tables_is_escaped(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    original = export.files.read_table

    def spoiled(name: str, folder: Path | None = None) -> object:
        table = original(name, folder)
        if name == "sources":
            table.loc[0, "title"] = "<script>alert(1)</script>"
            table.loc[0, "url"] = 'x" onclick="alert(1)'
        return table

    monkeypatch.setattr(export.files, "read_table", spoiled)
    page = export.sources_body()
    assert "<script" not in page
    assert 'onclick="' not in page


def test_what_rests_on_a_page_held_in_part_is_shown_so(pages: dict[str, str], root: Path,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    """On the sources page each document and each row says so, in the notebooks each citation."""
    monkeypatch.chdir(root)
    sources = files.read_table("sources")
    part = sources[sources["kind"] == "held in part"]
    assert len(part) > 1
    for title, rest in re.findall(r"<h2[^>]*>(.*?)</h2>(.*?)(?=<h2|\Z)", pages["sources.html"],
                                  re.DOTALL):
        name = html.unescape(title)
        if name != "Differences":
            held = name in set(part["short_name"])
            assert name.endswith(", held in part") == held
            assert rest.count("(the page is held in part)") == held * rest.count("<tr id=")
    board = files.read_table("board")
    known = board[board["source_id"].isin(part["source_id"])]
    assert len(known) and known["how_sure"].str.contains("held in part").all()
    assert all("held in part, line" in display.cite(name) for name in known["board_id"])
    for row in known.itertuples():
        assert display.place(row.source_id, row.locator) in html.unescape(pages["04_recovery.html"])


def test_an_error_in_a_notebook_makes_no_page(root: Path, monkeypatch: pytest.MonkeyPatch,
                                              tmp_path: Path) -> None:
    monkeypatch.chdir(root)
    bad = new_output("error", ename="ValueError", evalue="no", traceback=[])
    cells = [new_markdown_cell("# Title"), new_code_cell("1/0", outputs=[bad])]
    with pytest.raises(ValueError, match="output that the pages do not show"):
        export.write_pages(notebook(*cells), tmp_path)
    assert not (tmp_path / "reports/index.html").exists()


def test_a_notebook_without_a_title_makes_no_page(root: Path, monkeypatch: pytest.MonkeyPatch,
                                                  tmp_path: Path) -> None:
    monkeypatch.chdir(root)
    with pytest.raises(ValueError, match="title"):
        export.write_pages(notebook(new_markdown_cell("No title")), tmp_path)
