"""The ink network's training: learns, resumes, writes nothing by halves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from derender.photographs import training
from derender.photographs.training import InkTask, ink_loss
from derender.training.loop import TrainingConfig, train

CONFIG = TrainingConfig(steps=3, batch=1, loader_workers=0, save_every_seconds=0.0)


def test_right_answers_cost_less_than_wrong_ones() -> None:
    targets = (torch.rand(2, 4, 32, 32, generator=torch.Generator().manual_seed(1)) > 0.7).float()
    right, wrong = ink_loss(8 * (2 * targets - 1), targets), ink_loss(-8 * (2 * targets - 1), targets)
    assert all(right[name] < wrong[name] for name in right)


@pytest.mark.slow
def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "make_photograph", lambda rng: _small(rng))
    whole = [p.losses for p in train(InkTask(), CONFIG, tmp_path / "whole.pt")]
    run = train(InkTask(), CONFIG, tmp_path / "parts.pt")
    first = [next(run).losses, next(run).losses]
    run.close()
    rest = [p.losses for p in train(InkTask(), replace(CONFIG), tmp_path / "parts.pt")]
    assert len(rest) == 1
    for told, again in zip(whole, [*first, *rest], strict=True):
        assert told == pytest.approx(again, rel=1e-3)
    assert not list(tmp_path.glob("*.part"))


def _small(rng: object) -> object:
    from derender.photographs.examples import make_photograph

    return make_photograph(rng, 64)  # type: ignore[arg-type]
