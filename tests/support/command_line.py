"""Command lines run in this process, and what they come to."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from derender import cli


class Outcome(NamedTuple):
    """What a command line came to."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> list[dict[str, Any]]:
        """The objects printed, one a line."""
        return [json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is no JSON")) for line in self.out.splitlines()]


Run = Callable[..., Outcome]


def runner(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line of its arguments."""

    def run(*arguments: object) -> Outcome:
        capfd.readouterr()
        status = cli.run([str(a) for a in arguments])
        return Outcome(status, *capfd.readouterr())

    return run


def one_line(outcome: Outcome, *words: str, status: int = 2) -> None:
    """Exactly one clear line on stderr with those words, nothing of Python in it."""
    assert outcome.status == status, outcome
    assert outcome.err.count("\n") == 1, outcome.err
    assert outcome.err.startswith("derender: ")
    assert outcome.err.endswith("\n")
    assert "Traceback" not in outcome.err
    for word in words:
        assert word in outcome.err


def png(grey: NDArray[np.uint8]) -> bytes:
    """The file of a grey picture."""
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "PNG")
    return file.getvalue()
