"""What statements under given headers are needed at least: a price for each element, such that no statement draws for more than 1.

The sum of such prices is a lower bound on the number of statements (the dual of the set cover's linear relaxation). The elements'
shares in the largest statements are such prices; they are raised, element after element, until each lies in a statement that
draws for 1.
"""

from __future__ import annotations

import numpy as np

from derender.synthesis.elements import Floats
from derender.synthesis.nodes import Nodes

LEAST_RAISE = 1e-9


class Pricing:
    """The prices for the sets of headers of one spec."""

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes

    def raised(self, headers: frozenset[int], prices: Floats) -> Floats:
        """(N): higher prices, for the statements under these headers and those that draw one element."""
        families = dict.fromkeys(slot.family for header in sorted(headers) for slot in self._nodes.nodes[header].slots)
        parts = [family.drawing for family in families if len(family)]
        if not parts:
            return np.ones_like(prices)
        drawing = np.concatenate(parts, axis=1)
        slack = 1.0 - prices @ drawing
        raised = prices.copy()
        for element in np.argsort(drawing.sum(axis=1), kind="stable").tolist():
            drawn = drawing[element]
            more = min(1.0 - raised[element], float(slack[drawn].min(initial=1.0)))
            if more > LEAST_RAISE:
                raised[element] += more
                slack[drawn] -= more
        return raised
