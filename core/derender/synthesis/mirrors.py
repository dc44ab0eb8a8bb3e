"""Drawing statements inside reflections: those whose images are in the spec too, drawing both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from derender.synthesis.elements import Bools, Elements, Ints, Reflection, reflections_of
from derender.synthesis.leaves import Family, Leaves, family_of


class Mirrors:
    """The reflections of a spec, numbered, and what may stand in them."""

    def __init__(self, elements: Elements, reflections: Iterable[Reflection] | None = None) -> None:
        self._elements = elements
        self._reflections = tuple(reflections_of(elements) if reflections is None else reflections)
        count = len(elements)
        self._images = np.array([reflection.image for reflection in self._reflections], dtype=np.int64).reshape(
            len(self._reflections), count
        )
        self._outside = (self._images < 0).T.astype(np.float32)
        self._inside: dict[Family, Bools] = {}
        self._pairs: dict[int, Family] = {}
        self._images_of: dict[tuple[Family, int], Family] = {}
        self._growing: dict[Family, list[tuple[int, Family]]] = {}

    def __len__(self) -> int:
        return len(self._reflections)

    def reflection(self, number: int) -> Reflection:
        """The reflection of that number."""
        return self._reflections[number]

    @property
    def most_moved(self) -> int:
        """How many elements the best of them maps to other elements."""
        moved = (self._images >= 0) & (self._images != np.arange(self._images.shape[1]))
        return int(moved.sum(axis=1).max(initial=0))

    def strongest(self, most: int) -> list[int]:
        """The numbers of those that map the most elements."""
        mapped = np.count_nonzero(self._images >= 0, axis=1)
        chosen: list[int] = np.argsort(-mapped, kind="stable")[:most].tolist()
        return chosen

    def pairs(self, number: int) -> Family:
        """The statements without loops that draw an element and its image, another element: one for each pair."""
        if number not in self._pairs:
            image = self._images[number]
            self._pairs[number] = family_of(_singles(self._elements, np.flatnonzero(image > np.arange(len(image))), image))
        return self._pairs[number]

    def growing(self, family: Family) -> Iterator[tuple[int, Family]]:
        """For each reflection the statements of the family that draw more in it, where there are such; each takes a while."""
        known = self._growing.get(family)
        if known is None:
            known = []
            for grown in self._grown(family):
                known.append(grown)
                yield grown
            self._growing[family] = known
        else:
            yield from known

    def _grown(self, family: Family) -> Iterator[tuple[int, Family]]:
        inside = self._mirrored(family)
        for number in np.flatnonzero(inside.any(axis=0)).tolist():
            leaves = family.leaves.where(inside[:, number])
            image = _image(leaves.covers, self._images[number])
            grown = _any_in_row(image & ~leaves.covers)
            if grown.any():
                yield number, family_of(leaves.drawing(leaves.covers | image).where(grown))

    def images(self, family: Family, number: int) -> Family:
        """The statements of the family whose images are all in the spec, in the reflection of that number."""
        found = self._images_of.get((family, number))
        if found is None:
            leaves = family.leaves.where(self._mirrored(family)[:, number])
            drawn = leaves.drawing(leaves.covers | _image(leaves.covers, self._images[number])) if len(leaves) else leaves
            found = self._images_of[family, number] = family_of(drawn)
        return found

    def of_pairs(self, number: int) -> Iterator[tuple[int, Family]]:
        """Each other reflection to stand in that one with the pairs that it draws there; where some draw more than two elements."""
        outer = self._images[number]
        for second, inner in enumerate(self._images):
            if second == number:
                continue
            first = np.flatnonzero((inner > np.arange(len(inner))) & (outer >= 0))
            first = first[outer[inner[first]] >= 0]
            # Four elements, or three where one lies on an axis; a pair that is its own image is two.
            if len(first) and np.any((outer[first] != first) & (outer[first] != inner[first])):
                pairs = _singles(self._elements, first, inner)
                yield second, family_of(pairs.drawing(pairs.covers | _image(pairs.covers, outer)))

    def _mirrored(self, family: Family) -> Bools:
        """(M, reflections): whether all images of what a statement draws are in the spec."""
        if family not in self._inside:
            self._inside[family] = family.leaves.covers.astype(np.float32) @ self._outside == 0
        return self._inside[family]


def strongest(reflections: Iterable[Reflection], most: int) -> tuple[Reflection, ...]:
    """Those of the reflections that map the most elements."""
    return tuple(sorted(reflections, key=lambda reflection: -np.count_nonzero(reflection.image >= 0))[:most])


def _singles(elements: Elements, chosen: Ints, image: Ints) -> Leaves:
    covers = np.zeros((len(chosen), len(elements)), dtype=bool)
    each = np.arange(len(chosen))
    covers[each, chosen] = True
    covers[each, image[chosen]] = True
    origin = elements.positions[chosen]
    still = np.zeros_like(origin)
    return Leaves(covers, chosen, origin, still, still)


def _image(covers: Bools, image: Ints) -> Bools:
    """What the statements' images draw; a reflection undoes itself, so an element is drawn where its image was."""
    drawn: Bools = np.take(covers, image, axis=1)
    drawn &= image >= 0
    return drawn


def _any_in_row(matrix: Bools) -> Bools:
    found: Bools = np.logical_or.reduce(matrix, axis=1)
    return found
