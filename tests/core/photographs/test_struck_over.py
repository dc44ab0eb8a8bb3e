"""Diagrams where shapes between others were struck out: what led to them leads over them."""

from __future__ import annotations

import numpy as np

from derender.photographs.diagrams import Diagram, random_diagram
from derender.photographs.pen_strokes import Box
from derender.photographs.polylines import parts

SHAPE = (600, 900)


def diagrams() -> list[Diagram]:
    return [random_diagram(np.random.default_rng([seed, 8]), SHAPE, 60.0) for seed in range(60)]


DIAGRAMS = diagrams()


def touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_some_links_lead_over_struck_shapes_and_through_their_middle() -> None:
    over = [(link, diagram) for diagram in DIAGRAMS for link in diagram.links if link.over is not None]
    assert len(over) >= 20
    for link, diagram in over:
        assert link.over in [shape.box for shape in diagram.struck]
        assert link.over is not None
        assert parts(link.path, link.over, inside=True)


def test_what_links_lead_over_touches_no_shape_and_no_other_link() -> None:
    for diagram in DIAGRAMS:
        for link in diagram.links:
            if link.over is None:
                continue
            assert not any(touch(link.over, shape.box) for shape in diagram.shapes)
            assert not any(parts(other.path, link.over, inside=True) for other in diagram.links if other is not link)
