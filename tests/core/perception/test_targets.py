"""Training examples: what the network is asked, and the right answers."""

from __future__ import annotations

import numpy as np
import pytest

from derender.perception import targets
from derender.perception.targets import SHAPES, make_example
from derender.rendering.pencil import aligned_placement
from derender.spec import Circle, Command, Line, Rectangle, Spec

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
    assert example.canvas.min() >= 0
    assert example.canvas.max() <= 1


@pytest.mark.parametrize(("columns", "rows"), SHAPES)
def test_canvases_have_the_shape_of_their_scene(columns: int, rows: int) -> None:
    example = make_example(np.random.default_rng(3), columns, rows)
    assert example.canvas.shape == (2, 16 * (rows + 1), 16 * (columns + 1))
    assert example.ends.shape == (rows + 1, columns + 1)


def test_lattice_targets_name_what_is_at_each_point() -> None:
    circles, corners, ends = targets._lattice_targets(SCENE, 17, 17)
    assert circles[targets.RADII.index(1.5), 16 - 4, 4] == 1
    assert circles.sum() == 1
    assert [corners[k, 16 - y, x] for k, (x, y) in enumerate(((7, 2), (10, 2), (10, 5), (7, 5)))] == [1, 1, 1, 1]
    assert {tuple(p) for p in np.argwhere(ends).tolist()} == {(16 - 8, 2), (16 - 8, 6), (16 - 1, 1), (16 - 2, 3)}
    assert not any(t.any() for t in targets._lattice_targets(Spec(), 17, 17))


def test_what_is_explained_is_no_answer_any_more() -> None:
    """With everything explained rightly, nothing is left to find."""
    seen = 0
    for seed in range(60):
        example = make_example(np.random.default_rng([8, seed]), off_lattice=0.0, explained=1.0)
        alone = make_example(np.random.default_rng([8, seed]), off_lattice=0.0, explained=0.0)
        assert example.canvas[1].any() or example.circles.sum() == alone.circles.sum()
        assert example.circles.sum() <= alone.circles.sum()
        seen += int(example.circles.sum() < alone.circles.sum())
    assert seen > 10


@pytest.mark.parametrize("command", SCENE)
def test_a_misread_command_is_another_one(command: Command) -> None:
    wrong = [targets.misread(command, np.random.default_rng(seed)) for seed in range(30)]
    kinds = {type(w) for w in wrong if w is not None}
    assert kinds == {type(command)}
    assert sum(w != command for w in wrong) > 15


def test_an_explanation_lies_on_the_canvas_as_the_ink_does() -> None:
    drawn = targets.explanation_on_canvas(Spec([Rectangle(2, 3, 5, 7)]), (272, 272))
    rows, columns = np.flatnonzero(drawn.any(1)), np.flatnonzero(drawn.any(0))
    assert abs((columns[0] + columns[-1] + 1) / 2 - (3.5 * 16 + 8)) <= 1
    assert abs((rows[0] + rows[-1] + 1) / 2 - (11 * 16 + 8)) <= 1


@pytest.mark.parametrize("away", [0.0, 5.0])
def test_dense_targets_lie_where_the_ink_is(away: float) -> None:
    circle, placement = Circle(4, 4), aligned_placement(272, 8)
    x, y = placement.to_pixels(np.array([4.0, 4.0])) + away
    located = {circle: ((0, x, y, 16.0),)} if away else {}
    drawing = targets.Drawing(Spec([circle]), np.zeros((272, 272), np.float32), placement, placement, located)
    example = targets.example_of(drawing, np.random.default_rng(0), explained=0.0)
    dense, weight = example.dense, example.dense_weight
    ((row, column),) = np.argwhere(dense[0]).tolist()
    assert ((column + 0.5 + dense[3, row, column]) * 4, (row + 0.5 + dense[4, row, column]) * 4) == (pytest.approx(x), pytest.approx(y))
    assert abs(dense[5, row, column]) < 1e-6  # radius of one cell at the canvas's scale
    assert weight[0, row, column] == 1
    assert weight[0, row, column + 1] == 0
