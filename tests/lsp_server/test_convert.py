"""Positions and offsets agree in every encoding, and lines end where the protocol says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from pygls.workspace import PositionCodec

from derender_lsp.convert import LineIndex

TEXTS = st.text(alphabet="aÄ𝛼\n\r\x0c\u2028\x85 ", max_size=30)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-32"])


@given(TEXTS, ENCODINGS)
def test_offsets_survive_the_way_there_and_back(text: str, encoding: str) -> None:
    lines = LineIndex(text, PositionCodec(encoding))
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":  # no position lies between the two
            assert lines.offset(lines.position(offset)) == offset


@given(TEXTS, ENCODINGS)
def test_columns_count_the_units_of_the_encoding(text: str, encoding: str) -> None:
    lines = LineIndex(text, PositionCodec(encoding))
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    width = {"utf-8": lambda s: len(s.encode()), "utf-16": lambda s: len(s.encode("utf-16-le")) // 2, "utf-32": len}[encoding]
    end = lines.position(len(text))
    assert (end.line, end.character) == (len(rows) - 1, width(rows[-1]))


@pytest.mark.parametrize(("line", "character", "offset"), [(0, 99, 2), (9, 0, 6), (1, 0, 3), (1, 9, 6)])
def test_positions_beyond_a_line_mean_its_end(line: int, character: int, offset: int) -> None:
    assert LineIndex("ab\ncde", PositionCodec("utf-16")).offset(types.Position(line, character)) == offset
