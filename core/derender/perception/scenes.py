"""Scenes to train on: the paper's random scenes and the structures that figures are made of.

`random_scene` composes one to three motifs (grids, trees, chains, nested boxes, layers, plates, stars, flow diagrams,
polygons, stairs, dashed outlines, lines that end on lines) with loose commands, flips and turns the whole, and leaves out
what a reader could not tell: collinear strokes that overlap, lines on box sides, two circles at nearly one place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from derender.perception.legibility import Drawn, clash
from derender.spec import Circle, Command, Line, Rectangle, Spec, bounding_box, moved

Motif = Callable[[np.random.Generator, int, int], list[Command]]
"""Draws within 0 … width, 0 … height cells."""

RADII: tuple[float, ...] = tuple(k / 2 for k in range(1, 17))
"""The circle radii that scenes use, in cells; radius 1 by far the most."""


def random_scene(rng: np.random.Generator, width: int = 16, height: int = 16, most_commands: int = 56) -> Spec:
    """A spec within 0 … `width` × 0 … `height` cells, unambiguous once drawn."""
    style = rng.random()
    if style < 0.25:
        commands = _loose(rng, width, height, int(rng.integers(1, 4 + int(rng.integers(1, 22)))))
    else:
        commands = []
        for x, y, w, h in _areas(rng, width, height):
            for _ in range(1 if rng.random() < 0.94 else 2):
                motif = MOTIFS[int(rng.integers(len(MOTIFS)))]
                commands.extend(_moved(_oriented(motif, rng, w, h), x, y))
        if rng.random() < 0.5:
            commands.extend(_loose(rng, width, height, int(rng.integers(1, 9))))
    inside = [c for c in commands if _within(c, width, height)]
    return Spec(readable(inside)[:most_commands])


def figure_scene(rng: np.random.Generator, width: int, height: int, objects: int) -> Spec:
    """A spec of exactly `objects` commands within 0 … `width` × 0 … `height` cells: one motif beside the other, as figures have them.

    Raises `ValueError` where so many do not fit.
    """
    commands: list[Command] = []
    for _ in range(400):
        w, h = (min(side, _pick(rng, 5, 12)) for side in (width, height))
        x, y = _pick(rng, 0, width - w), _pick(rng, 0, height - h)
        motif = MOTIFS[int(rng.integers(len(MOTIFS)))]
        drawn = [c for c in _moved(_oriented(motif, rng, w, h), x, y) if _within(c, width, height)]
        if not any(_near(a, b) for a in drawn for b in commands):
            commands += readable(drawn)
        if len(commands) >= objects:
            return Spec(commands[:objects])
    for _ in range(100 * objects):
        commands = readable([*commands, *(c for c in _loose(rng, width, height, 1) if _within(c, width, height))])
        if len(commands) == objects:
            return Spec(commands)
    raise ValueError(f"{objects} commands do not fit on {width} × {height} cells")


def readable(commands: Iterable[Command]) -> list[Command]:
    """`commands` without those that would hide or merge with an earlier one."""
    kept: list[Command] = []
    drawn = Drawn()
    for command in commands:
        near = drawn.near(command)
        if command not in near and not any(clash(command, other, touching=True) for other in near):
            kept.append(command)
            drawn.add(command)
    return kept


# Composition


def _areas(rng: np.random.Generator, width: int, height: int) -> list[tuple[int, int, int, int]]:
    split = rng.random()
    if split < 0.5:
        return [(0, 0, width, height)]
    if split < 0.78:
        cut = int(rng.integers(width // 3, 2 * width // 3 + 1))
        return [(0, 0, cut - 1, height), (cut + 1, 0, width - cut - 1, height)]
    cut, cut2 = int(rng.integers(width // 3, 2 * width // 3 + 1)), int(rng.integers(height // 3, 2 * height // 3 + 1))
    return [(0, 0, cut - 1, cut2 - 1), (cut + 1, 0, width - cut - 1, cut2 - 1), (0, cut2 + 1, width, height - cut2 - 1)]


def _oriented(motif: Motif, rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """The motif, possibly transposed and mirrored, somewhere in its area."""
    transpose = rng.random() < 0.5
    commands = motif(rng, height, width) if transpose else motif(rng, width, height)
    if transpose:
        commands = [_transposed(c) for c in commands]
    if rng.random() < 0.5:
        commands = [_mirrored(c, width) for c in commands]
    if rng.random() < 0.5:
        commands = [_transposed(_mirrored(_transposed(c), height)) for c in commands]
    if not commands:
        return []
    x1, y1, x2, y2 = bounding_box(Spec(commands))
    low_x, high_x, low_y, high_y = -math.floor(x1), width - math.ceil(x2), -math.floor(y1), height - math.ceil(y2)
    if low_x > high_x or low_y > high_y:
        return commands
    return _moved(commands, int(rng.integers(low_x, high_x + 1)), int(rng.integers(low_y, high_y + 1)))


def _moved(commands: Sequence[Command], dx: int, dy: int) -> list[Command]:
    return list(moved(Spec(commands), dx, dy))


def _transposed(c: Command) -> Command:
    match c:
        case Circle():
            return Circle(c.y, c.x, c.ry, c.rx)
        case Rectangle():
            return Rectangle(c.y1, c.x1, c.y2, c.x2)
        case Line():
            return Line(c.y1, c.x1, c.y2, c.x2, c.arrow, c.dashed)


def _mirrored(c: Command, width: int) -> Command:
    match c:
        case Circle():
            return Circle(width - c.x, c.y, c.rx, c.ry)
        case Rectangle():
            return Rectangle(width - c.x1, c.y1, width - c.x2, c.y2)
        case Line():
            return Line(width - c.x1, c.y1, width - c.x2, c.y2, c.arrow, c.dashed)


# Motifs


def _pick(rng: np.random.Generator, low: int, high: int) -> int:
    return int(rng.integers(low, max(low, high) + 1))


def _radius(rng: np.random.Generator, most: float = 3) -> float:
    if rng.random() < 0.8:
        return 1.0
    return float(rng.choice([r for r in RADII if r <= max(0.5, most)]))


def _node(rng: np.random.Generator, x: int, y: int, half: int, kind: str) -> Command:
    return Circle(x, y) if kind == "circle" else Rectangle(x - half, y - half, x + half, y + half)


def _link_style(rng: np.random.Generator) -> tuple[bool, bool]:
    return bool(rng.random() < 0.6), bool(rng.random() < 0.12)


def _directed(rng: np.random.Generator, x1: int, y1: int, x2: int, y2: int, style: tuple[bool, bool], flip: float = 0.0) -> Line:
    if rng.random() < flip:
        x1, y1, x2, y2 = x2, y2, x1, y1
    return Line(x1, y1, x2, y2, *style)


def _grid(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    kind = str(rng.choice(["circle", "circle", "rectangle"]))
    size_x, size_y = (2, 2) if kind == "circle" else (_pick(rng, 1, 4), _pick(rng, 1, 3))
    pitch_x, pitch_y = size_x + _pick(rng, 0 if kind == "circle" else 1, 3), size_y + _pick(rng, 0 if kind == "circle" else 1, 3)
    columns, rows = _pick(rng, 1, min(5, (width - size_x) // pitch_x + 1)), _pick(rng, 1, min(5, (height - size_y) // pitch_y + 1))
    triangular = rng.random() < 0.2
    across, down = rng.random() < 0.5, rng.random() < 0.5
    style_x, style_y = _link_style(rng), _link_style(rng)
    out: list[Command] = []
    for i in range(columns):
        for j in range(rows if not triangular else min(rows, i + 1)):
            x, y = i * pitch_x, j * pitch_y
            out.append(Circle(x + 1, y + 1) if kind == "circle" else Rectangle(x, y, x + size_x, y + size_y))
            if across and i + 1 < columns and pitch_x > size_x:
                middle = y + size_y // 2 if size_y > 1 else y + _pick(rng, 0, 1)
                out.append(_directed(rng, x + size_x, middle, x + pitch_x, middle, style_x))
            if down and j + 1 < rows and pitch_y > size_y and not (triangular and j + 1 > i):
                middle = x + size_x // 2 if size_x > 1 else x + _pick(rng, 0, 1)
                out.append(_directed(rng, middle, y + size_y, middle, y + pitch_y, style_y))
    return out


def _chain(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    out: list[Command] = []
    x, style, mixed = 0, _link_style(rng), rng.random() < 0.4
    kind = str(rng.choice(["circle", "rectangle"]))
    gap, half_height = _pick(rng, 1, 4), _pick(rng, 1, 2)
    middle = half_height
    while x + 2 <= width:
        if mixed:
            kind = str(rng.choice(["circle", "rectangle"]))
        size = 2 if kind == "circle" else _pick(rng, 1, 4)
        if x + size > width:
            break
        out.append(Circle(x + 1, middle) if kind == "circle" else Rectangle(x, middle - half_height, x + size, middle + half_height))
        x += size
        if x + gap + 1 > width or rng.random() < 0.08:
            break
        out.append(_directed(rng, x, middle, x + gap, middle, style, 0.05))
        x += gap
    return out


def _tree(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    kind, style = str(rng.choice(["circle", "rectangle"])), _link_style(rng)
    children, pitch, drop = _pick(rng, 2, 4), _pick(rng, 2, 5), _pick(rng, 1, 4)
    while children > 1 and (children - 1) * pitch + 2 > width:
        children -= 1
    out: list[Command] = []
    root_x = 1 + ((children - 1) * pitch) // 2 if rng.random() < 0.7 else 1
    top = 1 + 2 + drop
    out.append(_node(rng, root_x, top, 1, kind))
    same_start = rng.random() < 0.7
    for i in range(children):
        x = 1 + i * pitch
        out.append(_node(rng, x, 1, 1, kind))
        start = root_x if same_start or abs(x - root_x) > 1 else x
        out.append(_directed(rng, start, top - 1, x, 2, style))
        if rng.random() < 0.4 and top + 2 < height:
            out.extend(_moved([_node(rng, x, 1, 1, kind)], 0, -(2 + drop)))
            out.append(_directed(rng, x, 0, x, -drop, style))
    return out


def _nested(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    out: list[Command] = []
    x1, y1, x2, y2 = 0, 0, _pick(rng, 2, width), _pick(rng, 2, height)
    for _ in range(_pick(rng, 1, 4)):
        if x2 - x1 < 1 or y2 - y1 < 1:
            break
        out.append(Rectangle(x1, y1, x2, y2))
        x1, y1, x2, y2 = x1 + _pick(rng, 1, 2), y1 + _pick(rng, 1, 2), x2 - _pick(rng, 1, 2), y2 - _pick(rng, 1, 2)
    if x2 - x1 >= 2 and y2 - y1 >= 2 and rng.random() < 0.6:
        out.append(Circle((x1 + x2) // 2, (y1 + y2) // 2))
    return out


def _layers(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    style, gap = (bool(rng.random() < 0.5), False), _pick(rng, 2, 5)
    columns = _pick(rng, 2, max(2, min(4, (width - 2) // (2 + gap) + 1)))
    counts = [_pick(rng, 1, min(4, height // 3 + 1)) for _ in range(columns)]
    pitch = _pick(rng, 3, 4)
    full = rng.random() < 0.6
    out: list[Command] = []
    for i, count in enumerate(counts):
        offset = (max(counts) - count) * pitch // 2
        for j in range(count):
            out.append(Circle(i * (2 + gap) + 1, offset + j * pitch + 1))
            if i + 1 < columns:
                next_offset = (max(counts) - counts[i + 1]) * pitch // 2
                start, end = (i * (2 + gap) + 2, offset + j * pitch + 1), (i + 1) * (2 + gap)
                linked = [k for k in range(counts[i + 1]) if full or j == k]
                out.extend(Line(*start, end, next_offset + k * pitch + 1, *style) for k in linked)
    return out


def _plate(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    across = rng.random() < 0.5
    count, pitch = _pick(rng, 1, 4), _pick(rng, 2, 4)
    tight = rng.random() < 0.4
    out: list[Command] = [Circle(1 + (i * pitch if across else 0), 1 + (0 if across else i * pitch)) for i in range(count)]
    margin = 0 if tight else _pick(rng, 1, 2)
    end = (count - 1) * pitch + 2
    out.append(Rectangle(-margin, -margin, (end if across else 2) + margin, (2 if across else end) + margin))
    style = _link_style(rng)
    if rng.random() < 0.5 and pitch > 2:
        for i in range(count - 1):
            a, b = 2 + i * pitch, (i + 1) * pitch
            out.append(Line(a, 1, b, 1, *style) if across else Line(1, a, 1, b, *style))
    if rng.random() < 0.5:
        repeats, step = _pick(rng, 2, 3), (2 if across else end) + 2 * margin + _pick(rng, 1, 3)
        base = list(out)
        for k in range(1, repeats):
            out.extend(_moved(base, 0 if across else k * step, k * step if across else 0))
    return out


def _star(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    reach, style = _pick(rng, 2, min(5, max(2, min(width, height) // 2))), _link_style(rng)
    inward, mixed = rng.random() < 0.5, rng.random() < 0.25
    kind = str(rng.choice(["circle", "rectangle", "none"]))
    leaf = str(rng.choice(["circle", "rectangle", "none"]))
    start = 1 if kind != "none" else 0
    out: list[Command] = [] if kind == "none" else [_node(rng, 0, 0, 1, kind)]
    directions = (
        [(1, 0), (0, 1), (-1, 0), (0, -1)] if rng.random() < 0.6 else [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)]
    )
    for dx, dy in directions:
        if rng.random() < 0.15:
            continue
        ends = (dx * start, dy * start, dx * reach, dy * reach)
        if kind == "circle" and dx and dy:
            continue
        out.append(Line(*(ends[2:] + ends[:2] if inward else ends), *(_link_style(rng) if mixed else style)))
        if leaf != "none" and not (dx and dy):
            out.append(_node(rng, dx * (reach + 1), dy * (reach + 1), 1, leaf))
    return out


def _flow(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Boxes of many sizes, joined by straight and angled arrows at their sides."""
    boxes: list[Command] = []
    for _ in range(_pick(rng, 2, 7)):
        if rng.random() < 0.35:
            boxes.append(Circle(_pick(rng, 1, width - 1), _pick(rng, 1, height - 1), *(_radius(rng, 2),) * 2))
        else:
            w, h = _pick(rng, 1, min(6, width)), _pick(rng, 1, min(5, height))
            x, y = _pick(rng, 0, width - w), _pick(rng, 0, height - h)
            boxes.append(Rectangle(x, y, x + w, y + h))
    spaced: list[Command] = []
    for box in boxes:
        if not any(_near(box, other) for other in spaced):
            spaced.append(box)
    out = list(spaced)
    style = _link_style(rng)
    for _ in range(_pick(rng, 1, 2 * len(spaced))):
        a, b = (spaced[int(k)] for k in rng.integers(len(spaced), size=2))
        (x1, y1), (x2, y2) = _port(rng, a), _port(rng, b)
        if a is b or (x1, y1) == (x2, y2):
            continue
        if rng.random() < 0.2:
            style = _link_style(rng)
        if rng.random() < 0.25 and x1 != x2 and y1 != y2:
            out.extend([Line(x1, y1, x2, y1, False, style[1]), Line(x2, y1, x2, y2, *style)])
        else:
            out.append(Line(x1, y1, x2, y2, *style))
            if rng.random() < 0.06 and style[0]:
                out.append(Line(x2, y2, x1, y1, *style))
    return out


def _port(rng: np.random.Generator, box: Command) -> tuple[int, int]:
    """An integer point on the outline (for circles: on an axis)."""
    match box:
        case Circle(x, y, r):
            dx, dy = ((1, 0), (0, 1), (-1, 0), (0, -1))[int(rng.integers(4))]
            return x + dx * int(r), y + dy * int(r)
        case Rectangle(x1, y1, x2, y2):
            side = int(rng.integers(4))
            if side < 2:
                return (x1, x2)[side], _pick(rng, y1, y2) if rng.random() < 0.4 else (y1 + y2) // 2
            return _pick(rng, x1, x2) if rng.random() < 0.4 else (x1 + x2) // 2, (y1, y2)[side - 2]
        case Line(x1, y1):
            return x1, y1


def _polygon(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    closed, dashed, mixed = rng.random() < 0.7, rng.random() < 0.1, rng.random() < 0.15
    shape = rng.random()
    w, h = _pick(rng, 1, min(5, width // 2)), _pick(rng, 1, min(5, height // 2))
    if shape < 0.3:
        corners = [(w, 0), (2 * w, h), (w, 2 * h), (0, h)]
    elif shape < 0.5:
        corners = [(0, 0), (2 * w, 0), (w, h)]
    elif shape < 0.65:
        corners = [(0, 0), (w, 0), (w, h), (0, h)][: _pick(rng, 3, 4)]
        closed = False
    else:
        corners = [(_pick(rng, 0, width), _pick(rng, 0, height)) for _ in range(_pick(rng, 3, 6))]
    pairs = list(zip(corners, corners[1:] + corners[:1] if closed else corners[1:], strict=False))
    arrow = rng.random() < 0.3
    out: list[Command] = []
    for k, ((x1, y1), (x2, y2)) in enumerate(pairs):
        last = k == len(pairs) - 1
        dashes = bool(rng.random() < 0.4) if mixed else dashed
        out += [Line(x1, y1, x2, y2, arrow and (last or closed), dashes)] if (x1, y1) != (x2, y2) else []
    return out


def _stairs(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Repeated strokes: parallel, growing, stepping."""
    count, step_x, step_y = _pick(rng, 2, 6), _pick(rng, 0, 3), _pick(rng, 0, 3)
    if step_x == step_y == 0:
        step_x = 1
    grow = _pick(rng, -1, 2)
    style = _link_style(rng)
    dx, dy = _pick(rng, -3, 5), _pick(rng, -3, 5)
    if dx == dy == 0:
        dx = 2
    both = rng.random() < 0.3
    kind = str(rng.choice(["line", "line", "rectangle", "circle"]))
    out: list[Command] = []
    for i in range(count):
        x, y = i * step_x, i * step_y
        ex, ey = x + dx + grow * i * (dx != 0), y + dy + grow * i * (dy != 0)
        if kind == "circle":
            out.append(Circle(x, y))
            if both and (step_x > 2 or step_y > 2) and i + 1 < count:
                out.append(
                    Line(
                        x + min(1, step_x),
                        y + (1 if step_x == 0 else 0),
                        (i + 1) * step_x - (1 if step_x else 0),
                        (i + 1) * step_y - (0 if step_x else 1),
                        *style,
                    )
                )
        elif kind == "rectangle":
            if ex != x and ey != y:
                out.append(Rectangle(x, y, ex, ey))
        else:
            if (ex, ey) != (x, y):
                out.append(Line(x, y, ex, ey, *style))
            if both and ey != y:
                out.append(Line(x, y, x + max(1, abs(dy)), y, style[0], False))
    return out


_OUTLINES = ((True, True, True, True), (True, False, True, False), (False, True, False, True), (True, True, False, False))
"""Which sides of a box are dashed: bottom, right, top, left."""


def _outline(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """A box of four lines of which some are dashed, so that it is no rectangle; something inside."""
    w, h = _pick(rng, 2, width), _pick(rng, 2, height)
    pattern = rng.permutation([True] * _pick(rng, 1, 4) + [False] * 4)[:4].tolist() if rng.random() < 0.5 else _OUTLINES[_pick(rng, 0, 3)]
    sides = [(0, 0, w, 0), (w, 0, w, h), (0, h, w, h), (0, 0, 0, h)]
    out: list[Command] = [Line(*side, False, dashed) for side, dashed in zip(sides, pattern, strict=True)]
    if w >= 4 and h >= 4 and rng.random() < 0.7:
        out.extend(_moved(_loose(rng, w - 2, h - 2, _pick(rng, 1, 4)), 1, 1))
    return out


def _tips(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Several strokes that meet at one point, each in its own style: plain lines that end on another arrow's tip."""
    x, y = _pick(rng, 2, width - 2), _pick(rng, 2, height - 2)
    out: list[Command] = []
    for _ in range(_pick(rng, 2, 5)):
        reach = _pick(rng, 2, 6)
        dx, dy = _pick(rng, -reach, reach), _pick(rng, -reach, reach)
        if rng.random() < 0.4:
            dx, dy = (dx, 0) if rng.random() < 0.5 else (0, dy)
        if (dx, dy) != (0, 0):
            arrow, dashed = rng.random() < 0.5, rng.random() < 0.15
            ends = (x + dx, y + dy, x, y) if rng.random() < 0.8 else (x, y, x + dx, y + dy)
            out.append(Line(*ends, bool(arrow), bool(dashed)))
    return out


def _pieces(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Strokes one after another along one straight line, in several styles; others that begin where they meet."""
    dx, dy = ((1, 0), (1, 0), (1, 1), (2, 1))[_pick(rng, 0, 3)]
    x, y, out = 0, _pick(rng, 0, height), list[Command]()
    while x < width and len(out) < 8:
        steps = _pick(rng, 1, 4)
        style = (bool(rng.random() < 0.5), bool(rng.random() < 0.3))
        if rng.random() < 0.3:
            out.append(
                Line(x, y, x + _pick(rng, -2, 2), y + (1 if rng.random() < 0.5 else -1) * _pick(rng, 1, 4), bool(rng.random() < 0.6))
            )
        out.append(_directed(rng, x, y, x + steps * dx, y + steps * dy, style, 0.3))
        x, y = x + steps * dx, y + steps * dy
        if rng.random() < 0.2:
            x, y = x + dx, y + dy
    return out


def _enclosed(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """A large circle around others: targets, sets, states."""
    r = float(rng.choice([r for r in RADII if 1 < r <= max(1.5, min(width, height, 16) / 2)]))
    x, y = math.ceil(r), math.ceil(r)
    out: list[Command] = [Circle(x, y, r, r)]
    inner = r - 0.5 * _pick(rng, 2, 4)
    while inner >= 0.5 and rng.random() < 0.5:
        out.append(Circle(x, y, inner, inner))
        inner -= 0.5 * _pick(rng, 2, 4)
    reach = int(r / 1.5)
    if reach >= 2 and rng.random() < 0.7:
        out.extend(_moved(_loose(rng, reach, reach, _pick(rng, 1, 4)), x - reach // 2, y - reach // 2))
    if rng.random() < 0.4:
        out.append(Line(x + int(r), y, x + int(r) + _pick(rng, 1, 4), y, *_link_style(rng)))
    return out


def _junctions(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Lines that end on other lines, arrows that start or end there, elbows."""
    length = _pick(rng, 3, width)
    y = _pick(rng, 1, height - 1)
    base = Line(0, y, length, y, *_link_style(rng))
    out: list[Command] = [base]
    for x in rng.permutation(np.arange(1, length))[: _pick(rng, 1, 4)].tolist():
        other = (x + _pick(rng, -2, 2), _pick(rng, 0, height))
        if other[1] == y:
            continue
        ends = (x, y, *other) if rng.random() < 0.5 else (*other, x, y)
        out.append(Line(*ends, *_link_style(rng)))
        if rng.random() < 0.3:
            out.append(Line(other[0], other[1], other[0] + _pick(rng, 1, 3), other[1], *_link_style(rng)))
    if rng.random() < 0.4:
        tip = (base.x2, base.y2)
        steps = [(_pick(rng, -3, 3), int(rng.choice([-3, -2, -1, 1, 2, 3]))) for _ in range(_pick(rng, 1, 2))]
        out.extend(Line(*tip, tip[0] + dx, tip[1] + dy) for dx, dy in steps)
    return out


def _cells(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Boxes side by side, sharing sides: arrays, tables, stacks; some filled with circles."""
    count, w, h = _pick(rng, 2, 5), _pick(rng, 1, 4), _pick(rng, 1, 4)
    out: list[Command] = []
    for i in range(count):
        out.append(Rectangle(i * w, 0, (i + 1) * w, h))
        if w == h == 2 and rng.random() < 0.7:
            out.append(Circle(i * w + 1, 1))
    if rng.random() < 0.4:
        gap, style = _pick(rng, 1, 3), _link_style(rng)
        for i in range(count):
            if rng.random() < 0.8:
                x = i * w + w // 2 if w > 1 else i * w
                out.append(_directed(rng, x, h, x, h + gap, style, 0.1))
    return out


def _loose(rng: np.random.Generator, width: int, height: int, count: int) -> list[Command]:
    """The paper's random scenes: commands at random places."""
    out: list[Command] = []
    kinds = rng.dirichlet([0.8, 0.8, 1.2])
    for _ in range(count):
        kind = int(rng.choice(3, p=kinds))
        if kind == 0:
            r = _radius(rng, min(width, height) / 2)
            edge = math.ceil(r)
            if width >= 2 * edge and height >= 2 * edge:
                out.append(Circle(_pick(rng, edge, width - edge), _pick(rng, edge, height - edge), r, r))
        elif kind == 1:
            most = max(1, int(rng.integers(1, max(2, width))))
            w, h = _pick(rng, 1, min(most, width)), _pick(rng, 1, min(most, height))
            x, y = _pick(rng, 0, width - w), _pick(rng, 0, height - h)
            out.append(Rectangle(x, y, x + w, y + h))
        else:
            reach = int(rng.choice([2, 3, 5, 8, 16], p=[0.25, 0.3, 0.25, 0.12, 0.08]))
            x, y = _pick(rng, 0, width), _pick(rng, 0, height)
            dx, dy = _pick(rng, -reach, reach), _pick(rng, -reach, reach)
            axis = rng.random()
            dx, dy = (dx, 0) if axis < 0.3 else (0, dy) if axis < 0.6 else (dx, dy)
            if (dx, dy) != (0, 0):
                out.append(Line(x, y, x + dx, y + dy, *_link_style(rng)))
    return out


MOTIFS: tuple[Motif, ...] = (
    *(_grid, _flow) * 4,
    *(_junctions,) * 3,
    *(_chain, _tree, _nested, _layers, _plate, _star, _polygon, _stairs, _outline, _cells) * 2,
    *(_tips, _pieces, _enclosed),
)
"""As often as they are drawn from."""


def _within(c: Command, width: int, height: int) -> bool:
    x1, y1, x2, y2 = bounding_box(Spec([c]))
    return x1 >= 0 and y1 >= 0 and x2 <= width and y2 <= height


def _near(a: Command, b: Command) -> bool:
    """Whether the boxes around two shapes come closer than a cell."""
    ax1, ay1, ax2, ay2 = bounding_box(Spec([a]))
    bx1, by1, bx2, by2 = bounding_box(Spec([b]))
    return ax1 < bx2 + 1 and bx1 < ax2 + 1 and ay1 < by2 + 1 and by1 < ay2 + 1
