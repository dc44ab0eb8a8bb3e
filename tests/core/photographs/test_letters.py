"""Labels for the recognizer: kept apart by families of fonts, repeatable, and of the recognizer's classes."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
import torch

from derender.labels.glyphs import GLYPH_SIDE
from derender.labels.recognition import Recognizer, TextNetwork
from derender.photographs.letter_training import alone, distorted, score, threshold_for, together
from derender.photographs.letters import FAMILIES, Label, fonts_for, sample_label
from derender.photographs.writing import fonts


@pytest.fixture(autouse=True)
def _with_fonts() -> None:
    if not fonts_for("calibration") or not fonts_for("training"):
        pytest.skip("the handwriting fonts of the extra 'train' are not installed")


def test_no_font_is_used_twice_and_every_licence_is_told() -> None:
    assert [font for font in fonts() if sum(font.name.startswith(family.begins) for family in FAMILIES) > 1] == []
    assert all(family.licence in ("OFL-1.0", "OFL-1.1", "Apache-2.0", "BSD-3-Clause") for family in FAMILIES)


def test_the_network_is_small() -> None:
    assert sum(p.numel() for p in TextNetwork().parameters()) < 400_000


def test_distorted_pictures_keep_their_shape_and_range() -> None:
    pictures = torch.rand(3, 1, GLYPH_SIDE, GLYPH_SIDE)
    bent = distorted(pictures)
    assert bent.shape == pictures.shape
    assert 0 <= float(bent.min()) <= float(bent.max()) <= 1.001


def test_the_threshold_is_where_texts_are_right_often_enough() -> None:
    recognizer, labels = Recognizer.load(), _latin(80)
    recognizer.threshold = threshold_for(recognizer, labels, 0.9)
    assert score(recognizer, alone(labels)).precision >= 0.9


def test_the_threshold_holds_in_fonts_that_did_not_choose_it() -> None:
    """A font in which much is read wrongly asks for more of all: what is right often enough on the whole is not in that one."""
    recognizer = Recognizer.load()
    labels = _latin(120)
    families = sorted({label.family for label in labels})
    if len(families) < 2:
        pytest.skip("the handwriting fonts of one family alone are installed")
    spoilt = [label._replace(text="wrong") if label.family == families[0] and k % 5 == 0 else label for k, label in enumerate(labels)]
    easy, hard = threshold_for(recognizer, labels, 0.9), threshold_for(recognizer, spoilt, 0.9)
    assert hard > easy


def test_labels_of_one_figure_are_of_one_kind_or_as_they_come() -> None:
    labels = [Label(np.zeros((9, 9), np.float32), text, text) for text in "a1b2c3d4e5"] + [Label(np.zeros((9, 9), np.float32), None)]
    figures = [[label.signs for label in figure] for figure in together(labels, alike=True)]
    assert figures == [["a", "b", "c", "d", ""], ["1", "2", "3", "4", ""]]
    assert [[label.signs for label in figure] for figure in together(labels, alike=False)] == [["a", "1", "b", "2"], ["c", "3", "d", "4"]]


def _latin(count: int) -> list[Label]:
    """Labels in whatever fonts for calibration are installed: some have no Greek letters, whose labels are left out."""
    found: list[Label] = []
    for number in range(4 * count):
        with suppress(ValueError):
            found.append(sample_label(np.random.default_rng([5, number]), "calibration"))
    return found[:count]
