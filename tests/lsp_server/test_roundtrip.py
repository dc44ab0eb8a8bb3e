"""Ink and drawing are compared where they lie in the picture, whatever its scale and turn."""

from __future__ import annotations

import math

import numpy as np
import pytest

from derender.rendering.raster import render
from derender.spec import Circle, Line, Spec, moved
from derender_lsp.roundtrip import agreement

SPEC = Spec([Circle(3, 3, 1, 1), Line(4, 3, 8, 3, True), Circle(10, 6, 1, 1)])
CELL = 16
HOMOGRAPHY = [[CELL, 0, 0], [0, -CELL, 12 * CELL], [0, 0, 1]]


def ink(spec: Spec) -> np.ndarray:
    return (render(spec, width_cells=14, height_cells=12, pixels_per_cell=CELL) / 255).astype(np.float32)


def test_a_drawing_lies_on_its_own_ink() -> None:
    found = agreement(ink(SPEC), HOMOGRAPHY, SPEC)
    assert found is not None
    assert found.ink > 0.99
    assert found.drawing > 0.99


@pytest.mark.parametrize(("scale", "degrees"), [(2.0, 0), (1.0, 7), (0.7, -3)])
def test_scale_and_turn_are_followed(scale: float, degrees: float) -> None:
    import cv2

    turn = cv2.getRotationMatrix2D((0, 0) if scale > 1 else (100, 100), degrees, scale)
    turned = cv2.warpAffine(ink(SPEC), turn, (460, 460))
    homography = np.vstack([turn, [0, 0, 1]]) @ np.asarray(HOMOGRAPHY, dtype=float)
    found = agreement(turned, homography, SPEC)
    assert found is not None
    assert min(found.ink, found.drawing) > 0.95


def test_what_is_not_drawn_and_what_has_no_ink_count() -> None:
    half = Spec(list(SPEC)[:2])
    missing = agreement(ink(SPEC), HOMOGRAPHY, half)
    assert missing is not None
    assert missing.ink < 0.8
    assert missing.drawing > 0.99
    invented = agreement(ink(half), HOMOGRAPHY, SPEC)
    assert invented is not None
    assert invented.ink > 0.99
    assert invented.drawing < 0.8


def test_a_drawing_in_the_wrong_place_lies_on_nothing() -> None:
    found = agreement(ink(SPEC), HOMOGRAPHY, moved(SPEC, 0, 3))
    assert found is not None
    assert max(found.ink, found.drawing) < 0.3


@pytest.mark.parametrize("spec", [Spec(), Spec([Line(0, 0, 500, 0)])])
def test_nothing_to_compare_is_none(spec: Spec) -> None:
    assert agreement(ink(SPEC), HOMOGRAPHY, spec) is None
    assert agreement(np.zeros((50, 50), np.float32), HOMOGRAPHY, SPEC) is None


def test_a_lattice_that_leads_nowhere_raises_nothing() -> None:
    far = [[1e6, 0, 0], [0, -1e6, math.pi], [0, 0, 1]]
    assert agreement(ink(SPEC), far, SPEC) is None
