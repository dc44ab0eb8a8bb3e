"""What statements must be chosen for a set of headers to be legal, and which tests rule each other out; as bits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from derender.synthesis.choices import Choice
from derender.synthesis.contexts import Loop, Place
from derender.synthesis.nodes import TOP, Nodes


class Demands(NamedTuple):
    """The test that a statement stands under, the one that the same body then cannot have, and the rules that it meets."""

    tests: int
    conflicts: int
    meets: int


class Rules:
    """The rules of one set of headers: `all` of them, and what each statement means for them."""

    def __init__(self, nodes: Nodes, headers: frozenset[int]) -> None:
        self.all = 0
        self._reasons: dict[tuple[int, Place, str], int] = {}
        self._tests: dict[tuple[int, Place], int] = {}
        self._known: dict[tuple[int, Place, bool, bool], Demands] = {}
        for number in sorted(headers):
            self._add(nodes, headers, number)

    def demands(self, choice: Choice) -> Demands:
        """What choosing the statement means."""
        key = (choice.node, choice.place, choice.uses_outer, choice.uses_inner)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._demands(*key)
        return found

    def _demands(self, node: int, place: Place, uses_outer: bool, uses_inner: bool) -> Demands:
        meets = self._reasons.get((node, place, "outer"), 0) if uses_outer else 0
        meets |= self._reasons.get((node, place, "inner"), 0) if uses_inner else 0
        test = self._tests.get((node, place), 0)
        other = Place.INNER_TEST if place is Place.OUTER_TEST else Place.OUTER_TEST
        return Demands(test, self._tests.get((node, other), 0) if test else 0, meets)

    def _add(self, nodes: Nodes, headers: frozenset[int], number: int) -> None:
        node = nodes.nodes[number]
        if not isinstance(node.header, Loop):
            return
        if node.parent != TOP and isinstance(nodes.nodes[node.parent].header, Loop):
            # A body has one `if`, which may test either variable.
            for place in (Place.OUTER_TEST, Place.INNER_TEST):
                self._tests[number, place] = 1 << len(self._tests)
            self._require([(number, Place.BODY, "inner")])
            return
        children = [child for child in headers if nodes.nodes[child].parent == number and not nodes.nodes[child].tested]
        inside = [nodes.nodes[child].header for child in children]
        if not any(isinstance(header, Loop) and header.coefficient for header in inside):
            self._require([(number, Place.BODY, "outer"), *((child, place, "outer") for child in children for place in Place)])

    def _require(self, reasons: Iterable[tuple[int, Place, str]]) -> None:
        """A new rule: one of these statements, by where they stand and which variable they use."""
        bit = self.all + 1
        self.all |= bit
        for reason in reasons:
            self._reasons[reason] = self._reasons.get(reason, 0) | bit
