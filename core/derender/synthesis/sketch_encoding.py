"""A spec's synthesis problem in the language of the Sketch tool, and programs as values of its holes.

The sketch asks which drawing commands (a kind and four positions) a program draws. The program is a table of statements, each under
one header or none: outer headers, and inner ones with an outer one for a parent; every number in the table is a hole. Headers are
loops or reflections; a reflection asks about the mirrored command. Assertions keep programs legal and what they draw on the
spec's lattice; the cost of A.5, in thirds, is minimised. All holes are declared in one function, in the order of `Encoding.holes`.
"""

from __future__ import annotations

from collections.abc import Mapping

from derender.errors import OptionError
from derender.spec import Circle, Line, Rectangle, Spec
from derender.synthesis.cover import COMMAND_THIRDS
from derender.synthesis.elements import Elements, elements_of
from derender.synthesis.leaves import Progressions
from derender.synthesis.nodes import within_reach
from derender.synthesis.search_space import FULL, SearchSpace
from derender.synthesis.sketch_drawing import FIELDS, drawing_functions
from derender.synthesis.sketch_program import MIRROR_Y, ProgramNumbers, Table, program_function

MOST_TURNS = 16
"""Loops of more turns, and the one that a test takes away, are not looked for; nor such as are longer than any progression."""


def table_of(spec: Spec, space: SearchSpace) -> Table:
    """The table of the programs of a search space that are looked for; small where they are, since the tool's time grows with it."""
    outer = 4 if space.depth >= 2 and (space.loops or space.reflections) else 0
    inner = 6 if space.depth >= 3 and outer else 0
    elements = elements_of(spec)
    longest = Progressions(elements).longest if within_reach(elements) else len(spec)
    return Table(len(spec), outer, inner, min(longest, MOST_TURNS) + 1, space.loops, space.reflections)


class Encoding:
    """The sketch of a spec: `text`, the names of its `holes` in order, and what the numbers in them mean."""

    def __init__(self, spec: Spec, table: Table | None = None) -> None:
        """Raises `OptionError` for a spec that holds bent arrows or nothing at all."""
        if not len(spec):
            raise OptionError("there is nothing to synthesize in an empty spec")
        if any(isinstance(command, Line) and command.bend for command in spec):
            raise OptionError("the Sketch engine does not know bent arrows; use --engine native")
        self.spec = spec
        self.elements: Elements = elements_of(spec)
        positions = self.elements.positions
        circles = [isinstance(command, Circle) for command in spec]
        used = positions[:, :2].ravel().tolist() + positions[[not circle for circle in circles], 2:].ravel().tolist()
        self.origin = min(used)
        """All positions are counted from here, so that none is negative."""
        self.extent = max(used) - self.origin
        self.table = table or table_of(spec, FULL)
        representatives = {int(kind): command for kind, command in zip(self.elements.kinds, spec, strict=True)}
        self.kinds = [representatives[number] for number in range(len(representatives))]
        """A command of each kind; kind number k is written k + 1 in a hole, and 0 is a statement that is not there."""
        self.holes = self._holes()

    def _holes(self) -> tuple[str, ...]:
        names = []
        for s in range(self.table.statements):
            names += [f"kind{s}", f"header{s}", f"guarded{s}"]
            names += [f"{part}_{field}_{s}" for field in FIELDS for part in ("var", "coef", "base")]
        for o in range(self.table.outer):
            names += [f"otype{o}", f"ovalue{o}"]
        for i in range(self.table.inner):
            names += [f"parent{i}", f"itype{i}", f"ivalue{i}", f"islope{i}", f"tested{i}", f"testvar{i}"]
        return tuple(names)

    def offset(self, name: str) -> int:
        """What is subtracted from a hole's value, since holes are not negative."""
        if name.startswith("coef"):
            return self.extent
        if name.startswith(("base", "ivalue", "islope")):
            return 2 * self.extent + self.table.turns
        return 0

    def bits(self, name: str) -> int:
        """Bits of the largest number in a hole; two at least, since a hole of one bit would be no number."""
        table = self.table
        largest = {
            "kind": len(self.kinds),
            "header": table.outer + table.inner,
            "coef": 2 * self.extent,
            "base": 4 * self.extent + 2 * table.turns,
            "ovalue": max(2 * self.extent, table.turns),
            "parent": table.outer,
            "ivalue": 4 * self.extent + 2 * table.turns,
            "islope": 4 * self.extent + 2 * table.turns,
        }
        sort = name.split("_")[0].rstrip("0123456789")
        return max(2, largest.get(sort, MIRROR_Y).bit_length())

    @property
    def input_bits(self) -> int:
        """Bits of the largest number that the sketch is asked about."""
        return max(self.extent, len(self.kinds)).bit_length()

    @property
    def cost_bits(self) -> int:
        """Bits of a cost that is above that of any program of the table which is worth finding: a command each."""
        return (COMMAND_THIRDS * len(self.spec) + 1).bit_length()

    @property
    def hole_bits(self) -> int:
        """Bits of the largest number in any hole."""
        return max(self.bits(name) for name in self.holes)

    def text(self, given: Mapping[str, int] | None = None) -> str:
        """The sketch; with values `given` for holes (0 for the others) instead of `??` and the bits that it may have."""
        holes = [f"    int {name} = {f'??({self.bits(name)})' if given is None else given.get(name, 0)};" for name in self.holes]
        numbers = ProgramNumbers(self.table, len(self.kinds), self.extent, self.offset)
        parts = [self._drawn(), self._sort(), drawing_functions(self.extent), *program_function(holes, numbers)]
        return "\n".join(parts) + "\n"

    def _drawn(self) -> str:
        rows = []
        for kind, position in zip(self.elements.kinds.tolist(), self.elements.positions.tolist(), strict=True):
            fields = FIELDS[:2] if isinstance(self.kinds[kind], Circle) else FIELDS
            tests = [f"{field} == {value - self.origin}" for field, value in zip(fields, position, strict=False)]
            tests += [f"{field} == 0" for field in FIELDS[len(fields) :]]
            rows.append(f"(kind == {kind + 1} && {' && '.join(tests)})")
        body = "\n".join(f"    hit = hit || {row};" for row in rows)
        return f"bit drawn(int kind, int x1, int y1, int x2, int y2) {{\n    bit hit = 0;\n{body}\n    return hit;\n}}\n"

    def _sort(self) -> str:
        """Which sort of shape a kind is: 1 a circle, 2 a rectangle, 3 a line without a head, 4 an arrow."""
        lines = ["int sort(int kind) {", "    int result = 0;"]
        for number, command in enumerate(self.kinds, start=1):
            sort = 1 if isinstance(command, Circle) else 2 if isinstance(command, Rectangle) else 4 if command.arrow else 3
            lines += [f"    if (kind == {number}) {{", f"        result = {sort};", "    }"]
        return "\n".join([*lines, "    return result;", "}", ""])
