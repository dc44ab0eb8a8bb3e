"""Weights written from training states: averaged, and the mean of two runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from derender.checkpoints import read_manifest
from derender.errors import InputError, ModelError, OptionError
from derender.perception.likelihood import LikelihoodConfig, LikelihoodNetwork
from derender.training.loop import TrainingConfig, finished_weights
from derender.training.models import MODELS, export, model
from derender.training.names import FITTED, NAMES

ROOT = Path(__file__).parents[3]


def state_of(path: Path, value: float, step: int, config: LikelihoodConfig | None = None) -> Path:
    """A finished run whose averaged weights all are `value`."""
    network = LikelihoodNetwork(config)
    average = {k: torch.full_like(t, value) if t.is_floating_point() else torch.full_like(t, step) for k, t in network.state_dict().items()}
    config_of_run = {"steps": step, "batch": TrainingConfig().batch}
    torch.save({"step": step, "seconds": 1.0, "network": {}, "average": average, "optimizer": {}, "config": config_of_run}, path)
    return path


def test_the_mean_of_two_runs_is_written_and_told(tmp_path: Path) -> None:
    export("likelihood", state_of(tmp_path / "b.pt", 3.0, 20), tmp_path, mean_with=state_of(tmp_path / "a.pt", 1.0, 10))
    entry = read_manifest(tmp_path)["likelihood"]
    tensors = load_file(tmp_path / entry["file"])
    assert all((tensor == 2).all() for tensor in tensors.values() if tensor.is_floating_point())
    assert all((tensor == 20).all() for tensor in tensors.values() if not tensor.is_floating_point())
    assert entry["mean_with"] == {"finished_steps": 10, "seconds": 1}
    export("likelihood", tmp_path / "b.pt", tmp_path)
    assert "mean_with" not in read_manifest(tmp_path)["likelihood"]


def test_a_state_of_another_network_is_refused_in_a_sentence(tmp_path: Path) -> None:
    wide = state_of(tmp_path / "wide.pt", 1.0, 10, LikelihoodConfig(fine=8))
    with pytest.raises(InputError, match="another network"):
        export("likelihood", state_of(tmp_path / "b.pt", 3.0, 20), tmp_path, mean_with=wide)


def test_shipped_weights_are_enough_to_average_with_and_to_begin_from(tmp_path: Path) -> None:
    export("likelihood", state_of(tmp_path / "a.pt", 1.0, 10), tmp_path)
    shipped = tmp_path / "likelihood.safetensors"
    assert all((tensor == 1).all() for tensor in finished_weights(shipped).values() if tensor.is_floating_point())
    after = tmp_path / "after"
    export("likelihood", state_of(tmp_path / "b.pt", 3.0, 20), after, mean_with=shipped)
    assert all((tensor == 2).all() for tensor in load_file(after / "likelihood.safetensors").values() if tensor.is_floating_point())
    assert read_manifest(after)["likelihood"]["mean_with"]["weights"] == "likelihood.safetensors"


def test_damaged_weights_are_refused_in_a_sentence(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(b"no weights")
    with pytest.raises(ModelError, match="damaged"):
        finished_weights(damaged)


def test_the_names_that_people_are_told_are_those_of_the_models() -> None:
    assert {*MODELS, *FITTED, "policy"} == set(NAMES)
    with pytest.raises(OptionError, match=", ".join(NAMES)):
        model("nonsense")
    told = re.findall(r"derender train ([\w|-]+)|train ([\w, -]+) train it", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert {name for part in told for name in re.split(r"[|, ]+", "".join(part))} == set(NAMES)
