"""Promises of the end-to-end baseline's tokens and random programs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derender.end_to_end.programs import CELLS, MOST_COMMANDS, random_program
from derender.end_to_end.tokens import CLOSE, STOP, TOKENS, program_of, tokens_of
from derender.language.execute import execute
from derender.language.legality import problems
from derender.language.text import parse_program, pretty
from derender.language.tree import walk
from derender.spec import bounding_box

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS)
def test_random_programs_are_legal_stay_in_the_cells_and_repeat_themselves(seed: int) -> None:
    program = random_program(np.random.default_rng(seed))
    assert problems(program) == ()
    spec = execute(program)
    assert 0 < len(spec) <= MOST_COMMANDS
    x1, y1, x2, y2 = bounding_box(spec)
    assert min(x1, y1) >= 0
    assert max(x2, y2) <= CELLS
    assert random_program(np.random.default_rng(seed)) == program


@given(SEEDS)
def test_programs_come_back_from_their_tokens(seed: int) -> None:
    program = random_program(np.random.default_rng(seed))
    tokens = tokens_of(program)
    assert set(tokens) <= set(TOKENS)
    assert tokens[-1] == STOP
    assert program_of(tokens) == program


def test_random_programs_have_everything_that_the_language_has() -> None:
    kinds = {type(statement).__name__ for seed in range(40) for statement in walk(random_program(np.random.default_rng(seed)).statements)}
    assert kinds == {"DrawCircle", "DrawRectangle", "DrawLine", "For", "If", "Reflect"}


@given(st.lists(st.sampled_from(TOKENS), max_size=12))
def test_any_tokens_are_a_program_or_none(tokens: list[str]) -> None:
    program = program_of(tokens)
    if program is not None:
        assert tokens_of(program) == tokens[: tokens.index(STOP) + 1]


@pytest.mark.parametrize(
    "tokens",
    [
        (),
        ("circle", "1", STOP),
        ("circle", "1", "2"),
        ("circle", "1", "2", CLOSE),
        ("for", "3", "circle", "3*i", "1", STOP),
        ("line", "1", "2", "3", "4", "arrow", "arrow", STOP),
        ("for", "3", "for", "3", "for", "3", "circle", "1", "1", CLOSE, CLOSE, CLOSE, STOP),
    ],
)
def test_what_is_no_program_is_none(tokens: tuple[str, ...]) -> None:
    assert program_of(tokens) is None


@pytest.mark.parametrize("text", ["circle(1, 1, 2)", "rectangle(0, 0, 1, 1, rounded)", "line(0, 0, 5, 5, arrow, bend=30)", "circle(99, 0)"])
def test_what_the_paper_does_not_draw_has_no_tokens(text: str) -> None:
    with pytest.raises(ValueError, match="no token"):
        tokens_of(parse_program(text))


def test_bodies_are_bracketed() -> None:
    program = parse_program("for (i < 3)\n    if (i > 0)\n        line(3*i - 1, 2, 3*i, 2)\n    circle(3*i + 1, 2)\n")
    assert " ".join(tokens_of(program)) == "for 3 if i line 3*i -1 2 3*i 0 2 close circle 3*i 1 2 close stop"
    assert program_of(tokens_of(program)) == program
    assert pretty(program)
