"""Training scenes: within their canvas, readable, and like figures."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from derender.perception.legibility import clash, legible, overlap
from derender.perception.scenes import MOTIFS, RADII, Motif, random_scene, readable
from derender.perception.scenes.composition import boxed
from derender.spec import Circle, Line, Rectangle, Spec, bounding_box


@pytest.mark.parametrize("seed", range(40))
def test_scenes_lie_within_the_canvas_and_hold_no_two_commands_that_clash(seed: int) -> None:
    scene = random_scene(np.random.default_rng(seed), 14, 12)
    x1, y1, x2, y2 = bounding_box(scene)
    assert x1 >= 0
    assert y1 >= 0
    assert x2 <= 14
    assert y2 <= 12
    assert not [(a, b) for a, b in combinations(scene, 2) if clash(a, b, touching=True)]


def test_scenes_are_repeatable_from_their_seed() -> None:
    assert random_scene(np.random.default_rng(3)) == random_scene(np.random.default_rng(3))


def test_all_kinds_of_commands_and_radii_occur() -> None:
    scenes = [random_scene(np.random.default_rng(seed)) for seed in range(1500)]
    kinds = Counter(type(c) for s in scenes for c in s)
    assert min(kinds[Circle], kinds[Rectangle], kinds[Line]) > 200
    assert {c.rx for s in scenes for c in s if isinstance(c, Circle)} == set(RADII)
    attributes = Counter((c.arrow, c.dashed) for s in scenes for c in s if isinstance(c, Line))
    assert len(attributes) == 4


@pytest.mark.parametrize("motif", MOTIFS, ids=lambda m: m.__name__)
def test_every_motif_draws_in_most_areas(motif: Motif) -> None:
    drawn = [motif(np.random.default_rng(seed), 14, 14) for seed in range(30)]
    assert sum(bool(d) for d in drawn) >= 25


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (Line(0, 0, 4, 0), Line(2, 0, 6, 0), True),
        (Line(0, 0, 4, 0), Line(5, 0, 6, 0), False),
        (Line(0, 0, 4, 0), Line(0, 1, 4, 1), False),
        (Line(0, 0, 4, 0), Line(2, 0, 2, 3), False),
        (Line(0, 0, 3, 3), Line(1, 1, 2, 2), True),
        (Line(0, 0, 4, 0, True), Line(4, 0, 0, 0, True), False),  # a stroke with two heads
        (Line(0, 1, 0, 2), Rectangle(0, 0, 3, 3), True),
        (Line(1, 1, 1, 2), Rectangle(0, 0, 3, 3), False),
        (Rectangle(0, 0, 2, 2), Rectangle(2, 0, 4, 2), False),  # boxes side by side share a side
        (Circle(3, 3), Circle(3, 3, 2, 2), False),
        (Circle(3, 3), Circle(4, 3, 1.5, 1.5), True),
        (Circle(3, 3), Circle(5, 3), False),
        (Circle(3, 3), Rectangle(2, 2, 4, 4), False),
    ],
)
def test_what_clashes(a: object, b: object, expected: bool) -> None:
    assert clash(a, b) is expected  # type: ignore[arg-type]
    assert clash(b, a) is expected  # type: ignore[arg-type]


def test_short_dashes_show_nothing_and_are_not_drawn() -> None:
    assert legible(Line(0, 0, 2, 0, True, True))
    assert legible(Line(0, 0, 1, 1, False, True))
    assert legible(Line(0, 0, 1, 0, True, False))
    assert not legible(Line(0, 0, 1, 1, True, True))
    assert not legible(Line(0, 0, 0, 1, False, True))
    assert readable([Line(0, 0, 0, 1, False, True), Circle(4, 4)]) == [Circle(4, 4)]


def test_four_plain_lines_around_a_box_are_a_rectangle() -> None:
    sides = [Line(0, 0, 4, 0), Line(4, 2, 0, 2), Line(0, 0, 0, 2), Line(4, 0, 4, 2)]
    assert boxed([*sides, Circle(9, 9)]) == [Rectangle(0, 0, 4, 2), Circle(9, 9)]
    assert boxed(sides[1:]) == sides[1:]
    dashed = [Line(0, 0, 4, 0, dashed=True), *sides[1:]]
    assert boxed(dashed) == dashed


def test_boxes_whose_sides_could_be_paired_otherwise_are_not_drawn() -> None:
    one, other = Rectangle(2, 3, 3, 8), Rectangle(2, 4, 3, 9)
    assert not clash(one, other)
    assert clash(one, other, touching=True)
    assert not clash(Rectangle(0, 0, 2, 2), Rectangle(2, 0, 4, 2), touching=True)


def test_collinear_plain_lines_that_touch_are_one_line_to_a_reader() -> None:
    a, b = Line(0, 0, 2, 0), Line(2, 0, 4, 0)
    assert not clash(a, b)
    assert clash(a, b, touching=True)
    assert overlap((0, 0, 2, 0), (2, 0, 4, 0), touching=True)
    assert readable([a, b]) == [a]


def test_readable_keeps_the_first_of_a_clashing_pair_and_drops_repetitions() -> None:
    commands = [Line(0, 0, 4, 0), Line(0, 0, 4, 0), Line(1, 0, 3, 0), Circle(8, 8)]
    assert readable(commands) == [Line(0, 0, 4, 0), Circle(8, 8)]
    assert Spec(readable(commands)) == Spec([Circle(8, 8), Line(0, 0, 4, 0)])
