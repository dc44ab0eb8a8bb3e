"""Programs without reflections: each mirrored command written out beside its original.

The image of an affine position is affine again (c - (a*v + b) = -a*v + (c - b)), so loops stay loops.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from derender.language.program import Affine, Draw, DrawCircle, DrawLine, DrawRectangle, For, If, Reflect, Statement


def without_reflections(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """The same drawing without `reflect`: every drawing statement is followed by its images, those equal to it left out.

    A line without a head whose ends lie above each other in some turns of a loop only cannot be written in canonical form for
    all turns at once; its image keeps an end order that is right for the turns in which it is not upright.
    """
    result: list[Statement] = []
    for statement in statements:
        match statement:
            case For(_, _, body) | If(_, body):
                result.append(replace(statement, body=without_reflections(body)))
            case Reflect(_, _, body):
                result += _doubled(without_reflections(body), statement)
            case DrawCircle() | DrawRectangle() | DrawLine():
                result.append(statement)
            case _:
                assert_never(statement)
    return tuple(result)


def mirrored(draw: Draw, reflection: Reflect) -> Draw:
    """The image of a drawing statement, in canonical form."""
    across_x = reflection.axis == "x"

    def image(position: Affine) -> Affine:
        return Affine(reflection.position - position.constant, -position.coefficient, position.variable)

    match draw:
        case DrawCircle(x, y):
            return replace(draw, x=image(x)) if across_x else replace(draw, y=image(y))
        case DrawRectangle(x1, y1, x2, y2):
            return replace(draw, x1=image(x2), x2=image(x1)) if across_x else replace(draw, y1=image(y2), y2=image(y1))
        case DrawLine(x1, y1, x2, y2, arrow, _, bend):
            line = replace(draw, x1=image(x1), x2=image(x2)) if across_x else replace(draw, y1=image(y1), y2=image(y2))
            line = replace(line, bend=-bend)
            # A line without a head keeps its ends sorted: by x, so across x they change places, unless it is upright.
            changes_places = not arrow and (across_x != (x1 == x2))
            return replace(line, x1=line.x2, y1=line.y2, x2=line.x1, y2=line.y1) if changes_places else line
        case _:
            assert_never(draw)


def _doubled(statements: tuple[Statement, ...], reflection: Reflect) -> list[Statement]:
    result: list[Statement] = []
    for statement in statements:
        match statement:
            case For(_, _, body) | If(_, body):
                result.append(replace(statement, body=tuple(_doubled(body, reflection))))
            case DrawCircle() | DrawRectangle() | DrawLine():
                result += dict.fromkeys((statement, mirrored(statement, reflection)))
            case Reflect():
                raise AssertionError("inner reflections are written out first")
            case _:
                assert_never(statement)
    return result
