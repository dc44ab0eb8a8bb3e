"""Training resumes where it was, and what it exports can be loaded."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
import torch

from derender.errors import ModelError
from derender.perception.network import ReaderNetwork
from derender.perception.training import SimulatedDrawings, TrainingConfig, averaged_weights, train_reader

pytestmark = pytest.mark.slow

CONFIG = TrainingConfig(steps=4, batch=2, warm_up=2, loader_workers=0, save_every_seconds=0)


def test_an_interrupted_run_ends_like_an_uninterrupted_one(tmp_path: Path) -> None:
    whole = list(train_reader(CONFIG, tmp_path / "whole.pt"))
    list(islice(train_reader(CONFIG, tmp_path / "parts.pt"), 2))
    rest = list(train_reader(CONFIG, tmp_path / "parts.pt"))
    assert [p.step for p in whole] == [1, 2, 3, 4]
    assert [p.step for p in rest] == [3, 4]
    assert rest[-1].losses == pytest.approx(whole[-1].losses, rel=1e-3)
    one, two = (averaged_weights(tmp_path / name)[0] for name in ("whole.pt", "parts.pt"))
    assert all(torch.allclose(one[k].float(), two[k].float(), atol=1e-4) for k in one)


def test_the_average_loads_as_a_network(tmp_path: Path) -> None:
    list(train_reader(CONFIG, tmp_path / "state.pt"))
    tensors, run = averaged_weights(tmp_path / "state.pt")
    ReaderNetwork().load_state_dict(tensors)
    assert run["step"] == 4


def test_examples_are_the_same_whoever_asks() -> None:
    one, two = SimulatedDrawings(CONFIG)[3], SimulatedDrawings(CONFIG)[3]
    assert (one.ink == two.ink).all()


def test_a_file_that_is_no_training_state_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "junk.pt").write_bytes(b"junk")
    torch.save({"step": 1}, tmp_path / "other.pt")
    for name in ("junk.pt", "other.pt"):
        with pytest.raises(ModelError, match=r"not a training state|not the state of a training"):
            averaged_weights(tmp_path / name)
