"""The learned likelihood's examples and shapes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from derender.perception.likelihood import LikelihoodNetwork
from derender.perception.likelihood_targets import density, edited, likelihood_example
from derender.perception.reader import canvas_of
from derender.perception.scenes import random_scene
from derender.perception.targets import explanation_on_canvas
from derender.pipeline import Pipeline
from derender.rendering.pencil import simulate
from derender.spec import Circle, Line, Rectangle, Spec, symmetric_difference

SHAPE = (272, 272)
SCENE = Spec([Circle(4, 4), Rectangle(7, 2, 10, 5), Line(5, 4, 7, 4, True)])


def test_densities_have_one_value_for_each_cell_of_any_canvas() -> None:
    network = LikelihoodNetwork().eval()
    with torch.inference_mode():
        out = network(torch.rand(2, 2, 48, 80))
    assert out.shape == (2, 2, 3, 5)
    assert (out >= 0).all()


def test_the_mass_of_a_difference_is_its_number_of_commands() -> None:
    for seed in range(20):
        example = likelihood_example(np.random.default_rng([4, seed]))
        assert example.densities.sum((1, 2)) == pytest.approx(np.rint(example.densities.sum((1, 2))), abs=1e-3)


def test_a_missing_head_shows_at_the_tip() -> None:
    plain = Spec([Line(2, 8, 12, 8)])
    at = density(Spec([Line(2, 8, 12, 8, True)]), plain, SHAPE)
    row, column = np.unravel_index(at.argmax(), at.shape)
    assert (row, column) == (16 - 8, 12) or (row, column) == (16 - 8, 11)
    assert at[:, :10].sum() < 0.1


def test_edits_are_none_or_a_few() -> None:
    distances = []
    for seed in range(80):
        rng = np.random.default_rng([6, seed])
        scene = random_scene(rng)
        distances.append(sum(map(len, symmetric_difference(scene, edited(scene, (16, 16), rng)))))
    assert 10 < distances.count(0) < 50
    assert 1 <= np.mean(distances) < 5


def test_edits_of_nothing_are_possible() -> None:
    assert all(len(edited(Spec(), (16, 16), np.random.default_rng(seed))) < 8 for seed in range(30))


def test_the_right_spec_differs_least(pipeline: Pipeline) -> None:
    """What the network says of a drawing beside its spec, without one of the commands, and with one too many."""
    ink = canvas_of(simulate(SCENE, 16, 16, 3))
    less = [Spec(c for c in SCENE if c != gone) for gone in SCENE]
    more = [Spec([*SCENE, extra]) for extra in (Circle(12, 12), Line(1, 14, 9, 14), Rectangle(1, 9, 5, 12))]
    canvases = np.stack([np.stack([ink, explanation_on_canvas(s, SHAPE)]) for s in (SCENE, *less, *more)])
    missing, spurious = pipeline.reader.networks.likelihood.densities(canvases).sum((-1, -2)).T
    assert (missing[1:4] > missing[0] + 0.4).all()
    assert (spurious[4:] > spurious[0] + 0.4).all()
