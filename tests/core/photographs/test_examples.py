"""Simulated photographs: repeatable, and their targets say what is there."""

from __future__ import annotations

import numpy as np
import pytest

from derender.photo.light import even_light
from derender.photographs.examples import make_photograph
from derender.photographs.sketch import random_sketch
from derender.photographs.writing import sample_lines, sample_writer, scribble, written


def test_the_same_seed_makes_the_same_photograph() -> None:
    first, second = (make_photograph(np.random.default_rng([5, 7]), 128) for _ in range(2))
    assert np.array_equal(first.picture, second.picture)
    assert np.array_equal(first.targets, second.targets)


@pytest.mark.parametrize("seed", range(12))
def test_photographs_are_whole(seed: int) -> None:
    example = make_photograph(np.random.default_rng(seed), 128)
    assert example.picture.shape == (128, 128, 3)
    assert example.targets.shape == (4, 128, 128)
    assert example.picture.dtype == example.targets.dtype == np.uint8


def test_strokes_are_darker_than_the_paper_around_them() -> None:
    """Over many photographs: evenly lit, what the targets call strokes is darker than what they call plain page."""
    strokes, paper = [], []
    for seed in range(20):
        example = make_photograph(np.random.default_rng(seed), 128)
        light, drawn = even_light(example.picture).min(-1), example.targets[:2].max(0) > 200
        plain = (example.targets[:3].max(0) == 0) & (example.targets[3] == 255)
        if drawn.any():
            strokes.append(float(light[drawn].mean()))
            paper.append(float(light[plain].mean()))
    assert np.mean(np.array(strokes) < np.array(paper) - 0.05) > 0.85


def test_sketches_hold_geometry_and_writing() -> None:
    sketches = [random_sketch(np.random.default_rng(seed), 160) for seed in range(30)]
    assert np.mean([s.geometry.any() for s in sketches]) > 0.7
    assert np.mean([s.writing.any() for s in sketches]) > 0.5


@pytest.mark.parametrize("text", ["x", "two words", "two\nlines", "α+β"])
def test_writing_is_about_as_high_as_asked_for(text: str) -> None:
    rng = np.random.default_rng(2)
    heights = [written(text, sample_writer(rng), 12, 1.5, rng).shape[0] for _ in range(20)]
    lines = text.count("\n") + 1
    assert 5 * lines < np.median(heights) < 45 * lines


def test_scribbles_are_drawn() -> None:
    assert scribble(40, 2, np.random.default_rng(1)).max() == 255


def test_scribbles_are_as_low_as_asked_for() -> None:
    usual, low = ([scribble(80, 2, np.random.default_rng(seed), part).shape for seed in range(30)] for part in (1.0, 0.3))
    assert np.mean([height for height, _ in low]) < 0.7 * np.mean([height for height, _ in usual])
    assert np.mean([width for _, width in low]) > 60


def test_many_lines_hold_a_word_or_two_each() -> None:
    lines = [sample_lines(np.random.default_rng(seed)).split("\n") for seed in range(40)]
    assert {len(text) for text in lines} == {3, 4, 5}
    assert {len(line.split()) for text in lines for line in text} == {1, 2}
