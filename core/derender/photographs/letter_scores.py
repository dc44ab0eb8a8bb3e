"""How often texts of labels are told and right, and from which probability on they are to be told.

Labels come by hands: those that one hand wrote, in the order in which it did.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from derender.labels.recognition import Recognizer, read_together
from derender.labels.signs import KINDS
from derender.labels.wording import Form, Guess
from derender.photographs.letters import Label

_TOGETHER = 6
"""Labels of a figure."""


def alone(hands: Sequence[Sequence[Label]]) -> list[list[Label]]:
    """Each label as the only one of its figure."""
    return [[label] for hand in hands for label in hand]


def together(hands: Sequence[Sequence[Label]]) -> list[list[Label]]:
    """Figures of several labels by one hand, of all kinds, as they follow each other."""
    return [list(hand[k : k + _TOGETHER]) for hand in hands for k in range(0, len(hand), _TOGETHER)]


def of_one_kind(hands: Sequence[Sequence[Label]]) -> list[list[Label]]:
    """Figures of several signs by one hand with or without a subscript, all of one of `KINDS`, and the hand's words."""
    figures = []
    for hand in hands:
        words = [label for label in hand if not label.signs]
        for kind, _ in KINDS:
            signs = [label for label in hand if label.form in (Form.SIGN, Form.SUBSCRIPTED) and label.signs[0] in kind]
            if len(signs) > 1:
                figures.append([*signs, *words])
    return figures


def scores(recognizer: Recognizer, figures: Sequence[Sequence[Label]]) -> dict[str, dict[str, float]]:
    """How a recognizer does on figures with these labels, on all of them and by form.

    `precision` is the share of told texts that are right, `coverage` that of readable labels that are told rightly; `labels` are the
    readable ones, and for all the words as well.
    """
    seen = _guessed(recognizer, figures)
    out = {"all": _score(recognizer, seen, tuple(Form))}
    return out | {form.value: _score(recognizer, seen, (form,)) for form in Form}


def _score(recognizer: Recognizer, seen: Sequence[tuple[Label, Guess | None]], forms: Sequence[Form]) -> dict[str, float]:
    right = [g.text == label.text for label, g in seen if g is not None and g.form in forms and recognizer.is_certain(g)]
    readable = [label for label, _ in seen if label.form in forms]
    counted = len(seen) if len(forms) == len(Form) else len(readable)
    return {
        "precision": round(sum(right) / max(1, len(right)), 4),
        "coverage": round(sum(right) / max(1, len(readable)), 4),
        "labels": counted,
    }


def _guessed(recognizer: Recognizer, figures: Sequence[Sequence[Label]]) -> list[tuple[Label, Guess | None]]:
    """All labels of the figures, each with its likeliest text; the network looks at many of them at once."""
    strokes = [label.strokes for figure in figures for label in figure]
    looks = (look for k in range(0, len(strokes), _AT_ONCE) for look in recognizer.looks(strokes[k : k + _AT_ONCE]))
    guesses = [read_together(list(itertools.islice(looks, len(figure)))) for figure in figures]
    return [pair for figure, found in zip(figures, guesses, strict=True) for pair in zip(figure, found, strict=True)]


_AT_ONCE = 400


def thresholds_for(recognizer: Recognizer, figures: Sequence[Sequence[Label]], precision: float) -> dict[Form, float]:
    """For each form of text the least probability from which on such texts in a font that nothing was chosen by are right as often as
    `precision` says."""
    seen = _guessed(recognizer, figures)
    told = [(g.form, Told(g.probability, g.text == label.text, label.family)) for label, g in seen if g is not None]
    return {form: _threshold([one for its, one in told if its == form], precision) for form in Form}


class Told(NamedTuple):
    """How probable a text was held, whether it is right, and the family of the font."""

    probability: float
    is_right: bool
    family: str


def _threshold(told: Sequence[Told], precision: float) -> float:
    """What is right often enough in some fonts is not in others: more is asked for of the fonts at hand, until it is enough in each of
    them where the threshold is chosen by the others alone (leave-one-out cross-validation over families)."""
    families = sorted({one.family for one in told})
    for aim in np.arange(precision, 1.0, _AIM_STEP).tolist():
        apart = [(_least([one for one in told if one.family != out], aim), out) for out in families]
        left_out = [one.is_right for least, out in apart for one in told if one.family == out and one.probability >= least]
        if len(families) < 2 or (left_out and np.mean(left_out) >= precision):
            return _least(told, aim)
    return 1.0


_AIM_STEP = 0.0025


def _least(told: Sequence[Told], precision: float) -> float:
    """The least probability from which on texts are right so often, all that are surer included."""
    ordered = sorted(told, key=lambda one: -one.probability)
    right = np.cumsum([one.is_right for one in ordered]) / np.arange(1, len(ordered) + 1)
    enough = np.flatnonzero(right >= precision)
    return ordered[int(enough[-1])].probability if len(enough) else 1.0
