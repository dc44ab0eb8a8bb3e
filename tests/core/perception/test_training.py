"""Training resumes where it was, and what it exports can be loaded."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from derender.errors import ModelError
from derender.perception.likelihood_targets import LikelihoodTask
from derender.perception.network import ReaderNetwork
from derender.perception.training import ReaderTask
from derender.training.loop import Simulated, Task, TrainingConfig, averaged_weights, train

pytestmark = pytest.mark.slow

CONFIG = TrainingConfig(steps=4, batch=2, warm_up=2, loader_workers=0, save_every_seconds=0)


TASKS: tuple[Task, ...] = (ReaderTask(), LikelihoodTask())


def test_an_interrupted_run_ends_like_an_uninterrupted_one(tmp_path: Path) -> None:
    whole = list(train(ReaderTask(), CONFIG, tmp_path / "whole.pt"))
    list(islice(train(ReaderTask(), CONFIG, tmp_path / "parts.pt"), 2))
    # A run keeps the seed that it began with.
    rest = list(train(ReaderTask(), replace(CONFIG, seed=CONFIG.seed + 1), tmp_path / "parts.pt"))
    assert [p.step for p in whole] == [1, 2, 3, 4]
    assert [p.step for p in rest] == [3, 4]
    assert rest[-1].losses == pytest.approx(whole[-1].losses, rel=1e-3)
    one, two = (averaged_weights(tmp_path / name)[0] for name in ("whole.pt", "parts.pt"))
    assert all(torch.allclose(one[k].float(), two[k].float(), atol=1e-4) for k in one)


def test_the_average_loads_as_a_network(tmp_path: Path) -> None:
    list(train(ReaderTask(), CONFIG, tmp_path / "state.pt"))
    tensors, run = averaged_weights(tmp_path / "state.pt")
    ReaderNetwork().load_state_dict(tensors)
    assert run["step"] == 4


def test_examples_are_the_same_whoever_asks() -> None:
    for task in TASKS:
        one, two = Simulated(task, CONFIG)[3], Simulated(task, CONFIG)[3]
        assert (one[0] == two[0]).all()


def test_a_file_that_is_no_training_state_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "junk.pt").write_bytes(b"junk")
    torch.save({"step": 1}, tmp_path / "other.pt")
    for name in ("junk.pt", "other.pt"):
        with pytest.raises(ModelError, match=r"not a training state|not the state of a training"):
            averaged_weights(tmp_path / name)


def test_a_run_by_the_clock_ends_and_says_where(tmp_path: Path) -> None:
    config = TrainingConfig(steps=1000, minutes=0.0, batch=2, warm_up=1, loader_workers=0)
    (only,) = train(ReaderTask(), config, tmp_path / "state.pt")
    assert averaged_weights(tmp_path / "state.pt")[1]["step"] == only.step == 1


def test_the_likelihood_learns_from_one_batch(tmp_path: Path) -> None:
    task = LikelihoodTask()
    torch.manual_seed(0)
    network = task.network()
    fields = [torch.from_numpy(np.stack(f)) for f in zip(*(task.example(np.random.default_rng(k), 0) for k in range(4)), strict=True)]
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
    losses = []
    for _ in range(20):
        loss = task.loss(network, fields)["difference"]
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0]
