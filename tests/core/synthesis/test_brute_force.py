"""Certificates: on tiny specs the least cost is what trying all programs finds."""

from __future__ import annotations

from random import Random

import pytest
from brute_force import least_cost

from derender.spec import Circle, Command, Line, Rectangle, Spec
from derender.synthesis import synthesize


def tiny_spec(seed: int) -> Spec:
    """Three to five commands close together, so that loops and reflections often pay."""
    random = Random(seed)
    count = random.choice((3, 4, 4, 5))
    match random.randrange(4):
        case 0 | 1:
            places = [(x, y) for x in range(random.choice((2, 3, 4))) for y in range(random.choice((2, 3)))]
            return Spec(Circle(x, y) for x, y in random.sample(places, min(count, len(places))))
        case 2:
            return Spec(Line(x, 0, x, 1 + random.randrange(3), random.random() < 0.3) for x in range(min(count, 4)))
        case _:
            return Spec(_anything(random) for _ in range(count))


def _anything(random: Random) -> Command:
    x1, y1 = random.randrange(3), random.randrange(3)
    width, height = random.randint(1, 2), random.randint(1, 2)
    return random.choice(
        (Circle(x1, y1), Rectangle(x1, y1, x1 + width, y1 + height), Line(x1, y1, x1 + width, y1, True), Line(x1, y1, x1, y1 + 1))
    )


def check(spec: Spec) -> None:
    found = synthesize(spec)
    assert found.optimal
    assert found.lower_bound_thirds == found.cost_thirds
    assert found.cost_thirds == least_cost(spec)


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_least_costs_are_those_of_trying_all_programs(seed: int) -> None:
    check(tiny_spec(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, *range(6, 40)])
def test_least_costs_of_many_more_specs(seed: int) -> None:
    check(tiny_spec(seed))
