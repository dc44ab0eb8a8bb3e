"""Diagrams along the lines of squared paper, as people draw them: there strokes are hard to tell from ruling."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from derender.photographs.diagrams import Diagram, Shape
from derender.photographs.pen_strokes import middle_of
from derender.photographs.routes import Link
from derender.photographs.squares import Squares

ALONG = 0.4
"""Part of drawings that are drawn along squares."""

_SMALLEST, _LARGEST = 0.2, 0.6
"""Of a shape's height: how wide squares are."""

_STRAYED = 0.08
"""Of a square: the standard deviation of a stroke from the line that it follows."""


def along_squares(rng: np.random.Generator, diagram: Diagram) -> tuple[Diagram, Squares | None]:
    """The diagram along the lines of squared paper and these, or as it is and None, as most are drawn."""
    if rng.random() >= ALONG:
        return diagram, None
    pitch = diagram.height * rng.uniform(_SMALLEST, _LARGEST)
    squares = Squares(pitch, *rng.uniform(0, pitch, 2))
    shapes = tuple(_shape(rng, shape, squares) for shape in diagram.shapes)
    return replace(diagram, shapes=shapes, links=tuple(_link(rng, link, squares) for link in diagram.links)), squares


def _shape(rng: np.random.Generator, shape: Shape, squares: Squares) -> Shape:
    """Boxes have their sides on lines, of others the middle lies where lines cross."""
    corners = np.array(shape.box).reshape(2, 2)
    if shape.kind in ("box", "rounded"):
        near = squares.onto(corners)
        if (near[0] < near[1]).all():
            left, top, right, bottom = (near + rng.normal(0, _STRAYED * squares.pitch, (2, 2))).ravel().tolist()
            return replace(shape, box=(left, top, right, bottom))
    middle = np.array([middle_of(shape.box)])
    by = squares.onto(middle) - middle + rng.normal(0, _STRAYED * squares.pitch, (1, 2))
    left, top, right, bottom = (corners + by).ravel().tolist()
    return replace(shape, box=(left, top, right, bottom))


def _link(rng: np.random.Generator, link: Link, squares: Squares) -> Link:
    """Each leg on a line; a curve is only moved."""
    if link.curved:
        return replace(link, path=link.path + (squares.onto(link.path[:1]) - link.path[:1]))
    path = squares.onto(link.path)
    if (np.diff(path, axis=0) == 0).all(1).any():
        return link
    strayed = path + rng.normal(0, _STRAYED * squares.pitch, path.shape)
    return replace(link, path=np.asarray(strayed))
