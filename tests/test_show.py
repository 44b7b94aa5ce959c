"""What notebooks show: escaped, captioned, linked, with alternative text."""

import io
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from markupsafe import Markup

from helpers import text
from helpers.charts import style
from helpers.pages import display


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, root: Path) -> list[dict[str, str]]:
    """The bundles that a test shows, in order."""
    bundles: list[dict[str, str]] = []
    monkeypatch.setattr(display, "display", lambda bundle, raw: bundles.append(bundle))
    monkeypatch.chdir(root)
    return bundles


DATA = pd.DataFrame({"name": ["<script>alert(1)</script>", "=1+1"], "count": [4277, None],
                     "status": ["as printed", "suppressed"]})
COLUMNS = {"name": "Name", "count": "Count"}


def test_a_table_is_captioned_scoped_and_escaped(shown: list[dict[str, str]]) -> None:
    display.table(DATA, "9.1", "Things & others", COLUMNS)
    html = shown[0]["text/html"]
    assert "<caption><span>Table 9.1. Things &amp; others</span></caption>" in html
    assert 'id="table-9-1"' in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert all(" scope=" in head for head in re.findall(r"<th[^e][^>]*>", html))
    assert '<td class="number">4,277</td>' in html
    assert "suppressed in the source" in html


def test_formulas_are_harmless_in_the_download(shown: list[dict[str, str]]) -> None:
    display.table(DATA, "9.1", "Things", COLUMNS)
    assert "\n'=1+1," in shown[0]["text/csv"]


def test_a_row_links_to_its_source(shown: list[dict[str, str]]) -> None:
    data = pd.DataFrame({"figure_id": ["n-cpp-2014"], "value": [431.0], "source_id": ["sif-2014"],
                         "locator": ["p. 11, bullet 14"]})
    display.table(data, "9.2", "Plans", {"value": "Plans"}, row_id="figure_id")
    assert ('href="../reports/sources.html#n-cpp-2014">Ofsted report 2014, p. 11, bullet 14</a>'
            in shown[0]["text/html"])
    assert shown[0]["text/csv"] == ("value,figure_id,source_id,locator\n"
                                    "431.0,n-cpp-2014,sif-2014,\"p. 11, bullet 14\"\n")


def test_a_correction_is_marked_where_the_row_is_used(shown: list[dict[str, str]]) -> None:
    assert "(difference k-01)" in display.cite("n-team-a002")
    assert "(difference" in display.cite("c-003-14a")
    assert "(difference" not in display.cite("n-cpp-2014")
    with pytest.raises(KeyError):
        display.cite("n-nothing")


def test_sentences_escape_what_they_are_filled_with(shown: list[dict[str, str]]) -> None:
    display.say("It is {what} {link}", what="<b>", link=Markup('<a href="#x">there</a>'))
    assert shown[0]["text/html"] == '<p>It is &lt;b&gt; <a href="#x">there</a></p>'
    assert shown[0]["text/plain"] == "It is <b> there"


def chart(alt: str, **more: Any) -> None:
    figure = style.new_figure(1)
    figure.subplots().plot([0, 1], [0, 1])
    display.chart(figure, "9.3", title="It rises", subtitle="From 0 to 1", alt=alt, data=DATA,
               columns=COLUMNS, **more)


ALT = "Line that rises from nothing at the left to one at the right, without a break."


@pytest.mark.parametrize("alt", ["", "It rises", "It rises.", "Too short to say anything"])
def test_no_text_no_chart(alt: str) -> None:
    with pytest.raises(ValueError, match="alternative text"):
        chart(alt)


def test_a_chart_is_an_image_with_its_text_and_data(shown: list[dict[str, str]]) -> None:
    chart(ALT)
    bundle = shown[0]
    assert f'<img alt="{ALT}" src="data:image/svg+xml;base64,' in bundle["text/html"]
    assert "<summary>The data behind figure 9.3</summary>" in bundle["text/html"]
    assert "<table><caption>" in bundle["text/html"]
    assert bundle["text/csv"].startswith("name,count")
    assert bundle["text/plain"].startswith("Figure 9.3. It rises.")
    assert "<script" not in bundle["text/html"]


def test_the_same_figure_gives_the_same_bytes(shown: list[dict[str, str]]) -> None:
    chart(ALT)
    chart(ALT)
    assert shown[0] == shown[1]


@pytest.mark.parametrize(("value", "expected"), [(4277.0, "4,277"), (16.6, "16.6"), (0, "0"),
                                             (1234567, "1,234,567"), (0.944, "0.944")])
def test_number(value: float, expected: str) -> None:
    assert text.number(value) == expected


def test_a_smaller_drawing_is_the_same_drawing() -> None:
    figure = style.new_figure(2)
    axes = figure.subplots()
    axes.plot([0, 1, 2], [1.23456, 3.5, 2], marker="o", label="<!-- not -->")
    axes.legend()
    whole = io.StringIO()
    figure.savefig(whole, format="svg", metadata={"Date": None})
    before, after = whole.getvalue(), style.as_svg(figure)
    colours = r"(?:fill|stroke): ?(#[0-9a-f]{6}|none)"
    assert re.findall(colours, before) == re.findall(colours, after)
    for part in ("<use ", "<path ", "<g", "<clipPath"):
        assert before.count(part) == after.count(part), part
    named = set(re.findall(r' id="([^"]+)"', after))
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', after)) == named
    assert len(after) < 0.8 * len(before)
