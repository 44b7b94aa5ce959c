"""What a reader of a notebook meets where its HTML is not trusted: JupyterLab, a code host."""

import re
from collections.abc import Mapping
from pathlib import Path

import bleach
import html5lib
import pytest

from conftest import ROOT, each_notebook, outputs

# What JupyterLab's sanitiser and that of code hosts (html-pipeline) both keep, as far as the
# notebooks may use it: pictures in HTML not, since the host drops their data: addresses.
TAGS = set("a b br caption code dd details div dl dt em figcaption figure i li ol p pre small "
           "span strong sub summary sup table tbody td th thead tr ul".split())
ATTRIBUTES = {"a": ["href"], "td": ["colspan", "rowspan"], "th": ["colspan", "rowspan", "scope"]}


def meets(html: str) -> tuple[str, list[str | None]]:
    """The words and the links' addresses of some HTML."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return "".join(tree.itertext()), [e.get("href") for e in tree.iter("a")]


def lost(data: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """What an output loses where it is not trusted, or lacks; after: the output that follows."""
    html, picture = data.get("text/html", ""), "image/png" in data
    kept = bleach.clean(html, TAGS, ATTRIBUTES, ["http", "https"])
    problems = {
        "no text": not data.get("text/plain", "").strip(),
        "something else is shown": meets(kept) != meets(html),
        "a picture that is not shown everywhere": "image/svg+xml" in data,
        "HTML in Markdown": "<" in re.sub(r"\\.", "", data.get("text/markdown", "")),
        "a picture without words": picture and "in words and numbers" not in after.get("text/html", "")}
    return [problem for problem, found in problems.items() if found]


@each_notebook
def test_nothing_is_lost_where_a_notebook_is_not_trusted(path: Path) -> None:
    every = outputs(path)
    assert every and not any(map(lost, every, [*every[1:], {}]))


@pytest.mark.parametrize(("kind", "old", "new"), [
    ("text/html", "<table", "<script>0</script><table"),
    ("text/html", "<table", "<style>p {}</style><table"),
    ("text/html", "<table", '<img alt="x" src="data:image/png;base64,AAAA"><table'),
    ("text/html", 'href="../', 'href="javascript:'), ("text/markdown", "Ofsted", "<b>Ofsted</b>"),
    ("text/plain", "", "")])
def test_what_would_be_lost_is_noticed(kind: str, old: str, new: str) -> None:
    every = outputs(ROOT / "notebooks/02_grades.ipynb")
    data = next(d for d in every if old in d.get(kind, ""))
    assert lost(data, {}) == [] or "image/png" in data
    spoiled = {**data, kind: data[kind].replace(old, new)} if old else {**data, kind: " "}
    assert lost(spoiled, {}) != []
    picture = next(d for d in every if "image/png" in d)
    assert lost(picture, {}) == ["a picture without words"]
