"""Photographs that are kept on the disk are those that were made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from derender.training import kept_photographs
from derender.training.kept_photographs import any_photograph, kept_photograph
from derender.training.traced_photographs import Photographed, developed, shipped_separator


def same(a: Photographed, b: Photographed, tolerance: float) -> bool:
    maps = all(
        np.allclose(getattr(a.maps, name), getattr(b.maps, name), atol=tolerance) for name in ("geometry", "writing", "ruling", "page")
    )
    links = len(a.links) == len(b.links) and all(np.array_equal(p, q) for p, q in zip(a.links, b.links, strict=True))
    return maps and links and a.boxes == b.boxes and (a.headed, a.diagonal, a.height) == (b.headed, b.diagonal, b.height)


def test_a_photograph_is_made_once_and_read_the_next_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = developed(np.random.default_rng([kept_photographs._SEED, 3]), shipped_separator())
    kept_photograph(3, tmp_path)
    (path,) = tmp_path.glob("*/*")

    def unexpected(*_: object) -> Photographed:
        raise AssertionError("made anew")

    monkeypatch.setattr(kept_photographs, "developed", unexpected)
    read = kept_photograph(3, tmp_path)
    assert same(made, read, 1 / 255)
    # Where nothing is seen maps are exactly zero, and nowhere else: the border of the picture is told by it.
    assert np.array_equal(made.maps.geometry > 0, read.maps.geometry > 0)
    assert np.array_equal(made.to_picture, read.to_picture)
    # Half of a file is none.
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(AssertionError, match="made anew"):
        kept_photograph(3, tmp_path)


def test_a_draw_of_the_kept_ones_depends_on_the_generator_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_photographs, "COUNT", 1)
    first, second, other = (any_photograph(np.random.default_rng(seed), tmp_path) for seed in (1, 1, 2))
    assert same(first, second, 1e-6)
    assert first.boxes == other.boxes
    assert len(list(tmp_path.glob("*/*"))) == 1
