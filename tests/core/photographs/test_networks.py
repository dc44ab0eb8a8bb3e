"""Simulated networks: nodes apart from each other, each line from outline to outline and through no third node."""

from __future__ import annotations

import math

import numpy as np
import pytest

from derender.photographs.diagrams import draw_diagram, random_diagram
from derender.photographs.networks import Network, random_network
from derender.photographs.pen_strokes import middle_of

CANVAS = (420, 700)


@pytest.fixture(scope="module")
def networks() -> list[Network]:
    return [random_network(np.random.default_rng(seed), CANVAS, 130.0) for seed in range(80)]


@pytest.mark.parametrize("canvas", [CANVAS, (300, 300), (130, 700), (700, 160)])
def test_nodes_lie_apart_on_their_canvas(canvas: tuple[int, int]) -> None:
    for network in (random_network(np.random.default_rng(seed), canvas, 130.0) for seed in range(80)):
        corners = np.array(network.boxes).reshape(-1, 2)
        assert (corners > 0).all()
        assert (corners < canvas[::-1]).all()
        assert len(network.boxes) >= 2
        middles = np.array([middle_of(box) for box in network.boxes])
        apart = np.hypot(*(middles[:, None] - middles).transpose(2, 0, 1)) + np.diag([math.inf] * len(middles))
        assert apart.min() > network.width


def test_lines_lead_from_outline_to_outline_through_no_third_node(networks: list[Network]) -> None:
    for network in networks:
        middles = np.array([middle_of(box) for box in network.boxes])
        radii = np.array([(box[2] - box[0]) / 2 for box in network.boxes])
        for link in network.links:
            levels = np.array([np.hypot(*(middles - end).T) / radii for end in link.path])
            assert levels.min(1) == pytest.approx([1, 1], abs=0.5)
            ends = levels.argmin(1)
            assert ends[0] != ends[1]
            points = np.linspace(*link.path, 60)
            others = np.delete(np.hypot(*(points[:, None] - middles).transpose(2, 0, 1)) / radii, ends, axis=1)
            assert others.min(initial=math.inf) > 1.1


def test_lines_of_layers_cross(networks: list[Network]) -> None:
    assert max(len(network.links) for network in networks) >= 12
    assert np.mean([len(network.links) > 0 for network in networks]) > 0.9


def test_some_diagrams_are_networks_with_heads_or_without() -> None:
    seeds = [np.random.default_rng(seed) for seed in range(120)]
    diagrams = [(rng, random_diagram(rng, CANVAS, 130.0)) for rng in seeds]
    round_ones = [(rng, d) for rng, d in diagrams if len(d.shapes) > 3 and {s.kind for s in d.shapes} == {"circle"} and d.links]
    assert 4 < len(round_ones) < 40
    assert {d.arrows.head == "none" for _, d in round_ones} == {True, False}
    rng, diagram = round_ones[0]
    sketch = draw_diagram(rng, diagram, CANVAS)
    assert sketch.geometry.shape == CANVAS
    assert sketch.geometry.any()
