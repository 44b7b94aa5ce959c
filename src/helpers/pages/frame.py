"""The frame of every page: its head, its navigation, its foot; the templates are Jinja's."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup

from helpers import __version__, record, text
from helpers.charts import style
from helpers.tables import files, schema

TEMPLATES = Path(__file__).parent / "template"
STYLE = re.sub(r"\s*\n\s*", "", (TEMPLATES / "page.css").read_text(encoding="utf-8")) + "".join(
    f".g{rank},.g{rank}w{{background:{fill};color:{style.GRADE_INK[grade]}}}"
    for rank, (grade, fill) in enumerate(style.GRADE_FILL.items(), start=1))  # a tile for each grade
JINJA = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True,
                           trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
DOWNLOADS = "downloads"
# The pages, in their order, and what links to them say.
SHORT = {"index": "Summary", "02_grades": "Grades", "03_children": "Children and staff",
         "04_recovery": "Since 2023", "05_claims": "Claims", "06_england": "England",
         "every_authority": "Every authority", "figures": "Tables and figures",
         "sources": "Sources", "01_clean": "Data"}


class Page(NamedTuple):
    """A page before its frame: its title, its body, the parts that a contents line names (id and
    words), a sentence that describes it, and its tables and figures (id, words)."""

    title: str
    body: Markup
    contents: list[tuple[str, str]]
    about: str
    marks: list[tuple[str, str]]


def render(template: str, **values: Any) -> Markup:
    """A template of the study's with its values, which are escaped where they are not Markup."""
    return Markup(JINJA.get_template(f"{template}.html.j2").render(values))


def framed(page: Page, name: str = "", up: str = "", foot: str = "") -> str:
    """A page with its head, its navigation and its foot. name: '' for one that is not in SHORT; up:
    the way to the other pages' folder; foot: what its foot says first, instead of how far the record
    goes."""
    events = files.read_table("events").set_index("event_id")
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    picture = next((mark for mark, _ in page.marks if mark.startswith("figure")), "")
    return render(
        "page", page=page, study=schema.description()["title"],
        site=f"{record.studied_name()} children’s services", style=Markup(STYLE), front=name == "index",
        style_hash=Markup(f"sha256-{digest}"), version=__version__, up=up, foot=foot,
        links=[(f"{up}{other}.html", words, other == name) for other, words in SHORT.items()],
        picture=f"{up}{DOWNLOADS}/{picture}.png" if picture else "",
        reaches=text.spoken_date(events.loc["record-reaches", "date"]))
