"""The figures of docs/benchmarks.md: accuracy and times of each stage, beside a named competitor measured in the same run.

    python -m derender.experiments.benchmarks            (or: make bench)

prints Markdown. Reading is measured on simulated drawings with fixed seeds, which no training has seen, and on the folder that the variable
DERENDER_DRAWINGS names, when there is one. Everything runs on one thread; times of reading and rendering are processor time.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from derender.evaluation import Drawing, drawings_in, normalised
from derender.perception.drawing_model import QUICK, ReaderSettings
from derender.perception.reader import Reader, canvas_of
from derender.perception.scenes import random_scene
from derender.photo.ink import ink_of
from derender.photo.load import load_picture, to_grey
from derender.pipeline import Pipeline
from derender.rendering.pencil import simulate
from derender.rendering.raster import render_batch
from derender.settings import InferSettings
from derender.spec import Circle, Line, Rectangle, Spec, moved
from derender.synthesis import synthesize

SIMULATED = 100
"""Simulated drawings that reading is measured on."""


def main() -> None:
    """All measurements, one after the other, as Markdown."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    folder = os.environ.get("DERENDER_DRAWINGS")
    drawings = drawings_in(Path(folder)) if folder else ()
    say(f"Measured {datetime.now(UTC).date().isoformat()} by `make bench` on a machine with {os.cpu_count()} cores, one thread.\n")
    pipeline = Pipeline.load("cpu")
    specs = [d.truth for d in drawings] or [_scene(k) for k in range(50)]
    rendering(specs)
    reading_simulated(pipeline.reader)
    if drawings:
        reading_drawings(pipeline, drawings)
    synthesis(specs)


def say(text: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def rendering(specs: Sequence[Spec]) -> None:
    """Renders a second at 256 × 256, beside Pillow's ImageDraw on the same specs."""
    ours = _per_second(lambda: render_batch(specs, width_cells=16, height_cells=16), len(specs))
    pillow = _per_second(lambda: [_pillow(spec) for spec in specs], len(specs))
    say("## Rendering\n")
    say("| | renders a second at 256×256 | Cairo's rate over it |\n|---|---|---|")
    say(f"| Cairo, `render_batch` | {ours:,.0f} | 1 |")
    say(f"| Pillow's ImageDraw, outlines without heads and dashes | {pillow:,.0f} | {ours / pillow:.2f} |\n")


ANSWERS = {"first answer (one view, beam)": QUICK, "full answer (particle filter)": ReaderSettings()}


def reading_simulated(reader: Reader) -> None:
    """Exact readings of simulated registered drawings: the first answer and the full one."""
    say(f"## Reading simulated drawings ({SIMULATED}, registered, seeds of their own)\n")
    truths = [_scene(k) for k in range(SIMULATED)]
    inks = [simulate(truth, 16, 16, seed=50_000 + k) for k, truth in enumerate(truths)]
    _answers(reader, truths, inks)
    say("OpenCV's is what finds strokes classically: `createLineSegmentDetector` and `HoughCircles` on the same ink.")
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"The process that rendered, simulated and read held {megabytes:.0f} MB at most.\n")


def reading_drawings(pipeline: Pipeline, drawings: Sequence[Drawing]) -> None:
    """Exact readings of real drawings, registered and with an unknown lattice."""
    say(f"## Reading {len(drawings)} real drawings (none of them ever trained or tuned on)\n")
    inks = [ink_of(to_grey(load_picture(d.path))) for d in drawings]
    if all(ink.shape == (256, 256) for ink in inks):
        say("On the given lattice (`--grid 16`):\n")
        _answers(pipeline.reader, [d.truth for d in drawings], inks)
    say("On a lattice that is inferred:\n")
    say("| exact, top-1 | exact, top-5 | processor ms, median | 95th percentile | at most |\n|---|---|---|---|---|")
    first = five = 0
    seconds = []
    for drawing, ink in zip(drawings, inks, strict=True):
        started = time.process_time()
        _, readings = pipeline.read(ink, InferSettings())
        seconds.append(time.process_time() - started)
        same = [normalised(r.spec) == normalised(drawing.truth) for r in readings]
        first += bool(same and same[0])
        five += any(same)
    say(f"| {first} of {len(drawings)} | {five} | {_spread(seconds)} |\n")


def _answers(reader: Reader, truths: Sequence[Spec], inks: Sequence[NDArray[np.float32]]) -> None:
    """A row for the first answer and one for the full answer to registered ink (16·rows, 16·columns)."""
    say("| | exact, top-1 | exact, top-5 | processor ms, median | 95th percentile | at most | drawings a second | times OpenCV's |")
    say("|---|---|---|---|---|---|---|---|")
    classical = statistics.median(_opencv_seconds(ink) for ink in inks)
    for name, settings in ANSWERS.items():
        first = five = 0
        seconds = []
        for truth, ink in zip(truths, inks, strict=True):
            started = time.process_time()
            readings = reader.read(canvas_of(ink), settings)
            seconds.append(time.process_time() - started)
            first += readings[0].spec == truth
            five += any(r.spec == truth for r in readings)
        middle, rate = statistics.median(seconds), len(inks) / sum(seconds)
        times = f"{_spread(seconds)} | {rate:.0f} | {middle / classical:.1f}"
        say(f"| {name} | {first} of {len(inks)} | {five} | {times} |")
    say("")


def _spread(seconds: Sequence[float]) -> str:
    """Median, 95th percentile and most, in milliseconds."""
    late = sorted(seconds)[int(0.95 * len(seconds))]
    return " | ".join(f"{1000 * s:.0f}" for s in (statistics.median(seconds), late, max(seconds)))


def synthesis(specs: Sequence[Spec]) -> None:
    """Time to the proven shortest program."""
    found = [synthesize(spec, timeout=60) for spec in specs]
    seconds = sorted(f.seconds for f in found)
    say(f"## Synthesis of {len(specs)} specs ({sum(len(s) for s in specs)} commands)\n")
    say("| proven shortest | median ms | 95th percentile ms | worst s |\n|---|---|---|---|")
    proven = f"{sum(f.optimal for f in found)} of {len(found)}"
    median, late = 1000 * statistics.median(seconds), 1000 * seconds[int(0.95 * len(seconds))]
    say(f"| {proven} | {median:.1f} | {late:.0f} | {seconds[-1]:.2f} |\n")


def _scene(k: int) -> Spec:
    return moved(random_scene(np.random.default_rng([40_000, k]), 14, 14), 1, 1)


def _per_second(work: Callable[[], object], count: int) -> float:
    rounds, started = 0, time.process_time()
    while time.process_time() - started < 1.0:
        work()
        rounds += 1
    return rounds * count / (time.process_time() - started)


def _pillow(spec: Spec) -> Image.Image:
    picture = Image.new("L", (256, 256), 0)
    draw = ImageDraw.Draw(picture)
    for c in spec:
        match c:
            case Circle():
                draw.ellipse((16 * (c.x - c.rx), 256 - 16 * (c.y + c.ry), 16 * (c.x + c.rx), 256 - 16 * (c.y - c.ry)), outline=255)
            case Rectangle():
                draw.rectangle((16 * c.x1, 256 - 16 * c.y2, 16 * c.x2, 256 - 16 * c.y1), outline=255)
            case Line():
                draw.line((16 * c.x1, 256 - 16 * c.y1, 16 * c.x2, 256 - 16 * c.y2), fill=255)
    return picture


def _opencv_seconds(ink: NDArray[np.float32]) -> float:
    grey = (255 * (1 - ink)).astype(np.uint8)
    started = time.process_time()
    cv2.createLineSegmentDetector().detect(grey)
    cv2.HoughCircles(grey, cv2.HOUGH_GRADIENT, 1, 12, param1=100, param2=18, minRadius=6, maxRadius=50)
    return time.process_time() - started


if __name__ == "__main__":
    main()
