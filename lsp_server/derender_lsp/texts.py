"""The open documents' texts, kept up with what the author types.

Editors send what changed, not the whole text. pygls can apply that, but it parts lines where the protocol does not (form feeds, U+2028),
so the place of a change is found here, in lines that are kept up, too.
"""

from __future__ import annotations

from lsprotocol import types
from pygls.workspace import TextDocument

from derender_lsp.convert import LineIndex


class OpenText(TextDocument):
    """A document's text and where its lines begin."""

    def __init__(self, opened: TextDocument) -> None:
        incremental = types.TextDocumentSyncKind.Incremental
        super().__init__(opened.uri, opened.source, opened.version, opened.language_id, True, incremental, opened.position_codec)
        self.index = LineIndex(opened.source, opened.position_codec)

    def apply_change(self, change: types.TextDocumentContentChangeEvent) -> None:
        """Replaces the part that the change names, or the whole text where it names none."""
        if isinstance(change, types.TextDocumentContentChangePartial):
            start, end = self.index.offset(change.range.start), self.index.offset(change.range.end)
            self.index = self.index.changed(start, max(start, end), change.text)
        else:
            self.index = LineIndex(change.text, self.position_codec)
        self._source = self.index.text


def lines_of(text: TextDocument) -> LineIndex:
    """Where a document's lines begin; cells of notebooks are not kept up."""
    return text.index if isinstance(text, OpenText) else LineIndex(text.source, text.position_codec)
