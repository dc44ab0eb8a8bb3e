"""Training a network on simulated examples, resumable at any step: the loop that all networks of the project share.

Example `i` of a run depends on the run's seed and on `i` alone, so a resumed run sees what an uninterrupted one would have
seen. The state to resume from is written every few minutes, atomically; the weights that ship are an exponential moving
average. Lightning Fabric chooses device and precision and spreads a run over several devices; on a laptop it does nothing.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, Subset

from derender.errors import ModelError

Tensors = tuple[Tensor, ...] | list[Tensor]


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """One run; saved with the weights that it makes."""

    steps: int = 12_000
    minutes: float | None = None
    """Ends the run earlier, by the clock: the learning rate falls with whichever of the two is nearer its end."""
    batch: int = 8
    learning_rate: float = 2e-3
    warm_up: int = 300
    weight_decay: float = 1e-4
    average: float = 0.999
    clip: float = 20.0
    """The greatest norm of a gradient."""
    seed: int = 1
    loader_workers: int = 1
    save_every_seconds: float = 120.0


class Task(Protocol):
    """What is learned: examples from their indices, and a loss."""

    def network(self) -> nn.Module:
        """A new network; every method that `loss` calls on it is among `methods`."""

    @property
    def methods(self) -> Sequence[str]:
        """The methods that `loss` calls in place of `forward`."""

    def example(self, rng: np.random.Generator, batch: int) -> tuple[Any, ...]:
        """Arrays of one example of the batch with that number; those of one batch have the same shapes."""

    def loss(self, network: Any, fields: Sequence[Tensor]) -> dict[str, Tensor]:
        """Scalar terms by name, from the fields of the examples, stacked; their sum is minimised."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run tells after a step."""

    step: int
    steps: int
    losses: dict[str, float]
    examples_a_second: float


class Simulated(Dataset[tuple[Any, ...]]):
    """Examples made on demand, each from its own index."""

    def __init__(self, task: Task, config: TrainingConfig) -> None:
        self.task = task
        self.config = config

    def __len__(self) -> int:
        return self.config.steps * self.config.batch

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        return self.task.example(np.random.default_rng([self.config.seed, index]), index // self.config.batch)


def train(task: Task, config: TrainingConfig, state_path: Path, *, start_from: Path | None = None) -> Iterator[Progress]:
    """Run (or resume, when `state_path` exists) a training, yielding `Progress` after each step; stop by not asking for more.

    A run that is resumed keeps the seed that it began with.
    `start_from` gives what a fresh run begins with (a fine-tune): a run's state, whose averaged weights are taken, or a weights file.
    """
    from lightning_fabric import Fabric

    resumed = _load_state(state_path) if state_path.exists() else None
    if resumed is not None:
        config = replace(config, seed=resumed["config"]["seed"])
    torch.manual_seed(config.seed)
    fabric = Fabric(accelerator="auto", devices=1)
    network = task.network()
    if start_from is not None and resumed is None:
        network.load_state_dict(finished_weights(start_from))
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs miss this overload
    average = torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=_moving_average(config.average), use_buffers=True)
    optimizer = torch.optim.AdamW(network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
    first, spent, began = 0, 0.0, time.monotonic()
    if resumed is not None:
        network.load_state_dict(resumed["network"])
        average.module.load_state_dict(resumed["average"])
        average.n_averaged.fill_(resumed["step"])
        optimizer.load_state_dict(resumed["optimizer"])
        first, spent = resumed["step"], resumed["seconds"]
    wrapped, optimizer = fabric.setup(network, optimizer)
    for method in task.methods:
        wrapped.mark_forward_method(method)
    average.to(fabric.device)
    examples = Subset(Simulated(task, config), range(first * config.batch, config.steps * config.batch))
    loader = fabric.setup_dataloaders(
        DataLoader(examples, batch_size=config.batch, num_workers=config.loader_workers, worker_init_fn=_one_thread)
    )
    saved = time.monotonic()
    wrapped.train()
    for step, fields in enumerate(loader, start=first + 1):
        started = time.monotonic()
        seconds = spent + started - began
        factor = _learning_rate_factor(step, seconds, config)
        for group in optimizer.param_groups:
            group["lr"] = factor * config.learning_rate
        over = config.minutes is not None and seconds > 60 * config.minutes
        losses = task.loss(wrapped, fields)
        optimizer.zero_grad(set_to_none=True)
        fabric.backward(torch.stack(list(losses.values())).sum())
        nn.utils.clip_grad_norm_(network.parameters(), config.clip)
        optimizer.step()
        average.update_parameters(network)
        if time.monotonic() - saved > config.save_every_seconds or over or step == config.steps:
            save_state(state_path, step, seconds, network, average.module, optimizer, config)
            saved = time.monotonic()
        yield Progress(step, config.steps, {k: float(v.detach()) for k, v in losses.items()}, config.batch / (time.monotonic() - started))
        if over:
            return


def _moving_average(decay: float) -> Callable[[Tensors, Tensors, Tensor | int], None]:
    """An exponential moving average that follows closely at first, so that a young average holds nothing of the random start."""

    def update(averages: Tensors, currents: Tensors, seen: Tensor | int) -> None:
        weight = 1 - min(decay, (1 + int(seen)) / (10 + int(seen)))
        for average, current in zip(averages, currents, strict=True):
            if average.is_floating_point():
                average.lerp_(current, weight)
            else:
                average.copy_(current)

    return update


def _one_thread(_: int) -> None:
    cv2.setNumThreads(1)


def _learning_rate_factor(step: int, seconds: float, config: TrainingConfig) -> float:
    """Linear warm-up, then a half cosine to 1 % of the peak."""
    if step < config.warm_up:
        return (step + 1) / config.warm_up
    by_clock = seconds / max(1e-9, 60 * config.minutes) if config.minutes is not None else 0.0
    progress = min(1.0, max((step - config.warm_up) / max(1, config.steps - config.warm_up), by_clock))
    return 0.01 + 0.99 * 0.5 * (1 + float(np.cos(np.pi * progress)))


def save_state(
    path: Path,
    step: int,
    seconds: float,
    network: nn.Module,
    average: nn.Module,
    optimizer: torch.optim.Optimizer,
    config: TrainingConfig,
) -> None:
    """Write everything that a run needs to go on; the file is replaced at once or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    state: dict[str, Any] = {
        "step": step,
        "seconds": seconds,
        "network": network.state_dict(),
        "average": average.state_dict(),
        "optimizer": optimizer.state_dict(),
        "config": asdict(config),
    }
    partial = path.with_suffix(".part")
    torch.save(state, partial)
    os.replace(partial, path)


def _load_state(path: Path) -> dict[str, Any]:
    """A state that `save_state` wrote; raises `ModelError` for anything else."""
    try:
        state = torch.load(path, weights_only=True)
    except Exception as error:  # whatever a damaged file makes the unpickler raise
        raise ModelError(f"{path}: this is not a training state, or it is damaged ({type(error).__name__})") from error
    if not isinstance(state, dict) or not {"step", "network", "average", "optimizer", "config"} <= state.keys():
        raise ModelError(f"{path}: this is not the state of a training")
    state.setdefault("seconds", 0.0)
    return state


def finished_weights(path: Path) -> dict[str, Tensor]:
    """The weights that another run can begin with or be averaged with: of a run's state, or of a safetensors file; raises `ModelError`.

    Weights that ship are therefore enough to train on from a fresh clone, where no state is left.
    """
    if path.suffix != ".safetensors":
        return averaged_weights(path)[0]
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path}: these are no weights, or they are damaged ({type(error).__name__})") from error


def averaged_weights(state_path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The weights that ship, and the step, seconds and configuration of the run that made them."""
    state = _load_state(state_path)
    return state["average"], {key: state[key] for key in ("step", "seconds", "config")}


def current_commit(root: Path) -> str:
    """The commit of the checkout at `root`, with '+' when it has changes; 'unknown' outside a checkout."""
    try:
        commit = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"], cwd=root, capture_output=True, text=True, check=True
        ).stdout.strip()
        changed = subprocess.run(
            ["git", "status", "--porcelain", "--", "core"], cwd=root, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return commit + ("+" if changed else "")
