"""Drawings of any kind with what similarity asks of them: photographs are read, programs run, specs get their programs.

Features of photographs are kept in the user's cache folder, by the file's content: a folder of drawings is read once.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from derender.checkpoints import models_folder, read_manifest
from derender.errors import InputError
from derender.language.execute import execute
from derender.language.program import Program
from derender.language.text import parse_program, pretty
from derender.latex.images import EXTENSIONS, PROGRAM_ENDING, is_program
from derender.perception.network import CELL
from derender.perception.pixels import rendering_on_canvas
from derender.pipeline import Pipeline
from derender.settings import InferSettings
from derender.similarity.image_features import ImageFeatures, image_distance, image_features
from derender.similarity.program_features import program_counts, program_distance
from derender.spec import Spec, bounding_box, moved
from derender.spec_json import spec_from_json
from derender.synthesis import synthesize
from derender.version import code_version

ENDINGS = frozenset((*EXTENSIONS, PROGRAM_ENDING, ".json"))
"""What a folder's drawings end in: photographs, programs, specs."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing and its features in both spaces."""

    path: Path
    program: Program
    spec: Spec
    counts: Counter[str]
    image: ImageFeatures


@dataclass(frozen=True, slots=True)
class Distance:
    """How far apart two drawings are as programs and as images (in commands)."""

    program: float
    image: float


def distance(a: Drawing, b: Drawing) -> Distance:
    """Both distances between two drawings."""
    return Distance(program_distance(a.counts, b.counts), image_distance(a.image, b.image))


class Gallery:
    """Makes drawings of files; the networks are loaded when the first file asks for them."""

    def __init__(self, settings: InferSettings, cache: Path | None = None) -> None:
        self._settings = settings
        self._cache = cache or user_cache_path("derender") / "similarity"
        self._pipeline: Pipeline | None = None

    def drawing(self, path: Path) -> Drawing:
        """The drawing in a file; raises `InputError`."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror})") from None
        kept = self._cache / f"{self._key(path, data)}.npz"
        with suppress(OSError, ValueError, KeyError, InputError):
            return _unpacked(path, kept.read_bytes())
        found = self._seen(path, data)
        with suppress(OSError):
            self._cache.mkdir(parents=True, exist_ok=True)
            partial = kept.with_suffix(".part")
            partial.write_bytes(_packed(found))
            partial.replace(kept)
        return found

    def _key(self, path: Path, data: bytes) -> str:
        """Names the features of this content, read by this code and these weights with these settings."""
        models = json.dumps(read_manifest(models_folder()), sort_keys=True)
        about = f"{path.suffix.lower()} {self._settings.grid} {self._settings.synthesis_timeout} {code_version()} {models}"
        return hashlib.sha256(data + about.encode()).hexdigest()[:32]

    def _seen(self, path: Path, data: bytes) -> Drawing:
        if is_program(path):
            program, spec = _program_in(path, data)
        elif path.suffix.lower() == ".json":
            spec = _spec_in(path, data)
            program = synthesize(spec, timeout=self._settings.synthesis_timeout).program
        else:
            found = self._loaded.infer(path, self._settings)
            if not found.interpretations:
                raise InputError(f"{path}: nothing drawn was recognised")
            spec, program = found.interpretations[0].spec, found.interpretations[0].program
        reader = self._loaded.reader
        # Figures are compared as they are rendered, so that pen and paper do not count (the paper's Llearned is between renderings).
        features = image_features(reader.networks.reader, _canvas(path, spec), reader.networks.device)
        return Drawing(path, program, spec, program_counts(program), features)

    @property
    def _loaded(self) -> Pipeline:
        if self._pipeline is None:
            self._pipeline = Pipeline.load(self._settings.device)
        return self._pipeline


def drawings_of(folder: Path) -> Iterator[Path]:
    """The drawings of a folder by name, `specs.json` and hidden files left out; raises `InputError`."""
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror})") from None
    for path in paths:
        if path.suffix.lower() in ENDINGS and not path.name.startswith(".") and path.name not in ("specs.json", "costs.json"):
            yield path


def nearest(query: Drawing, others: list[Drawing], by: Callable[[Distance], float]) -> list[tuple[Drawing, Distance]]:
    """The others, nearest first."""
    return sorted(((other, distance(query, other)) for other in others), key=lambda pair: by(pair[1]))


def _canvas(path: Path, spec: Spec) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """The spec drawn cleanly, from 0 on."""
    x1, y1, x2, y2 = (round(side) for side in bounding_box(spec))
    if max(x2 - x1, y2 - y1) > 64:
        raise InputError(f"{path}: the drawing is larger than 64 cells, which is more than the network sees")
    here = moved(spec, 1 - x1, 1 - y1)
    return rendering_on_canvas(here, ((y2 - y1 + 3) * CELL, (x2 - x1 + 3) * CELL)).astype(np.float32)


def _program_in(path: Path, data: bytes) -> tuple[Program, Spec]:
    """The program of a file, and what it draws."""
    try:
        program = parse_program(data.decode("utf-8-sig"))
        return program, execute(program)
    except UnicodeDecodeError:
        raise InputError(f"{path}: this is not UTF-8 text") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _spec_in(path: Path, data: bytes) -> Spec:
    try:
        return spec_from_json(json.loads(data))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: this is not JSON ({error})") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _packed(drawing: Drawing) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, maps=drawing.image.maps, program=np.array(pretty(drawing.program)))
    return file.getvalue()


def _unpacked(path: Path, data: bytes) -> Drawing:
    with np.load(io.BytesIO(data), allow_pickle=False) as found:
        program = parse_program(str(found["program"]))
        return Drawing(path, program, execute(program), program_counts(program), ImageFeatures(found["maps"]))
