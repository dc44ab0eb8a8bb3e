"""Simulated drawings with ambiguous strokes: what the prior over programs is learned from, and measured on.

A regular scene is drawn by a simulated hand which, in one or two strokes, leaves out an arrow's head (or one of its barbs), lifts the
pen in the middle of a line, or ends a line between two cells. What the person meant is still the regular scene, and the rest of the
drawing says so: with each stroke as it was drawn, the shortest program is longer by a command at least (`decided`). Other scenes are
drawn as they are, among them such in which a stroke really is another one than its likes, so that a prior which takes every
exception for a slip does not pay.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count

import numpy as np
from numpy.typing import NDArray

from derender.perception.legibility import legible
from derender.perception.scenes import random_scene, readable
from derender.rendering.pencil import CELL, Hand, Placement, aligned_placement, degrade, draw_by_hand, jittered, sample_hand
from derender.spec import Command, Line, Spec, moved
from derender.synthesis import synthesize

CELLS = 16
_FINE = 4
"""Slips are drawn on a lattice of quarter cells."""
_DECIDED = 3
"""Thirds of a command by which what was meant is cheaper than what was drawn."""
_EFFORT = 300
"""How often the search for a program may ask whether to go on: a drawing must not depend on how quick the machine is."""


class Slip(StrEnum):
    """What goes wrong with a stroke."""

    HEAD = "missing arrowhead"
    GAP = "gap in a line"
    END = "end between two cells"


class Sort(StrEnum):
    """Kinds of drawings."""

    PLAIN = "plain"
    """A scene as it comes."""
    EXCEPTION = "exception"
    """A regular scene in which one stroke is meant to be different."""
    AMBIGUOUS = "ambiguous"
    """A regular scene in which a stroke went wrong."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Registered ink (16·16, 16·16) in [0, 1], what was meant, and what went wrong."""

    ink: NDArray[np.float32]
    truth: Spec
    sort: Sort
    slips: tuple[Slip, ...]


def ambiguous_drawing(seed: int, sort: Sort | None = None) -> Ambiguous:
    """The drawing of that seed; of a random sort, half of them ambiguous, unless one is asked for."""
    rng = np.random.default_rng([11, seed])
    chosen = sort or Sort(rng.choice([Sort.AMBIGUOUS, Sort.PLAIN, Sort.EXCEPTION], p=[0.5, 0.3, 0.2]).item())
    if chosen is Sort.PLAIN:
        truth = _scene(rng, regular=False)
        return Ambiguous(_drawn(truth, {}, rng), truth, chosen, ())
    if chosen is Sort.EXCEPTION:
        truth = _scene(rng, regular=True)
        lines = _repeated_lines(truth)
        truth = _with_exception(truth, lines[int(rng.integers(len(lines)))], rng)
        return Ambiguous(_drawn(truth, {}, rng), truth, chosen, ())
    while True:
        truth = _scene(rng, regular=True)
        lines = _repeated_lines(truth)
        picked = [lines[int(k)] for k in rng.permutation(len(lines))[: 1 + int(rng.random() < 0.3)]]
        slips = [(line, _slip(line, rng)) for line in picked]
        strokes = {line: _slipped(line, slip, rng) for line, slip in slips}
        if all(decided(truth, line, rival) for line, slip in slips for rival in _rivals(line, slip, strokes[line])):
            return Ambiguous(_drawn(truth, strokes, rng), truth, chosen, tuple(slip for _, slip in slips))


def decided(truth: Spec, line: Line, rival: Sequence[Line]) -> bool:
    """Whether the rest of the drawing tells that `line` was meant and not `rival`: that makes the program longer by a command at least."""
    other = Spec([*(command for command in truth if command != line), *rival])
    return _cost(other) >= _cost(truth) + _DECIDED


def _cost(spec: Spec) -> int:
    """Thirds: of the best program that a short search finds."""
    asked = count()
    return synthesize(spec, should_stop=lambda: next(asked) >= _EFFORT).cost_thirds


def _rivals(line: Line, slip: Slip, strokes: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """What the slip could be taken for, on the lattice."""
    match slip:
        case Slip.HEAD:
            yield (replace(line, arrow=False),)
        case Slip.GAP:
            parts = math.gcd(line.x2 - line.x1, line.y2 - line.y1)
            dx, dy = (line.x2 - line.x1) // parts, (line.y2 - line.y1) // parts
            k = (parts - 1) // 2
            first = Line(line.x1, line.y1, line.x1 + k * dx, line.y1 + k * dy, dashed=line.dashed)
            second = replace(line, x1=line.x1 + (k + 1) * dx, y1=line.y1 + (k + 1) * dy)
            yield tuple(piece for piece in (first, second) if (piece.x1, piece.y1) != (piece.x2, piece.y2))
            dashed = replace(line, dashed=True)
            if not line.dashed and legible(dashed):
                yield (dashed,)
        case Slip.END:
            (drawn,) = strokes
            far = max(((drawn.x1, drawn.y1), (drawn.x2, drawn.y2)), key=lambda end: math.dist(end, (_FINE * line.x1, _FINE * line.y1)))
            end = (line.x2 + int(np.sign(far[0] - _FINE * line.x2)), line.y2 + int(np.sign(far[1] - _FINE * line.y2)))
            if end != (line.x1, line.y1):
                yield (replace(line, x2=end[0], y2=end[1]),)


def _scene(rng: np.random.Generator, *, regular: bool) -> Spec:
    while True:
        # A cell of margin: what is cut off by the picture's edge is another difficulty.
        scene = moved(random_scene(rng, CELLS - 2, CELLS - 2, most_commands=24), 1, 1)
        if len(scene) >= 4 and (not regular or _repeated_lines(scene)):
            return scene


def _repeated_lines(spec: Spec) -> list[Line]:
    """Lines that have at least two others like them, of the same length, direction and look; a stroke with two heads is two lines, and
    what slips in one of them is covered by the other."""
    lines = [c for c in spec if isinstance(c, Line) and replace(c, x1=c.x2, y1=c.y2, x2=c.x1, y2=c.y1) not in (spec - Spec([c]))]
    counts = Counter(map(_likeness, lines))
    return [line for line in lines if counts[_likeness(line)] >= 3]


def _likeness(line: Line) -> tuple[int, int, bool, bool]:
    return (line.x2 - line.x1, line.y2 - line.y1, line.arrow, line.dashed)


def _with_exception(spec: Spec, line: Line, rng: np.random.Generator) -> Spec:
    """The scene with this line of another kind, or longer or shorter by a cell."""
    reach = int(np.sign(line.x2 - line.x1)), int(np.sign(line.y2 - line.y1))
    sign = int(rng.choice([-1, 1]))
    others: list[Command] = [replace(line, arrow=not line.arrow), replace(line, dashed=not line.dashed)]
    end = (line.x2 + sign * reach[0], line.y2 + sign * reach[1])
    if end != (line.x1, line.y1) and min(end) >= 0 and max(end) <= CELLS:
        others.append(replace(line, x2=end[0], y2=end[1]))
    other = others[int(rng.integers(len(others)))]
    kept = readable([*(c for c in spec if c != line), other])
    return Spec(kept) if other in kept else spec


def _slip(line: Line, rng: np.random.Generator) -> Slip:
    return (
        Slip(rng.choice([Slip.HEAD, Slip.HEAD, Slip.GAP, Slip.END]).item()) if line.arrow else Slip(rng.choice([Slip.GAP, Slip.END]).item())
    )


def _drawn(spec: Spec, slips: Mapping[Line, Sequence[Line]], rng: np.random.Generator) -> NDArray[np.float32]:
    hand = _legible(sample_hand(rng))
    shape = (CELLS * CELL, CELLS * CELL)
    placement = jittered(aligned_placement(shape[0], 0), rng, shift=2, scale=0.01, turn=0.01)
    ink = draw_by_hand(Spec(c for c in spec if c not in slips), hand, placement, shape, rng)
    fine_hand, fine_placement = _fine(hand), Placement(placement.matrix @ np.diag([1 / _FINE, 1 / _FINE, 1.0]))
    for strokes in slips.values():
        ink = np.maximum(ink, draw_by_hand(Spec(strokes), fine_hand, fine_placement, shape, rng))
    return degrade(ink, hand, rng)


def _slipped(line: Line, slip: Slip, rng: np.random.Generator) -> Sequence[Line]:
    """What the hand draws instead, in quarter cells."""
    x1, y1, x2, y2 = (_FINE * v for v in (line.x1, line.y1, line.x2, line.y2))
    along = np.array([x2 - x1, y2 - y1], dtype=np.float64)
    unit = along / np.hypot(*along)
    line_in_quarters = Line(x1, y1, x2, y2, line.arrow, line.dashed)
    match slip:
        case Slip.HEAD:
            bare = Line(x1, y1, x2, y2, dashed=line.dashed)
            if rng.random() < 0.5:
                return (bare,)
            # One short barb of the two.
            turned = np.array([unit[0] - 0.7 * unit[1], unit[1] + 0.7 * unit[0]]) * float(rng.choice([-1, 1]))
            barb = np.rint(np.array([x2, y2]) - 1.5 * np.where(rng.random() < 0.5, unit + 0.6 * turned, unit - 0.6 * turned)).astype(int)
            return (bare, Line(int(barb[0]), int(barb[1]), x2, y2)) if tuple(barb) != (x2, y2) else (bare,)
        case Slip.GAP:
            middle, half = rng.uniform(0.35, 0.65), min(0.2, rng.uniform(0.6, 1.6) / np.hypot(*along))
            before = np.rint(np.array([x1, y1]) + (middle - half) * along).astype(int)
            after = np.rint(np.array([x1, y1]) + (middle + half) * along).astype(int)
            first = Line(x1, y1, int(before[0]), int(before[1]), dashed=line.dashed)
            second = Line(int(after[0]), int(after[1]), x2, y2, line.arrow, line.dashed)
            return [piece for piece in (first, second) if (piece.x1, piece.y1) != (piece.x2, piece.y2)]
        case Slip.END:
            amount = float(rng.choice([-2, 2]))
            placed = np.rint(np.array([x2, y2]) + amount * unit).astype(int) if rng.random() < 0.7 else np.array([x2, y2])
            if tuple(placed) == (x2, y2):
                placed = np.rint(np.array([x2, y2]) + amount * np.array([-unit[1], unit[0]])).astype(int)
            ended = Line(x1, y1, int(placed[0]), int(placed[1]), line.arrow, line.dashed)
            return (ended,) if tuple(placed) != (x1, y1) else (line_in_quarters,)


def _legible(hand: Hand) -> Hand:
    """The hand with a good pen on clean paper: only the slips are to be hard to read."""
    thickness = min(max(hand.thickness, 1.3), 2.4)
    gap = thickness + max(1.8, hand.dash_gap - hand.thickness)
    return replace(hand, thickness=thickness, dash_gap=gap, erosion=0.0, specks=min(hand.specks, 5), elastic=min(hand.elastic, 0.8))


def _fine(hand: Hand) -> Hand:
    """The same hand on a lattice of quarter cells, so that its strokes look the same."""
    lengths = ("thickness", "wobble", "position_jitter", "corner_overshoot", "end_slack", "head_length", "dash_on", "dash_gap")
    return replace(hand, **{name: _FINE * getattr(hand, name) for name in lengths})
