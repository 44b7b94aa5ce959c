"""What notebooks show: escaped, captioned, linked, with words for every picture."""

import base64
import io
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from helpers.charts import style
from helpers.pages import display, drawing, export, markdown
from helpers.pages.drawing import DRAWINGS
from helpers.tables import files

Bundles = list[dict[str, Any]]
NASTY = "<b>x</b> *y* $z$ | [a](javascript:b) `c` _d_ &amp; ~~e~~ # f \\"
DATA = pd.DataFrame({"name": ["<script>alert(1)</script>", "=1+1"], "count": [4277, None],
                     "status": ["as printed", "suppressed"]})
COLUMNS = {"name": "Name", "count": "Count"}
ALT = "Line that rises from nothing at the left to one at the right, without a break."


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, root: Path) -> Bundles:
    """The bundles that a test shows, in order."""
    bundles: Bundles = []
    monkeypatch.setattr(display, "display", lambda bundle, raw: bundles.append(bundle))
    monkeypatch.chdir(root)
    return bundles


@pytest.fixture
def drawn(shown: Bundles, monkeypatch: pytest.MonkeyPatch) -> Bundles:
    """The same of a run, which has its pages' drawings too."""
    monkeypatch.setenv("STUDY_DRAWINGS", "too")
    return shown


@pytest.mark.parametrize("value", [*NASTY.split(), NASTY, "- a list", "1. a list", "+ a", "<", "*"])
def test_a_value_in_a_sentence_shows_as_it_is(value: str) -> None:
    for sentence, told in ((f"It is {markdown.esc(value)}", f"It is {value}"),
                           (markdown.esc(value), value)):
        assert markdown.words(sentence) == told
        assert re.findall("<[a-z/]+", markdown.html(sentence)) == ["<p", "</p"]


def test_a_value_without_escape_is_harmless_all_the_same() -> None:
    page = markdown.html(f"It is {NASTY} <script>alert(1)</script>")
    assert "<b>" not in page and "<script" not in page and "href=\"javascript" not in page


def test_a_link_in_a_sentence_is_a_link(shown: Bundles) -> None:
    display.say(f"It is {display.esc('<b>')} {display.link('[there]', '#x')}")
    assert shown[0]["text/plain"] == "It is <b> [there]"
    assert markdown.html(shown[0]["text/markdown"]) == (
        '<p>It is &lt;b&gt; <a href="#x">[there]</a></p>')


def test_a_table_is_captioned_scoped_and_escaped(shown: Bundles) -> None:
    display.table(DATA, "9.1", "Things & others", COLUMNS)
    html = shown[0]["text/html"]
    assert "<caption>Table 9.1. Things &amp; others</caption>" in html and 'id="table-9-1"' in html
    assert "<script>" not in html and "&lt;script&gt;" in html
    assert all(" scope=" in head for head in re.findall(r"<th[^e][^>]*>", html))
    assert '<td class="number">4,277</td>' in html and "suppressed in the source" in html
    assert "\n'=1+1," in shown[0]["text/csv"]  # a formula is harmless


def test_numbers_are_written_as_a_reader_expects_them(shown: Bundles) -> None:
    """With commas, but for a year, and as precise as they are."""
    for value in (2023, 0, 1234567.0, 0.944):
        display.table(pd.DataFrame({"year": [2023], "n": [value]}), "9.1", "Years",
                      {"year": "Year", "n": "Number"})
    assert [re.findall(r">([\d,.]+)</t", bundle["text/html"]) for bundle in shown] == [
        ["2023", "2,023"], ["2023", "0"], ["2023", "1,234,567"], ["2023", "0.944"]]


@pytest.mark.parametrize(("words", "cards"), [("short", False), ("a rather longer text", True)])
def test_a_table_too_wide_for_a_phone_becomes_cards(shown: Bundles, words: str, cards: bool) -> None:
    display.table(pd.DataFrame({"a": [words], "b": [words], "c": ["c"]}), "9.1", "Things",
                  {"a": "A", "b": "B", "c": "C"})
    html = shown[0]["text/html"]
    assert ('class="cards"' in html) == cards
    assert (f'<td role="cell" data-label="B">{words}</td>' in html) == cards
    assert html.count(' role="row"') == cards * html.count("<tr")


def test_a_row_links_to_its_source_or_says_that_it_has_none(shown: Bundles) -> None:
    data = pd.DataFrame({"figure_id": ["n-cpp-2014", ""], "value": [431, 5], "source_id": "sif-2014",
                         "locator": "p. 11, bullet 14"})
    display.table(data, "9.2", "Plans", {"value": "Plans"}, row_id="figure_id")
    assert ('href="../reports/sources.html#at-sif-2014-p-11-bullet-14">'
            'Ofsted report 2014, p. 11, bullet 14</a>' in shown[0]["text/html"])
    assert shown[0]["text/html"].count(">no source</td>") == 1
    assert shown[0]["text/csv"].startswith('value,figure_id,source_id,locator\n'
                                           '431,n-cpp-2014,sif-2014,"p. 11, bullet 14"\n')
    with pytest.raises(KeyError):
        display.table(data.replace("n-cpp-2014", "x"), "9.2", "Plans", {"value": "Plans"}, "figure_id")


def test_a_measure_s_source_names_the_year_up_to_which_others_are_used(shown: Bundles) -> None:
    rows = files.read_table("official_statistics").query("measure == 'looked-after'")
    last = rows.loc[rows["publication"] != rows.loc[rows["year"].idxmax(), "publication"], "year"].max()
    assert f"(other sources up to {last})" in display.cite("looked-after")


def test_a_correction_is_marked_where_the_row_is_used(shown: Bundles) -> None:
    assert "[sources differ: difference k-01]" in display.cite("n-team-a002")
    assert "[sources differ" in display.cite("c-003-14a")
    assert "[sources differ" not in display.cite("n-cpp-2014")
    with pytest.raises(KeyError):
        display.cite("n-nothing")


def draw(size: float = 9.0) -> Figure:
    figure = style.new_figure(1, narrow=2)
    axes = figure.subplots()
    axes.plot([0, 1], marker="o")
    axes.text(0.5, 0.5, "a <word>", fontsize=size)
    return figure


def chart(**options: Any) -> None:
    display.chart(**{"draw": draw, "number": "9.3", "title": "It rises", "subtitle": "From 0 to 1",
                     "alt": ALT, "data": DATA, "columns": COLUMNS, "sources": ["sif-2014"]} | options)


@pytest.mark.parametrize(("options", "problem"), [
    ({"alt": "Too short to say anything"}, "alternative text"), ({"sources": []}, "name its sources"),
    ({"draw": lambda: draw(8.0 if style.is_wide() else 9.0)}, "too small to read: a <word>"),
    ({"draw": lambda: draw(9.0 if style.is_wide() else 8.0)}, "too small to read: a <word>")])
def test_no_chart_without_a_text_a_source_and_letters_to_read(drawn: Bundles, options: dict[str, Any],
                                                              problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        chart(**options)


def test_a_chart_is_a_picture_then_its_words_and_data(shown: Bundles) -> None:
    chart()
    picture, below = shown
    assert set(picture) == {"image/png", "text/plain"}  # its drawings are for a run alone
    assert Image.open(io.BytesIO(base64.b64decode(picture["image/png"]))).width >= 1600
    assert picture["text/plain"].startswith("Figure 9.3. It rises.")
    assert "Figure 9.3 in words and numbers</summary>" in below["text/html"]
    assert f'<p id="words-9-3">{ALT}</p>' in below["text/html"] and "<table" in below["text/html"]
    assert below["text/csv"].startswith("name,count")


def test_a_page_of_its_own_has_drawings_alone(drawn: Bundles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDY_DRAWINGS", "alone")
    chart()
    assert set(drawn[0]) == {"text/plain", DRAWINGS} and "letters" not in drawn[0][DRAWINGS]


def page_of(bundles: Bundles) -> tuple[export.Page, dict[str, Any]]:
    code = new_code_cell("1", outputs=[new_output("display_data", data=bundle) for bundle in bundles])
    return export.read(new_notebook(cells=[new_markdown_cell("# Why?"), code]))


def test_a_chart_on_a_page_is_drawn_for_two_widths_and_named(drawn: Bundles) -> None:
    """And the picture to publish says what it is."""
    chart()
    page, downloads = page_of(drawn)
    both = re.findall(r'<svg class="(wide|narrow)" role="img" aria-labelledby="([^"]*)"', page.body)
    assert both == [("wide", "words-9-3"), ("narrow", "words-9-3")]
    assert f'<p id="words-9-3">{ALT}</p>' in page.body
    ids = re.findall(r' id="([^"]+)"', page.body)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', page.body)) <= set(ids)
    assert " style=" not in page.body  # the page's policy forbids it
    assert {"figure-9-3.png", "figure-9-3.svg", "figure-9-3.csv"} == set(downloads)
    said = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", downloads["figure-9-3.svg"]))
    for part in ("It rises", "From 0 to 1", "Figure 9.3", "Source: Ofsted report 2014",
                 "22 August 2026", "Open Government Licence"):
        assert part in said
    assert "Verdana" in downloads["figure-9-3.svg"]


def test_panels_are_drawn_once_for_both_widths(drawn: Bundles) -> None:
    def draw() -> Figure:
        figure, grid = style.new_panels(2, 0.4, 0.3)
        grid[0].plot([0, 1], [0, 1], marker="o")
        grid[3].set_visible(False)
        return figure

    chart(draw=draw)
    page, _ = page_of(drawn)
    named, hidden = 'class="panel" role="img" aria-labelledby="words-9-3"', 'aria-hidden="true"'
    assert re.findall(rf'<svg ({named}|{hidden}) viewBox="([^"]*)"', page.body) == [
        (named, "0 0 233.3 129.6"), (hidden, "230.4 0 233.3 129.6"), (hidden, "0 129.6 233.3 129.6"),
        (hidden, "0 259.2 233.3 21.6")]
    assert "narrow" not in page.body
    assert page.body.count('<use href="#w9-3"/>') == 3 and page.body.count('<g id="w9-3">') == 1


@pytest.mark.parametrize("across", [1, 2, 0])
def test_what_is_put_around_a_published_picture_covers_and_moves_nothing(across: int) -> None:
    """Though the figure was laid out before, for the page; with panels of new_panels too."""
    if across:
        figure = style.new_figure(2 * across)
        grid = figure.subplots(across, across, squeeze=False).ravel()
    else:
        figure, grid = style.new_panels(2, 0.5, 0.3)
    for axes in grid:
        axes.set(title="A panel", xlabel="Year" * bool(across), xticks=range(3))
    figure.legend(handles=[Line2D([], [], label="A line")], loc="outside lower left")
    style.as_svg(figure)
    figure.draw_without_rendering()
    before = [axes.bbox.translated(0, -grid[0].bbox.y1).extents for axes in grid]
    style.publish(figure, "A title " * 20, "What it shows " * 10, "A source " * 30)
    style.as_svg(figure)
    figure.draw_without_rendering()
    after = [axes.bbox.translated(0, -grid[0].bbox.y1).extents for axes in grid]
    assert after == [pytest.approx(box, abs=0.05) for box in before]
    words = [each.get_window_extent() for each in figure.texts]
    drawn = [axes.get_tightbbox() for axes in grid] + [figure.legends[0].get_window_extent()]
    assert len(words) == 3 and not any(a.overlaps(b) for a in words for b in drawn)
    assert not any(axes.overlaps(drawn[-1]) for axes in drawn[:-1])


def test_a_drawing_does_not_depend_on_how_its_parts_are_named() -> None:
    """Matplotlib's names hash a layout whose last digits differ from run to run."""
    figure = style.new_figure(2)
    for axes in figure.subplots(1, 2):
        axes.plot([0, 1], [0, 1], marker="o")
    before = style.as_svg(figure)
    names = sorted(set(re.findall(r'id="([mp][0-9a-f]{10})"', before)))
    assert len(names) > 2
    other = re.sub("|".join(names), lambda m: f"p{names[::-1].index(m[0]):010x}", before)
    assert drawing.inline(before, "w", "x", "wide") == drawing.inline(other, "w", "x", "wide")


def test_a_drawing_within_a_page_is_the_same_drawing() -> None:
    figure = style.new_figure(2)
    axes = figure.subplots()
    axes.plot([0, 1, 2], [1.23456, 3.5, 2], marker="o", label="<!-- not -->")
    axes.legend()
    before = style.as_svg(figure)
    after, shared = drawing.inline(before, "w1", "words-1", "wide")
    assert re.findall(r'(?:fill|stroke): ?(#[0-9a-f]{6}|none)', before) == re.findall(
        r'(?:fill|stroke)="(#[0-9a-f]{6}|none)"', after)
    spelled = re.sub(r'<use href="#(T[0-9a-f]+)"[^>]*/>', lambda m: shared[m[1]], after)
    assert before.count("<use ") == spelled.count("<use ")
    letters = [name for name in shared if name[0] in "GB"]
    assert before.count("<path ") == after.count("<path ") + len(letters)
    assert set(re.findall(r'href="#([GBT][0-9a-f]+)"', spelled + str(after))) == set(shared)
    assert len(after) + sum(map(len, shared.values())) < 0.8 * len(before)
