"""Labels for the recognizer: kept apart by families of fonts, repeatable, and of the recognizer's classes."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
import torch

from derender.labels.glyphs import GLYPH_SIDE
from derender.labels.recognition import Recognizer, TextNetwork
from derender.photographs.letter_training import distorted, score, threshold_for
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
    assert score(recognizer, labels).precision >= 0.9


def _latin(count: int) -> list[Label]:
    """Labels in whatever fonts for calibration are installed: some have no Greek letters, whose labels are left out."""
    found: list[Label] = []
    for number in range(4 * count):
        with suppress(ValueError):
            found.append(sample_label(np.random.default_rng([5, number]), "calibration"))
    return found[:count]
