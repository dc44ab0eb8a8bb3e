"""Attributes are seen where the ink shows them, and plain drawings stay plain."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from typer.testing import CliRunner

from derender.cli import app
from derender.interpretation.attributed_evidence import AttributedEvidence
from derender.interpretation.evidence import Evidence
from derender.perception.attributes import Attributes
from derender.perception.network import MARGIN
from derender.perception.ranking import Weights
from derender.perception.targets import draw_scene
from derender.rendering.pencil import Hand, aligned_placement, draw_by_hand
from derender.spec import Circle, Command, Line, Rectangle, Spec

CAREFUL = Hand(1.6, 0.2, 0.002, 0.3, 0.01, 0.4, 0.4, 0.01, 6, 0.5, "open", 5, 5, 0, 1, False, 0, 0, 0)


def drawn(spec: Spec, seed: int = 1) -> NDArray[np.float32]:
    shape = 16 * 17, 16 * 17
    return draw_by_hand(spec, CAREFUL, aligned_placement(shape[0], MARGIN), shape, np.random.default_rng(seed))


ROUNDED, DOUBLE = Rectangle(2, 2, 7, 6, rounded=True), Rectangle(2, 2, 7, 6, double=True)
BENT = Line(2, 4, 9, 4, arrow=True, bend=45)


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        (Rectangle(2, 2, 7, 6), ROUNDED),
        (Rectangle(2, 2, 7, 6), DOUBLE),
        (Rectangle(2, 2, 7, 6), Rectangle(2, 2, 7, 6, rounded=True, double=True)),
        (Circle(8, 8, 2, 2), Circle(8, 8, 3, 2)),
        (Circle(8, 8, 3, 3), Circle(8, 8, 3, 3, double=True)),
        (Line(2, 4, 9, 4, arrow=True), BENT),
        (Line(9, 4, 2, 4, arrow=True), Line(9, 4, 2, 4, arrow=True, bend=-45)),
    ],
)
def test_the_ink_shows_what_is_special_about_a_shape(read: Command, meant: Command) -> None:
    attributes = Attributes(drawn(Spec([meant, Circle(13, 13)])))
    found = attributes.of(Spec([read, Circle(13, 13)]))
    assert found == Spec([meant, Circle(13, 13)])
    assert attributes.are_shown
    assert attributes.plain(found) == Spec([read, Circle(13, 13)])


def test_a_closer_look_shows_strokes_that_are_one_on_the_canvas() -> None:
    """On a lattice twice as coarse a circle's two strokes lie a pixel apart."""
    twice, once = (
        draw_by_hand(spec, CAREFUL, aligned_placement(16 * 18, 2 * MARGIN), (16 * 18, 16 * 18), np.random.default_rng(4))
        for spec in (Spec([Circle(8, 8, 2, 2), Circle(8, 8, 1.8, 1.8)]), Spec([Circle(8, 8, 2, 2)]))
    )
    plain = Spec([Circle(4, 4)])
    for closely, is_double in ((twice, True), (once, False)):
        canvas = np.asarray(cv2.resize(closely, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
        assert Attributes(canvas).of(plain) == plain
        assert Attributes(canvas, closely=closely).of(plain) == Spec([Circle(4, 4, double=is_double)])


def test_a_neighbour_s_strokes_make_no_attribute() -> None:
    plain = Spec([Rectangle(2, 2, 7, 6), Rectangle(8, 2, 13, 6), Circle(4, 10, 2, 2), Circle(8, 10, 2, 2), Line(4, 8, 4, 6, arrow=True)])
    attributes = Attributes(drawn(plain))
    assert attributes.of(plain) == plain
    assert not attributes.are_shown


def test_simulated_plain_drawings_gain_next_to_nothing() -> None:
    gained = 0
    for seed in range(25):
        drawing = draw_scene(np.random.default_rng([103, seed]), 16, 16, 0.0)
        gained += Attributes(drawing.ink).of(drawing.scene) != drawing.scene
    assert gained <= 1


def test_a_very_large_circle_stays_one() -> None:
    circle = Spec([Circle(18, 18, 14, 14)])
    shape = 16 * 38, 16 * 38
    ink = draw_by_hand(circle, CAREFUL, aligned_placement(shape[0], MARGIN), shape, np.random.default_rng(2))
    assert Attributes(ink).of(circle) == circle


def test_blank_ink_and_commands_beyond_the_canvas_are_left_alone() -> None:
    spec = Spec([Circle(3, 3), Rectangle(40, 40, 44, 44), Line(-9, 0, -2, 0, arrow=True)])
    assert Attributes(np.zeros((96, 96), np.float32)).of(spec) == spec
    assert Attributes(np.zeros((96, 96), np.float32)).of(Spec()) == Spec()


def test_double_outlines_come_into_the_program_through_the_command_line(tmp_path: Path) -> None:
    """Equal attributes are drawn by one loop."""
    spec = Spec(Circle(3 + 5 * i, 8, 2, 2, double=True) for i in range(3))
    path = tmp_path / "double.png"
    Image.fromarray((255 * (1 - drawn(spec, 3)[8:-8, 8:-8])).astype(np.uint8)).save(path)
    found = CliRunner().invoke(app, ["infer", str(path), "--grid", "16", "--top", "1", "--json"])
    assert found.exit_code == 0, found.output
    (best,) = json.loads(found.stdout)["interpretations"]
    assert best["program"].strip() == "for (i < 3)\n    circle(5*i + 3, 8, 2, double)"
    assert all(command["double"] for command in best["spec"])


class Plain:
    """An observation that likes all plain specs alike and knows no attributes."""

    def score(self, specs: Sequence[Spec]) -> tuple[Evidence, ...]:
        assert not any(getattr(c, "double", False) or getattr(c, "rounded", False) for spec in specs for c in spec)
        return tuple(Evidence(-1.0, -2.0) for _ in specs)

    def estimate(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        return tuple(evidence.total for evidence in self.score(specs))


class Sparse(Plain):
    """An observation to which each command is one too many."""

    def score(self, specs: Sequence[Spec]) -> tuple[Evidence, ...]:
        return tuple(Evidence(-float(len(spec)), 0.0) for spec in specs)


def test_attributes_that_the_ink_does_not_show_cost_likelihood() -> None:
    plain = Spec([Rectangle(2, 2, 7, 6), Circle(13, 13)])
    shown = Spec([DOUBLE, Circle(13, 13)])
    evidence = AttributedEvidence(Plain(), Attributes(drawn(shown)), Weights())
    right, missing, too_much = evidence.score([shown, plain, Spec([DOUBLE, Circle(13, 13, double=True)])])
    assert right == Evidence(-1.0, -2.0)
    # A double outline that the ink shows is hardly ever a single one; a double one may look like one stroke.
    assert missing.likelihood < too_much.likelihood < right.likelihood
    assert evidence.estimate([shown]) == (-3.0,)


def test_an_ellipse_that_was_traced_is_asked_for_as_one() -> None:
    """Tracing gives ellipses from the first, beside which a rounded box has its attribute from the ink."""
    traced = Spec([Rectangle(2, 2, 7, 6), Circle(12, 10, 3.5, 2.0)])
    attributes = Attributes(drawn(Spec([ROUNDED, Circle(12, 10, 3.5, 2.0)])))
    seen = attributes.of(traced)
    assert ROUNDED in seen
    assert Circle(12, 10, 3.5, 2.0) in attributes.plain(seen)


def test_a_bent_arrow_that_was_set_apart_joins_the_reading_and_leaves_it_again_for_the_network() -> None:
    circle = Spec([Circle(13, 13)])
    attributes = Attributes(drawn(circle), (BENT,))
    assert attributes.of(circle) == circle | Spec([BENT])
    assert attributes.are_shown
    assert attributes.plain(circle | Spec([BENT])) == circle
    with_it, without = AttributedEvidence(Plain(), attributes, Weights()).score([circle | Spec([BENT]), circle])
    assert with_it == Evidence(-1.0, -2.0)
    assert without.likelihood < with_it.likelihood - Weights().missing


def test_an_arrow_that_was_read_where_a_bent_one_was_set_apart_is_that_one() -> None:
    straight = Spec([Line(BENT.x1, BENT.y1, BENT.x2, BENT.y2, arrow=True)])
    attributes = Attributes(drawn(Spec()), (BENT,))
    assert attributes.of(straight) == Spec([BENT])
    assert attributes.plain(Spec([BENT])) == Spec()


def test_what_speaks_for_a_bent_arrow_does_not_depend_on_what_was_looked_at_before() -> None:
    """Its ink was set apart: the network is not asked for a straight arrow in its place because one was weighed there once."""
    attributes = Attributes(drawn(Spec()), (BENT,))
    evidence = AttributedEvidence(Sparse(), attributes, Weights())
    (before,) = evidence.score([Spec([BENT])])
    attributes.of(Spec([replace(BENT, bend=0)]))
    assert evidence.score([Spec([BENT])]) == (before,)


@pytest.mark.parametrize("other", [Line(9, 4, 2, 4, arrow=True, bend=45), Line(2, 4, 9, 4, arrow=True, bend=-45)])
def test_two_bent_arrows_between_the_same_points_are_both_kept(other: Line) -> None:
    """There and back, as states of an automaton are joined: the ink of both was set apart."""
    both = Spec([BENT, other])
    assert Attributes(drawn(Spec()), (BENT, other)).left_by(Spec()) == both
    for arrow in both:
        attributes, straight = Attributes(drawn(Spec()), (BENT, other)), Spec([replace(arrow, bend=0)])
        assert attributes.of(straight) == both
        assert attributes.plain(both) == Spec()


@pytest.mark.parametrize("radius", [1, 2, 3])
def test_a_circle_read_as_the_outer_one_of_two_is_double(radius: int) -> None:
    outer, inner = Circle(8, 8, radius, radius), Circle(8, 8, 0.75 * radius, 0.75 * radius)
    assert Attributes(drawn(Spec([outer, inner]))).of(Spec([outer])) == Spec([Circle(8, 8, radius, radius, double=True)])
