"""Training examples: a simulated drawing with everything that the network's heads should answer about it.

Examples are made on the CPU in worker processes, one generator an example, so a run is reproducible and can be resumed at any
step. Candidate lines and rectangles for the verifiers are chosen so that negatives are hard: pieces and unions of true
strokes, ends off by a cell, box sides, pairs of key points that ink happens to join.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.perception.legibility import sides
from derender.perception.network import CELL, CIRCLES, DENSE_CHANNELS, LINE_CLASSES, MARGIN, LineClass
from derender.perception.scenes import RADII, random_scene
from derender.rendering.pencil import Placement, aligned_placement, degrade, draw_by_hand, jittered, sample_hand
from derender.rendering.raster import render
from derender.spec import Circle, Command, Line, Rectangle, Spec, moved

LINE_CANDIDATES = 80
RECTANGLE_CANDIDATES = 24
MOST_POINTS = 80
"""Between which candidate lines are looked for."""

Array = NDArray[np.float32]
Indices = NDArray[np.int64]


class Example(NamedTuple):
    """One drawing of h × w lattice points; all arrays ready to be stacked.

    canvas (2, 16h, 16w), the ink and what is explained · on_lattice () 1 where the lattice heads count · circles (16, h, w) ·
    corners (4, h, w) · ends (h, w) ·
    dense (6, 4h, 4w) and dense_weight (4h, 4w) · segments (N, 4) pixels, line_classes (N) with -1 = padding ·
    rectangles (M, 4, 2) pixels, rectangle_labels (M) with -1 = padding.
    """

    canvas: Array
    on_lattice: Array
    circles: Array
    corners: Array
    ends: Array
    dense: Array
    dense_weight: Array
    segments: Array
    line_classes: Indices
    rectangles: Array
    rectangle_labels: Array


SHAPES = ((16, 16), (31, 8), (8, 31), (23, 11), (11, 23))
"""Columns and rows of cells of the drawings that the reader is trained on: as many lattice points each, in several proportions."""


def make_example(rng: np.random.Generator, columns: int = 16, rows: int = 16, off_lattice: float = 0.2, explained: float = 0.4) -> Example:
    """A random scene drawn by a random hand on `columns` × `rows` cells.

    With probability `off_lattice` it lies at a free scale and turn; otherwise, with probability `explained`, some of its commands are
    drawn on the second channel, a few of them wrong, and what the heads should answer is the rest.
    """
    scene, ink, placement, aligned = draw_scene(rng, columns, rows, off_lattice)
    free = aligned is None
    shape = (ink.shape[0], ink.shape[1])
    right, drawn = _explanation(scene, rng) if not free and rng.random() < explained else (Spec(), Spec())
    rest = Spec(c for c in scene if c not in right)
    truth = aligned or placement
    segments, line_classes = _line_candidates(scene, rest, truth, ink, (columns, rows), rng)
    rectangles, rectangle_labels = _rectangle_candidates(scene, rest, truth, (columns, rows), rng)
    circles, corners, ends = _lattice_targets(Spec() if free else rest, columns + 1, rows + 1)
    dense, dense_weight = _dense_targets(rest, placement, (4 * (rows + 1), 4 * (columns + 1)))
    return Example(
        np.stack([ink, explanation_on_canvas(drawn, shape)]),
        np.array(not free, np.float32),
        circles,
        corners,
        ends,
        dense,
        dense_weight,
        segments,
        line_classes,
        rectangles,
        rectangle_labels,
    )


class Drawing(NamedTuple):
    """A scene drawn by hand on a canvas (16h, 16w): where its ink lies, and the placement of the canvas's own lattice if the two agree."""

    scene: Spec
    ink: Array
    placement: Placement
    aligned: Placement | None


def draw_scene(rng: np.random.Generator, columns: int, rows: int, off_lattice: float) -> Drawing:
    """A random scene by a random hand; with probability `off_lattice` at a free scale and turn."""
    margin = 1 if rng.random() < 0.8 else 0
    scene = random_scene(rng, columns - 2 * margin, rows - 2 * margin) if rng.random() > 0.01 else Spec()
    scene = moved(scene, margin, margin)
    shape = rows * CELL + 2 * MARGIN, columns * CELL + 2 * MARGIN
    aligned = aligned_placement(shape[0], MARGIN)
    middle = (columns / 2, rows / 2)
    free = rng.random() < off_lattice
    if free:
        placement = jittered(aligned, rng, shift=16, scale=0.4 * rng.random(), turn=0.09, middle=middle)
    elif rng.random() < 0.5:
        placement = jittered(aligned, rng, shift=3.5, scale=0.02, turn=0.015, middle=middle)
    else:
        placement = jittered(aligned, rng, shift=1.5, scale=0.01, turn=0.008, middle=middle)
    hand = sample_hand(rng)
    ink = degrade(draw_by_hand(scene, hand, placement, shape, rng), hand, rng)
    if not free and rng.random() < 0.7:
        ink = _cropped(ink)
    return Drawing(scene, ink, placement, None if free else aligned)


def explanation_on_canvas(spec: Spec, shape: tuple[int, int]) -> Array:
    """The network's second channel: clean strokes of `spec` on a canvas of that shape (margins included), in [0, 1]."""
    height, width = shape
    if not spec.commands:
        return np.zeros(shape, np.float32)
    inner = render(spec, width_cells=width // CELL - 1, height_cells=height // CELL - 1, pixels_per_cell=CELL)
    return np.pad(inner.astype(np.float32) / 255, MARGIN)


def _explanation(scene: Spec, rng: np.random.Generator) -> tuple[Spec, Spec]:
    """Some of a scene's commands, few or nearly all; and the same as a reader would have drawn them, some of them wrong."""
    share = rng.random() if rng.random() < 0.5 else 1 - 0.15 * rng.random()
    right, drawn = [], []
    for command in scene:
        if rng.random() < share:
            wrong = misread(command, rng) if rng.random() < 0.06 else None
            drawn.append(wrong or command)
            if wrong is None:
                right.append(command)
    return Spec(right), Spec(drawn)


def misread(command: Command, rng: np.random.Generator) -> Command | None:
    """`command` as a reader might get it wrong; None where that would be no command."""
    match command:
        case Circle():
            r = command.rx + float(rng.choice([-0.5, 0.5]))
            return replace(command, rx=r, ry=r) if r > 0 else None
        case Rectangle(x1, y1, x2, y2):
            x2 += int(rng.choice([-1, 1]))
            return Rectangle(x1, y1, x2, y2) if x1 != x2 else None
        case Line(x1, y1, x2, y2):
            change = rng.random()
            if change < 0.35:
                return Line(x1, y1, x2, y2, not command.arrow, command.dashed)
            if change < 0.5:
                return Line(x1, y1, x2, y2, command.arrow, not command.dashed)
            if change < 0.7 and command.arrow:
                return Line(x2, y2, x1, y1, True, command.dashed)
            x2, y2 = x2 + int(rng.integers(-1, 2)), y2 + int(rng.integers(-1, 2))
            return Line(x1, y1, x2, y2, command.arrow, command.dashed) if (x1, y1) != (x2, y2) else None


def _cropped(ink: Array) -> Array:
    """What a scanner that ends at the lattice's border leaves."""
    out = np.zeros_like(ink)
    out[MARGIN:-MARGIN, MARGIN:-MARGIN] = ink[MARGIN:-MARGIN, MARGIN:-MARGIN]
    return out


def _corner_points(r: Rectangle) -> tuple[tuple[int, int], ...]:
    return ((r.x1, r.y1), (r.x2, r.y1), (r.x2, r.y2), (r.x1, r.y2))


def _lattice_targets(spec: Spec, columns: int, rows: int) -> tuple[Array, Array, Array]:
    circles = np.zeros((CIRCLES, rows, columns), np.float32)
    corners = np.zeros((4, rows, columns), np.float32)
    ends = np.zeros((rows, columns), np.float32)
    for command in spec:
        match command:
            case Circle(x, y, r):
                circles[RADII.index(r), rows - 1 - y, x] = 1
            case Rectangle():
                for k, (x, y) in enumerate(_corner_points(command)):
                    corners[k, rows - 1 - y, x] = 1
            case Line(x1, y1, x2, y2):
                ends[rows - 1 - y1, x1] = ends[rows - 1 - y2, x2] = 1
    return circles, corners, ends


def _dense_targets(spec: Spec, placement: Placement, shape: tuple[int, int]) -> tuple[Array, Array]:
    """Key points where the ink really is; fine cells beside a key point carry no weight."""
    dense, weight = np.zeros((DENSE_CHANNELS, *shape), np.float32), np.ones((3, *shape), np.float32)
    scale = math.sqrt(abs(float(np.linalg.det(placement.matrix[:, :2])))) / CELL
    points: list[tuple[int, float, float, float]] = []
    for command in spec:
        match command:
            case Circle(x, y, r):
                points.append((0, x, y, math.log2(r * scale)))
            case Rectangle():
                points.extend((1, x, y, 0) for x, y in _corner_points(command))
            case Line(x1, y1, x2, y2):
                points.extend(((2, x1, y1, 0), (2, x2, y2, 0)))
    for channel, column_at, row_at, radius in points:
        px, py = placement.to_pixels(np.array([column_at, row_at], dtype=np.float64)) / 4
        column, row = int(px), int(py)
        if 0 <= px < shape[1] and 0 <= py < shape[0]:
            weight[channel, max(0, row - 1) : row + 2, max(0, column - 1) : column + 2] = 0
            dense[channel, row, column] = 1
            dense[3, row, column], dense[4, row, column] = px - column - 0.5, py - row - 0.5
            dense[5, row, column] = radius if channel == 0 else dense[5, row, column]
    weight[dense[:3] == 1] = 1
    return dense, weight


def key_points(spec: Spec) -> set[tuple[int, int]]:
    """Centres, poles, corners and ends of the commands of `spec`."""
    points: set[tuple[int, int]] = set()
    for command in spec:
        match command:
            case Circle(x, y, r):
                reach = int(r)
                points |= {(x, y), (x + reach, y), (x - reach, y), (x, y + reach), (x, y - reach)}
            case Rectangle():
                points |= set(_corner_points(command))
            case Line(x1, y1, x2, y2):
                points |= {(x1, y1), (x2, y2)}
    return points


def crossings(spec: Spec) -> set[tuple[int, int]]:
    """Lattice points where two strokes cross and neither ends: what a reader may take for ends of pieces."""
    strokes = np.array([s for c in spec for s in sides(c)], dtype=np.int64).reshape(-1, 4)
    first, second = np.triu_indices(len(strokes), 1)
    a, b = strokes[first], strokes[second]
    (ax, ay), (bx, by) = (a[:, 2:] - a[:, :2]).T, (b[:, 2:] - b[:, :2]).T
    dx, dy = (b[:, :2] - a[:, :2]).T
    turn = ax * by - ay * bx
    # Where along each stroke they cross, times `turn`; strictly inside of both.
    on_a, on_b = (dx * by - dy * bx) * np.sign(turn), (dx * ay - dy * ax) * np.sign(turn)
    size = np.abs(turn)
    across = (on_a > 0) & (on_a < size) & (on_b > 0) & (on_b < size)
    x, y = (a[across, 0] * size[across] + on_a[across] * ax[across], a[across, 1] * size[across] + on_a[across] * ay[across])
    whole = (x % size[across] == 0) & (y % size[across] == 0)
    return set(zip((x[whole] // size[across][whole]).tolist(), (y[whole] // size[across][whole]).tolist(), strict=True))


def _true_lines(spec: Spec) -> dict[tuple[int, int, int, int], LineClass]:
    """Class by ends in sorted order; two opposite arrows are one stroke with two heads."""
    lines: dict[tuple[int, int, int, int], LineClass] = {}
    for c in spec:
        if isinstance(c, Line):
            forward = (c.x1, c.y1) < (c.x2, c.y2)
            key = (c.x1, c.y1, c.x2, c.y2) if forward else (c.x2, c.y2, c.x1, c.y1)
            before = lines.get(key, LineClass(False, False, c.dashed))
            lines[key] = LineClass(before.head_first or (c.arrow and not forward), before.head_second or (c.arrow and forward), c.dashed)
    return lines


def _line_candidates(
    spec: Spec, rest: Spec, placement: Placement, ink: Array, cells: tuple[int, int], rng: np.random.Generator
) -> tuple[Array, Indices]:
    """Segments between key points and crossings of the whole drawing; true are the lines of `rest`."""
    true = _true_lines(rest)
    points = sorted(key_points(spec) | crossings(spec))
    if points:
        near = np.array(points) + rng.integers(-1, 2, (len(points), 2))
        points += [(x, y) for x, y in near.clip(0, cells).tolist()]
    every = np.array(sorted(set(points)), dtype=np.int64).reshape(-1, 2)
    order = every[np.sort(rng.permutation(len(every))[:MOST_POINTS])]
    first, second = np.triu_indices(len(order), 1)
    pairs = np.concatenate([order[first], order[second]], 1)
    support = ink_support(ink, _pixels(pairs.reshape(-1, 2, 2), placement).reshape(-1, 4))
    hard = [tuple(p) for p in pairs[support > 0.6].tolist() if tuple(p) not in true]
    easy = [tuple(p) for p in pairs[rng.permutation(len(pairs))[:24]].tolist() if tuple(p) not in true]
    rng.shuffle(hard)
    negatives = hard[: LINE_CANDIDATES - 12] + easy[:12]
    chosen = list(true.items())[: LINE_CANDIDATES * 3 // 4]
    chosen_ends = [ends for ends, _ in chosen] + negatives[: LINE_CANDIDATES - len(chosen)]
    classes = [1 + LINE_CLASSES.index(c) for _, c in chosen] + [0] * (len(chosen_ends) - len(chosen))
    segments = np.zeros((LINE_CANDIDATES, 4), np.float32)
    labels = np.full(LINE_CANDIDATES, -1, np.int64)
    if chosen_ends:
        segments[: len(chosen_ends)] = _pixels(np.array(chosen_ends, dtype=np.int64).reshape(-1, 2, 2), placement).reshape(-1, 4)
        labels[: len(classes)] = classes
    # Either end may come first.
    swap = rng.random(LINE_CANDIDATES) < 0.5
    segments[swap] = segments[swap][:, [2, 3, 0, 1]]
    labels = np.where(swap, _SWAPPED[labels], labels)
    return segments, labels


_SWAPPED = np.array([0, *(1 + LINE_CLASSES.index(LineClass(c.head_second, c.head_first, c.dashed)) for c in LINE_CLASSES), -1])


def ink_support(ink: Array, segments: NDArray[np.floating], samples: int = 16) -> Array:
    """For segments (N, 4) in canvas pixels, the fraction of `samples` points that have ink within three pixels: (N,)."""
    if not len(segments):
        return np.zeros(0, np.float32)
    near = cv2.dilate((ink > 0.25).astype(np.uint8), np.ones((7, 7), np.uint8))
    t = np.linspace(0.04, 0.96, samples)
    x = np.rint(segments[:, :1] * (1 - t) + segments[:, 2:3] * t).astype(np.int64).clip(0, ink.shape[1] - 1)
    y = np.rint(segments[:, 1:2] * (1 - t) + segments[:, 3:4] * t).astype(np.int64).clip(0, ink.shape[0] - 1)
    return np.asarray(near[y, x].mean(1), dtype=np.float32)


def _rectangle_candidates(
    spec: Spec, rest: Spec, placement: Placement, cells: tuple[int, int], rng: np.random.Generator
) -> tuple[Array, Array]:
    """Boxes between key points of the whole drawing; true are the rectangles of `rest`."""
    true = [c for c in rest if isinstance(c, Rectangle)]
    seen, candidates, labels = set(true), list(true)[: RECTANGLE_CANDIDATES * 2 // 3], [1.0] * min(len(true), RECTANGLE_CANDIDATES * 2 // 3)
    xs = np.array(sorted({x for x, _ in key_points(spec)} | {0, cells[0]}))
    ys = np.array(sorted({y for _, y in key_points(spec)} | {0, cells[1]}))
    tries = 3 * RECTANGLE_CANDIDATES
    proposals = np.stack([rng.choice(xs, tries), rng.choice(ys, tries), rng.choice(xs, tries), rng.choice(ys, tries)], 1)
    if true:
        # Wrong by a cell here and there: the hardest ones.
        boxes = np.array([(r.x1, r.y1, r.x2, r.y2) for r in true])
        near = boxes[rng.integers(len(true), size=tries)] + rng.integers(-1, 2, (tries, 4))
        proposals = np.where(rng.random((tries, 1)) < 0.4, near, proposals)
    for x1, y1, x2, y2 in proposals.clip(0, [*cells, *cells]).tolist():
        if len(candidates) == RECTANGLE_CANDIDATES:
            break
        if x1 != x2 and y1 != y2 and (box := Rectangle(x1, y1, x2, y2)) not in seen:
            seen.add(box)
            candidates.append(box)
            labels.append(0.0)
    corners = np.zeros((RECTANGLE_CANDIDATES, 4, 2), np.float32)
    out = np.full(RECTANGLE_CANDIDATES, -1, np.float32)
    if candidates:
        corners[: len(candidates)] = _pixels(np.array([_corner_points(r) for r in candidates]), placement)
        out[: len(labels)] = labels
    return corners, out


def _pixels(points: NDArray[np.int64], placement: Placement) -> Array:
    return placement.to_pixels(points.astype(np.float64)).astype(np.float32)
