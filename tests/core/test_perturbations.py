"""Perturbed pictures: what changes, what stays."""

from __future__ import annotations

import numpy as np
import pytest

from derender.errors import OptionError
from derender.perturbations import PERTURBATIONS, perturbation
from derender.rendering.raster import render
from derender.spec import Circle, Line, Rectangle, Spec

GREY = 255 - render(Spec([Circle(4, 4), Rectangle(8, 8, 14, 12), Line(2, 14, 6, 12, True)]), width_cells=16, height_cells=16)


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_a_perturbed_picture_is_another_one_and_the_same_for_one_seed(name: str) -> None:
    change = perturbation(name)
    one, two = (change.apply(GREY, np.random.default_rng(1)) for _ in range(2))
    assert one.dtype == np.uint8
    assert (one == two).all()
    assert one.shape != GREY.shape or (one != GREY).any()
    assert (one.shape == GREY.shape) == change.registered


@pytest.mark.parametrize("name", ["left", "right", "smaller", "larger"])
def test_nothing_is_cropped_where_the_lattice_moves(name: str) -> None:
    ink = 255.0 - perturbation(name).apply(GREY, np.random.default_rng(0))
    area = {"smaller": 0.64, "larger": 1.44}.get(name, 1.0)
    assert ink.sum() == pytest.approx(area * (255.0 - GREY).sum(), rel=0.05)
    border = np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]])
    assert not border.any()


def test_worn_strokes_are_thinner() -> None:
    ink = 255.0 - perturbation("eroded").apply(GREY, np.random.default_rng(0))
    assert 0.1 < ink.sum() / (255.0 - GREY).sum() < 0.8


def test_an_unknown_name_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(OptionError, match="known: blur, specks"):
        perturbation("fog")
