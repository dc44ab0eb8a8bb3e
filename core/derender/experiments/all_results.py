"""Results of studies kept in a folder, a file for each, with what they were made with: a run that was interrupted goes on."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from derender.checkpoints import models_folder, read_manifest
from derender.cli_files import write
from derender.errors import InputError, ModelError
from derender.evaluation import drawings_in
from derender.experiments.study import Json, Setting, Study


@dataclass(frozen=True, slots=True)
class Kept:
    """A study's result as it lies in its file."""

    result: Json
    made_with: Json
    """All that decides whether it would be measured anew."""
    date: str
    commit: str
    seconds: float
    """Of wall-clock time."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A study that could not be measured, and why, in a sentence."""

    reason: str


Outcome = Kept | Failed


def made_with(study: Study, setting: Setting) -> Json:
    """Setting, content of the drawings' folder, and weights; raises `ModelError` where weights are missing and `InputError`.

    The cluster is left out: who does the work changes no result.
    """
    manifest = read_manifest(models_folder())
    missing = [name for name in study.models if name not in manifest]
    if missing:
        listed = ", ".join(missing[:-1]) + " and " + missing[-1] if missing[1:] else missing[0]
        raise ModelError(f"there are no weights of {listed} yet: derender train {missing[0]} makes them")
    return {
        "scale": setting.scale,
        "seed": setting.seed,
        "grid": setting.grid,
        "drawings": _content(setting.drawings) if setting.drawings is not None else None,
        "weights": {name: manifest[name].get("sha256") for name in study.models},
    }


def outdated_weights(kept: Kept) -> list[str]:
    """The models that a result was made with in other weights than those that are there now."""
    manifest = read_manifest(models_folder())
    return [name for name, digest in kept.made_with["weights"].items() if manifest.get(name, {}).get("sha256") != digest]


def _content(folder: Path) -> str:
    """A name for the drawings that a folder lists and for their truths."""
    told = hashlib.sha256()
    for drawing in drawings_in(folder):
        told.update(f"{drawing.name} {drawing.truth}".encode())
        try:
            told.update(drawing.path.read_bytes())
        except OSError as error:
            raise InputError(f"{drawing.path}: cannot be read ({error.strerror})") from None
    return told.hexdigest()


def path_of(study: Study, out: Path) -> Path:
    """Where a study's result lies in a run's folder."""
    return out / "results" / f"{study.name}.json"


def items_of(study: Study, out: Path, wanted: Json, commit: str) -> Path:
    """The folder for the items of a study that is not finished, made with the same by the same code."""
    name = hashlib.sha256(json.dumps([wanted, commit]).encode()).hexdigest()[:16]
    return _items_folder(study, out) / name


def forget_items(study: Study, out: Path) -> None:
    """Clear away what an unfinished study has kept, in whatever setting."""
    shutil.rmtree(_items_folder(study, out), ignore_errors=True)


def _items_folder(study: Study, out: Path) -> Path:
    return out / "items" / study.name


def read_kept(path: Path) -> Kept | None:
    """What lies there; None for nothing, or for what is no result."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Kept(found["result"], found["made_with"], found["date"], found["commit"], found["seconds"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_kept(path: Path, kept: Kept) -> None:
    """Keep a result; the file is replaced at once or not at all. Raises `InputError` where it cannot be written."""
    text = {"made_with": kept.made_with, "date": kept.date, "commit": kept.commit, "seconds": round(kept.seconds, 1), "result": kept.result}
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, (json.dumps(text, indent=1) + "\n").encode())
