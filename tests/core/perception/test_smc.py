"""The particle filter: it finds what its model says, forgets what explains nothing, and repeats itself for one seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from derender.perception.proposals import Choice, Group, Proposals
from derender.perception.smc import FilterSettings, Particle, particle_filter, resampled
from derender.spec import Circle, Command, Line, Rectangle, Spec

TRUTH = Spec([Circle(2, 2), Rectangle(5, 1, 8, 4), Line(3, 2, 5, 2, True)])
NOISE = (Line(0, 9, 4, 9), Circle(12, 12))


class Known:
    """A model that knows the truth: sure of the circle, doubtful of the rest, blind for the arrow until the box is explained."""

    def __init__(self, noise: float = 0.3) -> None:
        self.noise = noise
        self.looks: list[int] = []

    def propose(self, explanations: Sequence[Spec]) -> Sequence[Proposals]:
        self.looks.append(len(explanations))
        return [tuple(self._groups(spec)) for spec in explanations]

    def _groups(self, spec: Spec) -> list[Group]:
        odds: dict[Command, float] = {Circle(2, 2): 0.97, Rectangle(5, 1, 8, 4): 0.6, **dict.fromkeys(NOISE, self.noise)}
        if Rectangle(5, 1, 8, 4) in spec:
            odds[Line(3, 2, 5, 2, True)] = 0.9
        return [Group((Choice((c,), p),), 1 - p) for c, p in odds.items() if c not in spec]

    def log_likelihood(self, specs: Sequence[Spec]) -> Sequence[float]:
        return [-4.0 * (len(TRUTH - s) + len(s - TRUTH)) for s in specs]

    def explained(self, spec: Spec) -> bool:
        return all(c in spec for c in TRUTH)


def test_particles_end_at_what_explains_the_drawing() -> None:
    *_, last = particle_filter(Known(), FilterSettings(particles=40, rounds=(0.8, 0.0, 0.0, 0.0)), np.random.default_rng(1))
    assert sum(p.spec == TRUTH for p in last) > 30


def test_a_first_round_takes_what_is_sure_alone() -> None:
    first = next(iter(particle_filter(Known(), FilterSettings(), np.random.default_rng(1))))
    assert {p.spec for p in first} <= {Spec(), Spec([Circle(2, 2)])}
    assert sum(p.spec == Spec([Circle(2, 2)]) for p in first) > len(first) / 2


def test_distinct_specs_are_looked_at_once_each_round() -> None:
    model = Known()
    list(particle_filter(model, FilterSettings(particles=50, most_distinct=3), np.random.default_rng(2)))
    assert model.looks[0] == 1
    assert all(looked <= 3 for looked in model.looks)


def test_particles_that_explain_everything_are_not_looked_at_again() -> None:
    class Sure(Known):
        def _groups(self, spec: Spec) -> list[Group]:
            return [Group((Choice((c,), 1.0),), 0.0) for c in TRUTH if c not in spec]

    model = Sure()
    (only,) = particle_filter(model, FilterSettings(), np.random.default_rng(1))
    assert {p.spec for p in only} == {TRUTH}
    assert model.looks == [1]


def test_one_seed_gives_one_run_and_another_another() -> None:
    runs = [tuple(particle_filter(Known(), FilterSettings(), np.random.default_rng(seed))) for seed in (3, 3, 4)]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_commands_that_clash_never_stand_together() -> None:
    long, short = Line(0, 0, 6, 0), Line(0, 0, 3, 0)

    class Torn(Known):
        def _groups(self, spec: Spec) -> list[Group]:
            return [Group((Choice((c,), 0.9),), 0.1) for c in (long, short) if c not in spec]

    for population in particle_filter(Torn(), FilterSettings(), np.random.default_rng(0)):
        assert not any(long in p.spec and short in p.spec for p in population)


@pytest.mark.parametrize("heavy", [0, 7])
def test_resampling_follows_the_weights(heavy: int) -> None:
    particles = [Particle(Spec([Circle(k, 1)]), 0.0, log_weight=0.0 if k != heavy else 5.0) for k in range(20)]
    drawn = resampled(particles, 20, np.random.default_rng(5))
    assert len(drawn) == 20
    assert sum(p.spec == particles[heavy].spec for p in drawn) >= 16
    assert {p.log_weight for p in drawn} == {0.0}
