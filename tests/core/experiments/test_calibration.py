"""Calibration error of claims whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from derender.experiments.calibration import Claim, calibration_error, commands_claimed, readings_claimed
from derender.perception.reader import Reading
from derender.spec import Circle, Spec


def test_honest_claims_have_no_error_and_boasting_has_its_size() -> None:
    rng = np.random.default_rng(0)
    honest = [Claim(p, bool(rng.random() < p)) for p in rng.random(20_000).tolist()]
    assert calibration_error(honest) < 0.02
    assert calibration_error([Claim(0.9, k < 60) for k in range(100)]) == pytest.approx(0.3)
    assert calibration_error([]) == 0


def test_claims_are_of_readings_and_of_each_command() -> None:
    reading = Reading(Spec([Circle(1, 1), Circle(5, 5)]), 0.0, 0.0, 0.7, (0.9, 0.8), 0.0)
    assert readings_claimed([(reading, Spec([Circle(1, 1)]))]) == [Claim(0.7, False)]
    assert commands_claimed([(reading, Spec([Circle(1, 1)]))]) == [Claim(0.9, True), Claim(0.8, False)]
