"""The ink network: any size that fits its steps, the same answers fused."""

from __future__ import annotations

import pytest
import torch

from derender.photo.network import MAPS, STEP, InkConfig, InkNetwork
from derender.photo.separation import Separator

SMALL = InkConfig(8, 8, 8, 8)


@pytest.mark.parametrize(("rows", "columns"), [(STEP, STEP), (2 * STEP, 5 * STEP)])
def test_every_pixel_gets_an_answer(rows: int, columns: int) -> None:
    with torch.inference_mode():
        assert InkNetwork(SMALL).eval()(torch.rand(2, 3, rows, columns)).shape == (2, len(MAPS), rows, columns)


def test_folding_the_normalisation_changes_nothing() -> None:
    torch.manual_seed(3)
    network = InkNetwork(SMALL)
    light = torch.rand(2, 3, 2 * STEP, 2 * STEP)
    network(light)  # statistics other than those of the start
    network.eval()
    with torch.inference_mode():
        before = network(light)
        assert torch.allclose(network.fused()(light), before, atol=1e-4)


@pytest.mark.parametrize("shape", [(1, 1), (45, 300), (64, 64)])
def test_maps_have_the_picture_s_size(shape: tuple[int, int]) -> None:
    import numpy as np

    maps = Separator(InkNetwork(SMALL), torch.device("cpu")).maps(np.full((*shape, 3), 230, np.uint8))
    for channel in (maps.geometry, maps.writing, maps.ruling, maps.page):
        assert channel.shape == shape
        assert channel.dtype == np.float32
        assert 0 <= channel.min() <= channel.max() <= 1
