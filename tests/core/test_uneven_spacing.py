"""What a hand spaces unevenly is read onto a regular lattice, and how far beside it the drawing lies is told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from camera import tidy_hand
from numpy.typing import NDArray
from PIL import Image
from telephone import telephone
from typer.testing import CliRunner
from unevenly import SPECS, drawn_unevenly

from derender.cli import app
from derender.evaluation import normalised
from derender.language.execute import execute
from derender.language.text import parse_program
from derender.pipeline import Pipeline
from derender.rendering.pencil import Placement, draw_by_hand
from derender.settings import InferSettings
from derender.spec_json import spec_from_json

pytestmark = pytest.mark.slow

SPEC = execute(
    parse_program(
        """for (i < 3)
    if (i > 0)
        line(5*i - 3, 6, 5*i, 6, arrow)
    circle(5*i + 1, 6)
    rectangle(5*i, 0, 5*i + 3, 2)
    line(5*i + 1, 2, 5*i + 1, 5, arrow)
"""
    )
)
COLUMNS = np.array([-2.0, 0, 3, 5, 8, 10, 13, 15])
ROWS = np.array([-2.0, 0, 2, 5, 7, 9])
CELL = 64


@dataclass(frozen=True, slots=True)
class Aside(Placement):
    """A placement of which columns and rows lie elsewhere than on the lattice: `across` and `down` are where `COLUMNS` and `ROWS` lie."""

    across: NDArray[np.float64]
    down: NDArray[np.float64]

    def to_pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = [np.interp(points[..., 0], COLUMNS, self.across), np.interp(points[..., 1], ROWS, self.down)]
        return Placement.to_pixels(self, np.stack(moved, -1))


def photographed(folder: Path, by: float, seed: int) -> Path:
    """Three columns and two rows of shapes, each column and row about `by` cells beside its place, to one side or the other: gaps of two
    cells are up to `by` wider or narrower, as a part of their width."""
    rng = np.random.default_rng(seed)
    aside = by * rng.choice([-1, 1], 5) * rng.uniform(0.75, 1, 5)
    across = COLUMNS + np.concatenate([[0], np.repeat(aside[:3], 2), [0]])
    down = ROWS + np.concatenate([[0], np.repeat(aside[3:], 2), [0]])
    height, width = 11 * CELL, 19 * CELL
    matrix = np.array([[CELL, 0, 2 * CELL], [0, -CELL, height - 2 * CELL]], dtype=np.float64)
    ink = draw_by_hand(SPEC, tidy_hand(rng), Aside(matrix, across, down), (height, width), rng)
    path = folder / f"uneven{seed}.jpg"
    Image.fromarray(telephone(ink, seed, paper="plain", pen="blue", side=1400)).save(path, quality=92)
    return path


def test_unequal_spacing_becomes_regular_and_its_residual_is_told(tmp_path: Path) -> None:
    """In five of six tries at least, with gaps up to 15 % wider or narrower."""
    pictures = [photographed(tmp_path, 0.15, seed) for seed in range(6)]
    found = CliRunner().invoke(app, ["infer", *map(str, pictures), "--json", "--top", "1"])
    assert found.exit_code == 0, found.output
    told = [json.loads(line) for line in found.stdout.splitlines()]
    regular = [normalised(spec_from_json(one["interpretations"][0]["spec"])) == normalised(SPEC) for one in told]
    assert sum(regular) >= 5
    residuals = [one["lattice"]["residual"] for one in told]
    # Where all happens to lie to the same side it is only elsewhere.
    assert np.mean(residuals) > 0.08
    assert 0.12 < max(residuals) < 0.3


@pytest.mark.parametrize("name", SPECS)
def test_gaps_that_are_off_become_equal_though_it_adds_up(name: str, pipeline: Pipeline) -> None:
    """In three of four drawings at least, each gap with a standard deviation of 15 %."""
    kind = list(SPECS).index(name)
    read = [pipeline.read(drawn_unevenly(SPECS[name], 0.15, 100 * kind + number), InferSettings()) for number in range(4)]
    assert sum(normalised(readings[0].spec) == normalised(SPECS[name]) for _, readings in read) >= 3
    assert any(lattice is not None and lattice.residual > 0.08 for lattice, _ in read)


def test_the_residual_of_even_spacing_is_small_and_is_told_to_people_too(tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["infer", str(photographed(tmp_path, 0.0, 1)), "--top", "1"])
    assert found.exit_code == 0, found.output
    (line,) = [line for line in found.stdout.splitlines() if "cells beside the lattice" in line]
    residual = float(line.split("cells beside the lattice")[0].split("·")[-1])
    assert residual < 0.09
