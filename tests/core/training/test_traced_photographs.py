"""What judges of traced diagrams learn from: small pictures, and batches of which hardly any place holds an example."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from derender.samples import SIDE
from derender.tracing.way_features import WAY_FEATURES
from derender.training import traced_photographs
from derender.training.traced_photographs import Photographed, developed, shipped_separator, there
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


def outlined(photo: Photographed) -> float:
    """The part of the true boxes whose four sides have strokes near them."""
    drawn = np.maximum(photo.maps.geometry, photo.maps.writing) > 0.3
    found = []
    for left, top, right, bottom in photo.seen_boxes():
        reach = 0.15 * min(right - left, bottom - top)
        x, y = (left + right) / 2, (top + bottom) / 2
        middles = [(left, y), (right, y), (x, top), (x, bottom)]
        corners = [(round(a - reach), round(a + reach) + 1, round(b - reach), round(b + reach) + 1) for a, b in middles]
        found.append(all(drawn[max(0, low) : high, max(0, first) : last].any() for first, last, low, high in corners))
    return float(np.mean(found))


def test_some_pictures_are_small_and_their_truth_is_at_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def photos(part: float) -> list[Photographed]:
        monkeypatch.setattr(traced_photographs, "_SMALL", part)
        return [developed(np.random.default_rng([seed, 5]), shipped_separator()) for seed in range(8)]

    usual, small = photos(0.0), photos(1.0)
    # Of the same drawings: fewer pixels are seen, and boxes are where they were drawn.
    assert [photo.boxes for photo in small] == [photo.boxes for photo in usual]
    shrunk = [k for k, (a, b) in enumerate(zip(usual, small, strict=True)) if not np.allclose(a.to_picture, b.to_picture)]
    assert 2 <= len(shrunk) <= 7
    assert np.mean([outlined(small[k]) for k in shrunk]) > 0.6
