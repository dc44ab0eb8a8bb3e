"""Labels stand on the lattice, know what they belong to, and come into programs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from derender.labels import WrittenRegion, label_to_json, labelled, place_labels
from derender.language.text import parse_program, pretty
from derender.language.transform import flat_program
from derender.rendering.tikz import program_to_tikz
from derender.spec import Circle, Line, Rectangle, Spec

SPEC = Spec([Rectangle(0, 0, 6, 4), Circle(10, 2), Line(6, 2, 9, 2, arrow=True), Rectangle(1, 1, 2, 3)])
LATTICE = np.array([[20.0, 0, 40], [0, -20, 300], [0, 0, 1]])
"""Lattice (x, y) at pixel (40 + 20 x, 300 - 20 y)."""


def region(x: float, y: float, width: float, height: float) -> WrittenRegion:
    """Around a place on the lattice, in cells."""
    left, top = 40 + 20 * (x - width / 2), 300 - 20 * (y + height / 2)
    return WrittenRegion(left, top, left + 20 * width, top + 20 * height, 50)


def placed(*regions: WrittenRegion):  # type: ignore[no-untyped-def]
    return place_labels(regions, SPEC, LATTICE, np.eye(3))


@pytest.mark.parametrize(
    ("at", "command", "inside"),
    [
        ((4, 2), Rectangle(0, 0, 6, 4), True),
        ((1.5, 2), Rectangle(1, 1, 2, 3), True),  # the smaller of two
        ((10, 2), Circle(10, 2), True),
        ((7.5, 2.6), Line(6, 2, 9, 2, arrow=True), False),
        ((10, 0.4), Circle(10, 2), False),
        ((30, 30), None, False),
    ],
)
def test_a_label_belongs_to_what_it_stands_in_or_beside(at: tuple[float, float], command: object, inside: bool) -> None:
    (label,) = placed(region(*at, 1, 0.5))
    assert (label.x, label.y) == pytest.approx(at)
    assert (label.width, label.height) == pytest.approx((1, 0.5))
    assert (label.command, label.inside) == (command, inside)


@pytest.mark.parametrize("at", [(13, 4), (6, 6.4)])
def test_an_ellipse_is_as_near_as_its_outline(at: tuple[float, float]) -> None:
    """Beside its narrow end, and above it where an arrow is a little farther off."""
    spec = Spec([Circle(6, 4, 6, 2), Line(4, 7, 8, 7, arrow=True)])
    (label,) = place_labels([region(*at, 1, 0.5)], spec, LATTICE, np.eye(3))
    assert (label.command, label.inside) == (Circle(6, 4, 6, 2), False)


@pytest.mark.parametrize(("width", "there"), [(0.28, 1), (0.1, 0)])
def test_what_is_written_in_shapes_a_cell_wide_is_no_speck(width: float, there: int) -> None:
    """On their coarsest lattice the boxes of an array have one cell each; what is smaller than any letter in them stays a speck."""
    boxes = Spec(Rectangle(x, 0, x + 1, 1) for x in range(3))
    assert len(place_labels([region(0.5, 0.5, width, 0.12)], boxes, LATTICE, np.eye(3))) == there
    assert not placed(region(7, 3, width, 0.12))


def test_what_was_read_is_no_speck() -> None:
    small = replace(region(7, 3, 0.2, 0.2), text="x")
    assert [label.text for label in placed(small)] == ["x"]


def test_the_crop_is_in_the_picture_s_pixels() -> None:
    twice = np.diag([2.0, 2.0, 1.0])
    (label,) = place_labels([WrittenRegion(10, 20, 30, 40, 9)], SPEC, LATTICE, twice)
    assert label.crop == (20, 40, 60, 80)


def test_labels_come_into_programs_and_tikz() -> None:
    labels = placed(region(3.2, 2.1, 2, 1), region(7.5, 3.13, 1, 0.5))
    program = labelled(flat_program(SPEC), labels)
    assert all(label.is_placeholder for label in program.labels)
    assert pretty(program).splitlines()[-2:] == ['label(3, 2, "label 1")', 'label(7.5, 3.1, "label 2")']
    assert parse_program(pretty(program)) == program
    assert r"\node at (3, 2) {label 1};" in program_to_tikz(program)


def test_json_has_place_crop_and_command() -> None:
    found = label_to_json(placed(region(4, 2, 1, 0.5))[0])
    assert found["command"] == {"command": "rectangle", "x1": 0, "y1": 0, "x2": 6, "y2": 4}
    assert (found["inside"], found["text"], len(found["crop"])) == (True, None, 4)
    assert label_to_json(placed(region(30, 30, 1, 1))[0])["command"] is None
