"""Simulated photographs of diagrams as they are developed, with what is drawn in them: what the judges of traced drawings learn from."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from derender.photo.develop import develop
from derender.photo.maps import Floats, Maps
from derender.photo.separation import Separator
from derender.photographs.along_squares import along_squares
from derender.photographs.cutouts import Cutout, random_cutout
from derender.photographs.diagrams import Diagram, draw_diagram, random_diagram, sample_height
from derender.photographs.examples import photograph_straight
from derender.photographs.squares import Squares
from derender.plane import Box, moved_to, overlap
from derender.tracing.regions import Region

Array = NDArray[np.float64]

_RIGHT = 0.7
"""Intersection over union of a region's box with a shape's from which on the region is the shape."""

_NEAR = 0.05
"""Of the picture's diagonal: a way whose ends are no farther from a link's may be the link."""

_WHOLE, _UPRIGHT = 0.25, 0.5
"""Part of photographs that are no pages and show a whole diagram of a few shapes, and part of these that are higher than wide."""

_SMALL = 0.2
"""Part of photographs that are no pages and were made small before they are seen, as thumbnails and crops of screenshots are."""

_SHORTEST, _LONGEST, _LEAST_SEEN = 130.0, 360.0, 16.0
"""Pixels of a small picture's longer side, and of the shapes in it at least."""

_BESIDE, _FARTHEST_BESIDE = 0.3, 0.9
"""Of a shape's height: so far a way's points lie from the link that it is, on average and at most."""


@dataclass(frozen=True, slots=True)
class Photographed:
    """Maps of a simulated photograph, what leads from their pixels to the picture's (3 × 3), and the true boxes and links (each a path
    (N, 2)) there; whether links have heads; how long the picture's diagonal is, and how high shapes are about."""

    maps: Maps
    to_picture: Array
    boxes: tuple[Box, ...]
    links: tuple[Array, ...]
    headed: bool
    diagonal: float
    height: float

    def seen_boxes(self) -> list[Box]:
        """The true boxes in the pixels of the maps."""
        to_maps = np.asarray(np.linalg.inv(self.to_picture), dtype=np.float64)
        return [moved_box(box, to_maps) for box in self.boxes]

    def fit(self, regions: list[Region]) -> Array:
        """Intersection over union of each region's box (N) with each true one (M)."""
        fit = [[overlap(moved_box(r.box, self.to_picture), box) for box in self.boxes] for r in regions]
        return np.array(fit, dtype=np.float64).reshape(len(regions), len(self.boxes))

    def true_regions(self, regions: list[Region]) -> list[Region]:
        """For each true shape the region that is nearest to it, where one is."""
        fit = self.fit(regions)
        return [regions[k] for k in sorted({int(f.argmax()) for f in fit.T if len(f) and f.max() >= _RIGHT})]

    def direction(self, points: Array) -> int:
        """1 where a way's points (N, 2) in the maps run as a link does, -1 where they run against it, 0 where they are none."""
        line = moved_to(self.to_picture, points)
        fits = ((self._apart(line, link[::turn]), turn) for link in self.links for turn in (1, -1))
        nearest, turn = min(fits, default=(math.inf, 0))
        return turn if nearest < math.inf else 0

    def _apart(self, line: Array, link: Array) -> float:
        """Pixels by which ends of a way lie from a link's; infinite where it runs elsewhere."""
        ends = float(np.hypot(*(line[[0, -1]] - link[[0, -1]]).T).max())
        if ends > _NEAR * self.diagonal:
            return math.inf
        # A way may be a part of an arrow that leads back to its shape, or of a head, whose ends are near, too.
        both = ((line, link), (link, line)) if _returns(link) else ((line, link),)
        for points, path in both:
            beside = np.array([_beside(p, path) for p in points[:: max(1, len(points) // 40)]])
            if beside.mean() >= _BESIDE * self.height or beside.max() >= _FARTHEST_BESIDE * self.height:
                return math.inf
        return ends


def there(counts: torch.Tensor) -> torch.Tensor:
    """Which (N) of a batch's places hold an example, that is stand for a number (N) above 0. Where hardly any does all are taken, which
    count for nothing: a network that is normed over its batch cannot learn from one."""
    held = counts > 0
    return held if int(held.sum()) > 1 else torch.ones_like(held)


def is_right(fit: Array) -> Array:
    """Whether (N) regions of such a `Photographed.fit` (N, M) are shapes: 0 or 1."""
    return np.asarray(fit.max(1, initial=0) >= _RIGHT, dtype=np.float64)


def _returns(link: Array) -> bool:
    """Whether a path (N, 2) ends nearer to where it begins than half of its length."""
    return math.dist(link[0], link[-1]) < 0.5 * float(np.hypot(*np.diff(link, axis=0).T).sum())


def _beside(point: Array, path: Array) -> float:
    """Pixels from a point to a path."""
    start, along = path[:-1], np.diff(path, axis=0)
    t = (((point - start) * along).sum(1) / np.maximum(1e-9, (along**2).sum(1))).clip(0, 1)
    return float(np.hypot(*(start + t[:, None] * along - point).T).min())


def sample_diagram(rng: np.random.Generator, *, page: bool) -> tuple[Diagram, Squares | None, tuple[int, int]]:
    """A diagram that fills a picture of the shape (height, width), a few shapes, or a page with many small ones; and the squares that it
    is drawn along."""
    while True:
        if page:
            width = int(rng.integers(1100, 1900))
            shape = (round(width * rng.uniform(0.6, 0.8)), width)
            height = width * sample_height(rng, 0.033, 0.11)
        else:
            width = int(rng.integers(450, 1300))
            shape = (round(width * rng.uniform(0.25, 0.7)), width)
            height = shape[0] * rng.uniform(0.22, 0.55)
            if rng.random() < _UPRIGHT:
                # Flow charts run downwards.
                shape, height = shape[::-1], height / 2
        diagram, squares = along_squares(rng, random_diagram(rng, shape, height))
        inside = all(min(s.box[:2]) > 2 and s.box[2] < shape[1] - 2 and s.box[3] < shape[0] - 2 for s in diagram.shapes)
        if inside and len(diagram.shapes) >= (9 if page else 2):
            return diagram, squares, shape


@cache
def shipped_separator() -> Separator:
    """The shipped ink network on one thread, once for each process that makes examples."""
    torch.set_num_threads(1)
    return Separator.load(torch.device("cpu"))


def photographed(rng: np.random.Generator, separator: Separator) -> Photographed:
    """A simulated photograph as it is developed, and as it would be seen if it were a real one."""
    photo = developed(rng, separator)
    return replace(photo, maps=as_seen_on_real_ones(photo.maps, rng))


def developed(rng: np.random.Generator, separator: Separator) -> Photographed:
    """A simulated photograph as it is developed: of four one is a whole page; of the others some show a diagram of a few shapes, the rest
    are cut out of larger diagrams, and some are small."""
    # What else is drawn does not depend on it.
    sizes = rng.spawn(1)[0]
    is_page = rng.random() < 0.25
    shown = whole(rng, page=is_page) if is_page or rng.random() < _WHOLE else random_cutout(rng)
    factor = 1.0 if is_page else _shrunk_by(sizes, shown)
    seen = develop(_resized(photograph_straight(rng, shown.sketch).picture, factor), separator).seen
    assert seen is not None
    links = tuple(np.asarray(link.path, dtype=np.float64) for link in shown.diagram.links)
    boxes = tuple(s.box for s in shown.diagram.shapes)
    headed, diagonal = shown.diagram.arrows.head != "none", math.hypot(*shown.shape)
    to_picture = np.diag([1 / factor, 1 / factor, 1.0]) @ seen.to_picture
    return Photographed(seen.maps, to_picture, boxes, links, headed, diagonal, shown.diagram.height)


def _shrunk_by(rng: np.random.Generator, shown: Cutout) -> float:
    """The factor by which a picture is made smaller before it is seen; 1 for most, and where shapes would be too small."""
    if rng.random() >= _SMALL:
        return 1.0
    factor = min(1.0, sample_height(rng, _SHORTEST, _LONGEST) / max(shown.shape))
    return factor if factor * shown.diagram.height >= _LEAST_SEEN else 1.0


def _resized(picture: NDArray[np.uint8], factor: float) -> NDArray[np.uint8]:
    size = tuple(max(1, round(factor * side)) for side in picture.shape[1::-1])
    return picture if factor == 1 else np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def whole(rng: np.random.Generator, *, page: bool) -> Cutout:
    """A diagram of which nothing is cut off, and its sketch; see `sample_diagram`."""
    diagram, squares, shape = sample_diagram(rng, page=page)
    return Cutout(replace(draw_diagram(rng, diagram, shape), squares=squares), diagram, shape)


def as_seen_on_real_ones(maps: Maps, rng: np.random.Generator) -> Maps:
    """The same where now and then strokes in some places are taken for writing, or hardly seen: on real photographs the network errs
    more than here."""
    geometry, writing = maps.geometry, maps.writing
    if rng.random() < 0.35:
        where = _somewhere(rng, geometry.shape) > rng.uniform(0.3, 1.5)
        part = np.float32(rng.uniform(0.3, 0.8))
        seen = np.maximum(geometry, writing)
        geometry, writing = np.where(where, geometry * (1 - part), geometry), np.where(where, np.maximum(writing, part * seen), writing)
    if rng.random() < 0.4:
        faint = np.clip(1 - rng.uniform(0.2, 0.7) * (0.5 + _somewhere(rng, geometry.shape)), 0.25, 1).astype(np.float32)
        geometry, writing = geometry * faint, writing * faint
    return Maps(np.asarray(geometry, dtype=np.float32), np.asarray(writing, dtype=np.float32), maps.ruling, maps.page)


def _somewhere(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """A field (H, W) that varies over some sixty pixels, about normally distributed."""
    height, width = shape
    coarse = rng.normal(0, 1, (max(2, height // 60), max(2, width // 60))).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def moved_box(box: Box, matrix: Array) -> Box:
    """The box (left, top, right, bottom) around where a box is led."""
    corners = moved_to(matrix, np.array([(x, y) for x in box[::2] for y in box[1::2]]))
    (left, top), (right, bottom) = corners.min(0), corners.max(0)
    return float(left), float(top), float(right), float(bottom)
