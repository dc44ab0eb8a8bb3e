"""Programs in files of their own (`.dr`): formatting and semantic tokens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types

from derender.language.formatting import formatted
from derender.latex.scanner import newline_of
from derender_lsp.documents import ProgramDocument

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer

TOKEN_TYPES = ["keyword", "function", "variable", "number", "string", "modifier", "operator"]

_TOKEN = re.compile(
    r'(?P<string>"(?:\\.|[^"\\])*"?)|(?P<keyword>\b(?:for|if|reflect)\b)|(?P<function>\b(?:circle|rectangle|line|label)\b)'
    r"|(?P<modifier>\b(?:arrow|dashed|rounded|double|bend)\b)|(?P<variable>\b[a-z]\b)|(?P<number>\b\d+(?:\.\d+)?)|(?P<operator>[-+*<>=])"
)


def format_program(server: DerenderServer, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
    """The one way in which the program is written; nothing for a text with problems, which stays as it is."""
    program = server.documents.program(params.text_document.uri)
    if program is None or program.listing.parsed.problems:
        return []
    text = formatted(program.text).replace("\n", newline_of(program.text))
    return [] if text == program.text else [types.TextEdit(program.lines.range(0, len(program.text)), text)]


def tokens(server: DerenderServer, params: types.SemanticTokensParams) -> types.SemanticTokens:
    """What each word of a program is."""
    program = server.documents.program(params.text_document.uri)
    return types.SemanticTokens(list(_encoded(program)) if program is not None else [])


def _encoded(program: ProgramDocument) -> list[int]:
    """Five numbers a token: lines down, columns right, length, type, modifiers."""
    data: list[int] = []
    line, column = 0, 0
    for match in _TOKEN.finditer(program.text):
        start, end = program.lines.position(match.start()), program.lines.position(match.end())
        if start.line != end.line or match.lastgroup is None:
            continue
        right = start.character - (column if start.line == line else 0)
        data += [start.line - line, right, end.character - start.character, TOKEN_TYPES.index(match.lastgroup), 0]
        line, column = start.line, start.character
    return data
