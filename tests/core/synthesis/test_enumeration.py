"""Promises of the enumeration: mirrors as the language mirrors, statements that draw what they are said to draw."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from strategies import specs

from derender.language.execute import execute, mirror
from derender.language.program import Reflect
from derender.spec import Circle, Rectangle, Spec
from derender.synthesis.choices import Catalogue, choice_of
from derender.synthesis.elements import elements_of, reflections_of
from derender.synthesis.leaves import Progressions, Shape
from derender.synthesis.listing import masks_of
from derender.synthesis.nodes import TOP, Nodes, Tables, nodes_of
from derender.synthesis.readback import program_of
from derender.synthesis.search_space import FULL
from derender.synthesis.steps import finish

ISING = Spec(
    [Circle(3 * i, 3 * j) for i in range(3) for j in range(3)]
    + [Rectangle(3 * i, 3 * j + 1, 3 * i + 1, 3 * j + 2) for i in range(3) for j in range(2)]
)


@given(specs(max_size=10))
def test_reflections_map_elements_as_the_language_does(spec: Spec) -> None:
    elements = elements_of(spec)
    for reflection in reflections_of(elements):
        for element, image in enumerate(reflection.image.tolist()):
            mirrored = mirror(spec.commands[element], Reflect(reflection.axis, reflection.position, ()))
            assert (mirrored in spec) == (image >= 0)
            assert image < 0 or spec.commands[image] == mirrored


@given(specs(attributes=False, max_size=6))
def test_every_pair_that_a_reflection_joins_is_found(spec: Spec) -> None:
    found = {(reflection.axis, reflection.position) for reflection in reflections_of(elements_of(spec))}
    for axis, position in ((axis, position) for axis in ("x", "y") for position in range(33)):
        reflection = Reflect("x" if axis == "x" else "y", position, ())
        joined = any(mirror(command, reflection) in spec and mirror(command, reflection) != command for command in spec)
        assert joined == ((axis, position) in found)


@given(specs(attributes=False, max_size=8))
def test_each_statement_draws_what_it_is_said_to_draw(spec: Spec) -> None:
    nodes = finish(nodes_of(Tables(elements_of(spec)), FULL), lambda: False)
    _check_statements(nodes)


def test_statements_of_all_kinds_of_nodes_draw_what_they_are_said_to_draw() -> None:
    _check_statements(finish(nodes_of(Tables(elements_of(ISING)), FULL), lambda: False))


def _check_statements(nodes: Nodes) -> None:
    catalogue = Catalogue(nodes)
    for number in range(TOP, len(nodes.nodes)):
        statements = [(mask, choice_of(variant)) for mask, variants in catalogue.groups(number).items() for variant in variants]
        for mask, choice in statements[:20]:
            drawn = execute(program_of(nodes, [choice]))
            assert masks_of_spec(nodes, drawn) == choice.mask == mask


def masks_of_spec(nodes: Nodes, drawn: Spec) -> int:
    commands = nodes.elements.commands
    assert all(command in commands for command in drawn)
    return sum(1 << commands.index(command) for command in drawn)


def test_progressions_of_a_row() -> None:
    progressions = Progressions(elements_of(Spec(Circle(2 * x, 5) for x in range(5))))
    assert progressions.longest == 5
    assert Counter(masks_of(progressions.line(3).leaves.covers)) == {0b00111: 2, 0b01110: 2, 0b11100: 2, 0b10101: 2}
    assert masks_of(progressions.line(5).leaves.covers) == [0b11111, 0b11111]


def test_blocks_of_a_grid() -> None:
    progressions = Progressions(elements_of(Spec(Circle(x, y) for x in range(3) for y in range(2))))
    assert len(progressions.block(Shape(2, 3, 0))) == 4, "from each corner"
    assert {mask.bit_count() for mask in masks_of(progressions.block(Shape(2, 2, 1)).leaves.covers)} == {3}
