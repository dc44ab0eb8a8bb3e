"""The pen that every renderer shares: line widths, heads, dashes and corners, in one place.

The lengths are those of TikZ's own words `thick`, `dashed`, `rounded corners` and of the `Stealth` head (pgf's arrows.meta) for
a cell of 4 mm, given here in cells. That is why a picture drawn by Cairo and the same picture set by TeX show the same ink.
"""

from __future__ import annotations

from dataclasses import dataclass

POINTS_PER_MILLIMETRE = 72.27 / 25.4
"""TeX points."""


@dataclass(frozen=True, slots=True)
class Pen:
    """How lines are drawn; all lengths in cells."""

    line_width: float
    """Width of every line."""
    head_length: float
    """From an arrow's tip to the back of its head."""
    head_width: float
    """Across the back of the head."""
    head_inset: float
    """From the back of the head to the notch where the shaft enters."""
    head_shaft: float
    """How far before the tip the shaft ends, hidden in the head."""
    dash: float
    """Length of a dash and of the gap after it."""
    corner: float
    """Radius of a rounded corner."""
    double_gap: float
    """White between the two lines of a double outline."""


def tikz_pen(cell_millimetres: float = 4.0) -> Pen:
    """The pen that TikZ uses where cells are this wide: thick (0.8 pt) lines, other lengths at their defaults."""
    points = 1 / (cell_millimetres * POINTS_PER_MILLIMETRE)
    width = 0.8
    # Stealth: length = 3pt + 4.5 line widths, width = 0.75 length, inset = 0.325 length. The shaft ends a little inside the notch
    # (the notch's miter less a quarter of the line width).
    length = 3 + 4.5 * width
    across, inset = 0.75 * length, 0.325 * length
    notch_miter = 0.5 * width * (1 + 4 * (inset / across) ** 2) ** 0.5
    shaft = length - (inset + notch_miter - 0.25 * width)
    return Pen(
        line_width=width * points,
        head_length=length * points,
        head_width=across * points,
        head_inset=inset * points,
        head_shaft=shaft * points,
        dash=3 * points,
        corner=4 * points,
        double_gap=1.5 * points,
    )


DEFAULT_PEN = tikz_pen()
