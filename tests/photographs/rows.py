"""How many rows of shapes that an unsteady hand draws come out regular when they are traced: alike, in line and evenly spaced.

    python tests/photographs/rows.py [--unsteady PART] [--rows N]

A row is five circles or boxes whose sides are each off by a standard deviation of that part of their length. Prints how many rows are
regular, and the intersection over union of shapes with where they were drawn.
"""

from __future__ import annotations

import argparse

import numpy as np

from derender.plane import overlap
from derender.spec import Circle, Line
from derender.tracing.figure import Figure, Shape
from derender.tracing.placing import placed

SIDE = 60.0
PITCHES = (100.0, 120.0, 135.0)


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--unsteady", type=float, default=0.05)
    arguments.add_argument("--rows", type=int, default=100)
    given = arguments.parse_args()
    for kind in ("ellipse", "box"):
        regular, overlaps = 0, list[float]()
        for pitch in PITCHES:
            for number in range(given.rows):
                rng = np.random.default_rng(number)
                drawn = [np.array([pitch * k, 0, pitch * k + SIDE, SIDE]) + rng.normal(0, given.unsteady * SIDE, 4) for k in range(5)]
                is_regular, kept = row(kind, drawn)
                regular += is_regular
                overlaps += kept
        told = f"{regular} of {given.rows * len(PITCHES)} rows are regular; intersection over union {np.mean(overlaps):.2f}"
        print(f"{kind}: {told}, of one in fifty below {np.quantile(overlaps, 0.02):.2f}")


def row(kind: str, drawn: list[np.ndarray]) -> tuple[bool, list[float]]:
    """Whether shapes drawn in these boxes become a regular row, and the intersection over union of each with its box."""
    found = placed(Figure(tuple(Shape(kind, tuple(box.tolist()), 4.0) for box in drawn), (), SIDE, 0.0))
    assert found is not None
    lattice, parts = found
    corners = list[tuple[float, float, float, float]]()
    for shape in (part.commands[0] for part in parts):
        assert not isinstance(shape, Line)
        if isinstance(shape, Circle):
            corners.append((shape.x - shape.rx, shape.y - shape.ry, shape.x + shape.rx, shape.y + shape.ry))
        else:
            corners.append((shape.x1, shape.y1, shape.x2, shape.y2))
    steps = np.diff(np.array(corners), axis=0)
    is_regular = bool((steps == (steps[0, 0], 0, steps[0, 0], 0)).all())
    kept = []
    for (x1, y1, x2, y2), box in zip(corners, drawn, strict=True):
        (left, top), (right, low) = (lattice.matrix @ at for at in ((x1, y2, 1), (x2, y1, 1)))
        kept.append(overlap((left, top, right, low), tuple(box.tolist())))
    return is_regular, kept


if __name__ == "__main__":
    main()
