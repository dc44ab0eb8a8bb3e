"""How the recognizer of labels is trained and calibrated: glyphs of fonts for training, temperature and threshold from others.

Half of the glyphs, and of the labels that decide, are what photographs leave of them (`lettered.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from derender.labels.glyphs import GLYPH_SIDE, Glyph, glyphs_of
from derender.labels.recognition import Recognizer, TextNetwork
from derender.labels.signs import CLASSES, OTHER
from derender.photographs.letter_scores import alone, of_one_kind, scores, thresholds_for, together
from derender.photographs.lettered import photographed_labels
from derender.photographs.letters import Floats, Label, Use, fonts_for, sample_glyph, sample_labels, sample_row

_AIM = 0.97
"""Of the texts that are told this share should be right in a family of fonts that no threshold was chosen by."""

_DRAWN, _SHEETS = 60_000, 1_200
"""Glyphs of fonts and photographs of a run."""

_CALIBRATED_ON, _MEASURED_ON = 6_000, 4_000
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
        return {"glyph": functional.cross_entropy(network(thickened(distorted(pictures))), classes, label_smoothing=0.02)}


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


def _fills(glyph: Glyph, strokes: Floats) -> bool:
    """Whether nothing of a label is beside its glyph."""
    return bool(glyph.right - glyph.left > 0.85 * strokes.shape[1])


def distorted(pictures: Tensor) -> Tensor:
    """Pictures (B, 1, H, W), each turned, sheared, stretched and bent a little, as hands differ: far quicker than drawing anew."""
    count, side = len(pictures), pictures.shape[-1]
    straight = torch.eye(2, 3).expand(count, 2, 3)
    grid = functional.affine_grid(straight + torch.randn(count, 2, 3) * torch.tensor([0.1, 0.1, 0.03]), list(pictures.shape), False)
    bends = functional.interpolate(0.07 * torch.randn(count, 2, 4, 4), size=(side, side), mode="bicubic", align_corners=False)
    return functional.grid_sample(pictures, grid + bends.permute(0, 2, 3, 1), align_corners=False)


def thickened(pictures: Tensor) -> Tensor:
    """Pictures (B, 1, H, W), one in seven with thicker strokes, one in ten with thinner and one in seven with softer ones."""
    by, kind = torch.rand(len(pictures), 1, 1, 1), torch.rand(len(pictures), 1, 1, 1)
    thicker, thinner = functional.max_pool2d(pictures, 3, 1, 1), -functional.max_pool2d(-pictures, 3, 1, 1)
    softer = functional.avg_pool2d(pictures, 3, 1, 1)
    out = torch.where(kind < 0.15, torch.lerp(pictures, thicker, by), pictures)
    out = torch.where((kind >= 0.15) & (kind < 0.25), torch.lerp(pictures, thinner, 0.7 * by), out)
    return torch.where((kind >= 0.25) & (kind < 0.4), torch.lerp(pictures, softer, by), out)


def glyph_example(rng: np.random.Generator, use: Use) -> tuple[np.ndarray, np.ndarray]:
    """A glyph in one of the fonts for that use: picture (1, `GLYPH_SIDE`, `GLYPH_SIDE`), class ()."""
    while True:
        strokes, sign = sample_glyph(rng, use)
        glyphs = glyphs_of(strokes)
        # Strokes that came apart are no one glyph, and some fonts' thin strokes wear away.
        if len(glyphs) == 1:
            return glyphs[0].picture.reshape(1, GLYPH_SIDE, GLYPH_SIDE), np.array(OTHER if sign is None else CLASSES.index(sign))


def labels_in(use: Use, count: int, seed: int) -> list[list[Label]]:
    """About so many labels in the fonts for that use, by several hands."""
    return [sample_labels(np.random.default_rng([seed, n]), use, _BY_ONE_HAND) for n in range(count // _BY_ONE_HAND)]


_BY_ONE_HAND = 40

_ROWS = 200
"""Figures whose labels follow each other."""


def photographed_in(use: Use, count: int, seed: int) -> list[list[Label]]:
    """At least so many labels in the fonts for that use as photographs leave them, by several hands."""
    found: list[list[Label]] = []
    while sum(map(len, found)) < count:
        found.append(photographed_labels(np.random.default_rng([seed, len(found)]), use))
    return found


def calibrated(tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    """What the manifest tells beside trained weights: temperature and threshold, how well they do, and the fonts."""
    network = TextNetwork()
    network.load_state_dict(dict(tensors))
    temperature = fitted_temperature(network.eval())
    hands = labels_in("calibration", _CALIBRATED_ON // 2, 11) + photographed_in("calibration", _CALIBRATED_ON // 2, 13)
    recognizer = Recognizer(network, temperature, {})
    recognizer.thresholds = thresholds_for(recognizer, [*alone(hands), *together(hands)], _AIM)
    in_fonts, in_photographs = labels_in("measuring", _MEASURED_ON // 2, 12), photographed_in("measuring", _MEASURED_ON // 2, 14)
    return {
        "calibration": {
            "temperature": round(temperature, 4),
            "thresholds": {form.value: round(t, 4) for form, t in recognizer.thresholds.items()},
        },
        "measured": {
            "fonts": scores(recognizer, alone(in_fonts)),
            "photographs": scores(recognizer, alone(in_photographs)),
            "figures in photographs": scores(recognizer, together(in_photographs)),
            "figures in a row": scores(recognizer, [sample_row(np.random.default_rng([16, n]), "measuring") for n in range(_ROWS)]),
            "figures of one kind": scores(recognizer, of_one_kind(in_fonts + in_photographs)),
        },
        "fonts": {use: [font.name for font in fonts_for(use)] for use in ("training", "calibration", "measuring")},
    }


@torch.inference_mode()
def fitted_temperature(network: TextNetwork) -> float:
    """What logits are divided by so that glyphs in the fonts for calibration are least surprising."""
    examples = [glyph_example(np.random.default_rng([10, n]), "calibration") for n in range(2 * _CALIBRATED_ON)]
    logits = network(torch.from_numpy(np.stack([picture for picture, _ in examples])))
    classes = torch.from_numpy(np.stack([sign for _, sign in examples]))
    candidates = np.geomspace(0.3, 5, 60).tolist()
    return float(min(candidates, key=lambda t: float(functional.cross_entropy(logits / t, classes))))
