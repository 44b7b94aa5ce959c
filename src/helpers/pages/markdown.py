"""Markdown as sentences are written in it: values made safe, and the text as HTML or as words."""

import re
from typing import Any

import mistune
from markupsafe import Markup

_SPECIAL = re.compile(r"([\\`*_\[\]<>|$~&#])")
_to_html = mistune.create_markdown(escape=True, plugins=["table"])


def esc(value: Any) -> str:
    r"""A value from a table, so that it shows as it is wherever Markdown is read.

    >>> esc("<b> *now* | $5")
    '\\<b\\> \\*now\\* \\| \\$5'
    """
    text = _SPECIAL.sub(r"\\\1", " ".join(str(value).split()))
    text = re.sub(r"^([-+])", r"\\\1", text)
    return re.sub(r"^(\d+)([.)])(?=\s|$)", r"\1\\\2", text)


def link(words: str, address: str) -> str:
    """A link whose words show as they are."""
    return f"[{esc(words)}]({address})"


def html(text: str) -> Markup:
    """Markdown as HTML; tags in it are shown, not obeyed."""
    return Markup(str(_to_html(text)).strip())


def inline(text: str) -> Markup:
    """One line of Markdown as HTML, without a paragraph around it."""
    return Markup(re.sub(r"^<p>(.*)</p>$", r"\1", str(html(text)), flags=re.DOTALL))


def words(text: str) -> str:
    """Markdown as plain words: a link becomes what it says."""
    plain = re.sub(r"<li>", "<li>- ", str(html(text)))
    return re.sub(r"[ \t]*\n\s*", "\n", Markup(re.sub(r"<[^>]+>", "", plain)).unescape()).strip()
