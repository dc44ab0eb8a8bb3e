"""Cutouts: what they show is known, cut off where the picture ends."""

from __future__ import annotations

import numpy as np
import pytest

from derender.photographs.cutouts import cut, random_cutout
from derender.photographs.diagrams import Diagram, Shape
from derender.photographs.pen_strokes import ArrowStyle, Pen
from derender.photographs.routes import Link
from derender.photographs.writing import Writer

WINDOW = (100.0, 50.0, 300.0, 250.0)


def diagram(*shapes: Shape, links: tuple[Link, ...] = ()) -> Diagram:
    return Diagram(shapes, links, 40.0, Pen(2.0, 0.01), ArrowStyle("open", None), Writer(None, 0.0, 0.0, 0.0), 0.0)


def test_only_whole_shapes_are_shown_in_the_pixels_of_the_window() -> None:
    inside, across = Shape("box", (120.0, 60.0, 180.0, 100.0)), Shape("circle", (280.0, 60.0, 320.0, 100.0))
    assert cut(diagram(inside, across), WINDOW).shapes == (Shape("box", (20.0, 10.0, 80.0, 50.0)),)


def test_a_link_that_leaves_the_window_ends_at_its_border() -> None:
    link = Link(np.array([(150.0, 100.0), (150.0, 150.0), (400.0, 150.0)]))
    (seen,) = cut(diagram(links=(link,)), WINDOW).links
    assert np.allclose(seen.path, [(50, 50), (50, 100), (200, 100)], atol=1.0)


@pytest.mark.parametrize("link", [[(0.0, 0.0), (90.0, 20.0)], [(295.0, 100.0), (400.0, 100.0)]])
def test_links_of_which_next_to_nothing_is_seen_are_left_out(link: list[tuple[float, float]]) -> None:
    assert cut(diagram(links=(Link(np.array(link)),)), WINDOW).links == ()


@pytest.mark.parametrize("seed", range(4))
def test_random_cutouts_show_all_that_they_tell(seed: int) -> None:
    cutout = random_cutout(np.random.default_rng(seed))
    height, width = cutout.shape
    assert cutout.sketch.geometry.shape == cutout.sketch.writing.shape == cutout.shape
    assert len(cutout.diagram.shapes) >= 2
    for shape in cutout.diagram.shapes:
        left, top, right, bottom = shape.box
        assert left >= 2
        assert top >= 2
        assert right <= width - 2
        assert bottom <= height - 2
        assert cutout.sketch.geometry[round(top) : round(bottom), round(left) : round(right)].any()
    for link in cutout.diagram.links:
        assert (link.path >= -1).all()
        assert (link.path <= (width + 1, height + 1)).all()
