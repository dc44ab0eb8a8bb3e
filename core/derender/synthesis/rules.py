"""What statements must be chosen for a set of headers to be legal, and which tests rule each other out; as bits.

Every loop has a rule: something in its body uses its variable. The rules and the tests of node k are bits 2k and 2k + 1.
"""

from __future__ import annotations

from derender.synthesis.contexts import Loop, Place
from derender.synthesis.nodes import TOP, Nodes


def required_rules(nodes: Nodes, headers: frozenset[int]) -> int:
    """The rules that statements under these headers must meet together."""
    required = 0
    for number in headers:
        if not isinstance(nodes.nodes[number].header, Loop):
            continue
        if in_loop(nodes, number):
            required |= _inner(number)
        elif not any(_uses_outer_in_bound(nodes, child, number) for child in headers):
            required |= _outer(number)
    return required


def rules_met(nodes: Nodes, number: int, place: Place, uses_outer: bool, uses_inner: bool) -> int:
    """The rules that a statement meets, by where it stands and which variables it uses."""
    if number == TOP:
        return 0
    node = nodes.nodes[number]
    if in_loop(nodes, number):
        met = _inner(number) if isinstance(node.header, Loop) and place is Place.BODY and uses_inner else 0
        return met | (_outer(node.parent) if uses_outer and not node.tested else 0)
    return _outer(number) if place is Place.BODY and uses_outer else 0


def tests_of(nodes: Nodes, number: int, place: Place) -> tuple[int, int]:
    """The test that a statement stands under, and the one that the same body then cannot have: it has one `if`."""
    if number == TOP or place is Place.BODY or not in_loop(nodes, number):
        return 0, 0
    outer, inner = _outer(number), _inner(number)
    return (outer, inner) if place is Place.OUTER_TEST else (inner, outer)


def in_loop(nodes: Nodes, number: int) -> bool:
    """Whether the node stands in a loop."""
    parent = nodes.nodes[number].parent
    return parent != TOP and isinstance(nodes.nodes[parent].header, Loop)


def _uses_outer_in_bound(nodes: Nodes, child: int, parent: int) -> bool:
    node = nodes.nodes[child]
    return node.parent == parent and not node.tested and isinstance(node.header, Loop) and node.header.coefficient != 0


def _inner(number: int) -> int:
    return 1 << 2 * number


def _outer(number: int) -> int:
    return 2 << 2 * number
