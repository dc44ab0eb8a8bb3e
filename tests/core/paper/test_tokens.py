"""Commands become tokens and commands again, in canonical order, and only legal tokens are allowed."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from derender.paper.tokens import CELLS, LINE, RECTANGLE, SLOTS, STOP, command_of, expressible, legal, tokens_of
from derender.spec import Circle, Command, Line, Rectangle, canonical_key

positions = st.integers(0, CELLS)
corners = st.tuples(positions, positions, positions, positions)
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(Circle, positions, positions),
    corners.filter(lambda c: c[0] != c[2] and c[1] != c[3]).map(lambda c: Rectangle(*c)),
    st.builds(lambda c, arrow, dashed: Line(*c, arrow, dashed), corners.filter(lambda c: c[:2] != c[2:]), st.booleans(), st.booleans()),
)


@given(commands)
def test_a_command_is_what_its_tokens_stand_for_and_they_are_legal(command: Command) -> None:
    assert expressible(command)
    kind, values = tokens_of(command)
    assert command_of(kind, values) == command
    for slot, value in enumerate(values):
        assert legal(kind, torch.tensor([values[:slot]], dtype=torch.long))[0, value]


@given(commands, commands)
def test_the_first_in_canonical_order_is_the_one_whose_tokens_come_first(a: Command, b: Command) -> None:
    """Where top comes before bottom, as in the paper's footnote 1."""

    def order(command: Command) -> tuple[int, ...]:
        kind, values = tokens_of(command)
        down = (1, 3) if kind == LINE else (1,)
        return (kind, *(-value if slot in down else value for slot, value in enumerate(values)))

    assert (canonical_key(a) < canonical_key(b)) == (order(a) < order(b))


@given(st.integers(0, STOP - 1), st.integers(0, 2**32 - 1))
def test_whatever_legal_tokens_are_told_there_is_a_command_and_never_a_dead_end(kind: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    told: list[int] = []
    for _ in SLOTS[kind]:
        allowed = legal(kind, torch.tensor([told], dtype=torch.long))[0].numpy()
        told.append(int(random.choice(np.flatnonzero(allowed))))
    command = command_of(kind, told)
    assert expressible(command)
    assert tokens_of(command) == (kind, tuple(told))


def test_a_box_has_an_area_and_a_plain_line_sorted_ends() -> None:
    assert not legal(RECTANGLE, torch.tensor([[3, 4]]))[0, 0]
    backwards = torch.tensor([[3, 4, CELLS - 1, CELLS]])
    assert legal(LINE, backwards).tolist() == [[False, True]]


def test_what_the_paper_has_no_words_for() -> None:
    assert not any(
        expressible(c) for c in (Circle(3, 3, 2, 2), Circle(17, 3), Rectangle(0, 0, 2, 2, rounded=True), Line(0, 0, 3, 3, True, bend=30))
    )
