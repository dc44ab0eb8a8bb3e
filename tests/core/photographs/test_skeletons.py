"""Signs written without a font: every sign has its ways, stands where it belongs, and is written alike by one person."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from derender.labels.signs import CLASSES, DIGITS, LOW, UPPER
from derender.photographs.allographs import ALLOGRAPHS, SMALL
from derender.photographs.skeletons import Habits, allograph_of, allographs, penned, sample_habits

PEOPLE = [sample_habits(np.random.default_rng([3, person])) for person in range(24)]
EVEN = replace(PEOPLE[0], peculiarity=0.0, unevenness=0.0, x_height=0.5, descent=1.0, reach=0.0, hook=0.0, looseness=0.0, wobble=0.0)


def points_of(text: str, habits: Habits, seed: int = 0) -> NDArray[np.float64]:
    return np.concatenate(penned(text, habits, np.random.default_rng(seed)))


def picture_of(sign: str, habits: Habits, seed: int) -> NDArray[np.float32]:
    """A sign in a square of 64 pixels, in the middle of it, with soft strokes: what two ways of writing it differ by shows in it."""
    strokes = penned(sign, habits, np.random.default_rng(seed))
    every = np.concatenate(strokes)
    off = np.array([32, 32]) - 36 * (every.max(0) + every.min(0)) / 2
    out = np.zeros((64, 64), np.uint8)
    cv2.polylines(out, [np.rint((36 * stroke + off) * 16).astype(np.int32)[:, None] for stroke in strokes], False, 255, 3, cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(out, (0, 0), 2), dtype=np.float32)


def median_of(signs: str, edge: str) -> dict[str, float]:
    """How high above the line the top or the foot of each sign is, in the median of all people."""
    reach = np.min if edge == "top" else np.max
    return {sign: float(np.median([-reach(points_of(sign, habits)[:, 1]) for habits in PEOPLE])) for sign in signs}


def test_every_sign_can_be_written_and_no_other_is_in_the_table() -> None:
    assert set(ALLOGRAPHS) == set(CLASSES)


def test_the_table_is_well_formed() -> None:
    for sign in CLASSES:
        for way in allographs(sign):
            every = np.concatenate([stroke.points for stroke in way.strokes])
            assert way.weight > 0
            assert all(len(stroke.points) > 1 for stroke in way.strokes)
            assert (every.min(0) > (-0.1, -0.36)).all()
            assert (every.max(0) < (0.9, 1.1)).all()


@pytest.mark.parametrize("sign", CLASSES)
def test_everybody_writes_every_sign_in_polylines_of_its_size(sign: str) -> None:
    for habits in PEOPLE:
        strokes = penned(sign, habits, np.random.default_rng(0))
        every = np.concatenate(strokes)
        assert all(stroke.ndim == 2 and stroke.shape[1] == 2 and len(stroke) > 1 for stroke in strokes)
        assert np.isfinite(every).all()
        assert every[:, 0].min() == pytest.approx(0)
        assert np.ptp(every[:, 0]) < 1.4
        assert -1.4 < every[:, 1].min() < every[:, 1].max() < 0.7


def test_capitals_and_digits_stand_on_the_line_as_high_as_they_should() -> None:
    assert all(top == pytest.approx(1, abs=0.12) for top in median_of(UPPER + DIGITS + "ΔΣΩ", "top").values())
    # The tail of a Q is below the line.
    assert all(foot == pytest.approx(0, abs=0.12) for foot in median_of(UPPER.replace("Q", "") + DIGITS + "ΔΣΩ", "foot").values())


def test_small_letters_are_about_half_as_high() -> None:
    assert all(0.46 < top < 0.66 for top in median_of(LOW, "top").values())
    assert all(foot == pytest.approx(0, abs=0.07) for foot in median_of(LOW, "foot").values())


def test_ascenders_are_high_and_descenders_reach_below_the_line() -> None:
    assert all(top > 0.85 for top in median_of("bdfhklβδθλ", "top").values())
    assert all(-0.5 < foot < -0.2 for foot in median_of("gjpqyβγμρφψ", "foot").values())
    assert all(top < 0.68 for top in median_of("gpqyγμρ", "top").values())


def test_small_letters_are_as_high_as_the_person_writes_them() -> None:
    for x_height in (0.45, 0.65):
        habits = replace(EVEN, x_height=x_height)
        assert -points_of("x", habits)[:, 1].min() == pytest.approx(x_height, abs=0.05)
        assert -points_of("H", habits)[:, 1].min() == pytest.approx(1, abs=0.05)


def test_even_hands_write_what_the_table_says() -> None:
    points = points_of("o", replace(EVEN, x_height=SMALL / 100, softness=0.001, angularity=0.0, width=1.0, flourish=-9.0))
    taught = allographs("o")[0].strokes[0].points * (1, -1)
    nearest = np.hypot(*(points[:, None] + (taught[:, 0].min(), 0) - taught[None]).transpose(2, 0, 1)).min(0)
    # But for the ends, which nobody can place exactly.
    assert nearest[1:-1].max() < 0.03


@pytest.mark.parametrize("sign", "ax7Gβ")
def test_one_person_writes_a_sign_alike_and_others_write_it_otherwise(sign: str) -> None:
    pictures = [[picture_of(sign, habits, seed) for seed in range(3)] for habits in PEOPLE]
    same = [np.abs(first - second).mean() for first, second, _ in pictures]
    others = [np.abs(a[0] - b[0]).mean() for k, a in enumerate(pictures) for b in pictures[:k]]
    assert np.median(same) < 0.75 * np.median(others)


def test_no_two_signs_are_the_same() -> None:
    for habits in PEOPLE:
        first, second = (np.ptp(points_of("a", habits, seed), axis=0) for seed in (0, 1))
        assert np.abs(first - second).max() > 1e-4


def test_ways_of_writing_are_met_as_often_as_their_weights_say() -> None:
    people = [sample_habits(np.random.default_rng([4, person])) for person in range(1500)]
    for sign in "a7θ":
        weights = np.array([way.weight for way in allographs(sign)])
        met = np.bincount([allograph_of(sign, habits) for habits in people], minlength=len(weights)) / len(people)
        assert met == pytest.approx(weights / weights.sum(), abs=0.05)


def test_who_writes_one_sign_ornately_is_likely_to_write_another_so() -> None:
    people = [sample_habits(np.random.default_rng([5, person])) for person in range(600)]
    plain, ornate = ([h for h in people if allograph_of("l", h) == way] for way in (0, len(allographs("l")) - 1))
    looped = [np.mean([allograph_of("h", h) > 0 for h in group]) for group in (plain, ornate)]
    assert looped[1] > looped[0] + 0.15


def test_the_same_seeds_give_the_same_strokes() -> None:
    assert sample_habits(np.random.default_rng(7)) == sample_habits(np.random.default_rng(7))
    habits = PEOPLE[1]
    first, again, other = (penned("x12", habits, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert any(a.shape != b.shape or not np.allclose(a, b) for a, b in zip(first, other, strict=True))


def test_signs_stand_beside_each_other() -> None:
    for habits in PEOPLE:
        joined = points_of("HH", habits)[:, 0].max()
        alone = points_of("H", habits)[:, 0].max()
        assert 2 * alone < joined < 2 * alone + 0.8
        assert points_of("H H", habits)[:, 0].max() > joined + 0.3


def test_what_nobody_taught_is_skipped() -> None:
    assert penned("", EVEN, np.random.default_rng(0)) == []
    assert penned("é☃", EVEN, np.random.default_rng(0)) == []
    assert len(penned("é1", EVEN, np.random.default_rng(0))) == len(penned("1", EVEN, np.random.default_rng(0)))


def test_hooks_are_for_letters_and_those_who_make_them() -> None:
    def width(sign: str, hook: float) -> float:
        hand = replace(EVEN, hook=hook, flourish=-9.0)
        return float(np.mean([np.ptp(points_of(sign, hand, seed)[:, 0]) for seed in range(20)]))

    assert width("l", 0.075) > width("l", 0.0) + 0.02
    assert width("(", 0.075) == pytest.approx(width("(", 0.0))


def test_curves_are_smooth_at_the_points_they_go_through() -> None:
    steps = np.diff(points_of("O", replace(EVEN, softness=0.0, angularity=0.0, flourish=-9.0)), axis=0)
    headings = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    # In points 0.02 apart, on a way around whose tightest bend has a radius of about 0.15; the ends are as they come.
    assert np.abs(np.diff(headings)[5:-5]).max() < 0.25


def test_uneven_hands_give_a_sign_another_shape_each_time() -> None:
    def spread(unevenness: float) -> float:
        habits = replace(EVEN, unevenness=unevenness, flourish=-9.0)
        sizes = np.array([np.ptp(points_of("o", habits, seed), axis=0) for seed in range(30)])
        return float(np.std(sizes[:, 0] / sizes[:, 1]))

    assert spread(0.02) > 0.03 > 3 * spread(0.0)
