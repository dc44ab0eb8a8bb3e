"""Handwriting as people put it beside and inside figures: words in handwriting fonts or simulated strokes, cursive, symbols, scribbles.

Fonts come from three places: packages that offer fonts (the extra `train` installs some), the folders that the variable
DERENDER_FONTS lists, and the system's folder, of which only known handwriting fonts are taken. Without any font the simulated
cursive stands for all writing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from derender.photographs.skeletons import Habits, penned

Mask = NDArray[np.uint8]

_PACKAGES = ("fontpkg_*", "font_*")
_KNOWN = (
    *("breip", "dkg", "femkeklaver", "humor", "kristi", "rufscript", "stevehand", "delphine", "tomson", "comicneue", "dancingscript"),
    *("ecolier", "yusei", "klee", "caveat", "indie", "kalam", "marker", "shadows", "amatic", "patrick", "reenie", "gochi", "architects"),
    *("handlee", "schoolbell", "covered", "homemade", "just-another", "nanum-pen", "intuitive"),
)
"""Parts of the file names of fonts that look like somebody's hand."""

_GIVEN = ("*.[to]tf", "*-latin-400-normal.woff2", "*-greek-400-normal.woff2")
"""Files of fonts in folders that are given; fonts made for the web come in one file for each alphabet, here of those that labels need."""

_RENDERED = 40
"""Pixels of a letter's nominal height when it is rasterised, before it is brought to its size."""

_MANY = 0.25
"""Part of boxes that are filled with many lines."""

_ASTRAY, _OFTEN_ASTRAY = 0.14, 0.2
"""Of a box's size: how far from its middle words stand where somebody takes little care (the standard deviation), so that they cross its
outline; and how often that is."""

_VOWELS, _CONSONANTS = "aeiou", "bcdfghklmnprstvwyz"
_GREEK = "αβγδθλμπσφω"
_SIGNS = "+-=<>?!*/&%#"


@lru_cache(maxsize=1)
def fonts() -> tuple[Path, ...]:
    """The handwriting fonts that are there, sorted by name."""
    folders = [Path(p) for p in os.environ.get("DERENDER_FONTS", "").split(os.pathsep) if p]
    packaged = [f for p in sys.path if p.endswith("packages") for pattern in _PACKAGES for f in Path(p).glob(f"{pattern}/files/*.[to]tf")]
    given = [f for folder in folders for pattern in _GIVEN for f in folder.rglob(pattern)]
    system = Path("/usr/share/fonts")
    shared = [f for f in (system.rglob("*.[to]tf") if system.is_dir() else ()) if any(k in f.name.lower() for k in _KNOWN)]
    return tuple(sorted({f.name: f for f in (*shared, *packaged, *given)}.values(), key=lambda f: f.name))


@lru_cache(maxsize=256)
def _font(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), _RENDERED)


@dataclass(frozen=True, slots=True)
class Writer:
    """One person's writing: the font, or the habits of who needs none (neither: simulated cursive), its slant and lean in radians, how
    uneven it is."""

    font: Path | None
    slant: float
    lean: float
    unevenness: float
    habits: Habits | None = None


def sample_writer(rng: np.random.Generator) -> Writer:
    """A person at random."""
    there = fonts()
    cursive = not there or rng.random() < 0.2
    font = None if cursive else there[int(rng.integers(len(there)))]
    return Writer(font, float(rng.normal(0.05, 0.15)), float(rng.normal(0, 0.05)), float(rng.uniform(0, 2.5)))


def sample_text(rng: np.random.Generator, most_words: int = 4) -> str:
    """What is written: a symbol, a formula, a number, words in one to three lines."""
    kind = rng.random()
    if kind < 0.22:
        return _letter(rng) + (str(rng.integers(0, 10)) if rng.random() < 0.3 else "")
    if kind < 0.32:
        return f"{_word(rng, 1)[:4]}{_one_of(rng, '=<>+')}{rng.integers(0, 200)}"
    if kind < 0.38:
        return str(rng.integers(0, 2000))
    if kind < 0.42:
        return f"{_letter(rng)}({_letter(rng)})"
    words = [_word(rng, int(rng.integers(1, 4))) for _ in range(int(rng.integers(1, most_words + 1)))]
    if len(words) > 1 and rng.random() < 0.7:
        cut = int(rng.integers(1, len(words)))
        return " ".join(words[:cut]) + "\n" + " ".join(words[cut:])
    return " ".join(words)


def sample_lines(rng: np.random.Generator) -> str:
    """Many lines of a word or two, as people fill a box with what it does."""
    lines = [[_word(rng, int(rng.integers(1, 4))) for _ in range(1 if rng.random() < 0.7 else 2)] for _ in range(int(rng.integers(3, 6)))]
    return "\n".join(" ".join(words) for words in lines)


def written(text: str, writer: Writer, height: float, thickness: float, rng: np.random.Generator) -> Mask:
    """`text` as strokes, 255 = ink, cut to what is drawn; letters are about `height` pixels high, strokes `thickness` wide."""
    enlarged = _RENDERED / max(2.0, 1.5 * height)
    wanted = thickness * enlarged
    flat = _flat(text, writer, wanted, rng)
    rows, columns = flat.shape
    scale = 1 / enlarged
    angle = writer.lean + rng.normal(0, 0.03)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = scale * turn @ np.array([[rng.uniform(0.85, 1.15), -writer.slant], [0, 1]])
    corners = np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)], dtype=np.float64) @ matrix.T
    low, high = corners.min(0) - 1, corners.max(0) + 1
    width, tall = (int(np.ceil(v)) for v in high - low)
    if writer.unevenness and columns > 8:
        shift = rng.normal(0, writer.unevenness, max(2, columns // 24)).astype(np.float32)
        offset = cv2.resize(shift[None], (columns, 1), interpolation=cv2.INTER_CUBIC)[0]
        grid_x, grid_y = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32))
        flat = np.asarray(cv2.remap(flat, grid_x, grid_y + offset[None], cv2.INTER_LINEAR), dtype=np.uint8)
    if scale < 0.7:
        flat = np.asarray(cv2.GaussianBlur(flat, (0, 0), 0.4 / scale), dtype=np.uint8)
    out = cv2.warpAffine(flat, np.column_stack([matrix, -low]), (width, tall), flags=cv2.INTER_LINEAR)
    return np.asarray(out, dtype=np.uint8)


def paste(layer: Mask, mark: Mask, x: float, y: float) -> None:
    """Lay `mark` on `layer` in place, its middle at (x, y); what lies outside is cut off."""
    rows, columns = mark.shape
    left, top = round(x - columns / 2), round(y - rows / 2)
    x1, y1, x2, y2 = max(0, left), max(0, top), min(layer.shape[1], left + columns), min(layer.shape[0], top + rows)
    if x1 < x2 and y1 < y2:
        part = layer[y1:y2, x1:x2]
        np.maximum(part, mark[y1 - top : y2 - top, x1 - left : x2 - left], out=part)


def write_in(writing: Mask, box: tuple[float, float, float, float], writer: Writer, thickness: float, rng: np.random.Generator) -> None:
    """Some text that about fits a box (left, top, right, bottom), laid on `writing` in place; now and then too wide, as people write."""
    left, top, right, bottom = box
    many = rng.random() < _MANY
    text = sample_lines(rng) if many else sample_text(rng, int(rng.integers(1, 5)))
    rows, letters = text.count("\n") + 1, max(len(line) for line in text.split("\n"))
    # Many fill their boxes with large letters, which touch the outline.
    fill = rng.uniform(0.85, 1.3) if many or rng.random() < 0.35 else rng.uniform(0.35, 0.9)
    room = fill * min((bottom - top) / (1.9 * rows), 1.6 * (right - left) / letters)
    height = float(np.clip(room, 5.5, 60))
    if height > 0.9 * (bottom - top):
        return
    mark = written(text, writer, height, min(thickness * rng.uniform(0.7, 1.05), 0.28 * height), rng)
    stray = _ASTRAY if rng.random() < _OFTEN_ASTRAY else 0.05
    x = (left + right) / 2 + rng.normal(0, stray) * (right - left)
    paste(writing, mark, x, (top + bottom) / 2 + rng.normal(0, stray) * (bottom - top))


def scribble(size: float, thickness: float, rng: np.random.Generator, low: float = 1.0) -> Mask:
    """A crossing-out: a zigzag or a coil about `size` pixels wide; its turns are `low` times as high as they would be."""
    turns = int(rng.integers(3, 12))
    t = np.linspace(0, 1, 24 * turns)
    wave = np.sin(2 * np.pi * turns * t + rng.uniform(0, 6))
    x = t + rng.uniform(0, 0.15) * np.cos(2 * np.pi * turns * t)
    points = np.stack([x * size, (0.5 + 0.45 * wave * rng.uniform(0.3, 1)) * size * low * rng.uniform(0.3, 0.9)], -1)
    points += np.cumsum(rng.normal(0, 0.006 * size, points.shape), 0)
    return _stroked([points], thickness)


def _letter(rng: np.random.Generator) -> str:
    pool = _one_of(rng, ["abcdefghijkmnpqrstuvwxyz", "ABCDEFGHKLMNPQRSTUVWXYZ", "0123456789", _GREEK, _SIGNS])
    return _one_of(rng, pool)


def _word(rng: np.random.Generator, syllables: int) -> str:
    parts = [
        _one_of(rng, _CONSONANTS) + _one_of(rng, _VOWELS) + (_one_of(rng, "nrstl") if rng.random() < 0.4 else "") for _ in range(syllables)
    ]
    text = "".join(parts)
    return text.upper() if rng.random() < 0.12 else text.capitalize() if rng.random() < 0.3 else text


def _one_of(rng: np.random.Generator, choices: Sequence[str]) -> str:
    return choices[int(rng.integers(len(choices)))]


def _flat(text: str, writer: Writer, thickness: float, rng: np.random.Generator) -> Mask:
    """Text as a mask of letters `_RENDERED` pixels high, upright."""
    if writer.font is not None:
        return _set(text, writer.font, thickness)
    strokes = [] if writer.habits is None else penned(text, writer.habits, rng)
    return _stroked([_CAPITAL * stroke for stroke in strokes], thickness) if strokes else _cursive(text, thickness, rng)


_CAPITAL = 0.7 * _RENDERED
"""Pixels of a capital's height in most fonts."""


def _set(text: str, path: Path, thickness: float) -> Mask:
    """Text in a font, strokes widened towards `thickness`; signs that the font lacks are left out."""
    font = _font(path)
    text = "".join(c if c.isspace() or has_sign(path, c) else "x" for c in text)
    left, top, right, bottom = ImageDraw.Draw(Image.new("L", (1, 1))).multiline_textbbox((0, 0), text, font=font)
    widened = max(0, round((thickness - 0.07 * _RENDERED) / 2))
    room = widened + 2
    picture = Image.new("L", (max(1, int(right - left)) + 2 * room, max(1, int(bottom - top)) + 2 * room), 0)
    ImageDraw.Draw(picture).multiline_text((room - left, room - top), text, font=font, fill=255, align="center")
    flat = np.array(picture, dtype=np.uint8)
    if not widened:
        return flat
    pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * widened + 1, 2 * widened + 1))
    return np.asarray(cv2.dilate(flat, pen), dtype=np.uint8)


@lru_cache(maxsize=8192)
def has_sign(path: Path, sign: str) -> bool:
    """Whether a font draws a sign otherwise than what stands for signs that it lacks."""
    font = _font(path)
    return bytes(font.getmask(sign)) != bytes(font.getmask("\uffff"))


def _cursive(text: str, thickness: float, rng: np.random.Generator) -> Mask:
    """Loops and arches in place of letters: what writing looks like when nobody can read it."""
    strokes, wide = [], 0.45 * _RENDERED
    for row, line in enumerate(text.split("\n")):
        x = rng.uniform(0, wide)
        for word in line.split():
            n = max(1, len(word))
            t = np.linspace(0, n, 10 * n)
            knots = rng.uniform(0.25, 0.6, n + 1)
            tall = np.where(rng.random(n + 1) < 0.25, rng.uniform(0.7, 1.0, n + 1), knots)
            reach = np.interp(t, np.arange(n + 1), tall) * 0.5 * _RENDERED
            sway = np.interp(t, np.arange(n + 1), rng.uniform(-0.4, 0.6, n + 1)) * wide * 0.6
            along = x + t * wide * 0.7 + sway * np.sin(2 * np.pi * t)
            up = reach * np.cos(2 * np.pi * t + np.interp(t, np.arange(n + 1), rng.uniform(-0.8, 0.8, n + 1)))
            strokes.append(np.stack([along, 1.25 * _RENDERED * row - up], -1))
            x += n * wide * 0.7 + wide
    return _stroked(strokes, thickness)


def _stroked(strokes: Sequence[NDArray[np.float64]], thickness: float) -> Mask:
    """Polylines (N, 2) as a mask cut to what is drawn."""
    reach = thickness + 2
    points = np.concatenate(strokes)
    low = points.min(0) - reach
    width, height = (int(np.ceil(v)) for v in points.max(0) + reach - low)
    out = np.zeros((max(1, height), max(1, width)), np.uint8)
    scaled = [np.rint((s - low) * 16).astype(np.int32)[:, None] for s in strokes]
    cv2.polylines(out, scaled, False, 255, max(1, round(thickness)), cv2.LINE_AA, 4)
    return out
