"""How many letters that stand free are set apart from what is drawn: beside arrows, or in figures that have letters in place of shapes.

    python tests/photographs/free_letters.py [--alone] [--pictures N] [--seed N]

A letter counts as set apart where more of its strokes are told as writing than as geometry, strokes of the figure as kept where they are
told as geometry.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from derender.photographs.diagrams import Diagram, Sketch, draw_diagram
from derender.photographs.examples import photograph_straight
from derender.photographs.free_signs import write_beside, write_in_place
from derender.pipeline import Pipeline
from derender.settings import InferSettings
from derender.training.traced_photographs import sample_diagram

_DRAWN = 0.3


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--alone", action="store_true")
    arguments.add_argument("--pictures", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=77)
    given = arguments.parse_args()
    pipeline, settings = Pipeline.load(), InferSettings()
    apart, letters, kept, strokes = 0, 0, 0, 0
    for number in range(given.pictures):
        rng = np.random.default_rng([given.seed, number])
        diagram, _, shape = sample_diagram(rng, page=False)
        sketch = drawn(rng, replace(diagram, words=0.0, struck=()), shape, alone=given.alone)
        picture = photograph_straight(rng, sketch)
        development = pipeline.develop(picture.picture, settings)
        assert pipeline.recognizer is not None
        ink, writing = pipeline.recognizer.set_apart(development.ink, development.writing)
        back, size = np.linalg.inv(development.to_picture), ink.shape[::-1]
        figure, signs = (cv2.warpPerspective(layer, back, size) > 127 for layer in picture.targets[:2])
        found, count = set_apart(np.asarray(signs), ink, writing)
        apart, letters = apart + found, letters + count
        seen = figure & (np.maximum(ink, writing) > _DRAWN)
        kept, strokes = kept + int((seen & (ink >= writing)).sum()), strokes + int(seen.sum())
    print(f"letters set apart: {apart} of {letters}; strokes of figures kept: {100 * kept / strokes:.1f} %")


def drawn(rng: np.random.Generator, diagram: Diagram, shape: tuple[int, int], *, alone: bool) -> Sketch:
    """The diagram with letters beside its arrows and, `alone`, in place of shapes, and no other writing."""
    plain = draw_diagram(rng, replace(diagram, shapes=()) if alone else diagram, shape)
    writing = np.zeros_like(plain.writing)
    write_beside(writing, plain.geometry, [link.path for link in diagram.links], diagram.height, diagram.pen.thickness, rng)
    if alone:
        boxes = [part.box for part in diagram.shapes]
        write_in_place(writing, plain.geometry, boxes, diagram.height, diagram.pen.thickness, rng)
    return Sketch(plain.geometry, writing)


def set_apart(signs: NDArray[np.bool_], ink: NDArray[np.float32], writing: NDArray[np.float32]) -> tuple[int, int]:
    """Of letters (H, W) that are seen at all, how many are rather writing, and how many there are."""
    count, pieces = cv2.connectedComponents(cv2.dilate(signs.astype(np.uint8), np.ones((3, 3), np.uint8)))
    apart = seen = 0
    for piece in range(1, count):
        there = (pieces == piece) & (np.maximum(ink, writing) > _DRAWN)
        seen += bool(there.any())
        apart += bool(there.any()) and float((writing[there] > ink[there]).mean()) > 0.5
    return apart, seen


if __name__ == "__main__":
    main()
