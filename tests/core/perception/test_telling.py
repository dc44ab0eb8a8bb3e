"""What nobody could tell in a drawing is not asked in training: heads that could be either line's, strokes that merge."""

from __future__ import annotations

import numpy as np
import pytest

from derender.perception.legibility import clash
from derender.perception.pixels import PixelEvidence, rendering_on_canvas
from derender.perception.scenes import random_scene, readable
from derender.perception.telling import between_boxes, confused, crowded
from derender.spec import Circle, Command, Line, Rectangle, Spec

ARROW = Line(0, 4, 4, 4, True)


LOOP, BOX = Line(3, 6, 5, 6, arrow=True, bend=120), Rectangle(2, 3, 6, 6)


def test_a_loop_is_at_its_shape_and_takes_nothing_from_it() -> None:
    assert not clash(LOOP, BOX)
    assert not clash(BOX, LOOP)
    assert not confused(LOOP, BOX)
    assert not clash(LOOP, Line(3, 6, 1, 6))
    assert clash(LOOP, Line(5, 6, 3, 6, arrow=True, bend=-105))


def test_a_loop_explains_its_own_ink() -> None:
    for arrow in (LOOP, Line(2, 4, 10, 4, arrow=True, bend=60)):
        drawn = rendering_on_canvas(Spec([arrow]), (16 * 14, 16 * 14)).astype(np.float32)
        assert PixelEvidence(drawn, 4).unexplained_ink(Spec([arrow])) < 0.02


@pytest.mark.parametrize(
    ("other", "open_question"),
    [
        (Line(0, 2, 4, 4), True),  # a plain line that ends at the tip beside the shaft: whose head is it?
        (Line(0, 2, 4, 4, True), False),  # both have heads, as lines that meet have
        (Line(4, 0, 4, 4), False),  # at a right angle the head is the arrow's
        (Line(4, 4, 8, 4), False),  # goes on behind the head
        (Line(8, 4, 4, 4, True), True),  # two heads in one point make a cross
        (Line(4, 2, 4, 6), False),  # ends on a line
        (Line(3, 0, 4, 8), True),  # runs through the head
        (Circle(5, 4), False),
        (Rectangle(4, 0, 8, 8), False),  # leads to a box's side
        (Rectangle(2, 4, 6, 8), True),  # runs along it
    ],
)
def test_heads_are_asked_about_where_they_stand_alone(other: Command, open_question: bool) -> None:
    assert confused(ARROW, other) is open_question
    assert confused(other, ARROW) is open_question


@pytest.mark.parametrize(("other", "open_question"), [(Rectangle(4, 0, 8, 4), False), (Line(4, 0, 4, 8), False), (Line(4, 4, 4, 8), True)])
def test_a_head_shows_on_the_open_side_of_a_stroke_that_runs_on(other: Command, *, open_question: bool) -> None:
    assert confused(Line(2, 7, 4, 4, True), other) is open_question


def test_strokes_that_run_side_by_side_are_one() -> None:
    assert confused(Line(0, 0, 12, 0), Line(0, 0, 12, 1))
    assert not confused(Line(0, 0, 12, 0), Line(0, 1, 12, 1))
    assert not confused(Line(0, 0, 6, 6), Line(0, 6, 6, 0))
    assert confused(Rectangle(0, 0, 9, 4), Line(1, 1, 9, 0))


@pytest.mark.parametrize(
    ("other", "open_question"),
    [
        (Line(5, 4, 6, 5), True),  # a kink of an eighth of a cell
        (Line(5, 4, 6, 5, dashed=True), False),  # dashes begin there
        (Line(5, 4, 6, 6), False),
        (Line(6, 5, 5, 4, arrow=True), False),  # a head marks the corner
    ],
)
def test_a_corner_that_wobble_hides_is_none(other: Command, *, open_question: bool) -> None:
    assert confused(Line(0, 0, 5, 4), other) is open_question


def test_short_pieces_of_one_line_are_not_parted_by_a_head() -> None:
    assert confused(Line(0, 0, 0, 3, True), Line(0, 3, 0, 4))
    assert not confused(Line(0, 0, 0, 3, True), Line(0, 3, 0, 6))
    assert not confused(Line(0, 0, 1, 0, True), Line(1, 0, 0, 0, True))


def test_plain_lines_among_heads_are_a_crowd() -> None:
    star = [Line(4, 0, 4, 4, True), Line(0, 4, 4, 4, True)]
    assert crowded(Line(4, 4, 4, 8), star)
    assert not crowded(Line(4, 4, 8, 8), star)
    assert not crowded(Line(8, 8, 4, 4, True), star)
    assert not crowded(Line(4, 4, 8, 4), star[:1])


def test_a_gap_between_boxes_that_lines_close_is_a_box() -> None:
    boxes = [Rectangle(0, 0, 4, 2), Rectangle(0, 5, 4, 8)]
    lines = [Line(0, 2, 0, 5), Line(4, 2, 4, 5)]
    assert list(between_boxes([*boxes, *lines])) == [lines[1]]
    assert not list(between_boxes([boxes[0], *lines]))
    assert not list(between_boxes([*boxes, lines[0], Line(3, 2, 3, 5, True)]))


@pytest.mark.parametrize("seed", range(20))
def test_scenes_ask_only_what_can_be_told(seed: int) -> None:
    scene = list(random_scene(np.random.default_rng([77, seed])))
    assert not any(confused(a, b) for k, a in enumerate(scene) for b in scene[:k])
    assert set(readable(scene)) == set(scene)


def test_strokes_with_two_heads_are_asked_about() -> None:
    both = [Line(0, 0, 5, 0, True), Line(5, 0, 0, 0, True)]
    assert set(readable(both)) == set(both)
