"""Batches of which hardly any place holds an example."""

from __future__ import annotations

import torch

from derender.tracing.samples import SIDE
from derender.tracing.way_features import WAY_FEATURES
from derender.training.traced_photographs import there
from derender.training.ways import WayTask


def test_a_batch_of_one_way_is_learned_from_and_gives_no_error() -> None:
    task = WayTask()
    network = task.network().train()
    views, features, truth = torch.zeros(1, 3, 3, 4, SIDE, SIDE), torch.randn(1, 3, len(WAY_FEATURES)), torch.tensor([[[1.0, 1, 0]] * 3])
    for counts in (torch.tensor([[1.0, 0, 0]]), torch.zeros(1, 3)):
        losses = task.loss(network, (views, features, truth * (counts[..., None] > 0), counts))
        assert all(torch.isfinite(loss) for loss in losses.values())


def test_places_without_an_example_are_left_out() -> None:
    assert there(torch.tensor([0.0, 2, 1, 0])).tolist() == [False, True, True, False]
