"""Sentences, tables and charts as a notebook shows them, each mark linked to its source.

What is shown is plain HTML without scripts or styles of its own: it reads the same in a notebook
that JupyterLab does not trust, on the exported page, and to a screen reader. Everything that
comes from a table is escaped.
"""

import base64
import contextlib
import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
from IPython.display import display
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from helpers import text
from helpers.charts import style
from helpers.tables import files

PAGES = "../reports/"  # as seen from a notebook; the export turns it into a link beside the page

# The tidy tables whose rows can be cited, and the column that names a row; measures can be cited
# too, for the publication that most of their values come from.
CITED = {"inspections": "inspection_id", "judgements": "judgement_id",
         "printings": "printing_id", "figures": "figure_id", "findings": "finding_id",
         "claims": "claim_id", "events": "event_id", "corrections": "correction_id",
         "board": "board_id", "authority_inspections": "history_id", "outcomes": "part_id",
         "subjects": "subject_id", "subject_states": "state_id"}

MISSING = {"": "not known", "direction only": "a direction, no number",
           "small count": "under 6: in the source’s words only",
           "suppressed": "suppressed in the source",
           "not available": "not available", "not applicable": "not applicable",
           "low reliability": "not reliable"}


@functools.cache
def _index() -> dict[str, tuple[str, str]]:
    """Every citable row: its id, with the document and place it stands on."""
    found = {}
    for name, column in CITED.items():
        for row in files.read_table(name).itertuples():
            found[getattr(row, column)] = (row.source_id, row.locator)
    for row in files.read_table("measures").itertuples():
        found[row.measure] = (row.publication, row.column)
    return found


@functools.cache
def _names() -> dict[str, str]:
    sources = files.read_table("sources")
    return dict(zip(sources["source_id"], sources["short_name"], strict=True))


@functools.cache
def _corrected() -> dict[str, str]:
    """Rows that a correction speaks of, with the first correction's id. A claim at the place of a
    correction counts as well: it was taken from the same words."""
    table = files.read_table("corrections").drop_duplicates("row_id")
    found = dict(zip(table["row_id"], table["correction_id"], strict=True))
    places = {(row.source_id, row.locator): row.correction_id for row in table.itertuples()}
    for row in files.read_table("claims").itertuples():
        if (row.source_id, row.locator) in places:
            found.setdefault(row.claim_id, places[row.source_id, row.locator])
    return found


def correction(row_id: str) -> Markup:
    """A link to the correction that speaks of a row; nothing if none does."""
    name = _corrected().get(row_id)
    return Markup(' <a href="{}sources.html#{}">(difference {})</a>').format(
        PAGES, anchor(name), name) if name else Markup("")


def place(source_id: str, locator: str) -> str:
    """A document and a place in it, in words: 'Ofsted report 2014, p. 11, bullet 14'."""
    where = f"line {locator}" if locator.isdigit() else locator
    return _names()[source_id] + ("" if locator in ("", "not held") else f", {where}")


def name(source_id: str) -> str:
    """What pages call a document."""
    return _names()[source_id]


def anchor(row_id: str) -> str:
    """A row's id as an anchor of the sources page; an anchor begins with a letter."""
    plain = re.sub(r"[^a-zA-Z0-9-]", "-", row_id)
    return plain if plain[:1].isalpha() else f"r-{plain}"


def cite(row_id: str) -> Markup:
    """A link to the row's entry on the sources page, marked where sources differ on it.

    Raises KeyError for an id that no table has.
    """
    source_id, locator = _index()[row_id]
    link = Markup('<a href="{}sources.html#{}">{}</a>').format(
        PAGES, anchor(row_id), place(source_id, locator))
    return link + correction(row_id)


def cites(*row_ids: str) -> Markup:
    """Links to several rows' entries, each place once: 'Source: …; ….' An id may be a measure."""
    places = {_index()[row_id]: row_id for row_id in reversed(row_ids)}
    links = [cite(row_id) for row_id in reversed(places.values())]
    return Markup("{}: {}.").format("Source" if len(links) == 1 else "Sources",
                                    Markup("; ").join(links))


def page(name: str, words: str) -> Markup:
    """A link to another page of the report, or a place on it: 'sources#differences'."""
    name, hash_, part = name.partition("#")
    return Markup('<a href="{}{}.html{}{}">{}</a>').format(PAGES, name, hash_, part, words)


def say(text: str, /, **values: Any) -> None:
    """Show a paragraph. `{name}` is filled from the values, which are escaped unless they are
    links from cite or page."""
    _show(Markup("<p>{}</p>").format(Markup(escape(text)).format(**values)))


def items(*texts: Markup | str) -> None:
    """Show a list of sentences."""
    _show(Markup("<ul>{}</ul>").format(
        Markup("").join(Markup("<li>{}</li>").format(text) for text in texts)))


def fill(text: str, /, **values: Any) -> Markup:
    """A sentence with its values, as say would show it."""
    return Markup(escape(text)).format(**values)


def _show(html: Markup, **more: Any) -> None:
    plain = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    _emit({"text/html": str(html), "text/plain": str(Markup(plain).unescape()), **more})


_kept: list[dict[str, Any]] | None = None
_pictures = True


@contextlib.contextmanager
def kept(pictures: bool = True) -> Iterator[list[dict[str, Any]]]:
    """Keep what is shown in a list, in order, instead of displaying it; charts without the PNG
    that stands beside their SVG, if so wished, in some three quarters of the time."""
    global _kept, _pictures
    before, _kept, _pictures = (_kept, _pictures), [], pictures
    try:
        yield _kept
    finally:
        _kept, _pictures = before


def _emit(bundle: dict[str, Any]) -> None:
    if _kept is None:
        display(bundle, raw=True)
    else:
        _kept.append(bundle)


def table(data: pd.DataFrame, number: str, caption: str, columns: Mapping[str, str],
          row_id: str = "") -> None:
    """Show a table with its caption under a stable number ('2.1').

    columns: the columns to show, in order, with their headings; the first heads its row. row_id:
    the column whose id cites the row; a last column then links each row to its source. Missing
    values are said in words, by the row's `status` if it has one.
    """
    html = _html_table(data, columns, row_id, f"Table {number}. {caption}")
    block = Markup('<div id="table-{}" class="scroll" role="region" tabindex="0" '
                   'aria-label="Table {}">{}</div>').format(number.replace(".", "-"), number, html)
    _show(block, **{"text/csv": files.as_csv(_plain(data, columns, row_id))})


def chart(figure: Figure, number: str, title: str, subtitle: str, alt: str, data: pd.DataFrame,
          columns: Mapping[str, str], row_id: str = "") -> None:
    """Show a chart with its headline, its alternative text and the data behind it.

    title: the finding; subtitle: measure, place and period; alt: what the chart shows, with the
    values that carry it. data, columns and row_id: as in table. Raises ValueError if the
    alternative text is missing, shorter than a sentence or the title again.
    """
    if len(alt.split()) < 12 or alt.strip(". ").lower() == title.strip(". ").lower():
        raise ValueError(f"figure {number}: the alternative text must say what the chart shows, "
                         "with its values, and not be the title again")
    svg = base64.b64encode(style.as_svg(figure).encode()).decode()
    html = _html_table(data, columns, row_id, f"The data behind figure {number}")
    block = Markup(
        '<figure id="figure-{id}" class="chart"><figcaption><strong>Figure {number}. {title}'
        '</strong><br>{subtitle}</figcaption>'
        '<img alt="{alt}" src="data:image/svg+xml;base64,{svg}"></figure>'
        '<details class="data"><summary>The data behind figure {number}</summary>'
        '<div class="scroll" role="region" tabindex="0" aria-label="Data behind figure {number}">'
        '{table}</div></details>').format(
            id=number.replace(".", "-"), number=number, title=title, subtitle=subtitle, alt=alt,
            svg=svg, table=html)
    bundle = {"text/html": str(block), "text/plain": f"Figure {number}. {title}. {alt}",
              "text/csv": files.as_csv(_plain(data, columns, row_id))}
    if _pictures:
        bundle["image/png"] = base64.b64encode(style.as_png(figure)).decode()
    _emit(bundle)


def _plain(data: pd.DataFrame, columns: Mapping[str, str], row_id: str) -> pd.DataFrame:
    """The columns shown, for the download, with the row's id, document and place. A text that
    a spreadsheet would take for a formula is led by an apostrophe."""
    extra = [c for c in (row_id, "source_id", "locator") if c and c in data and c not in columns]
    plain = data[[*columns, *extra]].copy()
    for name in plain.columns:
        plain[name] = [f"'{v}" if isinstance(v, str) and v[:1] in ("=", "+", "-", "@", "\t")
                       else v for v in plain[name]]
    return plain


def _html_table(data: pd.DataFrame, columns: Mapping[str, str], row_id: str,
                caption: str) -> Markup:
    kinds = {name: _kind(data[name]) for name in columns}
    heads = [Markup('<th scope="col"{}>{}</th>').format(kinds[name], heading)
             for name, heading in columns.items()]
    heads += [Markup('<th scope="col">Source</th>')] if row_id else []
    rows = []
    for record in data.to_dict("records"):
        cells = []
        for position, name in enumerate(columns):
            text = _cell(record[name], str(record.get("status", "")))
            # in the data behind a chart a row is known by its measure and its year
            heads_row = position == 0 or (position == 1 and name == "year")
            tag = Markup('<th scope="row"') if heads_row else Markup("<td")
            end = Markup("</th>") if heads_row else Markup("</td>")
            cells.append(tag + kinds[name] + Markup(">{}").format(text) + end)
        cells += [Markup("<td>{}</td>").format(cite(record[row_id]))] if row_id else []
        rows.append(Markup("<tr>{}</tr>").format(Markup("").join(cells)))
    return Markup("<table><caption><span>{}</span></caption><thead><tr>{}</tr></thead>"
                  "<tbody>{}</tbody></table>").format(
                      caption, Markup("").join(heads), Markup("").join(rows))


def _kind(column: pd.Series) -> Markup:
    """A class for the column's cells: numerals to the right, room for running text."""
    if pd.api.types.is_numeric_dtype(column):
        return Markup(' class="number"')
    return Markup(' class="long"') if column.astype(str).str.len().mean() > 30 else Markup("")


def _cell(value: Any, status: str) -> Any:
    if isinstance(value, Markup):
        return value
    if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
        return MISSING.get(status, MISSING[""])
    return text.number(value) if isinstance(value, int | float) else value


