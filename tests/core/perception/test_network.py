"""The network's shapes, its freedom of size, and that it can learn."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from derender.perception.lattice import registered_lattice
from derender.perception.losses import Batch, LossWeights, reader_loss
from derender.perception.network import CIRCLES, CORNERS, DENSE_CHANNELS, LINE_CLASSES, ReaderNetwork
from derender.perception.targets import make_example


@pytest.fixture(scope="module")
def network() -> ReaderNetwork:
    torch.manual_seed(0)
    return ReaderNetwork()


@pytest.mark.parametrize(("rows", "columns"), [(17, 17), (5, 9), (2, 2)])
def test_heads_answer_for_every_lattice_point_of_any_canvas(network: ReaderNetwork, rows: int, columns: int) -> None:
    with torch.inference_mode():
        features = network.eval().features(torch.zeros(2, 2, 16 * rows, 16 * columns))
        assert network.lattice_logits(features).shape == (2, CIRCLES + CORNERS + 1, rows, columns)
        assert network.dense_logits(features).shape == (2, DENSE_CHANNELS, 4 * rows, 4 * columns)
        assert network.line_logits(features, torch.rand(2, 3, 4) * 30).shape == (2, 3, 1 + len(LINE_CLASSES))
        assert network.rectangle_logits(features, torch.rand(2, 5, 4, 2) * 30).shape == (2, 5)


def test_a_batch_answers_as_each_of_its_images_alone(network: ReaderNetwork) -> None:
    images = torch.rand(3, 2, 80, 80)
    segments = torch.rand(3, 4, 4) * 80
    with torch.inference_mode():
        network.eval()
        together = network.line_logits(network.features(images), segments)
        alone = torch.cat([network.line_logits(network.features(images[k : k + 1]), segments[k : k + 1]) for k in range(3)])
    assert torch.allclose(together, alone, atol=1e-4)


def test_lattice_points_are_the_middles_of_coarse_cells() -> None:
    to_picture = registered_lattice(256, 256, 16).canvas_matrix()
    assert (to_picture @ (8, 8, 1)).tolist() == [0, 0]  # lattice (0, 16), the picture's top left corner
    assert (to_picture @ (56, 264, 1)).tolist() == [48, 256]  # lattice (3, 0)


@pytest.mark.slow
def test_a_few_steps_on_one_batch_lower_every_loss() -> None:
    torch.manual_seed(1)
    network = ReaderNetwork()
    examples = [make_example(np.random.default_rng([9, k]), off_lattice=0.3) for k in range(4)]
    batch = Batch(*(torch.from_numpy(np.stack(field)) for field in zip(*examples, strict=True)))
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
    history = []
    for _ in range(25):
        losses = reader_loss(network, network.features(batch.canvas), batch, LossWeights())
        optimizer.zero_grad()
        torch.stack(list(losses.values())).sum().backward()
        optimizer.step()
        history.append({name: float(loss.detach()) for name, loss in losses.items()})
    assert all(history[-1][name] < history[0][name] for name in history[0])
