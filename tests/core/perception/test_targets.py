"""Training examples: what the network is asked, and the right answers."""

from __future__ import annotations

import numpy as np
import pytest

from derender.perception import targets
from derender.perception.network import LINE_CLASSES, LineClass
from derender.perception.targets import ink_support, make_example
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


def test_examples_depend_on_their_generator_alone() -> None:
    one, two = (make_example(np.random.default_rng([1, 5])) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


@pytest.mark.parametrize("seed", range(12))
def test_examples_stack(seed: int) -> None:
    example = make_example(np.random.default_rng(seed), off_lattice=0.5)
    first = make_example(np.random.default_rng(0))
    assert [a.shape for a in example] == [a.shape for a in first]
    assert [a.dtype for a in example] == [a.dtype for a in first]
    assert example.ink.min() >= 0
    assert example.ink.max() <= 1


def test_lattice_targets_name_what_is_at_each_point() -> None:
    circles, corners, ends = targets._lattice_targets(SCENE, 17, True)
    assert circles[16 - 4, 4] == 1 + targets.RADII.index(1.5)
    assert circles.astype(bool).sum() == 1
    assert [corners[k, 16 - y, x] for k, (x, y) in enumerate(((7, 2), (10, 2), (10, 5), (7, 5)))] == [1, 1, 1, 1]
    assert {tuple(p) for p in np.argwhere(ends).tolist()} == {(16 - 8, 2), (16 - 8, 6), (16 - 1, 1), (16 - 2, 3)}
    assert not any(t.any() for t in targets._lattice_targets(SCENE, 17, False))


def test_opposite_arrows_are_one_stroke_with_two_heads() -> None:
    assert targets._true_lines(SCENE) == {(2, 8, 6, 8): LineClass(True, True, False), (1, 1, 3, 2): LineClass(False, False, True)}


def test_line_candidates_hold_every_true_line_and_swap_classes_with_ends() -> None:
    placement = aligned_placement(272, 8)
    seen = set()
    for seed in range(20):
        segments, classes = targets._line_candidates(
            Spec([Line(2, 8, 6, 8, True)]), placement, np.zeros((272, 272), np.float32), 16, np.random.default_rng(seed)
        )
        (k,) = np.argwhere(classes > 0).ravel()
        kind = LINE_CLASSES[classes[k] - 1]
        forward = bool(segments[k, 0] < segments[k, 2])
        assert kind == LineClass(not forward, forward, False)
        assert (segments[k, [0, 2]] if forward else segments[k, [2, 0]]).tolist() == [2 * 16 + 8, 6 * 16 + 8]
        seen.add(forward)
    assert seen == {True, False}


def test_rectangle_candidates_mark_the_true_one_alone() -> None:
    corners, labels = targets._rectangle_candidates(SCENE, aligned_placement(272, 8), 16, np.random.default_rng(1))
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


def test_dense_targets_lie_where_the_ink_is() -> None:
    placement = aligned_placement(272, 8)
    dense, weight = targets._dense_targets(Spec([Circle(4, 4)]), placement, 68)
    ((row, column),) = np.argwhere(dense[0]).tolist()
    x, y = placement.to_pixels(np.array([4.0, 4.0]))
    assert ((column + 0.5 + dense[3, row, column]) * 4, (row + 0.5 + dense[4, row, column]) * 4) == (pytest.approx(x), pytest.approx(y))
    assert abs(dense[5, row, column]) < 1e-6  # radius of one cell at the canvas's scale
    assert weight[0, row, column] == 1
    assert weight[0, row, column + 1] == 0
