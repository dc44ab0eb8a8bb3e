"""Programs laid out: the canonical text of what a text says, in the order that its author chose."""

from __future__ import annotations

from derender.language.text import parse_program, pretty


def formatted(text: str) -> str:
    """The text with four spaces a level and one space around signs, equal positions written alike; raises `ProgramError`.

    Labels come last, as everywhere. Blank lines go: they mean nothing. Formatting twice is formatting once.
    """
    return pretty(parse_program(text))
