"""How well drawings are read: a folder of pictures with true specs, exact matches, intersection over union."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from derender.errors import InputError, SpecError
from derender.spec import Circle, Command, Line, Rectangle, Spec, intersection_over_union
from derender.spec_json import spec_from_json


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture and what is drawn on it."""

    name: str
    path: Path
    truth: Spec


@dataclass(frozen=True, slots=True)
class Score:
    """One drawing's result: the rank (from 1) of the exact reading or None, the first reading's IoU, seconds."""

    drawing: str
    exact_rank: int | None
    iou: float
    seconds: float


def drawings_in(folder: Path) -> tuple[Drawing, ...]:
    """The drawings that `folder`/specs.json lists; raises `InputError`."""
    listing = folder / "specs.json"
    try:
        rows = json.loads(listing.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{folder}: there is no specs.json with the true specs of its pictures") from None
    except OSError as error:
        raise InputError(f"{listing}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{listing}: this is not JSON ({error})") from None
    if not isinstance(rows, list) or not all(isinstance(r, dict) and isinstance(r.get("drawing"), str) and "spec" in r for r in rows):
        raise InputError(f'{listing}: expected a list of objects with "drawing" and "spec"')
    found = []
    for row in rows:
        try:
            found.append(Drawing(row["drawing"], folder / row["drawing"], spec_from_json(row["spec"])))
        except SpecError as error:
            raise InputError(f"{listing}: {row['drawing']}: {error}") from None
    return tuple(found)


def score(drawing: Drawing, readings: Sequence[Spec], seconds: float, *, up_to_lattice: bool) -> Score:
    """Readings of a drawing, best first, held against its truth; `up_to_lattice` allows a shift and a scale of the whole."""
    if up_to_lattice:
        truth = normalised(drawing.truth)
        views = [normalised(r) for r in readings]
        rank = next((k for k, view in enumerate(views, 1) if view == truth), None)
        union = len(views[0] | truth) if views else 0
        iou = (len(views[0] & truth) / union if union else 1.0) if views else float(not truth)
    else:
        rank = next((k for k, reading in enumerate(readings, 1) if reading == drawing.truth), None)
        iou = intersection_over_union(readings[0] if readings else Spec(), drawing.truth)
    return Score(drawing.name, rank, iou, seconds)


def normalised(spec: Spec) -> frozenset[tuple[object, ...]]:
    """`spec` moved to the origin and scaled to extent 1: equal for all lattices that explain the same drawing."""
    points = [p for c in spec for p in _points(c)]
    if not points:
        return frozenset()
    x0, y0 = min(x for x, _ in points), min(y for _, y in points)
    extent = max(max(x for x, _ in points) - x0, max(y for _, y in points) - y0)
    if extent == 0:
        extent = max((Fraction(c.rx) for c in spec if isinstance(c, Circle)), default=Fraction(1))
    return frozenset(_scaled(c, Fraction(x0), Fraction(y0), Fraction(extent)) for c in spec)


def _points(c: Command) -> Iterator[tuple[Fraction, Fraction]]:
    match c:
        case Circle(x, y):
            yield Fraction(x), Fraction(y)
        case Rectangle(x1, y1, x2, y2) | Line(x1, y1, x2, y2):
            yield Fraction(x1), Fraction(y1)
            yield Fraction(x2), Fraction(y2)


def _scaled(c: Command, x0: Fraction, y0: Fraction, extent: Fraction) -> tuple[object, ...]:
    where = tuple(((x - x0) / extent, (y - y0) / extent) for x, y in _points(c))
    match c:
        case Circle(rx=rx, ry=ry, double=double):
            return ("circle", where, Fraction(rx) / extent, Fraction(ry) / extent, double)
        case Rectangle(rounded=rounded, double=double):
            return ("rectangle", where, rounded, double)
        case Line(arrow=arrow, dashed=dashed, bend=bend):
            return ("line", where, arrow, dashed, bend)


def summary(scores: Sequence[Score]) -> dict[str, float]:
    """top1, top5 and iou_mean over the drawings."""
    n = max(1, len(scores))
    return {
        "top1": sum(s.exact_rank == 1 for s in scores) / n,
        "top5": sum(s.exact_rank is not None and s.exact_rank <= 5 for s in scores) / n,
        "iou_mean": sum(s.iou for s in scores) / n,
    }
