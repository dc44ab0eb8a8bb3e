"""Figures that grow at their start, reflections that keep their distance, labels that go on counting, what is proposed first."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from PIL import Image
from strategies import programs

from derender.errors import DerenderError, OptionError
from derender.extrapolation import all_proposals, extrapolate, growable, proposals
from derender.extrapolation.sheet import contact_sheet
from derender.language.execute import execute
from derender.language.legality import problems
from derender.language.program import Label, Program
from derender.language.text import parse_program
from derender.spec import Circle, Line, Spec, bounding_box, moved

CHAIN = "for (i < 3)\n    if (i > 0)\n        line(3*i - 1, 1, 3*i, 1, arrow)\n    circle(3*i + 1, 1)\n"
BESIDE = CHAIN + "rectangle(-3, 0, -1, 2)\n"
MIRRORED = "reflect(x = 12)\n    for (i < 2)\n        circle(3*i + 1, 1)\n"
STAIRS = "for (i < 3)\n    for (j < i + 1)\n        circle(3*i + 1, 3*j + 1)\n"


def texts(program: Program) -> list[tuple[float, float, str]]:
    return [(label.x, label.y, label.text) for label in program.labels]


def test_turns_at_the_start_come_before_what_is_there() -> None:
    found = extrapolate(parse_program(BESIDE), {"i": 4}, frozenset("i"))
    assert found.title == "i < 4 (at the start)"
    assert found.backwards == ("i",)
    before = execute(parse_program(BESIDE))
    assert found.spec == before | Spec([Circle(-2, 1), Line(-1, 1, 0, 1, arrow=True)])


def test_all_loops_that_grow_at_their_start_are_said_to_once() -> None:
    source = parse_program("for (i < 2)\n    for (j < 2)\n        circle(3*i + 1, 3*j + 1)\n")
    assert extrapolate(source, {"i": 3, "j": 3}, frozenset("ij")).title == "i < 3, j < 3 (at the start)"


def test_a_figure_that_grows_below_zero_is_moved_as_a_whole() -> None:
    found = extrapolate(parse_program("for (i < 2)\n    circle(3*i + 1, 1)\nrectangle(0, 4, 5, 6)\n"), {"i": 3}, frozenset("i"))
    assert bounding_box(found.spec)[0] == 0
    assert moved(found.spec, -3, 0) == Spec([Circle(-2, 1), Circle(1, 1), Circle(4, 1)]) | execute(parse_program("rectangle(0, 4, 5, 6)\n"))


def test_a_figure_nested_deeper_than_a_program_should_be_grows_too() -> None:
    source = parse_program("reflect(x = 30)\n    for (i < 2)\n        for (j < i + 1)\n            circle(3*i + 1, 3*j + 1)\n")
    assert problems(source)
    assert [found.title for found in proposals(source)] == ["i < 3"]


def test_a_reflection_keeps_its_distance() -> None:
    """The gap in the middle stays as wide as it was."""
    found = extrapolate(parse_program(MIRRORED), {"i": 3})
    assert sorted(c.x for c in found.spec if isinstance(c, Circle)) == [1, 4, 7, 11, 14, 17]


def test_a_reflection_that_the_figure_grows_away_from_stays() -> None:
    found = extrapolate(parse_program("reflect(x = 12)\n    for (i < 2)\n        circle(3*i + 8, 1)\n"), {"i": 3})
    assert sorted(c.x for c in found.spec if isinstance(c, Circle)) == [1, 4, 7, 11, 14, 17]


def test_labels_beyond_the_axis_go_with_the_image() -> None:
    source = parse_program(MIRRORED + 'label(1, 3, "left")\nlabel(11, 3, "right")\n')
    assert texts(extrapolate(source, {"i": 3}).program) == [(1, 3, "left"), (17, 3, "right")]


@pytest.mark.parametrize(
    ("row", "more"),
    [
        (("x_1", "x_2", "x_3"), ("x_4", "x_5")),
        (("1", "2", "3"), ("4", "5")),
        (("$h_{0}$", "$h_{2}$", "$h_{4}$"), ("$h_{6}$", "$h_{8}$")),
        (("a", "b", "c"), ("d", "e")),
        (("same", "same", "same"), ("same", "same")),
        (("x_1", "x_2", "x_4"), ()),
        (("one", "two", "three"), ()),
        (("3", "2", "1"), ()),
        (("x", "y", "z"), ()),
    ],
)
def test_labels_go_on_where_they_count(row: tuple[str, ...], more: tuple[str, ...]) -> None:
    labels = tuple(Label(3 * k + 1, 3.5, text) for k, text in enumerate(row))
    found = extrapolate(Program(parse_program(CHAIN).statements, labels), {"i": 5})
    assert tuple(label.text for label in found.program.labels) == (*row, *more)
    assert [label.x for label in found.program.labels] == [3 * k + 1 for k in range(3 + len(more))]


def test_labels_of_turns_at_the_start_are_counted_anew() -> None:
    labels = tuple(Label(3 * k + 1, 3, f"x_{k + 1}") for k in range(3))
    found = extrapolate(Program(parse_program(CHAIN).statements, labels), {"i": 4}, frozenset("i"))
    assert texts(found.program) == [(3 * k + 1, 3, f"x_{k + 1}") for k in range(4)]


def test_fewer_turns_take_their_labels_away() -> None:
    labels = (*(Label(3 * k + 1, 3, f"{k}") for k in range(3)), Label(0, 9, "title"))
    found = extrapolate(Program(parse_program(CHAIN).statements, labels), {"i": 2})
    assert [label.text for label in found.program.labels] == ["0", "1", "title"]


def test_labels_of_a_grid_count_in_the_direction_that_grows() -> None:
    grid = parse_program("for (i < 2)\n    for (j < 2)\n        circle(3*i + 1, 3*j + 1)\n")
    labels = tuple(Label(3 * i + 1, 3 * j + 1, f"{i}{j}".replace("", " ").strip()) for i in range(2) for j in range(2))
    found = extrapolate(Program(grid.statements, labels), {"i": 3})
    assert {label.text for label in found.program.labels} == {"0 0", "0 1", "1 0", "1 1", "2 0", "2 1"}


def test_a_triangle_grows_at_its_end_only() -> None:
    assert [(p.bounds, p.backwards) for p in all_proposals(parse_program(STAIRS))] == [((("i", 4),), ())]


def test_what_runs_into_other_things_comes_last() -> None:
    source = parse_program("for (i < 2)\n    circle(3*i + 1, 1)\nfor (i < 2)\n    circle(3*i + 1, 9)\ncircle(8, 1)\n")
    assert proposals(source)[0].bounds == (("j", 3),)


@given(programs(labelled=False))
def test_everything_proposed_is_legal_draws_more_and_stays_in_place(source: Program) -> None:
    before = execute(source)
    found = all_proposals(source)
    assert len({p.spec for p in found}) == len(found)
    for p in found:
        assert execute(p.program) == p.spec
        assert problems(p.program) == ()
        assert len(p.spec) > len(before)
        assert all(new >= min(0, old) for new, old in zip(bounding_box(p.spec)[:2], bounding_box(before)[:2], strict=True))


@given(programs(labelled=False))
def test_growing_at_the_start_and_shrinking_there_again_changes_nothing(source: Program) -> None:
    if "reflect" in str(source).lower():
        return
    for variable, bound in growable(source):
        try:
            grown = extrapolate(source, {variable: bound + 1}, frozenset(variable)).program
            back = extrapolate(grown, {variable: bound}, frozenset(variable))
        except DerenderError:  # lines without length, say
            continue
        old, new = bounding_box(execute(source)), bounding_box(back.spec)
        dx, dy = round(new[0] - old[0]), round(new[1] - old[1])
        assert moved(execute(source), dx, dy) == back.spec


def test_an_unknown_loop_cannot_grow_at_its_start() -> None:
    with pytest.raises(OptionError, match="no bound"):
        extrapolate(parse_program(CHAIN), {"i": 4}, frozenset("k"))


def test_a_contact_sheet_has_a_place_for_every_picture() -> None:
    pictures = [(f"picture {k}", Spec([Circle(k, 1)]), ()) for k in range(5)]
    sheet = Image.open(io.BytesIO(contact_sheet(pictures, side=60)))
    assert sheet.size == (3 * 68 + 8, 2 * 86 + 8)
    for k in range(5):
        place = sheet.crop((8 + k % 3 * 68, 8 + k // 3 * 86, 68 + k % 3 * 68, 68 + k // 3 * 86)).convert("L")
        assert place.getextrema()[0] < 100
