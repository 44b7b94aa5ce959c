"""How charts look: one style, and the drawing as the same bytes every time.

Colours and manners follow the Government Analysis Function's guidance on charts; the font is
the one that ships with matplotlib, so that a drawing is the same on every machine.
"""

import io
import re

import matplotlib as mpl
import matplotlib.dates as mdates
from matplotlib.figure import Figure
from PIL import Image

from helpers.tables import parse

INK = "#262626"
GREY = "#6b6b6b"
PALE = "#d9d9d9"
LINE = "#b8b8b8"  # upright lines behind what is drawn
BLUE = "#12436d"
# The four grades, dark to light and back, so that they differ in black and white as well.
GRADE_FILL = {"inadequate": "#801650", "requires improvement": "#f2a06b", "good": "#a6dcd6",
              "outstanding": "#12436d"}
GRADE_INK = {"inadequate": "white", "requires improvement": INK, "good": INK,
             "outstanding": "white"}

STYLE = {
    "font.family": "DejaVu Sans", "font.size": 8.5, "text.color": INK, "axes.labelcolor": INK,
    "xtick.color": INK, "ytick.color": INK, "axes.edgecolor": GREY, "axes.linewidth": 0.8,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": False,
    "xtick.labelsize": 8.5, "ytick.labelsize": 8.5, "figure.facecolor": "white",
    "savefig.facecolor": "white", "svg.hashsalt": "study", "svg.fonttype": "path",
}
WIDTH = 4.3  # inches: as wide as a phone shows it, so that no text shrinks below reading size


def new_figure(height: float) -> Figure:
    """An empty figure of the study's width and style; height in inches."""
    mpl.rcParams.update(STYLE)
    return Figure(figsize=(WIDTH, height), layout="constrained")


def as_svg(figure: Figure) -> str:
    """The figure as SVG text, byte for byte the same for the same figure."""
    text = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return smaller(text.getvalue())


def smaller(svg: str) -> str:
    """The same drawing in fewer bytes, since a page holds each chart twice: numbers to a hundredth
    of a point, no comments, no names that nothing refers to, short names for the rest."""
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' d="([^"]+)"', lambda m: f' d="{_path(m[1])}"', svg)
    svg = re.sub(r'(?: (?:x|y|width|height)="|translate\()[^")]+',
                 lambda m: _LONG.sub(_short, m[0]), svg)
    svg = re.sub(r'(<use [^>]*?) transform="translate\(([-\d.]+) 0\)"', r'\1 x="\2"', svg)
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', svg))
    short = {name: f"_{n:x}" for n, name in enumerate(sorted(used))}
    svg = re.sub(r' id="([^"]+)"', lambda m: f' id="{short[m[1]]}"' if m[1] in used else "", svg)
    svg = re.sub(r'((?:href="|url\()#)([^")]+)', lambda m: m[1] + short[m[2]], svg)
    svg = re.sub(r"(?<=[:;]) ", "", svg)
    return re.sub(r"\s*\n\s*", "\n", svg).replace(">\n<", "><").strip() + "\n"


_LONG = re.compile(r"-?\d+\.\d{3,}")


def _short(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _path(commands: str) -> str:
    return re.sub(r" ?([A-Za-z]) ?", r"\1", _LONG.sub(_short, " ".join(commands.split())))


def as_png(figure: Figure) -> bytes:
    """The figure as PNG, 150 dots an inch in few colours, without date or program."""
    data, small = io.BytesIO(), io.BytesIO()
    with mpl.rc_context(STYLE):
        figure.savefig(data, format="png", dpi=150)
    drawn = Image.open(data).convert("RGB").quantize(32, dither=Image.Dither.NONE)
    drawn.save(small, format="png", optimize=True)
    return small.getvalue()


def day_of(edtf: str) -> float:
    """The middle of what a date may mean, as matplotlib counts days."""
    first, last = parse.bounds(edtf)
    return float(mdates.date2num(first + (last - first) / 2))


def fold(text: str, most: int = 13) -> str:
    """Words over two lines where they are too long for a tile."""
    if len(text) <= most:
        return text
    parts = text.split()
    cuts = [(abs(len(" ".join(parts[:n])) - len(" ".join(parts[n:]))), n)
            for n in range(1, len(parts))]
    cut = min(cuts)[1]
    return " ".join(parts[:cut]) + "\n" + " ".join(parts[cut:])
