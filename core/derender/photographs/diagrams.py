"""Diagrams as people draw them without a lattice: shapes of all kinds in uneven rows, joined by straight, angled and curved arrows.

A `Diagram` says in pixels what is meant; `draw_diagram` draws it by a shaky hand, with words in, beside and between the shapes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from derender.photographs.free_signs import write_beside, write_in_place
from derender.photographs.networks import random_network
from derender.photographs.pen_strokes import (
    ArrowStyle,
    Box,
    Kind,
    Pen,
    Points,
    Stroke,
    arrow,
    as_drawn,
    draw,
    icon,
    middle_of,
    outline,
    sample_arrow_style,
    sample_thickness,
    strike,
)
from derender.photographs.polylines import parts
from derender.photographs.routes import Link, random_links
from derender.photographs.self_loops import random_self_loops, sample_often
from derender.photographs.squares import Squares
from derender.photographs.writing import Mask, Writer, paste, sample_writer, scribble, write_in

_STRUCK = 0.3
"""Part of empty places where a shape was struck out: more than people do, since of few a network learns little."""

_REDRAWN, _OVER = 0.45, 0.5
"""Part of diagrams where shapes were struck out on the ways between others, and part of their ways."""

_FILLED = 0.5
"""How often a circle or a diamond held a sign when it was struck out, and how often any other, or one without, held words."""

_PARTING, _ALONE = 0.6, 0.45
"""Part of diagrams that show how ways part and come together, and part of their columns where one shape stands alone for that."""

_UNEVEN, _MOST_UNEVEN = 0.6, 0.15
"""Part of people whose shapes are uneven, and how much at most, see `Pen`."""

_NETWORKS, _HEADLESS, _BOXED = 0.15, 0.4, 0.15
"""Part of diagrams that are networks, and parts of these whose lines have no heads and whose nodes are boxes."""

SIGNS_BESIDE = 0.3
"""Part of diagrams with signs beside their arrows."""

_FULL, _OFTEN_FULL = 0.06, 0.4
"""Of a slanted or round shape's size: how far words stay from its box where they fill it, touching the outline; and how often they do."""

_MISSED = 0.03
"""Of a shape's height: how far arrows that lead on from each other are apart."""

KINDS: tuple[Kind, ...] = ("box", "rounded", "circle", "diamond", "ellipse", "slanted", "triangle", "document")


@dataclass(frozen=True, slots=True)
class Sketch:
    """Geometry and writing, (H, W) uint8 each, 255 = ink; the squares of the paper that it is drawn along, where it is."""

    geometry: Mask
    writing: Mask
    squares: Squares | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline in its box; what is slanted leans by so many pixels."""

    kind: Kind
    box: Box
    lean: float = 0.0


@dataclass(frozen=True, slots=True)
class Diagram:
    """Shapes and links in pixels, how high shapes are about, and how they are drawn; `words` is the part of shapes with words, `struck` are
    shapes that were struck out again."""

    shapes: tuple[Shape, ...]
    links: tuple[Link, ...]
    height: float
    pen: Pen
    arrows: ArrowStyle
    writer: Writer
    words: float
    struck: tuple[Shape, ...] = ()


def random_diagram(rng: np.random.Generator, shape: tuple[int, int], height: float) -> Diagram:
    """A diagram of shapes about `height` pixels high that fills a canvas of `shape` (height, width), or a network that fits there."""
    # What other diagrams are does not depend on whether there are networks, nor on whether arrows lead back.
    back, apart = rng.spawn(2)
    if apart.random() < _NETWORKS:
        return network_diagram(apart, shape, height)
    pitch_x, pitch_y = height * rng.uniform(1.7, 3.4), height * rng.uniform(1.4, 2.6)
    columns, rows = max(1, int(shape[1] / pitch_x)), max(1, int(shape[0] / pitch_y))
    # Some people's pages are full, others' hold a row or two that parts and comes together.
    sparse, lesser = (rng.uniform(low, high) for low, high in ((0.2, 0.5), (0.35, 0.75)))
    often_small = rng.choice([0.4, 0.95])
    kinds, wide = rng.dirichlet([1.2, 1.2, 1.0, 1.2, 0.8, 0.5, 0.3, 0.6]), rng.uniform(1.0, 2.0)
    left, top = (rng.uniform(0, max(1.0, side - n * pitch)) for side, n, pitch in ((shape[1], columns, pitch_x), (shape[0], rows, pitch_y)))
    placed: dict[tuple[int, int], Shape] = {}
    struck: list[Shape] = []
    parting = rng.random() < _PARTING
    for i in range(columns):
        alone = int(rng.integers(rows)) if parting and rng.random() < _ALONE else None
        for j in range(rows):
            if alone is not None and j != alone:
                continue
            is_empty = rng.random() < sparse and columns * rows > 2
            if is_empty and rng.random() > _STRUCK:
                continue
            kind = KINDS[int(rng.choice(len(KINDS), p=kinds))]
            small = kind in ("circle", "diamond") and rng.random() < often_small
            h = height * rng.uniform(0.75, 1.2) * (lesser if small else 1)
            w = h * (1 if kind == "circle" else rng.uniform(0.9, 1.3) if kind == "diamond" else wide * rng.uniform(0.8, 1.25))
            x = left + (i + 0.5) * pitch_x + rng.normal(0, 0.12 * pitch_x)
            y = top + (j + 0.5) * pitch_y + rng.normal(0, 0.1 * pitch_y)
            lean = rng.uniform(0.2, 0.5) * h if kind == "slanted" else 0.0
            drawn = Shape(kind, (x - w / 2, y - h / 2, x + w / 2, y + h / 2), lean)
            if is_empty:
                struck.append(drawn)
            else:
                placed[i, j] = drawn
    links = random_links(rng, {place: part.box for place, part in placed.items()}, [part.box for part in struck], height, shape)
    if rng.random() < _REDRAWN:
        links, over = _struck_over(rng, links, [*placed.values(), *struck])
        struck.extend(over)
    kept = tuple(placed.values())
    often = sample_often(back)
    loops = random_self_loops(back, [(s.kind, s.box) for s in kept], [s.box for s in struck], links, shape, often)
    return Diagram(
        kept,
        (*links, *loops),
        height,
        Pen(sample_thickness(rng, height), rng.uniform(0.002, 0.02), rng.uniform(0, _MOST_UNEVEN) if rng.random() < _UNEVEN else 0.0),
        sample_arrow_style(rng),
        sample_writer(rng),
        float(rng.choice([0.0, 0.5, 0.95], p=[0.12, 0.28, 0.6])),
        tuple(struck),
    )


def network_diagram(rng: np.random.Generator, shape: tuple[int, int], height: float) -> Diagram:
    """A network that fits a canvas of `shape` (height, width) where other diagrams have shapes of that height."""
    network = random_network(rng, shape, height)
    kind: Kind = "box" if rng.random() < _BOXED else "circle"
    arrows = sample_arrow_style(rng)
    return Diagram(
        tuple(Shape(kind, box) for box in network.boxes),
        network.links,
        network.width,
        Pen(
            sample_thickness(rng, network.width), rng.uniform(0.002, 0.02), rng.uniform(0, _MOST_UNEVEN) if rng.random() < _UNEVEN else 0.0
        ),
        replace(arrows, head="none", legs=0) if rng.random() < _HEADLESS else arrows,
        sample_writer(rng),
        float(rng.choice([0.0, 0.5, 0.95])),
    )


def _struck_over(rng: np.random.Generator, links: Sequence[Link], drawn: Sequence[Shape]) -> tuple[tuple[Link, ...], list[Shape]]:
    """Links of which some lead over shapes that were struck out, and these: what was joined to them before is now joined through them.

    They are as large as other shapes (`drawn`) and touch none.
    """
    boxes = [shape.box for shape in drawn]
    out, struck = list[Link](), list[Shape]()
    for link in links:
        model = drawn[int(rng.integers(len(drawn)))]
        over = _upon(rng, link.path, model) if rng.random() < _OVER and not link.parts and link.meets is None else None
        crossed = over is not None and any(parts(other.path, over.box, inside=True) for other in links if other is not link)
        if over is None or crossed or any(_touch(over.box, box) for box in boxes):
            out.append(link)
            continue
        boxes.append(over.box)
        struck.append(over)
        out.append(replace(link, over=over.box))
    return tuple(out), struck


def _upon(rng: np.random.Generator, path: Points, model: Shape) -> Shape:
    """A shape like another one with its middle somewhere on the longest leg of a path (N, 2)."""
    longest = int(np.hypot(*np.diff(path, axis=0).T).argmax())
    x, y = (path[longest] + rng.uniform(0.2, 0.8) * (path[longest + 1] - path[longest])).tolist()
    left, top, right, bottom = model.box
    w, h = right - left, bottom - top
    return replace(model, box=(x - w / 2, y - h / 2, x + w / 2, y + h / 2))


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def draw_diagram(rng: np.random.Generator, diagram: Diagram, shape: tuple[int, int]) -> Sketch:
    """The diagram by a hand, on layers of `shape` (height, width); signs and what was struck out count as writing."""
    pen, height = diagram.pen, diagram.height
    strokes, signs, writing = list[Stroke](), list[Stroke](), np.zeros(shape, np.uint8)
    for part in diagram.shapes:
        strokes.extend(outline(part.kind, part.box, part.lean, pen, rng))
        left, top, right, bottom = part.box
        w, h, (x, y) = right - left, bottom - top, middle_of(part.box)
        if part.kind in ("circle", "diamond") and rng.random() < 0.45:
            signs.extend(icon(part.box, pen.thickness, rng))
            if rng.random() < diagram.words:
                below = (x - w, bottom + 0.05 * h, x + w, bottom + 0.6 * h)
                write_in(writing, below, diagram.writer, pen.thickness, rng)
        elif rng.random() < diagram.words:
            inset = 0.04 if part.kind in ("box", "rounded", "circle") else _FULL if rng.random() < _OFTEN_FULL else 0.22
            inside = (left + inset * w, top + inset * h, right - inset * w, bottom - inset * h)
            write_in(writing, inside, diagram.writer, pen.thickness, rng)
        if rng.random() < 0.03:
            # A word: one as high as the shape would strike the shape out.
            paste(writing, scribble(0.8 * w, pen.thickness, rng, min(1.0, 0.5 * h / w)), x, y)
    for part in diagram.struck:
        if rng.random() < _FILLED and part.kind in ("circle", "diamond"):
            signs.extend(icon(part.box, pen.thickness, rng))
        elif rng.random() < _FILLED:
            write_in(writing, part.box, diagram.writer, pen.thickness, rng)
        signs.extend([*outline(part.kind, part.box, part.lean, pen, rng), *strike(part.box, pen, rng)])
    for link in diagram.links:
        style = diagram.arrows if link.meets is None else replace(diagram.arrows, head="none", legs=0)
        for path in link.drawn(as_drawn(link.path, height, rng, style.aloof)):
            for leg in _legs(path, height, rng) if not link.curved and style.is_in_legs(link.path[link.parts :]) else (path,):
                strokes.extend(arrow(leg, style, height, pen, rng))
        if rng.random() < 0.25 * diagram.words:
            x, y = link.path[len(link.path) // 2]
            write_in(writing, (x - 0.6 * height, y - 0.5 * height, x + 0.6 * height, y - 0.1 * height), diagram.writer, pen.thickness, rng)
    geometry, writing = draw(strokes, shape), np.maximum(writing, draw(signs, shape))
    # What else is drawn does not depend on whether there are any.
    beside = rng.spawn(1)[0]
    if beside.random() < SIGNS_BESIDE:
        write_beside(writing, geometry, [link.path for link in diagram.links], height, pen.thickness, beside)
    return Sketch(geometry, writing)


def draw_without_shapes(rng: np.random.Generator, diagram: Diagram, shape: tuple[int, int]) -> Sketch:
    """The diagram with signs where its shapes would be."""
    sketch = draw_diagram(rng, replace(diagram, shapes=(), struck=(), words=0.0), shape)
    write_in_place(sketch.writing, sketch.geometry, [part.box for part in diagram.shapes], diagram.height, diagram.pen.thickness, rng)
    return sketch


def _legs(path: Points, height: float, rng: np.random.Generator) -> list[Points]:
    """The straight parts of a path (N, 2), which hardly begin where the one before ends."""
    return [np.array([a + rng.normal(0, _MISSED * height, 2) * (k > 0), b]) for k, (a, b) in enumerate(pairwise(path))]


def sample_height(rng: np.random.Generator, least: float, most: float) -> float:
    """How high shapes are in pixels, each factor as likely."""
    return math.exp(rng.uniform(math.log(least), math.log(most)))
