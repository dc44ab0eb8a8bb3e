"""The paper's DeepCoder-style baseline (A.7.1): which components does a shortest program have? And the order of searching by it.

Components are what search spaces can allow or forbid: loops, reflections, and one header within another. The model is as bilinear
as the policy. Sort-and-add searches the smallest space first and adds the likeliest component each time a search has ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from derender.policy.times import SpecTimes
from derender.spec import Spec
from derender.synthesis.policy import SPACES, Floats, spec_counts
from derender.synthesis.search_space import SearchSpace

COMPONENTS = ("loops", "reflections", "nesting")
STEPS = 500
LEARNING_RATE = 0.1
PENALTY = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class DeepCoder:
    """Weights (3, 4) for each component and feature of a spec."""

    weights: Floats

    def likely(self, spec: Spec) -> Floats:
        """(3): how probably a shortest program has each component."""
        likely: Floats = 1 / (1 + np.exp(-self.weights @ spec_counts(spec)))
        return likely

    def order(self, spec: Spec) -> tuple[SearchSpace, ...]:
        """The spaces that sort-and-add searches one after the other; the last is the whole language."""
        order = np.argsort(-self.likely(spec), kind="stable").tolist()
        return tuple(_space({COMPONENTS[number] for number in order[:allowed]}) for allowed in range(1, len(COMPONENTS) + 1))


def learn_deep_coder(corpus: Sequence[SpecTimes]) -> DeepCoder:
    """Maximises Eq. 15 over the corpus, starting from even odds.

    Of the shortest programs the one with the fewest components counts.
    """
    features = np.stack([spec_counts(times.spec) for times in corpus])
    wanted = np.array([[component in components_needed(times) for component in COMPONENTS] for times in corpus], dtype=np.float64)
    weights = np.zeros((len(COMPONENTS), features.shape[1]))
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-features @ weights.T))
        weights += LEARNING_RATE * ((wanted - likely).T @ features / len(corpus) - PENALTY * weights)
    return DeepCoder(weights)


def components_needed(times: SpecTimes) -> frozenset[str]:
    """The components of the smallest space that holds a program of the least cost."""
    spaces = [_components(space) for space, seconds in zip(SPACES, times.until_least, strict=True) if seconds is not None]
    return min(spaces, key=lambda components: (len(components), sorted(components)))


def sort_and_add_seconds(model: DeepCoder, times: SpecTimes) -> float | None:
    """The seconds until sort-and-add has a program of the least cost; None where no search of its order found one."""
    passed = 0.0
    for space in model.order(times.spec):
        number = SPACES.index(space)
        seconds = times.until_least[number]
        if seconds is not None:
            return passed + seconds
        passed += times.spaces[number].seconds
    return None


def _components(space: SearchSpace) -> frozenset[str]:
    allowed = {"loops": space.loops and space.depth > 1, "reflections": space.reflections and space.depth > 1, "nesting": space.depth > 2}
    return frozenset(component for component, is_allowed in allowed.items() if is_allowed)


def _space(components: set[str]) -> SearchSpace:
    return SearchSpace("loops" in components, "reflections" in components, False, 3 if "nesting" in components else 2)
