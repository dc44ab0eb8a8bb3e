"""Marks are measured as wholes and among each other, and only those that may be letters are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from derender.checkpoints import load_weights
from derender.errors import ModelError
from derender.labels import Recognizer
from derender.labels.mark_judge import MODEL, MarkJudge, are_doubtful, asked, may_be_letters, measured, with_looks
from derender.labels.mark_network import MarkNetwork
from derender.labels.marks import Mark
from derender.labels.signs import CLASSES, OTHER
from derender.training.judging import save_judges

Floats = NDArray[np.float32]

SEEN, WRITTEN, HOLES, ENCLOSED, ALIKE = 0, 1, 8, 11, 13
"""Columns of `measured`."""


def blank() -> Floats:
    return np.zeros((240, 420), np.float32)


def two_shapes_and_a_letter() -> Floats:
    """A ring, a stroke, and a box around a letter."""
    ink = np.zeros((240, 420), np.uint8)
    cv2.circle(ink, (60, 60), 30, 255, 3)
    cv2.line(ink, (120, 30), (120, 90), 255, 3)
    cv2.rectangle(ink, (180, 30), (390, 210), 255, 3)
    cv2.putText(ink, "R", (260, 140), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 255, 3, cv2.LINE_AA)
    return np.asarray(ink / 255, dtype=np.float32)


def by_place(marks: Sequence[Mark], rows: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Rows of marks from left to right."""
    return [rows[k] for k in sorted(range(len(marks)), key=lambda k: marks[k].place[1].start)]


def test_marks_are_measured_as_wholes() -> None:
    ink = two_shapes_and_a_letter()
    marks = may_be_letters(ink, blank())
    ring, stroke, box, letter = by_place(marks, measured(marks, ink, blank()))
    assert ring[SEEN] == pytest.approx(1)
    assert ring[WRITTEN] == 0
    assert ring[HOLES] == box[HOLES] == letter[HOLES] == 1
    assert stroke[HOLES] == 0
    assert [bool(row[ENCLOSED]) for row in (ring, stroke, box, letter)] == [False, False, False, True]
    # The ring and the stroke are of one size.
    assert ring[ALIKE] == stroke[ALIKE] > box[ALIKE] == 0


def test_what_is_rather_writing_is_told_so() -> None:
    ink = two_shapes_and_a_letter()
    doubtful, written = ink.copy(), blank()
    doubtful[:, :150], written[:, :150] = 0.4 * ink[:, :150], 0.8 * ink[:, :150]
    marks = may_be_letters(doubtful, written)
    rows = by_place(marks, measured(marks, doubtful, written))
    assert [bool(row[WRITTEN] > row[SEEN]) for row in rows] == [True, True, False, False]


def test_of_marks_that_nobody_doubts_the_recognizer_is_not_asked() -> None:
    marks = may_be_letters(two_shapes_and_a_letter(), blank())
    shown = list[Mark]()

    def seen_in(some: Sequence[Mark]) -> Floats:
        shown.extend(some)
        return np.full((len(some), OTHER + 1), 1 / (OTHER + 1), np.float32)

    odds = np.array([-9.0, 0.0, 9.0, 2.0])
    assert are_doubtful(odds).tolist() == [False, True, False, True]
    told = asked(marks, odds, seen_in)
    assert shown == [marks[1], marks[3]]
    assert (told.sum(1) > 0.5).tolist() == [False, True, False, True]


def test_marks_of_one_size_tell_of_each_other() -> None:
    told = np.zeros((3, OTHER + 1), np.float32)
    told[:2, CLASSES.index("R")], told[2, OTHER] = 1.0, 1.0
    odds, heights = np.array([3.0, 3.0, -3.0]), np.array([20.0, 21.0, 60.0])
    rows = with_looks(np.zeros((3, 1)), odds, told, heights)
    likely, signs, both = rows[:, 2:5].T
    assert likely[0] == pytest.approx(1 / (1 + np.exp(-3)))
    assert signs[0] == both[0] / likely[0] == pytest.approx(1)
    assert likely[2] == signs[2] == both[2] == 0


def test_the_shipped_judge_takes_letters_for_letters_and_shapes_for_none() -> None:
    """Where the ink network is in two minds."""
    ink = two_shapes_and_a_letter()
    recognizer = Recognizer.load()
    judge = recognizer.marks
    assert judge is not None
    marks = may_be_letters(0.6 * ink, 0.5 * ink)
    odds = judge(marks, 0.6 * ink, 0.5 * ink, recognizer.seen_in)
    ring, stroke, box, letter = (float(row[0]) for row in by_place(marks, odds[:, None]))
    assert letter > 0
    assert letter > 2 + max(ring, stroke, box)


def test_the_network_has_half_a_say_where_geometry_is_in_doubt_and_none_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    recognizer = Recognizer.load()
    judge = recognizer.marks
    assert judge is not None
    ink = two_shapes_and_a_letter()
    doubtful, written = 0.6 * ink, 0.5 * ink
    # The stroke is rather writing, and hardly geometry.
    doubtful[:, 100:150], written[:, 100:150] = 0.05 * ink[:, 100:150], 0.9 * ink[:, 100:150]
    marks = may_be_letters(doubtful, written)

    def judged(says: float) -> NDArray[np.float64]:
        monkeypatch.setattr(MarkNetwork, "log_odds", lambda _, __, rows: np.full(len(rows), says))
        return judge(marks, doubtful, written, recognizer.seen_in)

    rows = measured(marks, doubtful, written)
    first = judge.first(rows)
    heights = np.array([float(mark.height) for mark in marks])
    looked = judge.looked(with_looks(rows, first, asked(marks, first, recognizer.seen_in), heights))
    asked_of = are_doubtful(first) & (looked > -3) & (looked < 4) & [not 90 < mark.place[1].start < 150 for mark in marks]
    assert asked_of.any()
    assert np.allclose(judged(3.0), np.where(asked_of, (looked + 3) / 2, looked))


def test_no_marks_are_judged_without_an_error() -> None:
    recognizer = Recognizer.load()
    assert recognizer.marks is not None
    assert recognizer.marks((), blank(), blank(), recognizer.seen_in).shape == (0,)
    geometry, writing = recognizer.set_apart(blank(), blank())
    assert not geometry.any()
    assert not writing.any()


@pytest.mark.parametrize(("shape", "cut"), [((1, 60), 0), ((60, 1), 0), ((1, 60), 1), ((60, 1), 1), ((12, 12), 0), ((12, 12), 1)])
def test_marks_at_the_picture_s_border_are_judged(shape: tuple[int, int], cut: int) -> None:
    """Also those that are a pixel wide, and where the picture is no more than they."""
    wide, tall = shape
    recognizer = Recognizer.load()
    for left, top in ((0, 50), (419, 50), (50, 0), (50, 239), (0, 0)):
        ink = blank()
        ink[max(0, top - cut * tall) : top + tall, max(0, left - cut * wide) : left + wide] = 1
        marks = may_be_letters(ink, blank())
        assert np.isfinite(measured(marks, ink, blank())).all()
        recognizer.set_apart(ink, blank())
    alone = np.ones((40, 1), np.float32)
    recognizer.set_apart(alone, np.zeros_like(alone))


def test_weights_of_another_version_are_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(ModelError, match="not in"):
        MarkJudge.load(tmp_path)

    shipped, _ = load_weights(MODEL)
    narrow = {name: tensor[:5] if name.startswith("network.scaled.running") else tensor for name, tensor in shipped.items()}
    thin = {name: tensor[..., :5] if name == "first.weights" else tensor for name, tensor in shipped.items()}
    unseen = {name: tensor for name, tensor in shipped.items() if not name.startswith("network.")}
    few = {name: tensor[:5] if name in ("first.middle", "first.spread") else tensor for name, tensor in shipped.items()}
    for tensors in (narrow, thin, unseen, few, {"first.middle": np.zeros(5)}):
        save_judges(MODEL, tensors, 20, tmp_path)
        with pytest.raises(ModelError, match="another version"):
            MarkJudge.load(tmp_path)
