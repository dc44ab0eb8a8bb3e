"""What clients can do, and what is said to them."""

from __future__ import annotations

import pytest
from lsprotocol import types

from derender_lsp.client import Client
from derender_lsp.results import summary
from derender_lsp.worker import Analysis


@pytest.mark.parametrize(
    ("name", "shows"), [("Visual Studio Code", True), ("", True), ("Neovim", False), ("Eglot", False), ("GNU Emacs", True)]
)
def test_pictures_are_kept_from_editors_whose_hovers_are_text(name: str, shows: bool) -> None:
    assert Client.of(types.ClientCapabilities(), name).shows_pictures is shows


@pytest.mark.parametrize(("unexplained", "said"), [(0.01, False), (0.35, True)])
def test_ink_that_a_reading_does_not_explain_is_told(unexplained: float, said: bool) -> None:
    reading = {"spec": [{"command": "circle", "x": 1, "y": 1}], "program": "circle(1, 1)\n", "optimal": True, "probability": 1.0}
    line = summary(Analysis("", {"interpretations": [reading], "unexplained_ink": unexplained}, ""))
    assert line.startswith("1 command → 1-line program")
    assert ("35% of the ink is not explained" in line) is said
