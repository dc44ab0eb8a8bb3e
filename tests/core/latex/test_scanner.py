"""Comments, verbatim text and escapes are out of sight, and every character keeps its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from tex_texts import TEX

from derender.latex.scanner import closing, newline_of, scan, scan_anew


def check(text: str, visible: str) -> None:
    """`·` stands for a blanked character, `¤` for half an escaped pair."""
    scanned = scan(text)
    shown = "".join("¤" if seen == "\0" else "·" if seen == " " != was else seen for seen, was in zip(scanned.visible, text, strict=True))
    assert shown == visible


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("a % b\nc", "a · ·\nc"),
        (r"50\% b % c", r"50¤¤ b · ·"),
        (r"\\% c", "¤¤· ·"),
        (r"a \verb|%x| b", "a ·········" + " b"),
        (r"a \verb*+%+ b", "a ·········" + " b"),
        ("\\verb|open\nb", "··········\nb"),
        (r"\lstinline[language=C]{a%b} c", "·" * 27 + " c"),
        (r"\mintinline{c}|a%b| c", "·" * 19 + " c"),
        (r"\url{a%20b} c", "·" * 11 + " c"),
        (r"\href{a%b}{c} d", "·" * 10 + "{c} d"),
        ("\\begin{verbatim}\n%\n\\end{verbatim}x", "·" * 16 + "\n·\n" + "·" * 14 + "x"),
        ("\\begin{lstlisting}\n\\end{verbatim}x", "·" * 18 + "\n" + "·" * 15),
        ("\\end{document}\nx", "\\end{document}\n·"),
    ],
)
def test_what_tex_does_not_read_is_blank(text: str, visible: str) -> None:
    check(text, visible)


@given(TEX)
def test_every_character_keeps_its_place(text: str) -> None:
    visible = scan(text).visible
    assert len(visible) == len(text)
    assert all(seen in (was, " ", "\0") for seen, was in zip(visible, text, strict=True))
    assert [place for place, c in enumerate(visible) if c in "\r\n"] == [place for place, c in enumerate(text) if c in "\r\n"]


@given(TEX, TEX, TEX, TEX)
def test_an_edited_text_is_seen_as_if_for_the_first_time(ahead: str, old: str, new: str, behind: str) -> None:
    scan(ahead + old + behind)
    assert scan(ahead + new + behind) == scan_anew(ahead + new + behind)


@pytest.mark.parametrize(("text", "end"), [("{a{b}c}", 6), ("[a{]}b]", 6), ("{a\n\nb}", None), ("{a", None), ("[a}b]", None)])
def test_delimiters_close_as_in_tex(text: str, end: int | None) -> None:
    assert closing(text, 0) == end


def test_the_first_line_says_which_line_ends_are_used() -> None:
    assert [newline_of(text) for text in ("a\r\nb\n", "a\nb\r\n", "a", "")] == ["\r\n", "\n", "\n", "\n"]
