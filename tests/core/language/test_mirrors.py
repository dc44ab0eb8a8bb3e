"""Writing reflections out changes the text, not the drawing."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from strategies import draws, programs

from derender.language.execute import execute, mirror, place
from derender.language.legality import problems
from derender.language.mirrors import mirrored, without_reflections
from derender.language.program import Draw, Program, Reflect
from derender.language.text import parse_program, pretty
from derender.language.tree import walk


@given(programs())
def test_the_drawing_stays_and_the_reflections_go(program: Program) -> None:
    flat = replace(program, statements=without_reflections(program.statements))
    assert execute(flat) == execute(program)
    assert not any(isinstance(statement, Reflect) for statement in walk(flat.statements))


@given(draws(scope=()))
def test_an_image_drawn_is_the_drawing_mirrored(draw: Draw) -> None:
    for reflection in (Reflect("x", 7, ()), Reflect("y", -4, ())):
        assert place(mirrored(draw, reflection), {}) == mirror(place(draw, {}), reflection)
        if not problems(Program((draw,))):
            assert problems(Program((mirrored(draw, reflection),))) == ()
            assert mirrored(mirrored(draw, reflection), reflection) == draw


def test_a_command_on_the_axis_is_written_once() -> None:
    program = parse_program("reflect(x = 6)\n    circle(3, 1)\n    circle(1, 1)\n    line(2, 4, 4, 4)\n")
    flat = Program(without_reflections(program.statements))
    assert pretty(flat) == "circle(3, 1)\ncircle(1, 1)\ncircle(5, 1)\nline(2, 4, 4, 4)\n"
