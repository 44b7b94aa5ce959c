"""How charts look: one style, and the drawing as the same bytes every time.

Colours and manners follow the Government Analysis Function's guidance on charts; the font is
the one that ships with matplotlib, so that a drawing is the same on every machine.
"""

import io

import matplotlib as mpl
from matplotlib.figure import Figure

INK = "#262626"
GREY = "#6b6b6b"
PALE = "#d9d9d9"
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
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"


def as_png(figure: Figure) -> bytes:
    """The figure as PNG, 200 dots an inch, without date or program."""
    data = io.BytesIO()
    with mpl.rc_context(STYLE):
        figure.savefig(data, format="png", dpi=200, metadata={"Software": None})
    return data.getvalue()
