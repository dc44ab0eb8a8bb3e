"""The least cost of a program for a tiny spec, by trying programs: the slow, independent judge of the synthesizer.

It shares nothing with the synthesizer but the definition of the language. Statements are tried as the grammar lists them, with
every bound, axis and expression that could matter on the spec's lattice. What is kept of a block is what it draws and uses, so
that of blocks alike in that only the cheapest is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from derender.language.execute import mirror
from derender.language.program import Reflect
from derender.spec import Circle, Command, Line, Rectangle, Spec

COMMAND = LOOP = REFLECTION = 3
SHORT_LOOP = 6

Coefficients = frozenset[int]
Environment = dict[str, int]


@dataclass(frozen=True)
class Drawn:
    """What matters of a block: the elements it draws, the coefficients and the variables of enclosing loops it uses."""

    elements: frozenset[Command]
    xs: Coefficients = frozenset()
    ys: Coefficients = frozenset()
    uses: frozenset[str] = frozenset()

    def __or__(self, other: Drawn) -> Drawn:
        return Drawn(self.elements | other.elements, self.xs | other.xs, self.ys | other.ys, self.uses | other.uses)


Costs = dict[Drawn, int]


def least_cost(spec: Spec) -> int:
    """The cost in thirds of the cheapest legal program that draws the spec."""
    flat = COMMAND * len(spec)
    if not flat:
        return 0
    found = (
        tree + max(0, len(drawn.xs) - 1) + max(0, len(drawn.ys) - 1)
        for drawn, tree in _Trial(spec).block([{}], (), 3, flat - 1).items()
        if drawn.elements == frozenset(spec)
    )
    return min((flat, *found))


class _Trial:
    def __init__(self, spec: Spec) -> None:
        self._spec = frozenset(spec)
        places = [_places(command) for command in spec]
        self._low = min((value for place in places for value in place), default=0)
        self._high = max((value for place in places for value in place), default=0)
        self._span = self._high - self._low

    def block(self, turns: list[Environment], mirrors: tuple[Reflect, ...], depth: int, budget: int) -> Costs:
        """Every set of statements within the budget, as what it draws; `turns` are the environments it runs in."""
        found: Costs = {Drawn(frozenset()): 0}
        for statement, cost in self._statements(turns, mirrors, depth, budget).items():
            for other, before in list(found.items()):
                if before + cost <= budget:
                    _keep(found, other | statement, before + cost)
        return found

    def _statements(self, turns: list[Environment], mirrors: tuple[Reflect, ...], depth: int, budget: int) -> Costs:
        found: Costs = {}
        if budget < COMMAND:
            return found
        for drawn in self._commands(turns, mirrors):
            _keep(found, drawn, COMMAND)
        if depth > 1:
            for drawn, cost in self._loops(turns, mirrors, depth, budget):
                _keep(found, drawn, cost)
            for axis, position in product(("x", "y"), range(2 * self._low, 2 * self._high + 1)):
                reflection = Reflect("x" if axis == "x" else "y", position, ())
                for drawn, cost in self.block(turns, (reflection, *mirrors), depth - 1, budget - REFLECTION).items():
                    if drawn.elements:
                        _keep(found, drawn, cost + REFLECTION)
        return found

    def _loops(self, turns: list[Environment], mirrors: tuple[Reflect, ...], depth: int, budget: int) -> Iterator[tuple[Drawn, int]]:
        outer = sorted(turns[0]) if turns else []
        variable = "ij"[len(outer)]
        tried: set[tuple[object, ...]] = set()
        for constant, coefficient in self._bounds(bool(outer)):
            price = SHORT_LOOP if (constant, coefficient) == (2, 0) else LOOP
            lengths = tuple(max(0, constant + (coefficient * turn[outer[0]] if outer else 0)) for turn in turns)
            # Some command must use the variable, and then it draws an element each turn.
            if price >= budget or not 0 < max(lengths) <= len(self._spec) or (lengths, price, coefficient != 0) in tried:
                continue
            tried.add((lengths, price, coefficient != 0))
            inner = [{**turn, variable: value} for turn, length in zip(turns, lengths, strict=True) for value in range(length)]
            body = self.block(inner, mirrors, depth - 1, budget - price)
            body = {drawn: cost for drawn, cost in body.items() if variable in drawn.uses}
            whole = dict(body)
            for tested in (*outer, variable):
                later = [turn for turn in inner if turn[tested] > 0]
                if later:
                    for guarded, more in self.block(later, mirrors, depth - 1, budget - price).items():
                        for drawn, cost in body.items():
                            if guarded.elements and cost + more <= budget - price:
                                _keep(whole, drawn | guarded | Drawn(frozenset(), uses=frozenset({tested})), cost + more)
            for drawn, cost in whole.items():
                uses = (drawn.uses - {variable}) | (frozenset(outer) if coefficient else frozenset())
                yield Drawn(drawn.elements, drawn.xs, drawn.ys, uses), cost + price

    def _bounds(self, nested: bool) -> Iterator[tuple[int, int]]:
        largest = len(self._spec) + 1
        for constant in range(2, largest + 1):
            yield constant, 0
        if nested:
            for coefficient in range(-largest, largest + 1):
                if coefficient:
                    yield from ((constant, coefficient) for constant in range(-largest * largest, largest * largest + 1))

    def _commands(self, turns: list[Environment], mirrors: tuple[Reflect, ...]) -> Iterator[Drawn]:
        for like in {_origin(command) for command in self._spec}:
            # An expression is good for a position if all its values are some element's there.
            known = zip(*(_places(command) for command in self._spec if _origin(command) == like), strict=True)
            positions = [set(values) for values in known]
            expressions = [[e for e in self._expressions(turns) if _values(e, turns) <= values] for values in positions]
            for written in product(*expressions):
                drawn = self._run(like, written, turns, mirrors)
                if drawn is not None:
                    yield drawn

    def _run(
        self, like: Command, written: tuple[tuple[int, str, int], ...], turns: list[Environment], mirrors: tuple[Reflect, ...]
    ) -> Drawn | None:
        """What a command draws, if that is canonical as written and all inside the spec."""
        elements: set[Command] = set()
        for turn in turns:
            values = tuple(a * turn.get(v, 0) + b for a, v, b in written)
            command = _at(like, values)
            if _places(command) != values:
                return None
            images = {command}
            for reflection in mirrors:
                images |= {mirror(image, reflection) for image in images}
            if not images <= self._spec:
                return None
            elements |= images
        coefficients = [a for a, _, _ in written]
        uses = frozenset(v for a, v, _ in written if a)
        return Drawn(frozenset(elements), frozenset(coefficients[::2]) - {0}, frozenset(coefficients[1::2]) - {0}, uses)

    def _expressions(self, turns: list[Environment]) -> Iterator[tuple[int, str, int]]:
        """(a, variable, b) with all values of a*variable + b on the spec's lattice."""
        for constant in range(self._low, self._high + 1):
            yield 0, "", constant
        for variable in sorted(turns[0]):
            values = {turn[variable] for turn in turns}
            for coefficient in range(-self._span, self._span + 1):
                low, high = min(coefficient * value for value in values), max(coefficient * value for value in values)
                # A variable with one value only is a constant in disguise; it costs no less.
                if coefficient and low < high:
                    yield from ((coefficient, variable, constant) for constant in range(self._low - low, self._high - high + 1))


def _values(expression: tuple[int, str, int], turns: list[Environment]) -> set[int]:
    coefficient, variable, constant = expression
    return {coefficient * turn.get(variable, 0) + constant for turn in turns}


def _keep(found: Costs, drawn: Drawn, cost: int) -> None:
    if cost < found.get(drawn, cost + 1):
        found[drawn] = cost


def _places(command: Command) -> tuple[int, ...]:
    match command:
        case Circle(x, y):
            return (x, y)
        case Rectangle(x1, y1, x2, y2) | Line(x1, y1, x2, y2):
            return (x1, y1, x2, y2)


def _origin(command: Command) -> Command:
    return _at(command, (0,) * len(_places(command)))


def _at(like: Command, values: tuple[int, ...]) -> Command:
    match like:
        case Circle(_, _, rx, ry, double):
            return Circle(values[0], values[1], rx, ry, double)
        case Rectangle(_, _, _, _, rounded, double):
            return Rectangle(values[0], values[1], values[2], values[3], rounded, double)
        case Line(_, _, _, _, arrow, dashed, bend):
            return Line(values[0], values[1], values[2], values[3], arrow, dashed, bend)
