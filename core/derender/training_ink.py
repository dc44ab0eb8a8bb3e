"""The ink network's training from the command line: progress on the terminal, weights with their manifest entry at the end."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import torch

from derender.checkpoints import models_folder, save_weights
from derender.errors import InputError, OptionError
from derender.perception.training import averaged_weights, current_commit
from derender.photo.network import InkConfig
from derender.photographs.training import InkTrainingConfig, train_ink
from derender.photographs.writing import fonts
from derender.report import errors, progress


def run_ink(state: Path, steps: int | None) -> None:
    """Train until the configured number of steps, or until interrupted: the state is on disk either way."""
    if steps is not None and steps < 1:
        raise OptionError(f"the number of steps must be at least 1, not {steps}")
    # One core: a second thread would take the other from whoever sits at the machine.
    torch.set_num_threads(1)
    config = InkTrainingConfig() if steps is None else InkTrainingConfig(steps=steps)
    with progress() as bar:
        task = bar.add_task("training", total=config.steps)
        for told in train_ink(config, state):
            text = " ".join(f"{name} {loss:.3f}" for name, loss in told.losses.items())
            bar.update(task, completed=told.step, description=f"{text} · {told.images_a_second:.0f} images/s")
            if not errors.is_terminal and told.step % 50 == 0:
                sys.stderr.write(f"step {told.step}/{told.steps}: {text} · {told.images_a_second:.1f} images/s\n")


def export_ink(state: Path, models: Path | None) -> str:
    """Write the averaged weights of `state` as the model 'ink'; the sentence that tells so."""
    if not state.is_file():
        raise InputError(f"{state}: there is no such training state")
    tensors, run = averaged_weights(state)
    about = {
        "command": f"derender train ink --steps {run['config']['steps']}",
        "commit": current_commit(Path(__file__).resolve().parents[2]),
        "date": datetime.now(UTC).date().isoformat(),
        "network": asdict(InkConfig()),
        "training": {**run["config"], "finished_steps": run["step"], "fonts": [font.name for font in fonts()]},
    }
    path = save_weights("ink", tensors, about, models or models_folder())
    return f"wrote {path}: {run['step']} steps of {run['config']['batch']} photographs"
