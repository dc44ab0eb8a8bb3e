"""Heads that the reader misses, as they are small on a coarse lattice, are seen by the judge of ways; lines without one stay lines."""

from __future__ import annotations

import math
from functools import cache

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from derender.perception.attributes import Attributes
from derender.perception.network import CELL
from derender.spec import Circle, Line, Spec
from derender.tracing.bent_fits import pixel_of
from derender.tracing.heads import arrows_among
from derender.tracing.way_network import WayJudge

ROWS, CLOSER = 10, 2
SHAPES = Spec([Circle(2, 7, 1, 1), Circle(8, 7, 1, 1), Circle(2, 2, 1, 1), Circle(8, 2, 1, 1)])
ACROSS, BACK, UP = Line(3, 7, 7, 7), Line(3, 2, 7, 2), Line(2, 3, 2, 6)


@cache
def judge() -> WayJudge:
    return WayJudge.load(torch.device("cpu"))


def closely(*drawn: Line) -> NDArray[np.float32]:
    """The shapes and lines with twice the canvas's pixels; heads are a fifth of a cell long."""
    ink = np.zeros((CLOSER * ROWS * CELL, CLOSER * (ROWS + 1) * CELL), np.uint8)

    def at(x: float, y: float) -> NDArray[np.float64]:
        return CLOSER * pixel_of((x, y), ROWS * CELL)

    for shape in SHAPES:
        assert isinstance(shape, Circle)
        cv2.circle(ink, np.rint(at(shape.x, shape.y)).astype(int).tolist(), CLOSER * CELL, 255, 2, cv2.LINE_AA)
    for line in drawn:
        start, end = at(line.x1, line.y1), at(line.x2, line.y2)
        strokes = [(start, end)]
        if line.arrow:
            along = (end - start) / np.hypot(*(end - start))
            for turn in (0.5, -0.5):
                side = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]) @ along
                strokes.append((end, end - 0.28 * CLOSER * CELL * side))
        for a, b in strokes:
            cv2.line(ink, np.rint(a).astype(int).tolist(), np.rint(b).astype(int).tolist(), 255, 2, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(ink, (0, 0), 0.6) / 255, dtype=np.float32)


def arrow(line: Line, *, back: bool = False) -> Line:
    return Line(line.x2, line.y2, line.x1, line.y1, arrow=True) if back else Line(line.x1, line.y1, line.x2, line.y2, arrow=True)


def test_small_heads_are_seen_at_their_end() -> None:
    meant = arrow(ACROSS), arrow(BACK, back=True), arrow(UP)
    read = SHAPES | Spec([ACROSS, BACK, UP])
    assert arrows_among([read], closely(*meant), judge(), CLOSER) == {ACROSS: meant[0], BACK: meant[1], UP: meant[2]}


def test_lines_without_heads_stay_lines() -> None:
    assert arrows_among([SHAPES | Spec([ACROSS, BACK, UP])], closely(ACROSS, BACK, UP), judge(), CLOSER) == {}
    assert arrows_among([SHAPES], closely(), judge(), CLOSER) == {}


def test_who_reads_most_heads_is_believed() -> None:
    meant = arrow(ACROSS), arrow(BACK), arrow(UP)
    assert arrows_among([SHAPES | Spec([ACROSS, *meant[1:]])], closely(*meant), judge(), CLOSER) == {}


@pytest.mark.parametrize("head", [arrow(UP), arrow(UP, back=True)])
def test_a_line_that_is_an_arrow_is_read_as_one_and_asked_for_as_a_line(head: Line) -> None:
    canvas = np.asarray(cv2.resize(closely(head), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.float32)
    attributes = Attributes(canvas, arrows={UP: head})
    assert attributes.of(SHAPES | Spec([UP])) == SHAPES | Spec([head])
    assert attributes.are_shown
    assert attributes.plain(SHAPES | Spec([head])) == SHAPES | Spec([UP])
    assert Attributes(canvas).of(SHAPES | Spec([UP])) == SHAPES | Spec([UP])
