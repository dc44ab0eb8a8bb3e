"""Reading: from ink to the most probable specs.

A reading is made in two passes. The first proposes groups of candidates and selects sets of them by the network's
probabilities alone; the second renders each set and weighs it by the ink that it leaves unexplained and the strokes that it
draws where there is none (the likelihood in the sampler's target, Section 2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from derender.checkpoints import load_weights
from derender.errors import ModelError, OptionError
from derender.perception.network import CELL, MARGIN, ReaderConfig, ReaderNetwork
from derender.perception.proposals import ProposalSettings, propose
from derender.perception.selection import Selected, SelectionSettings, select
from derender.perception.views import ALL_VIEWS, View
from derender.rendering.raster import render
from derender.spec import Spec, moved


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """How thoroughly to read."""

    views: int = 8
    """Flips and quarter turns that are averaged."""
    most_cells: int = 1200
    """Cells that all views together may have; larger drawings are seen in fewer views, so that time does not grow with both."""
    unexplained_weight: float = 2.0
    """Nats for each cell's length of stroke that a reading does not explain."""
    unsupported_weight: float = 2.0
    """Nats for each cell's length of stroke that a reading draws where there is no ink."""
    tolerance: int = 4
    """Pixels by which strokes may lie beside where they are drawn."""
    weighed: int = 16
    """Sets of candidates that are rendered and weighed."""
    proposals: ProposalSettings = field(default_factory=ProposalSettings)
    selection: SelectionSettings = field(default_factory=SelectionSettings)


@dataclass(frozen=True, slots=True)
class Reading:
    """A spec on the canvas's lattice, with its scores: logarithms of likelihood and proposal (up to constants), a normalised
    probability among its siblings, and the fraction of ink that it leaves unexplained."""

    spec: Spec
    likelihood: float
    proposal: float
    probability: float
    unexplained_ink: float


class Reader:
    """A loaded network on a device; `read` may be called from one thread at a time."""

    def __init__(self, network: ReaderNetwork, device: torch.device) -> None:
        self.device = device
        self.network = network.fused().to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in the stubs

    @classmethod
    def load(cls, device: str = "auto", folder: Path | None = None) -> Reader:
        """The shipped network; `device` is auto, cpu, cuda or mps."""
        tensors, entry = load_weights("reader", folder)
        where = choose_device(device)
        try:
            network = ReaderNetwork(ReaderConfig(**entry.get("network", {})))
            network.load_state_dict(tensors)
        except (TypeError, RuntimeError) as error:
            raise ModelError("the weights of 'reader' were made for another version of derender; reinstall it") from error
        return cls(network, where)

    @torch.inference_mode()
    def read(self, ink: NDArray[np.float32], settings: ReaderSettings | None = None, most: int = 5) -> tuple[Reading, ...]:
        """The `most` best distinct readings of a canvas, best first.

        `ink`: float32 (16·h, 16·w) in [0, 1], h × w lattice points with half a cell of margin (see `canvas_of`); specs have their
        origin at the bottom-left lattice point. Blank ink gives one reading, the empty spec.
        """
        settings = settings or ReaderSettings()
        window = _window(ink)
        if window is None:
            return (Reading(Spec(), likelihood=0.0, proposal=0.0, probability=1.0, unexplained_ink=0.0),)
        content = np.ascontiguousarray(ink[window.pixels])
        groups = propose(self.network, content, _views(content.shape, settings), settings.proposals, self.device)
        selected = _distinct(select(groups, settings.selection), settings.weighed)
        readings = weigh(content, selected, settings)[:most]
        return tuple(replace(r, spec=moved(r.spec, window.x, window.y)) for r in readings)


def choose_device(name: str) -> torch.device:
    """The device of that name; 'auto' takes CUDA, then MPS, then the CPU. Raises `OptionError` for one that is not there."""
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(device for device, there in present.items() if there))
    if not present.get(name, False):
        raise OptionError(f"the device {name} is not available here; use auto or cpu")
    return torch.device(name)


def canvas_of(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Registered ink (16·rows, 16·columns) with the half cell of margin that the network expects."""
    return np.pad(ink, MARGIN)


def weigh(ink: NDArray[np.float32], selected: tuple[Selected, ...], settings: ReaderSettings) -> tuple[Reading, ...]:
    """Readings of `ink` for each set, sorted by likelihood × proposal, probabilities normalised over all of them."""
    drawn = ink > max(0.2, 0.4 * float(ink.max(initial=0)))
    near_ink = cv2.dilate(drawn.astype(np.uint8), _disc(settings.tolerance)).astype(bool)
    stroke_area = _stroke_width(drawn) * CELL
    readings = []
    for chosen in selected:
        clean = rendering_on_canvas(chosen.spec, ink.shape)
        explained = cv2.dilate(clean.astype(np.uint8), _disc(settings.tolerance)).astype(bool)
        unexplained = int((drawn & ~explained).sum())
        unsupported = int((clean & ~near_ink).sum())
        likelihood = -(settings.unexplained_weight * unexplained / stroke_area + settings.unsupported_weight * unsupported / (2 * CELL))
        fraction = unexplained / max(1, int(drawn.sum()))
        readings.append((likelihood + chosen.log_odds, chosen, likelihood, fraction))
    readings.sort(key=lambda r: -r[0])
    best = readings[0][0]
    weights = [math.exp(max(-60.0, score - best)) for score, *_ in readings]
    total = math.fsum(weights)
    return tuple(
        Reading(chosen.spec, likelihood, chosen.log_odds, weight / total, fraction)
        for weight, (_, chosen, likelihood, fraction) in zip(weights, readings, strict=True)
    )


def rendering_on_canvas(spec: Spec, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Clean ink of `spec` on a canvas of that shape (margins included)."""
    height, width = shape
    inner = render(spec, width_cells=width // CELL - 1, height_cells=height // CELL - 1, pixels_per_cell=CELL)
    return np.pad(inner > 100, MARGIN)


def _stroke_width(drawn: NDArray[np.bool_]) -> float:
    """Mean thickness of the strokes in pixels: twice their area over their outline's length."""
    area = int(drawn.sum())
    inner = int(cv2.erode(drawn.astype(np.uint8), np.ones((3, 3), np.uint8)).sum())
    return max(1.0, 2.0 * area / max(1, area - inner)) if area else 1.0


def _disc(radius: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)), dtype=np.uint8)


def _distinct(selected: tuple[Selected, ...], most: int) -> tuple[Selected, ...]:
    """The first of each spec, at most so many."""
    seen: dict[Spec, Selected] = {}
    for s in selected:
        seen.setdefault(s.spec, s)
        if len(seen) == most:
            break
    return tuple(seen.values())


class _Window(NamedTuple):
    """A part of a canvas: its pixels, and the lattice coordinates of its bottom left point."""

    pixels: tuple[slice, slice]
    x: int
    y: int


def _views(shape: tuple[int, ...], settings: ReaderSettings) -> tuple[View, ...]:
    """As many views as are asked for and as the time allows: half as many while they are too many, but always one."""
    cells, views = shape[0] * shape[1] // CELL**2, settings.views
    while views > 1 and views * cells > settings.most_cells:
        views = (views + 1) // 2
    return ALL_VIEWS[:views]


def _window(ink: NDArray[np.float32]) -> _Window | None:
    """The cells around everything drawn, one to spare on each side: empty paper costs time and tells nothing; None for blank ink."""
    rows, columns = (n // CELL for n in ink.shape)
    marked = ink > 0.2
    across, down = np.flatnonzero(marked.any(0)), np.flatnonzero(marked.any(1))
    if not len(across):
        return None
    left, right = max(0, across[0] // CELL - 1), min(columns, across[-1] // CELL + 2)
    top, bottom = max(0, down[0] // CELL - 1), min(rows, down[-1] // CELL + 2)
    return _Window((slice(top * CELL, bottom * CELL), slice(left * CELL, right * CELL)), int(left), int(rows - bottom))
