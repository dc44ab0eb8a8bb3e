"""Reading the drawings of a folder, as they are or perturbed."""

from __future__ import annotations

import time
import zlib

import numpy as np
from PIL import Image

from derender.evaluation import Drawing, Score, score
from derender.perturbations import Perturbation
from derender.photo.load import load_picture, to_colour, to_grey
from derender.pipeline import Pipeline
from derender.settings import InferSettings


def read_drawing(
    pipeline: Pipeline, drawing: Drawing, settings: InferSettings, change: Perturbation | None, *, up_to_lattice: bool
) -> Score:
    """The score of one drawing's picture. Raises `ImageError`.

    A perturbation's random choices depend on the drawing's name alone.
    """
    picture = load_picture(drawing.path)
    if change is not None:
        grey = change.apply(to_grey(picture), np.random.default_rng(zlib.crc32(drawing.name.encode())))
        picture = Image.fromarray(grey)
    started = time.perf_counter()
    _, readings = pipeline.read(pipeline.develop(to_colour(picture), settings).ink, settings)
    return score(drawing, [r.spec for r in readings], time.perf_counter() - started, up_to_lattice=up_to_lattice)
