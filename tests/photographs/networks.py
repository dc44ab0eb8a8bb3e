"""How well networks are read from simulated photographs: which nodes are joined, and how near to their outlines lines end.

    python tests/photographs/networks.py [--pictures N] [--seed N]

A node counts as found where a shape that was read covers its box with an intersection over union of 0.6, a line where one was read between
the nodes that it joins; with heads it has to lead the same way. All else that was read is spurious.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from derender.figures_read import figures, led_by
from derender.inference import Inference
from derender.photographs.diagrams import Diagram, draw_diagram, network_diagram
from derender.photographs.examples import photograph_straight
from derender.pipeline import Pipeline
from derender.plane import Box, Point, overlap
from derender.settings import InferSettings
from derender.spec import Circle, Line, Rectangle, Spec

NEAR = 2.0
"""Cells from an outline within which a line that was read joins a shape."""

Pair = tuple[int, int]


class Read(NamedTuple):
    """Boxes of shapes in pixels, pairs of them that lines join, how many lines join none, and in cells how far ends lie from outlines."""

    boxes: list[Box]
    pairs: list[Pair]
    loose: int
    gaps: list[float]


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--pictures", type=int, default=40)
    arguments.add_argument("--seed", type=int, default=31)
    given = arguments.parse_args()
    pipeline, settings = Pipeline.load(), InferSettings(synthesis_timeout=0.1)
    nodes, lines, spurious, gaps = [0, 0], [0, 0], 0, list[float]()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.png"
        for number in range(given.pictures):
            rng = np.random.default_rng([given.seed, number])
            shape = (int(rng.integers(500, 900)), int(rng.integers(700, 1200)))
            diagram = network_diagram(rng, shape, 0.25 * shape[0])
            Image.fromarray(photograph_straight(rng, draw_diagram(rng, diagram, shape)).picture).save(path)
            found = read(pipeline.infer(path, settings))
            boxes = [part.box for part in diagram.shapes]
            node_of = {k: next((n for n, box in enumerate(boxes) if overlap(box, seen) >= 0.6), None) for k, seen in enumerate(found.boxes)}
            has_heads = diagram.arrows.head != "none"
            meant = {directed(pair, has_heads) for pair in joined(diagram)}
            told = [
                directed((a, b), has_heads)
                for a, b in ((node_of[x], node_of[y]) for x, y in found.pairs)
                if a is not None and b is not None
            ]
            right = meant & set(told)
            held = {node for node in node_of.values() if node is not None}
            nodes = [nodes[0] + len(held), nodes[1] + len(boxes)]
            lines = [lines[0] + len(right), lines[1] + len(meant)]
            spurious += len(found.boxes) - len(held) + found.loose + len(found.pairs) - len(right)
            gaps += found.gaps
    print(f"nodes: {nodes[0]} of {nodes[1]} found")
    print(f"lines: {lines[0]} of {lines[1]} found, the right way round where they have heads")
    print(f"spurious shapes and lines a picture: {spurious / given.pictures:.2f}")
    far = float(np.mean(np.array(gaps) > 0.75))
    print(f"ends lie {np.mean(gaps):.2f} cells from outlines, {far:.0%} of them more than 0.75")


def directed(pair: Pair, has_heads: bool) -> Pair:
    return pair if has_heads else (min(pair), max(pair))


def joined(diagram: Diagram) -> list[Pair]:
    """The numbers of the nodes that lines of a diagram join."""
    middles = np.array([((left + right) / 2, (top + low) / 2) for left, top, right, low in (part.box for part in diagram.shapes)])
    nearest = [[int(np.hypot(*(middles - end).T).argmin()) for end in link.path[[0, -1]]] for link in diagram.links]
    return [(first, second) for first, second in nearest]


def read(inference: Inference) -> Read:
    """What was read in a picture."""
    if not inference.interpretations:
        return Read([], [], 0, [])
    best = inference.interpretations[0]
    to_pixels = led_by(np.asarray(best.lattice.homography, dtype=np.float64))
    shapes = [command for command in best.spec if not isinstance(command, Line)]
    boxes = [figures(Spec([shape]), to_pixels)[0][0].place for shape in shapes]
    pairs, loose, gaps = list[Pair](), 0, list[float]()
    for line in (command for command in best.spec if isinstance(command, Line)):
        ends = [np.array([gap((x, y), shape) for shape in shapes] or [math.inf]) for x, y in ((line.x1, line.y1), (line.x2, line.y2))]
        if max(away.min() for away in ends) > NEAR:
            loose += 1
            continue
        pairs.append((int(ends[0].argmin()), int(ends[1].argmin())))
        gaps += [float(away.min()) for away in ends]
    return Read(boxes, pairs, loose, gaps)


def gap(point: Point, shape: Circle | Rectangle) -> float:
    """Cells from a point to a shape's outline."""
    if isinstance(shape, Circle):
        level: NDArray[np.float64] = np.hypot((point[0] - shape.x) / shape.rx, (point[1] - shape.y) / shape.ry)
        return float(abs(level - 1) * min(shape.rx, shape.ry))
    beside = [max(shape.x1 - point[0], point[0] - shape.x2), max(shape.y1 - point[1], point[1] - shape.y2)]
    return math.hypot(*(max(0.0, by) for by in beside)) if max(beside) > 0 else -max(beside)


if __name__ == "__main__":
    main()
