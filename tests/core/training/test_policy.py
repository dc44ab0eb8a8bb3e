"""Promises of `derender train policy`: what is learned is written, read back and used; the shipped policy is of this version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derender import cli
from derender.errors import ModelError
from derender.policy.times import measure, times_to_json
from derender.spec import Circle, Line, Spec
from derender.synthesis import synthesize
from derender.synthesis.bias_optimal import synthesize_by_policy
from derender.synthesis.elements import elements_of
from derender.synthesis.nodes import Tables
from derender.synthesis.policy import FEATURES, SPACES, load_policy

ROW = Spec(Circle(3 * x, 0) for x in range(3))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """The times of twenty small specs."""
    path = tmp_path / "times.jsonl"
    specs = [Spec([*(Circle(3 * x, y) for x in range(3)), Line(0, y, 5, 9)]) for y in range(20)]
    path.write_text("".join(json.dumps({"seed": n, **times_to_json(measure(spec, 5.0))}) + "\n" for n, spec in enumerate(specs)))
    return path


def test_a_trained_policy_is_written_and_read_back(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models = tmp_path / "models"
    assert cli.run(["train", "policy", "--state", str(corpus), "--models", str(models), "--steps", "50"]) == 0
    assert "20 specs" in capsys.readouterr().out
    policy = load_policy(models)
    assert policy.shares(Tables(elements_of(ROW))).max() > 1 / len(SPACES)
    assert synthesize_by_policy(ROW, policy).cost_thirds == synthesize(ROW).cost_thirds


def test_too_few_specs_are_refused(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus.write_text("".join(corpus.read_text().splitlines(keepends=True)[:19]))
    assert cli.run(["train", "policy", "--state", str(corpus), "--models", str(tmp_path)]) == 2
    assert "19" in capsys.readouterr().err


def test_the_shipped_policy_is_of_this_version() -> None:
    assert load_policy().weights.shape == (len(SPACES), len(FEATURES))


def test_a_policy_of_another_version_is_refused(corpus: Path, tmp_path: Path) -> None:
    assert cli.run(["train", "policy", "--state", str(corpus), "--models", str(tmp_path), "--steps", "1"]) == 0
    manifest = tmp_path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"circles"', '"ovals"'))
    with pytest.raises(ModelError, match="another version"):
        load_policy(tmp_path)
