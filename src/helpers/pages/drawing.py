"""A drawing of matplotlib's as part of a page: no style of its own, its letters shared.

A page's rules forbid inline styles, and a page holds each chart twice; so styles become attributes,
numbers are cut to a tenth of a point, and each letter and each text is in a page once."""

import hashlib
import itertools
import re
from collections.abc import Mapping, Sequence

from markupsafe import Markup

# What a run, and only a run, adds to a chart's output, for the export: the drawings of its page.
DRAWINGS = "application/x.study.drawings+json"
_BARE = re.compile(r"<g>((?:(?!</?g[ >]).)*)</g>|<g/>", re.DOTALL)  # a group that says nothing
_TEXT = re.compile(r'<g( [^>]*)>((?:<use href="#[GB][0-9a-f]+"[^>]*/>)+)</g>')
_LETTER = r'<path id="([GB][0-9a-f]+)" [^>]*/>'


def inline(svg: str, prefix: str, words: str, kind: str) -> tuple[Markup, dict[str, str]]:
    """A drawing as an element that screen readers name by another's words, and the letters and
    texts that it uses, by name.

    prefix: what its own ids begin with, unlike any other's on the page; words: the id of the
    element that says what it shows; kind: its class."""
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' d="([^"]+)"', lambda m: f' d="{_path(m[1])}"', svg)
    svg = re.sub(r'(?: (?:x|y|width|height)="|translate\()[^")]+', lambda m: _short(m[0]), svg)
    svg = re.sub(r'(<use [^>]*?) transform="translate\(([-\d.]+) 0\)"',
                 lambda m: f'{m[1]} x="{float(m[2]):.0f}"', svg)
    svg = re.sub(r' style="([^"]*)"',
                 lambda m: re.sub(r" ?([a-z-]+): ?([^;]*);?", r' \1="\2"', m[1]), svg)
    svg = svg.replace("xlink:", "").replace(' stroke-dashoffset="0"', "")
    # in order of appearance: the names hash a layout whose last digits differ from run to run
    names = dict.fromkeys(re.findall(r'(?:href="|url\()#([^")]+)', svg))
    count = itertools.count()
    own = {name: _letter(name) or f"{prefix}-{next(count):x}" for name in names}
    svg = re.sub(r' id="([^"]+)"', lambda m: f' id="{own[m[1]]}"' if m[1] in own else "", svg)
    svg = re.sub(r'((?:href="|url\()#)([^")]+)', lambda m: m[1] + own[m[2]], svg)
    svg = re.sub(r"\s*\n\s*", "\n", svg).replace(">\n<", "><").strip()
    shared = {m[1]: m[0] for m in re.finditer(_LETTER, svg)}
    svg = re.sub(_LETTER, "", svg).replace("<defs></defs>", "")
    shared |= {_name(m[2]): f'<g id="{_name(m[2])}">{m[2]}</g>' for m in _TEXT.finditer(svg)}
    svg = _TEXT.sub(lambda m: f'<use href="#{_name(m[2])}"{m[1]}/>', svg)
    while (bare := _BARE.sub(r"\1", svg)) != svg:
        svg = bare
    head, inner = re.split(r"(?<=>)", svg[svg.index("<svg"):].removesuffix("</svg>"), maxsplit=1)
    box = re.search(r'viewBox="([^"]+)"', head)
    return Markup('<svg class="{}" role="img" aria-labelledby="{}" viewBox="{}" '
                  'stroke-linejoin="round" stroke-linecap="butt">{}</svg>').format(
                      kind, words, box[1] if box else "", Markup(inner)), shared


def _path(commands: str) -> str:
    return re.sub(r" ?([A-Za-z]) ?", r"\1", _short(" ".join(commands.split())))


def _short(numbers: str) -> str:
    """A text with its long numbers cut to a tenth."""
    return re.sub(r"-?\d+\.\d{2,}", lambda m: f"{float(m[0]):.1f}".removesuffix(".0"), numbers)


def _letter(name: str) -> str:
    found = re.fullmatch(r"DejaVuSans(-Bold)?-([0-9a-f]+)", name)
    return f"{'B' if found[1] else 'G'}{found[2]}" if found else ""


def _name(letters: str) -> str:
    """The name under which a text's letters are shared."""
    return f"T{hashlib.sha256(letters.encode()).hexdigest()[:8]}"


def in_panels(whole: Markup, prefix: str, boxes: Sequence[Sequence[float]]) -> Markup:
    """A drawing from inline as parts that stand beside each other or, on a phone, one below the
    other. The first holds it all and has its name; each shows only its own box."""
    head, inner, end = re.split(r"(?<=>)(.*)(?=</svg>)", whole, maxsplit=1, flags=re.DOTALL)
    first, *others = [f'viewBox="{" ".join(f"{side:g}" for side in box)}"' for box in boxes]
    head = re.sub(r'viewBox="[^"]*"', first, head)
    rest = "".join(f'<svg aria-hidden="true" {view}><use href="#{prefix}"/></svg>' for view in others)
    return Markup(f'<div class="panels">{head}<g id="{prefix}">{inner}</g>{end}{rest}</div>')


def outlines(shared: Mapping[str, str]) -> Markup:
    """The letters and texts that a page's drawings share, unseen."""
    parts = "".join(shared[name] for name in sorted(shared))
    return Markup(f'<svg class="outlines" aria-hidden="true" width="0" height="0"><defs>{parts}</defs>'
                  "</svg>" if shared else "")
