"""Drawings with their programs and features, for experiments that look at a folder file by file, here or on a cluster's workers."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from derender.errors import InputError
from derender.settings import InferSettings
from derender.similarity.drawings import Drawing, Gallery


def drawing_in(path: Path, grid: int | None) -> Drawing | str:
    """The drawing in a photograph, program or spec, or why there is none."""
    try:
        return cached_gallery(grid).drawing(path)
    except InputError as error:
        return str(error)


@cache
def cached_gallery(grid: int | None) -> Gallery:
    """One for each lattice in each process."""
    return Gallery(InferSettings(grid=grid, device="cpu"))
