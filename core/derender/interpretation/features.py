"""φ(program): what the prior over programs looks at (Section 4.1), a few counts of the program and of what it draws.

The paper takes 'a few basic features of a program, such as its size and how many loops it has'. Beyond the text of the program, a
program has a drawing: constants that nothing else shares, line ends that touch nothing and kinds of strokes say whether it is one
that somebody would want.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, dataclass, fields

from derender.language.cost import cost_thirds
from derender.language.program import Affine, DrawCircle, DrawLine, DrawRectangle, For, If, Program, Reflect
from derender.language.tree import walk, x_positions, y_positions
from derender.perception.legibility import legible
from derender.spec import Circle, Command, Line, Rectangle, Spec


@dataclass(frozen=True, slots=True)
class ProgramFeatures:
    """Counts; the order of the fields is the order of the prior's weights."""

    cost: float
    """The cost of A.5, in commands."""
    statements: float
    """Drawing statements."""
    loops: float
    reflections: float
    conditionals: float
    coefficients: float
    """Distinct coefficients beyond the first, x and y apart."""
    short_loops: float
    """Loops of two turns."""
    dependent_bounds: float
    """Loops whose bound depends on an outer variable."""
    commands: float
    """What is drawn."""
    kinds: float
    """Distinct kinds of commands: with and without head, dashed or not, each radius."""
    unaligned: float
    """Coordinates that one command alone has, x and y apart."""
    lone_shapes: float
    """Commands like none other in kind, size and direction."""
    odd_strokes: float
    """Those among them that are like two other lines or more but for head or dashes."""
    loose_ends: float
    """Line ends that touch nothing else."""
    illegible: float
    """Commands that no drawing can show: dashes on lines too short for them."""


NAMES: tuple[str, ...] = tuple(field.name for field in fields(ProgramFeatures))


def features(program: Program, spec: Spec) -> ProgramFeatures:
    """φ of a program that draws `spec`."""
    nodes = list(walk(program.statements))
    draws = [node for node in nodes if isinstance(node, DrawCircle | DrawRectangle | DrawLine)]
    loops = [node for node in nodes if isinstance(node, For)]
    shapes = [(_shape(command), _stroke(command)) for command in spec]
    alike, strokes = Counter(shape for shape, _ in shapes), Counter(stroke for _, stroke in shapes)
    lone = [stroke for shape, stroke in shapes if alike[shape] == 1]
    steps = [{p.coefficient for d in draws for p in positions(d) if p.coefficient} for positions in (x_positions, y_positions)]
    return ProgramFeatures(
        cost=cost_thirds(program) / 3,
        statements=len(draws),
        loops=len(loops),
        reflections=sum(isinstance(node, Reflect) for node in nodes),
        conditionals=sum(isinstance(node, If) for node in nodes),
        coefficients=sum(max(0, len(found) - 1) for found in steps),
        short_loops=sum(loop.bound == Affine(2) for loop in loops),
        dependent_bounds=sum(loop.bound.variable is not None for loop in loops),
        commands=len(spec),
        kinds=len({_kind(command) for command in spec}),
        unaligned=_unaligned(spec),
        lone_shapes=len(lone),
        odd_strokes=sum(strokes[stroke] > 2 for stroke in lone if stroke is not None),
        loose_ends=loose_ends(spec),
        illegible=sum(not legible(command) for command in spec),
    )


def vector(found: ProgramFeatures) -> tuple[float, ...]:
    """The features as numbers, in the order of `NAMES`."""
    return astuple(found)


def _kind(command: Command) -> tuple[object, ...]:
    match command:
        case Circle(_, _, rx, ry, double):
            return ("circle", rx, ry, double)
        case Rectangle(rounded=rounded, double=double):
            return ("rectangle", rounded, double)
        case Line(arrow=arrow, dashed=dashed, bend=bend):
            return ("line", arrow, dashed, bend)


def _shape(command: Command) -> tuple[object, ...]:
    """What of a command does not change when it moves; a line without a head has no direction."""
    match command:
        case Circle():
            return _kind(command)
        case Rectangle(x1, y1, x2, y2):
            return (*_kind(command), x2 - x1, y2 - y1)
        case Line(x1, y1, x2, y2):
            return (*_kind(command), *((x2 - x1, y2 - y1) if command.arrow else _undirected(command)))


def _stroke(command: Command) -> tuple[int, int] | None:
    """A line's extent, whatever its head and dashes; None for other commands."""
    return _undirected(command) if isinstance(command, Line) else None


def _undirected(line: Line) -> tuple[int, int]:
    along = (line.x2 - line.x1, line.y2 - line.y1)
    return max(along, (-along[0], -along[1]))


def _unaligned(spec: Spec) -> int:
    xs: Counter[int] = Counter()
    ys: Counter[int] = Counter()
    for command in spec:
        points = _key_points(command)
        xs.update({x for x, _ in points})
        ys.update({y for _, y in points})
    return sum(n == 1 for n in xs.values()) + sum(n == 1 for n in ys.values())


def _key_points(command: Command) -> tuple[tuple[int, int], ...]:
    match command:
        case Circle(x, y):
            return ((x, y),)
        case Rectangle(x1, y1, x2, y2) | Line(x1, y1, x2, y2):
            return ((x1, y1), (x2, y2))


def loose_ends(spec: Spec) -> int:
    """Line ends that touch nothing else."""
    return sum(
        not any(_touches(other, x, y) for other in spec if other is not line)
        for line in spec
        if isinstance(line, Line)
        for x, y in ((line.x1, line.y1), (line.x2, line.y2))
    )


def _touches(command: Command, x: int, y: int) -> bool:
    """Whether the point lies on the command's stroke, give or take a quarter of a cell."""
    match command:
        case Circle(cx, cy, rx, ry):
            scaled = (((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2) ** 0.5
            return bool(abs(scaled - 1) * min(rx, ry) <= 0.25)
        case Rectangle(x1, y1, x2, y2):
            on_sides = x in (x1, x2) and y1 <= y <= y2
            return on_sides or (y in (y1, y2) and x1 <= x <= x2)
        case Line():
            return on_segment(command, x, y)


def on_segment(line: Line, x: int, y: int) -> bool:
    """Whether a point lies on a line between its ends, or at one."""
    x1, y1, x2, y2 = line.x1, line.y1, line.x2, line.y2
    across = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
    return across == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)
