"""People, pens and scanners, one at random."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

_WORN = 1.25
"""Pixels of thickness from which something is left of a stroke that is worn from one side."""


@dataclass(frozen=True, slots=True)
class Hand:
    """One person with one pen on one scanner; lengths in pixels at 16 pixels a cell, angles in radians."""

    thickness: float
    wobble: float
    bow: float
    position_jitter: float
    size_jitter: float
    corner_overshoot: float
    end_slack: float
    roundness_noise: float
    head_length: float
    head_angle: float
    head_style: str
    dash_on: float
    dash_gap: float
    blur: float
    intensity: float
    binarise: bool
    specks: int
    erosion: float
    elastic: float
    thinning: float = 0.0
    skips: float = 0.0
    grain: float = 0.0
    grain_size: float = 4.0


def sample_hand(rng: np.random.Generator) -> Hand:
    """A person, a pen and a scanner at random."""
    careful = rng.random()
    thickness = float(np.exp(rng.uniform(math.log(1.1), math.log(3.2)))) if rng.random() < 0.7 else float(rng.uniform(1.2, 2.0))
    # A rough pen on rough paper: its strokes swell and narrow, the fine ones less, or nothing would be left of them.
    grain = float(rng.uniform(0.05, 0.3)) * min(1.0, thickness / 2) if rng.random() < 0.4 else 0.0
    head_angle, head_length = _visible_head(rng.uniform(0.35, 0.8), rng.uniform(3.5, 9.0), thickness)
    return Hand(
        thickness=thickness,
        wobble=float(rng.uniform(0.05, 0.25 + 0.6 * careful)),
        bow=float(rng.uniform(0.0, 0.008 + 0.02 * careful)),
        position_jitter=float(rng.uniform(0.1, 0.4 + 1.4 * careful)),
        size_jitter=float(rng.uniform(0.0, 0.02 + 0.06 * careful)),
        corner_overshoot=float(rng.uniform(0.2, 0.5 + 1.2 * careful)),
        end_slack=float(rng.uniform(0.3, 0.6 + 1.6 * careful)),
        roundness_noise=float(rng.uniform(0.005, 0.02 + 0.05 * careful)),
        head_length=head_length,
        head_angle=head_angle,
        head_style=str(rng.choice(["open", "open", "open", "open", "closed", "filled"])),
        dash_on=float(rng.uniform(1.5, 7.5)),
        # A gap narrower than the pen closes up and would make the label wrong.
        dash_gap=thickness + float(rng.uniform(1.2, 4.5)),
        blur=float(rng.choice([0.0, rng.uniform(0.3, 0.8), rng.uniform(0.8, 1.8)], p=[0.4, 0.35, 0.25])),
        intensity=float(rng.uniform(0.5, 1.5)),
        binarise=bool(rng.random() < 0.4),
        specks=int(rng.integers(1, 30)) if rng.random() < 0.4 else 0,
        erosion=float(rng.uniform(0.1, 0.5)) if rng.random() < 0.2 else 0.0,
        elastic=float(rng.uniform(0.3, 2.2)) if rng.random() < 0.3 else 0.0,
        thinning=_thinning(thickness - 2 * grain, rng),
        skips=float(rng.uniform(0.02, 0.15)) if rng.random() < 0.3 else 0.0,
        grain=grain,
        grain_size=float(rng.uniform(2.5, 7.0)),
    )


def undamaged(hand: Hand) -> Hand:
    """The same person with a pen and a scanner that lose nothing: what A.4 varies, strokes and places, is left to vary."""
    thickness = min(hand.thickness, 2.2)
    return replace(
        hand,
        thickness=thickness,
        dash_gap=hand.dash_gap - hand.thickness + thickness,
        blur=min(hand.blur, 0.8),
        intensity=max(hand.intensity, 0.9),
        specks=0,
        erosion=0.0,
        elastic=0.0,
        thinning=0.0,
        skips=0.0,
        grain=0.0,
    )


def _thinning(thickness: float, rng: np.random.Generator) -> float:
    """How much of what is eaten from a stroke's sides is gone: now and then all of it, also of fine strokes, that are broken then."""
    kind = rng.random()
    if kind < 0.3 and thickness >= _WORN:
        return 1.0
    return float(rng.uniform(0.4, 1.0)) * min(1.0, thickness / 2) if kind < 0.45 else 0.0


def _visible_head(angle: float, length: float, thickness: float) -> tuple[float, float]:
    """The same head, opened and lengthened where the pen is so thick that even its least variation would be hidden in the stroke."""
    spread = 0.5 * thickness + 1.3
    angle = max(angle, math.asin(spread / 6.4) / 0.75)
    return float(angle), float(max(length, spread / (0.64 * math.sin(0.75 * angle))))
