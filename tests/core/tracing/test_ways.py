"""What the network of connectors sees of a way, and what it is asked to learn."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

from derender.photo.maps import Maps
from derender.samples import SIDE
from derender.tracing.paths import Between, Way, between, ways
from derender.tracing.strokes import Traces, traces_of
from derender.tracing.way_features import WAY_FEATURES, way_features
from derender.tracing.way_network import WayJudge, WayNetwork
from derender.tracing.way_views import CHANNELS, way_views
from derender.training.traced_photographs import Photographed
from derender.training.ways import WAYS, example_of, way_loss

BOX, ROUND = (60.0, 70.0, 180.0, 140.0), (300.0, 75.0, 360.0, 135.0)


def maps(turned: int = 0) -> Maps:
    """A box with an arrow to a circle, turned by quarters."""
    geometry = np.zeros((220, 420), np.uint8)
    cv2.rectangle(geometry, (60, 70), (180, 140), 1, 3)
    cv2.circle(geometry, (330, 105), 30, 1, 3)
    cv2.line(geometry, (180, 105), (300, 105), 1, 3)
    for y in (90, 120):
        cv2.line(geometry, (300, 105), (280, y), 1, 3)
    seen = np.ascontiguousarray(np.rot90(geometry, turned)).astype(np.float32)
    return Maps(seen, np.zeros_like(seen), np.zeros_like(seen), np.ones_like(seen))


def joined(seen: Maps) -> tuple[Way, Between, Traces]:
    """The way between the two shapes."""
    traces = traces_of(seen)
    outlines = []
    for contour in cv2.findContours(seen.geometry.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)[0]:
        _, _, width, height = cv2.boundingRect(contour)
        if 50 < min(width, height) < 100 and max(width, height) < 130:
            outlines.append(cv2.convexHull(contour)[:, 0].astype(np.float32))
    found = between(traces, outlines)
    (way,) = [w for w in ways(found, traces.height) if w.second is not None]
    return way, found, traces


def test_the_head_is_seen_at_one_end_and_not_at_the_other() -> None:
    way, found, traces = joined(maps())
    views = way_views([way], found, traces)[0].astype(float) / 255
    assert views.shape == (3, len(CHANNELS), SIDE, SIDE)
    ink, shapes, line = (views[:, CHANNELS.index(name)] for name in ("ink", "shapes", "way"))
    # Strokes apart from the way and from the shapes: those of a head, at the end that lies at the circle.
    beside = ink * (cv2.dilate(line.max(0), np.ones((7, 7))) < 0.1) * (shapes < 0.1)
    at_circle = int(np.hypot(*(way.points[-1] - (300, 105))) < 15)
    # Behind the outline that the way ends at, up to where the head does.
    near = np.s_[:, 16:26]
    assert beside[at_circle][near].sum() > 4 * beside[1 - at_circle][near].sum() + 2
    # The way leads to the right from its end, in the middle of the view.
    assert line[0][SIDE // 2 - 3 : SIDE // 2 + 3, SIDE // 2 :].max(0).all()


@pytest.mark.parametrize("turned", [1, 2, 3])
def test_ways_look_alike_however_the_figure_is_turned(turned: int) -> None:
    here, there = (joined(maps(k)) for k in (0, turned))
    first, second = way_views([here[0]], *here[1:])[0], way_views([there[0]], *there[1:])[0]
    ends_differ = [np.abs(first[:2].astype(float) - second[list(order)].astype(float)).mean() for order in ((0, 1), (1, 0))]
    assert min(ends_differ) < 10
    assert max(ends_differ) > 2 * min(ends_differ)
    # Thinned lines are not turned to the pixel.
    np.testing.assert_allclose(way_features(*here), way_features(*there), atol=0.25)
    assert len(way_features(*here)) == len(WAY_FEATURES)


def test_it_makes_no_difference_which_end_is_called_the_first() -> None:
    torch.manual_seed(0)
    network = WayNetwork().eval()
    views, features = torch.rand(5, 3, len(CHANNELS), SIDE, SIDE), torch.randn(5, len(WAY_FEATURES))
    turned = torch.stack([views[:, 1], views[:, 0], views[:, 2].flip(-2, -1)], 1)
    with torch.no_grad():
        onwards, back = network(views, features), network(turned, features)
    torch.testing.assert_close(onwards[:, [0, 2, 1]], back)


def test_no_ways_are_judged_without_an_error() -> None:
    _, found, traces = joined(maps())
    judged = WayJudge(WayNetwork(), torch.device("cpu"))([], found, traces)
    assert judged.connects.shape == (0,)
    assert judged.heads.shape == (0, 2)


def photographed(*, headed: bool, against: bool = False) -> Photographed:
    link = np.array([(180.0, 105.0), (300.0, 105.0)])
    return Photographed(maps(), np.eye(3), (BOX, ROUND), (link[::-1] if against else link,), headed, float(np.hypot(220, 420)), 70.0)


@pytest.mark.parametrize("against", [False, True])
def test_a_link_is_known_from_either_end(against: bool) -> None:
    photo = photographed(headed=True, against=against)
    along = np.array([(182.0, 104.0), (240.0, 106.0), (298.0, 105.0)])
    assert photo.direction(along) == (-1 if against else 1)
    assert photo.direction(along[::-1]) == (1 if against else -1)
    # The ends alone are not enough: another stroke may join the same shapes.
    assert photo.direction(np.array([(182.0, 104.0), (240.0, 190.0), (298.0, 105.0)])) == 0


@pytest.mark.parametrize("headed", [False, True])
def test_an_example_says_what_is_drawn(headed: bool) -> None:
    found = 0
    for seed in range(10):
        shown = example_of(photographed(headed=headed), np.random.default_rng(seed))
        assert shown.views.shape[0] == shown.counts.shape[0] == WAYS
        connectors = shown.truth[shown.counts > 0, 0]
        assert shown.truth[:, 1:].sum() == (connectors.sum() if headed else 0)
        # A way that ends at a stroke of the head is the link, too.
        found += bool(connectors.any())
    # Where the shapes' height is much misjudged there may be none.
    assert found >= 7


def test_what_is_not_there_counts_for_nothing() -> None:
    torch.manual_seed(0)
    logits, truth = torch.randn(6, 3), torch.zeros(6, 3)
    truth[0] = torch.tensor([1.0, 0.0, 1.0])
    counts = torch.tensor([1.0, 2.0, 0.0, 0.0, 0.0, 0.0])
    whole, part = way_loss(logits, truth, counts), way_loss(logits[:2], truth[:2], counts[:2])
    assert float(whole["connects"]) == pytest.approx(float(part["connects"]))
    # Heads are asked of connectors alone.
    assert float(whole["heads"]) == pytest.approx(float(way_loss(logits[:1], truth[:1], counts[:1])["heads"]))
