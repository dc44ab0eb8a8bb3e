"""The pipeline with the shipped networks, loaded once."""

from __future__ import annotations

import pytest

from derender.pipeline import Pipeline


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    """The shipped networks on the processor."""
    return Pipeline.load("cpu")
