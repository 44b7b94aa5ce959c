"""How charts look: one style, two widths, and the drawing as the same bytes every time.

A chart is drawn twice, for a phone and for a wide page, so that its letters are never smaller than
eleven pixels nor larger than the text. Colours and manners follow the Government Analysis
Function's guidance on charts; the font is the one that ships with matplotlib.
"""

import contextlib
import io
import textwrap
from collections.abc import Iterator

import matplotlib as mpl
import matplotlib.dates as mdates
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
GRADE_INK = {"inadequate": "white", "requires improvement": INK, "good": INK,
             "outstanding": "white"}

STYLE = {
    "font.family": "DejaVu Sans", "font.size": 8.5, "text.color": INK, "axes.labelcolor": INK,
    "xtick.color": INK, "ytick.color": INK, "axes.edgecolor": GREY, "axes.linewidth": 0.8,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": False,
    "axes.titlesize": 9, "axes.labelsize": 8.5, "xtick.labelsize": 8.5, "ytick.labelsize": 8.5,
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
    if not _wide and narrow is not None:
        height = narrow
    return Figure(figsize=(WIDE if _wide else NARROW, height), layout="constrained")


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
    return [text.get_text() for text in figure.findobj(Text)
            if text.get_visible() and text.get_text().strip()
            and float(text.get_fontsize()) < SMALLEST]


def publish(figure: Figure, title: str, subtitle: str, foot: str) -> None:
    """Put a title, what it shows, and a foot into a wide figure, which grows by their height."""
    parts = [(textwrap.fill(title, 66), 11.0, "bold"), (textwrap.fill(subtitle, 92), 8.5, "normal")]
    above = sum(size * 1.35 * (text.count("\n") + 1) for text, size, _ in parts) / 72 + 0.15
    foot = textwrap.fill(foot, 96)
    below = 8.25 * 1.35 * (foot.count("\n") + 1) / 72 + 0.1
    across, height = figure.get_size_inches()
    whole = height + above + below
    figure.set_size_inches(across, whole)
    middle = (0, below / whole, 1, height / whole)
    figure.set_layout_engine("constrained", rect=middle)
    _settle(figure)
    for legend in figure.legends:  # for which there is room now, but which stayed where it was
        legend.set_bbox_to_anchor(middle, figure.transFigure)
    top = whole - 0.06
    for text, size, weight in parts:
        figure.text(0.06 / across, top / whole, text, size=size, weight=weight, va="top",
                    linespacing=1.25)
        top -= size * 1.35 * (text.count("\n") + 1) / 72
    figure.text(0.06 / across, 0.06 / whole, foot, size=8.25, color=GREY, va="bottom",
                linespacing=1.25)


def as_svg(figure: Figure, letters: bool = False) -> str:
    """The figure as SVG, the same bytes for the same figure; with live letters or with paths."""
    text = io.StringIO()
    with mpl.rc_context({**STYLE, "svg.fonttype": "none" if letters else "path"}):
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
    other, so that it is drawn once. above: the inches that titles need; key: those
    that it needs."""
    height = rows * (above + PANEL + BELOW) + key
    figure = new_figure(height)
    figure.set_layout_engine("none")
    figure.set_label(PANELS)
    grid = figure.subplots(rows, 2, gridspec_kw={
        "left": LEFT / WIDE, "right": 1 - RIGHT / WIDE, "top": 1 - above / height,
        "bottom": (key + BELOW) / height, "hspace": (above + BELOW) / PANEL,
        "wspace": (LEFT + RIGHT) / (WIDE / 2 - LEFT - RIGHT)})
    for axes in grid.flat:  # a tenth of the time goes into places for labels that panels do not have
        axes.xaxis.set_label_coords(0, 0)
        axes.yaxis.set_label_coords(0, 0)
    return figure, list(grid.flat)


def boxes(figure: Figure) -> list[list[float]]:
    """The box of each panel of new_panels that shows something, and of the key, none for another
    figure; x, y, width and height in points from the top left."""
    if figure.get_label() != PANELS:
        return []
    whole = figure.get_figheight()
    places = [axes.get_position(original=True) for axes in figure.axes if axes.get_visible()]
    above = whole * (1 - places[0].y1)
    found = [(n % 2 * WIDE / 2, whole * (1 - place.y1) - above, above + PANEL + BELOW)
             for n, place in enumerate(places)]
    below = found[-1][1] + found[-1][2]
    across = WIDE / 2 + 0.04  # into the next one's margin: Northamptonshire is a long word
    return [[round(72 * side, 1) for side in (x, y, across, height)]
            for x, y, height in [*found, (0, below, whole - below)]]


def as_png(figure: Figure) -> bytes:
    """The figure as PNG, 1,664 pixels wide in few colours, without date or program."""
    small = io.BytesIO()
    with mpl.rc_context(STYLE):
        canvas = FigureCanvasAgg(figure)
        figure.set_dpi(260)
        canvas.draw()
    drawn = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba()).convert("RGB")
    del canvas.renderer  # twelve megabytes
    drawn.quantize(24, dither=Image.Dither.NONE).save(small, format="png", optimize=True)
    return small.getvalue()


def day_of(edtf: str) -> float:
    """The middle of what a date may mean, as matplotlib counts days."""
    first, last = parse.bounds(edtf)
    return float(mdates.date2num(first + (last - first) / 2))


def fold(text: str, most: int = 13) -> str:
    """Words over two lines where they are too long for a tile."""
    if len(text) <= most or " " not in text.strip():
        return text
    parts = text.split()
    cuts = [(abs(len(" ".join(parts[:n])) - len(" ".join(parts[n:]))), n)
            for n in range(1, len(parts))]
    cut = min(cuts)[1]
    return " ".join(parts[:cut]) + "\n" + " ".join(parts[cut:])
