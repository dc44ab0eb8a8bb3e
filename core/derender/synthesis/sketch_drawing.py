"""The fixed part of a sketch: what a statement of the program's table draws, in the language of the Sketch tool.

A statement is asked about one command at a time: whether it draws it in some turn of its loops, or the command's mirror image.
"""

from __future__ import annotations

FIELDS = ("x1", "y1", "x2", "y2")

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


def _unfolding(name: str, inside: str, header: str) -> str:
    """A function that asks `inside` about a command and, in a reflection (`i`nner or `o`uter), about its mirror image."""
    call = f"own, {_WRITTEN}, ot, ov, it, iv, sl, te, gu"
    images = "".join(f"        int m{field} = mirror{field}(kind, x1, y1, x2, y2, {header}t, {header}v);\n" for field in FIELDS)
    return (
        f"bit {name}(int kind, int x1, int y1, int x2, int y2, int own, {_STATEMENT}, {_HEADER}) {{\n"
        f"    bit hit = {inside}(kind, x1, y1, x2, y2, {call});\n    if ({header}t > 1) {{\n{images}"
        f"        hit = hit || {inside}(kind, mx1, my1, mx2, my2, {call});\n    }}\n    return hit;\n}}\n"
    )


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

"""
    + _unfolding("unfolded", "written", "i")
    + "\n"
    + _unfolding("draws", "unfolded", "o")
)


def drawing_functions(extent: int) -> str:
    """The functions that say what a statement of the table draws, positions from 0 to `extent` being those of the spec."""
    return _DRAWS.replace("EXTENT", str(extent))
