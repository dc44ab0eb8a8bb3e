"""Motifs of shapes that links join: grids, chains, trees, layers, plates, stars, flow diagrams."""

from __future__ import annotations

import numpy as np

from derender.perception.scenes.parts import directed, link_style, moved_all, near, node, pick, random_radius
from derender.spec import Circle, Command, Line, Rectangle


def grid(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Shapes in rows and columns, or in a triangle, linked across and down."""
    kind = str(rng.choice(["circle", "circle", "rectangle"]))
    size_x, size_y = (2, 2) if kind == "circle" else (pick(rng, 1, 4), pick(rng, 1, 3))
    pitch_x, pitch_y = size_x + pick(rng, 0 if kind == "circle" else 1, 3), size_y + pick(rng, 0 if kind == "circle" else 1, 3)
    columns, rows = pick(rng, 1, min(5, (width - size_x) // pitch_x + 1)), pick(rng, 1, min(5, (height - size_y) // pitch_y + 1))
    triangular = rng.random() < 0.2
    across, down = rng.random() < 0.5, rng.random() < 0.5
    style_x, style_y = link_style(rng), link_style(rng)
    out: list[Command] = []
    for i in range(columns):
        for j in range(rows if not triangular else min(rows, i + 1)):
            x, y = i * pitch_x, j * pitch_y
            out.append(Circle(x + 1, y + 1) if kind == "circle" else Rectangle(x, y, x + size_x, y + size_y))
            if across and i + 1 < columns and pitch_x > size_x:
                middle = y + size_y // 2 if size_y > 1 else y + pick(rng, 0, 1)
                out.append(directed(rng, x + size_x, middle, x + pitch_x, middle, style_x))
            if down and j + 1 < rows and pitch_y > size_y and not (triangular and j + 1 > i):
                middle = x + size_x // 2 if size_x > 1 else x + pick(rng, 0, 1)
                out.append(directed(rng, middle, y + size_y, middle, y + pitch_y, style_y))
    return out


def chain(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Shapes one after another, linked."""
    out: list[Command] = []
    x, style, mixed = 0, link_style(rng), rng.random() < 0.4
    kind = str(rng.choice(["circle", "rectangle"]))
    gap, half_height = pick(rng, 1, 4), pick(rng, 1, 2)
    middle = half_height
    while x + 2 <= width:
        if mixed:
            kind = str(rng.choice(["circle", "rectangle"]))
        size = 2 if kind == "circle" else pick(rng, 1, 4)
        if x + size > width:
            break
        out.append(Circle(x + 1, middle) if kind == "circle" else Rectangle(x, middle - half_height, x + size, middle + half_height))
        x += size
        if x + gap + 1 > width or rng.random() < 0.08:
            break
        out.append(directed(rng, x, middle, x + gap, middle, style, 0.05))
        x += gap
    return out


def tree(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """A root above its children, some of which have one of their own."""
    kind, style = str(rng.choice(["circle", "rectangle"])), link_style(rng)
    children, pitch, drop = pick(rng, 2, 4), pick(rng, 2, 5), pick(rng, 1, 4)
    while children > 1 and (children - 1) * pitch + 2 > width:
        children -= 1
    out: list[Command] = []
    root_x = 1 + ((children - 1) * pitch) // 2 if rng.random() < 0.7 else 1
    top = 1 + 2 + drop
    out.append(node(root_x, top, 1, kind))
    same_start = rng.random() < 0.7
    for i in range(children):
        x = 1 + i * pitch
        out.append(node(x, 1, 1, kind))
        start = root_x if same_start or abs(x - root_x) > 1 else x
        out.append(directed(rng, start, top - 1, x, 2, style))
        if rng.random() < 0.4 and top + 2 < height:
            out.extend(moved_all([node(x, 1, 1, kind)], 0, -(2 + drop)))
            out.append(directed(rng, x, 0, x, -drop, style))
    return out


def layers(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Columns of circles, each linked to all or one of the next column."""
    style, gap = (bool(rng.random() < 0.5), False), pick(rng, 2, 5)
    columns = pick(rng, 2, max(2, min(4, (width - 2) // (2 + gap) + 1)))
    counts = [pick(rng, 1, min(4, height // 3 + 1)) for _ in range(columns)]
    pitch = pick(rng, 3, 4)
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


def plate(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """A box around a row of circles, perhaps repeated."""
    across = rng.random() < 0.5
    count, pitch = pick(rng, 1, 4), pick(rng, 2, 4)
    tight = rng.random() < 0.4
    out: list[Command] = [Circle(1 + (i * pitch if across else 0), 1 + (0 if across else i * pitch)) for i in range(count)]
    margin = 0 if tight else pick(rng, 1, 2)
    end = (count - 1) * pitch + 2
    out.append(Rectangle(-margin, -margin, (end if across else 2) + margin, (2 if across else end) + margin))
    style = link_style(rng)
    if rng.random() < 0.5 and pitch > 2:
        for i in range(count - 1):
            a, b = 2 + i * pitch, (i + 1) * pitch
            out.append(Line(a, 1, b, 1, *style) if across else Line(1, a, 1, b, *style))
    if rng.random() < 0.5:
        repeats, step = pick(rng, 2, 3), (2 if across else end) + 2 * margin + pick(rng, 1, 3)
        base = list(out)
        for k in range(1, repeats):
            out.extend(moved_all(base, 0 if across else k * step, k * step if across else 0))
    return out


def star(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Links from a middle in all directions, perhaps to shapes."""
    reach, style = pick(rng, 2, min(5, max(2, min(width, height) // 2))), link_style(rng)
    inward, mixed = rng.random() < 0.5, rng.random() < 0.25
    kind = str(rng.choice(["circle", "rectangle", "none"]))
    leaf = str(rng.choice(["circle", "rectangle", "none"]))
    start = 1 if kind != "none" else 0
    out: list[Command] = [] if kind == "none" else [node(0, 0, 1, kind)]
    directions = (
        [(1, 0), (0, 1), (-1, 0), (0, -1)] if rng.random() < 0.6 else [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)]
    )
    for dx, dy in directions:
        if rng.random() < 0.15:
            continue
        ends = (dx * start, dy * start, dx * reach, dy * reach)
        if kind == "circle" and dx and dy:
            continue
        out.append(Line(*(ends[2:] + ends[:2] if inward else ends), *(link_style(rng) if mixed else style)))
        if leaf != "none" and not (dx and dy):
            out.append(node(dx * (reach + 1), dy * (reach + 1), 1, leaf))
    return out


def flow(rng: np.random.Generator, width: int, height: int) -> list[Command]:
    """Boxes of many sizes, joined by straight and angled arrows at their sides."""
    boxes: list[Command] = []
    for _ in range(pick(rng, 2, 7)):
        if rng.random() < 0.35:
            boxes.append(Circle(pick(rng, 1, width - 1), pick(rng, 1, height - 1), *(random_radius(rng, 2),) * 2))
        else:
            w, h = pick(rng, 1, min(6, width)), pick(rng, 1, min(5, height))
            x, y = pick(rng, 0, width - w), pick(rng, 0, height - h)
            boxes.append(Rectangle(x, y, x + w, y + h))
    spaced: list[Command] = []
    for box in boxes:
        if not any(near(box, other) for other in spaced):
            spaced.append(box)
    out = list(spaced)
    style = link_style(rng)
    for _ in range(pick(rng, 1, 2 * len(spaced))):
        a, b = (spaced[int(k)] for k in rng.integers(len(spaced), size=2))
        (x1, y1), (x2, y2) = _port(rng, a), _port(rng, b)
        if a is b or (x1, y1) == (x2, y2):
            continue
        if rng.random() < 0.2:
            style = link_style(rng)
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
                return (x1, x2)[side], pick(rng, y1, y2) if rng.random() < 0.4 else (y1 + y2) // 2
            return pick(rng, x1, x2) if rng.random() < 0.4 else (x1 + x2) // 2, (y1, y2)[side - 2]
        case Line(x1, y1):
            return x1, y1
