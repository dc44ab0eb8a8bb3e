"""Labels found again in photographs of them: repeatable, and with a glyph for each sign more often than not."""

from __future__ import annotations

import numpy as np
import pytest

from derender.labels.glyphs import GLYPH_SIDE, glyphs_of
from derender.labels.wording import Form
from derender.photographs.letter_training import glyphs_in
from derender.photographs.lettered import photographed_labels
from derender.photographs.letters import Label

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def labels() -> list[Label]:
    found = []
    for seed in range(16):
        found += photographed_labels(np.random.default_rng([3, seed]), "training")
    return found


def test_many_labels_are_found_again(labels: list[Label]) -> None:
    assert len(labels) >= 80
    assert all(label.strokes.min() >= 0 and label.strokes.max() <= 1 for label in labels)
    signs = [label for label in labels if len(label.signs) == 1]
    assert sum(len(glyphs_of(label.strokes)) == 1 for label in signs) >= 0.7 * len(signs)


def test_signs_and_their_subscripts_come_apart(labels: list[Label]) -> None:
    with_script = [label for label in labels if label.form == Form.SUBSCRIPTED]
    assert len(with_script) >= 20
    parted = [glyphs_of(label.strokes) for label in with_script]
    assert sum(len(glyphs) == 2 and glyphs[1].is_script_of(glyphs[0]) for glyphs in parted) >= 0.4 * len(with_script)


def test_their_glyphs_have_the_network_s_size(labels: list[Label]) -> None:
    found = glyphs_in(labels)
    assert len(found) >= 10
    assert all(picture.shape == (1, GLYPH_SIDE, GLYPH_SIDE) for picture, _ in found)


def test_the_same_seed_gives_the_same_labels(labels: list[Label]) -> None:
    again = photographed_labels(np.random.default_rng([3, 0]), "training")
    assert [label.text for label in again] == [label.text for label in labels[: len(again)]]
    assert all((a.strokes == b.strokes).all() for a, b in zip(again, labels, strict=False))
