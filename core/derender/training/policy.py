"""The search policy trained from the command line: from the times of a corpus to the model 'policy'."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

import torch

from derender.checkpoints import models_folder, save_weights
from derender.errors import InputError, OptionError
from derender.policy.corpus import read_corpus
from derender.policy.learning import CORPUS, PolicySettings, bias_optimal_seconds, learn_policy
from derender.policy.times import SpecTimes
from derender.synthesis.policy import FEATURES, MODEL, SPACES, UNIFORM, SearchPolicy
from derender.training.loop import current_commit

FEWEST_SPECS = 20


def run_policy(steps: int | None, corpus: Path | None, models: Path | None) -> str:
    """Learn π from the times in `corpus`, write it as the model 'policy'; the sentence that tells so."""
    path = corpus or CORPUS
    if not path.is_file():
        raise InputError(f"{path}: there are no times to learn from; measure them with derender experiment synthesis-times")
    if steps is not None and steps < 1:
        raise OptionError(f"the number of steps must be at least 1, not {steps}")
    times = read_corpus(path)
    if len(times) < FEWEST_SPECS:
        raise OptionError(f"a policy is learned from the times of {FEWEST_SPECS} specs at least, not {len(times)}")
    settings = PolicySettings() if steps is None else PolicySettings(steps=steps)
    policy = learn_policy(times, settings)
    written = save_policy(policy, times, settings, models or models_folder())
    learned, uniform = (1000 * fmean(bias_optimal_seconds(p, one) for one in times) for p in (policy, UNIFORM))
    return f"wrote {written}: {len(times)} specs; mean bias-optimal time {learned:.0f} ms, {uniform:.0f} ms with equal shares"


def save_policy(policy: SearchPolicy, times: tuple[SpecTimes, ...], settings: PolicySettings, folder: Path) -> Path:
    """The weights and their manifest entry."""
    about = {
        "command": f"derender experiment synthesis-times; derender train policy --steps {settings.steps}",
        "commit": current_commit(Path(__file__).resolve().parents[3]),
        "date": datetime.now(UTC).date().isoformat(),
        "specs": len(times),
        "specs_proven": sum(one.proven for one in times),
        "features": list(FEATURES),
        "spaces": [str(space) for space in SPACES],
        "training": asdict(settings),
    }
    return save_weights(MODEL, {"weights": torch.from_numpy(policy.weights)}, about, folder)
