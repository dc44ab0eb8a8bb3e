"""Connectors have the corners that people draw, and none leads through a shape that is doubtful."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

from derender.tracing import connectors as joining
from derender.tracing import figure
from derender.tracing.connectors import Drawn, connectors, drawn_ways
from derender.tracing.paths import Way

HEIGHT = 50.0


def drawn(*corners: tuple[float, float], first: int = 0, second: int | None = 1, odds: float = 3.0) -> Drawn:
    """A way with a head along these corners."""
    points = np.array(corners, dtype=np.float64)
    length = float(np.hypot(*np.diff(points, axis=0).T).sum())
    return Drawn(Way(points, first, second, length, 0.0, frozenset({1})), odds, np.array([-6.0, 6.0]))


def corners_of(*corners: tuple[float, float]) -> int:
    (join,) = connectors([drawn(*corners)], HEIGHT)
    return len(join.connector.points)


def test_what_wanders_through_other_strokes_is_straight() -> None:
    assert corners_of((0, 0), (15, -25), (40, 22), (140, 22), (180, 0)) == 2


@pytest.mark.parametrize(
    "corners",
    [
        [(0, 0), (60, 0), (60, 80), (140, 80)],
        [(0, 0), (0, -60), (200, -58), (200, 0)],
        # A slanted leg or two, as where an arrow leads around a corner of a shape.
        [(0, 0), (60, 60), (150, 60)],
        [(0, 0), (100, 0), (130, 40), (260, 40)],
    ],
)
def test_ways_around_corners_keep_them(corners: list[tuple[float, float]]) -> None:
    assert corners_of(*corners) == len(corners)


@pytest.mark.parametrize(("second", "gap", "kept"), [(None, 0.6, 0), (None, 0.4, 1), (1, 0.6, 1)])
def test_an_end_hangs_loose_only_at_strokes_that_are_mostly_drawn(
    second: int | None, gap: float, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = Way(np.array([(0.0, 0.0), (100.0, 0.0)]), 0, second, 100.0, 100 * gap, frozenset({0}))
    monkeypatch.setattr(joining, "ways", lambda *_: [way])
    found: Any = SimpleNamespace(graph=SimpleNamespace(edges=[SimpleNamespace(length=100.0, drawn=True)]))
    traces: Any = SimpleNamespace(height=HEIGHT)
    judge: Any = Mock(return_value=SimpleNamespace(connects=np.array([2.0]), heads=np.array([[-5.0, 5.0]])))
    assert len(drawn_ways(found, traces, judge)) == kept


ENDS = [(0.0, 0.0, 40.0, 40.0), (200.0, 0.0, 240.0, 40.0)]


@pytest.mark.parametrize(
    ("past", "through", "odds", "kept"),
    [
        (True, 3.0, 1.0, 2),  # joined past it, and through it once it is gone
        (False, 3.0, 1.0, 3),  # an arrow to it and nothing beyond
        (True, 1.5, 1.0, 3),  # not likelier enough
        (True, 3.0, 2.5, 3),  # no doubt about the shape
    ],
)
def test_a_doubtful_shape_is_none_where_a_likelier_connector_leads_through_it(
    past: bool, through: float, odds: float, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes = [*ENDS, (100.0, 0.0, 140.0, 40.0)]
    shapes: Any = [SimpleNamespace(outline=SimpleNamespace(region=SimpleNamespace(box=box, sides=(40.0, 40.0)))) for box in boxes]
    seen = [figure._Seen(shape.outline, o) for shape, o in zip(shapes, (5.0, 4.0, odds), strict=True)]
    to_it = drawn((40, 20), (100, 20), second=2)
    around = drawn((40, 20), (70, 60), (170, 60), (200, 20))
    straight = drawn((40, 20), (200, 20), odds=through)
    monkeypatch.setattr(figure, "_between", lambda shapes, *_: [straight] if len(shapes) == 2 else [to_it, *([around] if past else [])])
    nothing: Any = None
    left, joints = figure._uncrossed(seen, nothing, nothing)
    assert len(left) == kept
    assert joints == ([straight] if kept == 2 else [to_it, *([around] if past else [])])


def test_a_connector_beside_a_shape_says_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # It lies in the shape's box, whether or not the shape is there: beside a diamond, say.
    boxes = [*ENDS, (100.0, 0.0, 140.0, 40.0)]
    outlines: Any = [SimpleNamespace(region=SimpleNamespace(box=box, sides=(40.0, 40.0))) for box in boxes]
    seen = [figure._Seen(outline, o) for outline, o in zip(outlines, (5.0, 4.0, 1.0), strict=True)]
    beside, to_it = drawn((40, 20), (100, 5), (140, 5), (200, 20)), drawn((40, 20), (100, 20), second=2)
    monkeypatch.setattr(figure, "_between", lambda shapes, *_: [beside] if len(shapes) == 2 else [to_it, beside])
    nothing: Any = None
    assert len(figure._uncrossed(seen, nothing, nothing)[0]) == 3
