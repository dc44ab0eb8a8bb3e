"""Traced drawings: what strokes enclose, what leads between shapes, and both on a lattice."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
import pytest

from derender.perception.ranking import Weights
from derender.photo.maps import Maps
from derender.plane import overlap
from derender.rendering.strokes import bend_controls
from derender.spec import Circle, Line, Rectangle, Spec
from derender.tracing.connectors import Connector
from derender.tracing.drawing import TracedDrawing
from derender.tracing.features import KINDS, features, fits
from derender.tracing.figure import Figure, Shape, at_scale, figure_of, first_shapes, shapes_in
from derender.tracing.graph import graph_of
from derender.tracing.judges import Judges
from derender.tracing.opening import Support, lies_on_none
from derender.tracing.paths import between, ways
from derender.tracing.placing import Part, placed
from derender.tracing.regions import regions
from derender.tracing.strokes import traces_of

BOX, ROUND = (60, 70, 180, 140), (300, 75, 360, 135)


def maps(gap: int = 0, words: bool = False, short: int = 0) -> Maps:
    """A box with an arrow to a circle; the arrow begins so many pixels off the box and stops short of the circle, words lie in the box."""
    geometry, writing = np.zeros((220, 420), np.uint8), np.zeros((220, 420), np.uint8)
    cv2.rectangle(geometry, BOX[:2], BOX[2:], 1, 3)
    cv2.circle(geometry, (330, 105), 30, 1, 3)
    tip = 300 - short
    cv2.line(geometry, (180 + gap, 105), (tip, 105), 1, 3)
    cv2.line(geometry, (tip, 105), (tip - 14, 95), 1, 3)
    cv2.line(geometry, (tip, 105), (tip - 14, 115), 1, 3)
    if words:
        cv2.putText(writing, "words", (70, 112), cv2.FONT_HERSHEY_SIMPLEX, 1, 1, 2)
    seen = geometry.astype(np.float32)
    return Maps(seen, writing.astype(np.float32), np.zeros_like(seen), np.ones_like(seen))


@pytest.mark.parametrize("words", [False, True])
def test_shapes_are_proposed_where_they_are(words: bool) -> None:
    found = regions(traces_of(maps(words=words)))
    for box in (BOX, ROUND):
        assert max(overlap(region.box, box) for region in found) > 0.85


def test_regions_are_told_apart_by_their_outline() -> None:
    found = regions(traces_of(maps()))
    kinds = [KINDS[k] for k in fits([max(found, key=lambda r: overlap(r.box, box)) for box in (BOX, ROUND)]).argmax(1)]
    assert kinds == ["box", "ellipse"]


def test_a_region_is_measured_alike_alone_and_among_others() -> None:
    traces = traces_of(maps(words=True))
    found = regions(traces)
    alone = np.concatenate([features([region], traces) for region in found])
    np.testing.assert_allclose(features(found, traces), alone, rtol=1e-6)
    assert features([], traces).shape == (0, alone.shape[1])


def test_a_photograph_without_shapes_has_no_connectors() -> None:
    stroke = np.zeros((220, 420), np.uint8)
    cv2.line(stroke, (60, 70), (300, 90), 1, 3)
    seen = stroke.astype(np.float32)
    figure = figure_of(Maps(seen, np.zeros_like(seen), np.zeros_like(seen), np.ones_like(seen)), Judges.load())
    assert (figure.shapes, figure.connectors) == ((), ())


def test_where_strokes_lie_in_the_picture_does_not_matter() -> None:
    """The graph is made of the part that is drawn on alone."""
    strokes = np.zeros((60, 60), np.uint8)
    cv2.line(strokes, (5, 30), (40, 35), 1, 3)
    cv2.line(strokes, (20, 8), (25, 50), 1, 3)
    here, there = graph_of(strokes > 0, 5.0), graph_of(np.pad(strokes, ((7, 20), (11, 3))) > 0, 5.0)
    np.testing.assert_allclose(there.nodes, here.nodes + np.array((11, 7)))
    assert [(e.first, e.second) for e in there.edges] == [(e.first, e.second) for e in here.edges]
    assert [e.length for e in there.edges] == pytest.approx([e.length for e in here.edges])
    assert not graph_of(np.zeros((9, 9), np.bool_), 5.0).edges


def test_a_crossing_of_two_strokes_is_one_node() -> None:
    strokes = np.zeros((60, 60), np.uint8)
    cv2.line(strokes, (5, 30), (55, 30), 1, 3)
    cv2.line(strokes, (30, 5), (30, 55), 1, 3)
    graph = graph_of(strokes > 0, 5.0)
    assert len(graph.ends()) == 4
    assert sum(len(edges) > 2 for edges in graph.at) == 1


@pytest.mark.parametrize(("gap", "short"), [(0, 0), (12, 0), (0, 16), (12, 16)])
def test_a_stroke_leads_from_shape_to_shape(gap: int, short: int) -> None:
    traces = traces_of(maps(gap, short=short))
    found = regions(traces)
    outlines = [max(found, key=lambda r: overlap(r.box, box)).outline for box in (BOX, ROUND)]
    joined = [way for way in ways(between(traces, outlines), traces.height) if way.second is not None]
    assert [(way.first, way.second) for way in joined] == [(0, 1)]
    start, end = joined[0].points[[0, -1]]
    assert math.dist(start, (180, 105)) < 8
    assert math.dist(end, (300, 105)) < 8


def test_the_shipped_judges_see_the_figure() -> None:
    figure = figure_of(maps(), Judges.load())
    assert [s.kind for s in sorted(figure.shapes, key=lambda s: s.box)] == ["box", "ellipse"]
    (arrow,) = figure.connectors
    assert arrow.head
    assert math.dist(arrow.points[-1], (300, 105)) < 8
    assert figure.unexplained < 0.02


def test_a_stroke_that_is_none_of_the_figure_is_left_unexplained() -> None:
    seen = maps()
    cv2.line(seen.geometry, (60, 190), (300, 200), 1, 3)
    figure = figure_of(seen, Judges.load())
    assert len(figure.connectors) == 1
    # 240 of about 1,000 pixels of stroke.
    assert 0.15 < figure.unexplained < 0.35


def test_shapes_that_are_lower_than_guessed_are_found_where_none_are_as_high() -> None:
    judges = Judges.load().shapes
    # As between lines that cross.
    guessed = replace(traces_of(maps()), height=500.0)
    assert shapes_in(guessed, judges) == []
    traces, found = first_shapes(guessed, judges)
    assert len(found) == 2
    assert 30 < traces.height < 100
    right = traces_of(maps())
    assert first_shapes(right, judges)[0] is right


def test_boxes_that_lean_to_both_sides_are_not_slanted() -> None:
    seen = maps()
    seen.geometry[:] = 0
    for x, lean in ((60, 14), (190, 14), (320, -14)):
        corners = np.array([(x + max(0, lean), 80), (x + 80 + max(0, lean), 80), (x + 80 - min(0, lean), 130), (x - min(0, lean), 130)])
        cv2.polylines(seen.geometry, [corners], True, 1, 3)
    assert {shape.lean for shape in figure_of(seen, Judges.load()).shapes} == {0.0}
    cv2.rectangle(seen.geometry, (310, 70), (430, 140), 0, -1)
    figure = figure_of(seen, Judges.load())
    assert len(figure.shapes) == 2
    assert all(shape.lean > 0 for shape in figure.shapes)


FIGURE = Figure(
    (Shape("box", (60, 70, 180, 140), 4.0), Shape("ellipse", (300, 75, 360, 135), 4.0), Shape("diamond", (60, 200, 120, 260), 1.0)),
    (Connector(np.array([(180.0, 105.0), (300.0, 108.0)]), True, 2.0),),
    65.0,
    0.1,
)


def test_a_figure_is_measured_in_the_shapes_that_were_found() -> None:
    guessed = traces_of(maps())
    near, far = guessed.height * 1.3, guessed.height * 2.5
    assert at_scale(guessed, []) is guessed
    assert at_scale(guessed, [(near, 3 * near)] * 3) is guessed
    assert at_scale(guessed, [(near, near), (far, 3 * far), (3 * far, far)]).height == far
    # As many small shapes as large ones: it is the large ones that gaps are drawn for.
    assert at_scale(guessed, [(near, near), (near, near), (far, far), (far, far)]).height > (near + far) / 2
    assert at_scale(guessed, [(guessed.height / 3, guessed.height)]).height == guessed.height / 3


def test_a_figure_lies_on_its_lattice_about_where_it_is() -> None:
    found = placed(FIGURE)
    assert found is not None
    lattice, parts = found
    spec = Spec(c for part in parts for c in part.commands)
    assert [type(c) for c in parts[0].commands] == [Rectangle]
    assert [type(c) for c in parts[1].commands] == [Circle]
    assert [type(c) for c in parts[2].commands] == [Line] * 4
    (arrow,) = parts[3].commands
    assert isinstance(arrow, Line)
    assert arrow.arrow
    assert arrow.y1 == arrow.y2
    (box,) = parts[0].commands
    assert isinstance(box, Rectangle)
    corner = lattice.matrix @ (box.x1, box.y1, 1)
    assert math.dist(corner, (60, 140)) <= 0.71 * lattice.cell
    assert all(0 <= c.x1 < lattice.columns for c in spec if isinstance(c, Line))


def test_attributes_come_with_the_commands() -> None:
    shapes = (
        Shape("box", (60, 70, 180, 140), 4.0, rounded=True),
        Shape("ellipse", (300, 70, 380, 140), 4.0, double=True),
        Shape("box", (60, 240, 200, 310), 4.0, lean=30.0),
        Shape("box", (300, 240, 440, 310), 4.0, lean=-30.0),
    )
    curve = Connector(np.array([(180.0, 105.0), (300.0, 105.0)]), True, 2.0, bend=-45)
    found = placed(Figure(shapes, (curve,), 70.0, 0.1))
    assert found is not None
    _, (rounded, double, forwards, backwards, bent) = found
    assert [(c.rounded, c.double) for c in rounded.commands if isinstance(c, Rectangle)] == [(True, False)]
    assert [c.double for c in double.commands if isinstance(c, Circle)] == [True]
    for part, leans in ((forwards, True), (backwards, False)):
        lines = [c for c in part.commands if isinstance(c, Line)]
        assert len(lines) == len(part.commands) == 4
        (foot, _), (top, _) = sorted(((min(c.x1, c.x2), c.y1) for c in lines if c.y1 == c.y2), key=lambda end: end[1])
        assert (top > foot) is leans
    assert [(c.arrow, c.bend) for c in bent.commands if isinstance(c, Line)] == [(True, -45)]


def test_a_box_that_leans_by_more_than_it_is_wide_keeps_its_sides() -> None:
    found = placed(Figure((Shape("box", (60, 70, 90, 140), 4.0, lean=40.0),), (), 70.0, 0.1))
    assert found is not None
    ((part,),) = found[1:]
    assert len(part.commands) == 4
    assert all(isinstance(c, Line) and (c.x1, c.y1) != (c.x2, c.y2) for c in part.commands)


def test_a_bent_arrow_is_one_connector_between_its_shapes() -> None:
    seen = maps()
    # The straight one is wiped out but for its ends at the outlines.
    seen.geometry[90:120, 184:296] = 0
    t = np.linspace(0, 1, 30)[:, None]
    # TikZ's curve, which knows y as up.
    (x1, y1), (x2, y2) = bend_controls((180, -105), (302, -92), 45)
    bow = (1 - t) ** 3 * (180, 105) + 3 * t * (1 - t) ** 2 * (x1, -y1) + 3 * t**2 * (1 - t) * (x2, -y2) + t**3 * (302, 92)
    cv2.polylines(seen.geometry, [np.rint(bow).astype(np.int32)], False, 1, 3)
    for side in ((-4.0, -17.0), (-17.0, -4.0)):
        cv2.line(seen.geometry, (302, 92), (round(302 + side[0]), round(92 + side[1])), 1, 3)
    (arrow,) = figure_of(seen, Judges.load()).connectors
    assert len(arrow.points) == 2
    assert arrow.head
    # To the left of its way, as y is up.
    assert abs(arrow.bend - 45) <= 15


def test_nothing_is_placed_without_shapes() -> None:
    assert placed(Figure((), (), 60.0, 1.0)) is None


def test_what_was_traced_is_likelier_than_what_lies_beside_it() -> None:
    drawing = TracedDrawing([Part((Rectangle(1, 1, 4, 3),), 3.0)], 0.1, (96, 96), Weights())
    own, moved, other = drawing.estimate([Spec([Rectangle(1, 1, 4, 3)]), Spec([Rectangle(1, 1, 4, 4)]), Spec([Circle(1, 1)])])
    assert own > moved > other
    (rounded,) = drawing.estimate([Spec([Rectangle(1, 1, 4, 3, rounded=True)])])
    assert own > rounded
    (reading,) = drawing.readings()
    assert reading.spec == Spec([Rectangle(1, 1, 4, 3)])
    assert reading.unexplained_ink == 0.1
    assert 0 < reading.probability < 1


def test_what_was_traced_once_is_drawn_once() -> None:
    """Copies of a shape a cell or two beside it make a loop, and are no likelier for lying near what was traced."""
    traced, copies = Circle(4, 3, 2, 2), [Circle(3, 4, 2, 2), Circle(5, 2, 2, 2)]
    drawing = TracedDrawing([Part((traced,), 9.0), Part((Circle(12, 3, 2, 2),), 9.0)], 0.0, (96, 240), Weights())
    alone, with_copies, moved = drawing.estimate(
        [Spec({traced, Circle(12, 3, 2, 2)}), Spec({traced, Circle(12, 3, 2, 2), *copies}), Spec({copies[0], Circle(12, 3, 2, 2)})]
    )
    assert with_copies < alone - 10
    assert moved == pytest.approx(alone - 3)


def test_a_program_is_no_reason_to_leave_out_what_was_traced() -> None:
    """Its strokes are left over, however unsure tracing was of it: odds alone are less than a statement of a program is worth."""
    box, ball = Rectangle(1, 1, 4, 3), Circle(8, 2, 1.0, 1.0)
    figure = Spec([box, ball])
    parts = [Part((command,), 0.5) for command in figure]
    drawing = TracedDrawing(parts, 0.0, (96, 192), Weights())
    whole, without, nudged = drawing.estimate([figure, Spec([box]), Spec([box, Circle(8, 3, 1.0, 1.0)])])
    assert whole > nudged > without
    assert whole - without > 4


def test_a_lattice_that_explains_the_ink_is_kept() -> None:
    assert not lies_on_none(Support(40.0, 0.02, 8.0), 0.1)
    assert lies_on_none(Support(0.0, 0.5, 2.0), 0.1)
