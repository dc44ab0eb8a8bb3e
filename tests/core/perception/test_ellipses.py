"""Ellipses that no shape of a reading stands for are found in the ink; circles, boxes and open strokes are none."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from derender.interpretation.attributed_evidence import AttributedEvidence
from derender.interpretation.evidence import Evidence
from derender.perception.attributes import Attributes
from derender.perception.ellipses import enclosed_ellipses, unread
from derender.perception.network import CELL, MARGIN
from derender.perception.pixels import rendering_on_canvas
from derender.perception.ranking import Weights
from derender.rendering.pencil import aligned_placement, draw_by_hand, sample_hand
from derender.spec import Circle, Command, Line, Rectangle, Spec

SHAPE = (16 * 17, 16 * 17)


@pytest.mark.parametrize(("rx", "ry"), [(3, 1), (1, 2.5), (4, 2), (1.5, 1), (5, 3.5)])
def test_an_ellipse_is_found_where_it_is(rx: float, ry: float) -> None:
    meant = Circle(7, 9, rx, ry)
    assert enclosed_ellipses(rendering_on_canvas(Spec([meant]), SHAPE)) == (meant,)


def test_hands_draw_ellipses_that_are_found() -> None:
    right = 0
    for seed in range(30):
        rng = np.random.default_rng([8, seed])
        meant = Circle(8, 8, 4, float(rng.choice([1.5, 2, 2.5])))
        ink = draw_by_hand(Spec([meant]), sample_hand(rng), aligned_placement(SHAPE[0], MARGIN), SHAPE, rng)
        right += enclosed_ellipses(ink > 0.3) == (meant,)
    assert right >= 18


@pytest.mark.parametrize(
    "command", [Circle(7, 9, 2, 2), Rectangle(2, 2, 8, 5), Rectangle(2, 2, 8, 5, rounded=True), Line(2, 2, 9, 9, arrow=True)]
)
def test_other_shapes_are_none(command: Command) -> None:
    assert enclosed_ellipses(rendering_on_canvas(Spec([command]), SHAPE)) == ()


def test_a_diamond_and_a_leaning_ellipse_are_none() -> None:
    diamond = Spec([Line(2, 5, 6, 7), Line(6, 7, 10, 5), Line(2, 5, 6, 3), Line(6, 3, 10, 5)])
    assert enclosed_ellipses(rendering_on_canvas(diamond, SHAPE)) == ()
    leaning = np.zeros(SHAPE, np.uint8)
    cv2.ellipse(leaning, (MARGIN + 7 * CELL, 120), (50, 20), 30, 0, 360, 1, 2)
    assert enclosed_ellipses(leaning > 0) == ()


def test_shapes_that_were_read_stand_for_ellipses() -> None:
    ellipse = Circle(7, 9, 3, 1)
    assert list(unread((ellipse,), Spec([Line(1, 1, 4, 1)]))) == [ellipse]
    for read in (Circle(7, 9, 1, 1), Circle(8, 9, 3, 1), Rectangle(4, 8, 10, 10)):
        assert list(unread((ellipse,), Spec([read]))) == []


def test_an_unread_ellipse_joins_the_reading_and_leaves_it_again_for_the_network() -> None:
    ellipse, arrow = Circle(8, 10, 3, 1), Line(8, 2, 8, 9, arrow=True)
    attributes = Attributes(rendering_on_canvas(Spec([ellipse, arrow]), SHAPE).astype(np.float32))
    assert attributes.of(Spec([arrow])) == Spec([arrow, ellipse])
    assert attributes.are_shown
    assert attributes.plain(Spec([arrow, ellipse])) == Spec([arrow])


class Indifferent:
    """An observation to which all specs are equally likely."""

    def score(self, specs: Sequence[Spec]) -> tuple[Evidence, ...]:
        return tuple(Evidence(0.0, 0.0) for _ in specs)

    def estimate(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        return tuple(0.0 for _ in specs)


def test_a_spec_without_an_ellipse_that_the_ink_shows_is_less_likely() -> None:
    ellipse, arrow = Circle(8, 10, 3, 1), Line(8, 2, 8, 9, arrow=True)
    attributes = Attributes(rendering_on_canvas(Spec([ellipse, arrow]), SHAPE).astype(np.float32))
    evidence = AttributedEvidence(Indifferent(), attributes, Weights())
    with_it, without, other = evidence.score([Spec([arrow, ellipse]), Spec([arrow]), Spec([arrow, Circle(8, 10, 2, 1)])])
    assert with_it.likelihood == 0 > without.likelihood
    assert other.likelihood < 0


def test_an_ellipse_whose_outline_was_read_otherwise_is_not_added() -> None:
    """What strokes enclose between them is one at times; those that were read lie along it then."""
    ellipse = Circle(10, 10, 4, 2)
    ink = rendering_on_canvas(Spec([ellipse]), SHAPE).astype(np.float32)
    sides = ((6, 10, 8, 12), (8, 12, 12, 12), (12, 12, 14, 10), (14, 10, 12, 8), (8, 8, 12, 8), (6, 10, 8, 8))
    assert Attributes(ink).left_by(Spec()) == Spec([ellipse])
    assert Attributes(ink).left_by(Spec(Line(*ends) for ends in sides)) == Spec()


def test_the_network_is_asked_for_the_circle_of_the_best_reading() -> None:
    """Circles of several sizes may be read in an ellipse's place; which comes later does not matter."""
    first, second = Circle(8, 10, 2, 1), Circle(3, 4, 2, 1)
    attributes = Attributes(rendering_on_canvas(Spec([first, second]), SHAPE).astype(np.float32))
    best, other = Spec([Circle(8, 10, 1, 1), Circle(3, 4, 2, 2)]), Spec([Circle(8, 10, 1.5, 1.5), Circle(3, 4, 1, 1)])
    assert attributes.of(best) == attributes.of(other) == Spec([first, second])
    assert attributes.plain(Spec([first, second])) == best


@pytest.mark.parametrize("meant", [Circle(8, 10, 2, 1), Circle(8, 10, 1, 2), Circle(8, 10, 2, 1, double=True)])
def test_a_box_that_was_read_in_an_ellipses_place_is_the_ellipse(meant: Circle) -> None:
    box = Rectangle(int(8 - meant.rx), int(10 - meant.ry), int(8 + meant.rx), int(10 + meant.ry))
    attributes = Attributes(rendering_on_canvas(Spec([meant]), SHAPE).astype(np.float32))
    assert attributes.of(Spec([box])) == Spec([meant])
    assert attributes.plain(Spec([meant])) == Spec([box])
    # A box, sharp or round, stays one.
    for rounded in (False, True):
        drawn = Rectangle(box.x1, box.y1, box.x2, box.y2, rounded=rounded)
        assert Attributes(rendering_on_canvas(Spec([drawn]), SHAPE).astype(np.float32)).of(Spec([box])) == Spec([drawn])


def test_another_shape_in_an_ellipses_place_or_over_it_is_far_less_likely() -> None:
    """The network, which knows no ellipses, finds boxes that explain their strokes."""
    ellipse, box, arrow = Circle(8, 10, 2, 1), Rectangle(6, 9, 10, 11), Line(8, 2, 8, 9, arrow=True)
    attributes = Attributes(rendering_on_canvas(Spec([ellipse, arrow]), SHAPE).astype(np.float32))
    evidence = AttributedEvidence(Indifferent(), attributes, Weights())
    specs = [Spec([arrow, *shapes]) for shapes in ([ellipse], [box], [ellipse, box])]
    right, other, over = (one.likelihood for one in evidence.score(specs))
    assert right == 0
    assert max(other, over) <= -10


def test_an_ellipse_in_the_middle_of_a_box_is_told_apart_from_it() -> None:
    ellipse, box = Circle(8, 10, 4, 2), Rectangle(2, 6, 14, 14)
    attributes = Attributes(rendering_on_canvas(Spec([ellipse, box]), SHAPE).astype(np.float32))
    evidence = AttributedEvidence(Indifferent(), attributes, Weights())
    right, other = (one.likelihood for one in evidence.score([Spec([ellipse, box]), Spec([Circle(8, 10, 3, 3), box])]))
    assert right == 0
    assert other <= -10
