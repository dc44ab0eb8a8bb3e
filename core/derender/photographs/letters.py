"""Labels that the recognizer is trained, calibrated and measured on: glyphs and short texts in handwriting fonts, distorted by hand.

For training people who need no font write, too (`skeletons.py`): few fonts that look like a hand have Greek letters. Whole families of
fonts are kept apart for calibration and for measuring, so that what is told of the recognizer holds for hands that it never saw. Only
fonts with licences that ask nothing of what is made with them are taken (Open Font Licence, Apache, BSD).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.labels.signs import DIGITS, KINDS, LOWER, UPPER, as_tex
from derender.labels.wording import Form
from derender.photographs.skeletons import sample_habits
from derender.photographs.subscripts import sample_run, sign_of, with_script
from derender.photographs.writing import Mask, Writer, fonts, has_sign, paste, sample_text, scribble, written
from derender.rendering.pencil import elastic

Floats = NDArray[np.float32]
Use = Literal["training", "calibration", "measuring"]


@dataclass(frozen=True, slots=True)
class Family:
    """Fonts whose file names begin so: their licence, what they are used for, and whether their small letters are small capitals."""

    begins: str
    licence: str
    use: Use = "training"
    capitals_only: bool = False


FAMILIES = (
    Family("AmaticSC", "OFL-1.1", capitals_only=True),
    Family("BecauseWe", "OFL-1.1", capitals_only=True),
    Family("Breip", "OFL-1.0"),
    Family("breipfont", "OFL-1.0"),
    Family("Caveat", "OFL-1.1"),
    Family("ComicNeue", "OFL-1.1"),
    Family("DancingScript", "OFL-1.1"),
    Family("Ecolier", "OFL-1.1"),
    Family("GFSNeohellenic", "OFL-1.1"),
    Family("GFSOlga", "OFL-1.1"),
    Family("Humor", "OFL-1.1", capitals_only=True),
    Family("IndieFlower", "OFL-1.1"),
    Family("KleeOne", "OFL-1.1"),
    Family("Kristi", "OFL-1.1"),
    Family("PermanentMarker", "Apache-2.0", capitals_only=True),
    Family("annie-use-your-telescope", "OFL-1.1"),
    Family("bad-script", "OFL-1.1"),
    Family("balsamiq-sans", "OFL-1.1"),
    Family("caveat-brush", "OFL-1.1"),
    Family("cedarville-cursive", "OFL-1.1"),
    Family("comic-relief", "OFL-1.1"),
    Family("covered-by-your-grace", "OFL-1.1"),
    Family("delicious-handrawn", "OFL-1.1"),
    Family("finger-paint", "OFL-1.1"),
    Family("gaegu", "OFL-1.1"),
    Family("gloria-hallelujah", "OFL-1.1"),
    Family("homemade-apple", "Apache-2.0"),
    Family("itim", "OFL-1.1"),
    Family("kiwi-maru", "OFL-1.1"),
    Family("liu-jian-mao-cao", "OFL-1.1"),
    Family("long-cang", "OFL-1.1"),
    Family("marck-script", "OFL-1.1"),
    Family("nanum-pen-script", "OFL-1.1"),
    Family("patrick-hand", "OFL-1.1"),
    Family("playpen-sans", "OFL-1.1"),
    Family("poor-story", "OFL-1.1"),
    Family("rock-salt", "Apache-2.0", capitals_only=True),
    Family("shantell-sans", "OFL-1.1"),
    Family("sriracha", "OFL-1.1"),
    Family("sue-ellen-francisco", "OFL-1.1"),
    Family("swanky-and-moo-moo", "OFL-1.1"),
    Family("twinkle-star", "OFL-1.1"),
    Family("yomogi", "OFL-1.1"),
    Family("YOz", "OFL-1.1"),
    Family("GFSSolomos", "OFL-1.1", "calibration"),
    Family("Intuitive", "OFL-1.1", "calibration"),
    Family("Kalam", "OFL-1.1", "calibration"),
    Family("TomsonTalks", "OFL-1.1", "calibration", capitals_only=True),
    Family("dkg", "OFL-1.1", "calibration"),
    Family("gochi-hand", "OFL-1.1", "calibration"),
    Family("mansalva", "OFL-1.1", "calibration"),
    Family("neucha", "OFL-1.1", "calibration"),
    Family("schoolbell", "Apache-2.0", "calibration"),
    Family("short-stack", "OFL-1.1", "calibration"),
    Family("setofont", "OFL-1.1", "calibration"),
    Family("kiloji", "BSD-3-Clause", "measuring"),
    Family("ShadowsIntoLight", "OFL-1.1", "measuring"),
    Family("YuseiMagic", "OFL-1.1", "measuring"),
    Family("architects-daughter", "OFL-1.1", "measuring"),
    Family("delius", "OFL-1.1", "measuring"),
    Family("handlee", "OFL-1.1", "measuring"),
    Family("reenie-beanie", "OFL-1.1", "measuring"),
    Family("the-girl-next-door", "OFL-1.1", "measuring"),
    Family("zen-kurenaido", "OFL-1.1", "measuring"),
)
"""Fonts that are not listed here are not taken."""

_WORDS = 0.15
"""The part of examples that is no text that can be read: words, cursive, scribbles, pieces of letters."""


class Label(NamedTuple):
    """Strokes (H, W) in [0, 1], and their text as TeX; None for a word. `signs` are those of the text, one for each glyph, `family` is
    how the font's name begins."""

    strokes: Floats
    text: str | None
    signs: str = ""
    family: str = ""

    @property
    def form(self) -> Form | None:
        """What the text is made of; None for a word."""
        if self.text is None:
            return None
        return Form.SIGN if len(self.signs) == 1 else Form.NUMBER if self.text == self.signs else Form.SUBSCRIPTED


class Hand(NamedTuple):
    """Somebody who labels a figure: how, and how high capitals are in pixels. Signs that the font lacks are in another one."""

    writer: Writer
    height: float


class Writing(NamedTuple):
    """A label as it was written, with some paper around it: strokes (H, W), 255 = ink, and what `Label` tells of them."""

    mask: Mask
    text: str | None
    signs: str
    family: str


@cache
def fonts_for(use: Use) -> dict[Path, Family]:
    """The fonts that are there for that use, sorted by name."""
    listed = {font: family for font in fonts() for family in FAMILIES if font.name.startswith(family.begins)}
    return {font: family for font, family in listed.items() if family.use == use}


def sample_glyph(rng: np.random.Generator, use: Use) -> tuple[Floats, str | None]:
    """Strokes of one sign in [0, 1], and the sign; None for strokes that are none."""
    if rng.random() < _WORDS:
        return _worn(_no_sign(rng, use), rng), None
    sign = sign_of(rng, KINDS)
    return _worn(_drawn(sign, _writer(rng, use, sign), rng), rng), sign


def sample_labels(rng: np.random.Generator, use: Use, count: int) -> list[Label]:
    """So many labels by one hand."""
    writings = sample_writings(rng, use, sample_hand(rng, use), count)
    return [Label(_worn(writing.mask, rng), writing.text, writing.signs, writing.family) for writing in writings]


def sample_hand(rng: np.random.Generator, use: Use) -> Hand:
    """Somebody at random.

    Letters are 18 to 45 pixels high, each factor as likely: a third to a half of the shapes, as they are shown to the ink network.
    """
    return Hand(_writer(rng, use, "Aa"), float(np.exp(rng.uniform(np.log(18), np.log(45)))))


def sample_writings(rng: np.random.Generator, use: Use, hand: Hand, count: int) -> list[Writing]:
    """So many labels by a hand as they were written, before anything wore them: signs, runs of signs with subscripts, numbers, words."""
    found: list[Writing] = []
    while len(found) < count:
        found += _run(rng, use, hand) if rng.random() < _RUNS else [_plain(rng, use, hand)]
    return found[:count]


def sample_row(rng: np.random.Generator, use: Use) -> list[Label]:
    """Three to six labels of a figure by one hand that follow each other: a, b, c, more often than not from the first one on."""
    hand, count = sample_hand(rng, use), int(rng.integers(3, 7))
    row = (LOWER, LOWER, UPPER, DIGITS)[int(rng.integers(4))]
    first = 0 if rng.random() < 0.6 else int(rng.integers(len(row) - count + 1))
    labels = []
    for sign in row[first : first + count]:
        writer = _able_writer(rng, use, sign, hand)
        labels.append(Label(_worn(_drawn(sign, writer, rng, _height(rng, hand)), rng), sign, sign, _family(writer)))
    return labels


_RUNS = 0.1
"""So often labels are a run, which makes about a fifth of them signs with subscripts."""


def _plain(rng: np.random.Generator, use: Use, hand: Hand) -> Writing:
    """A sign, a number or a word."""
    kind = rng.random()
    if kind < 0.56:
        text = sign_of(rng, KINDS)
        tex, signs = as_tex(text), text
    elif kind < 0.69:
        text = tex = signs = str(rng.integers(10, 1000))
    else:
        text, tex, signs = _word(rng), None, ""
    writer = _able_writer(rng, use, signs or LOWER + DIGITS, hand)
    return Writing(_drawn(text, writer, rng, _height(rng, hand)), tex, signs, _family(writer))


def _height(rng: np.random.Generator, hand: Hand) -> float:
    """How high a label of a hand is: no two are alike."""
    return hand.height * float(np.exp(rng.normal(0, 0.08)))


def _able_writer(rng: np.random.Generator, use: Use, signs: str, hand: Hand) -> Writer:
    """The hand's writer, or somebody else who has the signs."""
    able = hand.writer.habits is not None or any(hand.writer.font in family for family in _able(use, signs))
    return hand.writer if able else _writer(rng, use, signs)


_WITHOUT_FONT = 12
"""So many families of fonts the people who need none stand for in training."""


def _writer(rng: np.random.Generator, use: Use, signs: str) -> Writer:
    """Somebody at random who can write all the signs; families are as likely as each other, however many fonts they have."""
    families = _able(use, signs)
    if use == "training" and rng.random() * (_WITHOUT_FONT + len(families)) < _WITHOUT_FONT:
        return Writer(None, *_bearing(rng), sample_habits(rng))
    if not families:
        raise ValueError(f"no font for {use} has {signs}: set DERENDER_FONTS to a folder with the fonts of the model card")
    same = families[int(rng.integers(len(families)))]
    font = same[int(rng.integers(len(same)))]
    return Writer(font, *_bearing(rng))


def _bearing(rng: np.random.Generator) -> tuple[float, float, float]:
    """Slant, lean and unevenness of somebody's writing."""
    return float(rng.normal(0.03, 0.13)), float(rng.normal(0, 0.05)), float(rng.uniform(0, 2.0))


@cache
def _able(use: Use, signs: str) -> tuple[tuple[Path, ...], ...]:
    """The fonts that have all the signs, by family."""
    families: dict[str, tuple[Path, ...]] = {}
    for font, family in fonts_for(use).items():
        small_capitals = family.capitals_only and any(sign in LOWER for sign in signs)
        if not small_capitals and all(has_sign(font, sign) for sign in signs):
            families[family.begins] = (*families.get(family.begins, ()), font)
    return tuple(families.values())


def _family(writer: Writer) -> str:
    """How the name of a writer's font begins."""
    return next((f.begins for f in FAMILIES if writer.font is not None and writer.font.name.startswith(f.begins)), "")


def _drawn(text: str, writer: Writer, rng: np.random.Generator, height: float | None = None) -> Mask:
    """Text with some paper around it, letters about 12 to 45 pixels high unless `height` says so."""
    tall = height or float(np.exp(rng.uniform(np.log(12), np.log(45))))
    thickness = max(1.5, tall * float(rng.uniform(0.05, 0.2)))
    return np.pad(written(text, writer, tall, thickness, rng), 3)


def _run(rng: np.random.Generator, use: Use, hand: Hand) -> list[Writing]:
    """Signs with subscripts: one and the same sign more often than not, with subscripts that follow each other.

    For training every foot has any sign: the network tells by its looks what a sign is, not by its place.
    """
    found = []
    for base, script in sample_run(rng):
        foot = sign_of(rng, KINDS) if use == "training" else script
        writer = _able_writer(rng, use, base, hand)
        by = _able_writer(rng, use, foot, hand._replace(writer=writer))
        height = _height(rng, hand)
        large, small = _drawn(base, writer, rng, height), _drawn(foot, by, rng, height * float(rng.uniform(0.45, 0.75)))
        found.append(Writing(with_script(large, small, base, height, rng), as_tex(base, foot), base + foot, _family(writer)))
    return found


def _no_sign(rng: np.random.Generator, use: Use) -> Mask:
    """Strokes that are no sign: several letters in one, simulated cursive, a scribble, a piece of a letter, strokes of a figure."""
    kind, height = rng.random(), float(rng.uniform(12, 40))
    if kind < 0.3:
        # Letters or digits written in one go: no paper between them.
        pool = LOWER if rng.random() < 0.6 else DIGITS
        marks = [written(_one_of(rng, pool), _writer(rng, use, pool), height, 0.12 * height, rng) for _ in range(int(rng.integers(2, 5)))]
        layer = np.zeros((max(m.shape[0] for m in marks) + 8, sum(m.shape[1] for m in marks) + 8), np.uint8)
        x = 4.0
        for mark in marks:
            paste(layer, mark, x + mark.shape[1] / 2, layer.shape[0] - 4 - mark.shape[0] / 2)
            x += 0.85 * mark.shape[1]
        return layer
    if kind < 0.55:
        cursive = Writer(None, float(rng.normal(0.05, 0.15)), 0.0, float(rng.uniform(0, 2)))
        return _drawn(sample_text(rng, 1), cursive, rng)
    if kind < 0.65:
        return np.pad(scribble(float(rng.uniform(15, 50)), float(rng.uniform(1.5, 4)), rng), 3)
    whole = _drawn(_one_of(rng, LOWER + UPPER), _writer(rng, use, LOWER + UPPER), rng)
    if kind < 0.85:
        cut, rows, columns = float(rng.uniform(0.35, 0.65)), *whole.shape
        keep = whole[: round(cut * rows)] if rng.random() < 0.5 else whole[:, : round(cut * columns)]
        return np.pad(keep, 3)
    side = int(rng.integers(20, 60))
    layer = np.zeros((side, side), np.uint8)
    for _ in range(int(rng.integers(2, 5))):
        ends = rng.integers(3, side - 3, 4).tolist()
        cv2.line(layer, tuple(ends[:2]), tuple(ends[2:]), 255, int(rng.integers(1, 4)), cv2.LINE_AA)
    return layer


def _word(rng: np.random.Generator) -> str:
    """Two letters or more."""
    while True:
        word = sample_text(rng, 2)
        if sum(sign in LOWER for sign in word) > 1:
            return word


def _worn(mask: Mask, rng: np.random.Generator) -> Floats:
    """Strokes as the map of writing shows them: bent a little, soft, now and then broken or eaten away."""
    strokes: Floats = mask.astype(np.float32) / np.float32(255)
    if rng.random() < 0.7:
        strokes = elastic(strokes, float(rng.uniform(0, 0.04)) * max(strokes.shape), rng)
    strokes = np.asarray(cv2.GaussianBlur(strokes, (0, 0), float(rng.uniform(0.4, 1.1))), dtype=np.float32)
    if rng.random() < 0.3:
        coarse = rng.normal(0, 1, (6, 6)).astype(np.float32)
        texture = cv2.resize(coarse, (mask.shape[1], mask.shape[0]), interpolation=cv2.INTER_CUBIC)
        strokes *= np.clip(1.15 - 0.25 * np.abs(texture), 0, 1)
    level = float(rng.uniform(0.2, 0.45))
    return np.asarray(np.clip((strokes - level) / 0.25 + 0.5, 0, 1), dtype=np.float32)


def _one_of(rng: np.random.Generator, choices: tuple[str, ...] | str) -> str:
    return choices[int(rng.integers(len(choices)))]
