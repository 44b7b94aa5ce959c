"""How charts look: one style, two widths, and the drawing as the same bytes every time.

A chart is drawn twice, for a phone and for a wide page, so that its letters are never smaller than
eleven pixels nor larger than the text. Colours and manners follow the Government Analysis Function's
guidance on charts; the font is the one that ships with matplotlib."""

import contextlib
import functools
import io
import textwrap
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import matplotlib.dates as mdates
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from helpers.tables import parse

INK = "#262626"
GREY = "#5f5f5f"
PALE = "#d9d9d9"
LINE = "#b8b8b8"  # upright lines behind what is drawn
BLUE = "#12436d"
# The four grades, dark to light and back, so that they differ in black and white as well.
GRADE_FILL = {"inadequate": "#801650", "requires improvement": "#f2a06b", "good": "#a6dcd6",
              "outstanding": "#12436d"}
GRADE_INK = {"inadequate": "white", "requires improvement": INK, "good": INK, "outstanding": "white"}
BOX = {"facecolor": "white", "edgecolor": "none", "pad": 1}  # a line may run behind words

STYLE = {
    "font.family": "DejaVu Sans", "font.size": 8.5, "axes.titlesize": "medium",
    "axes.titlelocation": "left", "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK,
    "ytick.color": INK, "axes.edgecolor": GREY, "axes.linewidth": 0.8, "axes.spines.top": False,
    "axes.spines.right": False, "legend.frameon": False, "legend.borderaxespad": 0,
    "figure.facecolor": "white", "savefig.facecolor": "white", "svg.hashsalt": "study",
}
SMALLEST = 8.25  # points: eleven pixels on a phone, where a drawing is shown at its own size
NARROW, WIDE = 3.9, 6.4  # inches: a phone's width; a page's, which shows it a tenth larger
PANELS = "panels"  # the label of a figure of new_panels
PANEL, BELOW, LEFT, RIGHT = 1.15, 0.25, 0.45, 0.05  # inches: its axes' height; around them
_wide = True


def new_figure(height: float, narrow: float | None = None) -> Figure:
    """An empty figure of the study's style and the width now drawn for.

    height: in inches; narrow: its height on a phone, where it differs."""
    mpl.rcParams.update(STYLE)
    size = (WIDE, height) if _wide else (NARROW, narrow or height)
    return Figure(figsize=size, layout="constrained")


def is_wide() -> bool:
    """Whether a chart is now drawn for a wide page, not for a phone."""
    return _wide


@contextlib.contextmanager
def width(wide: bool) -> Iterator[None]:
    """Draw for a wide page, or for a phone."""
    global _wide
    before, _wide = _wide, wide
    try:
        yield
    finally:
        _wide = before


def too_small(figure: Figure) -> list[str]:
    """The texts of a figure whose letters are too small to read."""
    return [text.get_text() for text in figure.findobj(Text) if text.get_visible()
            and text.get_text().strip() and float(text.get_fontsize()) < SMALLEST]


def publish(figure: Figure, title: str, subtitle: str, foot: str) -> None:
    """Put a title, what it shows, and a foot into a wide figure, which grows by their height."""
    title, subtitle = textwrap.fill(title, 66), textwrap.fill(subtitle, 92)
    foot = textwrap.fill(foot, 96)
    above = (_points(title, 11) + _points(subtitle, 8.5)) / 72 + 0.15
    below = _points(foot, SMALLEST) / 72 + 0.1
    _settle(figure)
    across, height = figure.get_size_inches()
    whole = height + above + below
    figure.set_size_inches(across, whole)
    for axes in figure.axes:
        x, y, wide, high = axes.get_position(original=True).bounds
        axes.set_position((x, (y * height + below) / whole, wide, high * height / whole))
    for legend in figure.legends:
        legend.set_bbox_to_anchor((0, below / whole, 1, height / whole), figure.transFigure)
    top = whole - 0.06
    write = functools.partial(figure.text, 0.06 / across, linespacing=1.25)
    write(top / whole, title, size=11, weight="bold", va="top")
    write((top - _points(title, 11) / 72) / whole, subtitle, size=8.5, va="top")
    write(0.06 / whole, foot, size=SMALLEST, color=GREY, va="bottom")


def _points(words: str, size: float) -> float:
    """The height of lines of a size."""
    return size * 1.35 * (words.count("\n") + 1)


def as_svg(figure: Figure, letters: bool = False) -> str:
    """The figure as SVG, the same bytes for the same figure; with live letters or with paths."""
    text = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none" if letters else "path"}):
        _settle(figure)
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue().replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, Arial, sans-serif")


def _settle(figure: Figure) -> None:
    """Lay a figure out, to a millionth of its size: the solver's last digits differ from run to
    run, and names in the SVG are made of them."""
    if engine := figure.get_layout_engine():
        engine.execute(figure)
    for axes in figure.axes:
        bounds = axes.get_position(original=True).bounds
        axes.set_position(Bbox.from_bounds(*(round(edge, 6) for edge in bounds)))
        axes.set_in_layout(True)  # which that ends, and `publish` needs
    figure.set_layout_engine(None)  # so that saving does not draw it once more to lay it out


def new_panels(rows: int, above: float, key: float) -> tuple[Figure, list[Axes]]:
    """A wide figure of panels of one size, two across, and its axes. A phone has them one below the
    other, so that it is drawn once. above, key: the inches that titles and the key need."""
    height = rows * (above + PANEL + BELOW) + key
    figure = new_figure(height)
    figure.set_layout_engine("none")
    figure.set_label(PANELS)
    grid = list(figure.subplots(rows, 2, gridspec_kw={
        "left": LEFT / WIDE, "right": 1 - RIGHT / WIDE, "top": 1 - above / height,
        "bottom": (key + BELOW) / height, "hspace": (above + BELOW) / PANEL,
        "wspace": (LEFT + RIGHT) / (WIDE / 2 - LEFT - RIGHT)}).flat)
    for axes in grid:  # a tenth of the time goes into places for labels that panels do not have
        axes.xaxis.set_label_coords(0, 0)
        axes.yaxis.set_label_coords(0, 0)
    return figure, grid


def boxes(figure: Figure) -> list[list[float]]:
    """The box of each panel of new_panels that shows something, and of the key, none for another
    figure; x, y, width and height in points from the top left."""
    if figure.get_label() != PANELS:
        return []
    whole = figure.get_figheight()
    tops = [whole * (1 - axes.get_position(original=True).y1) for axes in figure.axes
            if axes.get_visible()]
    high = tops[0] + PANEL + BELOW
    below = tops[-1] + PANEL + BELOW
    across = WIDE / 2 + 0.04  # into the next one's margin: Northamptonshire is a long word
    found = [(n % 2 * WIDE / 2, top - tops[0], across, high) for n, top in enumerate(tops)]
    return [[round(72 * side, 1) for side in box] for box in [*found, (0, below, across, whole - below)]]


def as_png(figure: Figure) -> bytes:
    """The figure as PNG, 1,664 pixels wide in few colours, without date or program."""
    small = io.BytesIO()
    canvas = FigureCanvasAgg(figure)
    figure.set_dpi(260)
    canvas.draw()
    drawn = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba()).convert("RGB")
    del canvas.renderer  # twelve megabytes
    drawn.quantize(24, dither=Image.Dither.NONE).save(small, format="png", optimize=True)
    return small.getvalue()


def day_of(edtf: str) -> float:
    """The middle of what a date may mean, as matplotlib counts days."""
    return float(mdates.date2num(parse.middle(edtf)))


def fold(text: str, most: int = 13) -> str:
    """Words over two lines of about one length where they are too long for a tile."""
    words = text.split()
    if len(text) <= most or len(words) < 2:
        return text
    cuts = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
    first, second = min(cuts, key=lambda cut: abs(len(cut[0]) - len(cut[1])))
    return f"{first}\n{second}"


def note(axes: Axes, words: str, place: tuple[float, float], shift: tuple[float, float],
         **look: Any) -> None:
    """Words so many points to the right of a place, in the axes' data, and above it."""
    axes.annotate(words, place, xytext=shift, textcoords="offset points", **look)


def heatmap(axes: Axes, values: pd.DataFrame, **look: Any) -> None:
    """Seaborn's heatmap of a table under its columns' names, without a scale."""
    sns.heatmap(values, ax=axes, cbar=False, xticklabels=True, yticklabels=True, **look)
    axes.set(xlabel="", ylabel="")
    axes.xaxis.tick_top()
    axes.tick_params(length=0, rotation=0)


def bare(axes: Axes) -> None:
    """Leave out the lines and ticks of both axes, not what is written there."""
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0)


def signed(number: float, unit: str = "%") -> str:
    """'+5%', '−5%' or '0%'."""
    return f"{number:+.0f}{unit}".replace("-", "−") if round(number) else f"0{unit}"


def small(label: str) -> str:
    """A label as it stands within a sentence."""
    return label[:1].lower() + label[1:]
