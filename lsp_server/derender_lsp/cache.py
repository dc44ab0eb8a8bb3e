"""Results on the disk, so that a picture that was read once is not read again: not after a restart, nor in another editor.

A result is filed under the picture's content, and the code, the models and the settings that it was read with. Each file is written
beside its place and then moved there, so several servers can share the folder; its first line is the checksum of the rest, so a damaged
file is noticed, removed and made anew. The folder is kept within its bound by dropping what was not used for longest.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from platformdirs import user_cache_dir

from derender.checkpoints import models_folder, read_manifest
from derender.errors import ModelError
from derender.version import code_version
from derender_lsp.settings import ReadingSettings
from derender_lsp.worker import Agreement, Analysis

LARGEST_PICTURE = 200_000_000
"""Bytes; larger files are refused by the reader as well."""

log = logging.getLogger(__name__)


def results_folder() -> Path:
    """Where the results of this user lie."""
    return Path(user_cache_dir("derender", appauthor=False)) / "results"


def models_digest() -> str:
    """What tells these weights from others; raises `ModelError`."""
    manifest = read_manifest(models_folder())
    sums = {name: entry.get("sha256") for name, entry in manifest.items()}
    return hashlib.sha256(json.dumps(sums, sort_keys=True).encode()).hexdigest()


@dataclass(slots=True)
class ResultCache:
    """The results in a folder. Its methods touch the disk and may run in any thread; none of them raises."""

    folder: Path
    bound: Callable[[], int]
    """Bytes that the results may take; 0 switches the cache off."""
    models: str = field(default="")

    def find(self, picture: Path, settings: ReadingSettings) -> Analysis | None:
        """The result of the picture as it is now, None where there is none."""
        if not self.bound():
            return None
        digest = self._digest(picture)
        path = self._path(digest, settings) if digest else None
        found = _read(path) if path else None
        if path is None or found is None:
            return None
        with suppress(OSError):
            os.utime(path)  # the time tells what was used last
        found.inference["image"] = str(picture)
        return found

    def recall(self, digits: str, settings: ReadingSettings) -> Analysis | None:
        """The result of a picture whose content began with these digits of its sha256, the picture itself being gone or changed: one of
        now, or else the last one that other code or other settings left."""
        if not self.bound() or not digits.isalnum():
            return None
        try:
            suffix = self._suffix(settings)
            paths = sorted(self.folder.glob(f"{digits}*-*.json"), key=lambda path: (not path.name.endswith(suffix), -path.stat().st_mtime))
        except (OSError, ModelError):
            return None
        return next((found for path in paths if (found := _read(path)) is not None), None)

    def keep(self, picture: Path, settings: ReadingSettings, analysis: Analysis) -> None:
        """Files a result, provided that the picture is still the one that was read."""
        digest = self._digest(picture) if self.bound() else None
        path = self._path(digest, settings) if digest else None
        if path is None or digest is None or not digest.startswith(analysis.sha256):
            return
        body = json.dumps(asdict(analysis)).encode()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, partial = tempfile.mkstemp(suffix=".part", dir=self.folder)
            try:
                with open(handle, "wb") as file:
                    file.write(_checksum(body) + b"\n" + body)
                os.replace(partial, path)
            except BaseException:
                with suppress(OSError):
                    os.unlink(partial)
                raise
            self._shrink()
        except OSError as error:
            log.warning("a result cannot be kept in %s: %s", self.folder, error)

    def _shrink(self) -> None:
        """Drops what was not used for longest until the rest fits."""
        files = []
        for path in self.folder.iterdir():
            with suppress(OSError):  # another server dropped it
                stat = path.stat()
                files.append((stat.st_mtime, stat.st_size, path))
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= self.bound():
                return
            with suppress(OSError):
                path.unlink()
            total -= size

    def _path(self, digest: str, settings: ReadingSettings) -> Path | None:
        try:
            return self.folder / f"{digest}-{self._suffix(settings)}"
        except ModelError:
            return None

    def _suffix(self, settings: ReadingSettings) -> str:
        if not self.models:
            self.models = models_digest()
        # The server has its own part in a result: previews, and how drawing and ink agree.
        code = [code_version(), code_version(Path(__file__).resolve().parent)]
        how = json.dumps([code, self.models, asdict(settings)], sort_keys=True)
        return hashlib.sha256(how.encode()).hexdigest()[:16] + ".json"

    def _digest(self, picture: Path) -> str | None:
        try:
            if not picture.is_file() or picture.stat().st_size > LARGEST_PICTURE:
                return None
            with picture.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except (OSError, ValueError):
            return None


def _read(path: Path) -> Analysis | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    checksum, _, body = data.partition(b"\n")
    try:
        if checksum != _checksum(body):
            raise ValueError("wrong checksum")
        return _analysis(json.loads(body))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        log.warning("a damaged result is removed: %s (%s)", path, error)
        with suppress(OSError):
            path.unlink()
        return None


def _analysis(data: Any) -> Analysis:
    if not isinstance(data["inference"], dict):
        raise TypeError
    agreement = data.pop("agreement")
    return Analysis(**data, agreement=Agreement(**agreement) if agreement else None)


def _checksum(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()
