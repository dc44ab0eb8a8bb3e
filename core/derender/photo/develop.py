"""From a photograph to ink: the page found, perspective undone, ruling and writing taken away, each stage kept to be shown.

A photograph is looked at twice. The first look, at a small size, tells where the page and the drawing are and how the camera leans;
the second sees the drawing alone, seen from above, at the size that the network knows. Scans with a flat background are not
touched: their ink is what is darker than the paper, and only what is certainly writing is taken out of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from derender.photo.ink import ink_of, white_on_black
from derender.photo.load import to_grey
from derender.photo.rectify import NO_SEGMENTS, Segments, joined, moved_to, segments_of, upright_view
from derender.photo.separation import Maps, Separator
from derender.photo.strokes import evened

Floats = NDArray[np.float32]
Picture = NDArray[np.uint8]
Matrix = NDArray[np.float64]
Pixels = tuple[int, int, int, int]
"""left, top, right, bottom."""

FIRST_LOOK = 800
"""Pixels of the longer side in the first look."""

SECOND_LOOK = 1216
"""Pixels of the longer side in the second look at most."""

LEAST_SIDE = 360
"""Smaller photographs are enlarged to this (by three at most) before they are looked at."""


@dataclass(frozen=True, slots=True)
class Development:
    """What came out of a photograph. `view` is the picture as it was looked at last, `ink` and `writing` (H, W) are on it, and
    `to_picture` (3 × 3) leads from its pixels to those of the picture that was given."""

    view: Picture
    ink: Floats
    writing: Floats
    to_picture: Matrix
    page: tuple[tuple[float, float], ...] | None
    is_scan: bool

    @property
    def is_rectified(self) -> bool:
        """Whether perspective was undone: the view is no upright piece of the picture."""
        return bool(np.abs(self.to_picture[[0, 1, 2, 2], [1, 0, 0, 1]]).max() > 1e-9)


def develop(picture: Picture, separator: Separator, *, keep_frame: bool = False) -> Development:
    """Ink and writing of a picture (H, W, 3) RGB; with `keep_frame` the view is the whole picture, unturned."""
    if white_on_black(to_grey(Image.fromarray(picture))):
        picture = 255 - picture
    if is_scan(picture):
        return _scan(picture, separator)
    small, shrunk = _sized(picture, FIRST_LOOK)
    maps = separator.maps(small)
    if keep_frame:
        view, scale = _sized(picture, SECOND_LOOK)
        seen = _on_sheet(maps if view.shape == small.shape else separator.maps(view))
        return Development(view, _geometry(seen), _writing(seen), np.diag([1 / scale, 1 / scale, 1]), None, False)
    maps = _on_sheet(maps)
    page = _page(maps.page)
    sight = upright_view(_evidence(maps, page), small.shape[1], small.shape[0])
    box = _content(maps, page, sight)
    if box is None:
        return Development(small, _geometry(maps), _writing(maps), np.diag([1 / shrunk, 1 / shrunk, 1]), page, False)
    view, inside, to_picture = _closer(picture, sight, shrunk, box)
    seen = _on_sheet(separator.maps(view), inside)
    corners = None if page is None else tuple((x / shrunk, y / shrunk) for x, y in page)
    return Development(view, _geometry(seen), _writing(seen), to_picture, corners, False)


def undeveloped(picture: Picture) -> Development:
    """What is darker than the paper, as it is, without a network: for scans without writing."""
    ink = ink_of(to_grey(Image.fromarray(picture)))
    return Development(picture, ink, np.zeros_like(ink), np.eye(3), None, True)


def is_scan(picture: Picture) -> bool:
    """Whether the background is one flat bright tone, as a scanner program or a drawing program leaves it."""
    red, green, blue = cv2.split(picture)
    grey = np.asarray(cv2.min(cv2.min(red, green), blue), dtype=np.uint8)
    counts = np.bincount(grey.ravel(), minlength=256)
    tone = int(counts.argmax())
    near = int(counts[max(0, tone - 2) : tone + 3].sum())
    return tone >= 225 and near >= 0.6 * grey.size


def _scan(picture: Picture, separator: Separator) -> Development:
    """A scan as it is, less what is certainly writing."""
    ink = ink_of(to_grey(Image.fromarray(picture)))
    small, _ = _sized(picture, SECOND_LOOK)
    found = _certain_writing(separator.maps(small))
    enlarged = cv2.resize(found, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_LINEAR)
    written = enlarged >= 0.5
    writing = np.asarray(ink * written, dtype=np.float32)
    if written.any():
        ink = np.asarray(ink * ~written, dtype=np.float32)
    return Development(picture, ink, writing, np.eye(3), None, True)


def _certain_writing(maps: Maps) -> Floats:
    """1 on connected strokes of which nearly all is writing and next to nothing geometry, 0 elsewhere."""
    marked = np.maximum(maps.geometry, maps.writing) > 0.4
    count, labels = cv2.connectedComponents(marked.astype(np.uint8))
    if count < 2:
        return np.zeros(marked.shape, np.float32)
    flat = labels.ravel()
    area = np.bincount(flat, minlength=count)
    written = np.bincount(flat, weights=maps.writing.ravel(), minlength=count) / np.maximum(area, 1)
    drawn = np.bincount(flat, weights=maps.geometry.ravel(), minlength=count) / np.maximum(area, 1)
    # On simulated scans without any writing, pixels beyond 0.7 and 0.2 occur on 19 of 58, beyond these on 4.
    certain = (written > 0.85) & (drawn < 0.08)
    certain[0] = False
    out = certain[labels].astype(np.uint8)
    return np.asarray(cv2.dilate(out, np.ones((5, 5), np.uint8)), dtype=np.float32)


def _sized(picture: Picture, side: int) -> tuple[Picture, float]:
    """The picture with its longer side at most `side` (and not too small), and the factor."""
    height, width = picture.shape[:2]
    longest = max(height, width)
    factor = min(1.0, side / longest) if longest >= LEAST_SIDE else min(3.0, LEAST_SIDE / longest)
    if factor == 1.0:
        return picture, 1.0
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), dtype=np.uint8), factor


def _geometry(maps: Maps) -> Floats:
    """Ink of the geometry: certain strokes are 1, doubtful pixels fade, paper is exactly 0."""
    ink = np.asarray(np.clip((maps.geometry - 0.3) / 0.4, 0, 1), dtype=np.float32)
    return evened(np.asarray(ink * _large(ink > 0.5, 0.008), dtype=np.float32))


def _writing(maps: Maps) -> Floats:
    return np.asarray(np.where(maps.writing > maps.geometry, np.clip((maps.writing - 0.3) / 0.4, 0, 1), 0), dtype=np.float32)


def _on_sheet(maps: Maps, inside: NDArray[np.bool_] | None = None) -> Maps:
    """The maps with strokes only on the sheet, not at its very edges, and where the picture is (`inside`)."""
    height, width = maps.page.shape
    reach = max(2, round(0.012 * max(height, width)))
    sheet: NDArray[np.uint8] = np.ones((height, width), np.uint8)
    marked = (cv2.blur(maps.page, (5, 5)) > 0.5).astype(np.uint8)
    if 0.2 < marked.mean() < 0.995:
        contours, _ = cv2.findContours(marked, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        sheet[:] = 0
        # The hull: holes, fingers and dark shadows do not cut the sheet.
        cv2.fillConvexPoly(sheet, cv2.convexHull(max(contours, key=cv2.contourArea)), 1)
        framed = np.asarray(cv2.copyMakeBorder(sheet, reach, reach, reach, reach, cv2.BORDER_REPLICATE), dtype=np.uint8)
        sheet = _shrunk(framed, reach)[reach:-reach, reach:-reach]
    if inside is not None:
        sheet = sheet & _shrunk(inside.astype(np.uint8), reach)
    if sheet.all():
        return maps
    kept = sheet.astype(np.float32)
    return Maps(maps.geometry * kept, maps.writing * kept, maps.ruling * kept, maps.page)


def _shrunk(marked: NDArray[np.uint8], by: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.erode(marked, np.ones((2 * by + 1, 2 * by + 1), np.uint8)), dtype=np.uint8)


def _evidence(maps: Maps, page: tuple[tuple[float, float], ...] | None) -> Segments:
    """Segments that tell how the camera leans."""
    longest = max(maps.page.shape)
    ruling = segments_of(maps.ruling, 1.5, 0.06 * longest)
    drawn = segments_of(maps.geometry, 1.0, 0.035 * longest)
    edges = NO_SEGMENTS
    if page is not None:
        corners = np.array(page)
        ends = np.concatenate([corners, np.roll(corners, -1, 0)], 1)
        height, width = maps.page.shape
        inside = [not _on_frame(e, width, height) for e in ends]
        edges = Segments(ends[inside], np.full(sum(inside), 12.0))
    return joined(ruling, drawn, edges)


def _on_frame(ends: Matrix, width: int, height: int) -> bool:
    """Whether a side of the page is only where the picture ends."""
    near = 0.012 * max(width, height)
    x1, y1, x2, y2 = ends
    return bool(max(x1, x2) < near or max(y1, y2) < near or min(x1, x2) > width - 1 - near or min(y1, y2) > height - 1 - near)


def _page(page: Floats) -> tuple[tuple[float, float], ...] | None:
    """Four corners of the sheet where some of its border is seen; None where the picture shows nothing else, or no clear sheet."""
    height, width = page.shape
    small = cv2.resize(page, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    marked = cv2.morphologyEx((small > 0.5).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    # Holes and fingers do not make the sheet smaller.
    framed = cv2.copyMakeBorder(marked, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    marked = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))[1:-1, 1:-1]
    share = float(marked.mean()) if marked.size else 1.0
    if share > 0.985 or share < 0.2:
        return None
    contours, _ = cv2.findContours(marked, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    outline = cv2.arcLength(hull, True)
    for tolerance in (0.015, 0.03, 0.05, 0.08):
        quad = cv2.approxPolyDP(hull, tolerance * outline, True).reshape(-1, 2)
        if len(quad) == 4:
            area = cv2.contourArea(quad.astype(np.float32))
            if area > 0.2 * marked.size and 0.85 < marked.sum() / max(1.0, area) < 1.2:
                return tuple((4.0 * float(x) + 2, 4.0 * float(y) + 2) for x, y in quad)
            break
    return None


def _content(maps: Maps, page: tuple[tuple[float, float], ...] | None, sight: Matrix) -> tuple[float, float, float, float] | None:
    """left, top, right, bottom, in the upright view, around geometry and the writing at it, with some room; None for nothing drawn."""
    drawn = maps.geometry > 0.5
    if page is not None:
        inside = np.zeros(drawn.shape, np.uint8)
        cv2.fillConvexPoly(inside, np.rint(np.array(page)).astype(np.int32), 1)
        drawn &= inside > 0
    kept = _large(drawn, 0.02)
    if not kept.any():
        return None
    rows, columns = np.nonzero(kept)
    near = np.zeros(drawn.shape, np.uint8)
    room = round(0.12 * max(np.ptp(rows), np.ptp(columns))) + 4
    near[max(0, rows.min() - room) : rows.max() + room, max(0, columns.min() - room) : columns.max() + room] = 1
    rows, columns = np.nonzero(kept | ((maps.writing > 0.5) & (near > 0)))
    points = moved_to(sight, np.stack([columns, rows], -1).astype(np.float64))
    (left, top), (right, bottom) = points.min(0), points.max(0)
    margin = 0.03 * max(right - left, bottom - top) + 6
    return left - margin, top - margin, right + margin, bottom + margin


def _large(drawn: NDArray[np.bool_], room: float) -> NDArray[np.bool_]:
    """Without specks: pieces of strokes that are short and have nothing else within `room` of the picture's longer side."""
    reach = max(3, round(room * max(drawn.shape))) | 1
    together = cv2.dilate(drawn.astype(np.uint8), np.ones((reach, reach), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(together)
    big = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) > 2.2 * reach
    big[0] = False
    return np.asarray(drawn & big[labels])


def _closer(
    picture: Picture, sight: Matrix, shrunk: float, box: tuple[float, float, float, float]
) -> tuple[Picture, NDArray[np.bool_], Matrix]:
    """The part of the upright view in `box`, from the picture's own pixels, where it shows any of them, and the way back to them."""
    left, top, right, bottom = box
    full = max(right - left, bottom - top) / shrunk
    factor = min(1.0, SECOND_LOOK / full) if full >= LEAST_SIDE else min(3.0, LEAST_SIDE / full)
    zoom = factor / shrunk
    width, height = max(STEP_LEAST, round((right - left) * zoom)), max(STEP_LEAST, round((bottom - top) * zoom))
    to_view = np.array([[zoom, 0, -left * zoom], [0, zoom, -top * zoom], [0, 0, 1]]) @ sight @ np.diag([shrunk, shrunk, 1])
    source, pre = picture, 1.0
    if factor < 0.6:
        # Warping alone would skip pixels: shrink by averaging first.
        pre = min(1.0, 1.6 * factor)
        size = (max(1, round(picture.shape[1] * pre)), max(1, round(picture.shape[0] * pre)))
        source = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    warp = to_view @ np.diag([1 / pre, 1 / pre, 1])
    view = cv2.warpPerspective(source, warp, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpPerspective(np.ones(source.shape[:2], np.uint8), warp, (width, height), flags=cv2.INTER_NEAREST) > 0
    return np.asarray(view, dtype=np.uint8), np.asarray(inside), np.asarray(np.linalg.inv(to_view), dtype=np.float64)


STEP_LEAST = 32
"""No view is narrower."""
