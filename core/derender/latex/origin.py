"""Where a region's drawing was read, as its marker tells it: photograph, content, lattice."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a region's drawing was read: the photograph's path as seen from the document, its content, the drawing's lattice."""

    photo: str = ""
    sha256: str = ""
    """The first sixteen hexadecimal digits, see `content_digits`."""
    lattice: str = ""
    """The homography from lattice to pixels, nine numbers with commas, see `lattice_text`."""


def content_digits(photo: Path) -> str:
    """Sixteen hexadecimal digits of the file's content; raises `OSError`."""
    with photo.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def lattice_text(homography: Sequence[Sequence[float]]) -> str:
    """A homography (3×3, or empty where no lattice is known) as numbers with commas."""
    return ",".join(f"{float(value):.6g}" for row in homography for value in row)
