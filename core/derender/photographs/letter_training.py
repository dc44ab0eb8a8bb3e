"""How the recognizer of labels is trained and calibrated: glyphs of fonts for training, temperature and threshold from others.

Half of the glyphs, and of the labels that decide, are what photographs leave of them (`lettered.py`).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from derender.labels.glyphs import GLYPH_SIDE, Glyph, glyphs_of
from derender.labels.recognition import Recognizer, TextNetwork
from derender.labels.signs import CLASSES, KINDS, OTHER
from derender.labels.wording import Form
from derender.photographs.lettered import photographed_labels
from derender.photographs.letters import Label, Use, fonts_for, sample_glyph, sample_label

_AIM = 0.97
"""Of the texts that are told this share should be right."""

_DRAWN, _SHEETS = 24_000, 400
"""Glyphs of fonts and photographs of a run."""

_CALIBRATED_ON = 4_000
"""Labels in fonts that training did not see, half of them in photographs."""


@dataclass(frozen=True, slots=True)
class TextTask:
    """The recognizer's network as a `training.loop.Task`."""

    methods: tuple[str, ...] = ()

    def network(self) -> TextNetwork:
        """A new network of the shipped size."""
        return TextNetwork()

    def example(self, rng: np.random.Generator, batch: int) -> tuple[np.ndarray, np.ndarray]:
        """A glyph's picture (1, 32, 32) float32 and its class int64."""
        del batch  # all have one shape
        if rng.random() < 0.5:
            return _drawn_once(int(rng.integers(_DRAWN)))
        while True:
            if glyphs := _photographed_once(int(rng.integers(_SHEETS))):
                return glyphs[int(rng.integers(len(glyphs)))]

    def loss(self, network: TextNetwork, fields: Sequence[Tensor]) -> dict[str, Tensor]:
        """Cross entropy on distorted pictures, softened a little: fonts hold ambiguous signs."""
        pictures, classes = fields
        return {"glyph": functional.cross_entropy(network(distorted(pictures)), classes, label_smoothing=0.02)}


@cache
def _drawn_once(number: int) -> tuple[np.ndarray, np.ndarray]:
    """One of the glyphs that a run sees again and again, each time distorted otherwise: drawing takes longer than learning."""
    return glyph_example(np.random.default_rng([9, number]), "training")


@cache
def _photographed_once(number: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The glyphs of one of the photographs of a run."""
    return glyphs_in(photographed_labels(np.random.default_rng([15, number]), "training"))


def glyphs_in(labels: Sequence[Label]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Picture and class of the glyphs of labels that come apart as they should: signs and their subscripts; what is in one piece and is
    no sign, words and signs that touch each other, is something else.

    Numbers would make digits likelier than letters that look like them.
    """
    found = []
    for label in labels:
        glyphs = glyphs_of(label.strokes)
        is_number = len(label.signs) > 1 and label.text == label.signs
        if len(glyphs) == len(label.signs) and not is_number:
            signs = [CLASSES.index(sign) for sign in label.signs]
        elif len(glyphs) == 1 and len(label.signs) != 1 and _fills(glyphs[0], label.strokes):
            signs = [OTHER]
        else:
            continue
        pictures = [glyph.picture.reshape(1, GLYPH_SIDE, GLYPH_SIDE) for glyph in glyphs]
        found += [(picture, np.array(sign)) for picture, sign in zip(pictures, signs, strict=True)]
    return found


def _fills(glyph: Glyph, strokes: np.ndarray) -> bool:
    """Whether nothing of a label is beside its glyph."""
    return glyph.right - glyph.left > 0.85 * strokes.shape[1]


def distorted(pictures: Tensor) -> Tensor:
    """Pictures (B, 1, H, W), each turned, sheared, stretched and bent a little, as hands differ: far quicker than drawing anew."""
    count, side = len(pictures), pictures.shape[-1]
    straight = torch.eye(2, 3).expand(count, 2, 3)
    grid = functional.affine_grid(straight + torch.randn(count, 2, 3) * torch.tensor([0.1, 0.1, 0.03]), list(pictures.shape), False)
    bends = functional.interpolate(0.07 * torch.randn(count, 2, 4, 4), size=(side, side), mode="bicubic", align_corners=False)
    return functional.grid_sample(pictures, grid + bends.permute(0, 2, 3, 1), align_corners=False)


def glyph_example(rng: np.random.Generator, use: Use) -> tuple[np.ndarray, np.ndarray]:
    """A glyph in one of the fonts for that use: picture (1, `GLYPH_SIDE`, `GLYPH_SIDE`), class ()."""
    while True:
        strokes, sign = sample_glyph(rng, use)
        glyphs = glyphs_of(strokes)
        # Strokes that came apart are no one glyph, and some fonts' thin strokes wear away.
        if len(glyphs) == 1:
            return glyphs[0].picture.reshape(1, GLYPH_SIDE, GLYPH_SIDE), np.array(OTHER if sign is None else CLASSES.index(sign))


class Score(NamedTuple):
    """Of labels in fonts kept apart: the share of told texts that are right, of readable labels that are told rightly, and how many."""

    precision: float
    coverage: float
    labels: int


def score(recognizer: Recognizer, figures: Sequence[Sequence[Label]]) -> Score:
    """How a recognizer does at its threshold on figures with these labels."""
    labels = [label for figure in figures for label in figure]
    guesses = [guess for figure in figures for guess in recognizer.guesses([label.strokes for label in figure], of_one_figure=True)]
    told = [
        (guess.text, label.text)
        for guess, label in zip(guesses, labels, strict=True)
        if guess is not None and recognizer.is_certain(guess)
    ]
    right = sum(found == true for found, true in told)
    readable = sum(label.text is not None for label in labels)
    return Score(right / max(1, len(told)), right / max(1, readable), len(labels))


def alone(labels: Sequence[Label]) -> list[list[Label]]:
    """Each label as the only one of its figure."""
    return [[label] for label in labels]


def together(labels: Sequence[Label], *, alike: bool) -> list[list[Label]]:
    """Figures of four signs with or without a subscript: of one kind (letters, digits…) and a word with them, or as they come."""
    signs = [label for label in labels if label.signs and label.text != label.signs * (len(label.signs) > 1)]
    kinds = [[s for s in signs if s.signs[0] in kind] for kind, _ in KINDS] if alike else [signs]
    words = itertools.cycle([[label] for label in labels if not label.signs] if alike else [[]])
    return [[*group[k : k + 4], *next(words)] for group in kinds for k in range(0, len(group) - 3, 4)]


def labels_in(use: Use, count: int, seed: int) -> list[Label]:
    """Labels in the fonts for that use."""
    return [sample_label(np.random.default_rng([seed, n]), use) for n in range(count)]


def photographed_in(use: Use, count: int, seed: int) -> list[Label]:
    """Labels in the fonts for that use as photographs leave them."""
    found: list[Label] = []
    for number in itertools.count():
        if len(found) >= count:
            break
        found += photographed_labels(np.random.default_rng([seed, number]), use)
    return found[:count]


def calibrated(tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    """What the manifest tells beside trained weights: temperature and threshold, how well they do, and the fonts."""
    network = TextNetwork()
    network.load_state_dict(dict(tensors))
    temperature = fitted_temperature(network.eval())
    half = _CALIBRATED_ON // 2
    labels = labels_in("calibration", half, 11) + photographed_in("calibration", half, 13)
    thresholds = thresholds_for(Recognizer(network, temperature, {}), labels, _AIM)
    recognizer = Recognizer(network, temperature, thresholds)
    in_fonts, in_photographs = labels_in("measuring", half, 12), photographed_in("measuring", half, 14)
    return {
        "calibration": {"temperature": round(temperature, 4), "thresholds": {form.value: round(t, 4) for form, t in thresholds.items()}},
        "measured": {
            "fonts": _told(score(recognizer, alone(in_fonts))),
            "photographs": _told(score(recognizer, alone(in_photographs))),
            "figures of one kind": _told(score(recognizer, together(in_fonts + in_photographs, alike=True))),
            "figures of any": _told(score(recognizer, together(in_fonts + in_photographs, alike=False))),
        },
        "fonts": {use: [font.name for font in fonts_for(use)] for use in ("training", "calibration", "measuring")},
    }


def _told(measured: Score) -> dict[str, float]:
    return {"precision": round(measured.precision, 4), "coverage": round(measured.coverage, 4), "labels": measured.labels}


@torch.inference_mode()
def fitted_temperature(network: TextNetwork) -> float:
    """What logits are divided by so that glyphs in the fonts for calibration are least surprising."""
    examples = [glyph_example(np.random.default_rng([10, n]), "calibration") for n in range(_CALIBRATED_ON)]
    logits = network(torch.from_numpy(np.stack([picture for picture, _ in examples])))
    classes = torch.from_numpy(np.stack([sign for _, sign in examples]))
    candidates = np.geomspace(0.3, 5, 60).tolist()
    return float(min(candidates, key=lambda t: float(functional.cross_entropy(logits / t, classes))))


def thresholds_for(recognizer: Recognizer, labels: Sequence[Label], precision: float) -> dict[Form, float]:
    """For each form of text the least probability from which on such texts in a font that nothing was chosen by are right as often as
    `precision` says."""
    guesses = recognizer.guesses([label.strokes for label in labels])
    told = [(g.form, Told(g.probability, g.text == label.text, label.family)) for g, label in zip(guesses, labels, strict=True) if g]
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
