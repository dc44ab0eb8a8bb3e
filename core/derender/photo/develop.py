"""From a photograph to ink: the page found, perspective undone, ruling and writing taken away, each stage kept to be shown.

A photograph is looked at twice. The first look, at a small size, tells where the page and the drawing are and how the camera leans;
the second sees the drawing alone, seen from above, at the size that the network knows. Scans of nothing but a drawing are not
touched: their ink is what is darker than the paper, and only what is certainly writing is taken out of it. Scans with ruling or with
writing that cannot be taken out so are developed as photographs are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PIL import Image

from derender.photo.cleaning import geometry_ink, written_ink
from derender.photo.desk import beside_desk
from derender.photo.holes import spiral
from derender.photo.ink import ink_of, white_on_black
from derender.photo.load import to_grey
from derender.photo.maps import Floats, Maps
from derender.photo.pieces import with_pieces
from derender.photo.punched import punched
from derender.photo.rectify import upright_view
from derender.photo.ruling import without_ruling
from derender.photo.scans import is_scan, scanned
from derender.photo.separation import Separator
from derender.photo.sheet import Corners, leaning, on_sheet, page_corners
from derender.photo.stains import stained
from derender.photo.views import FIRST_LOOK, SECOND_LOOK, Picture, closer, content_box, second_factor, sized
from derender.plane import Matrix


class Seen(NamedTuple):
    """What the ink network told of a view, and the way (3 × 3) from its pixels to those of the picture that was given."""

    maps: Maps
    to_picture: Matrix


@dataclass(frozen=True, slots=True)
class Development:
    """What came out of a photograph, `picture` (dark on pale). `view` is the picture as it was looked at last, `ink` and `writing`
    (H, W) are on it, and `to_picture` (3 × 3) leads from its pixels to those of the picture that was given."""

    picture: Picture
    view: Picture
    ink: Floats
    writing: Floats
    to_picture: Matrix
    page: Corners | None
    is_scan: bool
    seen: Seen | None = None
    """None where no network looked."""


def develop(
    picture: Picture, separator: Separator, *, keep_frame: bool = False, mended: Callable[[Maps], Maps] = with_pieces
) -> Development:
    """Ink and writing of a picture (H, W, 3) RGB; with `keep_frame` the view is the whole picture, unturned. `mended` sets right what the
    maps of a look have in the wrong one."""
    if white_on_black(to_grey(Image.fromarray(picture))):
        picture = 255 - picture
    if is_scan(picture):
        scan = scanned(picture, separator)
        if not scan.is_mixed:
            return Development(
                picture, picture, scan.ink, scan.writing, np.eye(3), None, True, Seen(scan.maps, np.diag([*scan.shrunk, 1.0]))
            )
    small, shrunk = sized(picture, FIRST_LOOK)
    maps = mended(_maps(small, separator))
    if keep_frame:
        view, scale = sized(picture, SECOND_LOOK)
        seen = on_sheet(maps if view.shape == small.shape else mended(_maps(view, separator)))
        back = np.diag([1 / scale, 1 / scale, 1])
        return Development(picture, view, geometry_ink(seen), written_ink(seen), back, None, False, Seen(seen, back))
    maps = on_sheet(maps)
    page = page_corners(maps.page)
    sight = upright_view(leaning(maps, page), small.shape[1], small.shape[0])
    box = content_box(maps, page, sight)
    if box is None:
        back = np.diag([1 / shrunk, 1 / shrunk, 1])
        return Development(picture, small, geometry_ink(maps), written_ink(maps), back, page, False, Seen(maps, back))
    view, inside, to_picture = closer(picture, sight, shrunk, box, second_factor(maps, shrunk, box))
    seen = on_sheet(mended(_maps(view, separator)), inside)
    corners = None if page is None else tuple((x / shrunk, y / shrunk) for x, y in page)
    return Development(picture, view, geometry_ink(seen), written_ink(seen), to_picture, corners, False, Seen(seen, to_picture))


def _maps(picture: Picture, separator: Separator) -> Maps:
    """What the network tells of a picture, less page where it lies on something of another colour, less ruling, stains and holes."""
    maps, sheet = without_ruling(picture, separator.maps(picture)), beside_desk(picture)
    drawn = np.maximum(maps.geometry, maps.writing) > 0.4
    holes = spiral(drawn) | punched(picture, drawn)
    clean = (~(stained(picture, maps.geometry) | holes)).astype(np.float32)
    page = maps.page if sheet is None else maps.page * sheet.astype(np.float32)
    return Maps(maps.geometry * clean, maps.writing * clean, maps.ruling, page)


def undeveloped(picture: Picture) -> Development:
    """What is darker than the paper, as it is, without a network: for scans without writing."""
    ink = ink_of(to_grey(Image.fromarray(picture)))
    return Development(picture, picture, ink, np.zeros_like(ink), np.eye(3), None, True)
