"""Loops longer than any progression: shared by two inner loops, one for the first turns and one for the last.

Such a program can be turned around: the inner loops for the last turns, counted from the end, are loops for the first turns, so
the long loop may be as short as the others. Only steps change their signs by that, so all that a long loop can save is a third
for a coefficient or two. It is looked for when all else is searched, and only where two such loops could pay at all.
"""

from __future__ import annotations

from dataclasses import replace

from derender.synthesis.contexts import Loop
from derender.synthesis.nodes import TOP, Node, Nodes, inner_slots
from derender.synthesis.steps import Steps

LEAST_THIRDS = 15
"""The least cost of a program with such a loop: three headers and two statements."""


def with_shared_loops(nodes: Nodes) -> Steps[Nodes]:
    """The nodes, and after them the long loops with the inner loops that draw in some of their turns; in steps."""
    longest = nodes.progressions.longest
    added = list(nodes.nodes)
    for turns in range(longest + 2, 2 * longest + 2):
        outer = len(added)
        added.append(Node(Loop(turns), TOP, False, ()))
        for tested in (False, True):
            for loop, slots in inner_slots(nodes.progressions, turns, longest, tested):
                # Without the outer variable in a statement the bound could be a constant, and the loop stand elsewhere.
                if not all(slot.inner_only for slot in slots):
                    added.append(Node(loop, outer, tested, slots))
                yield
    return replace(nodes, nodes=tuple(added))


def bound_with_shared_loops(bound: int) -> int:
    """What a program costs at least, such loops included, where without them it costs at least `bound`.

    Turned around, such a program costs a third more for each coefficient that changes its sign, at most; with k coefficients it
    costs itself at least `LEAST_THIRDS` and k - 2 thirds.
    """
    return min(bound, max(LEAST_THIRDS, -(-(bound + LEAST_THIRDS - 2) // 2)))


def opposite_pairs(nodes: Nodes, first: int) -> list[tuple[int, int]]:
    """The pairs of nodes from number `first` on that stand in one loop, one shrinking and one growing."""
    slopes: dict[int, tuple[list[int], list[int]]] = {}
    for number, node in enumerate(nodes.nodes[first:], start=first):
        if isinstance(node.header, Loop) and node.header.coefficient:
            slopes.setdefault(node.parent, ([], []))[node.header.coefficient > 0].append(number)
    return [(shrinking, growing) for shrink, grow in slopes.values() for shrinking in shrink for growing in grow]
