"""Labels for the recognizer: kept apart by families of fonts, repeatable, and of the recognizer's classes."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
import torch

from derender.labels.glyphs import GLYPH_SIDE
from derender.labels.recognition import Recognizer, TextNetwork
from derender.labels.signs import DIGITS, LOWER, UPPER
from derender.labels.wording import Form
from derender.photographs import letters
from derender.photographs.letter_scores import alone, of_one_kind, scores, thresholds_for, together
from derender.photographs.letter_training import distorted, thickened
from derender.photographs.letters import FAMILIES, Label, fonts_for, sample_hand, sample_labels, sample_row
from derender.photographs.subscripts import sample_run, with_script
from derender.photographs.writing import fonts


@pytest.fixture(autouse=True)
def _with_fonts() -> None:
    if not fonts_for("calibration") or not fonts_for("training"):
        pytest.skip("the handwriting fonts of the extra 'train' are not installed")


def test_what_no_font_has_is_written_without_one_for_training_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "_able", lambda *_: ())
    labels = sample_labels(np.random.default_rng(3), "training", 60)
    assert all(label.strokes.max() > 0.5 and label.family == "" for label in labels)
    assert {label.form for label in labels} >= set(Form)
    with pytest.raises(ValueError, match="no font for measuring"):
        sample_labels(np.random.default_rng(3), "measuring", 60)


def test_some_people_need_no_font_in_training_and_nobody_elsewhere() -> None:
    def share(use: letters.Use) -> float:
        return float(np.mean([sample_hand(np.random.default_rng([5, n]), use).writer.habits is not None for n in range(200)]))

    assert 0.1 < share("training") < 0.9
    assert share("measuring") == share("calibration") == 0


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


def test_the_thresholds_are_where_texts_are_right_often_enough() -> None:
    recognizer, hands = Recognizer.load(), _latin(80)
    recognizer.thresholds = thresholds_for(recognizer, alone(hands), 0.9)
    told = scores(recognizer, alone(hands))
    assert told["all"]["labels"] == sum(map(len, hands))
    assert told["sign"]["precision"] >= 0.9
    assert 0 < told["sign"]["coverage"] <= 1


def test_the_thresholds_hold_in_fonts_that_did_not_choose_them() -> None:
    """A font in which much is read wrongly asks for more of all: what is right often enough on the whole is not in that one."""
    recognizer = Recognizer.load()
    hands = _latin(120)
    families = sorted({label.family for hand in hands for label in hand})
    if len(families) < 2:
        pytest.skip("the handwriting fonts of one family alone are installed")
    spoilt = [
        [label._replace(text="wrong") if label.family == families[0] and k % 5 == 0 else label for k, label in enumerate(hand)]
        for hand in hands
    ]
    easy, hard = (thresholds_for(recognizer, alone(those), 0.9)[Form.SIGN] for those in (hands, spoilt))
    assert hard > easy


def test_labels_of_one_figure_are_of_one_kind_or_as_they_come() -> None:
    hand = [Label(np.zeros((9, 9), np.float32), text, text) for text in "a1b2c3d"] + [Label(np.zeros((9, 9), np.float32), None)]
    alike = [[label.signs for label in figure] for figure in of_one_kind([hand])]
    assert alike == [["a", "b", "c", "d", ""], ["1", "2", "3", ""]]
    assert [[label.signs for label in figure] for figure in together([hand])] == [["a", "1", "b", "2", "c", "3"], ["d", ""]]


def test_labels_know_their_form() -> None:
    blank = np.zeros((9, 9), np.float32)
    forms = [Label(blank, *those).form for those in (("x", "x"), ("$x_1$", "x1"), ("12", "12"), (None, ""))]
    assert forms == [Form.SIGN, Form.SUBSCRIPTED, Form.NUMBER, None]


def test_a_subscript_stands_lower_than_its_letter_and_close_to_it() -> None:
    large, small = np.zeros((50, 40), np.uint8), np.zeros((50, 40), np.uint8)
    large[10:40, 10:30] = 255
    small[20:35, 15:25] = 255
    for seed in range(20):
        layer = with_script(large, small, "x", 30, np.random.default_rng(seed))
        columns = np.flatnonzero(layer.any(0))
        assert columns[-1] - columns[0] <= 20 + 0.3 * 30 + 11
        right = np.flatnonzero(layer[:, columns[-1]])
        left = np.flatnonzero(layer[:, columns[0]])
        assert len(left) == 30
        assert len(right) == 15
        assert right[-1] > left[-1]


def test_runs_have_one_letter_and_follow_each_other_more_often_than_not() -> None:
    runs = [sample_run(np.random.default_rng(seed)) for seed in range(200)]
    longer = [run for run in runs if len(run) > 1]
    sequences = [run for run in longer if len({base for base, _ in run}) == 1 and len({script for _, script in run}) == len(run)]
    assert 0.4 < len(sequences) / len(longer) < 0.8


def _latin(count: int) -> list[list[Label]]:
    """Labels in whatever fonts for calibration are installed: some have no Greek letters, whose labels are left out."""
    found: list[list[Label]] = []
    for number in range(4 * count):
        with suppress(ValueError):
            found.append(sample_labels(np.random.default_rng([5, number]), "calibration", 4))
    return found[: count // 2]


def test_labels_in_a_row_follow_each_other_and_are_by_one_hand() -> None:
    rows = [sample_row(np.random.default_rng(seed), "training") for seed in range(8)]
    texts = ["".join(label.signs for label in row) for row in rows]
    assert all(any(text in signs for signs in (LOWER, UPPER, DIGITS)) and 3 <= len(text) <= 6 for text in texts)
    assert len(set(texts)) > 4
    assert all(len({label.family for label in row}) == 1 and all(label.strokes.any() for label in row) for row in rows)


def test_thickened_strokes_are_thicker_thinner_or_softer_and_most_stay_as_they_are() -> None:
    torch.manual_seed(1)
    pictures = torch.zeros(400, 1, GLYPH_SIDE, GLYPH_SIDE)
    pictures[:, :, 8:24, 14:18] = 1.0
    seen = thickened(pictures)
    ink = seen.sum((1, 2, 3)) / pictures.sum((1, 2, 3))
    assert ((seen >= 0) & (seen <= 1)).all()
    assert 0.5 < float((seen == pictures).all(dim=-1).all(dim=-1).all(dim=-1).float().mean()) < 0.7
    assert 0.1 < float((ink > 1.02).float().mean()) < 0.2
    assert 0.05 < float((ink < 0.98).float().mean()) < 0.16
