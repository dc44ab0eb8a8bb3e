"""One training from the command line: progress on the terminal, weights with their manifest entry at the end."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from derender.checkpoints import models_folder, save_weights
from derender.errors import InputError, OptionError
from derender.perception.network import ReaderConfig
from derender.perception.training import TrainingConfig, averaged_weights, current_commit, train_reader
from derender.report import errors, progress


def run_reader(state: Path, steps: int | None, fine_tune: Path | None) -> None:
    """Train until the configured number of steps, or until interrupted: the state is on disk either way."""
    if fine_tune is not None and not fine_tune.is_file():
        raise InputError(f"{fine_tune}: there is no such state to start from")
    if steps is not None and steps < 1:
        raise OptionError(f"the number of steps must be at least 1, not {steps}")
    config = TrainingConfig() if steps is None else TrainingConfig(steps=steps)
    with progress() as bar:
        task = bar.add_task("training", total=config.steps)
        for told in train_reader(config, state, start_from=fine_tune):
            text = " ".join(f"{name} {loss:.2f}" for name, loss in told.losses.items())
            bar.update(task, completed=told.step, description=f"{text} · {told.images_a_second:.0f} images/s")
            if not errors.is_terminal and told.step % 100 == 0:
                sys.stderr.write(f"step {told.step}/{told.steps}: {text}\n")


def export_reader(state: Path, models: Path | None) -> str:
    """Write the averaged weights of `state` as the model 'reader'; the sentence that tells so."""
    if not state.is_file():
        raise InputError(f"{state}: there is no such training state")
    tensors, run = averaged_weights(state)
    about = {
        "command": f"derender train reader --steps {run['config']['steps']}",
        "commit": current_commit(Path(__file__).resolve().parents[2]),
        "date": datetime.now(UTC).date().isoformat(),
        "network": asdict(ReaderConfig()),
        "training": {**run["config"], "finished_steps": run["step"]},
    }
    path = save_weights("reader", tensors, about, models or models_folder())
    return f"wrote {path}: {run['step']} steps of {run['config']['batch']} drawings"
