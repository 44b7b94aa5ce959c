"""The README's findings and picture, taken from the summary as it was run."""

import re
from pathlib import Path

from nbformat import NotebookNode

from helpers import store
from helpers.pages.drawing import DRAWINGS

START, END = "<!-- findings: written by make refresh -->", "<!-- end of findings -->"
PICTURE = "docs/grades.svg"


def findings(summary: NotebookNode) -> str:
    """The summary's finding and answer, as its first cell says them; links as words."""
    said = [str(o["data"]["text/markdown"]) for c in summary.cells for o in c.get("outputs", [])
            if "text/markdown" in o.get("data", {})][:2]
    finding, answer = (re.sub(r"\[((?:[^\]\\]|\\.)*)\]\([^)]*\)", r"\1", text) for text in said)
    return f"**{finding.removeprefix('# ')}.** {answer}"


def picture(summary: NotebookNode) -> tuple[str, str]:
    """The summary's first chart as SVG with live letters, and its alternative text."""
    drawn = next(o["data"][DRAWINGS] for c in summary.cells for o in c.get("outputs", [])
                 if DRAWINGS in o.get("data", {}))
    return str(drawn["letters"]), str(drawn["alt"])


def updated(text: str, summary: NotebookNode) -> str:
    """The README with its findings and the picture's alternative text brought up to date."""
    before, after = text[:text.index(START)], text[text.index(END):]
    alt = picture(summary)[1]
    return f"{before}{START}\n{findings(summary)}\n\n![{alt}]({PICTURE})\n{after}"


def write(summary: NotebookNode, folder: Path) -> None:
    """Bring a project's README.md and its picture up to date."""
    readme = folder / "README.md"
    store.replace_file(folder / PICTURE, picture(summary)[0])
    store.replace_file(readme, updated(readme.read_text(encoding="utf-8"), summary))
