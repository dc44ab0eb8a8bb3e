"""Slips of the pen: what is drawn is not always what was meant.

The reader's evidence takes every stroke for intended. Who draws four arrows and forgets one head did not mean a bare line, however
clear it is that no head is there. A neighbour that a slip explains is therefore worth a program though the ink speaks against it: how much
that hides is said here, for choosing what competes. What is best of it likelihood, proposal and prior decide.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace

from derender.interpretation.features import on_segment
from derender.spec import Command, Line, canonical_key

_MOST = 3
"""Slips in one drawing."""
_OFF = 1
"""Cells by which an end may lie elsewhere, across and up."""


@dataclass(frozen=True, slots=True)
class Slips:
    """How many of each kind: heads left out, lines drawn with a gap, ends beside their place."""

    heads: int = 0
    gaps: int = 0
    ends: int = 0


@dataclass(frozen=True, slots=True)
class SlipOdds:
    """Nats for each slip of a kind, and for each nat by which the ink speaks for what was drawn and against what was meant."""

    head: float
    gap: float
    end: float
    lack: float

    def of(self, slips: Slips, lack: float) -> float:
        """The log odds of these slips."""
        return slips.heads * self.head + slips.gaps * self.gap + slips.ends * self.end + self.lack * max(0.0, lack)


SELDOM = SlipOdds(head=-4.0, gap=-4.0, end=-4.0, lack=-0.25)


def slips_between(meant: Set[Command], drawn: Set[Command]) -> Slips | None:
    """The slips by which `meant` was drawn as `drawn`, where they are all that lies between the two; None where something else does,
    or nothing."""
    only_meant, only_drawn = meant - drawn, drawn - meant
    # A stroke with two heads is two arrows; that one of the heads was left out leaves the other arrow.
    halves = {line for line in only_meant if isinstance(line, Line) and line.arrow and _reversed(line) in meant & drawn}
    lines, strokes = _lines(only_meant - halves), _lines(only_drawn)
    if not 1 <= len(only_meant) <= _MOST or (len(lines) + len(halves), len(strokes)) != (len(only_meant), len(only_drawn)):
        return None
    found = Slips(heads=len(halves))
    for line in lines:
        for slip, used in _slips_of(line, strokes):
            found = Slips(found.heads + slip.heads, found.gaps + slip.gaps, found.ends + slip.ends)
            strokes = [stroke for stroke in strokes if stroke not in used]
            break
        else:
            return None
    return found if not strokes else None


def _lines(commands: Iterable[Command]) -> list[Line]:
    """The lines among commands, in canonical order."""
    return sorted((command for command in commands if isinstance(command, Line)), key=canonical_key)


def _slips_of(line: Line, strokes: list[Line]) -> Iterable[tuple[Slips, tuple[Line, ...]]]:
    """One slip each by which `line` became some of the strokes, and those strokes."""
    for stroke in strokes:
        if line.arrow and replace(line, arrow=False, bend=0) == stroke:
            yield Slips(heads=1), (stroke,)
        elif replace(line, dashed=True) == stroke and not line.dashed:
            # A gap in a short line looks like dashes.
            yield Slips(gaps=1), (stroke,)
        elif (line.arrow, line.dashed, line.bend) == (stroke.arrow, stroke.dashed, stroke.bend) and _one_end_off(line, stroke):
            yield Slips(ends=1), (stroke,)
    for first in strokes:
        for second in strokes:
            if first is not second and _halves(line, first, second):
                yield Slips(gaps=1), (first, second)


def _reversed(line: Line) -> Line:
    return replace(line, x1=line.x2, y1=line.y2, x2=line.x1, y2=line.y1)


def _one_end_off(line: Line, stroke: Line) -> bool:
    ends, others = ((line.x1, line.y1), (line.x2, line.y2)), ((stroke.x1, stroke.y1), (stroke.x2, stroke.y2))
    ways = (others,) if line.arrow else (others, others[::-1])
    return any(0 < sum(max(abs(ax - bx), abs(ay - by)) for (ax, ay), (bx, by) in zip(ends, way, strict=True)) <= _OFF for way in ways)


def _halves(line: Line, first: Line, second: Line) -> bool:
    """Whether the line is `first`, a gap (of any width) and `second`, which has the head where there is one."""
    if first.arrow or second.arrow != line.arrow or first.dashed != line.dashed or second.dashed != line.dashed:
        return False
    start, end = (line.x1, line.y1), (line.x2, line.y2)
    others = {(first.x1, first.y1), (first.x2, first.y2)}
    lasts = {(second.x1, second.y1), (second.x2, second.y2)} if not line.arrow else {(second.x2, second.y2)}
    whole = math.dist(start, end)
    parts = math.dist((first.x1, first.y1), (first.x2, first.y2)) + math.dist((second.x1, second.y1), (second.x2, second.y2))
    points = [*others, (second.x1, second.y1), (second.x2, second.y2)]
    return start in others and end in lasts and parts <= whole and all(on_segment(line, *point) for point in points)
