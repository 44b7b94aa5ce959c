"""The notebooks as pages: one self-contained file each, no script, nothing loaded."""

import base64
import hashlib
import html
import re
import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode

from helpers import __version__, store, text
from helpers.pages import display
from helpers.tables import files

TEMPLATES = Path(__file__).parent / "template"
STYLE = re.sub(r"\s*\n\s*", "", (TEMPLATES / "page.css").read_text(encoding="utf-8"))
# What the links between pages say; else the notebook's name without its number.
SHORT = {"index": "Summary", "01_clean": "Data", "04_recovery": "Since the fall",
         "sources": "Sources"}
KINDS = {"inspections": ("inspection", "outcome"), "printings": ("grade", "grade_as_printed"),
         "figures": ("figure", "as_printed"), "findings": ("finding", "summary"),
         "claims": ("claim", "summary"), "events": ("event", "what"), "board": ("board", "what"),
         "authority_inspections": ("inspection", "authority"), "outcomes": ("outcome", "what"),
         "subjects": ("subject", "subject"), "subject_states": ("state", "what")}


class PageExporter(HTMLExporter):
    """nbconvert's exporter with the study's own template and nothing of the stock ones.

    A class because that is how nbconvert is extended.
    """

    exclude_anchor_links = True

    def body(self, notebook: NotebookNode, code_last: bool = False) -> str:
        """The cells as HTML: prose, outputs, and their code folded: after each step, or all of
        it at the end."""
        self.environment.filters["output"] = output_html
        template = self.environment.from_string(_CELLS)
        return str(template.render(nb=notebook, code_last=code_last,
                                   resources={"metadata": {}}))


_CELLS = """{%- set step = namespace(n=0) -%}
{%- for cell in nb.cells -%}
{%- if cell.cell_type == 'markdown' -%}
{{ cell.source | markdown2html }}
{%- elif cell.cell_type == 'code' and cell.source -%}
{%- set step.n = step.n + 1 -%}
{%- for output in cell.outputs -%}{{ output | output }}{%- endfor -%}
{%- if not code_last %}<details class="code"><summary>Code of step {{ step.n }}</summary>
<pre><code>{{ cell.source | e }}</code></pre></details>{% endif -%}
{%- endif -%}
{%- endfor -%}
{%- if code_last %}<details class="code"><summary>The code of this page</summary>
{%- for cell in nb.cells if cell.cell_type == 'code' %}<pre><code>{{ cell.source | e }}</code></pre>
{%- endfor -%}</details>{% endif -%}"""


def output_html(output: NotebookNode) -> str:
    """One output of a cell. Charts and tables get their downloads. Raises ValueError for an
    error or a kind of output that the study does not use, so that nothing is dropped unseen."""
    if output.output_type == "stream" and output.name == "stdout":
        return f"<pre>{html.escape(output.text)}</pre>"
    data = output.get("data", {})
    if "text/html" in data:
        block = str(data["text/html"]).replace(f'href="{display.PAGES}', 'href="')
        return block.replace('href="00_summary.html', 'href="index.html') + _downloads(data)
    if "text/plain" in data:
        return f"<pre>{html.escape(data['text/plain'])}</pre>"
    raise ValueError(f"an output that the pages do not show: {output.output_type}")


def _downloads(data: Mapping[str, Any]) -> str:
    """Links that hold the files themselves: the data as CSV, a chart as SVG and PNG."""
    named = re.search(r'id="((figure|table)-[0-9-]+)"', str(data["text/html"]))
    if not named or "text/csv" not in data:
        return ""
    name = named[1]
    kinds = [("CSV", "csv", "data:text/csv;charset=utf-8,"
              + urllib.parse.quote("\ufeff" + data["text/csv"]))]
    svg = re.search(r'src="(data:image/svg\+xml;base64,[^"]+)"', str(data["text/html"]))
    if svg:
        kinds.append(("SVG", "svg", svg[1]))
    if "image/png" in data:
        png = str(data["image/png"]).replace("\n", "")
        kinds.append(("PNG", "png", f"data:image/png;base64,{png}"))
    what = name.replace("-", " ", 1).replace("-", ".")
    links = [f'<a download="{name}.{end}" href="{href}">{what} as {kind}</a>'
             for kind, end, href in kinds]
    return f'<p class="downloads">Download: {" ".join(links)}</p>'


def write_pages(notebooks: Mapping[str, NotebookNode], project: Path | None = None) -> Path:
    """Write reports/: a page for each notebook, one for the sources; return the front page.

    Pages of notebooks that are no longer there are removed.
    """
    folder = (project or store.root()) / "reports"
    exporter = PageExporter()
    pages = {}
    for name, notebook in notebooks.items():
        front = name.startswith("00_")
        pages["index" if front else name] = exporter.body(notebook, code_last=front)
    pages["sources"] = sources_body()
    order = list(pages)
    links = [{"href": f"{name}.html", "short": _short(name)} for name in order]
    for position, name in enumerate(order):
        text = _page(pages[name], [{**link, "current": i == position}
                                   for i, link in enumerate(links)],
                     links[position - 1] if position else None,
                     links[position + 1] if position + 1 < len(links) else None)
        store.replace_file(folder / f"{name}.html", text)
    for stale in set(folder.glob("*.html")) - {folder / f"{name}.html" for name in order}:
        stale.unlink()
    return folder / "index.html"


def _short(name: str) -> str:
    return SHORT.get(name) or name[3:].replace("_", " ").capitalize()


def _page(body: str, others: list[dict[str, Any]], before: dict[str, str] | None,
          after: dict[str, str] | None) -> str:
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", body, re.DOTALL)
    if not heading:
        raise ValueError("a notebook's first cell must hold its title, as '# …'")
    body = body.replace(heading[0], "", 1)
    contents: list[dict[str, str]] = []

    def named(match: re.Match[str]) -> str:
        text = match[2]
        anchor = re.sub(r"[^a-z0-9]+", "-", html.unescape(text).lower()).strip("-")
        if match[1] == "2":
            contents.append({"id": anchor, "text": Markup(text)})
        return f'<h{match[1]} id="{anchor}">{text}</h{match[1]}>'

    body = re.sub(r"<h([23])(?: id=\"[^\"]*\")?>(.*?)</h\1>", named, body)
    events = files.read_table("events").set_index("event_id")
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    title = html.unescape(re.sub(r"<[^>]+>", "", heading[1]))
    page = {"title": title, "study": study_title(), "style": Markup(STYLE),
            "style_hash": Markup(f"sha256-{digest}"), "others": others, "previous": before,
            "next": after, "heading": Markup(f"<h1>{heading[1]}</h1>"),
            "contents": contents if before else [],  # the front page answers at once
            "body": Markup(body), "version": __version__, "marks": "id=\"figure-" in body,
            "reaches": text.spoken_date(events.loc["record-reaches", "date"])}
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True,
                                     trim_blocks=False, keep_trailing_newline=True)
    return environment.get_template("page.html.j2").render(page=page)


def study_title() -> str:
    """The study's title, from data/schema.toml."""
    from helpers.tables import schema
    return str(schema.description()["title"])


def sources_body() -> str:
    """The sources page: each document, how its date is known, and every row that rests on it;
    then the corrections. Each row has the anchor that cite links to."""
    sources = files.read_table("sources")
    rows = _rows_by_source()
    parts = [Markup("<h1>Where does each row come from?</h1>"
                    "<p>Every document, and under it every row of the tables that rests on it, "
                    "with the place in the document. An article’s lines are counted without its "
                    "blank ones. A document marked not held is known of; what rests on it is shown "
                    "as such, never as confirmed. Of a page held in part only the beginning was "
                    "read.</p>")]
    for source in sources.itertuples():
        about = Markup('<h2>{}</h2><p>{}. {}{}. Published {}; {}. Licence: {}.{}{}</p>')
        title = source.title + (" (title as published)" if source.kind == "article" else "")
        parts.append(about.format(
            source.short_name, title, source.publisher,
            f", {source.author}" if source.author else "", text.spoken_date(source.published),
            source.published_basis, source.licence, _address(source.url),
            f" {source.note[0].upper()}{source.note[1:]}." if source.note else ""))
        own = rows[rows["source_id"] == source.source_id]
        if len(own):
            parts.append(_anchored(own, {"where": "Place", "what": "What it holds"},
                                   f"Rows from {source.short_name}"))
    table = files.read_table("corrections")
    table = table.assign(id=table["correction_id"], where=[
        display.place(s, p) for s, p in zip(table["source_id"], table["locator"], strict=True)],
        evidence=[display.place(s, p) for s, p in zip(
            table["evidence_source_id"], table["evidence_locator"], strict=True)])
    parts.append(Markup("<h2>Differences</h2><p>Places where sources differ, where one differs "
                        "with itself, or where an article says what Ofsted’s report does not. Both "
                        "are kept; this is what the study adopts, and why. To differ is not always "
                        "to be wrong.</p>"))
    table = table.assign(what=[
        Markup("printed: {}; adopted: {}. Why: {}. Evidence: {}").format(*cells)
        for cells in table[["printed", "adopted", "reason", "evidence"]].itertuples(index=False)],
        kind=table["what_differs"], also="")
    parts.append(_anchored(table, {"where": "Place", "what": "What differs"}, "Differences"))
    return str(Markup("").join(parts)).replace(f'href="{display.PAGES}', 'href="')


def _address(url: str) -> Markup:
    if not url:
        return Markup("")
    if " " in url:
        return Markup(" Address: {}.").format(url)
    return Markup(' Address: <a href="https://{}">{}</a>.').format(url, url)


def _rows_by_source() -> pd.DataFrame:
    """Every row that rests on a document. Columns: id, kind, what, where, source_id, locator."""
    parts = []
    subjects = files.read_table("subjects").set_index("subject_id")["subject"]
    for name, (kind, column) in KINDS.items():
        table = files.read_table(name)
        ids = table[display.CITED[name]]
        what = table[column].astype(str)
        if name == "figures":
            counted = table["value"].map(lambda v: "" if pd.isna(v) else f"counted: {v:g}")
            what = table["measure"] + ": " + what.where(what != "", counted)
        elif name == "printings":
            what = table["area_as_printed"] + ": " + what
        elif name in ("findings", "claims"):
            what = what + " (" + table["voice"] + ")"
        elif name == "inspections":
            what = table["kind"] + ", " + table["started"].map(text.spoken_date)
            parts.append(_outcomes(table))
        elif name == "authority_inspections":
            what = what + table["published"].map(text.spoken_date).radd(", report of ") + ": " + (
                table["overall_grade"].replace("", "no overall grade"))
        elif name == "events":
            what = table["date"].map(text.spoken_date) + ": " + what
        elif name == "outcomes":
            what = table["part"] + ": " + table["verdict"] + ". " + what
        elif name == "subject_states":
            what = table["subject_id"].map(subjects) + ": " + table["state"] + ". " + what
        elif name == "board":
            table = table[table["source_id"] != ""]
            ids = table[display.CITED[name]]
            what = table["area"] + ": " + table["state"] + ", " + table["what"]
        parts.append(pd.DataFrame({"id": ids, "kind": kind, "what": what,
                                   "source_id": table["source_id"], "locator": table["locator"]}))
    measures = files.read_table("measures")
    parts.append(pd.DataFrame({"id": measures["measure"], "kind": "measure", "what": measures[
        "name"] + ", " + measures["timing"] + measures["note"].map(lambda n: n and f"; {n}"),
        "source_id": measures["publication"], "locator": measures["column"]}))
    rows = pd.concat(parts, ignore_index=True)
    judged = files.read_table("judgements")
    adopted = dict(zip(judged["judgement_id"] + "@" + judged["source_id"], judged["judgement_id"],
                       strict=True))
    rows["also"] = rows["id"].map(adopted).fillna("")  # the printing a judgement was taken from
    rows["where"] = [("line " + place) if place.isdigit() else place or "the whole document"
                     for place in rows["locator"]]
    kinds = rows["source_id"].map(files.read_table("sources").set_index("source_id")["kind"])
    rows["what"] += kinds.map({"not held": " (not confirmed: the document is not held)",
                               "held in part": " (the page is held in part)"}).fillna("")
    return rows.sort_values("locator", key=lambda s: s.map(_natural), kind="stable")


def _outcomes(inspections: pd.DataFrame) -> pd.DataFrame:
    """The outcome of each contact, under the document that it is known from."""
    known = inspections[inspections["outcome_source_id"] != ""]
    own = known["source_id"] == known["outcome_source_id"]
    kinds = files.read_table("sources").set_index("source_id")["kind"]
    elsewhere = known["outcome_source_id"].map(kinds).where(lambda k: k == "not held",
                                                            "several places")
    return pd.DataFrame({
        "id": "outcome-" + known["inspection_id"], "kind": "outcome",
        "what": known["inspection_id"] + ": " + known["outcome"], "source_id": known[
            "outcome_source_id"], "locator": known["locator"].where(own, elsewhere)})


def _natural(locator: str) -> tuple[Any, ...]:
    return tuple(int(part) if part.isdigit() else part for part in re.split(r"(\d+)", locator))


def _anchored(rows: pd.DataFrame, columns: Mapping[str, str], caption: str) -> Markup:
    """A table whose rows can be linked to by their ids; kind and id stand under what they hold."""
    heads = Markup("").join(Markup('<th scope="col">{}</th>').format(c) for c in columns.values())
    lines = []
    for row in rows.to_dict("records"):
        where = Markup("{}").format(row["where"])
        if row["also"]:  # at the row's beginning, so that who follows a link sees the row
            where = Markup('<span id="{}">{}</span>').format(display.anchor(row["also"]), where)
        lines.append(Markup(
            '<tr id="{}"><th scope="row">{}</th><td>{}{}<br><small>{} {}</small></td></tr>').format(
                display.anchor(row["id"]), where, row["what"], display.correction(row["id"]),
                row["kind"], row["id"]))
    return Markup("<table><caption><span>{}</span></caption><thead><tr>{}</tr></thead>"
                  "<tbody>{}</tbody></table>").format(caption, heads, Markup("").join(lines))
