"""A text that was changed in parts is the author's, and its lines are those of the whole text."""

from __future__ import annotations

from author import position
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from pygls.workspace import PositionCodec, TextDocument

from derender_lsp.convert import LineIndex
from derender_lsp.texts import OpenText

PIECES = st.text(alphabet="aÄ𝛼\n\r\x0c\u2028 ", max_size=12)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-32"])
PLACES = st.tuples(st.integers(0, 30), st.integers(0, 30), PIECES)


def inside(text: str, place: int) -> int:
    """The place as an editor can have it: in the text, and not between a carriage return and its line feed."""
    place = min(place, len(text))
    return place - 1 if text[place - 1 : place + 1] == "\r\n" else place


@given(PIECES, ENCODINGS, st.lists(PLACES, max_size=4))
def test_changes_in_parts_keep_text_and_lines(text: str, encoding: str, edits: list[tuple[int, int, str]]) -> None:
    codec = PositionCodec(encoding)
    opened = OpenText(TextDocument("file:///a.tex", text, 1, "latex", position_codec=codec))
    for one, other, new in edits:
        start, end = sorted((inside(text, one), inside(text, other)))
        place = types.Range(position(text, start, encoding), position(text, end, encoding))
        text = text[:start] + new + text[end:]
        opened.apply_change(types.TextDocumentContentChangePartial(place, new))
        assert opened.source == text
        whole = LineIndex(text, codec)
        assert [opened.index.position(offset) for offset in range(len(text) + 1)] == [whole.position(o) for o in range(len(text) + 1)]


def test_a_change_without_a_place_is_the_whole_text() -> None:
    opened = OpenText(TextDocument("file:///a.tex", "a\nb", 1, "latex"))
    opened.apply_change(types.TextDocumentContentChangeWholeDocument("c\n\nd"))
    assert opened.source == "c\n\nd"
    assert opened.index.position(3) == types.Position(2, 0)
