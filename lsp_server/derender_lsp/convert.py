"""Between the protocol's positions and the core's character offsets.

Lines end as the protocol says, at `\\n`, `\\r\\n` and `\\r` and nowhere else (`str.splitlines` also breaks at form feeds and others).
Columns are counted in the encoding that client and server agreed on; that is the work of pygls' codec, one line at a time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate, count
from operator import add

from lsprotocol import types
from pygls.workspace import PositionCodec
from pygls.workspace.position_codec import ServerTextPosition

from derender.latex.insertion import Edit

_LINE_END = re.compile(r"\r\n|\r|\n")


class LineIndex:
    """Positions of one version of a text."""

    def __init__(self, text: str, codec: PositionCodec, starts: list[int] | None = None) -> None:
        self.text = text
        self._codec = codec
        self._starts = _line_starts(text) if starts is None else starts

    def changed(self, start: int, end: int, text: str) -> LineIndex:
        """The positions after the text between two offsets was replaced; only the lines around it are looked through."""
        # From the line before, whose carriage return may have got its line feed, to the end of the last line that is touched.
        first, after = max(0, self.rows(start, start)[0] - 1), self.rows(end, end)[0] + 1
        replaced = self.text[:start] + text + self.text[end:]
        grown = len(replaced) - len(self.text)
        if after < len(self._starts):
            between = _line_starts(replaced[self._starts[first] : self._starts[after] + grown])[:-1]
        else:
            between = _line_starts(replaced[self._starts[first] :])
        kept = [offset + grown for offset in self._starts[after:]]
        return LineIndex(replaced, self._codec, [*self._starts[:first], *(self._starts[first] + offset for offset in between), *kept])

    def offset(self, position: types.Position) -> int:
        """The offset of a position; positions beyond the end of a line or of the text mean that end."""
        if position.line >= len(self._starts):
            return len(self.text)
        line = self._line(position.line)
        # The codec takes a column beyond the line for that before its line end: it has to see one.
        place = self._codec.position_from_client_units([line + "\n"], types.Position(0, position.character))
        return self._starts[position.line] + min(place.character, len(line))

    def position(self, offset: int) -> types.Position:
        """The position of an offset."""
        row = bisect_right(self._starts, offset) - 1
        column = offset - self._starts[row]
        if self.text[self._starts[row] : offset].isascii():
            return types.Position(row, column)
        place = self._codec.position_to_client_units([self._line(row)], ServerTextPosition(0, column))
        return types.Position(row, place.character)

    def range(self, start: int, end: int) -> types.Range:
        """The range between two offsets."""
        return types.Range(self.position(start), self.position(end))

    def rows(self, start: int, end: int) -> tuple[int, int]:
        """The numbers of the first and the last line that the offsets lie on."""
        return bisect_right(self._starts, start) - 1, bisect_right(self._starts, end) - 1

    def text_edits(self, edits: Iterable[Edit]) -> list[types.TextEdit]:
        """Edits as the protocol has them."""
        return [types.TextEdit(self.range(edit.start, edit.end), edit.text) for edit in edits]

    def _line(self, row: int) -> str:
        end = self._starts[row + 1] if row + 1 < len(self._starts) else len(self.text)
        return self.text[self._starts[row] : end].rstrip("\r\n")


def _line_starts(text: str) -> list[int]:
    if text.count("\r") == text.count("\r\n"):  # the common case, ten times as fast
        # The lengths before a line, and one line feed for each.
        return list(map(add, accumulate(map(len, text.split("\n")[:-1]), initial=0), count()))
    return [0, *(match.end() for match in _LINE_END.finditer(text))]
