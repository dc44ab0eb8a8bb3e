"""The words that an author gave a figure's labels outlive its redrawing, or are told; a label that was read only is read anew."""

from __future__ import annotations

import pytest

from derender.language.text import parse_program
from derender.latex.kept_labels import KeptLabels, keep_labels

FIGURE = "circle(1, 1)\n"
LATTICE = "100,0,500,0,-100,1500,0,0,1"
"""A hundred pixels a cell, the origin at (500, 1500)."""


def program(*labels: str) -> str:
    return FIGURE + "".join(f"label({label})\n" for label in labels)


def check(
    old: tuple[str, ...],
    new: tuple[str, ...],
    kept: tuple[str, ...],
    *,
    to: str = LATTICE,
    otherwise: tuple[tuple[str, str], ...] = (),
    missing: tuple[str, ...] = (),
) -> None:
    found = keep_labels(program(*old), LATTICE, program(*new), to)
    assert found == KeptLabels(program(*kept), otherwise, missing)


@pytest.mark.parametrize("there", ["1, 1", "1.4, 0.6", "0, 2"])
def test_a_text_stays_at_its_place(there: str) -> None:
    check(('1, 1, "start"',), (f'{there}, "label 1"',), (f'{there}, "start"',))


def test_in_a_regular_row_the_picture_tells_which_label_is_which() -> None:
    """A box was added before the first: by their places in the figure all texts would move on by one."""
    old = tuple(f'{x}, 1, "{text}"' for x, text in ((1, "in put"), (4, "a core"), (7, "out put")))
    new = tuple(f'{x}, 1, "label {n}"' for n, x in enumerate((1, 4, 7, 10), 1))
    kept = ('1, 1, "label 1"', '4, 1, "in put"', '7, 1, "a core"', '10, 1, "out put"')
    check(old, new, kept, to="100.1,0,199.5,0,-100,1500,0,0,1")


def test_texts_that_are_read_as_they_were_tell_which_label_is_which() -> None:
    """A page that was taken anew, with one more box before the others."""
    old = tuple(f'{x}, 1, "{text}"' for x, text in ((1, "A"), (4, "B"), (7, "C")))
    new = tuple(f'{x}, 1, "{text}"' for x, text in ((1, "N"), (4, "A"), (7, "B"), (10, "C")))
    check(old, new, new, to="100,0,201,0,-100,1501,0,0,1")


def test_placeholders_are_read_anew() -> None:
    check(('1, 1, "label 1"', '5, 1, "label 2"'), ('5, 1, "label 1"', '1, 1, "q"'), ('5, 1, "label 1"', '1, 1, "q"'))


def test_each_text_goes_to_the_nearest_label_and_to_one_alone() -> None:
    old = ('1, 1, "a b"', '2, 1, "c d"', '3, 1, "label 3"')
    check(old, ('2.1, 1, "label 1"', '1.3, 1, "label 2"', '2.8, 1, "e"'), ('2.1, 1, "c d"', '1.3, 1, "a b"', '2.8, 1, "e"'))


def test_a_text_that_is_read_otherwise_is_kept_and_told() -> None:
    check(('1, 1, "s"',), ('1, 1, "t"',), ('1, 1, "s"',), otherwise=(("s", "t"),))
    check(('1, 1, "s"',), ('1, 1, "s"',), ('1, 1, "s"',))


def test_a_text_without_a_label_is_told() -> None:
    check(('1, 1, "start"', '9, 9, "start"', '5, 5, "label 2"'), ('4, 1, "label 1"',), ('4, 1, "label 1"',), missing=("start", "start"))
    check(('1, 1, "start"',), (), (), missing=("start",))


def test_a_text_that_is_read_elsewhere_now_has_moved() -> None:
    check(('1, 1, "s"', '1, 9, "s"'), ('4, 1, "s"',), ('4, 1, "s"',), missing=("s",))


def test_a_figure_that_begins_elsewhere_in_the_same_picture_keeps_its_texts() -> None:
    """Something was added to the left and below: the origin lies three cells further left, five below, and cells are half as wide."""
    old = ('1, 1, "start"', '4, 2, "no"')
    check(old, ('8, 12, "label 1"', '14, 14, "label 2"'), ('8, 12, "start"', '14, 14, "no"'), to="50,0,200,0,-50,2000,0,0,1")


@pytest.mark.parametrize("lattice", ["", "1,2", "a,b,c,d,e,f,g,h,i", "nan,0,0,0,1,0,0,0,1", "0,0,0,0,0,0,0,0,0"])
def test_a_marker_that_tells_no_lattice_leaves_the_places_in_the_figure(lattice: str) -> None:
    check(('1, 1, "start"',), ('1, 1, "label 1"',), ('1, 1, "start"',), to=lattice)


def test_programs_that_cannot_be_read_have_no_labels() -> None:
    assert keep_labels("circle(", LATTICE, FIGURE, LATTICE) == KeptLabels(FIGURE)
    assert keep_labels(FIGURE, LATTICE, "circle(", LATTICE) == KeptLabels("circle(")


@pytest.mark.parametrize(("text", "is_one"), [("label 1", True), ("label 12", True), ("label", False), ("label one", False), ("x", False)])
def test_what_is_a_placeholder(text: str, is_one: bool) -> None:
    assert parse_program(program(f'1, 1, "{text}"')).labels[0].is_placeholder is is_one
