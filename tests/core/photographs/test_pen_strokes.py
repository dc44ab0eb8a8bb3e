"""Single strokes: outlines, heads of arrows, shapes that are struck out."""

from __future__ import annotations

import numpy as np
import pytest

from derender.photographs.pen_strokes import ArrowStyle, Box, Kind, Pen, arrow, as_drawn, outline, strike

PATH = np.array([(10.0, 50.0), (110.0, 50.0)])
STILL = Pen(2.0, 0.0)


def head(style: ArrowStyle, seed: int = 0) -> np.ndarray:
    _, stroke = arrow(PATH, style, 60.0, STILL, np.random.default_rng(seed))
    return stroke.points


@pytest.mark.parametrize("bow", [0.0, 0.5, 1.0])
def test_a_head_lies_at_the_end_however_its_sides_bow(bow: float) -> None:
    points = head(ArrowStyle("open", None, 0.3, bow))
    foremost = points[points[:, 0].argmax()]
    assert np.hypot(*(foremost - PATH[-1])) < 8
    assert points[[0, -1], 0].max() < foremost[0] - 5
    assert (points[0, 1] - 50) * (points[-1, 1] - 50) < 0


def test_a_round_head_has_no_corner() -> None:
    def sharpest(points: np.ndarray) -> float:
        legs = np.diff(points, axis=0)
        legs /= np.hypot(*legs.T)[:, None]
        return float((legs[1:] * legs[:-1]).sum(1).min())

    assert sharpest(head(ArrowStyle("open", None, 0.3, 1.0))) > sharpest(head(ArrowStyle("open", None, 0.3, 0.0)))


def test_heads_are_as_large_as_the_person_makes_them() -> None:
    small, large = (np.mean([np.ptp(head(ArrowStyle("open", None, size), k)[:, 0]) for k in range(20)]) for size in (0.12, 0.35))
    assert large > 2 * small


def test_some_heads_lie_beside_the_end_of_the_stem() -> None:
    def off(apart: float) -> float:
        return float(np.mean([abs(head(ArrowStyle("open", None, 0.3, 0.0, apart), k)[:, 0].max() - 110) for k in range(40)]))

    assert off(0.15) > 2 * off(0.03)


def test_some_people_keep_arrows_away_from_what_they_join() -> None:
    def kept(aloof: float) -> float:
        drawn = [as_drawn(PATH, 60.0, np.random.default_rng(seed), aloof) for seed in range(40)]
        return float(np.mean([[points[0, 0] - 10, 110 - points[-1, 0]] for points in drawn]))

    assert kept(0.3) == pytest.approx(kept(0.0) + 0.3 * 60, abs=4)
    # However far they keep, half of the way is drawn.
    assert all(np.ptp(as_drawn(PATH, 400.0, np.random.default_rng(seed), 0.5)[:, 0]) >= 49 for seed in range(40))


@pytest.mark.parametrize("seed", range(12))
def test_what_is_struck_out_is_covered_by_strokes(seed: int) -> None:
    box = (20.0, 30.0, 120.0, 90.0)
    strokes = strike(box, STILL, np.random.default_rng(seed))
    points = np.concatenate([stroke.points for stroke in strokes])
    assert np.ptp(points[:, 0]) > 60
    assert np.ptp(points[:, 1]) > 40
    assert np.abs(points - (70, 60)).max() < 120


@pytest.mark.parametrize("kind", ["box", "rounded", "diamond", "ellipse", "triangle", "document"])
def test_outlines_are_uneven_and_fill_their_boxes(kind: Kind) -> None:
    box: Box = (20.0, 30.0, 140.0, 110.0)
    pen = Pen(2.0, 0.0, uneven=0.1)
    drawn = [np.concatenate([s.points for s in outline(kind, box, 0.0, pen, np.random.default_rng(seed))]) for seed in range(60)]
    # Sides may end too early or too late, and the whole is turned a little.
    beside = np.stack([np.concatenate([points.min(0) - box[:2], points.max(0) - box[2:]]) for points in drawn])
    assert np.median(np.abs(beside)) < 0.05 * 80
    topmost = np.array([points[points[:, 1].argmin(), 0] for points in drawn])
    rightmost = np.array([points[points[:, 0].argmax(), 1] for points in drawn])
    # Even ones would have these within a stroke's waver, or at one of two corners.
    assert min(len(np.unique(np.round(at / 8))) for at in (topmost, rightmost)) >= 4


def test_the_foot_of_a_document_is_a_wave_above_its_lowest_point() -> None:
    box: Box = (20.0, 30.0, 140.0, 110.0)
    for seed in range(20):
        (stroke,) = outline("document", box, 0.0, Pen(2.0, 0.0), np.random.default_rng(seed))
        points = stroke.points[stroke.points[:, 1] > 45]
        assert abs(points[:, 1].max() - 110) < 6
        columns = [points[np.abs(points[:, 0] - x) < 8, 1].max() for x in range(36, 126, 10)]
        assert np.ptp(columns) > 6


@pytest.mark.parametrize(("legs", "told"), [(0, [False] * 3), (1, [False, True, True]), (2, [False, False, True])])
def test_ways_with_enough_corners_are_drawn_leg_by_leg(legs: int, told: list[bool]) -> None:
    ways = [np.zeros((points, 2)) for points in (2, 3, 4)]
    assert [ArrowStyle("open", None, legs=legs).is_in_legs(way) for way in ways] == told
