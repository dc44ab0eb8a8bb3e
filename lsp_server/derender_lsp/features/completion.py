"""Completion inside a region's settings, in its program, and in programs of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from derender.latex.markers import MARKER_LINE, PROGRAM_LINE
from derender.latex.regions import Form
from derender.latex.scanner import line_start
from derender_lsp.convert import LineIndex

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer

TRIGGERS = ["=", "|"]

_FORMS = {
    Form.PROGRAM: "loops as \\foreach",
    Form.COMMANDS: "a TikZ command for each thing drawn",
    Form.DSL: "the program is what is edited; its TikZ stands on one line",
}
_KEYS = {
    "form": ("form=", "what the body is made of: " + ", ".join(Form)),
    "options": ('options="$1"', "the size, as in \\includegraphics: width=5cm, scale=0.5, …"),
    "overlay": ("overlay=$1", "the slides of a beamer frame: <2->"),
}
_SIZES = {
    "width": ("width=$1", "the drawing's width: 5cm, .8\\linewidth"),
    "height": ("height=$1", "the drawing's height"),
    "scale": ("scale=$1", "a factor"),
    "angle": ("angle=$1", "degrees, anticlockwise"),
    "keepaspectratio": ("keepaspectratio", "within width and height, without distortion"),
}
_STATEMENTS = {
    "for": ("for (${1:i} < ${2:3})\n    $0", "a loop"),
    "if": ("if (${1:i} > 0)\n    $0", "in every turn of a loop but the first"),
    "reflect": ("reflect(${1|x,y|} = ${2:8})\n    $0", "the body and its image"),
    "circle": ("circle(${1:x}, ${2:y})", "a circle of radius 1; a third and fourth number are radii"),
    "rectangle": ("rectangle(${1:x1}, ${2:y1}, ${3:x2}, ${4:y2})", "a rectangle from corner to corner"),
    "line": ("line(${1:x1}, ${2:y1}, ${3:x2}, ${4:y2})", "a line; arrow, dashed and bend=30 may follow"),
    "label": ('label(${1:x}, ${2:y}, "$3")', "a text, at the program's top level"),
}
_WORDS = {
    "circle": {"double": "a double outline"},
    "rectangle": {"rounded": "round corners", "double": "a double outline"},
    "line": {"arrow": "a head at the end", "dashed": "a dashed line", "bend=": "degrees by which an arrow is bent; beyond 90 a loop"},
}
_PLACEHOLDER = re.compile(r"\$\{\d+[:|]([^}|,]*)[^}]*\}|\$\d")
_FIELD_BEFORE = re.compile(r'(?P<key>[a-z]+)=(?P<open>"(?:[^"]*,\s*)?)?(?P<word>[A-Za-z]*)$')
_WORD_BEFORE = re.compile(r"[A-Za-z]*$")


def complete(server: DerenderServer, params: types.CompletionParams) -> list[types.CompletionItem]:
    """What can stand at the cursor; nothing outside of regions and programs."""
    uri = params.text_document.uri
    document = server.documents.document(uri)
    if document is not None:
        offset = document.lines.offset(params.position)
        start = line_start(document.text, offset)
        marker, line = MARKER_LINE.match(document.text, start), PROGRAM_LINE.match(document.text, start)
        if marker is not None and marker["kind"] == "begin" and offset >= marker.start("rest"):
            return list(_Items(server, document.lines, offset).settings(document.text[marker.start("rest") : offset]))
        if line is not None and offset >= line.start("text"):
            margin = document.text[start : line.start("text")]
            return list(_Items(server, document.lines, offset, margin).statements(document.text[line.start("text") : offset]))
        return []
    program = server.documents.program(uri)
    if program is None:
        return []
    offset = program.lines.offset(params.position)
    return list(_Items(server, program.lines, offset).statements(program.text[line_start(program.text, offset) : offset]))


class _Items:
    """Makes completions for one place; `margin` is what each further line of a program begins with."""

    def __init__(self, server: DerenderServer, lines: LineIndex, offset: int, margin: str = "") -> None:
        self._snippets = server.client.creates_snippets
        self._lines = lines
        self._offset = offset
        self._margin = margin

    def settings(self, before: str) -> Iterator[types.CompletionItem]:
        """The keys of a region's first line, and their values."""
        field = _FIELD_BEFORE.search(before)
        if field is None or (field["key"] == "form" and field["open"]):
            word = _word(before)
            present = set(re.findall(r"([a-z0-9]+)=", before))
            for key, (text, about) in _KEYS.items():
                if key not in present:
                    yield self._item(key, text, about, word, types.CompletionItemKind.Property)
        elif field["key"] == "form":
            for form, about in _FORMS.items():
                yield self._item(form.value, form.value, about, field["word"], types.CompletionItemKind.EnumMember)
        elif field["key"] == "options" and field["open"]:
            for key, (text, about) in _SIZES.items():
                yield self._item(key, text, about, field["word"], types.CompletionItemKind.Property)

    def statements(self, before: str) -> Iterator[types.CompletionItem]:
        """Statements at a line's beginning, words of a command within its brackets."""
        word = _word(before)
        if not before[: len(before) - len(word)].strip():
            depth = before[: len(before) - len(word)]
            for name, (text, about) in _STATEMENTS.items():
                yield self._item(name, text.replace("\n", "\n" + self._margin + depth), about, word, types.CompletionItemKind.Keyword)
            return
        command = re.match(r"\s*([a-z]+)\s*\(", before)
        for name, about in _WORDS.get(command[1] if command else "", {}).items():
            if name not in before:
                yield self._item(name, name, about, word, types.CompletionItemKind.Keyword)

    def _item(self, label: str, text: str, about: str, word: str, kind: types.CompletionItemKind) -> types.CompletionItem:
        plain = _PLACEHOLDER.sub(r"\1", text) if not self._snippets else text
        place = self._lines.range(self._offset - len(word), self._offset)
        style = types.InsertTextFormat.Snippet if self._snippets and "$" in text else types.InsertTextFormat.PlainText
        return types.CompletionItem(
            label, kind=kind, detail=about, text_edit=types.TextEdit(place, plain), insert_text_format=style,
            insert_text_mode=types.InsertTextMode.AsIs,
        )  # fmt: skip


def _word(before: str) -> str:
    match = _WORD_BEFORE.search(before)
    return match.group() if match else ""
