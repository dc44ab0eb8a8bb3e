"""What the verifiers are asked about a drawing: candidate lines and rectangles, true ones and those that are nearly right.

Negatives are hard: pieces and unions of true strokes, ends off by a cell, box sides, pairs of key points that ink happens to join.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.perception.ink import drawn_on
from derender.perception.legibility import sides
from derender.perception.network import LINE_CLASSES, LineClass
from derender.rendering.pencil import Placement
from derender.spec import Circle, Line, Rectangle, Spec

LINE_CANDIDATES = 80
RECTANGLE_CANDIDATES = 24
MOST_POINTS = 80
"""Between which candidate lines are looked for."""

Array = NDArray[np.float32]
Indices = NDArray[np.int64]


def corner_points(r: Rectangle) -> tuple[tuple[int, int], ...]:
    """Bottom left, bottom right, top right, top left, in cells."""
    return ((r.x1, r.y1), (r.x2, r.y1), (r.x2, r.y2), (r.x1, r.y2))


def key_points(spec: Spec) -> set[tuple[int, int]]:
    """Centres, poles, corners and ends of the commands of `spec`."""
    points: set[tuple[int, int]] = set()
    for command in spec:
        match command:
            case Circle(x, y, r):
                reach = int(r)
                points |= {(x, y), (x + reach, y), (x - reach, y), (x, y + reach), (x, y - reach)}
            case Rectangle():
                points |= set(corner_points(command))
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


def true_lines(spec: Spec) -> dict[tuple[int, int, int, int], LineClass]:
    """Class by ends in sorted order; two opposite arrows are one stroke with two heads."""
    lines: dict[tuple[int, int, int, int], LineClass] = {}
    for c in spec:
        if isinstance(c, Line):
            forward = (c.x1, c.y1) < (c.x2, c.y2)
            key = (c.x1, c.y1, c.x2, c.y2) if forward else (c.x2, c.y2, c.x1, c.y1)
            before = lines.get(key, LineClass(False, False, c.dashed))
            lines[key] = LineClass(before.head_first or (c.arrow and not forward), before.head_second or (c.arrow and forward), c.dashed)
    return lines


def line_candidates(
    spec: Spec, rest: Spec, placement: Placement, ink: Array, cells: tuple[int, int], rng: np.random.Generator
) -> tuple[Array, Indices]:
    """Segments between key points and crossings of the whole drawing; true are the lines of `rest`."""
    true = true_lines(rest)
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


_SAMPLES = 16
"""Points along a segment that are looked at."""


def ink_support(ink: Array, segments: NDArray[np.floating], reach: int = 3) -> Array:
    """For segments (N, 4) in canvas pixels, the fraction of its points that have ink within `reach` pixels across and down: (N,)."""
    if not len(segments):
        return np.zeros(0, np.float32)
    near = cv2.dilate(drawn_on(ink).astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    t = np.linspace(0.04, 0.96, _SAMPLES)
    x = np.rint(segments[:, :1] * (1 - t) + segments[:, 2:3] * t).astype(np.int64).clip(0, ink.shape[1] - 1)
    y = np.rint(segments[:, 1:2] * (1 - t) + segments[:, 3:4] * t).astype(np.int64).clip(0, ink.shape[0] - 1)
    return np.asarray(near[y, x].mean(1), dtype=np.float32)


def rectangle_candidates(
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
        corners[: len(candidates)] = _pixels(np.array([corner_points(r) for r in candidates]), placement)
        out[: len(labels)] = labels
    return corners, out


def _pixels(points: NDArray[np.int64], placement: Placement) -> Array:
    return placement.to_pixels(points.astype(np.float64)).astype(np.float32)
