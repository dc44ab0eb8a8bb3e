"""What the verifiers are asked: every true stroke, and what is nearly one."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
from hypothesis import given
from strategies import specs

from derender.perception.candidates import crossings, ink_support, line_candidates, rectangle_candidates, true_lines
from derender.perception.legibility import Segment, sides
from derender.perception.network import LINE_CLASSES, LineClass
from derender.perception.targets import explanation_on_canvas
from derender.rendering.pencil import aligned_placement
from derender.spec import Circle, Line, Rectangle, Spec

SCENE = Spec(
    [
        Circle(4, 4, 1.5, 1.5),
        Rectangle(7, 2, 10, 5),
        Line(2, 8, 6, 8, True, False),
        Line(6, 8, 2, 8, True, False),
        Line(1, 1, 3, 2, False, True),
    ]
)


def test_opposite_arrows_are_one_stroke_with_two_heads() -> None:
    assert true_lines(SCENE) == {(2, 8, 6, 8): LineClass(True, True, False), (1, 1, 3, 2): LineClass(False, False, True)}


def test_line_candidates_hold_every_true_line_and_swap_classes_with_ends() -> None:
    placement = aligned_placement(272, 8)
    seen = set()
    for seed in range(20):
        scene, blank = Spec([Line(2, 8, 6, 8, True)]), np.zeros((272, 272), np.float32)
        segments, classes = line_candidates(scene, scene, placement, blank, (16, 16), np.random.default_rng(seed))
        (k,) = np.argwhere(classes > 0).ravel()
        kind = LINE_CLASSES[classes[k] - 1]
        forward = bool(segments[k, 0] < segments[k, 2])
        assert kind == LineClass(not forward, forward, False)
        assert (segments[k, [0, 2]] if forward else segments[k, [2, 0]]).tolist() == [2 * 16 + 8, 6 * 16 + 8]
        seen.add(forward)
    assert seen == {True, False}


def test_rectangle_candidates_mark_the_true_one_alone() -> None:
    corners, labels = rectangle_candidates(SCENE, SCENE, aligned_placement(272, 8), (16, 16), np.random.default_rng(1))
    (k,) = np.argwhere(labels == 1).ravel()
    assert corners[k].tolist() == [[120, 232], [168, 232], [168, 184], [120, 184]]
    assert (labels == 0).sum() >= 10


def test_ink_support_is_the_part_of_a_segment_that_has_ink() -> None:
    ink = np.zeros((64, 64), np.float32)
    ink[32, :32] = 1
    full, half, none = ink_support(ink, np.array([[2.0, 32, 28, 32], [2, 32, 62, 32], [2, 5, 60, 5]]))
    assert full == 1
    assert 0.4 < half < 0.7
    assert none == 0
    assert ink_support(ink, np.zeros((0, 4))).shape == (0,)


@given(specs(attributes=False, max_size=5))
def test_crossings_are_the_points_inside_of_two_strokes(spec: Spec) -> None:
    strokes = [s for c in spec for s in sides(c)]

    def inside(s: Segment) -> set[tuple[int, int]]:
        steps = math.gcd(s[2] - s[0], s[3] - s[1])
        return {(s[0] + k * (s[2] - s[0]) // steps, s[1] + k * (s[3] - s[1]) // steps) for k in range(1, steps)}

    def parallel(s: Segment, t: Segment) -> bool:
        return (s[2] - s[0]) * (t[3] - t[1]) == (s[3] - s[1]) * (t[2] - t[0])

    expected = {point for s, t in combinations(strokes, 2) if not parallel(s, t) for point in inside(s) & inside(t)}
    assert crossings(spec) == expected


def test_a_line_is_told_from_its_pieces_between_crossings() -> None:
    """The piece from a crossing to an end has ink all along and is no line."""
    scene = Spec([Line(1, 4, 9, 4), Line(5, 1, 5, 9)])
    ink = explanation_on_canvas(scene, (176, 176))
    segments, classes = line_candidates(scene, scene, aligned_placement(176, 8), ink, (10, 10), np.random.default_rng(0))
    piece = {(1.0, 4.0), (5.0, 4.0)}
    ends = [{((s[0] - 8) / 16, (168 - s[1]) / 16), ((s[2] - 8) / 16, (168 - s[3]) / 16)} for s in segments.tolist()]
    assert classes[ends.index(piece)] == 0
