"""How well photographs of figures are read, held against shapes and arrows that people marked in pixels.

A folder's pictures each have a JSON beside them: `{"image", "shapes": [{"bbox": [left, top, right, bottom]}…] or null, "arrows":
[{"points": [[x, y]…]}…]}`. A shape is found when a shape that was read covers its box with an intersection over union of at least
0.6; an arrow when an arrow that was read begins and ends within 5 % of the picture's diagonal of where it does. Diamonds and
triangles are read as closed rows of lines and count as one shape. The language has no angled arrows: a row of lines that ends in a head
counts as the arrow that it draws, from where it leaves a shape, branches off or begins; arrows that branch off from one stem have the stem
in common (`figures_read.figures`).
Commands of anything that was read but is not there are spurious.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derender.errors import InputError
from derender.figures_read import figures, led_by
from derender.plane import Box, Point, overlap
from derender.spec import Spec

LEAST_OVERLAP = 0.6
FARTHEST_END = 0.05
"""Of the picture's diagonal."""

_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Marked:
    """A picture with what people marked in it: boxes of shapes, first and last points of arrows, in pixels."""

    path: Path
    size: tuple[float, float]
    shapes: tuple[Box, ...]
    arrows: tuple[tuple[Point, Point], ...]
    lines: tuple[tuple[Point, Point], ...] = ()
    """Joins without a head: they need not be read, and are not spurious when they are."""


@dataclass(frozen=True, slots=True)
class Counts:
    """One picture's result: of shapes and of arrows how many are right, were read and are there; spurious commands; seconds."""

    picture: str
    shapes: tuple[int, int, int]
    arrows: tuple[int, int, int]
    spurious: int
    seconds: float


def is_marked(folder: Path) -> bool:
    """Whether a folder holds photographs in this form: JSON files with shapes, and no specs.json."""
    return not (folder / "specs.json").exists() and any(_read(path) is not None for path in sorted(folder.glob("*.json")))


def marked_in(folder: Path) -> tuple[Marked, ...]:
    """The folder's pictures whose shapes are known; raises `InputError` for a listing that is damaged or names none."""
    found = []
    for listing in sorted(folder.glob("*.json")):
        data = _read(listing)
        if data is None or data["shapes"] is None:
            continue
        try:
            shapes = tuple(_box(shape["bbox"]) for shape in data["shapes"])
            joins = data.get("arrows") or ()
            arrows, lines = (
                [_both_ends(j["points"]) for j in joins if (j.get("type", "arrow") == "arrow") is head] for head in (True, False)
            )
            size = (float(data["width"]), float(data["height"]))
            found.append(Marked(folder / data["image"], size, shapes, tuple(arrows), tuple(lines)))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise InputError(f"{listing}: not the expected form of marked shapes and arrows ({error!r})") from None
    if not found:
        raise InputError(f"{folder}: no picture's shapes are known")
    return tuple(found)


def count(marked: Marked, spec: Spec, homography: Sequence[Sequence[float]], seconds: float) -> Counts:
    """What was read (`spec`, led to the picture's pixels by `homography`, 3 × 3) held against what is there."""
    to_pixels = led_by(np.asarray(homography, dtype=np.float64))
    shapes, arrows, loose = figures(spec, to_pixels)
    reach = FARTHEST_END * math.hypot(*marked.size)
    right_shapes = matched([[overlap(f.place, s) - LEAST_OVERLAP for s in marked.shapes] for f in shapes])
    right_arrows = matched([[reach - apart(f.place, a) for a in marked.arrows] for f in arrows])
    known = [line for a, b in marked.lines for line in ((a, b), (b, a))]
    spurious = sum(all(apart(place, line) > reach for line in known) for place in loose)
    spurious += sum(f.commands for k, f in enumerate(shapes) if k not in right_shapes)
    spurious += sum(f.commands for k, f in enumerate(arrows) if k not in right_arrows)
    return Counts(
        marked.path.name,
        (len(right_shapes), len(shapes), len(marked.shapes)),
        (len(right_arrows), len(arrows), len(marked.arrows)),
        spurious,
        seconds,
    )


def summary(counts: Sequence[Counts], seed: int = 0) -> dict[str, Any]:
    """Precision, recall and F1 of shapes and arrows with 95 % bootstrap intervals over the pictures; spurious commands a picture."""
    picks = np.random.default_rng(seed).integers(len(counts), size=(_RESAMPLES, len(counts)))
    spurious = np.array([c.spurious for c in counts], dtype=np.float64)
    return {
        "shapes": _rates(np.array([c.shapes for c in counts]), picks),
        "arrows": _rates(np.array([c.arrows for c in counts]), picks),
        "spurious_a_picture": round(float(spurious.mean()), 3),
        "spurious_interval": _interval(spurious[picks].mean(1)),
    }


def _rates(counts: NDArray[np.int64], picks: NDArray[np.int64]) -> dict[str, Any]:
    right, read, there = (float(v) for v in counts.sum(0))
    sums = counts[picks].sum(1)
    f1 = 2 * sums[:, 0] / np.maximum(1, sums[:, 1] + sums[:, 2])
    return {
        "precision": round(right / max(1.0, read), 4),
        "recall": round(right / max(1.0, there), 4),
        "f1": round(2 * right / max(1.0, read + there), 4),
        "f1_interval": _interval(f1),
        "there": int(there),
    }


def _interval(values: NDArray[np.float64]) -> list[float]:
    return [round(float(v), 4) for v in np.quantile(values, (0.025, 0.975))]


def matched(scores: Sequence[Sequence[float]]) -> set[int]:
    """Which of those that were read are right: pairs of scores of at least 0, the best first, each side once."""
    pairs = sorted(((s, i, j) for i, row in enumerate(scores) for j, s in enumerate(row) if s >= 0), reverse=True)
    read, there = set[int](), set[int]()
    for _, i, j in pairs:
        if i not in read and j not in there:
            read.add(i)
            there.add(j)
    return read


def apart(read: Box, there: tuple[Point, Point]) -> float:
    """The larger of the distances of first from first and last from last point."""
    (x1, y1), (x2, y2) = there
    return max(math.hypot(read[0] - x1, read[1] - y1), math.hypot(read[2] - x2, read[3] - y2))


def _read(listing: Path) -> dict[str, Any] | None:
    """A listing of this form, or None."""
    try:
        data = json.loads(listing.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) and isinstance(data.get("image"), str) and "shapes" in data else None


def _box(values: Any) -> Box:
    left, top, right, bottom = (float(v) for v in values)
    return left, top, right, bottom


def _both_ends(points: Any) -> tuple[Point, Point]:
    return _point(points[0]), _point(points[-1])


def _point(values: Any) -> Point:
    x, y = (float(v) for v in values[:2])
    return x, y
