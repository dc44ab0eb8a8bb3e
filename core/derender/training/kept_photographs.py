"""Simulated photographs of diagrams, kept on the disk once they were developed: that takes thrice as long as to look at one for what it
teaches, and what a network sees of one differs each time it is looked at."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from zipfile import BadZipFile

import numpy as np

import derender
from derender.checkpoints import models_folder, read_manifest
from derender.photo.maps import Floats, Maps
from derender.photographs.writing import fonts
from derender.training.traced_photographs import Photographed, as_seen_on_real_ones, developed, shipped_separator

COUNT = 5_000
"""Photographs that runs are trained on; each is made when it is first asked for."""

FOLDER = Path(".cache/training/photographs")


def any_photograph(rng: np.random.Generator, folder: Path = FOLDER) -> Photographed:
    """One of `COUNT` photographs, from the disk where it was made before, as it would be seen if it were a real one."""
    photo = kept_photograph(int(rng.integers(COUNT)), folder)
    return replace(photo, maps=as_seen_on_real_ones(photo.maps, rng))


def kept_photograph(number: int, folder: Path = FOLDER) -> Photographed:
    """The photograph of that number as today's simulation and ink network make it."""
    path = folder / _version() / f"{number:05d}.npz"
    try:
        return _read(path)
    except (OSError, BadZipFile, ValueError, KeyError):
        # Made anew where it is missing, or where an interrupted machine left half of it.
        _write(path, developed(np.random.default_rng([_SEED, number]), shipped_separator()))
        return _read(path)


_SEED = 20_000

_MAPS = ("geometry", "writing", "ruling", "page")


def _read(path: Path) -> Photographed:
    with path.open("rb") as file, np.load(file) as kept:
        maps = Maps(*(np.asarray(kept["maps"][k] / np.float32(255), dtype=np.float32) for k in range(len(_MAPS))))
        links = np.split(kept["links"], kept["ends"][:-1]) if len(kept["ends"]) else []
        left, top, right, low = kept["boxes"].reshape(-1, 4).T
        diagonal, height, headed = kept["about"].tolist()
        boxes = tuple(zip(left.tolist(), top.tolist(), right.tolist(), low.tolist(), strict=True))
        return Photographed(maps, kept["to_picture"], boxes, tuple(links), bool(headed), diagonal, height)


def _write(path: Path, photo: Photographed) -> None:
    """At once or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lengths = [len(link) for link in photo.links]
    with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        np.savez_compressed(
            file,
            maps=np.stack([_bytes(getattr(photo.maps, name)) for name in _MAPS]),
            to_picture=photo.to_picture,
            boxes=np.array(photo.boxes, dtype=np.float64),
            links=np.concatenate([np.empty((0, 2)), *photo.links]),
            ends=np.cumsum(lengths, dtype=np.int64),
            about=np.array([photo.diagonal, photo.height, photo.headed], dtype=np.float64),
        )
    os.replace(file.name, path)


def _bytes(values: Floats) -> np.ndarray:
    """Rounded upwards: only what is exactly zero lies outside of the picture (see `tracing.paths`)."""
    return np.ceil(255 * values).clip(0, 255).astype(np.uint8)


@cache
def _version() -> str:
    """Tells apart what other simulations, other fonts or another ink network made."""
    made_with = [read_manifest(models_folder())["ink"]["sha256"], *(font.name for font in fonts())]
    digest = hashlib.sha256(" ".join(made_with).encode())
    for path in _sources():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _sources() -> Iterator[Path]:
    root = Path(derender.__file__).parent
    for name in ("photo", "photographs"):
        yield from sorted((root / name).glob("*.py"))
    yield root / "training" / "traced_photographs.py"
