"""Attributes of read commands: rounded corners, ellipses, double outlines, bent arrows, where the ink speaks for them clearly.

The network reads plain shapes alone. Afterwards each command is looked at as it is drawn (`variants.py`). Ellipses that the network left
unread (`ellipses.py`) and bent arrows that were found before it read, loops among them (`tracing/bent_arrows.py`, `loops_on_lattice.py`),
are added. Plain drawings stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

import cv2
import numpy as np

from derender.perception.command_view import CLOSER, ROOM, CommandView, Floats
from derender.perception.ellipses import enclosed_ellipses, unread
from derender.perception.ink import drawn_on
from derender.perception.network import CELL
from derender.perception.pixels import rendering_on_canvas
from derender.perception.variants import shown
from derender.spec import Circle, Command, Line, Rectangle, Spec, bounding_box

NO_ARROWS: Mapping[Line, Line] = MappingProxyType({})
"""No line was read without its head."""


class Attributes:
    """What one canvas's ink (16h, 16w) shows of attributes; each command is looked at once."""

    def __init__(
        self, ink: Floats, bent: Iterable[Line] = (), closely: Floats | None = None, arrows: Mapping[Line, Line] = NO_ARROWS
    ) -> None:
        """`bent`: arrows that were set apart from the ink before it was read; `closely`: the ink with twice as many pixels (32h, 32w),
        where the picture has them; `arrows`: what lines are that were read without their heads."""
        self._bent = tuple(bent)
        self._arrows = arrows
        self._headless = {arrow: line for line, arrow in arrows.items()}
        drawn = drawn_on(ink)
        self._around = np.pad(drawn, ROOM * CELL)
        self._closely = None if closely is None else np.pad(drawn_on(closely), ROOM * CLOSER * CELL)
        self._ellipses = enclosed_ellipses(drawn)
        self._some_unread = False
        self._seen: dict[Command, Command] = {}
        self._read_as: dict[Command, Command] = {}
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
            bent = self._bent_at(command) or self._arrows.get(command) if isinstance(command, Line) else None
            view = None if bent is not None else CommandView.of(command, spec, self._around, self._closely)
            meant = self._ellipse_at(command) or command
            found = self._seen[command] = bent or (meant if view is None else shown(meant, view))
            # Of several shapes that were read in one's place the first one is of the best reading.
            self._read_as.setdefault(found, command)
            if isinstance(command, Circle) and isinstance(found, Circle):
                self._radii.setdefault((found.rx, found.ry), command.rx)
        return self._seen[command]

    def _bent_at(self, line: Line) -> Line | None:
        """The bent arrow that was read as this line: one between the same points, of several rather one that leads the same way."""
        there = (arrow for arrow in self._bent if _ends(arrow) == _ends(line))
        return min(there, key=lambda arrow: (arrow.x1, arrow.y1) != (line.x1, line.y1), default=None)

    def _ellipse_at(self, command: Command) -> Circle | None:
        """The ellipse that was read as this box: the one that fills it."""
        if not isinstance(command, Rectangle):
            return None
        box = bounding_box(Spec([command]))
        return next((ellipse for ellipse in self._ellipses if bounding_box(Spec([ellipse])) == box), None)

    def _plain(self, command: Command) -> Command:
        match command:
            case Line():
                straight = replace(command, bend=0)
                return self._headless.get(straight, straight)
            case _ if command in self._read_as:
                return self._read_as[command]
            case Circle(x, y, rx, ry):
                radius = self._radii.get((rx, ry), min(rx, ry))
                return Circle(x, y, radius, radius)
            case Rectangle(x1, y1, x2, y2):
                return Rectangle(x1, y1, x2, y2)


_BETWEEN = 0.5
"""Of an ellipse's outline."""


def _ends(line: Line) -> frozenset[tuple[int, int]]:
    return frozenset(((line.x1, line.y1), (line.x2, line.y2)))
