"""Shapes that nothing leads to, beside others that are joined: letters are as small, and what is doubtful is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np
import pytest

from derender.photo.maps import Maps
from derender.plane import overlap
from derender.tracing import figure
from derender.tracing.connector_judge import ConnectorJudge
from derender.tracing.figure import figure_of
from derender.tracing.judges import Judges, ShapeJudges
from derender.tracing.paths import Way
from derender.tracing.regions import Region, regions
from derender.tracing.strokes import Traces
from derender.tracing.way_network import WayJudgements

Box = tuple[int, int, int, int]

LEFT, RIGHT = (20, 60, 120, 140), (280, 60, 380, 140)
LETTER, SMALL = (190, 20, 214, 44), (180, 150, 230, 200)


def count(monkeypatch: pytest.MonkeyPatch, alone: Box, odds: float, *, are_joined: bool = True) -> int:
    """How many shapes are in a figure of two boxes, with a line between them or none, and a third that is one with these log odds."""
    geometry = np.zeros((220, 400), np.uint8)
    for left, top, right, low in (LEFT, RIGHT, alone):
        cv2.rectangle(geometry, (left, top), (right, low), 1, 2)
    if are_joined:
        cv2.line(geometry, (120, 100), (280, 100), 1, 2)
    told = {LEFT: 6.0, RIGHT: 6.0, alone: odds}

    def shapes_in(traces: Traces, _: ShapeJudges) -> list[tuple[Region, float]]:
        found = regions(traces)
        return [(max(found, key=lambda r: overlap(r.box, box)), told[box]) for box in sorted(told, key=lambda box: -told[box])]

    def judged(ways: Sequence[Way], *_: object) -> WayJudgements:
        return WayJudgements(np.array([-9.0 if way.second is None else 4.0 for way in ways]), np.zeros((len(ways), 2)))

    monkeypatch.setattr(figure, "shapes_in", shapes_in)
    seen = geometry.astype(np.float32)
    maps = Maps(seen, np.zeros_like(seen), np.zeros_like(seen), np.ones_like(seen))
    return len(figure_of(maps, Judges(cast(ShapeJudges, None), cast(ConnectorJudge, judged))).shapes)


@pytest.mark.parametrize(
    ("alone", "odds", "shapes"), [(LETTER, 5.0, 2), (SMALL, 0.5, 2), (SMALL, 1.5, 3)], ids=["a letter", "doubtful", "a shape"]
)
def test_what_nothing_leads_to_is_a_shape_if_it_is_likely_and_no_letter(
    monkeypatch: pytest.MonkeyPatch, alone: Box, odds: float, shapes: int
) -> None:
    assert count(monkeypatch, alone, odds) == shapes


@pytest.mark.parametrize(("alone", "odds"), [(LETTER, 5.0), (SMALL, 0.5)])
def test_where_nothing_is_joined_all_stand_alone(monkeypatch: pytest.MonkeyPatch, alone: Box, odds: float) -> None:
    assert count(monkeypatch, alone, odds, are_joined=False) == 3
