"""Shapes that were struck out on a connector which runs on over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import cv2
import numpy as np
import pytest

from derender.photo.maps import Maps
from derender.plane import overlap
from derender.tracing import figure
from derender.tracing.connector_judge import ConnectorJudge
from derender.tracing.figure import Figure, figure_of
from derender.tracing.judges import Judges, ShapeJudges
from derender.tracing.paths import Way
from derender.tracing.regions import Region, regions
from derender.tracing.strokes import Traces
from derender.tracing.way_network import WayJudgements

LEFT, BALL, RIGHT = (20, 60, 120, 140), (180, 80, 220, 120), (280, 60, 380, 140)

Read = Callable[..., Figure]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    def figure_with(ball: float, through: float, *, leads_on: bool = True) -> Figure:
        """Two boxes and a hatched ball on the line between them, or on the line from the first one alone, with the log odds that the ball
        is a shape and that a way which needs more than two hundred pixels is a connector; shorter ones are."""
        geometry = np.zeros((200, 400), np.uint8)
        for left, top, right, low in (LEFT, RIGHT):
            cv2.rectangle(geometry, (left, top), (right, low), 1, 3)
        cv2.circle(geometry, (200, 100), 20, 1, 3)
        for x in range(-10, 11, 10):
            cv2.line(geometry, (200 + x - 8, 114), (200 + x + 8, 86), 1, 2)
        cv2.line(geometry, (120, 100), (280 if leads_on else 200, 100), 1, 3)
        odds = {LEFT: 6.0, RIGHT: 5.0, BALL: ball}

        def shapes_in(traces: Traces, _: ShapeJudges) -> list[tuple[Region, float]]:
            found = regions(traces)
            return [(max(found, key=lambda r: overlap(r.box, box)), odds[box]) for box in sorted(odds, key=lambda box: -odds[box])]

        def judged(ways: Sequence[Way], *_: object) -> WayJudgements:
            steps = [way.points[-1, 0] - way.points[0, 0] for way in ways]
            joins = [-9.0 if way.second is None else through if abs(step) > 100 else 2.0 for way, step in zip(ways, steps, strict=True)]
            return WayJudgements(np.array(joins, dtype=np.float64), np.zeros((len(ways), 2)))

        monkeypatch.setattr(figure, "shapes_in", shapes_in)
        seen = geometry.astype(np.float32)
        maps = Maps(seen, np.zeros_like(seen), np.zeros_like(seen), np.ones_like(seen))
        return figure_of(maps, Judges(cast(ShapeJudges, None), cast(ConnectorJudge, judged)))

    return figure_with


def test_a_ball_that_a_likelier_connector_runs_through_is_struck_out(read: Read) -> None:
    shown = read(1.3, 2.7)
    assert [shape.log_odds for shape in shown.shapes] == [6.0, 5.0]
    (connector,) = shown.connectors
    assert sorted(connector.points[[0, -1], 0]) == pytest.approx([120, 280], abs=8)
    assert connector.log_odds == 2.7


@pytest.mark.parametrize(("ball", "through"), [(1.3, 2.0), (2.5, 4.0)])
def test_a_ball_stays_where_no_connector_is_clearly_likelier_or_it_is_sure_itself(read: Read, ball: float, through: float) -> None:
    shown = read(ball, through)
    assert [shape.log_odds for shape in shown.shapes] == [6.0, 5.0, ball]
    assert len(shown.connectors) == 2


def test_a_ball_at_the_end_of_its_line_stays(read: Read) -> None:
    shown = read(-0.5, 4.0, leads_on=False)
    assert len(shown.shapes) == 3
    assert len(shown.connectors) == 1
