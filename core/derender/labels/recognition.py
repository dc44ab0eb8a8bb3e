"""Texts of labels: single letters, digits and signs, one of them with a subscript, and short numbers, where it is certain.

A small network tells each glyph apart, looking at it turned, stretched and slanted a little as well where that leaves a doubt; the places
of the glyphs tell a subscript from a word. What is not certain stays unread: an author replaces a placeholder sooner than finding a wrong
letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from derender.checkpoints import load_weights, models_folder, read_manifest
from derender.errors import ModelError
from derender.labels.company import in_company
from derender.labels.glyphs import GLYPH_SIDE, MOST_GLYPHS, Glyph, glyphs_of
from derender.labels.lettering import lettering
from derender.labels.mark_judge import LETTER, MODEL, MarkJudge, may_be_letters
from derender.labels.marks import Mark
from derender.labels.regions import WrittenRegion
from derender.labels.signs import OTHER
from derender.labels.sizes import in_proportion
from derender.labels.wording import Form, Guess, guess
from derender.networks import Block, convolution, folded, native_precision, on_device

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TextConfig:
    """Channels at the glyph's size, a half and a quarter of it; saved with the weights."""

    whole: int = 24
    half: int = 48
    quarter: int = 96


class TextNetwork(nn.Module):
    """Glyph pictures (B, 1, 32, 32) → logits (B, `OTHER` + 1)."""

    def __init__(self, config: TextConfig | None = None) -> None:
        super().__init__()
        c = config or TextConfig()
        self.body = nn.Sequential(
            convolution(1, c.whole, 3),
            *(convolution(c.whole, c.half, 2, 2), Block(c.half)),
            *(convolution(c.half, c.quarter, 2, 2), Block(c.quarter)),
            *(nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3)),
        )
        self.answer = nn.Linear(16 * c.quarter, OTHER + 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """See the class."""
        logits: Tensor = self.answer(self.body(pictures))
        return logits


class Look(NamedTuple):
    """The glyphs of a label and the probabilities (`OTHER` + 1) of each; none for what is no text."""

    glyphs: Sequence[Glyph]
    told: Sequence[Floats]


def read_together(looks: Sequence[Look]) -> tuple[Guess | None, ...]:
    """The likeliest texts of the labels of one figure, which tell of each other what they are (`sizes.py`, `company.py`)."""
    rows = [look.glyphs for look in looks]
    told = in_company(in_proportion(rows, [look.told for look in looks]))
    return tuple(guess(glyphs, probabilities) for glyphs, probabilities in zip(rows, told, strict=True))


class Recognizer:
    """The loaded network; a text is told where its probability is at least what `thresholds` has for its form."""

    def __init__(self, network: TextNetwork, temperature: float, thresholds: Mapping[Form, float], marks: MarkJudge | None = None) -> None:
        """Without a judge of `marks` what is taken for geometry stays so."""
        self.network = on_device(folded(network), torch.device("cpu"))
        self.temperature = temperature
        self.thresholds = thresholds
        self.marks = marks

    @classmethod
    def load(cls, folder: Path | None = None) -> Recognizer:
        """The shipped network; raises `ModelError`."""
        tensors, entry = load_weights("text", folder)
        try:
            network = TextNetwork(TextConfig(**entry.get("network", {})))
            network.load_state_dict(tensors)
            calibration = entry["calibration"]
            thresholds = {form: float(calibration["thresholds"][form.value]) for form in Form}
            temperature = float(calibration["temperature"])
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise ModelError("the weights of 'text' were made for another version of derender; reinstall it") from error
        return cls(network, temperature, thresholds, MarkJudge.load(folder) if MODEL in read_manifest(models_folder(folder)) else None)

    def read(
        self, regions: Sequence[WrittenRegion], writing: Floats, picture: NDArray[np.uint8], to_picture: NDArray[np.float64]
    ) -> tuple[WrittenRegion, ...]:
        """The regions of a map of writing (H, W), with the texts that are certain; the other arguments are those of `lettering`."""
        strokes = [lettering(region, writing, picture, to_picture) if _may_be_read(region) else _BLANK for region in regions]
        guesses = read_together(self.looks(strokes))
        texts = [found.text if found is not None and self.is_certain(found) else None for found in guesses]
        return tuple(replace(region, text=text) for region, text in zip(regions, texts, strict=True))

    def set_apart(self, ink: Floats, writing: Floats) -> tuple[Floats, Floats]:
        """Ink of the geometry and writing (H, W), letters that were taken for geometry put with the writing: what touches nothing and is
        judged to be one, as a whole and among what lies around it."""
        if self.marks is None:
            return ink, writing
        marks = may_be_letters(ink, writing)
        odds = self.marks(marks, ink, writing, self.seen_in)
        ink, writing = ink.copy(), writing.copy()
        for mark, found in zip(marks, odds.tolist(), strict=True):
            if found > LETTER:
                part = mark.place
                writing[part] = np.maximum(writing[part], mark.strokes)
                ink[part] = np.where(mark.strokes > 0, 0, ink[part])
        return ink, writing

    def seen_in(self, marks: Sequence[Mark]) -> Floats:
        """The probabilities (N, `OTHER` + 1) of the signs that N marks may be, each seen in one way; zero for what is no one glyph."""
        parted = [glyphs_of(mark.strokes) for mark in marks]
        single = [k for k, glyphs in enumerate(parted) if len(glyphs) == 1]
        told = np.zeros((len(marks), OTHER + 1), np.float32)
        told[single] = self._told(self._logits([parted[k][0] for k in single], _AS_IT_IS))
        return told

    def is_certain(self, found: Guess) -> bool:
        """Whether a text is told."""
        return found.probability >= self.thresholds[found.form]

    def guesses(self, labels: Sequence[Floats]) -> tuple[Guess | None, ...]:
        """The likeliest text of each label's strokes (H, W) in [0, 1], by itself; None for words and whatever else is no such text."""
        return tuple(guess(look.glyphs, look.told) for look in self.looks(labels))

    def looks(self, labels: Sequence[Floats]) -> tuple[Look, ...]:
        """What the network tells of labels' strokes (H, W) in [0, 1]."""
        parted = [glyphs_of(strokes) for strokes in labels]
        flat = [glyph for glyphs in parted for glyph in glyphs]
        first = self._logits(flat, _AS_IT_IS)
        told = _by_label(self._told(first), parted)
        found = [guess(glyphs, seen) for glyphs, seen in zip(parted, told, strict=True)]
        is_doubtful = [text is not None and _UNLIKELY < text.probability < _CERTAIN for text in found]
        again = np.flatnonzero(np.repeat(is_doubtful, [len(glyphs) for glyphs in parted]))
        others = self._logits([flat[k] for k in again.tolist()], _CHANGED)
        doubted = [glyphs if doubtful else () for glyphs, doubtful in zip(parted, is_doubtful, strict=True)]
        in_the_end = _by_label(self._told(torch.cat([first[:, again], others])), doubted)
        # What is no text at the first look is none.
        return tuple(
            Look(glyphs, seen_again or seen) if text is not None else Look((), ())
            for glyphs, seen, seen_again, text in zip(parted, told, in_the_end, found, strict=True)
        )

    @torch.inference_mode()
    def _logits(self, glyphs: Sequence[Glyph], views: Tensor) -> Tensor:
        """Logarithms of the probabilities (V, N, `OTHER` + 1) that the network gives glyphs (N) in views (V)."""
        if not glyphs:
            return torch.zeros(len(views), 0, OTHER + 1)
        pictures = torch.from_numpy(np.stack([glyph.picture for glyph in glyphs]))[:, None]
        # All glyphs are looked at in the same places.
        grids = functional.affine_grid(views, [len(views), 1, GLYPH_SIDE, GLYPH_SIDE], False)[:, None].expand(-1, len(glyphs), -1, -1, -1)
        seen = [functional.grid_sample(pictures, grid, align_corners=False) for grid in grids]
        with native_precision(pictures.device):
            answers = torch.cat([self.network(some) for some in torch.split(torch.cat(seen), _AT_ONCE)])
        return answers.float().log_softmax(-1).reshape(len(views), len(glyphs), OTHER + 1)

    def _told(self, logits: Tensor) -> Floats:
        """The probabilities (N, `OTHER` + 1) of glyphs from what the network tells of each view of them (V, N, `OTHER` + 1): its mean."""
        return np.asarray((logits.mean(0) / self.temperature).softmax(-1).numpy(), dtype=np.float32)


def _by_label(told: Floats, parted: Sequence[Sequence[Glyph]]) -> list[list[Floats]]:
    """What is told of each glyph (N, `OTHER` + 1) as the glyphs are parted between labels."""
    each = iter(told)
    return [[next(each) for _ in glyphs] for glyphs in parted]


_UNLIKELY, _CERTAIN = 0.3, 0.98
"""Probabilities of a text at the first look between which its glyphs are looked at in other ways."""

_TURN, _STRETCH, _SLANT = 0.08, 1.07, 0.12
"""Radians, a factor, and by how much of its height a glyph's top is moved to the side against its foot."""

_AT_ONCE = 512
"""Views of glyphs: more are looked at one part after the other, for the memory's sake."""

_AS_IT_IS = torch.tensor([[[1.0, 0, 0], [0, 1, 0]]])
"""A glyph as it is: the map (1, 2, 3) of its square."""

_CHANGED = torch.tensor(
    [
        *([[1, -turn, 0], [turn, 1, 0]] for turn in (_TURN, -_TURN)),
        *([[wider, 0, 0], [0, 1 / wider, 0]] for wider in (_STRETCH, 1 / _STRETCH)),
        *([[1, slant, 0], [0, 1, 0]] for slant in (_SLANT, -_SLANT)),
    ]
)
"""A glyph turned, stretched and slanted a little, as hands differ: maps (6, 2, 3) of its square."""


_BLANK: Floats = np.zeros((1, 1), np.float32)


def _may_be_read(region: WrittenRegion) -> bool:
    """Whether it is no wider than a few signs on one line: words need no closer look."""
    return region.right - region.left <= 1.5 * MOST_GLYPHS * (region.bottom - region.top)
