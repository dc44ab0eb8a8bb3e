"""The close look at single strokes: what it cuts out, that neither end comes first, and what its opinion changes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from derender.perception.closeup import CloseUpNetwork
from derender.perception.closeup_targets import CloseUpTask
from derender.perception.network import LINE_CLASSES, LineClass
from derender.perception.opinions import CloseUps, Opinions, PoolWeights
from derender.perception.reader import canvas_of
from derender.pipeline import Pipeline
from derender.rendering.pencil import simulate
from derender.spec import Line, Spec

SEGMENTS = torch.tensor([[[24.0, 40.0, 120.0, 40.0], [24.0, 40.0, 24.0, 200.0], [60.0, 60.0, 76.0, 44.0]]])
HEADED = LineClass(head_first=False, head_second=True, dashed=False)


class Headed(CloseUpNetwork):
    """Says of every segment that it has a head at its second end, and counts how often it is asked."""

    asked = 0

    def forward(self, ink: torch.Tensor, segments: torch.Tensor) -> torch.Tensor:
        self.asked += segments.shape[1]
        logits = ink.new_zeros(*segments.shape[:2], 9)
        logits[..., 1 + LINE_CLASSES.index(HEADED)] = 4.0
        return logits


def turned(segments: torch.Tensor) -> torch.Tensor:
    return segments[..., [2, 3, 0, 1]]


def test_exchanged_ends_exchange_the_answer() -> None:
    torch.manual_seed(0)
    network = CloseUpNetwork().fused()
    ink = torch.rand(1, 1, 272, 272)
    order = [0, *(1 + LINE_CLASSES.index(LineClass(c.head_second, c.head_first, c.dashed)) for c in LINE_CLASSES)]
    with torch.inference_mode():
        torch.testing.assert_close(network(ink, turned(SEGMENTS)), network(ink, SEGMENTS)[..., order], atol=1e-4, rtol=1e-4)


def test_only_ink_near_a_stroke_counts() -> None:
    network = CloseUpNetwork().fused()
    near, far = torch.zeros(1, 1, 272, 272), torch.zeros(1, 1, 272, 272)
    near[..., 38:42, 24:120] = 1
    far[..., 150:160, 200:260] = 1
    with torch.inference_mode():
        blank, with_far, with_near = (network(i, SEGMENTS[:, :1]) for i in (torch.zeros_like(near), far, near))
    torch.testing.assert_close(blank, with_far)
    assert not torch.allclose(blank, with_near)


def test_examples_hold_true_lines_and_others() -> None:
    task = CloseUpTask()
    ink, segments, classes = task.example(np.random.default_rng(3), 0)
    assert ink.shape == (1, 272, 272)
    assert segments.shape == (len(classes), 4)
    assert {0, -1} & set(classes.tolist())
    assert (classes > 0).any()
    network = task.network()
    losses = task.loss(network, [torch.from_numpy(field)[None] for field in (ink, segments, classes)])
    losses["lines"].backward()
    assert torch.isfinite(losses["lines"])


@pytest.mark.parametrize(("arrow", "dashed"), [(False, False), (True, False), (True, True), (False, True)])
def test_shipped_weights_tell_heads_and_dashes(pipeline: Pipeline, *, arrow: bool, dashed: bool) -> None:
    ink = canvas_of(simulate(Spec([Line(3, 4, 12, 9, arrow, dashed)]), 16, 16, seed=4, damaged=False))
    segments = torch.tensor([[3 * 16 + 8.0, 272 - 4 * 16 - 8.0, 12 * 16 + 8.0, 272 - 9 * 16 - 8.0]])
    (answer,) = pipeline.reader.networks.close_ups(torch.from_numpy(ink), segments)
    assert int(answer.argmax()) == 1 + LINE_CLASSES.index(LineClass(head_first=False, head_second=arrow, dashed=dashed))


def test_an_opinion_counts_only_for_what_may_be_a_line() -> None:
    network = Headed()
    close_ups = CloseUps(network, PoolWeights(1.0, 1.0, 0.0), torch.device("cpu"))
    opinions = Opinions(close_ups, np.zeros((272, 272), np.float32))
    answers = np.full((2, 9), 0.001, np.float32)
    answers[0, 0], answers[0, 1], answers[1, 0] = 0.4, 0.593, 0.999
    answers[1, 1:] = 0.001 / 8
    segments = [(0, 0, 3, 3), (1, 1, 5, 1)]
    pooled = opinions.pooled(segments, torch.zeros(2, 4), answers, something_explained=False)
    np.testing.assert_array_equal(pooled[1], answers[1])
    assert pooled[0, 1 + LINE_CLASSES.index(HEADED)] > answers[0, 1 + LINE_CLASSES.index(HEADED)]
    np.testing.assert_allclose(pooled[0].sum(), 1, rtol=1e-5)
    # What is explained the close look does not see: whether there is anything else is the verifier's to say.
    again = opinions.pooled(segments, torch.zeros(2, 4), answers, something_explained=True)
    assert again[0, 0] == answers[0, 0]
    assert network.asked == 1
