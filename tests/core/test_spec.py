"""Specs are sets of commands in canonical form, and their JSON names what is wrong."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import commands, specs

from derender.errors import SpecError
from derender.spec import Circle, Command, Line, Rectangle, Spec, bounding_box, intersection_over_union, symmetric_difference
from derender.spec_json import spec_from_json, spec_to_json


@given(specs())
def test_json_round_trips(spec: Spec) -> None:
    assert spec_from_json(json.loads(json.dumps(spec_to_json(spec)))) == spec


@given(st.lists(commands()), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(drawn: list[Command], rng: random.Random) -> None:
    shuffled = drawn + drawn[:2]
    rng.shuffle(shuffled)
    assert Spec(shuffled) == Spec(drawn)
    assert hash(Spec(shuffled)) == hash(Spec(drawn))
    assert spec_to_json(Spec(shuffled)) == spec_to_json(Spec(drawn))


def test_canonical_order_is_circles_rectangles_lines_each_left_to_right_then_top_to_bottom() -> None:
    order = (Circle(1, 9), Circle(1, 2), Circle(5, 5), Rectangle(0, 5, 1, 6), Rectangle(0, 0, 1, 1), Line(0, 8, 3, 8), Line(0, 1, 3, 1))
    assert Spec(reversed(order)).commands == order


def test_corners_and_ends_are_sorted_but_an_arrow_keeps_its_direction() -> None:
    assert Rectangle(4, 1, 2, 7) == Rectangle(2, 7, 4, 1) == Rectangle(2, 1, 4, 7)
    assert Line(4, 1, 2, 7) == Line(2, 7, 4, 1)
    assert Line(4, 1, 2, 7, arrow=True) != Line(2, 7, 4, 1, arrow=True)


def test_attributes_take_part_in_equality() -> None:
    assert len(Spec([Circle(1, 1), Circle(1, 1, 2, 1), Circle(1, 1, double=True)])) == 3
    assert len(Spec([Line(0, 0, 1, 1, True), Line(0, 0, 1, 1, True, bend=30), Line(0, 0, 1, 1, True, True)])) == 3


def test_readers_canonicalise_json() -> None:
    data = [{"command": "rectangle", "x1": 5, "y1": 6, "x2": 1, "y2": 2}, {"command": "line", "x1": 3, "y1": 0, "x2": 1.0, "y2": 0}]
    assert spec_from_json(data) == Spec([Rectangle(1, 2, 5, 6), Line(1, 0, 3, 0)])
    assert spec_to_json(spec_from_json(data)) == [
        {"command": "rectangle", "x1": 1, "y1": 2, "x2": 5, "y2": 6},
        {"command": "line", "x1": 1, "y1": 0, "x2": 3, "y2": 0, "arrow": False, "dashed": False},
    ]


CIRCLE = {"command": "circle", "x": 1, "y": 2}
LINE = {"command": "line", "x1": 0, "y1": 0, "x2": 1, "y2": 1}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, ["list", "object"]),
        (None, ["null"]),
        ([CIRCLE, 3], ["command 2", "object"]),
        ([{"x": 1}], ["command 1", "'command'", "missing"]),
        ([{"command": "arc"}], ["command 1", "'arc'"]),
        ([CIRCLE, {"command": "circle", "x": 1}], ["command 2", "circle", "'y'", "missing"]),
        ([{**CIRCLE, "x": 1.5}], ["command 1", "'x'", "1.5"]),
        ([{**CIRCLE, "x": True}], ["command 1", "'x'", "True"]),
        ([{**CIRCLE, "x": "1"}], ["command 1", "'x'", "'1'"]),
        ([{**CIRCLE, "x": float("nan")}], ["command 1", "'x'"]),
        ([{**CIRCLE, "x": float("inf")}], ["command 1", "'x'"]),
        ([{**CIRCLE, "x": 10**9}], ["command 1", "'x'", "1000000000"]),
        ([{**CIRCLE, "r": 0}], ["command 1", "'r'"]),
        ([{**CIRCLE, "r": 0.3}], ["command 1", "'r'", "0.3"]),
        ([{**CIRCLE, "r": float("nan")}], ["command 1", "'r'"]),
        ([{**CIRCLE, "r": float("inf")}], ["command 1", "'r'"]),
        ([{**CIRCLE, "r": 1, "rx": 2}], ["command 1", "'r'", "'rx'"]),
        ([{**CIRCLE, "colour": "red"}], ["command 1", "'colour'", "unknown"]),
        ([{"command": "rectangle", "x1": 1, "y1": 1, "x2": 1, "y2": 3}], ["command 1", "x1 and x2"]),
        ([{**LINE, "x2": 0, "y2": 0}], ["command 1", "(x1, y1)"]),
        ([{**LINE, "arrow": 1}], ["command 1", "'arrow'", "1"]),
        ([{**LINE, "bend": 30}], ["command 1", "'bend'", "arrows"]),
        ([{**LINE, "arrow": True, "bend": 200}], ["command 1", "'bend'", "200"]),
    ],
)
def test_errors_name_the_command_and_the_field(data: Any, words: list[str]) -> None:
    with pytest.raises(SpecError) as caught:
        spec_from_json(data)
    assert all(word in str(caught.value) for word in words)
    assert "\n" not in str(caught.value)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(("command", "x", "y", "x1", "y1", "x2", "y2", "r", "rx", "ry", "arrow", "bend", "double")), inner)
    ),
)


FIELDS = st.sampled_from((*LINE, "x", "y", "r", "arrow"))


@given(ANYTHING | st.lists(st.dictionaries(FIELDS, ANYTHING | st.sampled_from(("circle", "line")), max_size=9)))
def test_any_json_is_read_or_refused_with_a_spec_error(data: object) -> None:
    try:
        spec = spec_from_json(data)
    except SpecError:
        return
    assert spec_from_json(spec_to_json(spec)) == spec


@given(specs(), specs())
def test_differences_and_overlap_agree(a: Spec, b: Spec) -> None:
    only_a, only_b = symmetric_difference(a, b)
    assert only_a | b == a | b == only_b | a
    both = len(a) - len(only_a)
    assert intersection_over_union(a, b) == (both / (both + len(only_a) + len(only_b)) if a.commands or b.commands else 1)
    assert intersection_over_union(a, b) == intersection_over_union(b, a)
    assert (intersection_over_union(a, b) == 1) == (a == b)


def test_bounding_box_counts_radii() -> None:
    assert bounding_box(Spec()) == (0, 0, 0, 0)
    assert bounding_box(Spec([Circle(3, 3, 1.5, 0.5), Line(2, 0, 3, 3)])) == (1.5, 0, 4.5, 3.5)
