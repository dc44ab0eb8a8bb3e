"""How well attributes are read from pictures of diagrams: double and rounded outlines, slanted boxes, bent arrows.

    python tests/photographs/attributes.py [--on none|lattice|grid|plain] [--loops] [--pictures N] [--seed N]

On none, the default, each photograph has up to six shapes of all kinds in uneven rows, joined by straight and by bent arrows. On a lattice
(`attributed_scenes.py`) half of the pictures are scans, half are photographed by the simulated telephone; on a grid all are scans and the
grid is given; plain ones have no attributes. With loops some shapes have an arrow that leads back to them.
A shape counts as found where one that was read covers its box with an intersection over union of 0.6, an arrow where its ends lie within
half a shape's height of where one that was read has them, and as read where it is of its kind; a bend may be off by 15 degrees.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from attributed_scenes import drawn as drawn_scene
from attributed_scenes import looped_scene, onto, plain_scene, scene
from telephone import telephone

from derender.figures_read import figures, led_by
from derender.inference import Inference
from derender.photographs.diagrams import Sketch
from derender.photographs.examples import photograph_straight
from derender.photographs.pen_strokes import ArrowStyle, Kind, Pen, Stroke, arrow, as_drawn, draw, middle_of, outline, sample_thickness
from derender.photographs.routes import Link
from derender.photographs.self_loops import random_self_loops
from derender.photographs.writing import sample_writer, write_in
from derender.pipeline import Pipeline
from derender.plane import Box, Point, overlap
from derender.rendering.pencil import CELL
from derender.rendering.strokes import bend_controls
from derender.settings import InferSettings
from derender.spec import MOST_BENT, Circle, Line, Rectangle, Spec

SHAPES: tuple[Kind, ...] = ("box", "rounded", "circle", "ellipse", "diamond", "triangle", "slanted")
TWICE: tuple[Kind, ...] = ("box", "circle")
BENDS = (-75, -60, -45, -30, 0, 0, 0, 30, 45, 60, 75)
ROUND = ("circle", "ellipse")
SPECIAL = ("double box", "double rounded", "double circle", "double ellipse", "rounded", "ellipse", "bent arrow")


class Drawn(NamedTuple):
    """A shape in its box (left, top, right, bottom) or an arrow from x, y to x, y, in pixels: what it is, and how far an arrow bends."""

    what: str
    place: Box
    bend: int = 0


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--on", choices=("none", "lattice", "grid", "plain"), default="none")
    arguments.add_argument("--loops", action="store_true")
    arguments.add_argument("--pictures", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=77)
    given = arguments.parse_args()
    if given.loops and given.on == "plain":
        arguments.error("plain pictures have no loops")
    pipeline, settings = Pipeline.load(), InferSettings(synthesis_timeout=0.1)
    told, spurious, gaining = Counter[tuple[str, str]](), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "diagram.png"
        for number in range(given.pictures):
            rng = np.random.default_rng([given.seed, number])
            if given.on == "none":
                sketch, drawn = diagram(rng, often=0.5 if given.loops else 0.0)
                Image.fromarray(photograph_straight(rng, sketch).picture).save(path)
                found = read(pipeline.infer(path, settings))
            else:
                spec = (plain_scene if given.on == "plain" else looped_scene if given.loops else scene)(rng)
                ink, on_grid = drawn_scene(spec, rng), given.on == "grid"
                Image.fromarray(scanned(ink) if on_grid else picture(ink, number)).save(path)
                cells = max(ink.shape) // CELL if on_grid else None
                best = next((i.spec for i in pipeline.infer(path, replace(settings, grid=cells)).interpretations), Spec())
                drawn, found = seen(spec, list), seen(best, onto(spec, best))
                gaining += any(f.what in SPECIAL for f in found)
            pairs, left = compared(drawn, found)
            told.update(pairs)
            spurious += left
    for what in sorted({meant for meant, _ in told}):
        others = {as_what: count for (meant, as_what), count in told.items() if meant == what}
        print(f"{what}: {others.get(what, 0)} of {sum(others.values())} as drawn; {dict(sorted(others.items()))}")
    print(f"spurious shapes and lines a picture: {spurious / given.pictures:.2f}")
    if given.on == "plain":
        print(f"pictures that gain an attribute: {gaining}")


def picture(ink: NDArray[np.float32], number: int) -> NDArray[np.uint8]:
    """Ink as a scanner sees it or, every other time, the simulated telephone."""
    return telephone(ink, number) if number % 2 else scanned(ink)


def scanned(ink: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Ink as a scanner sees it."""
    return np.asarray(np.rint(255 * (1 - ink)), dtype=np.uint8)


def diagram(rng: np.random.Generator, *, often: float = 0.0) -> tuple[Sketch, list[Drawn]]:
    """A diagram by a hand, and what is drawn in it; so many shapes have an arrow back to themselves, where there is room."""
    height = float(rng.uniform(70, 150))
    pitch_x, pitch_y = height * rng.uniform(2.2, 3.2), height * rng.uniform(1.9, 2.6)
    shape = (round(2 * pitch_y + 0.6 * height), round(3 * pitch_x + 0.6 * height))
    pen, writer = Pen(sample_thickness(rng, height), float(rng.uniform(0.002, 0.012))), sample_writer(rng)
    style = ArrowStyle(("open", "closed", "filled")[int(rng.integers(3))], None)
    strokes, writing, drawn, links = list[Stroke](), np.zeros(shape, np.uint8), list[Drawn](), list[Link]()
    placed: dict[tuple[int, int], tuple[Box, Kind]] = {}
    for i, j in ((i, j) for i in range(3) for j in range(2) if rng.random() > 0.15):
        is_double = rng.random() < 2 / 9
        kind = (TWICE if is_double else SHAPES)[int(rng.integers(len(TWICE if is_double else SHAPES)))]
        h = height * rng.uniform(0.8, 1.2)
        w = h * (1 if kind == "circle" else rng.uniform(1, 1.3) if kind in ("diamond", "triangle") else rng.uniform(1.35, 1.8))
        x = 0.3 * height + (i + 0.5) * pitch_x + rng.normal(0, 0.1 * pitch_x)
        y = 0.3 * height + (j + 0.5) * pitch_y + rng.normal(0, 0.08 * pitch_y)
        box = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        placed[i, j] = box, kind
        strokes += once(kind, box, rng.uniform(0.25, 0.45) * h if kind == "slanted" else 0.0, pen, rng)
        if is_double:
            strokes += once(kind, inset(box, max(rng.uniform(0.07, 0.13) * h, 2.6 * pen.thickness)), 0.0, pen, rng)
        if rng.random() < 0.5:
            room = 0.3 if kind in ("diamond", "triangle") else 0.1 if kind in ("box", "rounded") and not is_double else 0.2
            write_in(writing, (box[0] + room * w, box[1] + room * h, box[2] - room * w, box[3] - room * h), writer, pen.thickness, rng)
        drawn.append(Drawn(f"double {kind}" if is_double else kind, box))
    for (i, j), first in placed.items():
        for second in (placed[other] for other in ((i + 1, j), (i, j + 1)) if other in placed and rng.random() < 0.75):
            path, bend = link(*((first, second) if rng.random() < 0.7 else (second, first)), rng)
            strokes += arrow(as_drawn(path, height, rng), style, height, pen, rng)
            links.append(Link(path))
            drawn.append(Drawn("bent arrow" if bend else "arrow", (*path[0].tolist(), *path[-1].tolist()), bend))
    for loop in random_self_loops(rng, [(kind, box) for box, kind in placed.values()], [], links, shape, often):
        strokes += arrow(as_drawn(loop.path, height, rng), style, height, pen, rng)
        drawn.append(Drawn("arrow back", (*loop.path[0].tolist(), *loop.path[-1].tolist())))
    return Sketch(draw(strokes, shape), writing), drawn


def once(kind: Kind, box: Box, lean: float, pen: Pen, rng: np.random.Generator) -> list[Stroke]:
    """An outline that is neither double nor heavy nor gone over."""
    while True:
        strokes = outline(kind, box, lean, pen, rng)
        if len(strokes) in (1, 3 if kind == "triangle" else 4) and all(stroke.thickness == pen.thickness for stroke in strokes):
            return strokes


def inset(box: Box, by: float) -> Box:
    return box[0] + by, box[1] + by, box[2] - by, box[3] - by


def link(first: tuple[Box, Kind], second: tuple[Box, Kind], rng: np.random.Generator) -> tuple[NDArray[np.float64], int]:
    """The path of an arrow from outline to outline (N, 2), and its bend."""
    bend = BENDS[int(rng.integers(len(BENDS)))]
    (x1, y1), (x2, y2) = middle_of(first[0]), middle_of(second[0])
    angle, aside = math.atan2(y2 - y1, x2 - x1), 0.6 * math.radians(bend)
    start, end = at_outline(*first, angle - aside), at_outline(*second, angle + math.pi + aside)
    if not bend:
        return np.array([start, end]), 0
    (a, b), (c, d) = bend_controls((start[0], -start[1]), (end[0], -end[1]), bend)
    t = np.linspace(0, 1, 24)[:, None]
    weights = np.concatenate([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], 1)
    return weights @ np.array([start, (a, -b), (c, -d), end]), bend


def at_outline(box: Box, kind: Kind, angle: float) -> Point:
    """Where a ray from a shape's middle leaves it."""
    x, y = middle_of(box)
    u, v = 2 * math.cos(angle) / (box[2] - box[0]), 2 * math.sin(angle) / (box[3] - box[1])
    far = 1 / (math.hypot(u, v) if kind in ROUND else abs(u) + abs(v) if kind == "diamond" else max(abs(u), abs(v)))
    return x + far * math.cos(angle), y + far * math.sin(angle)


def read(inference: Inference) -> list[Drawn]:
    """What was read, in pixels."""
    if not inference.interpretations:
        return []
    best = inference.interpretations[0]
    return seen(best.spec, led_by(np.asarray(best.lattice.homography, dtype=np.float64)))


def seen(spec: Spec, to_pixels: Callable[[Sequence[Point]], list[Point]]) -> list[Drawn]:
    """What a spec shows, in pixels or whatever else its points are taken to."""
    found = []
    for command in spec:
        match command:
            case Circle(double=double):
                kind = "circle" if command.rx == command.ry else "ellipse"
            case Rectangle(double=double):
                kind = "rounded" if command.rounded else "box"
            case Line():
                continue
        ((shape,), _, _) = figures(Spec([command]), to_pixels)
        found.append(Drawn(f"double {kind}" if double else kind, shape.place))
    lines = [command for command in spec if isinstance(command, Line)]
    polygons, _, loose = figures(Spec(line for line in lines if not line.arrow), to_pixels)
    level = [to_pixels([(line.x1, line.y1), (line.x2, line.y2)]) for line in lines if line.y1 == line.y2 and not line.arrow]
    for polygon in polygons:
        left, top, right, bottom = polygon.place
        is_slanted = any(all(left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1 for x, y in ends) for ends in level)
        found.append(Drawn("triangle" if polygon.commands == 3 else "slanted" if is_slanted else "diamond", polygon.place))
    found += [Drawn("line", place) for place in loose]
    for line in (line for line in lines if line.arrow):
        start, end = to_pixels([(line.x1, line.y1), (line.x2, line.y2)])
        what = "arrow back" if abs(line.bend) > MOST_BENT else "bent arrow" if line.bend else "arrow"
        found.append(Drawn(what, (*start, *end), line.bend))
    return found


def compared(drawn: Sequence[Drawn], found: Sequence[Drawn]) -> tuple[list[tuple[str, str]], int]:
    """For all that is drawn what it is and what it was read as, and how much else was read."""
    height = float(np.median([d.place[3] - d.place[1] for d in drawn if "arrow" not in d.what]))
    left, pairs = list(found), []
    for meant in drawn:
        if "arrow" in meant.what:
            near = [
                (math.dist(meant.place[:2], f.place[:2]), math.dist(meant.place[2:], f.place[2:]), f) for f in left if "arrow" in f.what
            ]
            scored = [(-max(start, end) / height, f) for start, end, f in near]
            least = -0.5
        else:
            scored = [(overlap(meant.place, f.place), f) for f in left if "arrow" not in f.what and f.what != "line"]
            least = 0.6
        score, best = max(scored, key=lambda pair: pair[0], default=(-math.inf, None))
        if best is None or score < least:
            pairs.append((meant.what, "nothing"))
            continue
        left.remove(best)
        is_otherwise_bent = best.what == meant.what == "bent arrow" and abs(best.bend - meant.bend) > 15
        # How far a loop bends is not compared: to which side it leads is, where that is known.
        is_otherwise_bent |= best.what == meant.what == "arrow back" and best.bend * meant.bend < 0
        pairs.append((meant.what, f"otherwise {best.what}" if is_otherwise_bent else best.what))
    return pairs, len(left)


if __name__ == "__main__":
    main()
