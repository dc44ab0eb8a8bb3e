"""Diagrams without a lattice as specs on one: every coordinate rounded to the nearest lattice point, and where each key point really is.

Ellipses, rounded boxes and double outlines are the plain shapes, curved arrows straight ones, as the reader reads them; diamonds,
triangles and slanted boxes are closed rows of lines, angled arrows rows of lines of which the last has the head. Arrows from a shape back
to itself and arcs around others are left out: on a lattice they are no such rows.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from derender.perception.legibility import Drawn, clash, legible
from derender.perception.scenes import RADII
from derender.perception.scenes.parts import within
from derender.perception.targets import KeyPoint, Located
from derender.photographs.diagrams import Diagram, Shape
from derender.photographs.pen_strokes import ArrowStyle, Points, corners_of, middle_of
from derender.photographs.routes import Link
from derender.rendering.pencil import Placement
from derender.spec import Circle, Command, Line, Rectangle, Spec

_LONGEST = 2.0
"""Ellipses that are longer than this against their height are no circles."""

_LEVEL = 0.15
"""Arrows that rise or fall by less of their length are meant level, likewise upright ones."""

_TRIED = 16


@dataclass(frozen=True, slots=True)
class Rounded:
    """What a diagram shows on a lattice that lies at `placement` in its pixels; `diagram` has only what `scene` has."""

    diagram: Diagram
    scene: Spec
    placement: Placement
    located: Located
    straight: frozenset[Command]
    """The lines and boxes that are drawn as such, not bent or rounded."""


def rounded_to_lattice(rng: np.random.Generator, diagram: Diagram, cell: float, columns: int, rows: int) -> Rounded:
    """The diagram on the one of several lattices of about `cell` pixels that it lies on best, 0 … `columns` × 0 … `rows`.

    What lies outside or could not be told from something else there is left out of the diagram.
    """
    placement = _best_placement(rng, diagram, cell, rows)
    shapes, links, straight = list[Shape](), list[Link](), set[Command]()
    located: dict[Command, tuple[KeyPoint, ...]] = {}
    drawn = Drawn()
    parts: list[Shape | Link] = [*diagram.shapes, *_told(diagram.links)]
    for part in parts:
        found = dict(_shape(part, placement) if isinstance(part, Shape) else _link(part, diagram.arrows, placement))
        if not found or not all(within(c, columns, rows) and legible(c) for c in found):
            continue
        if any(c in located or any(clash(c, other, touching=True) for other in drawn.near(c)) for c in found):
            continue
        for command in found:
            drawn.add(command)
        located.update(found)
        if isinstance(part, Shape):
            shapes.append(part)
            straight |= set() if part.kind in ("circle", "ellipse", "rounded", "document") else set(found)
        else:
            links.append(part)
            straight |= set() if part.curved else set(found)
    kept = replace(diagram, shapes=tuple(shapes), links=tuple(links))
    return Rounded(kept, Spec(located), placement, located, frozenset(straight))


def _told(links: Sequence[Link]) -> list[Link]:
    """The links that lines between their ends stand for."""
    return [link for link in links if not link.returns and not link.is_arc]


def _best_placement(rng: np.random.Generator, diagram: Diagram, cell: float, rows: int) -> Placement:
    """The lattice on which the least is moved by rounding."""
    boxes = np.array([s.box for s in diagram.shapes] or [(0.0, 0.0, 0.0, 0.0)])
    ends = np.array([link.path[[0, -1]] for link in _told(diagram.links)]).reshape(-1, 2)
    points = np.concatenate([boxes[:, :2], boxes[:, 2:], ends])
    placements = []
    for _ in range(_TRIED):
        pitch = cell * math.exp(rng.uniform(-0.08, 0.08))
        left, top = cell / 2 + rng.uniform(-0.5, 0.5, 2) * pitch
        placements.append(Placement(np.array([[pitch, 0, left], [0, -pitch, top + rows * pitch]])))
    return min(placements, key=lambda p: float(np.square(_off(_cells(points, p))).sum()))


def _off(cells: Points) -> Points:
    return np.asarray(cells - np.rint(cells))


def _cells(points: Points, placement: Placement) -> Points:
    """Pixels (N, 2) in cells of the lattice."""
    return np.asarray((points - placement.matrix[:, 2]) / np.diag(placement.matrix[:, :2]))


def _shape(shape: Shape, placement: Placement) -> Iterator[tuple[Command, tuple[KeyPoint, ...]]]:
    """A shape's commands on the lattice; none where it shrinks to nothing."""
    left, top, right, bottom = shape.box
    width, height = right - left, bottom - top
    match shape.kind:
        case "circle" | "ellipse":
            radius = min(width, height) / 2
            whole = round(2 * radius / placement.matrix[0, 0]) / 2
            if whole in RADII and max(width, height) < _LONGEST * min(width, height):
                middle = np.array([middle_of(shape.box)])
                x, y = _whole(_cells(middle, placement))[0]
                yield Circle(x, y, whole, whole), ((0, *middle[0].tolist(), radius),)
        case "box" | "rounded" | "document":
            yield from _box(corners_of("box", shape.box, 0.0), placement)
        case _:
            corners = corners_of(shape.kind, shape.box, shape.lean)
            whole_corners = _whole(_cells(corners, placement))
            xs, ys = {x for x, _ in whole_corners}, {y for _, y in whole_corners}
            if len(corners) == 4 and len(xs) == len(ys) == 2:
                yield from _box(corners, placement)
            elif len(set(whole_corners)) == len(corners) and len(xs) > 1 and len(ys) > 1:
                for k in range(len(corners)):
                    yield _line(corners[[k - 1, k]], whole_corners[k - 1], whole_corners[k], arrow=False, dashed=False)


def _box(corners: Points, placement: Placement) -> Iterator[tuple[Command, tuple[KeyPoint, ...]]]:
    (x1, y2), _, (x2, y1), _ = _whole(_cells(corners, placement))
    if x1 < x2 and y1 < y2:
        yield Rectangle(x1, y1, x2, y2), tuple((1, x, y, 0.0) for x, y in corners.tolist())


def _link(link: Link, style: ArrowStyle, placement: Placement) -> Iterator[tuple[Command, tuple[KeyPoint, ...]]]:
    """What is drawn of a link, a row of lines on the lattice each; legs that shrink to nothing are left out."""
    has_head = link.meets is None and style.head != "none"
    for path in link.drawn(link.path):
        heads = 0 if not has_head else 2 if style.is_in_legs(link.path[link.parts :]) else 1
        yield from _legs(path[[0, -1]] if link.curved else path, placement, heads=heads, dashed=style.dash is not None)


def _legs(path: Points, placement: Placement, *, heads: int, dashed: bool) -> Iterator[tuple[Command, tuple[KeyPoint, ...]]]:
    """Lines without heads (0), with one at the end (1) or at the end of each (2)."""
    cells = _cells(path, placement)
    if len(path) == 2:
        across = np.abs(cells[1] - cells[0])
        for axis in (0, 1):
            if across[axis] < _LEVEL * across[1 - axis]:
                cells[:, axis] = cells[:, axis].mean()
    whole = _whole(cells)
    kept = [0]
    for k in range(1, len(whole)):
        if whole[k] != whole[kept[-1]]:
            if len(kept) > 1 and _in_line(whole[kept[-2]], whole[kept[-1]], whole[k]):
                kept.pop()
            kept.append(k)
    # The drawn arrow ends at its last point, whichever of the points that fall together was kept.
    kept[-1] = len(whole) - 1 if len(kept) > 1 else kept[-1]
    for number, (j, k) in enumerate(itertools.pairwise(kept), 2):
        yield _line(path[[j, k]], whole[j], whole[k], arrow=heads == 2 or (heads == 1 and number == len(kept)), dashed=dashed)


def _line(ends: Points, first: tuple[int, int], second: tuple[int, int], *, arrow: bool, dashed: bool) -> tuple[Line, tuple[KeyPoint, ...]]:
    return Line(*first, *second, arrow, dashed), tuple((2, x, y, 0.0) for x, y in ends.tolist())


def _in_line(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    return (b[0] - a[0]) * (c[1] - b[1]) == (b[1] - a[1]) * (c[0] - b[0])


def _whole(cells: Points) -> list[tuple[int, int]]:
    return [(int(x), int(y)) for x, y in np.rint(cells).tolist()]
