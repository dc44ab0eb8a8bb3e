"""Types that are loaded quickly are the same types."""

from __future__ import annotations

import subprocess
import sys

SHOW = """
{load}
import attrs
from lsprotocol import types
from lsprotocol.converters import get_converter
place = types.Range(types.Position(1, 2), types.Position(3, 4))
edit = types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier("file:///a", 3), [types.TextEdit(place, "x")])
print(edit, types.InitializeParams(types.ClientCapabilities()), attrs.define.__module__)
print(edit == attrs.evolve(edit), edit == attrs.evolve(edit, edits=[]), place == place, repr(types.Position(1, 2)))
print(get_converter().unstructure(edit, types.TextDocumentEdit), sorted(dir(edit)) == sorted({{*dir(edit)}}), hasattr(edit, "__dict__"))
print(get_converter().structure({{"line": 3, "character": 4}}, types.Position))
"""


def shown(load: str) -> str:
    return subprocess.run([sys.executable, "-c", SHOW.format(load=load)], capture_output=True, text=True, check=True).stdout


def test_they_show_compare_and_convert_as_they_do_by_themselves() -> None:
    assert shown("from derender_lsp.protocol_types import load; load()") == shown("")
