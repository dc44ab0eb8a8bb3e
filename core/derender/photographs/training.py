"""Training the ink network on simulated photographs, resumable at any step.

As the reader's training (`perception/training.py`): example `i` of a run depends on the run's seed and on `i` alone, the state is
written every few minutes at once or not at all, the weights that ship are an exponential moving average, and Lightning Fabric
chooses the device.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader, Dataset, Subset

from derender.perception.training import Progress, _load_state, save_state
from derender.photo.light import even_light
from derender.photo.network import InkConfig, InkNetwork
from derender.photographs.examples import make_photograph


@dataclass(frozen=True, slots=True)
class InkTrainingConfig:
    """One run; saved with the weights that it makes."""

    steps: int = 4_000
    batch: int = 5
    learning_rate: float = 2.5e-3
    warm_up: int = 150
    weight_decay: float = 1e-4
    average: float = 0.997
    seed: int = 1
    loader_workers: int = 1
    save_every_seconds: float = 120.0


class SimulatedPhotographs(Dataset[tuple[np.ndarray, np.ndarray]]):
    """Even light (3, S, S) float32 and targets (4, S, S) uint8, made on demand, each from its own index."""

    def __init__(self, config: InkTrainingConfig) -> None:
        self.config = config

    def __len__(self) -> int:
        return self.config.steps * self.config.batch

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        example = make_photograph(np.random.default_rng([self.config.seed, index]))
        return np.ascontiguousarray(even_light(example.picture).transpose(2, 0, 1)), example.targets


def ink_loss(logits: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """Losses of a batch: logits (B, 4, H, W), targets (B, 4, H, W) in [0, 1].

    Cross entropy everywhere and Dice where there are strokes; strokes are few, so pixels near them count more.
    """
    geometry, writing, ruling, page = (
        functional.binary_cross_entropy_with_logits(logits[:, k], targets[:, k], reduction="none") for k in range(4)
    )
    drawn = targets[:, :2].amax(1)
    weight = 1 + 4 * functional.max_pool2d(drawn[:, None], 5, 1, 2)[:, 0]
    overlap = [_dice(logits[:, k].sigmoid(), targets[:, k]) for k in (0, 1)]
    return {
        "geometry": (weight * geometry).mean() * 3 + 0.5 * overlap[0],
        "writing": (weight * writing).mean() * 3 + 0.5 * overlap[1],
        "ruling": 0.4 * ruling.mean(),
        "page": 0.15 * page.mean(),
    }


def _dice(found: Tensor, true: Tensor) -> Tensor:
    return 1 - (2 * (found * true).sum() + 1) / (found.sum() + true.sum() + 1)


def train_ink(config: InkTrainingConfig, state_path: Path) -> Iterator[Progress]:
    """Run (or resume, when `state_path` exists) a training, yielding `Progress` after each step; stop by not asking for more."""
    from lightning_fabric import Fabric

    torch.manual_seed(config.seed)
    fabric = Fabric(accelerator="auto", devices=1)
    network = InkNetwork(InkConfig())
    averaging = get_ema_multi_avg_fn(config.average)  # type: ignore[no-untyped-call]  # torch leaves it untyped
    average = AveragedModel(network, multi_avg_fn=averaging)
    optimizer = torch.optim.AdamW(network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _learning_rate_factor(step, config))
    first = 0
    if state_path.exists():
        state = _load_state(state_path)
        network.load_state_dict(state["network"])
        average.module.load_state_dict(state["average"])
        average.n_averaged.fill_(state["step"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        first = state["step"]
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs miss this overload
    wrapped, optimizer = fabric.setup(network, optimizer)
    average.to(fabric.device)
    examples = Subset(SimulatedPhotographs(config), range(first * config.batch, config.steps * config.batch))
    loader = fabric.setup_dataloaders(
        DataLoader(examples, batch_size=config.batch, num_workers=config.loader_workers, worker_init_fn=_one_thread)
    )
    saved = started = time.monotonic()
    wrapped.train()
    for step, (light, targets) in enumerate(loader, start=first + 1):
        logits = wrapped(light.contiguous(memory_format=torch.channels_last))
        losses = ink_loss(logits, targets.float() / 255)
        optimizer.zero_grad(set_to_none=True)
        fabric.backward(torch.stack(list(losses.values())).sum())
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        average.update_parameters(network)
        if time.monotonic() - saved > config.save_every_seconds or step == config.steps:
            # The normalisation's statistics are averages already.
            average.module.load_state_dict({k: v for k, v in network.state_dict().items() if "running_" in k}, strict=False)
            save_state(state_path, step, network, average.module, optimizer, schedule, config)  # type: ignore[arg-type]  # any dataclass
            saved = time.monotonic()
        seconds, started = time.monotonic() - started, time.monotonic()
        yield Progress(step, config.steps, {k: float(v.detach()) for k, v in losses.items()}, config.batch / seconds)


def _one_thread(_: int) -> None:
    cv2.setNumThreads(1)


def _learning_rate_factor(step: int, config: InkTrainingConfig) -> float:
    """Linear warm-up, then a half cosine to 1 % of the peak."""
    if step < config.warm_up:
        return (step + 1) / config.warm_up
    progress = min(1.0, (step - config.warm_up) / max(1, config.steps - config.warm_up))
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress))
