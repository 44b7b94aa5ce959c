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

from helpers import text
from helpers.charts import style
from helpers.pages import display, drawing, export, markdown
from helpers.pages.drawing import DRAWINGS

NASTY = "<b>x</b> *y* $z$ | [a](javascript:b) `c` _d_ &amp; ~~e~~ # f \\"


@pytest.fixture
def drawn(shown: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The same of a run, which has its pages' drawings too."""
    monkeypatch.setenv("STUDY_DRAWINGS", "too")
    return shown


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, root: Path) -> list[dict[str, Any]]:
    """The bundles that a test shows, in order."""
    bundles: list[dict[str, Any]] = []
    monkeypatch.setattr(display, "display", lambda bundle, raw: bundles.append(bundle))
    monkeypatch.chdir(root)
    return bundles


DATA = pd.DataFrame({"name": ["<script>alert(1)</script>", "=1+1"], "count": [4277, None],
                     "status": ["as printed", "suppressed"]})
COLUMNS = {"name": "Name", "count": "Count"}


@pytest.mark.parametrize("value", [*NASTY.split(), NASTY, "- a list", "1. a list", "+ a", "<", "*"])
def test_a_value_in_a_sentence_shows_as_it_is(value: str) -> None:
    for sentence, told in ((f"It is {markdown.esc(value)}", f"It is {value}"),
                           (markdown.esc(value), value)):
        assert markdown.words(sentence) == told
        assert re.findall("<[a-z/]+", markdown.html(sentence)) == ["<p", "</p"]


def test_a_value_without_escape_is_harmless_all_the_same() -> None:
    page = markdown.html(f"It is {NASTY} <script>alert(1)</script>")
    assert "<b>" not in page and "<script" not in page and "href=\"javascript" not in page


def test_a_link_in_a_sentence_is_a_link(shown: list[dict[str, Any]]) -> None:
    display.say(f"It is {display.esc('<b>')} {display.link('[there]', '#x')}")
    assert shown[0]["text/plain"] == "It is <b> [there]"
    assert markdown.html(shown[0]["text/markdown"]) == (
        '<p>It is &lt;b&gt; <a href="#x">[there]</a></p>')


def test_a_table_is_captioned_scoped_and_escaped(shown: list[dict[str, Any]]) -> None:
    display.table(DATA, "9.1", "Things & others", COLUMNS)
    html = shown[0]["text/html"]
    assert "<caption>Table 9.1. Things &amp; others</caption>" in html
    assert 'id="table-9-1"' in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert all(" scope=" in head for head in re.findall(r"<th[^e][^>]*>", html))
    assert '<td class="number">4,277</td>' in html
    assert "suppressed in the source" in html


def test_a_year_has_no_comma(shown: list[dict[str, Any]]) -> None:
    display.table(pd.DataFrame({"year": [2023], "n": [2023]}), "9.1", "Years",
                  {"year": "Year", "n": "Number"})
    assert ">2023</th>" in shown[0]["text/html"] and ">2,023</td>" in shown[0]["text/html"]


@pytest.mark.parametrize(("words", "cards"), [("short", False), ("a rather longer text", True)])
def test_a_table_too_wide_for_a_phone_becomes_cards(shown: list[dict[str, Any]], words: str,
                                                    cards: bool) -> None:
    display.table(pd.DataFrame({"a": [words], "b": [words], "c": [words]}), "9.1", "Things",
                  {"a": "A", "b": "B", "c": "C"})
    html = shown[0]["text/html"]
    assert ('class="cards"' in html) == cards
    assert (f'<td role="cell" data-label="B">{words}</td>' in html) == cards
    assert html.count(' role="row"') == cards * html.count("<tr")


def test_formulas_are_harmless_in_the_download(shown: list[dict[str, Any]]) -> None:
    display.table(DATA, "9.1", "Things", COLUMNS)
    assert "\n'=1+1," in shown[0]["text/csv"]


def test_a_row_links_to_its_source(shown: list[dict[str, Any]]) -> None:
    data = pd.DataFrame({"figure_id": ["n-cpp-2014"], "value": [431.0], "source_id": ["sif-2014"],
                         "locator": ["p. 11, bullet 14"]})
    display.table(data, "9.2", "Plans", {"value": "Plans"}, row_id="figure_id")
    assert ('href="../reports/sources.html#at-sif-2014-p-11-bullet-14">'
            'Ofsted report 2014, p. 11, bullet 14</a>' in shown[0]["text/html"])
    assert shown[0]["text/csv"] == ("value,figure_id,source_id,locator\n"
                                    "431.0,n-cpp-2014,sif-2014,\"p. 11, bullet 14\"\n")


def test_a_row_without_a_source_says_so(shown: list[dict[str, Any]]) -> None:
    display.table(DATA.assign(row=["2018-overall", ""]), "9.1", "Things", COLUMNS, row_id="row")
    assert shown[0]["text/html"].count(">no source</td>") == 1
    with pytest.raises(KeyError):
        display.table(DATA.assign(row=["2018-overall", "x"]), "9.1", "Things", COLUMNS, "row")


def test_a_correction_is_marked_where_the_row_is_used(shown: list[dict[str, Any]]) -> None:
    assert "[sources differ: k-01]" in display.cite("n-team-a002")
    assert "[sources differ" in display.cite("c-003-14a")
    assert "[sources differ" not in display.cite("n-cpp-2014")
    with pytest.raises(KeyError):
        display.cite("n-nothing")


def test_links_that_read_alike_lead_to_one_place(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    leads: dict[str, set[str]] = {}
    for row_id, (source_id, _) in display._index().items():
        if not source_id:
            continue
        link = re.match(r"\[((?:[^\]\\]|\\.)*)\]\(([^)]*)\)", display.cite(row_id))
        assert link, row_id
        leads.setdefault(link[1], set()).add(link[2])
    assert len(leads) > 300
    assert {words: to for words, to in leads.items() if len(to) > 1} == {}
    places = {place for name, place in display._index().items() if name not in display._measures()}
    assert len({display.place_anchor(*place) for place in places}) == len(places)


def draw(size: float = 9.0) -> Figure:
    figure = style.new_figure(1, narrow=2)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], marker="o")
    axes.text(0.5, 0.5, "a <word>", fontsize=size)
    return figure


def chart(alt: str, **more: Any) -> None:
    options = {"sources": ["sif-2014"], "draw": draw} | more
    display.chart(options.pop("draw"), "9.3", title="It rises", subtitle="From 0 to 1", alt=alt,
                  data=DATA, columns=COLUMNS, **options)


ALT = "Line that rises from nothing at the left to one at the right, without a break."


@pytest.mark.parametrize("alt", ["", "It rises", "It rises.", "Too short to say anything"])
def test_no_text_no_chart(alt: str) -> None:
    with pytest.raises(ValueError, match="alternative text"):
        chart(alt)


def test_no_source_no_chart() -> None:
    with pytest.raises(ValueError, match="name its sources"):
        chart(ALT, sources=[])


def test_no_small_letters_at_either_width(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    monkeypatch.chdir(root)
    with pytest.raises(ValueError, match="too small to read: a <word>"):
        chart(ALT, draw=lambda: draw(8.0))
    monkeypatch.setenv("STUDY_DRAWINGS", "alone")
    with pytest.raises(ValueError, match="too small"):
        chart(ALT, draw=lambda: draw(9.0 if style.is_wide() else 8.0))


def test_a_chart_is_a_picture_then_its_words_and_data(shown: list[dict[str, Any]]) -> None:
    chart(ALT)
    picture, below = shown
    assert set(picture) == {"image/png", "text/plain"}  # its drawings are for a run alone
    image = Image.open(io.BytesIO(base64.b64decode(picture["image/png"])))
    assert image.width >= 1600
    assert picture["text/plain"].startswith("Figure 9.3. It rises.")
    assert "Figure 9.3 in words and numbers</summary>" in below["text/html"]
    assert f'<p id="words-9-3">{ALT}</p>' in below["text/html"] and "<table" in below["text/html"]
    assert below["text/csv"].startswith("name,count")


def test_the_same_figure_gives_the_same_bytes(drawn: list[dict[str, Any]]) -> None:
    chart(ALT)
    chart(ALT)
    assert len(drawn) == 4 and drawn[:2] == drawn[2:]


def test_a_page_of_its_own_has_drawings_alone(drawn: list[dict[str, Any]],
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDY_DRAWINGS", "alone")
    chart(ALT)
    assert set(drawn[0]) == {"text/plain", DRAWINGS} and "letters" not in drawn[0][DRAWINGS]


def page_of(bundles: list[dict[str, Any]]) -> tuple[export.Page, dict[str, Any]]:
    outputs = [new_output("display_data", data=bundle) for bundle in bundles]
    return export.read(new_notebook(cells=[new_markdown_cell("# Why?"),
                                           new_code_cell("1", outputs=outputs)]))


def test_a_chart_on_a_page_is_drawn_for_two_widths_and_named(drawn: list[dict[str, Any]]) -> None:
    chart(ALT)
    page, downloads = page_of(drawn)
    both = re.findall(r'<svg class="(wide|narrow)" role="img" aria-labelledby="([^"]*)"', page.body)
    assert both == [("wide", "words-9-3"), ("narrow", "words-9-3")]
    assert f'<p id="words-9-3">{ALT}</p>' in page.body
    ids = re.findall(r' id="([^"]+)"', page.body)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', page.body)) <= set(ids)
    assert " style=" not in page.body  # the page's policy forbids it
    assert {"figure-9-3.png", "figure-9-3.svg", "figure-9-3.csv"} == set(downloads)


def test_panels_are_drawn_once_for_both_widths(drawn: list[dict[str, Any]]) -> None:
    def draw() -> Figure:
        figure, grid = style.new_panels(2, 0.4, 0.3)
        grid[0].plot([0, 1], [0, 1], marker="o")
        grid[3].set_visible(False)
        return figure

    chart(ALT, draw=draw)
    page, _ = page_of(drawn)
    found = re.findall(r'<svg (class="panel" role="img" aria-labelledby="words-9-3"|aria-hidden="true") '
                       'viewBox="([^"]*)"', page.body)
    assert len(found) == 4 and found[0][0].startswith("class") and "narrow" not in page.body
    assert [box for _, box in found] == ["0 0 233.3 129.6", "230.4 0 233.3 129.6",
                                         "0 129.6 233.3 129.6", "0 259.2 233.3 21.6"]
    assert page.body.count('<use href="#w9-3"/>') == 3 and page.body.count('<g id="w9-3">') == 1


def test_a_picture_to_publish_says_what_it_is(drawn: list[dict[str, Any]]) -> None:
    chart(ALT)
    said = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", drawn[0][DRAWINGS]["letters"]))
    for part in ("It rises", "From 0 to 1", "Figure 9.3", "Ofsted report 2014", "22 August 2026",
                 "Open Government Licence"):
        assert part in said
    assert "Verdana" in drawn[0][DRAWINGS]["letters"]


@pytest.mark.parametrize("across", [1, 2])
def test_what_is_put_around_a_published_picture_covers_nothing(across: int) -> None:
    """Though the figure was laid out before, for the page."""
    figure = style.new_figure(2)
    for axes in figure.subplots(1, across, squeeze=False).flat:
        axes.set(title="A panel", xlabel="Year", xticks=range(3))
    figure.legend(handles=[Line2D([], [], label="A line")], loc="outside lower left")
    style.as_svg(figure)
    style.publish(figure, "A title " * 20, "What it shows " * 10, "A source " * 30)
    style.as_svg(figure)
    figure.draw_without_rendering()
    words = [each.get_window_extent() for each in figure.texts]
    drawn = [axes.get_tightbbox() for axes in figure.axes] + [figure.legends[0].get_window_extent()]
    assert len(words) == 3 and not any(a.overlaps(b) for a in words for b in drawn)
    assert not any(axes.overlaps(drawn[-1]) for axes in drawn[:-1])


@pytest.mark.parametrize(("value", "expected"), [(4277.0, "4,277"), (16.6, "16.6"), (0, "0"),
                                             (1234567, "1,234,567"), (0.944, "0.944")])
def test_number(value: float, expected: str) -> None:
    assert text.number(value) == expected


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
