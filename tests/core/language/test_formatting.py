"""Programs laid out: the same program, once and for all."""

from __future__ import annotations

import pytest
from hypothesis import given
from strategies import programs

from derender.errors import ProgramError
from derender.language.formatting import formatted
from derender.language.program import Program
from derender.language.text import parse_program, pretty


@given(programs())
def test_formatting_twice_is_formatting_once_and_changes_no_program(program: Program) -> None:
    text = formatted(pretty(program).replace("    ", "\t").replace(", ", ","))
    assert formatted(text) == text
    assert parse_program(text) == program


def test_what_cannot_be_read_is_told_with_its_place() -> None:
    with pytest.raises(ProgramError, match="line 2, column 5"):
        formatted("for (i < 3)\n    cirle(i, 1)\n")
