"""The paper's network: shapes, attention that begins where tokens point, probabilities of legal tokens, and that it learns from both
pictures."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from derender.paper import training
from derender.paper.beam import beam_search
from derender.paper.captions import captions
from derender.paper.decoding import likeliest, log_probability_of, sampled
from derender.paper.network import PaperConfig, PaperNetwork
from derender.paper.one_shot import LONGEST, VOCABULARY, OneShotConfig, OneShotNetwork, OneShotTask, sequence_of
from derender.paper.scenes import SEEN, SIDE, paper_scene, seen
from derender.paper.sight import NetworkSight, PriorTokens
from derender.paper.tokens import CELLS, LINE, SLOTS, STOP, expressible, tokens_of
from derender.paper.training import PATHS, PaperExample, PaperTask, answers_to, marks_of
from derender.paper.windows import WINDOWS
from derender.perception.targets import explanation_on_canvas
from derender.spec import Circle, Line, Rectangle, Spec
from derender.training.loop import Task

SMALL = PaperConfig(fine=8, coarse=16, features=8, hidden=8)
CPU = torch.device("cpu")


def _learned(network: nn.Module, task: Task, fields: list[torch.Tensor], steps: int) -> float:
    """The last loss of so many steps on one batch, its statistics left alone: they would not settle in so few."""
    network.eval()
    optimizer = torch.optim.AdamW(network.parameters(), lr=4e-3)
    loss = torch.tensor(0.0)
    for _ in range(steps):
        loss = torch.stack(list(task.loss(network, fields).values())).sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimizer.step()
    return float(loss.detach())


def test_features_lie_on_the_grid_and_every_token_has_a_distribution() -> None:
    torch.manual_seed(0)
    network = PaperNetwork(SMALL).eval()
    features = network(torch.rand(3, 2, SEEN, SEEN))
    assert features.shape == (3, SMALL.features, CELLS + 1, CELLS + 1)
    assert network.kinds(features).exp().sum(1).detach().numpy() == pytest.approx(np.ones(3), abs=1e-5)
    told = tokens_of(Line(3, 4, 9, 4, True))[1]
    for slot, value in enumerate(SLOTS[LINE]):
        answer = network.argument(LINE, features, torch.tensor([told[:slot]] * 3, dtype=torch.long))
        assert answer.shape == (3, value.values)
        assert answer.exp().sum(1).detach().numpy() == pytest.approx(np.ones(3), abs=1e-5)


@pytest.mark.parametrize(("slot", "middle"), [(1, (5, 8)), (2, (5, 12)), (3, (9, 12)), (4, (7, 11)), (5, (7, 11))])
def test_a_line_is_looked_for_where_the_tokens_so_far_point(slot: int, middle: tuple[int, int]) -> None:
    """The middle of the window that each token of a line from (5, 12) to (9, 10) begins with."""
    arguments = tokens_of(Line(5, 12, 9, 10, True))[1]
    slots = SLOTS[LINE][:slot]
    hot = torch.cat([torch.ones(1), *(nn.functional.one_hot(torch.tensor(v), s.values) for v, s in zip(arguments, slots, strict=False))])
    affine = WINDOWS[LINE][slot].initial(slots) @ hot.float()
    x, y = float(affine[2] + 1) * CELLS / 2, (1 - float(affine[5])) * CELLS / 2
    assert (x, y) == pytest.approx(middle)


def test_the_likeliest_commands_are_legal_distinct_and_as_probable_as_they_say() -> None:
    torch.manual_seed(1)
    network = PaperNetwork(SMALL).eval()
    features = network(torch.rand(2, 2, SEEN, SEEN)).detach()
    for row, (stop, *others) in enumerate(likeliest(network, features, 6)):
        assert stop.command is None
        commands = [told.command for told in others]
        assert len(set(commands)) == 6
        assert all(command is not None and expressible(command) for command in commands)
        again = log_probability_of(network, features[row : row + 1].expand(7, -1, -1, -1), [None, *commands])
        assert [stop.log_probability, *(t.log_probability for t in others)] == pytest.approx(again.tolist(), abs=1e-4)
        assert sorted((t.log_probability for t in others), reverse=True) == [t.log_probability for t in others]


def test_samples_are_legal_and_as_frequent_as_they_are_probable() -> None:
    prior = PriorTokens(0.25)
    ((stop, told),) = sampled(prior, torch.zeros(1, 1), 600, torch.Generator().manual_seed(3))
    assert math.exp(stop) == pytest.approx(0.25)
    assert all(t.command is not None and expressible(t.command) for t in told)
    circles = sum(isinstance(t.command, Circle) for t in told) / len(told)
    assert circles == pytest.approx(1 / 3, abs=0.07)
    expected = math.log(0.25 / (CELLS + 1) ** 2)
    assert {round(t.log_probability, 4) for t in told if isinstance(t.command, Circle)} == {round(expected, 4)}


def test_examples_have_the_next_command_first_and_answers_that_begin_alike() -> None:
    missing = Spec([Circle(5, 5), Circle(5, 9), Line(1, 1, 4, 1), Line(1, 1, 4, 3, True)])
    told = [tokens_of(command) for command in missing]
    assert missing.commands[0] == Circle(5, 9)
    # After 'circle, x = 5' the upper of the two circles comes next, whichever is decoded.
    assert answers_to(*tokens_of(Circle(5, 5)), told) == (5, 9)
    assert answers_to(*tokens_of(Line(1, 1, 4, 1)), told)[:5] == (1, 1, 3 + CELLS, 2 + CELLS, 0)
    assert marks_of(missing).sum((1, 2)).tolist() == [2, 0, 0, 1, 2]


def test_training_examples_have_their_shapes_whatever_is_drawn() -> None:
    task = PaperTask()
    for seed in range(6):
        example = task.example(np.random.default_rng(seed), 0)
        assert example.pictures.shape == (2, 2, SEEN, SEEN)
        assert example.kinds.shape == (2, PATHS)
        assert ((example.kinds[:, 0] >= 0) & (example.kinds[:, 0] <= STOP)).all()
        # Where nothing is missing no further command is, either.
        assert (example.kinds[example.kinds[:, 0] == STOP, 1:] < 0).all()


@pytest.mark.parametrize("objects", [1, 12, 25])
def test_scenes_have_as_many_objects_as_are_asked_for(objects: int) -> None:
    scene = paper_scene(np.random.default_rng(7), objects)
    assert len(scene) == objects
    assert all(expressible(command) for command in scene)


def test_a_few_steps_teach_it_one_scene_which_it_then_reads_from_drawing_and_canvas() -> None:
    """Token by token, command by command: without looking at the canvas it could not know what is left."""
    scene = Spec([Circle(3, 12), Rectangle(6, 3, 12, 8), Line(3, 11, 6, 8, True)])
    torch.manual_seed(2)
    network = PaperNetwork(SMALL)
    ink = explanation_on_canvas(scene, (SIDE, SIDE))
    examples = [_canvas_after(scene, ink, shown) for shown in range(4)]
    fields = [torch.from_numpy(np.stack(field)) for field in zip(*examples, strict=True)]
    assert _learned(network, PaperTask(aid=0.0), fields, 60) < 0.1
    sight = NetworkSight(network, ink, CPU)
    assert beam_search(sight, 2)[0][0] == scene


def _canvas_after(scene: Spec, ink: np.ndarray, shown: int) -> PaperExample:
    """A training example with one canvas that holds the first `shown` commands."""

    class Chosen:
        """Chooses the commands shown, in order, and leaves everything else as it is."""

        integers = staticmethod(lambda _: shown)
        random = staticmethod(lambda: 0.0)
        permutation = staticmethod(np.arange)

    made = training._canvas(scene, training.seen(ink), Chosen())
    return PaperExample(*(field[None] for field in made))


def test_the_one_shot_baseline_learns_to_tell_a_scene_and_tells_only_legal_tokens() -> None:
    torch.manual_seed(4)
    task = OneShotTask(clean=1.0)
    network = OneShotNetwork(OneShotConfig(fine=8, coarse=16, features=8, picture=16, embedding=8, cells=32))
    untrained = captions(network.eval(), np.zeros((SIDE, SIDE), np.float32), 2)
    assert all(expressible(command) for spec, _ in untrained for command in spec)
    scene = Spec([Circle(3, 12), Line(3, 11, 6, 8, True)])
    sequence = np.full((1, LONGEST), -1)
    tokens = sequence_of(scene.commands)
    assert max(tokens) < VOCABULARY
    sequence[:, : len(tokens)] = tokens
    ink = explanation_on_canvas(scene, (SIDE, SIDE))
    example = task.example(np.random.default_rng(0), 0)
    assert example.sequence.shape == (LONGEST,)
    pictures = torch.from_numpy(seen(ink)[None, None])
    fields = [pictures, torch.from_numpy(sequence), torch.from_numpy(marks_of(scene)[None])]
    assert _learned(network, task, fields, 160) < 0.8
    assert captions(network, ink, 2)[0][0] == scene
