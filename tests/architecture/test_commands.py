"""The few commands of the Makefile say what comes next, where somebody asked for them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize(("goal", "is_told"), [("setup", True), ("check", False)])
def test_setup_ends_with_what_to_do_next(goal: str, is_told: bool) -> None:
    done = subprocess.run(["make", "-n", goal], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert (".venv/bin/derender --help" in done.stdout) is is_told
