"""Bent arrows that a reading leaves over are found with their bend and their head; nothing else is taken for one."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from derender.perception.network import CELL, MARGIN
from derender.perception.scenes import random_scene
from derender.rendering.pencil import Hand, aligned_placement, draw_by_hand
from derender.rendering.strokes import bend_controls
from derender.spec import Circle, Line, Rectangle, Spec
from derender.tracing.bent_arrows import BentArrow, bent_arrows
from derender.tracing.way_network import WayJudge

CAREFUL = Hand(1.6, 0.2, 0.002, 0.3, 0.01, 0.4, 0.4, 0.01, 7, 0.5, "open", 5, 5, 0, 1, False, 0, 0, 0)
SIDE = 21 * CELL
SHAPES = Spec([Circle(4, 5, 2, 2), Rectangle(12, 3, 16, 7), Rectangle(3, 13, 5, 15), Circle(14, 14, 2, 2)])


@cache
def judge() -> WayJudge:
    return WayJudge.load(torch.device("cpu"))


def found_in(ink: NDArray[np.float32], spec: Spec) -> tuple[BentArrow, ...]:
    return bent_arrows(ink, spec, judge())


def drawn(spec: Spec, seed: int = 1) -> NDArray[np.float32]:
    return draw_by_hand(spec, CAREFUL, aligned_placement(SIDE, MARGIN), (SIDE, SIDE), np.random.default_rng(seed))


@pytest.mark.parametrize("bend", [-60, -45, -30, 30, 45, 60])
@pytest.mark.parametrize(
    ("x1", "y1", "x2", "y2"),
    [(6, 5, 12, 5), (12, 5, 6, 5), (4, 13, 4, 7), (14, 7, 14, 12), (14, 12, 14, 7)],
)
def test_an_arrow_is_found_with_its_bend_and_its_head(x1: int, y1: int, x2: int, y2: int, bend: int) -> None:
    meant = Line(x1, y1, x2, y2, arrow=True, bend=bend)
    (found,) = found_in(drawn(SHAPES | Spec([meant])), SHAPES)
    line = found.line
    assert (line.x1, line.y1, line.x2, line.y2) == (x1, y1, x2, y2)
    assert abs(line.bend - bend) <= 15


@pytest.mark.parametrize("bend", [-60, -45, 45, 60])
@pytest.mark.parametrize(("x1", "y1", "x2", "y2"), [(6, 5, 12, 5), (4, 7, 4, 13), (14, 7, 14, 12)])
def test_of_two_arrows_there_and_back_each_has_its_own_head(x1: int, y1: int, x2: int, y2: int, bend: int) -> None:
    """What they enclose is no ellipse."""
    there, back = Line(x1, y1, x2, y2, arrow=True, bend=bend), Line(x2, y2, x1, y1, arrow=True, bend=bend)
    found = [arrow.line for arrow in found_in(drawn(SHAPES | Spec([there, back])), SHAPES)]
    assert sorted((line.x1, line.y1) for line in found) == sorted([(x1, y1), (x2, y2)])
    assert all(abs(line.bend - bend) <= 15 for line in found)


@pytest.mark.parametrize("between", [Circle(9, 5, 3, 3), Circle(9, 5, 3, 2), Rectangle(6, 3, 12, 7)])
def test_a_shape_that_was_read_between_two_arrows_is_only_the_paper_there(between: Circle | Rectangle) -> None:
    there, back = Line(6, 5, 12, 5, arrow=True, bend=60), Line(12, 5, 6, 5, arrow=True, bend=60)
    found = found_in(drawn(SHAPES | Spec([there, back])), SHAPES | Spec([between]))
    assert sorted((arrow.line.x1, arrow.line.x2) for arrow in found) == [(6, 12), (12, 6)]
    # Nor is one of two that were read in one place.
    twice = Spec([Circle(14, 14, 2, 2), Rectangle(12, 12, 16, 16)])
    beside = Line(4, 7, 4, 13, arrow=True, bend=45)
    (arrow,) = found_in(drawn(SHAPES | Spec([beside])), SHAPES | twice)
    assert (arrow.line.y1, arrow.line.y2) == (7, 13)
    # Where it is drawn it is one.
    assert found_in(drawn(SHAPES | Spec([between])), SHAPES | Spec([between])) == ()


@pytest.mark.parametrize(("x1", "y1", "x2", "y2"), [(6, 5, 12, 5), (12, 5, 6, 5), (4, 7, 4, 13)])
def test_of_two_arrows_one_way_both_have_their_heads_there(x1: int, y1: int, x2: int, y2: int) -> None:
    both = Spec(Line(x1, y1, x2, y2, arrow=True, bend=bend) for bend in (-45, 45))
    found = [arrow.line for arrow in found_in(drawn(SHAPES | both), SHAPES)]
    assert [(line.x1, line.y1) for line in found] == [(x1, y1)] * 2
    assert {line.bend > 0 for line in found} == {False, True}


def test_an_ellipse_between_shapes_is_no_pair_of_arrows() -> None:
    for ellipse in (Circle(9, 5, 2.5, 1.5), Circle(9, 5, 2.5, 1.0)):
        assert found_in(drawn(SHAPES | Spec([ellipse])), SHAPES) == ()


def test_an_arrow_s_own_strokes_are_its_alone() -> None:
    meant = Line(6, 5, 12, 5, arrow=True, bend=45)
    ink = drawn(SHAPES | Spec([meant]))
    (found,) = found_in(ink, SHAPES)
    alone = drawn(SHAPES)
    left = np.where(found.strokes, 0, ink)
    assert left.sum() < alone.sum() + 0.15 * (ink.sum() - alone.sum())
    assert not (found.strokes & (alone > 0)).sum() > 0.02 * (alone > 0).sum()


@pytest.mark.parametrize("bend", [-30, 30])
@pytest.mark.parametrize(("x1", "y1", "x2", "y2"), [(6, 5, 12, 5), (4, 13, 4, 7), (14, 12, 14, 7)])
def test_a_slightly_bent_arrow_is_found_where_a_straight_one_was_read(x1: int, y1: int, x2: int, y2: int, bend: int) -> None:
    meant = Line(x1, y1, x2, y2, arrow=True, bend=bend)
    (found,) = found_in(drawn(SHAPES | Spec([meant])), SHAPES | Spec([Line(x1, y1, x2, y2, arrow=True)]))
    assert abs(found.line.bend - bend) <= 15
    assert (found.line.x1, found.line.y1, found.line.x2, found.line.y2) == (x1, y1, x2, y2)


def test_a_straight_arrow_at_a_bent_one_keeps_its_strokes() -> None:
    straight = Line(6, 5, 12, 5, arrow=True)
    ink = drawn(SHAPES | Spec([straight, Line(6, 5, 14, 12, arrow=True, bend=45)]))
    (found,) = found_in(ink, SHAPES | Spec([straight]))
    alone = drawn(SHAPES | Spec([straight])) > 0.5
    beside = np.zeros_like(alone)
    beside[:, 7 * CELL : 12 * CELL] = True
    assert not (found.strokes & alone & beside).sum() > 0.1 * (alone & beside).sum()


def draw_arrow(ink: NDArray[np.float32], start: tuple[float, float], end: tuple[float, float], bend: int, waver: float = 0.0) -> None:
    """An arrow between any two places of the lattice, drawn in place; the hand wavers by so many pixels, twice on its way."""
    (x1, y1), (x2, y2) = bend_controls(start, end, bend)
    t = np.linspace(0, 1, 80)[:, None]
    weights = np.concatenate([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], 1)
    curve = (weights @ np.array([start, (x1, y1), (x2, y2), end])) * (CELL, -CELL) + (MARGIN, SIDE - MARGIN)
    curve[:, 1] += waver * np.sin(4 * np.pi * t[:, 0])
    along = (curve[-1] - curve[-6]) / np.hypot(*(curve[-1] - curve[-6]))
    sides = [curve[-1] - 7 * (0.88 * along + side * 0.48 * np.array([-along[1], along[0]])) for side in (1, -1)]
    lines = (curve, np.array([sides[0], curve[-1], sides[1]]))
    cv2.polylines(ink, [np.rint(line * 16).astype(np.int32) for line in lines], False, 1.0, 2, cv2.LINE_AA, 4)


@pytest.mark.parametrize("bend", [-45, 45])
def test_an_arrow_is_found_between_shapes_that_are_no_whole_cells_wide(bend: int) -> None:
    shapes = Spec([Circle(4, 10, 0.5, 0.5), Circle(10, 10, 0.5, 0.5)])
    ink = drawn(shapes)
    draw_arrow(ink, (4.5, 10), (9.5, 10), bend)
    (found,) = found_in(ink, shapes)
    assert abs(found.line.bend - bend) <= 15
    assert found.line.y1 == found.line.y2 == 10
    assert (found.line.x1, found.line.x2) in ((4, 9), (4, 10), (5, 9), (5, 10))


@pytest.mark.parametrize("bend", [-60, 60])
def test_long_arrows_may_stray_further_from_their_curve(bend: int) -> None:
    shapes = Spec([Rectangle(1, 9, 3, 11), Rectangle(17, 9, 19, 11)])
    ink = drawn(shapes)
    draw_arrow(ink, (3, 10), (17, 10), bend, waver=4.0)
    (found,) = found_in(ink, shapes)
    assert abs(found.line.bend - bend) <= 15
    assert (found.line.x1, found.line.x2) == (3, 17)


def test_what_was_read_and_straight_strokes_are_no_found_in() -> None:
    straight = Spec([Line(6, 5, 12, 5, arrow=True), Line(4, 13, 4, 7)])
    assert found_in(drawn(SHAPES | straight), SHAPES | straight) == ()
    assert found_in(drawn(SHAPES | straight), SHAPES) == ()
    assert found_in(np.zeros((SIDE, SIDE), np.float32), Spec()) == ()


def test_shapes_that_were_not_read_are_no_found_in() -> None:
    for left_out in SHAPES:
        assert found_in(drawn(SHAPES), SHAPES - Spec([left_out])) == ()


def test_plain_drawings_that_were_hardly_read_gain_next_to_nothing() -> None:
    gained = 0
    for seed in range(40):
        rng = np.random.default_rng([105, seed])
        scene = random_scene(rng, 18, 18)
        read = Spec(command for command in scene if rng.random() < 0.7)
        gained += bool(found_in(drawn(scene, seed), read))
    assert gained <= 1


@pytest.mark.parametrize("bend", [-45, 45])
@pytest.mark.parametrize(("x1", "y1", "x2", "y2"), [(6, 5, 12, 5), (12, 5, 6, 5), (14, 12, 14, 7)])
def test_what_lies_beside_the_ends_tells_of_heads_where_nobody_judges(x1: int, y1: int, x2: int, y2: int, bend: int) -> None:
    (found,) = bent_arrows(drawn(SHAPES | Spec([Line(x1, y1, x2, y2, arrow=True, bend=bend)])), SHAPES)
    assert (found.line.x1, found.line.y1) == (x1, y1)


@pytest.mark.parametrize("bend", [-60, 60])
def test_a_curve_that_was_read_as_a_chain_of_lines_is_an_arrow(bend: int) -> None:
    """Lines that end at each other away from all shapes explain an arc's ink, and are none."""
    meant = Line(6, 5, 12, 5, arrow=True, bend=bend)
    beyond = 7 if bend > 0 else 3
    chain = Spec([Line(6, 5, 8, beyond), Line(8, beyond, 10, beyond), Line(10, beyond, 12, 5, arrow=True)])
    (found,) = found_in(drawn(SHAPES | Spec([meant])), SHAPES | chain)
    assert abs(found.line.bend - bend) <= 15
    # What is drawn as a chain stays one.
    assert found_in(drawn(SHAPES | chain), SHAPES | chain) == ()
