"""The pipeline with the shipped networks, loaded once."""

from __future__ import annotations

import pytest
from command_line import Run, runner

from derender.pipeline import Pipeline


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    """The shipped networks on the processor."""
    return Pipeline.load("cpu")


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command line in this process, with the networks that are already loaded."""
    monkeypatch.setattr(Pipeline, "load", lambda *_: pipeline)
    return runner(capfd)
