"""Sentences, tables and charts as a notebook shows them, each mark linked to its source.

A sentence is Markdown with its values in place: `say(f"… {esc(name)} … {cite(row)}")`. A table is
plain HTML, a chart a picture with its words and its data below. None needs a script or a style:
a notebook reads the same where it is not trusted, on the exported page, and to a screen reader.
"""

import base64
import functools
import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd
from IPython.display import display
from markupsafe import Markup
from matplotlib.figure import Figure

from helpers import text
from helpers.charts import style
from helpers.checks.common import LISTED
from helpers.pages import markdown
from helpers.pages.drawing import DRAWINGS
from helpers.pages.frame import render
from helpers.pages.markdown import esc, link
from helpers.tables import files

PAGES = "../reports/"  # as seen from a notebook; the export turns it into a link beside the page
LICENCE = "Open Government Licence v3.0"
WITHIN = "report with itself"  # a correction's what_differs where one place bears on another

# The tidy tables whose rows can be cited, and the column that names a row; measures can be cited
# too, for the publication that most of their values come from.
CITED = LISTED | {"judgements": "judgement_id", "printings": "printing_id",
                  "authority_inspections": "history_id"}

MISSING = {"": "not known", "direction only": "words, no number",
           "no value": "no value", "small count": "under 6: in the source’s words only",
           "suppressed": "suppressed in the source",
           "not available": "not available", "not applicable": "not applicable",
           "low reliability": "not reliable"}


@functools.cache
def _index() -> dict[str, tuple[str, str]]:
    """Every citable row: its id, with the document and place it stands on."""
    found = {getattr(row, column): (row.source_id, row.locator) for name, column in CITED.items()
             for row in files.read_table(name).itertuples()}
    return found | {row.measure: (row.publication, row.column)
                    for row in files.read_table("measures").itertuples()}


@functools.cache
def _measures() -> dict[str, str]:
    """What pages call each measure, in a citation, after the name of its newest publication, with
    the year up to which others are used."""
    table = files.read_table("measures").set_index("measure")
    values = files.read_table("official_statistics").query("basis != 'older definition'")
    others = values[values["publication"] != values["measure"].map(table["publication"])]
    last = others.groupby("measure")["year"].max().astype(int)
    more = (" (other sources up to " + last.astype(str) + "), ").reindex(table.index, fill_value=", ")
    return (more + table["name"].str[:1].str.lower() + table["name"].str[1:]).to_dict()


@functools.cache
def _names() -> dict[str, str]:
    return files.read_table("sources").set_index("source_id")["short_name"].to_dict()


@functools.cache
def _corrected() -> dict[str, Any]:
    """Rows that a correction speaks of, by id, with the first such row of corrections. A claim
    counts as well, if its test names the correction, or if it is the only one at that place."""
    table = files.read_table("corrections")
    # a row of an inspection shows its date: what else differs there is left to the list
    shown = table["what_differs"].isin(["period", "not in the report"])
    rows = list(table[shown | table["table"].ne("inspections")].drop_duplicates("row_id").itertuples())
    tests = {row.correction_id: row for row in rows}
    places = {(row.source_id, row.locator): row for row in rows if row.what_differs != WITHIN}
    claims = files.read_table("claims").merge(files.read_table("claims_audit"), on="claim_id")
    alone = claims.drop_duplicates(["source_id", "locator"], keep=False)
    found = {row.claim_id: places.get((row.source_id, row.locator)) for row in alone.itertuples()}
    found |= {row.claim_id: tests[row.ofsted_row] for row in claims.itertuples()
              if row.ofsted_row in tests}
    return found | {row.row_id: row for row in rows}


def difference(row_id: str) -> str:
    """A link to the correction that speaks of a row; nothing if none does."""
    row = _corrected().get(row_id)
    if not row:
        return ""
    words = {WITHIN: "more on this:", "article with itself": "more on this:", "period": "on the time:",
             "not in the report": f"not in {name(row.evidence_source_id)}:",
             }.get(row.what_differs, "sources differ:")
    address = f"{PAGES}sources.html#{row.correction_id}"
    return f" ({link(f'{words} difference {row.correction_id}', address)})"


def location(source_id: str, locator: str) -> str:
    """A document and a place in it, in words: 'Ofsted report 2014, p. 11, bullet 14'."""
    where = f"line {locator}" if locator.isdigit() else locator
    return _names()[source_id] + ("" if locator in ("", "not held") else f", {where}")


def name(source_id: str) -> str:
    """What pages call a document."""
    return _names()[source_id]


def anchor_of(source_id: str, locator: str) -> str:
    """The anchor of a place in a document, so that links that read alike lead to one place."""
    return re.sub(r"[^a-zA-Z0-9]+", "-", f"at-{source_id}-{locator or 'whole'}").rstrip("-")


def cite(row_id: str) -> str:
    """A link to the place that a row stands on, on the sources page, and to the difference where
    sources differ on it. Raises KeyError for an id that no table has."""
    source_id, locator = _index()[row_id]
    address = f"{PAGES}sources.html#{anchor_of(source_id, locator)}"
    series = _measures().get(row_id)
    words = f"{name(source_id)}{series}" if series else location(source_id, locator)
    return link(words, address) + difference(row_id)


def cites(*row_ids: str, of: str = "") -> str:
    """Links to several rows' places, each once: 'Source: …; ….', or 'Sources of (what) …: …'. An
    id may be a measure."""
    places = {_index()[row_id]: row_id for row_id in reversed(row_ids)}
    links = [cite(row_id) for row_id in reversed(places.values())]
    return f"{'Source' if len(links) == 1 else 'Sources'}{of and f' of {of}'}: {'; '.join(links)}."


def page(name: str, words: str) -> str:
    """A link to another page of the report, or a place on it: 'sources#differences'."""
    name, hash_, part = name.partition("#")
    return link(words, f"{PAGES}{name}.html{hash_}{part}")


def say(text: str) -> None:
    """Show a paragraph of Markdown. What comes from a table goes in through esc, cite or page."""
    display({"text/markdown": text, "text/plain": markdown.words(text)}, raw=True)


def items(*texts: str) -> None:
    """Show a list of sentences."""
    say("\n".join(f"- {each}" for each in texts))


def table(data: pd.DataFrame, number: str, caption: str, columns: Mapping[str, str],
          row_id: str = "") -> None:
    """Show a table with its caption under a stable number ('2.1').

    columns: the columns to show, in order, with their headings; the first heads its row. row_id:
    the column whose id cites the row, '' for one without a source; a last column then links each
    row to its source. Missing values are said in words, by the row's `status` if it has one."""
    html = _html_table(data, columns, row_id, f"Table {number}. {caption}")
    block = Markup('<div id="table-{}">{}</div>').format(number.replace(".", "-"), html)
    _show(block, data, columns, row_id)


def chart(draw: Callable[[], Figure], number: str, title: str, subtitle: str, alt: str,
          data: pd.DataFrame, columns: Mapping[str, str], row_id: str = "",
          sources: Iterable[str] = ()) -> None:
    """Show a chart, its words and the data behind it.

    draw: makes the figure, for the width that is drawn for; title: the finding; subtitle: measure,
    place and period; alt: what the chart shows, in a sentence or two; data, columns and row_id: as
    in table; sources: the ids of the documents, if the data have no source_id. Raises ValueError if
    the alternative text is shorter than a sentence, if no source is named, or if letters are too
    small to read."""
    if len(alt.split()) < 12:
        raise ValueError(f"figure {number}: the alternative text must say what the chart shows")
    names = [name(each) for each in dict.fromkeys(sources or data.get("source_id", []))]
    if not names:
        raise ValueError(f"figure {number}: name its sources")
    figure = _drawn(draw, number)
    bundle: dict[str, Any] = {"text/plain": f"Figure {number}. {title}. {alt}"}
    drawings = os.environ.get("STUDY_DRAWINGS")  # set by a run; see notebook.run
    if drawings:
        boxes = style.boxes(figure)
        bundle[DRAWINGS] = {"number": number, "title": title, "subtitle": subtitle, "alt": alt,
                            "wide": style.as_svg(figure), "boxes": boxes}
        with style.width(wide=False):
            bundle[DRAWINGS]["narrow"] = "" if boxes else style.as_svg(_drawn(draw, number))
    if drawings != "alone":
        reaches = files.read_table("events").set_index("event_id")["date"]["record-reaches"]
        foot = (f"Figure {number}. Source: "
                f"{text.listed(names if len(names) < 5 else [*names[:3], 'others'])}. To "
                f"{text.spoken_date(reaches)}. {LICENCE}.")
        style.publish(figure, title, subtitle, foot)
        bundle["image/png"] = base64.b64encode(style.as_png(figure)).decode()
        if DRAWINGS in bundle:
            bundle[DRAWINGS]["letters"] = style.as_svg(figure, letters=True)
    display(bundle, raw=True)
    html = _html_tables(data, columns, row_id, f"The data behind figure {number}")
    block = Markup('<details id="data-{0}"><summary>Figure {1} in words and numbers</summary>'
                   '<p id="words-{0}">{2}</p>{3}</details>').format(
                       number.replace(".", "-"), number, alt, html)
    _show(block, data, columns, row_id)


def _drawn(draw: Callable[[], Figure], number: str) -> Figure:
    figure = draw()
    if small := style.too_small(figure):
        raise ValueError(f"figure {number}: letters too small to read: {', '.join(small)}")
    return figure


def _show(html: Markup, data: pd.DataFrame, columns: Mapping[str, str], row_id: str) -> None:
    plain = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    display({"text/html": str(html), "text/plain": str(Markup(plain).unescape()),
             "text/csv": files.as_csv(_plain(data, columns, row_id))}, raw=True)


def _plain(data: pd.DataFrame, columns: Mapping[str, str], row_id: str) -> pd.DataFrame:
    """What a download has; a text that a spreadsheet would take for a formula has an apostrophe."""
    more = (row_id, "source_id", "locator", "measure", "unit", "area_code", "q1", "q3", "low", "high")
    shown = dict.fromkeys([*columns, *(column for column in more if column in data)])
    return data[list(shown)].map(
        lambda value: f"'{value}" if isinstance(value, str) and re.match(r"[=+\-@\t]", value) else value)


def _html_tables(data: pd.DataFrame, columns: Mapping[str, str], row_id: str,
                 caption: str) -> Markup:
    """The data behind a chart: one table, or, of several long series by year, one for each."""
    first, second = [*columns, ""][:2]
    if second != "year" or len(data) < 4 * data[first].nunique():
        return _html_table(data, columns, row_id, caption)
    rest = {column: heading for column, heading in columns.items() if column != first}
    parts = [_html_table(rows, rest, row_id, str(name), cards=False)
             for name, rows in data.groupby(first, sort=False)]
    return Markup('<div class="series">{}</div>').format(Markup("").join(parts))


def _html_table(data: pd.DataFrame, columns: Mapping[str, str], row_id: str,
                caption: str, cards: bool | None = None) -> Markup:
    """A table that becomes a card a row on a phone, where it would not fit. One of series (cards
    False) is short: the style sets its numerals to the right."""
    headings = [*columns.values(), *["Source"] * bool(row_id)]
    numeric = [cards is not False and pd.api.types.is_numeric_dtype(data[column]) for column in columns]
    if cards is None:
        widths = [max([len(heading), *data[column].astype(str).str.len()])
                  for column, heading in columns.items()]
        cards = sum(min(18, width) for width in [*widths, 18 * bool(row_id)]) > 36
    rows = []
    for record in data.to_dict("records"):
        values = [record[column] if column == "year" else _cell(
            record[column], str(record.get("status", ""))) for column in columns]
        if row_id:
            values += [markdown.inline(cite(record[row_id])) if record[row_id] else "no source"]
        rows.append(values)
    # where the first cells of several rows are the same, the second names a row as well
    repeated = len(columns) > 1 and data[next(iter(columns))].duplicated().any()
    heads = 2 if repeated and cards is not False else 1
    html = render("table", caption=caption, headings=headings, numeric=[*numeric, False], rows=rows,
                  cards=cards, heads=heads)
    return Markup(str(html).replace(">\n", ">"))


def _cell(value: Any, status: str) -> Any:
    if pd.isna(value) or value == "":
        return MISSING.get(status, MISSING[""])
    shown = text.number(value + 0) if isinstance(value, int | float) else value  # -0.0 + 0 is 0.0
    return re.sub(r"(?<!\w)-(?=\d)", "−", str(shown))


__all__ = ["chart", "cite", "cites", "esc", "items", "link", "location", "page", "say", "table"]
