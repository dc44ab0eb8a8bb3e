"""The models that can be trained, each by one command: what they learn, how long, and how they are saved."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from derender.checkpoints import models_folder, save_weights
from derender.end_to_end.network import WriterConfig
from derender.end_to_end.training import WriterTask
from derender.errors import InputError, OptionError
from derender.eye import EyeConfig
from derender.labels.recognition import TextConfig
from derender.paper.network import PaperConfig
from derender.paper.one_shot import OneShotConfig, OneShotTask
from derender.paper.training import PaperTask
from derender.perception.closeup import CloseUpConfig
from derender.perception.closeup_targets import CloseUpTask
from derender.perception.likelihood import LikelihoodConfig
from derender.perception.likelihood_targets import LikelihoodTask
from derender.perception.network import ReaderConfig
from derender.perception.training import ReaderTask
from derender.photo.network import InkConfig
from derender.photographs.letter_training import TextTask, calibrated
from derender.photographs.reading import photographed_drawing
from derender.photographs.training import InkTask
from derender.photographs.writing import fonts
from derender.report import errors, progress
from derender.training.loop import Task, TrainingConfig, averaged_weights, current_commit, finished_weights, train
from derender.training.names import NAMES
from derender.training.shapes import ShapeTask
from derender.training.ways import WayTask


def _nothing(_: Mapping[str, Tensor]) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Model:
    """A task with its usual run and the network's sizes; `about` gives what the manifest further tells of trained weights."""

    task: Task
    config: TrainingConfig
    network: Any
    about: Callable[[Mapping[str, Tensor]], dict[str, Any]] = _nothing


MODELS: dict[str, Model] = {
    "reader": Model(
        ReaderTask(others=0.25, draw_others=photographed_drawing), TrainingConfig(learning_rate=1.5e-3, warm_up=200), ReaderConfig()
    ),
    "closeup": Model(
        CloseUpTask(others=0.25, draw_others=photographed_drawing),
        TrainingConfig(batch=12, learning_rate=2e-3, warm_up=200, seed=5),
        CloseUpConfig(),
    ),
    "likelihood": Model(LikelihoodTask(), TrainingConfig(steps=6_000, warm_up=200, seed=3), LikelihoodConfig()),
    "ink": Model(
        InkTask(),
        TrainingConfig(steps=12_000, batch=6, learning_rate=2.5e-3, warm_up=80, average=0.998, clip=5.0, save_every_seconds=90.0),
        InkConfig(),
        lambda _: {"fonts": [font.name for font in fonts()]},
    ),
    "shapes": Model(
        ShapeTask(),
        TrainingConfig(
            steps=12_000, batch=4, learning_rate=1.5e-3, warm_up=100, weight_decay=1e-2, average=0.998, clip=5.0, seed=2, loader_workers=2
        ),
        EyeConfig(),
    ),
    "ways": Model(
        WayTask(),
        TrainingConfig(
            steps=12_000, batch=4, learning_rate=1.5e-3, warm_up=100, weight_decay=1e-2, average=0.998, clip=5.0, loader_workers=2
        ),
        EyeConfig(),
    ),
    "paper": Model(PaperTask(), TrainingConfig(steps=20_000, warm_up=200, clip=5.0), PaperConfig()),
    "one-shot": Model(OneShotTask(), TrainingConfig(steps=10_000, batch=16, warm_up=100, clip=5.0), OneShotConfig()),
    "end-to-end": Model(
        WriterTask(),
        TrainingConfig(steps=10_000, batch=32, warm_up=100, average=0.998, clip=1.0, seed=7, loader_workers=0),
        WriterConfig(),
    ),
    "text": Model(
        TextTask(), TrainingConfig(steps=3_000, batch=64, learning_rate=3e-3, warm_up=60, average=0.995, clip=5.0), TextConfig(), calibrated
    ),
}
"""By name; those of `names.NAMES` that are missing here are fitted or learned by commands of their own."""


def model(name: str) -> Model:
    """The model of that name; raises `OptionError`."""
    if name not in MODELS:
        raise OptionError(f"there is no model {name!r} to train; known: {', '.join(NAMES)}")
    return MODELS[name]


def run(name: str, state: Path, steps: int | None, minutes: float | None, fine_tune: Path | None) -> None:
    """Train until the configured number of steps or minutes, or until interrupted: the state is on disk either way."""
    chosen = model(name)
    if fine_tune is not None and not fine_tune.is_file():
        raise InputError(f"{fine_tune}: there is no such state to start from")
    if steps is not None and steps < 1:
        raise OptionError(f"the number of steps must be at least 1, not {steps}")
    if minutes is not None and not minutes > 0:
        raise OptionError(f"the number of minutes must be positive, not {minutes}")
    # One core: a second thread would take the other from whoever sits at the machine.
    torch.set_num_threads(1)
    config = replace(chosen.config, steps=steps or chosen.config.steps, minutes=minutes)
    if fine_tune is not None:
        # A further run of the same weights sees other examples than the runs before it.
        config = replace(config, seed=int(hashlib.sha256(fine_tune.read_bytes()).hexdigest()[:8], 16))
    with progress() as bar:
        task = bar.add_task("training", total=config.steps)
        for told in train(chosen.task, config, state, start_from=fine_tune):
            text = " ".join(f"{name} {loss:.3f}" for name, loss in told.losses.items())
            bar.update(task, completed=told.step, description=f"{text} · {told.examples_a_second:.0f} examples/s")
            if not errors.is_terminal and told.step % 50 == 0:
                sys.stderr.write(f"step {told.step}/{told.steps}: {text}\n")


def _mean(tensors: Mapping[str, Tensor], others: Mapping[str, Tensor], path: Path) -> dict[str, Tensor]:
    """Of two networks' weights, the other one's from `path`; what is no fraction (a count of batches) is the first one's."""
    if {key: tensor.shape for key, tensor in tensors.items()} != {key: tensor.shape for key, tensor in others.items()}:
        raise InputError(f"{path}: the state is of another network")
    return {key: (tensor + others[key]) / 2 if tensor.is_floating_point() else tensor for key, tensor in tensors.items()}


def _told_of(path: Path) -> dict[str, Any]:
    """What the manifest tells of a run whose weights went into a mean."""
    if path.suffix == ".safetensors":
        return {"weights": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    _, made = averaged_weights(path)
    return {"finished_steps": made["step"], "seconds": round(made["seconds"])}


def export(name: str, state: Path, models: Path | None, mean_with: Path | None = None) -> str:
    """Write the averaged weights of `state` as the model of that name; the sentence that tells so.

    With `mean_with`, another run's state or a weights file, the mean of both: a run that was fine-tuned on other drawings keeps what
    it knew of the first ones (Wortsman et al., Robust fine-tuning of zero-shot models, 2022).
    """
    chosen = model(name)
    for path in (state, *([mean_with] if mean_with is not None else [])):
        if not path.is_file():
            raise InputError(f"{path}: there is no such training state")
    tensors, made = averaged_weights(state)
    if mean_with is not None:
        others = finished_weights(mean_with)
        tensors = _mean(tensors, others, mean_with)
        made["mean_with"] = _told_of(mean_with)
    about = {
        "command": f"derender train {name} --steps {made['config']['steps']}",
        "commit": current_commit(Path(__file__).resolve().parents[3]),
        "date": datetime.now(UTC).date().isoformat(),
        "network": asdict(chosen.network),
        "training": {**made["config"], "finished_steps": made["step"], "seconds": round(made["seconds"])},
        **({"mean_with": made["mean_with"]} if "mean_with" in made else {}),
        **chosen.about(tensors),
    }
    path = save_weights(name, tensors, about, models or models_folder())
    return f"wrote {path}: {made['step']} steps of {made['config']['batch']} examples"
