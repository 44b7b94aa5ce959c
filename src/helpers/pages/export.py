"""The notebooks as pages: each opens alone, without a script, and loads nothing.

Beside the pages lie only files to download: each table as CSV, each chart as PNG and SVG."""

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode

from helpers import record, store
from helpers.pages import display, drawing, every_authority, markdown, sources
from helpers.pages.drawing import DRAWINGS
from helpers.pages.frame import DOWNLOADS, SHORT, Page, framed, render

Files = dict[str, str | bytes]  # by name, what lies beside the pages


def read(notebook: NotebookNode, downloads: bool = True) -> tuple[Page, Files]:
    """A notebook as a page, and its files to download, by name; or without any.

    Raises ValueError for an error or a kind of output that the study does not use, so that nothing
    is dropped unseen."""
    blocks: list[str] = []
    files: Files = {}
    letters: dict[str, str] = {}
    marks: list[tuple[str, str]] = []
    about = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            blocks.append(markdown.html(cell.source))
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/markdown" in data:
                blocks.append(markdown.html(data["text/markdown"]))
                if not data["text/markdown"].startswith("#"):  # a title is not what a page is about
                    about = about or markdown.words(data["text/markdown"])
            elif DRAWINGS in data:
                blocks.append(_figure(data, letters, files, marks))
            elif "text/html" in data:
                block = str(data["text/html"])
                shown = block.removesuffix("</details>")
                links = _table_files(data, files, marks) if downloads else ""
                blocks.append(shown + links + block[len(shown):])
            else:
                raise ValueError(f"an output that the pages do not show: {output.output_type}")
    body = re.sub(rf'href="{re.escape(display.PAGES)}', 'href="', "\n".join(blocks))
    body = body.replace('href="00_summary.html', 'href="index.html')
    headings = re.findall(r"<h1>(.*?)</h1>", body, re.DOTALL)
    # where a cell states the finding as a title, the page has that, and the notebook its question
    body, contents = _with_anchors(re.sub(r"<h1>.*?</h1>", "", body, flags=re.DOTALL))
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code" and cell.source]
    whole = render("body", body=Markup(body), code=code, outlines=drawing.outlines(letters))
    title = Markup(headings[-1]).striptags()
    return Page(title, whole, contents, _first_sentences(about), marks), files


def _figure(data: Mapping[str, Any], letters: dict[str, str], downloads: Files,
            marks: list[tuple[str, str]]) -> str:
    """A chart for both widths; the outlines of its letters, its files and its name are added."""
    drawn = data[DRAWINGS]
    number = drawn["number"].replace(".", "-")
    words, boxes = f"words-{number}", drawn["boxes"]
    wide, own = drawing.inline(drawn["wide"], f"w{number}", words, "panel" if boxes else "wide")
    narrow, more = ("", {}) if boxes else drawing.inline(
        drawn["narrow"], f"n{number}", words, "narrow")
    letters.update(own | more)
    drawings = drawing.in_panels(wide, f"w{number}", boxes) if boxes else wide + narrow
    if "image/png" in data:
        downloads[f"figure-{number}.png"] = base64.b64decode(data["image/png"])
        downloads[f"figure-{number}.svg"] = drawn["letters"]
    marks.append((f"figure-{number}", f"Figure {drawn['number']}. {drawn['title']}"))
    return str(render("figure", **drawn, id=number, drawings=drawings))


def _table_files(data: Mapping[str, Any], downloads: Files,
                 marks: list[tuple[str, str]]) -> str:
    """The links below a table or a chart's data; the files are added to downloads."""
    kind, number, caption = re.findall(
        r'id="(data|table)-([0-9-]+)".*?<caption>(.*?)</caption>', data["text/html"], re.DOTALL)[0]
    name = f"{'figure' if kind == 'data' else 'table'}-{number}"
    downloads[f"{name}.csv"] = "\ufeff" + data["text/csv"]
    if kind == "table":
        marks.append((name, str(Markup(caption).unescape())))
    kinds = ["csv"] + [kind for kind in ("png", "svg") if f"{name}.{kind}" in downloads]
    words = name.replace("-", " ", 1).replace("-", ".")
    return str(render("downloads", name=name, words=words, kinds=kinds, folder=DOWNLOADS))


def _with_anchors(body: str) -> tuple[str, list[tuple[str, str]]]:
    """The body with an id in each heading, and the parts that a contents line names."""
    contents: list[tuple[str, str]] = []

    def named(match: re.Match[str]) -> str:
        words = Markup(match[2]).striptags()
        anchor = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
        if match[1] == "2":
            contents.append((anchor, words))
        return f'<h{match[1]} id="{anchor}">{match[2]}</h{match[1]}>'

    return re.sub(r"<h([23])>(.*?)</h\1>", named, body), contents


def _first_sentences(words: str, most: int = 200) -> str:
    """The first sentences of some words, as many as fit, for whoever shares the page."""
    kept = ""
    for sentence in re.findall(r"[^.]+(?:\.(?=\d)[^.]+)*\.", words):
        if kept and len(kept + sentence) > most:
            break
        kept += sentence
    return " ".join(kept.split())


def write_pages(notebooks: Mapping[str, NotebookNode], project: Path) -> None:
    """Write reports/: a page for each notebook, the sources, the list of tables and figures, and
    the downloads."""
    folder = project / "reports"
    pages: dict[str, Page] = {}
    downloads: Files = {}
    for name, notebook in notebooks.items():
        name = "index" if name.startswith("00_") else name
        pages[name], own = read(notebook)
        downloads |= own
    pages["sources"] = sources.page()
    pages["every_authority"] = every_authority.page(record.read(project).england_reaches)
    pages["figures"] = _figures_page(pages)
    for name, page in pages.items():
        store.replace_file(folder / f"{name}.html", framed(page, name))
    for name, content in downloads.items():
        store.replace_file(folder / DOWNLOADS / name, content)


def _figures_page(pages: Mapping[str, Page]) -> Page:
    """The page that lists every table and figure."""
    listed = [(name, SHORT[name], page.marks) for name, page in pages.items() if page.marks]
    body = render("figures", pages=listed, folder=DOWNLOADS)
    about = "Every numbered table and figure of the study, each with its files to download."
    return Page("Every numbered table and figure", body, [], about, [])
