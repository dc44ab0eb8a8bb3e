"""The reader's evidence for any spec of a picture, also for commands that it did not propose by itself.

The network is asked for each command alone: the lattice heads for circles, the verifiers for lines and rectangles. Its answers are
averaged over views as the reader's are, so that what the reader proposes gets the reader's own log odds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from derender.interpretation.evidence import Evidence
from derender.perception.network import CELL, CIRCLE_CLASSES, LINE_CLASSES, MARGIN, Features, LineClass
from derender.perception.proposals import Choice
from derender.perception.reader import Reader, ReaderSettings, rendering_on_canvas, weigh
from derender.perception.scenes import RADII
from derender.perception.selection import Selected
from derender.perception.views import ALL_VIEWS, View, seen_corners
from derender.spec import Circle, Command, Line, Rectangle, Spec, moved

_FLOOR = 1e-6
"""The least probability of anything, as in the reader's own log odds."""
_UNKNOWN = math.log(_FLOOR)
"""Log odds of what the network has no words for: other radii, bends, points beyond the canvas."""

Segment = tuple[int, int, int, int]
"""The ends of a line or two opposite corners of a rectangle, in cells."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """Views of one shape and the network's features of them."""

    views: tuple[View, ...]
    features: Features


class ReaderEvidence:
    """A canvas (16h, 16w) as a reader's network sees it: an `Observation` of specs on the canvas's lattice.

    The network looks when the first spec is scored; what it says of a command is remembered.
    """

    def __init__(self, reader: Reader, canvas: NDArray[np.float32], settings: ReaderSettings | None = None) -> None:
        self._reader = reader
        self._settings = settings or ReaderSettings()
        self._left, self._bottom, self._canvas = _cropped(canvas)
        self._rows: int = self._canvas.shape[0] // CELL
        self._columns: int = self._canvas.shape[1] // CELL
        self._seen: list[_Seen] = []
        self._circles: NDArray[np.float32] = np.zeros(0, np.float32)
        self._known: dict[tuple[str, Segment], NDArray[np.float32]] = {}
        size = 2 * self._settings.tolerance + 1
        self._disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
        self._drawn: NDArray[np.bool_] = self._canvas > max(0.2, 0.4 * float(self._canvas.max(initial=0)))
        self._near = cv2.dilate(self._drawn.astype(np.uint8), self._disc).astype(bool)
        self._width = stroke_width(self._drawn)
        self._masks: dict[Command, tuple[NDArray[np.bool_], int]] = {}

    @torch.inference_mode()
    def score(self, specs: Sequence[Spec]) -> tuple[Evidence, ...]:
        """The likelihood of the strokes and the network's log odds, for each spec."""
        here = [moved(spec, -self._left, -self._bottom) for spec in specs]
        self._look()
        self._ask(here)
        sets = tuple(Selected((Choice(tuple(spec), 1.0),), self._proposal(spec)) for spec in dict.fromkeys(here))
        readings = {reading.spec: reading for reading in weigh(self._canvas, sets, self._settings)} if sets else {}
        return tuple(Evidence(readings[spec].likelihood, readings[spec].proposal) for spec in here)

    @torch.inference_mode()
    def estimate(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        """The network's log odds, and the strokes of each command weighed alone: drawn where ink is, or missing where ink is."""
        here = [moved(spec, -self._left, -self._bottom) for spec in specs]
        self._look()
        self._ask(here)
        return tuple(self._proposal(spec) + self._strokes(spec) for spec in here)

    def _strokes(self, spec: Spec) -> float:
        """The likelihood of `weigh`, from masks of single commands that are drawn once."""
        explained = np.zeros_like(self._drawn)
        unsupported = 0
        for command in spec:
            mask = self._masks.get(command)
            if mask is None:
                clean = rendering_on_canvas(Spec((command,)), self._canvas.shape)
                mask = self._masks[command] = (
                    cv2.dilate(clean.astype(np.uint8), self._disc).astype(bool),
                    int((clean & ~self._near).sum()),
                )
            explained |= mask[0]
            unsupported += mask[1]
        unexplained = int((self._drawn & ~explained).sum())
        s = self._settings
        return -(s.unexplained_weight * unexplained / (self._width * CELL) + s.unsupported_weight * unsupported / (2 * CELL))

    def _look(self) -> None:
        """The network's features of the canvas in every view, once."""
        if self._seen:
            return
        image = torch.from_numpy(self._canvas).to(self._reader.device)
        views = _views(self._rows * self._columns, self._settings)
        network = self._reader.network
        undone: list[Tensor] = []
        for same_shape in (tuple(v for v in views if not v.transpose), tuple(v for v in views if v.transpose)):
            if same_shape:
                batch = torch.stack([view.image(image) for view in same_shape])[:, None].contiguous(memory_format=torch.channels_last)
                features = network.features(batch)
                self._seen.append(_Seen(same_shape, features))
                logits = network.lattice_logits(features)[:, :CIRCLE_CLASSES]
                undone += [view.undo_image(seen) for view, seen in zip(same_shape, logits, strict=True)]
        self._circles = torch.stack(undone).mean(0).softmax(0).cpu().numpy()

    def _ask(self, specs: Iterable[Spec]) -> None:
        """Asks the verifiers about all strokes that are not known yet, in one batch for each sort."""
        commands = dict.fromkeys(command for spec in specs for command in spec)
        for name, sort in (("line", Line), ("rectangle", Rectangle)):
            segments = dict.fromkeys(_ends(c) for c in commands if isinstance(c, sort) and self._is_inside(_ends(c)))
            new = [segment for segment in segments if (name, segment) not in self._known]
            if new:
                answers = self._line_answers(new) if name == "line" else self._rectangle_answers(new)
                self._known.update({(name, segment): answer for segment, answer in zip(new, answers, strict=True)})

    def _line_answers(self, segments: list[Segment]) -> NDArray[np.float32]:
        """(N, 9) probabilities: no line, then `LINE_CLASSES`."""
        pixels = self._pixels(segments)
        height, width = self._canvas.shape
        logits = [
            self._reader.network.line_logits(
                seen.features, torch.stack([view.points(pixels, height, width).flatten(-2) for view in seen.views])
            )
            for seen in self._seen
        ]
        return np.asarray(torch.cat(logits).mean(0).softmax(-1).cpu().numpy())

    def _rectangle_answers(self, segments: list[Segment]) -> NDArray[np.float32]:
        """(N, 1) probabilities of existence."""
        pixels = self._pixels(segments)
        height, width = self._canvas.shape
        logits = [
            self._reader.network.rectangle_logits(
                seen.features, torch.stack([seen_corners(view.points(pixels, height, width).flatten(-2)) for view in seen.views])
            )
            for seen in self._seen
        ]
        return np.asarray(torch.cat(logits).mean(0).sigmoid().cpu().numpy())[:, None]

    def _pixels(self, segments: list[Segment]) -> Tensor:
        """(N, 2, 2) canvas pixels, y down."""
        flipped = [(x1, self._rows - 1 - y1, x2, self._rows - 1 - y2) for x1, y1, x2, y2 in segments]
        return torch.tensor(flipped, dtype=torch.float32, device=self._reader.device).view(-1, 2, 2) * CELL + MARGIN

    def _is_inside(self, segment: Segment) -> bool:
        x1, y1, x2, y2 = segment
        across = 0 <= min(x1, x2) <= max(x1, x2) < self._columns
        return across and 0 <= min(y1, y2) <= max(y1, y2) < self._rows

    def _proposal(self, spec: Spec) -> float:
        """log P(spec) - log P(nothing), as the reader counts it: groups of exclusive choices, independent of each other."""
        heads: dict[tuple[Segment, bool], set[bool]] = {}
        total = 0.0
        for command in spec:
            match command:
                case Circle():
                    total += self._circle(command)
                case Rectangle():
                    total += self._rectangle(command)
                case Line(arrow=arrow, dashed=dashed, bend=bend):
                    total += _UNKNOWN if bend else 0.0
                    ends = _ends(command)
                    first_sorted = (command.x1, command.y1) == ends[:2]
                    heads.setdefault((ends, dashed), set()).update({first_sorted} if arrow else set())
        return total + sum(self._line(ends, dashed, directions) for (ends, dashed), directions in heads.items())

    def _circle(self, circle: Circle) -> float:
        inside = 0 <= circle.x < self._columns and 0 <= circle.y < self._rows
        if not inside or circle.rx != circle.ry or circle.rx not in RADII or circle.double:
            return _UNKNOWN
        at = self._circles[:, self._rows - 1 - circle.y, circle.x]
        return _log_odds(at[1 + RADII.index(circle.rx)], at[0])

    def _rectangle(self, box: Rectangle) -> float:
        answer = self._known.get(("rectangle", _ends(box)))
        if answer is None or box.rounded or box.double:
            return _UNKNOWN
        return _log_odds(answer[0], 1 - answer[0])

    def _line(self, ends: Segment, dashed: bool, directions: set[bool]) -> float:
        """`directions`: True for a head at the second of the sorted ends, False for one at the first."""
        answer = self._known.get(("line", ends))
        if answer is None:
            return _UNKNOWN
        kind = LineClass(head_first=False in directions, head_second=True in directions, dashed=dashed)
        return _log_odds(answer[1 + LINE_CLASSES.index(kind)], answer[0])


def _ends(command: Command) -> Segment:
    """The ends of a line, sorted, or a rectangle's corners."""
    match command:
        case Rectangle(x1, y1, x2, y2):
            return (x1, y1, x2, y2)
        case Line(x1, y1, x2, y2):
            return (x1, y1, x2, y2) if (x1, y1) <= (x2, y2) else (x2, y2, x1, y1)
        case Circle(x, y):
            return (x, y, x, y)


def stroke_width(drawn: NDArray[np.bool_]) -> float:
    """Mean thickness of strokes in pixels: twice their area over their outline's length."""
    area = int(drawn.sum())
    inner = int(cv2.erode(drawn.astype(np.uint8), np.ones((3, 3), np.uint8)).sum())
    return max(1.0, 2.0 * area / max(1, area - inner)) if area else 1.0


def _log_odds(some: float, none: float) -> float:
    return math.log(max(float(some), _FLOOR)) - math.log(max(float(none), _FLOOR))


def _views(cells: int, settings: ReaderSettings) -> tuple[View, ...]:
    """As many views as the reader takes of so many cells."""
    views = settings.views
    while views > 1 and views * cells > settings.most_cells:
        views = (views + 1) // 2
    return ALL_VIEWS[:views]


def _cropped(canvas: NDArray[np.float32]) -> tuple[int, int, NDArray[np.float32]]:
    """The cells around everything drawn, one to spare as for the reader: lattice coordinates of the bottom left point, and the pixels."""
    rows, columns = (side // CELL for side in canvas.shape)
    marked = canvas > 0.2
    across, down = np.flatnonzero(marked.any(0)), np.flatnonzero(marked.any(1))
    if not len(across):
        return 0, 0, np.ascontiguousarray(canvas)
    left, right = max(0, int(across[0]) // CELL - 1), min(columns, int(across[-1]) // CELL + 2)
    top, bottom = max(0, int(down[0]) // CELL - 1), min(rows, int(down[-1]) // CELL + 2)
    return left, rows - bottom, np.ascontiguousarray(canvas[top * CELL : bottom * CELL, left * CELL : right * CELL])
