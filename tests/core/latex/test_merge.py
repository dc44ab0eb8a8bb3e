"""Redrawn and edited by hand: both kept where they do not touch, told where they do, and never anything lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derender.errors import DocumentError
from derender.latex.generation import generate
from derender.latex.insertion import apply_edits
from derender.latex.merge import Conflict, merge_lines, redrawn
from derender.latex.origin import Origin
from derender.latex.regions import Form, Region, Source, find_regions

OLD = "circle(1, 1)\ncircle(4, 1)\nrectangle(0, 5, 3, 7)\n"
NEW = "circle(1, 1)\ncircle(4, 1)\nrectangle(0, 5, 4, 7)\n"
ORIGIN = Origin("new.jpg", "0123456789abcdef")

LINES = st.lists(st.sampled_from("abcdef"), max_size=8)


def document(program: str = OLD, newline: str = "\n", indent: str = "") -> str:
    region = generate(Source(program, Form.COMMANDS), Origin("a.jpg", "f" * 16), indent=indent, newline=newline)
    return f"before{newline}{indent}{region}{newline}after{newline}"


def only(text: str) -> Region:
    found = find_regions(text)
    assert not found.faults
    (region,) = found.regions
    return region


def test_changes_in_different_places_are_both_kept() -> None:
    assert merge_lines("abcde", "aBcde", "abcdE").lines == tuple("aBcdE")
    assert merge_lines("abcde", "bcde", "abcdef").lines == tuple("bcdef")
    assert merge_lines("abc", "abc", "").lines == ()


def test_changes_of_one_line_are_a_conflict_unless_they_are_the_same() -> None:
    assert merge_lines("abc", "aXc", "aYc").conflicts == (Conflict(1, ("X",), ("Y",)),)
    assert merge_lines("abc", "aXc", "aXc") == merge_lines("aXc", "aXc", "aXc")
    assert merge_lines("abc", "ac", "aYc").conflicts == (Conflict(1, (), ("Y",)),)
    assert merge_lines("ab", "aXb", "aYb").conflicts == (Conflict(1, ("X",), ("Y",)),)


@given(LINES, LINES)
def test_a_side_that_changed_nothing_leaves_the_other_s_text(base: list[str], other: list[str]) -> None:
    assert merge_lines(base, other, base) == merge_lines(base, other, other)
    assert merge_lines(base, base, other).lines == tuple(other)
    assert merge_lines(base, other, base).lines == tuple(other)
    assert merge_lines(base, other, other).conflicts == ()


@given(LINES, LINES, LINES)
def test_whether_there_are_conflicts_does_not_depend_on_the_side(base: list[str], ours: list[str], theirs: list[str]) -> None:
    one, two = merge_lines(base, ours, theirs), merge_lines(base, theirs, ours)
    assert [(c.ours, c.theirs) for c in one.conflicts] == [(c.theirs, c.ours) for c in two.conflicts]
    if not one.conflicts:
        assert one.lines == two.lines


@given(LINES, LINES, LINES)
def test_no_line_of_the_author_s_is_lost(base: list[str], ours: list[str], theirs: list[str]) -> None:
    marked = [f"{line}{number}" if line not in base else line for number, line in enumerate(ours)]
    merged = merge_lines(base, marked, theirs)
    assert [line for line in marked if line not in base] == [line for line in merged.lines if line not in base and line not in theirs]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("indent", ["", "  ", "\t"])
def test_an_edited_figure_takes_the_new_drawing_and_keeps_the_edit(newline: str, indent: str) -> None:
    text = document(newline=newline, indent=indent)
    begin = "\\begin{tikzpicture}"
    line = next(line for line in only(text).body.split(newline) if "circle" in line)
    edited = text.replace(line, f"{line} % mine", 1)
    assert begin in edited
    edit = redrawn(edited, only(edited), NEW, ORIGIN)
    assert not isinstance(edit, tuple)
    result = apply_edits(edited, (edit,))
    region = only(result)
    assert f"{line} % mine" in region.body
    assert region.is_edited
    assert not region.is_outdated
    assert (region.source.program, region.origin) == (NEW, ORIGIN)
    fresh = only(document(NEW, newline, indent)).body
    assert region.body.replace(" % mine", "") == fresh
    assert result.startswith(f"before{newline}{indent}%")
    assert result.endswith(f"{newline}after{newline}")
    # And once more: what was kept is kept again.
    again = redrawn(result, region, OLD, ORIGIN)
    assert not isinstance(again, tuple)
    assert apply_edits(result, (again,)).replace(" % mine", "") == document(OLD, newline, indent).replace(
        "photo=a.jpg sha256=" + "f" * 16, "photo=new.jpg sha256=0123456789abcdef"
    )


def test_a_line_that_both_changed_is_told() -> None:
    text = document()
    line = next(line for line in only(text).body.splitlines() if "rectangle" in line)
    edited = text.replace(line, f"{line} % mine", 1)
    found = redrawn(edited, only(edited), NEW, ORIGIN)
    assert isinstance(found, tuple)
    (conflict,) = found
    assert conflict.ours == (f"{line} % mine",)
    assert only(edited).body.splitlines()[conflict.line] == f"{line} % mine"


def test_an_untouched_figure_is_simply_drawn_anew() -> None:
    text = document()
    edit = redrawn(text, only(text), NEW, ORIGIN)
    assert not isinstance(edit, tuple)
    region = only(apply_edits(text, (edit,)))
    assert not region.is_edited
    assert region.body == only(document(NEW)).body


def test_what_cannot_be_known_is_not_guessed() -> None:
    """The program was changed too, so that nobody knows what the body was."""
    text = document()
    line = next(line for line in only(text).body.splitlines() if "rectangle" in line)
    text = text.replace(line, f"{line} % mine", 1).replace("%| circle(4, 1)", "%| circle(6, 1)")
    region = only(text)
    assert region.is_edited
    assert region.is_outdated
    with pytest.raises(DocumentError, match="edited by hand"):
        redrawn(text, region, NEW, ORIGIN)
