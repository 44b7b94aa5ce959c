"""Markdown as sentences are written in it: values made safe, and the text as HTML or as words."""

import re
from typing import Any

import mistune
from markupsafe import Markup

_SPECIAL = re.compile(r"([\\`*_\[\]<>|$~&#])")
_AT_START = re.compile(r"^(\s*)([-+]|\d+(?=[.)]))")
_to_html = mistune.create_markdown(escape=True, plugins=["table"])


def esc(value: Any) -> str:
    """A value from a table, so that it shows as it is wherever Markdown is read.

    >>> esc("<b> *now* | $5")
    '\\\\<b\\\\> \\\\*now\\\\* \\\\| \\\\$5'
    """
    text = _SPECIAL.sub(r"\\\1", " ".join(str(value).split()))
    return _AT_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] in "+-" else m[0], text)


def link(words: str, address: str) -> str:
    """A link whose words show as they are."""
    return f"[{esc(words)}]({address})"


def html(text: str) -> Markup:
    """Markdown as HTML; tags in it are shown, not obeyed."""
    return Markup(str(_to_html(text)).strip())


def inline(text: str) -> Markup:
    """One line of Markdown as HTML, without a paragraph around it."""
    return Markup(re.sub(r"^<p>(.*)</p>$", r"\1", html(text), flags=re.DOTALL))


def words(text: str) -> str:
    """Markdown as plain words: a link becomes what it says."""
    plain = re.sub(r"<li>", "<li>- ", html(text))
    return re.sub(r"[ \t]*\n\s*", "\n", Markup(re.sub(r"<[^>]+>", "", plain)).unescape()).strip()
