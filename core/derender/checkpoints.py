"""Where weights lie, and that they are what the manifest says.

Weights are safetensors files beside `manifest.json`, which gives for each the sha256, the command and commit that made it, the
configuration and the score. The folder is found in this order: an argument, the variable DERENDER_MODELS, the installed
package, the checkout.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derender.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

MANIFEST = "manifest.json"

BASELINES = frozenset({"paper", "one-shot", "end-to-end"})
"""What the paper compares with, to be measured against: their weights lie in the checkout alone, an installed package goes without."""


def models_folder(folder: Path | None = None) -> Path:
    """The folder with the manifest; raises `ModelError` where there is none."""
    package = Path(__file__).resolve().parent
    given = (
        [folder]
        if folder
        else [Path(v)]
        if (v := os.environ.get("DERENDER_MODELS"))
        else [package / "models", package.parents[1] / "models"]
    )
    for candidate in given:
        if (candidate / MANIFEST).is_file():
            return candidate
    raise ModelError(f"no models found: {given[-1]} has no {MANIFEST}; reinstall derender or set DERENDER_MODELS")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest: model name → entry."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{folder / MANIFEST} cannot be read: {error}") from error
    if not isinstance(manifest, dict) or not all(isinstance(entry, dict) for entry in manifest.values()):
        raise ModelError(f"{folder / MANIFEST} is not an object of models")
    return manifest


def load_weights(name: str, folder: Path | None = None) -> tuple[dict[str, Tensor], Mapping[str, Any]]:
    """The tensors of model `name` and its manifest entry, checked by sha256; raises `ModelError`."""
    from safetensors.torch import load

    data, entry = _checked(name, folder)
    return load(data), entry


def load_arrays(name: str, folder: Path | None = None) -> tuple[dict[str, NDArray[Any]], Mapping[str, Any]]:
    """The same as arrays, for small models that are used without torch."""
    from safetensors.numpy import load

    data, entry = _checked(name, folder)
    return load(data), entry


def _checked(name: str, folder: Path | None) -> tuple[bytes, Mapping[str, Any]]:
    where = models_folder(folder)
    entry = read_manifest(where).get(name)
    if entry is None:
        raise ModelError(f"the model {name!r} is not in {where / MANIFEST}")
    if not isinstance(entry.get("file"), str) or not isinstance(entry.get("sha256"), str):
        raise ModelError(f"{where / MANIFEST} gives no file and sha256 for the model {name!r}")
    path = where / entry["file"]
    if name in BASELINES and not path.exists():
        raise ModelError(f"the weights of the baseline {name!r} are not installed: set DERENDER_MODELS to the folder models/ of a checkout")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"the weights {path} cannot be read: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise ModelError(f"the weights {path} are damaged: their sha256 is not the manifest's; reinstall derender")
    return data, entry


def save_weights(name: str, tensors: Mapping[str, Tensor], about: Mapping[str, Any], folder: Path) -> Path:
    """Write `NAME.safetensors` and its manifest entry (`about` and the sha256); each file is replaced at once or not at all."""
    from safetensors.torch import save

    folder.mkdir(parents=True, exist_ok=True)
    data = save({k: v.contiguous() for k, v in tensors.items()})
    path = folder / f"{name}.safetensors"
    manifest = read_manifest(folder) if (folder / MANIFEST).is_file() else {}
    manifest[name] = {"file": path.name, "sha256": hashlib.sha256(data).hexdigest(), **about}
    _replace(path, data)
    _replace(folder / MANIFEST, (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode())
    return path


def _replace(path: Path, data: bytes) -> None:
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(data)
    os.replace(partial, path)
