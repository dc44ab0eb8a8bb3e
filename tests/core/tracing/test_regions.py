"""What the network of shapes sees of a region, and what it is asked to learn."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

from derender.photo.maps import Maps
from derender.plane import overlap
from derender.samples import SIDE
from derender.tracing.features import FEATURES, features
from derender.tracing.judges import RegionJudges
from derender.tracing.region_network import RegionJudge, RegionNetwork
from derender.tracing.region_views import CHANNELS, VIEWS, region_views
from derender.tracing.regions import Region, regions
from derender.tracing.strokes import Traces, traces_of
from derender.training.shapes import REGIONS, ShapeTask, example_of
from derender.training.traced_photographs import Photographed

BOX, ROUND = (60.0, 70.0, 180.0, 140.0), (300.0, 75.0, 360.0, 135.0)


def maps(by: int = 0) -> Maps:
    """A box and, `by` pixels off, a circle; ruling above both."""
    geometry, ruling = np.zeros((220, 460), np.uint8), np.zeros((220, 460), np.uint8)
    cv2.rectangle(geometry, (60, 70), (180, 140), 1, 3)
    cv2.circle(geometry, (330 + by, 105), 30, 1, 3)
    cv2.line(ruling, (0, 45), (459, 45), 1, 2)
    seen = geometry.astype(np.float32)
    return Maps(seen, np.zeros_like(seen), ruling.astype(np.float32), np.ones_like(seen))


def nearest(traces: Traces, box: tuple[float, float, float, float]) -> Region:
    return max(regions(traces), key=lambda r: overlap(r.box, box))


def test_a_region_fills_the_close_view_and_its_neighbours_are_seen_around_it() -> None:
    traces = traces_of(maps())
    views = region_views([nearest(traces, BOX)], traces)[0].astype(float) / 255
    assert views.shape == (len(VIEWS), len(CHANNELS), SIDE, SIDE)
    (close, around), inside, ink, ruling = views, *(CHANNELS.index(name) for name in ("region", "ink", "ruling"))
    # The box without the margin, however long it is.
    assert close[inside].mean() == pytest.approx(1 / 1.4**2, abs=0.06)
    outline = cv2.morphologyEx((close[inside] > 0.5).astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8)) > 0
    assert close[ink][~outline].max() < 0.1
    assert ink_share(close[ink], outline) > 0.4
    assert not close[ruling].any()
    # Two pixels of a line of ruling, where seven are one sample.
    assert around[ruling].max() > 0.2


def ink_share(ink: np.ndarray, where: np.ndarray) -> float:
    return float((ink[where] > 0.3).mean())


def test_a_view_does_not_depend_on_where_the_region_lies() -> None:
    here, there = (traces_of(maps(by)) for by in (0, 40))
    first, second = (
        region_views([nearest(traces, (300.0 + by, 75.0, 360.0 + by, 135.0))], traces)[0, 0].astype(float)
        for traces, by in ((here, 0), (there, 40))
    )
    assert np.abs(first - second).mean() < 3


def test_none_are_looked_at_without_an_error() -> None:
    traces = traces_of(maps())
    look = RegionJudge(RegionNetwork(), torch.device("cpu"))
    assert look([], np.zeros((0, len(FEATURES))), traces).shape == (0,)
    found = regions(traces)
    assert look(found, features(found, traces), traces).shape == (len(found),)


def test_the_shipped_judges_dismiss_no_shape_before_it_is_looked_at() -> None:
    traces = traces_of(maps())
    shapes = [nearest(traces, box) for box in (BOX, ROUND)]
    assert RegionJudges.load().first(features(shapes, traces)).min() > 0


def test_an_example_says_which_regions_are_shapes() -> None:
    photo = Photographed(maps(), np.eye(3), (BOX,), (), True, float(np.hypot(220, 460)), 70.0)
    shown = example_of(photo, np.random.default_rng(0))
    assert shown.views.shape[0] == REGIONS
    there = shown.counts > 0
    assert 0 < shown.truth.sum() < there.sum()
    assert not shown.truth[~there].any()
    assert not shown.views[~there].any()


def test_what_is_not_there_counts_for_nothing() -> None:
    torch.manual_seed(0)
    network, task = RegionNetwork().eval(), ShapeTask()
    views, rows = torch.randint(0, 255, (1, 6, len(VIEWS), len(CHANNELS), SIDE, SIDE), dtype=torch.uint8), torch.randn(1, 6, len(FEATURES))
    truth, counts = torch.tensor([[1.0, 0, 0, 0, 0, 0]]), torch.tensor([[1.0, 2.0, 0, 0, 0, 0]])
    with torch.no_grad():
        whole = task.loss(network, [views, rows, truth, counts])["shapes"]
        part = task.loss(network, [field[:, :2] for field in (views, rows, truth, counts)])["shapes"]
    assert float(whole) == pytest.approx(float(part))
