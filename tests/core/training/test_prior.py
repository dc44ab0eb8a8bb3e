"""`derender train prior`: the weights, their manifest entry, and what is told of drawings that nothing was learned from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from derender import cli
from derender.checkpoints import read_manifest
from derender.interpretation.ambiguous import Sort
from derender.interpretation.features import NAMES
from derender.interpretation.learning import Competition
from derender.interpretation.prior import BY_COST, MODEL, load_prior
from derender.training import prior as training


@pytest.fixture
def seeds(monkeypatch: pytest.MonkeyPatch) -> list[tuple[range, Sort | None]]:
    """The drawings that were asked for. In each of them the truth has two kinds of commands fewer than what the reader prefers."""
    asked: list[tuple[range, Sort | None]] = []

    def competitions(seeds: range, sort: Sort | None) -> Iterator[Competition]:
        asked.append((seeds, sort))
        for seed in seeds:
            features = np.zeros((2, len(NAMES)))
            features[0, NAMES.index("kinds")] = 2
            yield Competition(features, np.array([2.0 + seed % 2, 0.0]), truth=1, own=0)

    monkeypatch.setattr(training, "competitions", competitions)
    return asked


def test_what_is_learned_is_written_and_measured_on_other_drawings(
    seeds: list[tuple[range, Sort | None]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["train", "prior", "--steps", "20", "--models", str(tmp_path)]) == 0
    (learned_from, every_sort), (held_out, sort) = seeds
    assert (learned_from, every_sort, sort) == (range(20), None, Sort.AMBIGUOUS)
    assert not set(held_out) & set(learned_from)
    learned = load_prior(tmp_path)
    assert learned.of("kinds") < BY_COST.of("kinds") - 1
    told = capsys.readouterr().out
    assert re.search(r"20 drawings, 0 of them read right by the reader alone, \d+ with the prior\n", told)
    assert f"{len(held_out)} held-out ambiguous drawings, 0 of them read right by the reader alone, {len(held_out)} with the prior" in told
    entry = read_manifest(tmp_path)[MODEL]
    assert entry["command"] == "derender train prior --steps 20"
    assert entry["with_truth"] == 20
    assert entry["score"] in told


def test_the_same_drawings_give_the_same_weights(seeds: list[tuple[range, Sort | None]], tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert cli.run(["train", "prior", "--steps", "24", "--models", str(tmp_path / name)]) == 0
    assert load_prior(tmp_path / "a") == load_prior(tmp_path / "b")


def test_too_few_drawings_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["train", "prior", "--steps", "19"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
