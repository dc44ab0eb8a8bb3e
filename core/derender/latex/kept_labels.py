"""The words of a figure that is drawn anew from a changed photograph: a label keeps the text that its author gave it.

A region does not tell what was read at first, so that every text but a placeholder counts as the author's. Labels of the old and of
the new figure are the same where they stand at the same place: of the figure, as when its page was photographed again, or of the
picture, as when something was added to it and the new figure begins elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import dist, inf, isfinite

from derender.language.program import Label
from derender.language.text import parse, pretty

_FARTHEST = 1.5
"""Cells that a label may have moved: about as wide as a letter's surroundings, and less than from one shape to the next."""

_Point = tuple[float, float]

_Homography = tuple[float, ...]
"""Nine numbers, row by row."""

_Pairs = Mapping[int, int]
"""Which new label stands where an old one stood."""


@dataclass(frozen=True, slots=True)
class KeptLabels:
    """A new program with the texts of the old one's labels, and which of them need a word to their author."""

    program: str
    otherwise: tuple[tuple[str, str], ...] = ()
    """Texts that were kept, and what was read in their place."""
    missing: tuple[str, ...] = ()
    """Texts for which the new figure has no label."""


def keep_labels(old: str, old_lattice: str, new: str, new_lattice: str) -> KeptLabels:
    """The program `new` with the texts of the labels of `old`; the lattices are as a region's marker holds them.

    Programs that cannot be read have no labels.
    """
    before, after = parse(old).program, parse(new).program
    if before is None or after is None or not before.labels:
        return KeptLabels(new)
    pairs = _same(before.labels, _homography(old_lattice), after.labels, _homography(new_lattice))
    texts = {there: label.text for here, there in pairs.items() if not (label := before.labels[here]).is_placeholder}
    changed = {there: text for there, text in texts.items() if text != after.labels[there].text}
    labels = tuple(replace(label, text=texts.get(number, label.text)) for number, label in enumerate(after.labels))
    read = [(text, after.labels[there]) for there, text in sorted(changed.items())]
    otherwise = tuple((text, label.text) for text, label in read if not label.is_placeholder)
    lost = Counter(label.text for here, label in enumerate(before.labels) if here not in pairs and not label.is_placeholder)
    # What is written elsewhere now has only moved.
    lost -= Counter(label.text for there, label in enumerate(labels) if there not in texts)
    return KeptLabels(pretty(replace(after, labels=labels)) if changed else new, otherwise, tuple(lost.elements()))


def _same(old: Sequence[Label], old_lattice: _Homography | None, new: Sequence[Label], new_lattice: _Homography | None) -> _Pairs:
    """The old labels' partners by their places in the picture, or by those in the figure: what leaves more texts as they are read now,
    then what pairs more. In a regular row both ways may pair as many, a shape apart; then the picture is right, which was changed rather
    than taken anew."""
    places = [(label.x, label.y) for label in old]
    ways = [places]
    if old_lattice is not None and new_lattice is not None:
        back = _adjugate(new_lattice)
        ways.insert(0, [_moved(back, _moved(old_lattice, place)) for place in places])
    there = [(label.x, label.y) for label in new]

    def agreement(pairs: _Pairs) -> tuple[int, int]:
        alike = sum(old[i].text == new[j].text for i, j in pairs.items() if not old[i].is_placeholder)
        return alike, len(pairs)

    return max((_nearest(way, there) for way in ways), key=agreement)


def _nearest(places: Sequence[_Point], others: Sequence[_Point]) -> _Pairs:
    """Partners one to one, the nearest first."""
    near = sorted((far, i, j) for i, a in enumerate(places) for j, b in enumerate(others) if (far := dist(a, b)) <= _FARTHEST)
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, here, there in near:
        if here not in pairs and there not in taken:
            pairs[here] = there
            taken.add(there)
    return pairs


def _homography(lattice: str) -> _Homography | None:
    """The numbers of a marker's lattice, or None where they are none."""
    try:
        numbers = tuple(float(number) for number in lattice.split(","))
    except ValueError:
        return None
    return numbers if len(numbers) == 9 and all(map(isfinite, numbers)) else None


def _adjugate(matrix: _Homography) -> _Homography:
    """The inverse but for a factor, which a homography does not know."""
    a, b, c, d, e, f, g, h, i = matrix
    return (
        e * i - f * h,
        c * h - b * i,
        b * f - c * e,
        f * g - d * i,
        a * i - c * g,
        c * d - a * f,
        d * h - e * g,
        b * g - a * h,
        a * e - b * d,
    )


def _moved(matrix: _Homography, point: _Point) -> _Point:
    """A point under a homography; one that no point is given for lies infinitely far away."""
    a, b, c, d, e, f, g, h, i = matrix
    x, y = point
    depth = g * x + h * y + i
    return ((a * x + b * y + c) / depth, (d * x + e * y + f) / depth) if depth else (inf, inf)
