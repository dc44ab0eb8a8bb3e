"""Attributes of read commands: rounded corners, ellipses, double outlines, bent arrows, where the ink speaks for them clearly.

The network reads plain shapes alone. Afterwards each command is held against its variants: both are drawn and laid on the ink
where they fit best, and a variant takes the command's place where it lies nearer to the ink by far. Ellipses that it left unread
(`ellipses.py`) and bent arrows that were found before it read (`tracing/bent_arrows.py`) are added. Plain drawings stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from derender.perception.across import part_drawn_twice
from derender.perception.command_view import ROOM, CommandView, Floats, Mask
from derender.perception.ellipses import enclosed_ellipses, unread
from derender.perception.ink import drawn_on
from derender.perception.network import CELL, MARGIN
from derender.perception.pixels import rendering_on_canvas
from derender.rendering.pen import DEFAULT_PEN, Pen
from derender.spec import Circle, Command, Line, Rectangle, Spec


@dataclass(frozen=True, slots=True)
class AttributeSettings:
    """Pixels, in cells of 16, by which a variant must lie nearer to the ink, strokes and ink summed; chosen on simulated drawings."""

    rounded: float = 0.09
    ellipse: float = 1.3
    in_box: float = 0.5
    """Of the ellipse that fills a box: in 150 simulated drawings 90 of 100 ellipses have more, and of 203 boxes none has more than -1."""
    double: float = 0.7
    bend: float = 2.5
    strokes: float = 0.85
    """The least part of an ellipse, a bent arrow or a double outline that has ink near."""
    paper: float = 0.4
    """The most of the middle between a double outline's strokes that may be inked."""
    twice: float = 0.45
    """The least part of an outline that has two strokes side by side around it where it is double, however far apart: of 1,691 single
    ones in simulated drawings none had more than 0.29, of the double ones in photographs nine of ten had more."""
    both: float = 0.45
    """The least part of the middle that is paper between two strokes: an uneven stroke is now on one side of it, now on the other."""


class Attributes:
    """What one canvas's ink (16h, 16w) shows of attributes; each command is looked at once."""

    def __init__(self, ink: Floats, bent: Iterable[Line] = (), settings: AttributeSettings = AttributeSettings()) -> None:
        """`bent`: arrows that were set apart from the ink before it was read."""
        self._bent = tuple(bent)
        drawn = drawn_on(ink)
        self._around = np.pad(drawn, ROOM * CELL)
        self._ellipses = enclosed_ellipses(drawn)
        self._some_unread = False
        self._settings = settings
        self._seen: dict[Command, Command] = {}
        self._read_as: dict[Circle, Circle | Rectangle] = {}
        self._radii: dict[tuple[float, float], float] = {}

    @property
    def are_shown(self) -> bool:
        """Whether any command looked at so far has one, or an ellipse or a bent arrow was left unread."""
        return self._some_unread or any(command != found for command, found in self._seen.items())

    def of(self, spec: Spec) -> Spec:
        """A plain spec on the canvas's lattice, its commands with the attributes that the ink shows."""
        return Spec((*(self._of(command, spec) for command in spec), *self.left_by(spec)))

    def left_by(self, spec: Spec) -> Spec:
        """The ellipses and bent arrows that a plain spec left unread."""
        read = {self._bent_at(command) for command in spec if isinstance(command, Line)}
        ellipses = (ellipse for ellipse in unread(self._ellipses, spec) if not self._is_between(ellipse, spec))
        left: tuple[Command, ...] = (*ellipses, *(line for line in self._bent if line not in read))
        self._some_unread |= bool(left)
        return Spec(left)

    def _is_between(self, ellipse: Circle, spec: Spec) -> bool:
        """Whether an ellipse is only the paper between strokes of a spec: these lie along most of it."""
        rows, columns = (side - 2 * ROOM * CELL for side in self._around.shape)
        outline, strokes = (rendering_on_canvas(some, (rows, columns)) for some in (Spec([ellipse]), spec))
        near = cv2.dilate(strokes.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
        return bool(near[outline].mean() > _BETWEEN) if outline.any() else True

    def plain(self, spec: Spec) -> Spec:
        """`spec` without attributes, as the network reads what has them, and without what it leaves unread.

        The ink of bent arrows was set apart: whatever was read there, the network finds none that speaks for them.
        """
        unread_by_it = {*self._bent, *self._ellipses} - (set(self._seen.values()) - set(self._bent))
        return Spec(self._plain(command) for command in spec if command not in unread_by_it)

    def _of(self, command: Command, spec: Spec) -> Command:
        if command not in self._seen:
            bent = self._bent_at(command) if isinstance(command, Line) else None
            found = self._seen[command] = bent or _seen(command, spec, self._around, self._settings)
            if isinstance(command, Circle | Rectangle) and isinstance(found, Circle):
                # Of several shapes that were read in an ellipse's place the first one is of the best reading.
                self._read_as.setdefault(found, command)
            if isinstance(command, Circle) and isinstance(found, Circle):
                self._radii.setdefault((found.rx, found.ry), command.rx)
        return self._seen[command]

    def _bent_at(self, line: Line) -> Line | None:
        """The bent arrow that was read as this line: one between the same points, of several rather one that leads the same way."""
        there = (arrow for arrow in self._bent if _ends(arrow) == _ends(line))
        return min(there, key=lambda arrow: (arrow.x1, arrow.y1) != (line.x1, line.y1), default=None)

    def _plain(self, command: Command) -> Command:
        match command:
            case Circle(x, y, rx, ry):
                elsewhere = self._radii.get((rx, ry), min(rx, ry))
                return self._read_as.get(command, Circle(x, y, elsewhere, elsewhere))
            case Rectangle(x1, y1, x2, y2):
                return Rectangle(x1, y1, x2, y2)
            case Line():
                return replace(command, bend=0)


def _ends(line: Line) -> frozenset[tuple[int, int]]:
    return frozenset(((line.x1, line.y1), (line.x2, line.y2)))


def _seen(command: Command, spec: Spec, around: Mask, settings: AttributeSettings) -> Command:
    view = CommandView.of(command, spec, around)
    if view is None:
        return command
    match command:
        case Circle(rx=rx, ry=ry) if rx == ry:
            # A hand's circles are larger or smaller than they were meant.
            circles = (replace(command, rx=factor * rx, ry=factor * rx) for factor in (0.9, 1, 1.1))
            found = _better(view, circles, _ellipses(command), settings.ellipse, settings.strokes)
            shape = found if isinstance(found, Circle) else command
            return replace(shape, double=_is_double(view, shape, settings))
        case Rectangle() if (ellipse := _ellipse_in(view, command, settings)) is not None:
            return replace(ellipse, double=_is_double(view, ellipse, settings))
        case Rectangle():
            double = _is_double(view, command, settings)
            outline = replace(command, double=double)
            return replace(outline, rounded=_is_rounded(view, outline, settings))
        case Line(arrow=True, dashed=False) if math.dist((command.x1, command.y1), (command.x2, command.y2)) >= _LEAST_BENT:
            return _better(view, [command], (replace(command, bend=bend) for bend in _BENDS), settings.bend, settings.strokes) or command
        case _:
            return command


_BETWEEN = 0.5
"""Of an ellipse's outline."""

_LEAST_BENT = 3
"""Cells; shorter arrows are nearly all head."""

_BENDS = (-60, -45, -30, 30, 45, 60)
"""Degrees; less is a line that a hand drew not quite straight."""


_LEAST_ELONGATED = 1.3
"""An ellipse's longer axis over the shorter one: rounder ones are circles."""


def _ellipses(circle: Circle) -> Iterator[Circle]:
    """Ellipses about as large, clearly no circles."""
    # Half cells for those of usual size, wider steps for very large ones: what differs less is a circle as a hand draws it.
    step = max(1, round(circle.rx / 6)) / 2
    radii = [circle.rx + k * step for k in range(-3, 4) if circle.rx + k * step > 0]
    yield from (replace(circle, rx=a, ry=b) for a in radii for b in radii if max(a, b) >= _LEAST_ELONGATED * min(a, b))


def _ellipse_in(view: CommandView, box: Rectangle, settings: AttributeSettings) -> Circle | None:
    """The ellipse that fills a box, where it is clearly one and not the box with sharp or round corners."""
    width, height = box.x2 - box.x1, box.y2 - box.y1
    has_middle = width % 2 == height % 2 == 0
    if not has_middle or max(width, height) < _LEAST_ELONGATED * min(width, height):
        return None
    ellipse = Circle((box.x1 + box.x2) // 2, (box.y1 + box.y2) // 2, width / 2, height / 2)
    curved = replace(box, rounded=True)
    from_box = min(view.distance(box), *(view.distance(curved, pen) for pen in _round_pens(DEFAULT_PEN)))
    if from_box - view.distance(ellipse) < settings.in_box or view.near(ellipse, view.best_shift(ellipse)) < settings.strokes:
        return None
    return ellipse


def _better(view: CommandView, plain: Iterable[Command], variants: Iterable[Command], enough: float, strokes: float) -> Command | None:
    """The variant that lies nearest to the ink, if by `enough` more than any of the plain commands, and if ink is near `strokes` of it."""
    from_plain = min(view.distance(command) for command in plain)
    if from_plain < enough:
        return None
    nearest = min(variants, key=view.distance, default=None)
    if nearest is None:
        return None
    gained = from_plain - view.distance(nearest)
    return nearest if gained >= enough and view.near(nearest, view.best_shift(nearest)) >= strokes else None


def _is_double(view: CommandView, command: Circle | Rectangle, settings: AttributeSettings) -> bool:
    """Whether two strokes run beside the outline and paper lies between them."""
    if part_drawn_twice(view.outline(command), view.own.astype(np.float32), _BESIDE * CELL * _shorter_side(command)) >= settings.twice:
        return True
    from_plain = view.distance(command)
    if from_plain < settings.double:
        return False
    twice = replace(command, double=True)
    pen = min(_DOUBLE_PENS, key=lambda p: view.distance(twice, p))
    gained = from_plain - view.distance(twice, pen)
    shift = view.best_shift(twice, pen)
    if gained < settings.double or view.near(twice, shift, pen) < settings.strokes or view.inked(command, shift) > settings.paper:
        return False
    return view.two_sided(command, shift, pen.double_gap * CELL / 2 + 2) >= settings.both


def _shorter_side(shape: Circle | Rectangle) -> float:
    """Of its box, in cells."""
    match shape:
        case Circle(rx=rx, ry=ry):
            return 2 * min(rx, ry)
        case Rectangle(x1, y1, x2, y2):
            return min(x2 - x1, y2 - y1)


_BESIDE = 0.28
"""Of a shape's shorter side: the strokes of a double outline are no farther apart."""

_DOUBLE_PENS = tuple(replace(DEFAULT_PEN, double_gap=gap) for gap in (0.13, 0.2, 0.3, 0.4))
_CORNERS = (0.35, 0.6, 0.9)
"""Radii in cells, from TikZ's own to what people draw."""


def _is_rounded(view: CommandView, command: Rectangle, settings: AttributeSettings) -> bool:
    """Whether the corners are quarters of circles: all four of them speak for it, and together clearly; of a box a cell wide
    a rough pen rounds them as much."""
    if _shorter_side(command) < 2:
        return False
    pens = _DOUBLE_PENS if command.double else (DEFAULT_PEN,)
    round_pens = [round_pen for pen in pens for round_pen in _round_pens(pen)]
    curved = replace(command, rounded=True)
    gained = []
    for corner in _corners(view.window, command):
        there = view.only(corner)
        sharp = min(there.distance(command, pen) for pen in pens)
        gained.append(sharp - min(there.distance(curved, pen) for pen in round_pens))
        if gained[-1] <= 0:
            return False
    return sum(gained) / len(gained) >= settings.rounded


def _round_pens(pen: Pen) -> list[Pen]:
    return [replace(pen, corner=corner) for corner in _CORNERS]


def _corners(window: tuple[int, int, int, int], command: Rectangle) -> Iterator[Mask]:
    """The pixels near each of a rectangle's corners."""
    left, bottom, columns, rows = window
    reach = round(CELL * min(1.1, (command.x2 - command.x1) / 2, (command.y2 - command.y1) / 2))
    for x in (command.x1, command.x2):
        for y in (command.y1, command.y2):
            seen = np.zeros((rows * CELL, columns * CELL), np.uint8)
            cv2.circle(seen, ((x - left) * CELL + MARGIN, (rows - 1 - (y - bottom)) * CELL + MARGIN), reach, 1, -1)
            yield seen > 0
