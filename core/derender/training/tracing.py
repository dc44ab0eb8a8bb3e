"""The judges of traced drawings fitted to simulated photographs of diagrams, whose shapes and arrows are known."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from derender.checkpoints import models_folder, save_weights
from derender.errors import OptionError
from derender.photo.develop import develop
from derender.photo.separation import Floats, Maps, Separator
from derender.photographs.cutouts import Cutout, random_cutout
from derender.photographs.diagrams import Diagram, draw_diagram, random_diagram, sample_height
from derender.photographs.examples import photograph_straight
from derender.tracing.context import context
from derender.tracing.ends import Measured, way_features
from derender.tracing.features import features
from derender.tracing.figure import at_scale
from derender.tracing.judge import MODEL, Judge, Judges
from derender.tracing.paths import between, ways
from derender.tracing.regions import Region, overlap, regions
from derender.tracing.strokes import traces_of
from derender.training.loop import current_commit

Array = NDArray[np.float64]

PICTURES = 256
"""Simulated photographs: a quarter of them whole pages, an eighth diagrams of a few shapes, the others cut out of larger diagrams."""

_RIGHT = 0.7
"""Intersection over union of a region's box with a shape's from which on the region is the shape."""

_NEAR = 0.05
"""Of the picture's diagonal: a way whose ends are no farther from a link's is the link."""

_HIDDEN, _MEMBERS, _STEPS = 12, 3, 250


@dataclass(frozen=True, slots=True)
class Photographed:
    """Maps of a simulated photograph, what leads from their pixels to the picture's (3 × 3), and the true boxes and links (each its two
    ends, (2, 2)) there; whether links have heads; how long the picture's diagonal is."""

    maps: Maps
    to_picture: Array
    boxes: tuple[tuple[float, float, float, float], ...]
    links: tuple[Array, ...]
    headed: bool
    diagonal: float


@dataclass(frozen=True, slots=True)
class Rows:
    """One photograph's regions with their measurements and whether each is a shape; its ways likewise: 1 or -1 for a link in that or the
    other direction, 0 for none; whether links have heads."""

    regions: tuple[Region, ...]
    measurements: Array
    is_shape: Array
    ways: tuple[Measured, ...]
    links: Array
    headed: bool


def sample_diagram(rng: np.random.Generator, *, page: bool) -> tuple[Diagram, tuple[int, int]]:
    """A diagram that fills a picture of the shape (height, width): a few shapes, or a page with many small ones."""
    while True:
        if page:
            width = int(rng.integers(1100, 1900))
            shape = (round(width * rng.uniform(0.6, 0.8)), width)
            height = width * sample_height(rng, 0.045, 0.12)
        else:
            width = int(rng.integers(450, 1300))
            shape = (round(width * rng.uniform(0.25, 0.7)), width)
            height = shape[0] * rng.uniform(0.22, 0.55)
        diagram = random_diagram(rng, shape, height)
        inside = all(min(s.box[:2]) > 2 and s.box[2] < shape[1] - 2 and s.box[3] < shape[0] - 2 for s in diagram.shapes)
        if inside and len(diagram.shapes) >= (9 if page else 2):
            return diagram, shape


def photographed(seed: int, separator: Separator) -> Photographed:
    """The simulated photograph of that seed as it is developed."""
    is_page = seed % 4 == 3
    is_cut = not is_page and seed % 8 != 1
    rng = np.random.default_rng([seed, 9 if is_cut else 7])
    shown = random_cutout(rng) if is_cut else whole(rng, page=is_page)
    seen = develop(photograph_straight(rng, shown.sketch).picture, separator).seen
    assert seen is not None
    links = tuple(np.asarray(link.path[[0, -1]], dtype=np.float64) for link in shown.diagram.links)
    boxes = tuple(s.box for s in shown.diagram.shapes)
    maps = taken_for_writing(seen.maps, rng)
    return Photographed(maps, seen.to_picture, boxes, links, shown.diagram.arrows.head != "none", math.hypot(*shown.shape))


def whole(rng: np.random.Generator, *, page: bool) -> Cutout:
    """A diagram of which nothing is cut off, and its sketch; see `sample_diagram`."""
    diagram, shape = sample_diagram(rng, page=page)
    return Cutout(draw_diagram(rng, diagram, shape), diagram, shape)


def taken_for_writing(maps: Maps, rng: np.random.Generator) -> Maps:
    """The same where now and then strokes in some places are taken for writing: on real photographs the network errs more than here."""
    if rng.random() < 0.5:
        return maps
    height, width = maps.geometry.shape
    coarse = rng.normal(0, 1, (max(2, height // 60), max(2, width // 60))).astype(np.float32)
    where = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) > rng.uniform(0.3, 1.5)
    part = np.float32(rng.uniform(0.3, 0.8))
    writing: Floats = np.where(where, np.maximum(maps.writing, part * np.maximum(maps.geometry, maps.writing)), maps.writing)
    return Maps(np.where(where, maps.geometry * (1 - part), maps.geometry), writing, maps.ruling, maps.page)


def rows_of(photo: Photographed) -> Rows:
    """What is proposed for a photograph, measured in its shapes and held against the truth; ways are those between its true
    shapes."""
    to_maps = np.asarray(np.linalg.inv(photo.to_picture), dtype=np.float64)
    boxes = [_seen(box, to_maps) for box in photo.boxes]
    traces = at_scale(traces_of(photo.maps), [(right - left, low - top) for left, top, right, low in boxes])
    proposed = regions(traces)
    fit = np.array([[overlap(_seen(r.box, photo.to_picture), box) for box in photo.boxes] for r in proposed])
    fit = fit.reshape(len(proposed), len(photo.boxes))
    best = sorted({int(fit[:, k].argmax()) for k in range(fit.shape[1]) if len(fit) and fit[:, k].max() >= _RIGHT})
    found = between(traces, [proposed[k].outline for k in best])
    through = ways(found, traces.height)
    links = np.array([_direction(_moved(photo.to_picture, way.points[[0, -1]]), photo) for way in through])
    return Rows(
        tuple(proposed),
        features(proposed, traces),
        np.asarray(fit.max(1, initial=0) >= _RIGHT, dtype=np.float64),
        tuple(way_features(way, found, traces) for way in through),
        links,
        photo.headed,
    )


def _direction(ends: Array, photo: Photographed) -> float:
    """1 where a way runs as a link does, -1 where it runs against it, 0 where it is none."""
    away = [(np.hypot(*(ends[::turn] - link).T).max(), turn) for link in photo.links for turn in (1, -1)]
    nearest, turn = min(away, default=(math.inf, 0))
    return float(turn) if nearest <= _NEAR * photo.diagonal else 0.0


def _moved(matrix: Array, points: Array) -> Array:
    out = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(out[:, :2] / out[:, 2:])


def _seen(box: tuple[float, float, float, float], matrix: Array) -> tuple[float, float, float, float]:
    corners = _moved(matrix, np.array([(x, y) for x in box[::2] for y in box[1::2]]))
    (left, top), (right, bottom) = corners.min(0), corners.max(0)
    return float(left), float(top), float(right), float(bottom)


def fitted(rows: Sequence[Rows]) -> Judges:
    """Judges by maximum likelihood; those of shapes among their neighbours learn from what the first judge of them says."""
    shown = [r for r in rows if r.regions]
    region = fitted_judge(np.concatenate([r.measurements for r in shown]), np.concatenate([r.is_shape for r in shown]))
    among = [np.concatenate([r.measurements, context(r.regions, region(r.measurements))], 1) for r in shown]
    shape = fitted_judge(np.concatenate(among), np.concatenate([r.is_shape for r in shown]))
    pairs = [(way, link, r.headed) for r in rows for way, link in zip(r.ways, r.links, strict=True)]
    connector = fitted_judge(np.stack([w.row for w, _, _ in pairs]), np.array([float(link != 0) for _, link, _ in pairs]))
    true = [(w, link, headed) for w, link, headed in pairs if link != 0]
    heads = [(w, link) for w, link, headed in true if headed]
    # Either end may be called the last.
    differences = np.stack([s * w.difference for w, _ in heads for s in (1, -1)])
    last = fitted_judge(differences, np.array([float(s * link > 0) for _, link in heads for s in (1, -1)]))
    # Heads are judged for a whole figure: what people do in general is counted there once, not with every connector.
    headed = fitted_judge(np.stack([w.either for w, _, _ in true]), np.array([float(h) for _, _, h in true]), balanced=True)
    return Judges(region, shape, connector, last, headed)


def fitted_judge(rows: Array, labels: Array, *, balanced: bool = False) -> Judge:
    """Networks that tell the probability of labels 0 or 1 (N) from measurements (N, F), by cross entropy; `balanced`: as if both labels
    were as frequent."""
    share = labels.mean() if balanced else 0.5
    weights = torch.from_numpy(np.where(labels > 0, 0.5 / max(1e-6, share), 0.5 / max(1e-6, 1 - share))).float()
    middle, spread = rows.mean(0), np.maximum(rows.std(0), 1e-3)
    empty = Judge(middle, spread, *(np.zeros(0),) * 4)
    seen, wanted = torch.from_numpy(empty.scaled(rows)).float(), torch.from_numpy(labels).float()
    parts = []
    for seed in range(_MEMBERS):
        torch.manual_seed(seed)
        first, second = nn.Linear(rows.shape[1], _HIDDEN), nn.Linear(_HIDDEN, 1)
        optimizer = torch.optim.AdamW([*first.parameters(), *second.parameters()], lr=1e-2, weight_decay=1e-2)
        for _ in range(_STEPS):
            loss = functional.binary_cross_entropy_with_logits(second(torch.tanh(first(seen)))[:, 0], wanted, weights)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        parts.append([t.detach().double().numpy() for t in (first.weight, first.bias, second.weight[0], second.bias[0])])
    return Judge(middle, spread, *(np.stack(part) for part in zip(*parts, strict=True)))


def run_tracing(pictures: int | None, models: Path | None) -> str:
    """Fit the judges to so many simulated photographs, write them as the model 'tracing'; the sentence that tells so."""
    count = PICTURES if pictures is None else pictures
    if count < 20:
        raise OptionError(f"tracing is learned from 20 photographs at least, not {count}")
    rows = list(_shown(count))
    path = save_judges(fitted(rows), rows, models or models_folder())
    return f"wrote {path}: {count} photographs, {sum(len(r.regions) for r in rows)} regions and {sum(len(r.ways) for r in rows)} ways"


def _shown(count: int) -> Iterator[Rows]:
    """The rows of the photographs; how far it is is told on standard error."""
    separator = Separator.load(torch.device("cpu"))
    for seed in range(count):
        yield rows_of(photographed(seed, separator))
        if seed % 20 == 19:
            sys.stderr.write(f"photograph {seed + 1}/{count}\n")


def save_judges(judges: Judges, rows: Sequence[Rows], folder: Path) -> Path:
    """The weights and their manifest entry."""
    about = {
        "command": f"derender train tracing --steps {len(rows)}",
        "commit": current_commit(Path(__file__).resolve().parents[3]),
        "date": datetime.now(UTC).date().isoformat(),
        "photographs": len(rows),
    }
    return save_weights(MODEL, {name: torch.from_numpy(np.ascontiguousarray(v)) for name, v in judges.arrays().items()}, about, folder)
