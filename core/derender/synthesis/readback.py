"""From chosen statements to a program as an author would write it, and from a program back to its headers.

Equal headers are shared, tests come before what they do not guard, statements stand in the order of what they draw first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from derender.language.program import Affine, Draw, DrawCircle, DrawLine, DrawRectangle, For, If, Program, Reflect, Statement
from derender.spec import Circle, Command, Line, Rectangle
from derender.synthesis.choices import Choice
from derender.synthesis.contexts import Header, Loop, Mirror, Place
from derender.synthesis.nodes import TOP, Nodes

OUTER, INNER = "i", "j"


@dataclass(frozen=True, slots=True)
class _Placed:
    """A statement with the first element that it draws, by which statements are ordered."""

    first: int
    statement: Statement


def program_of(nodes: Nodes, chosen: Iterable[Choice]) -> Program:
    """The program of the chosen statements."""
    return Program(_Reader(nodes, tuple(chosen)).block(TOP, Place.BODY))


class _Reader:
    def __init__(self, nodes: Nodes, chosen: tuple[Choice, ...]) -> None:
        self._nodes = nodes
        self._choices: dict[tuple[int, Place], list[Choice]] = {}
        for choice in chosen:
            self._choices.setdefault((choice.node, choice.place), []).append(choice)
        self._children: dict[tuple[int, Place], list[int]] = {}
        used = {choice.node for choice in chosen} - {TOP}
        for number in sorted(used | ({nodes.nodes[number].parent for number in used} - {TOP})):
            node = nodes.nodes[number]
            self._children.setdefault((node.parent, Place.OUTER_TEST if node.tested else Place.BODY), []).append(number)

    def block(self, node: int, place: Place) -> tuple[Statement, ...]:
        """The statements of a slot, nodes in it included."""
        placed = [_Placed(_first_drawn(choice), self._draw(choice)) for choice in self._choices.get((node, place), [])]
        placed += [self._node(child) for child in self._children.get((node, place), [])]
        return tuple(item.statement for item in sorted(placed, key=lambda item: item.first))

    def _node(self, number: int) -> _Placed:
        body = self.block(number, Place.BODY)
        outer_variable, inner_variable = self._variables(number)
        for place, variable in ((Place.OUTER_TEST, outer_variable), (Place.INNER_TEST, inner_variable)):
            tested = self.block(number, place)
            if tested:
                body = (If(variable, tested), *body)
        header = self._nodes.nodes[number].header
        match header:
            case Loop(constant, coefficient):
                bound = Affine(constant, coefficient, OUTER if coefficient else None)
                return _Placed(self._first_in(number), For(inner_variable, bound, body))
            case Mirror(reflection):
                return _Placed(self._first_in(number), Reflect(reflection.axis, reflection.position, body))
            case _:
                assert_never(header)

    def _variables(self, number: int) -> tuple[str, str]:
        """The variables that a node's tests of the outer and of the inner loop name; one loop is both."""
        parent = self._nodes.nodes[number].parent
        nested = parent != TOP and isinstance(self._nodes.nodes[parent].header, Loop)
        return OUTER, INNER if nested else OUTER

    def _first_in(self, number: int) -> int:
        inside = {number, *(child for (parent, _), children in self._children.items() if parent == number for child in children)}
        return min(_first_drawn(choice) for (owner, _), choices in self._choices.items() if owner in inside for choice in choices)

    def _draw(self, choice: Choice) -> Draw:
        leaf = choice.leaf
        columns = zip(leaf.origin[0].tolist(), leaf.outer[0].tolist(), leaf.inner[0].tolist(), strict=True)
        return _draw(self._nodes.elements.commands[int(leaf.element[0])], [_affine(*column) for column in columns])


def _first_drawn(choice: Choice) -> int:
    return (choice.mask & -choice.mask).bit_length()


def _affine(origin: int, outer: int, inner: int) -> Affine:
    if inner:
        return Affine(origin, inner, INNER)
    return Affine(origin, outer, OUTER) if outer else Affine(origin)


def _draw(like: Command, positions: list[Affine]) -> Draw:
    x1, y1, x2, y2 = positions
    match like:
        case Circle(_, _, rx, ry, double):
            return DrawCircle(x1, y1, rx, ry, double)
        case Rectangle(_, _, _, _, rounded, double):
            return DrawRectangle(x1, y1, x2, y2, rounded, double)
        case Line(_, _, _, _, arrow, dashed, bend):
            return DrawLine(x1, y1, x2, y2, arrow, dashed, bend)
        case _:
            assert_never(like)


def nodes_in(nodes: Nodes, program: Program) -> frozenset[int]:
    """Those of the nodes whose headers the program has."""
    numbers = {(node.parent, _key(node.header), node.tested): number for number, node in enumerate(nodes.nodes)}
    found: set[int] = set()

    def meet(statements: tuple[Statement, ...], parent: int, tested: bool) -> None:
        for statement in statements:
            match statement:
                case If():
                    meet(statement.body, parent, True)
                case For() | Reflect():
                    number = numbers.get((parent, _key_of(statement), tested and parent != TOP))
                    if number is not None:
                        found.add(number)
                        meet(statement.body, number, False)
                case _:
                    pass

    meet(program.statements, TOP, False)
    return frozenset(found)


def _key(header: Header) -> tuple[str, int, int]:
    return (
        ("for", header.constant, header.coefficient)
        if isinstance(header, Loop)
        else (header.reflection.axis, header.reflection.position, 0)
    )


def _key_of(statement: For | Reflect) -> tuple[str, int, int]:
    if isinstance(statement, For):
        return "for", statement.bound.constant, statement.bound.coefficient
    return statement.axis, statement.position, 0
