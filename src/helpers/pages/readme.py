"""The README's findings and picture, taken from the summary as it was run."""

import base64
import html
import re
from pathlib import Path

from nbformat import NotebookNode

from helpers import store

START, END = "<!-- findings: written by make refresh -->", "<!-- end of findings -->"
PICTURE = "docs/grades.svg"


def findings(summary: NotebookNode) -> str:
    """The first two paragraphs of the summary and the list that follows, as Markdown."""
    blocks = [o["data"]["text/html"] for c in summary.cells if c.cell_type == "code"
              for o in c.outputs if "text/html" in o.get("data", {})]
    answers = [b for b in blocks if b.startswith("<p>")][:2]  # the answer, and what came after
    points = next(b for b in blocks if b.startswith("<ul>"))
    lines = [line for answer in answers for line in (_plain(answer), "")]
    lines += [f"- {_plain(point)}" for point in re.findall(r"<li>(.*?)</li>", points, re.DOTALL)]
    return "\n".join(lines)


def picture(summary: NotebookNode) -> tuple[str, str]:
    """The summary's chart as SVG, and its alternative text."""
    block = next(o["data"]["text/html"] for c in summary.cells if c.cell_type == "code"
                 for o in c.outputs if "<figure" in o.get("data", {}).get("text/html", ""))
    drawn = re.search(r'<img alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]+)"', block)
    if not drawn:
        raise ValueError("the summary's chart has no drawing")
    return base64.b64decode(drawn[2]).decode(), html.unescape(drawn[1])


def updated(text: str, summary: NotebookNode) -> str:
    """The README with its findings and the picture's alternative text brought up to date.

    Raises ValueError if it lacks the two comments between which they stand.
    """
    if START not in text or END not in text:
        raise ValueError(f"README.md lacks {START} and {END}")
    before, rest = text.split(START, 1)
    after = rest.split(END, 1)[1]
    alt = picture(summary)[1].replace("[", "(").replace("]", ")")
    return f"{before}{START}\n{findings(summary)}\n\n![{alt}]({PICTURE})\n{END}{after}"


def write(summary: NotebookNode, project: Path | None = None) -> None:
    """Bring README.md and its picture up to date."""
    folder = project or store.root()
    readme = folder / "README.md"
    store.replace_file(folder / PICTURE, picture(summary)[0])
    store.replace_file(readme, updated(readme.read_text(encoding="utf-8"), summary))


def _plain(text: str) -> str:
    """HTML as a line of text: a link becomes its words."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())
