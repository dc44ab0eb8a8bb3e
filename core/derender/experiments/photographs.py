"""How long a telephone's photograph takes to become ink and labels, and how much memory the process then holds.

Simulated photographs of 12 megapixels, of drawings, diagrams, plots and pages of writing on paper of all kinds, are written as JPEGs and
developed on two threads, each as often as asked for. Beside it stands what OpenCV does with the same files without telling writing or
ruling from drawing: decode, adaptive threshold, connected components.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated

import cv2
import numpy as np
import typer
from PIL import Image

from derender.labels import written_regions
from derender.photo.load import load_photo, to_colour
from derender.photographs.examples import make_photograph
from derender.pipeline import Pipeline
from derender.report import console
from derender.settings import InferSettings

WIDTH, HEIGHT = 4000, 3000

TARGET = 700
"""Milliseconds that a photograph may take."""


def main(
    repeats: Annotated[int, typer.Option(help="How often each photograph is timed.")] = 5,
    pictures: Annotated[int, typer.Option(help="Simulated photographs.")] = 12,
    threads: Annotated[int, typer.Option(help="Threads of the numeric libraries.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Time from 12-megapixel JPEGs to ink and labels, beside OpenCV's adaptive threshold."""
    pipeline = Pipeline.load("cpu", threads=threads)
    with tempfile.TemporaryDirectory() as folder:
        paths = [_written(Path(folder), seed) for seed in range(pictures)]
        own, busy = zip(*(_milliseconds(partial(_developed, path, pipeline), repeats) for path in paths), strict=True)
        theirs, theirs_busy = zip(*(_milliseconds(partial(_thresholded, path), repeats) for path in paths), strict=True)
    rows = {
        "photographs": pictures,
        "megapixels": WIDTH * HEIGHT / 1e6,
        "threads": threads,
        "ink_and_labels_ms_median": round(median(own)),
        "ink_and_labels_ms_slowest": round(max(own)),
        f"slower_than_{TARGET}_ms": sum(milliseconds > TARGET for milliseconds in own),
        "ink_and_labels_processor_ms_median": round(median(busy)),
        "opencv_adaptive_threshold_ms_median": round(median(theirs)),
        "opencv_adaptive_threshold_processor_ms_median": round(median(theirs_busy)),
        "times_opencv_processor": round(median(busy) / median(theirs_busy), 2),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    if as_json:
        console.file.write(json.dumps(rows) + "\n")
    else:
        for name, value in rows.items():
            console.print(f"{name}: {value}")


def _written(folder: Path, seed: int) -> Path:
    path = folder / f"{seed}.jpg"
    simulated = make_photograph(np.random.default_rng([seed, 41]), 1500).picture
    Image.fromarray(simulated).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC).save(path, quality=90)
    return path


def _developed(path: Path, pipeline: Pipeline) -> None:
    development = pipeline.develop(to_colour(load_photo(path).picture), InferSettings())
    ink, writing = development.ink, development.writing
    if pipeline.recognizer is not None:
        ink, writing = pipeline.recognizer.set_apart(ink, writing)
        pipeline.recognizer.read(written_regions(writing, ink), writing, development.picture, development.to_picture)


def _thresholded(path: Path) -> None:
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert grey is not None
    black = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY_INV, 51, 10)
    cv2.connectedComponentsWithStats(black)


def _milliseconds(work: Callable[[], None], repeats: int) -> tuple[float, float]:
    """Medians of elapsed and of processor time, over the runs after a first that warms up."""
    work()
    elapsed, busy = [], []
    for _ in range(repeats):
        started, began = time.perf_counter(), time.process_time()
        work()
        elapsed.append(1000 * (time.perf_counter() - started))
        busy.append(1000 * (time.process_time() - began))
    return median(elapsed), median(busy)
