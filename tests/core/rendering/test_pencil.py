"""The simulated hand: seeded, within bounds, near what it was told to draw, and dashes that a reader can see."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import specs

from derender.rendering.pencil import (
    CELL,
    Hand,
    Placement,
    aligned_placement,
    degrade,
    draw_by_hand,
    elastic,
    jittered,
    sample_hand,
    simulate,
    undamaged,
)
from derender.rendering.raster import render
from derender.spec import Circle, Line, Rectangle, Spec

SHAPE = (16 * CELL, 16 * CELL)
FIGURE = Spec([Circle(4, 4), Circle(10, 11, 2, 2), Rectangle(8, 2, 13, 6), Line(1, 9, 7, 13), Line(2, 14, 12, 14, arrow=True)])


def hand(seed: int = 0, **changes: object) -> Hand:
    """A person without any of the accidents of pen, paper and scanner, but for the changes."""
    still = {"position_jitter": 0.3, "wobble": 0.2, "bow": 0.002, "elastic": 0.0}
    clean = {"thickness": 1.6, "blur": 0.0, "binarise": False, "specks": 0, "erosion": 0.0, "intensity": 1.0}
    clean |= {"thinning": 0.0, "skips": 0.0, "grain": 0.0}
    return replace(sample_hand(np.random.default_rng(seed)), **{**still, **clean, **changes})


def drawn(spec: Spec, by: Hand, seed: int = 0) -> np.ndarray:
    return draw_by_hand(spec, by, aligned_placement(SHAPE[0], 0), SHAPE, np.random.default_rng(seed))


@given(specs(), st.integers(0, 2**32))
def test_the_same_seed_draws_the_same_within_bounds(spec: Spec, seed: int) -> None:
    ink = simulate(spec, 16, 14, seed)
    assert ink.shape == (14 * CELL, 16 * CELL)
    assert ink.dtype == np.float32
    assert np.isfinite(ink).all()
    assert ink.min() >= 0
    assert ink.max() <= 1
    assert np.array_equal(ink, simulate(spec, 16, 14, seed))


def test_other_seeds_draw_otherwise() -> None:
    pictures = [simulate(FIGURE, 16, 16, seed) for seed in range(6)]
    assert all(not np.array_equal(a, b) for k, a in enumerate(pictures) for b in pictures[:k])


def test_nothing_to_draw_is_blank_paper() -> None:
    assert not drawn(Spec(), hand()).any()


@pytest.mark.parametrize("seed", range(12))
def test_strokes_lie_near_the_commands_and_all_commands_are_drawn(seed: int) -> None:
    true = render(FIGURE, width_cells=16, height_cells=16) > 100
    seen = drawn(FIGURE, hand(seed, head_style="open"), seed) > 0.5

    def within(mask: np.ndarray, pixels: int) -> np.ndarray:
        return cv2.dilate(mask.astype(np.uint8), np.ones((2 * pixels + 1,) * 2, np.uint8)).astype(bool)

    assert (within(true, 6) & seen).sum() > 0.97 * seen.sum()
    assert (within(seen, 6) & true).sum() > 0.97 * true.sum()


def test_a_thicker_pen_leaves_more_ink_in_proportion() -> None:
    area = [drawn(Spec([Line(1, 8, 15, 8)]), hand(thickness=t)).sum() / (14 * CELL) for t in (1.2, 2.4, 3.6)]
    assert area == pytest.approx([1.2, 2.4, 3.6], rel=0.25)


def gaps(ink: np.ndarray) -> int:
    """How often a line across the picture is interrupted."""
    covered = np.flatnonzero(ink.max(0) > 0.5)
    return int((np.diff(covered) > 1).sum())


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("length", [1, 2, 12])
def test_dashes_have_gaps_and_plain_lines_have_none(length: int, seed: int) -> None:
    person = replace(hand(seed), thickness=sample_hand(np.random.default_rng(seed)).thickness)
    assert gaps(drawn(Spec([Line(2, 8, 2 + length, 8, dashed=True)]), person, seed)) >= 1
    assert gaps(drawn(Spec([Line(2, 8, 2 + length, 8)]), person, seed)) == 0


@pytest.mark.parametrize("style", ["open", "closed", "filled"])
@pytest.mark.parametrize("reverse", [False, True])
def test_the_head_is_at_the_second_end(style: str, reverse: bool) -> None:
    ends = (14, 8, 2, 8) if reverse else (2, 8, 14, 8)
    ink = drawn(Spec([Line(*ends, arrow=True)]), hand(head_style=style, head_length=6.0, head_angle=0.6))
    left, right = ink[:, : 4 * CELL].sum(), ink[:, 12 * CELL :].sum()
    assert (left if reverse else right) > 1.2 * (right if reverse else left)


def test_closed_heads_have_more_ink_than_open_ones_and_filled_heads_most() -> None:
    line = Spec([Line(2, 8, 4, 8, arrow=True)])
    ink = [
        sum(float(drawn(line, hand(head_style=style, head_length=9.0), seed).sum()) for seed in range(40))
        for style in ("open", "closed", "filled")
    ]
    assert ink[0] < ink[1] < ink[2]


def test_bent_lines_bend_to_the_left_of_their_direction() -> None:
    straight, left, right = (drawn(Spec([Line(2, 8, 14, 8, arrow=True, bend=b)]), hand()) for b in (0, 60, -60))
    heights = [16 - np.average(np.arange(SHAPE[0]), weights=ink.sum(1)) / CELL for ink in (straight, left, right)]
    assert heights[1] > heights[0] + 0.8
    assert heights[2] < heights[0] - 0.8


def test_loops_are_drawn_where_they_are() -> None:
    for bend in (105, -120):
        loop = Spec([Line(6, 8, 10, 8, arrow=True, bend=bend)])
        meant = cv2.dilate((render(loop, width_cells=16, height_cells=16) > 64).astype(np.uint8), np.ones((13, 13), np.uint8)) > 0
        by_hand = drawn(loop, hand()) > 0.3
        assert (by_hand & meant[: SHAPE[0], : SHAPE[1]]).sum() > 0.9 * by_hand.sum()
        assert by_hand.sum() > 100


# Paper and scanner


@pytest.mark.parametrize("seed", range(6))
def test_strokes_of_a_rough_pen_swell_and_narrow_where_they_are(seed: int) -> None:
    rough = hand(seed, thickness=2.4, grain=0.25, grain_size=4.0)
    ink = drawn(Spec([Line(2, 8, 14, 8)]), rough, seed)
    scanned = degrade(ink, rough, np.random.default_rng(1))
    along = slice(3 * CELL, 13 * CELL)
    assert scanned.sum(0)[along].std() > 2 * ink.sum(0)[along].std()
    assert scanned[ink < 0.01].max() < 0.7
    assert not scanned[: 6 * CELL].any()
    assert not degrade(np.zeros(SHAPE, np.float32), rough, np.random.default_rng(1)).any()


def test_a_careful_scan_changes_nothing() -> None:
    steady = np.random.default_rng(1)  # of the seven in ten without noise
    ink = drawn(FIGURE, hand())
    assert np.array_equal(degrade(ink, hand(), steady), ink)


def test_each_accident_shows() -> None:
    ink = drawn(FIGURE, hand())
    for accident in ({"blur": 1.5}, {"binarise": True}, {"specks": 20}, {"erosion": 0.5}, {"elastic": 2.0}, {"intensity": 0.5}):
        out = degrade(ink, hand(**accident), np.random.default_rng(5))
        assert out.shape == ink.shape
        assert np.abs(out - ink).max() > 0.2, accident


def test_elastic_paper_moves_ink_by_no_more_than_its_amplitude() -> None:
    ink = drawn(FIGURE, hand())
    near = cv2.dilate((ink > 0.3).astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)
    assert not (elastic(ink, 2.0, np.random.default_rng(1)) > 0.5)[~near].any()


# Placement


def test_the_aligned_placement_has_its_origin_bottom_left() -> None:
    corners = aligned_placement(16 * CELL + 20, 10).to_pixels(np.array([[0.0, 0], [16, 16], [3, 1]]))
    assert corners.tolist() == [[10, 266], [266, 10], [58, 250]]


@given(st.integers(0, 2**32))
def test_jitter_stays_within_its_bounds(seed: int) -> None:
    placed = aligned_placement(256, 0)
    moved: Placement = jittered(placed, np.random.default_rng(seed), shift=3, scale=0.02, turn=0.05)
    middle = np.array([8.0, 8.0])
    assert np.abs(moved.to_pixels(middle) - placed.to_pixels(middle)).max() <= 3 + 1e-9
    assert abs(np.sqrt(abs(np.linalg.det(moved.matrix[:, :2]))) / CELL - 1) <= 0.02 + 1e-9
    turn = np.arctan2(moved.matrix[1, 0], moved.matrix[0, 0])
    assert abs(turn) <= 0.05 + 1e-9


def test_people_differ() -> None:
    people = [sample_hand(np.random.default_rng(seed)) for seed in range(200)]
    assert {p.head_style for p in people} == {"open", "closed", "filled"}
    assert {p.binarise for p in people} == {True, False}
    assert all(1.1 <= p.thickness <= 3.2 for p in people)
    assert all(p.dash_gap > p.thickness for p in people)  # a narrower gap closes up


def test_every_hand_draws_heads_that_stand_out_from_the_stroke() -> None:
    """Even at its narrowest and shortest, a barb ends more than a pixel beside the shaft's edge."""
    for seed in range(300):
        person = sample_hand(np.random.default_rng(seed))
        spread = 0.64 * person.head_length * math.sin(0.75 * person.head_angle)
        assert spread > person.thickness / 2 + 1
        assert person.head_length < 12


def test_an_undamaged_hand_loses_nothing_and_still_wobbles() -> None:
    for seed in range(100):
        person = undamaged(sample_hand(np.random.default_rng(seed)))
        assert (person.specks, person.erosion, person.elastic, person.thinning, person.skips) == (0, 0, 0, 0, 0)
        assert person.thickness <= 2.2
        assert person.dash_gap > person.thickness
        assert person.wobble > 0


@pytest.mark.parametrize("cells", [16, 48])
def test_a_registered_drawing_lies_on_its_lattice_however_large_it_is(cells: int) -> None:
    far = Spec([Circle(cells - 2, cells - 2), Circle(2, 2)])
    clean = render(far, width_cells=cells, height_cells=cells, pixels_per_cell=CELL) > 0
    near = cv2.dilate(clean.astype(np.uint8), np.ones((19, 19), np.uint8)).astype(bool)
    for seed in range(10):
        assert not (simulate(far, cells, cells, seed, damaged=False) > 0.5)[~near].any()
