"""The network's own wrong candidates: between likely ends, along ink, and not asked about already."""

from __future__ import annotations

import torch

from derender.perception.own_candidates import MOST, own_candidates
from derender.perception.targets import explanation_on_canvas
from derender.spec import Line, Spec

SHAPE = (11, 11)


def asked_of(ends: list[tuple[int, int]], known: list[list[float]]) -> tuple[list[list[float]], int]:
    """What is asked beside `known` (pixels) of a drawing of one line from (1, 5) to (9, 5), where ends (row, column) are seen."""
    logits = torch.full((1, *SHAPE), -9.0)
    for row, column in ends:
        logits[0, row, column] = 2.0
    ink = torch.from_numpy(explanation_on_canvas(Spec([Line(1, 5, 9, 5)]), (176, 176)))[None]
    segments, classes = own_candidates(logits, ink, torch.tensor([known], dtype=torch.float32).reshape(1, -1, 4))
    assert segments.shape == (1, MOST, 4)
    return segments[0][classes[0] == 0].tolist(), int((classes[0] == -1).sum())


def test_pieces_between_false_ends_are_asked_about() -> None:
    """Rows count from the top: y = 5 is row 5 of eleven."""
    found, nothing = asked_of([(5, 1), (5, 5), (5, 9), (0, 3)], [[24.0, 88.0, 152.0, 88.0]])
    assert sorted(found) == [[24.0, 88.0, 88.0, 88.0], [88.0, 88.0, 152.0, 88.0]]
    assert nothing == MOST - 2


def test_what_is_asked_already_is_not_asked_again_whichever_end_comes_first() -> None:
    assert asked_of([(5, 1), (5, 9)], [[152.0, 88.0, 24.0, 88.0]])[0] == []
    assert asked_of([(5, 1), (5, 9)], [])[0] == [[24.0, 88.0, 152.0, 88.0]]


def test_without_likely_ends_nothing_is_asked() -> None:
    assert asked_of([], []) == ([], MOST)
    assert asked_of([(2, 2)], []) == ([], MOST)
