"""Fits which pieces of writing are strokes of the figure (`photo/pieces.py`).

    python -m derender.training.pieces [--photographs N]

Simulated photographs of both kinds, drawings on a lattice and diagrams on none, are developed with the shipped ink network. What each
piece that it takes for writing really is, is held against its measurements by logistic regression; the weights that are printed belong
into `photo/pieces.py`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from derender.photo.develop import develop
from derender.photo.pieces import Rows, pieces_of
from derender.photo.separation import Separator
from derender.photographs.examples import photograph_straight
from derender.training.opening import sketched

FIRST_SEED = 700_000

_RIDGE = 0.3
"""Of weights in standard deviations, so that each counts as much."""

_OWN, _OTHER = 0.6, 0.4
"""A piece is what at least the first part of it shows, where less than the second shows the other thing."""


class Labelled(NamedTuple):
    """Pieces (N): measurements (N, 7), whether each is a stroke of the figure, and pixels."""

    measurements: Rows
    is_stroke: NDArray[np.bool_]
    area: Rows


def labelled(seed: int, separator: Separator) -> Labelled | None:
    """The pieces of the photograph of that seed, those that are of both kinds left out; None of a scan, which is not developed."""
    example = photograph_straight(np.random.default_rng([seed, 12]), sketched(seed)[0])
    development = develop(example.picture, separator, mended=lambda maps: maps)
    if development.is_scan or development.seen is None:
        return None
    maps, to_picture = development.seen
    pieces = pieces_of(maps)
    count, number = len(pieces.measurements), pieces.number.ravel()
    area = np.bincount(number, minlength=count + 1)[1:].astype(np.float64)
    height, width = pieces.number.shape
    layers = [cv2.warpPerspective(target, np.linalg.inv(to_picture), (width, height)) for target in example.targets[:2]]
    # The network's strokes are a pixel wider than what is drawn.
    wide = [cv2.dilate(layer, np.ones((3, 3), np.uint8)).ravel() > 100 for layer in layers]
    drawn, written = (np.bincount(number, layer, count + 1)[1:] / np.maximum(1, area) for layer in wide)
    is_stroke = (drawn > _OWN) & (written < _OTHER)
    known = is_stroke | ((written > _OWN) & (drawn < _OTHER))
    return Labelled(pieces.measurements[known], is_stroke[known], area[known])


def fitted(pieces: Labelled) -> Rows:
    """The weights (7) of greatest likelihood, each piece counted by the root of its size, by Newton's method."""
    middle, spread = pieces.measurements.mean(0), pieces.measurements.std(0) + 1e-9
    middle[0], spread[0] = 0.0, 1.0
    rows, counts = (pieces.measurements - middle) / spread, np.sqrt(pieces.area)
    counts /= counts.mean()
    weights, ridge = np.zeros(rows.shape[1]), np.diag([1e-6] + [_RIDGE] * (rows.shape[1] - 1))
    for _ in range(40):
        told = 1 / (1 + np.exp(-(rows @ weights).clip(-30, 30)))
        slope = rows.T @ (counts * (pieces.is_stroke - told)) - ridge @ weights
        weights += np.linalg.solve(rows.T @ (rows * (counts * told * (1 - told))[:, None]) + ridge, slope)
    weights /= spread
    weights[0] -= weights[1:] @ middle[1:]
    return np.asarray(weights)


def moved(pieces: Labelled, weights: Rows, enough: float) -> dict[str, float]:
    """The parts of strokes' and of writing's pixels that are held to be strokes where the log odds are beyond `enough`."""
    chosen = pieces.measurements @ weights > enough
    strokes, writing = pieces.is_stroke, ~pieces.is_stroke
    parts = {"strokes": chosen & strokes, "writing": chosen & writing}
    whole = {"strokes": strokes, "writing": writing}
    return {name: round(float(pieces.area[part].sum() / max(1.0, pieces.area[whole[name]].sum())), 4) for name, part in parts.items()}


def main() -> None:
    """Fit on three quarters of the photographs, tell how well that does on the rest, and print."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--photographs", type=int, default=750)
    pieces = list(_all_labelled(arguments.parse_args().photographs))
    fitted_on = 3 * len(pieces) // 4
    weights = fitted(_together(pieces[:fitted_on]))
    rest = _together(pieces[fitted_on:])
    told = {str(enough): moved(rest, weights, enough) for enough in (0.0, 0.5, 1.0, 1.5, 2.0)}
    sys.stdout.write(json.dumps({"weights": np.round(weights, 2).tolist(), "pieces": len(rest.area), "moved": told}, indent=2) + "\n")


def _all_labelled(count: int) -> Iterator[Labelled]:
    separator = Separator.load(torch.device("cpu"))
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        found = labelled(seed, separator)
        if found is not None:
            yield found


def _together(pieces: list[Labelled]) -> Labelled:
    return Labelled(*(np.concatenate(values) for values in zip(*pieces, strict=True)))


if __name__ == "__main__":
    main()
