"""A spec's synthesis problem in the language of the Sketch tool, and programs as values of its holes.

The sketch asks which drawing commands (a kind and four positions) a program draws. The program is a table of statements, each under
one header or none: outer headers, and inner ones with an outer one for a parent; every number in the table is a hole. Headers are
loops or reflections; a reflection asks about the mirrored command. Assertions keep programs legal and what they draw on the
spec's lattice; the cost of A.5, in thirds, is minimised. All holes are declared in one function, in the order of `Encoding.holes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derender.errors import OptionError
from derender.spec import Circle, Line, Rectangle, Spec
from derender.synthesis.elements import Elements, elements_of

NONE, LOOP, MIRROR_X, MIRROR_Y = 0, 1, 2, 3
"""What a header is; NONE is a header that is not used."""

FIELDS = ("x1", "y1", "x2", "y2")


@dataclass(frozen=True, slots=True)
class Table:
    """How many statements, outer headers and inner headers a program may have, and how many turns a loop."""

    statements: int
    outer: int
    inner: int
    turns: int


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
        self.table = table or Table(len(spec), 4, 6, min(len(spec), 16) + 1)
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

    @property
    def input_bits(self) -> int:
        """Bits of the largest number that the sketch is asked about."""
        return max(self.extent, len(self.kinds)).bit_length()

    @property
    def hole_bits(self) -> int:
        """Bits of the largest number in a hole."""
        return max(4 * self.extent + 2 * self.table.turns, self.table.outer + self.table.inner).bit_length()

    def text(self, given: Mapping[str, int] | None = None) -> str:
        """The sketch; with values `given` for holes (0 for the others) instead of `??`."""
        holes = [f"    int {name} = {given.get(name, 0) if given is not None else '??'};" for name in self.holes]
        return "\n".join([self._drawn(), self._mirror(), _DRAWS.replace("EXTENT", str(self.extent)), *self._program(holes)]) + "\n"

    def _drawn(self) -> str:
        rows = []
        for kind, position in zip(self.elements.kinds.tolist(), self.elements.positions.tolist(), strict=True):
            fields = FIELDS[:2] if isinstance(self.kinds[kind], Circle) else FIELDS
            tests = [f"{field} == {value - self.origin}" for field, value in zip(fields, position, strict=False)]
            tests += [f"{field} == 0" for field in FIELDS[len(fields) :]]
            rows.append(f"(kind == {kind + 1} && {' && '.join(tests)})")
        body = "\n".join(f"    hit = hit || {row};" for row in rows)
        return f"bit drawn(int kind, int x1, int y1, int x2, int y2) {{\n    bit hit = 0;\n{body}\n    return hit;\n}}\n"

    def _mirror(self) -> str:
        """Which sort of shape a kind is: 1 a circle, 2 a rectangle, 3 a line without a head, 4 an arrow."""
        lines = ["int sort(int kind) {", "    int result = 0;"]
        for number, command in enumerate(self.kinds, start=1):
            sort = 1 if isinstance(command, Circle) else 2 if isinstance(command, Rectangle) else 4 if command.arrow else 3
            lines += [f"    if (kind == {number}) {{", f"        result = {sort};", "    }"]
        return "\n".join([*lines, "    return result;", "}", ""])

    def _program(self, holes: list[str]) -> list[str]:
        t = self.table
        lines = [
            "bit program(int kind, int x1, int y1, int x2, int y2) implements drawn {",
            *holes,
            "    bit hit = 0;",
            "    int cost = 0;",
        ]
        lines += [f"    int ouses{o} = 0;" for o in range(t.outer)] + [f"    int iuses{i} = 0;" for i in range(t.inner)]
        for o in range(t.outer):
            lines += _checked(f"otype{o} <= 3", f"(otype{o} != {LOOP} || (ovalue{o} >= 2 && ovalue{o} <= {t.turns}))")
            lines += [f"    cost = cost + headercost(otype{o}, ovalue{o}, 0);"]
        for i in range(t.inner):
            lines += [
                f"    int bound{i} = ivalue{i} - {self.offset('ivalue')};",
                f"    int slope{i} = islope{i} - {self.offset('islope')};",
            ]
            lines += [f"    int ptype{i} = 0;", f"    int pvalue{i} = 0;"]
            for o in range(t.outer):
                lines += [f"    if (parent{i} == {o}) {{", f"        ptype{i} = otype{o};", f"        pvalue{i} = ovalue{o};", "    }"]
            lines += _checked(
                f"itype{i} <= 3",
                f"(itype{i} == 0 || ptype{i} != 0)",
                f"(itype{i} != {LOOP} || slope{i} == 0 || ptype{i} == {LOOP})",
                f"(tested{i} == 0 || (tested{i} == 1 && ptype{i} == {LOOP}))",
                f"(itype{i} != {LOOP} || slope{i} != 0 || (bound{i} >= 2 && bound{i} <= {t.turns}))",
                f"((testvar{i} == 1 && ptype{i} == {LOOP}) || (testvar{i} == 2 && itype{i} == {LOOP}) || testvar{i} == 0)",
            )
            lines += [f"    cost = cost + headercost(itype{i}, bound{i}, slope{i});"]
            for o in range(t.outer):
                condition = f"parent{i} == {o} && tested{i} == 0 && itype{i} == {LOOP} && slope{i} != 0"
                lines += [f"    if ({condition}) {{", f"        ouses{o} = 1;", "    }"]
        for s in range(t.statements):
            lines += self._statement(s)
        for o in range(t.outer):
            lines += _checked(f"(otype{o} != {LOOP} || ouses{o} == 1)")
        for i in range(t.inner):
            lines += _checked(f"(itype{i} != {LOOP} || iuses{i} == 1)")
        for axis in ("x", "y"):
            lines += self._coefficients(axis)
        return [*lines, "    minimize(cost);", "    return hit;", "}"]

    def _statement(self, s: int) -> list[str]:
        t = self.table
        lines = [f"    int ot{s} = 0;", f"    int ov{s} = 0;", f"    int it{s} = 0;", f"    int iv{s} = 0;", f"    int sl{s} = 0;"]
        lines += [f"    int te{s} = 0;", f"    int gu{s} = 0;"]
        uses = {v: " || ".join(f"var_{field}_{s} == {v}" for field in FIELDS) for v in (1, 2)}
        for o in range(t.outer):
            lines += [f"    if (header{s} == {o + 1} && kind{s} != 0) {{", f"        assert(otype{o} != 0);"]
            lines += [f"        ot{s} = otype{o};", f"        ov{s} = ovalue{o};", f"        gu{s} = guarded{s};"]
            lines += [f"        if (guarded{s} == 0 && ({uses[1]})) {{", f"            ouses{o} = 1;", "        }", "    }"]
        for i in range(t.inner):
            lines += [f"    if (header{s} == {t.outer + i + 1} && kind{s} != 0) {{", f"        assert(itype{i} != 0);"]
            lines += [
                f"        ot{s} = ptype{i};",
                f"        ov{s} = pvalue{i};",
                f"        it{s} = itype{i};",
                f"        iv{s} = bound{i};",
            ]
            lines += [f"        sl{s} = slope{i};", f"        te{s} = tested{i};"]
            lines += [
                f"        if (guarded{s} == 1) {{",
                f"            assert(testvar{i} > 0);",
                f"            gu{s} = testvar{i};",
                "        }",
            ]
            lines += [f"        if (guarded{s} == 0 && ({uses[2]})) {{", f"            iuses{i} = 1;", "        }"]
            # The outer variable may also be used by a test in the inner body, or there beneath it.
            for o in range(t.outer):
                deep = f"parent{i} == {o} && tested{i} == 0 && ({uses[1]} || gu{s} == 1)"
                lines += [f"        if ({deep}) {{", f"            ouses{o} = 1;", "        }"]
            lines += ["    }"]
        lines += _checked(f"guarded{s} <= 1", f"header{s} <= {t.outer + t.inner}", f"kind{s} <= {len(self.kinds)}")
        for v, loop in ((1, f"ot{s}"), (2, f"it{s}")):
            lines += _checked(f"((!({uses[v]})) || {loop} == {LOOP} || kind{s} == 0)")
        lines += _checked(f"(gu{s} != 1 || ot{s} == {LOOP})", f"(gu{s} != 2 || it{s} == {LOOP})")
        arguments = [
            f"{part}_{field}_{s}" + (f" - {self.offset(part)}" if part != "var" else "")
            for field in FIELDS
            for part in ("var", "coef", "base")
        ]
        header = f"ot{s}, ov{s}, it{s}, iv{s}, sl{s}, te{s}, gu{s}"
        lines += [f"    if (kind{s} != 0) {{", "        cost = cost + 3;"]
        # Outside an `||`, which would skip the assertions inside where something is drawn already.
        lines += [f"        bit drawn{s} = draws(kind, x1, y1, x2, y2, kind{s}, {', '.join(arguments)}, {header});"]
        lines += [f"        hit = hit || drawn{s};", "    }"]
        return lines

    def _coefficients(self, axis: str) -> list[str]:
        """A third for each coefficient beyond the first of an axis."""
        lines = [f"    int count{axis} = 0;"]
        pairs = [(s, field) for s in range(self.table.statements) for field in FIELDS if field[0] == axis]
        for value in range(-self.extent, self.extent + 1):
            if value:
                written = value + self.extent
                lines.append(f"    bit any{axis}{written} = 0;")
                for s, field in pairs:
                    condition = f"kind{s} != 0 && var_{field}_{s} != 0 && coef_{field}_{s} == {written}"
                    lines += [f"    if ({condition}) {{", f"        any{axis}{written} = 1;", "    }"]
                lines += [f"    if (any{axis}{written}) {{", f"        count{axis} = count{axis} + 1;", "    }"]
        return [*lines, f"    if (count{axis} > 1) {{", f"        cost = cost + count{axis} - 1;", "    }"]


def _checked(*conditions: str) -> list[str]:
    return [f"    assert({condition});" for condition in conditions]


_MIRRORED = """\
    int s = sort(kind);
    int ax1 = x1;
    int ay1 = y1;
    int ax2 = x2;
    int ay2 = y2;
    if (header == 2) {
        ax1 = value - x1;
        if (s != 1) {
            ax2 = value - x2;
        }
    }
    if (header == 3) {
        ay1 = value - y1;
        if (s != 1) {
            ay2 = value - y2;
        }
    }
    int bx1 = ax1;
    int by1 = ay1;
    int bx2 = ax2;
    int by2 = ay2;
    if (s == 2 && ax1 > ax2) {
        bx1 = ax2;
        bx2 = ax1;
    }
    if (s == 2 && ay1 > ay2) {
        by1 = ay2;
        by2 = ay1;
    }
    if (s == 3 && (ax1 > ax2 || (ax1 == ax2 && ay1 > ay2))) {
        bx1 = ax2;
        by1 = ay2;
        bx2 = ax1;
        by2 = ay1;
    }
"""


def _position(field: str) -> str:
    return (
        f"    int p{field} = b{field};\n    if (v{field} == 1) {{\n        p{field} = b{field} + a{field} * i;\n    }}\n"
        f"    if (v{field} == 2) {{\n        p{field} = b{field} + a{field} * j;\n    }}\n"
    )


def _indented(text: str, by: int) -> str:
    return "".join(" " * by + line + "\n" for line in text.splitlines())


_STATEMENT = ", ".join(f"int v{field}, int a{field}, int b{field}" for field in FIELDS)
_WRITTEN = ", ".join(f"v{field}, a{field}, b{field}" for field in FIELDS)
_HEADER = "int ot, int ov, int it, int iv, int sl, int te, int gu"

_DRAWS = (
    """\
int headercost(int type, int bound, int slope) {
    int cost = 0;
    if (type != 0) {
        cost = 3;
    }
    if (type == 1 && bound == 2 && slope == 0) {
        cost = 6;
    }
    return cost;
}

bit inside(int v) {
    return v >= 0 && v <= EXTENT;
}

bit shown(int own, int header, int value, int px1, int py1, int px2, int py2) {
    bit ok = 1;
    if (header == 2) {
        ok = ok && inside(value - px1) && (sort(own) == 1 || inside(value - px2));
    }
    if (header == 3) {
        ok = ok && inside(value - py1) && (sort(own) == 1 || inside(value - py2));
    }
    return ok;
}

"""
    + "".join(
        f"int mirror{field}(int kind, int x1, int y1, int x2, int y2, int header, int value) {{\n{_MIRRORED}    return b{field};\n}}\n\n"
        for field in FIELDS
    )
    + f"""\
bit written(int kind, int x1, int y1, int x2, int y2, int own, {_STATEMENT}, {_HEADER}) {{
    bit hit = 0;
    int outer = 1;
    if (ot == 1) {{
        outer = ov;
    }}
    for (int i = 0; i < outer; i++) {{
        int inner = 1;
        if (it == 1) {{
            inner = iv + sl * i;
        }}
        if (te == 1 && i == 0) {{
            inner = 0;
        }}
        for (int j = 0; j < inner; j++) {{
            int turn = 1;
            if (gu == 1) {{
                turn = i;
            }}
            if (gu == 2) {{
                turn = j;
            }}
            if (turn > 0) {{
{_indented("".join(_position(field) for field in FIELDS), 12)}\
                int s = sort(own);
                assert(inside(px1) && inside(py1) && inside(px2) && inside(py2));
                assert(s != 1 || (px2 == 0 && py2 == 0));
                assert(s != 2 || (px1 < px2 && py1 < py2));
                assert(s != 3 || px1 < px2 || (px1 == px2 && py1 < py2));
                assert(shown(own, it, iv, px1, py1, px2, py2) && shown(own, ot, ov, px1, py1, px2, py2));
                if (it > 1 && ot == it) {{
                    assert(shown(own, it, ov - iv, 0 - px1, 0 - py1, 0 - px2, 0 - py2));
                }}
                hit = hit || (kind == own && x1 == px1 && y1 == py1 && x2 == px2 && y2 == py2);
            }}
        }}
    }}
    return hit;
}}

bit unfolded(int kind, int x1, int y1, int x2, int y2, int own, {_STATEMENT}, {_HEADER}) {{
    bit hit = written(kind, x1, y1, x2, y2, own, {_WRITTEN}, ot, ov, it, iv, sl, te, gu);
    if (it > 1) {{
        int mx1 = mirrorx1(kind, x1, y1, x2, y2, it, iv);
        int my1 = mirrory1(kind, x1, y1, x2, y2, it, iv);
        int mx2 = mirrorx2(kind, x1, y1, x2, y2, it, iv);
        int my2 = mirrory2(kind, x1, y1, x2, y2, it, iv);
        hit = hit || written(kind, mx1, my1, mx2, my2, own, {_WRITTEN}, ot, ov, it, iv, sl, te, gu);
    }}
    return hit;
}}

bit draws(int kind, int x1, int y1, int x2, int y2, int own, {_STATEMENT}, {_HEADER}) {{
    bit hit = unfolded(kind, x1, y1, x2, y2, own, {_WRITTEN}, ot, ov, it, iv, sl, te, gu);
    if (ot > 1) {{
        int mx1 = mirrorx1(kind, x1, y1, x2, y2, ot, ov);
        int my1 = mirrory1(kind, x1, y1, x2, y2, ot, ov);
        int mx2 = mirrorx2(kind, x1, y1, x2, y2, ot, ov);
        int my2 = mirrory2(kind, x1, y1, x2, y2, ot, ov);
        hit = hit || unfolded(kind, mx1, my1, mx2, my2, own, {_WRITTEN}, ot, ov, it, iv, sl, te, gu);
    }}
    return hit;
}}
"""
)
