"""Gaps made equal: the commands tell how many cells each gap was meant to have."""

from __future__ import annotations

import numpy as np
import pytest

from derender.evaluation import normalised
from derender.interpretation.evenness import Gap, made_even, respaced
from derender.interpretation.regularity import irregularity
from derender.perception.lattice import Lattice
from derender.perception.spacing import Stretch, UnevenLattice
from derender.spec import Circle, Line, Rectangle, Spec


def chain(*gaps: int) -> Spec:
    """Boxes of three cells with arrows in the gaps between them."""
    commands: list[Rectangle | Line] = [Rectangle(2, 2, 5, 4)]
    for gap in gaps:
        side = commands[-1].x2
        commands += [Line(side, 3, side + gap, 3, arrow=True), Rectangle(side + gap, 2, side + gap + 3, 4)]
    return Spec(commands)


def uneven(spec: Spec, drawn: tuple[float, ...]) -> UnevenLattice:
    """A lattice on which the gaps of a chain are drawn otherwise than they are read."""
    boxes = sorted((c for c in spec if isinstance(c, Rectangle)), key=lambda box: box.x1)
    meant = np.array([side for box in boxes for side in (box.x1, box.x2)], dtype=np.float64)
    widths = np.diff(meant)
    widths[1::2] = drawn
    places = meant[0] + np.concatenate([[0.0], np.cumsum(widths)])
    rows = np.array([2.0, 4.0])
    lattice = Lattice(np.array([[16.0, 0, 0], [0, -16.0, 160]]), 40, 10, 0.0, 30.0)
    return UnevenLattice(lattice, Stretch(meant, places), Stretch(rows, rows), (places, rows))


@pytest.mark.parametrize(
    ("read", "drawn", "meant"),
    [
        ((2, 3, 2), (1.9, 2.6, 2.1), (2, 2, 2)),
        ((2, 3, 3), (2.4, 2.9, 3.2), (3, 3, 3)),
        ((3, 2, 3, 2), (2.6, 2.1, 2.5, 1.8), (2, 2, 2, 2)),
        # A gap half as wide again is no accident.
        ((2, 4, 2), (2.0, 4.1, 2.0), (2, 4, 2)),
    ],
)
def test_gaps_become_what_all_of_them_agree_with(read: tuple[int, ...], drawn: tuple[float, ...], meant: tuple[int, ...]) -> None:
    spec, _ = made_even(chain(*read), uneven(chain(*read), drawn))
    assert normalised(spec) == normalised(chain(*meant))


@pytest.mark.parametrize("spec", [Spec(), Spec([Circle(7, 3, 2, 2)]), Spec([Line(3, 3, 9, 3)])])
def test_where_no_gap_is_there_or_one_only_what_was_read_stays(spec: Spec) -> None:
    rows = np.array([1.0, 5.0])
    lattice = UnevenLattice(Lattice(np.array([[16.0, 0, 0], [0, -16.0, 160]]), 20, 10, 0.0, 30.0), *[Stretch(rows, rows)] * 2, (rows, rows))
    found, even = made_even(spec, lattice)
    assert normalised(found) == normalised(spec)
    assert even.lattice.residual == 0


def test_the_lattice_tells_where_the_spec_s_columns_are_drawn() -> None:
    before = uneven(chain(2, 3, 2), (1.9, 2.6, 2.1))
    spec, even = made_even(chain(2, 3, 2), before)
    sides = np.array(sorted({side for c in spec if isinstance(c, Rectangle) for side in (c.x1, c.x2)}), dtype=np.float64)
    pixels = even.across.to_drawn(sides) * even.lattice.matrix[0, 0] + even.lattice.matrix[0, 2]
    assert pixels == pytest.approx(16 * before.across.drawn)
    assert even.lattice.residual == pytest.approx(np.sqrt(np.mean((even.across.drawn - np.rint(even.across.meant)) ** 2)), abs=0.05)


def test_what_lies_beyond_a_gap_moves_and_what_spans_it_stretches() -> None:
    spec = Spec([Circle(1, 1), Rectangle(4, 0, 6, 2), Line(2, 1, 4, 1), Line(0, 3, 6, 3)])
    wider = respaced(spec, 0, [Gap(2, 4, 2.6)], [3])
    assert wider == Spec([Circle(1, 1), Rectangle(5, 0, 7, 2), Line(2, 1, 5, 1), Line(0, 3, 7, 3)])
    assert respaced(spec, 1, [], []) == spec


def test_equal_shapes_at_equal_distances_are_the_least_irregular() -> None:
    assert irregularity(chain(2, 2, 2)) < irregularity(chain(2, 3, 2)) < irregularity(chain(2, 3, 4))
    assert irregularity(Spec()) == 0
