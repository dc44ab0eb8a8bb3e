"""Ink on its lattice, open for questions: on the grid that is given, on the lattice that it is best read on, or traced on none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from derender.inference import Opened
from derender.interpretation.evenness import made_even
from derender.perception.command_view import CLOSER
from derender.perception.drawing_model import QUICK, ReaderSettings
from derender.perception.free_lattice import finer_where_none_fits
from derender.perception.ink import drawn_on
from derender.perception.lattice import Lattice, LatticeSettings, infer_lattices, registered_lattice, seen_at_scales
from derender.perception.network import CELL
from derender.perception.ranking import Weights
from derender.perception.reader import Reader, Reading, SpecReader
from derender.perception.spacing import UnevenLattice, straightened, uneven_lattice
from derender.photo.develop import Development
from derender.photo.ink import resample
from derender.photo.views import typical_height
from derender.settings import InferSettings
from derender.spec import Spec
from derender.strokes import stroke_width
from derender.tracing.bent_arrows import bent_arrows
from derender.tracing.drawing import TracedDrawing
from derender.tracing.judges import Judges
from derender.tracing.loops_on_lattice import loops_on_lattice
from derender.tracing.opening import Support, is_convincing, lies_on_none, traced
from derender.tracing.paper_on_lattice import without_paper
from derender.tracing.way_network import WayJudge

_HOPELESS = 20.0
"""Nats of evidence that a lattice may lack beside the best and still be tried: of 137 simulated drawings, on no given grid, none was read
best on one that lacked more than 10.3."""

_LEAST_EVIDENCE = 5.0
"""Nats of evidence from which on the cells of a lattice tell how large a drawing is: two strokes fit one of 1,200 cells by chance. On 48
simulated drawings with a finer lattice of less evidence, the readings were the same with as many candidates as cells allow."""

_LEAST_GAIN = 7.0
"""Nats by which a lattice with breaks must be likelier than one without to be tried. Of 292 simulated drawings on a lattice one gains as
much, of 20 simulated photographs of such drawings none; a sketch of the project's own gains 6 as perspective is left in it."""

_LEAST_LEFT = 1.5
"""Cells of stroke that a reading leaves over of the shortest bent arrow, where it reads it as a straight one."""

_LEAST_CLOSER = 1.3
"""Pixels of the picture for each of the canvas's where a closer look shows more."""


class _Tried(NamedTuple):
    """A lattice, the ink on it, what a quick look reads there, and how columns and rows were moved to their places."""

    lattice: Lattice
    canvas: NDArray[np.float32]
    reading: Reading
    uneven: UnevenLattice | None = None


def opened_on_grid(ink: NDArray[np.float32], settings: InferSettings, specs_by: SpecReader) -> Opened:
    """Ink (H, W) on the grid of the settings."""
    assert settings.grid is not None
    lattice = registered_lattice(ink.shape[0], ink.shape[1], settings.grid)
    canvas = on_canvas(ink, lattice)
    return Opened(lattice, canvas, specs_by.open(canvas, ReaderSettings(seed=settings.seed)), closely=_closely(ink, lattice))


def opened_on_best(
    ink: NDArray[np.float32],
    settings: InferSettings,
    reader: Reader,
    specs_by: SpecReader,
    glimpse: Callable[[Spec], None] | None = None,
) -> Opened | None:
    """Ink (H, W) on the lattice where `reader` reads it best, open for `specs_by`; None where nothing is drawn.

    `glimpse` is told what a quick look reads there.
    """
    copies = seen_at_scales(reader.networks.reader, ink, LatticeSettings(), reader.networks.device)
    hypotheses = infer_lattices(copies, LatticeSettings())
    if not hypotheses:
        return None
    tried = [_tried(ink, lattice, reader) for lattice in hypotheses if lattice.evidence >= hypotheses[0].evidence - _HOPELESS]
    uneven = uneven_lattice(copies, hypotheses[0], LatticeSettings())
    if uneven is not None and uneven.lattice.evidence >= hypotheses[0].evidence + _LEAST_GAIN:
        tried.append(_tried_evenly(ink, uneven, reader))
    # The lattice's evidence and the reading's: together they choose better than either alone.
    likeliest = max(tried, key=lambda t: t.reading.likelihood + t.reading.proposal + t.lattice.evidence)
    best = finer_where_none_fits(likeliest.lattice, ink, lambda: typical_height(ink > 0.4))
    chosen = likeliest if best is likeliest.lattice else _tried(ink, best, reader)
    if glimpse is not None:
        glimpse(chosen.reading.spec)
    drawing = specs_by.open(chosen.canvas, _on(chosen.lattice, ReaderSettings(seed=settings.seed)))
    closely = _closely(ink, chosen.lattice)
    if closely is not None and chosen.uneven is not None:
        closely = straightened(closely, chosen.uneven)
    return Opened(chosen.lattice, chosen.canvas, drawing, chosen.reading, closely=closely)


def rather_traced(development: Development, found: Opened | None, judges: Judges, weights: Weights) -> Opened | None:
    """What is traced in a photograph that lies on no lattice, or what was opened on one where that is the better reading."""
    support = None if found is None or found.glimpsed is None else Support.of(found.lattice, found.glimpsed)
    if support is not None and is_convincing(support):
        return found
    figure = traced(development, judges)
    if figure is None or (support is not None and not lies_on_none(support, figure.unexplained)):
        return found
    canvas = on_canvas(development.ink, figure.lattice)
    drawing = TracedDrawing(figure.parts, figure.unexplained, figure.lattice.canvas_shape, weights)
    return Opened(figure.lattice, canvas, drawing, is_traced=True)


def beside_bent_arrows(found: Opened, settings: InferSettings, specs_by: SpecReader, judge: WayJudge | None) -> Opened:
    """The same with the bent arrows that a quick look left unexplained, and those from a shape back to itself, set apart from the ink that
    `specs_by` reads; `judge` tells at which end arrows have their heads, and without one there are none that lead back."""
    if found.glimpsed is None:
        return found
    # Told while all ink is there: near a loop little is left of other heads.
    spec = without_paper(found.glimpsed.spec, found.canvas, judge)
    loops = () if judge is None else loops_on_lattice(found.canvas, spec, judge)
    canvas = _without(found.canvas, [loop.strokes for loop in loops])
    bent = bent_arrows(canvas, spec - Spec(shape for loop in loops for shape in loop.in_place), judge)
    if not bent and not loops:
        return found
    canvas = _without(canvas, [arrow.strokes for arrow in bent])
    drawing = specs_by.open(canvas, _on(found.lattice, ReaderSettings(seed=settings.seed)))
    return found._replace(canvas=canvas, drawing=drawing, bent=(*(loop.line for loop in loops), *(arrow.line for arrow in bent)))


def _without(canvas: NDArray[np.float32], parts: Sequence[NDArray[np.bool_]]) -> NDArray[np.float32]:
    """Ink without some parts of it."""
    return np.where(np.logical_or.reduce(parts), np.float32(0), canvas) if parts else canvas


def beside_bent_arrows_on_grid(
    found: Opened, best: Reading, settings: InferSettings, reader: Reader, specs_by: SpecReader, judge: WayJudge | None
) -> Opened:
    """The same on a grid that is given: `reader` takes a quick look only where the best reading leaves as much over as an arrow has, or
    where one leads back to its shape.

    That reading itself does not tell what was drawn as bent arrows: it explains much of them by straight lines.
    """
    drawn = drawn_on(found.canvas)
    is_explained = best.unexplained_ink * drawn.sum() < _LEAST_LEFT * CELL * stroke_width(drawn)
    if is_explained and (judge is None or not loops_on_lattice(found.canvas, best.spec, judge)):
        return found
    glimpsed = reader.read(found.canvas, _on(found.lattice, QUICK), most=1)[0]
    return beside_bent_arrows(found._replace(glimpsed=glimpsed), settings, specs_by, judge)


def _tried(ink: NDArray[np.float32], lattice: Lattice, reader: Reader) -> _Tried:
    canvas = on_canvas(ink, lattice)
    return _Tried(lattice, canvas, reader.read(canvas, _on(lattice, QUICK), most=1)[0])


def _tried_evenly(ink: NDArray[np.float32], uneven: UnevenLattice, reader: Reader) -> _Tried:
    """The ink with columns and rows where they were meant to be, as the commands tell."""
    canvas = straightened(on_canvas(ink, uneven.lattice), uneven)
    reading = reader.read(canvas, _on(uneven.lattice, QUICK), most=1)[0]
    spec, even = made_even(reading.spec, uneven)
    return _Tried(even.lattice, straightened(on_canvas(ink, even.lattice), even), replace(reading, spec=spec), even)


def _on(lattice: Lattice, settings: ReaderSettings) -> ReaderSettings:
    """The same for ink on a lattice: with no more candidates than a usual drawing has where nothing speaks for that lattice."""
    if lattice.evidence >= _LEAST_EVIDENCE:
        return settings
    cells = max(settings.proposals.usual_cells, lattice.columns * lattice.rows)
    return replace(settings, proposals=replace(settings.proposals, usual_cells=cells))


def on_canvas(ink: NDArray[np.float32], lattice: Lattice) -> NDArray[np.float32]:
    """Ink of the picture as the network sees it on `lattice`."""
    return resample(ink, lattice.canvas_matrix(), lattice.canvas_shape)


def _closely(ink: NDArray[np.float32], lattice: Lattice) -> NDArray[np.float32] | None:
    """The same with `CLOSER` pixels for each of the canvas's, in both directions; None where the picture has no more than the canvas."""
    if lattice.cell < _LEAST_CLOSER * CELL:
        return None
    rows, columns = lattice.canvas_shape
    return resample(ink, lattice.canvas_matrix() @ np.diag([1 / CLOSER, 1 / CLOSER, 1.0]), (CLOSER * rows, CLOSER * columns))
