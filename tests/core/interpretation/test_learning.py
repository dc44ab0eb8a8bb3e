"""The prior: what is learned favours the truth, features see what they name, the weights belong to the code, drawings hold their slips."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from derender.checkpoints import save_weights
from derender.errors import ModelError
from derender.interpretation.ambiguous import Slip, Sort, ambiguous_drawing
from derender.interpretation.features import NAMES, features
from derender.interpretation.learning import Competition, LearningSettings, chosen, folds, learn
from derender.interpretation.prior import BY_COST, MODEL, load_prior
from derender.language.execute import execute
from derender.language.text import parse_program
from derender.language.transform import flat_program
from derender.spec import Circle, Line, Rectangle, Spec


def competition(rng: np.random.Generator, weights: np.ndarray) -> Competition:  # type: ignore[type-arg]
    """Four candidates; the truth is drawn as the model says, with these weights."""
    found, evidence = rng.integers(0, 4, (4, len(NAMES))).astype(float), rng.normal(0, 1, 4)
    scores = evidence + found @ weights
    shares = np.exp(scores - scores.max())
    return Competition(found, evidence, int(rng.choice(4, p=shares / shares.sum())), 0)


def test_learning_finds_the_weights_that_made_the_data() -> None:
    rng = np.random.default_rng(1)
    true = np.array([-1.0, 0.5, 0, 0.8, 0, 0, 0, 0, 0, -1.5, -0.7, 0.4, -0.5, 0, 0])
    seen = [competition(rng, true) for _ in range(400)]
    learned = learn(seen, LearningSettings(penalty=0.001))
    assert np.abs(np.array(learned.weights) - true).max() < 0.5
    held_out = [competition(rng, true) for _ in range(200)]
    right, by_cost = (sum(chosen(c, prior) == c.truth for c in held_out) for prior in (learned, BY_COST))
    assert right > by_cost


def test_without_anything_to_learn_from_the_cost_stays() -> None:
    assert learn([]) == BY_COST
    unknown = Competition(np.zeros((3, len(NAMES))), np.zeros(3), None, 0)
    assert learn([unknown]) == BY_COST


def test_every_drawing_is_held_out_once() -> None:
    seen = [Competition(np.zeros((1, len(NAMES))), np.full(1, float(k)), 0, 0) for k in range(11)]
    parts = list(folds(seen, 4))
    assert Counter(c.evidence[0] for _, held_out in parts for c in held_out) == Counter(float(k) for k in range(11))
    assert all(len(rest) + len(held_out) == 11 for rest, held_out in parts)


def test_features_count_what_they_name() -> None:
    text = "for (i < 2)\n    for (j < i + 1)\n        if (j > 0)\n            line(3*i, 2*j, 3*i, 2*j + 1, arrow)\n"
    text += "        circle(3*i + 1, 5*j)\n"
    program = parse_program(text + "reflect(x = 4)\n    line(20, 20, 22, 23)\n")
    found = features(program, execute(program))
    assert (found.statements, found.loops, found.reflections, found.conditionals) == (3, 2, 1, 1)
    assert (found.short_loops, found.dependent_bounds, found.coefficients) == (1, 1, 1)
    assert found.commands == len(execute(program))
    assert found.kinds == 3
    assert found.loose_ends == 6


def test_commands_like_no_other_are_counted() -> None:
    """A line without a head has no direction; of strokes alike, the one with another head is odd."""
    row = [Line(3 * i, 0, 3 * i, 2, arrow=True) for i in range(3)]
    spec = Spec([*row, Line(9, 0, 9, 2), Line(0, 5, 4, 5), Line(4, 7, 0, 7), Rectangle(0, 9, 2, 11), Circle(6, 9), Circle(9, 9)])
    found = features(flat_program(spec), spec)
    assert (found.lone_shapes, found.odd_strokes) == (2, 1)
    turned = features(flat_program(alike := Spec([*row, Line(9, 2, 9, 0, arrow=True)])), alike)
    assert (turned.lone_shapes, turned.odd_strokes) == (1, 1)


def test_the_shipped_prior_prefers_short_programs_and_strokes_like_others() -> None:
    prior = load_prior()
    assert prior.of("cost") < 0
    assert prior.of("odd_strokes") < 0


def test_weights_of_other_features_are_refused(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    save_weights(MODEL, {"weights": torch.zeros(3)}, {"features": ["a", "b", "c"]}, tmp_path)
    with pytest.raises(ModelError, match="another version"):
        load_prior(tmp_path)


def test_drawings_repeat_and_hold_what_they_say() -> None:
    seen: Counter[Slip] = Counter()
    for seed in range(16):
        drawing = ambiguous_drawing(seed, Sort.AMBIGUOUS)
        assert np.array_equal(drawing.ink, ambiguous_drawing(seed, Sort.AMBIGUOUS).ink)
        assert drawing.ink.shape == (256, 256)
        assert 0 <= drawing.ink.min() <= drawing.ink.max() <= 1
        assert 1 <= len(drawing.slips) <= 2
        seen.update(drawing.slips)
    assert set(seen) == set(Slip)
    assert {ambiguous_drawing(seed).sort for seed in range(12)} == set(Sort)
    assert ambiguous_drawing(0, Sort.PLAIN).slips == ()
