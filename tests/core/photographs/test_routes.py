"""Simulated ways between shapes: they join outlines, lead through nothing, and trunks that some share are drawn once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from derender.photographs.routes import Link, Place, random_links

HEIGHT = 60.0
CANVAS = (600, 720)

Boxes = dict[Place, tuple[float, float, float, float]]


def boxes(rng: np.random.Generator) -> Boxes:
    """Shapes of two sizes in four columns and rows, some places empty."""
    out: Boxes = {}
    for i in range(4):
        for j in range(4):
            if j == 1 if i % 2 else rng.random() < 0.8:
                half = HEIGHT / 2 * (0.5 if rng.random() < 0.4 else 1.0)
                x, y = 160 * i + 100 + rng.normal(0, 8), 140 * j + 90 + rng.normal(0, 8)
                out[i, j] = (x - 1.4 * half, y - half, x + 1.4 * half, y + half)
    return out


def drawings() -> list[tuple[Boxes, tuple[Link, ...]]]:
    """Sixty diagrams' boxes with what joins them."""
    out = []
    for seed in range(60):
        rng = np.random.default_rng([seed, 5])
        placed = boxes(rng)
        out.append((placed, random_links(rng, placed, [], HEIGHT, CANVAS)))
    return out


DRAWINGS = drawings()


def from_box(point: np.ndarray, box: tuple[float, float, float, float]) -> float:
    """Pixels from a point to a box; 0 inside."""
    return float(np.hypot(*np.maximum(0, np.maximum(np.array(box[:2]) - point, point - np.array(box[2:])))))


def points_along(path: np.ndarray) -> np.ndarray:
    return np.concatenate([np.linspace(p, q, 50) for p, q in pairwise(path)])


def from_path(point: np.ndarray, path: np.ndarray) -> float:
    return float(np.hypot(*(points_along(path) - point).T).min())


def test_links_join_two_shapes() -> None:
    for placed, links in DRAWINGS:
        for link in links:
            ends = [min(placed, key=lambda p, e=end: from_box(e, placed[p])) for end in link.path[[0, -1]]]
            assert ends[0] != ends[1]
            assert all(from_box(end, placed[place]) < 0.4 * HEIGHT for end, place in zip(link.path[[0, -1]], ends, strict=True))


def test_links_lead_through_no_third_shape() -> None:
    for placed, links in DRAWINGS:
        for link in links:
            crossed = {p for p, box in placed.items() if any(from_box(q, box) == 0 for q in points_along(link.path))}
            assert len(crossed) <= 2


def test_nothing_leads_through_what_was_struck_out() -> None:
    wall = (330.0, 0.0, 340.0, 700.0)
    for seed in range(10):
        rng = np.random.default_rng([seed, 6])
        for link in random_links(rng, boxes(rng), [wall], HEIGHT, CANVAS):
            assert all(from_box(q, wall) > 0 for q in points_along(link.path))


def test_some_ways_part_and_some_meet() -> None:
    links = [link for _, found in DRAWINGS for link in found]
    assert len(links) > 400
    assert sum(link.parts > 0 for link in links) >= 2
    assert sum(link.meets is not None for link in links) >= 2
    # Elbows lead out upwards or downwards as well as to the sides.
    corners = [link.path for link in links if len(link.path) == 3 and not link.curved]
    upright = sum(abs(path[1, 0] - path[0, 0]) < 1e-6 for path in corners)
    assert 0.2 < upright / len(corners) < 0.8


def test_some_ways_lead_around_others_and_stay_on_the_canvas() -> None:
    around = [link.path for _, links in DRAWINGS for link in links if len(link.path) == 4 and is_around(link.path)]
    assert len(around) > 20
    assert min(path.min() for path in around) > 0
    assert max((path / CANVAS[::-1]).max() for path in around) < 1
    # Out of all four sides.
    assert len({tuple(np.sign(np.rint(path[1] - path[0])).tolist()) for path in around}) == 4


def test_some_ways_around_others_are_arcs() -> None:
    arcs = [link.path for _, links in DRAWINGS for link in links if link.curved and is_around(link.path[[0, 1, -2, -1]])]
    assert len(arcs) > 10
    for path in arcs:
        # One round stroke, out of one side and back into it.
        steps = np.diff(path, axis=0)
        steps /= np.hypot(*steps.T)[:, None]
        assert (steps[1:] * steps[:-1]).sum(1).min() > 0.8
    assert min(path.min() for path in arcs) > 0
    assert max((path / CANVAS[::-1]).max() for path in arcs) < 1


def is_around(path: np.ndarray) -> bool:
    """Whether a path (4, 2) leaves and arrives on the same side."""
    return bool((path[1] - path[0]) @ (path[3] - path[2]) < 0)


def test_what_shares_a_trunk_begins_or_ends_on_another_link() -> None:
    for _, links in DRAWINGS:
        for link in links:
            (own,) = link.drawn(link.path)
            others = [path for other in links if other is not link for path in other.drawn(other.path)]
            if link.parts:
                assert min(from_path(own[0], other) for other in others) < 4
            if link.meets is not None:
                assert min(from_path(own[-1], other) for other in others) < 4


@pytest.mark.parametrize(("link", "count"), [({}, 4), ({"parts": 1}, 3), ({"meets": 2}, 3), ({"parts": 1, "meets": 2}, 2)])
def test_only_its_own_part_of_a_link_is_drawn(link: dict[str, int], count: int) -> None:
    path = np.array([(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (20.0, 10.0)])
    (drawn,) = Link(path, **link).drawn(path)
    assert len(drawn) == count


def test_a_link_over_what_was_struck_out_is_drawn_on_both_sides_of_it() -> None:
    path = np.array([(0.0, 0.0), (100.0, 0.0)])
    before, after = Link(path, over=(40.0, -10.0, 60.0, 10.0)).drawn(path)
    assert before[-1, 0] < 40
    assert after[0, 0] > 60
    assert (before[0], after[-1]) == (pytest.approx((0, 0)), pytest.approx((100, 0)))
