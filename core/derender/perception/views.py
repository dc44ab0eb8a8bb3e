"""The eight views of a canvas: flips and quarter turns.

A drawing read in every view and the answers averaged is read better than once. A view acts on images, on points in canvas
pixels and on corner names alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class View:
    """Transpose first (x ↔ y in the picture, y down), then flip columns and rows."""

    transpose: bool = False
    flip_x: bool = False
    flip_y: bool = False

    def image(self, image: Tensor) -> Tensor:
        """(…, H, W) as seen in this view."""
        out = image.transpose(-1, -2) if self.transpose else image
        axes = [axis for axis, on in ((-1, self.flip_x), (-2, self.flip_y)) if on]
        return out.flip(axes) if axes else out

    def undo_image(self, image: Tensor) -> Tensor:
        """The inverse of `image`."""
        axes = [axis for axis, on in ((-1, self.flip_x), (-2, self.flip_y)) if on]
        out = image.flip(axes) if axes else image
        return out.transpose(-1, -2) if self.transpose else out

    def points(self, points: Tensor, height: int, width: int) -> Tensor:
        """Points (…, 2) as x, y in pixels of an original of `height` × `width`, where they are seen in this view."""
        out = points.flip(-1) if self.transpose else points
        if self.transpose:
            height, width = width, height
        x = width - out[..., 0] if self.flip_x else out[..., 0]
        y = height - out[..., 1] if self.flip_y else out[..., 1]
        return torch.stack([x, y], -1)


IDENTITY = View()


ALL_VIEWS: tuple[View, ...] = tuple(View(t, x, y) for t in (False, True) for x in (False, True) for y in (False, True))
"""The identity first, then the flips, then the quarter turns."""


def seen_corners(boxes: Tensor) -> Tensor:
    """Boxes (…, 4) as x1, y1, x2, y2 in canvas pixels, any opposite corners → (…, 4, 2): bottom left, bottom right, top right, top left."""
    left, right = torch.minimum(boxes[..., 0], boxes[..., 2]), torch.maximum(boxes[..., 0], boxes[..., 2])
    top, bottom = torch.minimum(boxes[..., 1], boxes[..., 3]), torch.maximum(boxes[..., 1], boxes[..., 3])
    corners = [(left, bottom), (right, bottom), (right, top), (left, top)]
    return torch.stack([torch.stack(corner, -1) for corner in corners], -2)


def corner_order(view: View) -> list[int]:
    """For each corner of the original, which corner channel of the view shows it."""
    # Unit square, y down: bottom left, bottom right, top right, top left.
    unit = torch.tensor([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
    seen = view.points(unit, 1, 1)
    return [int((unit - point).abs().sum(-1).argmin()) for point in seen]
