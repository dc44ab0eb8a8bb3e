"""What the searches for one spec know together."""

from __future__ import annotations

from dataclasses import dataclass

from derender.synthesis.choices import Catalogue, Choice
from derender.synthesis.cover import COMMAND_THIRDS
from derender.synthesis.nodes import TOP, Nodes


@dataclass(frozen=True, slots=True)
class Incumbent:
    """The best choice of statements (of these nodes) so far and its cost, headers included, in thirds."""

    nodes: Nodes
    choices: tuple[Choice, ...]
    thirds: int


@dataclass(slots=True)
class Known:
    """What is known of one spec: the best choice so far, whoever found it, and what any program costs at least.

    Searches that share it look only for what is better, and not below what is proven.
    """

    incumbent: Incumbent
    lower_bound: int = 0

    @classmethod
    def of(cls, nodes: Nodes) -> Known:
        """Nothing but the program that writes the spec out."""
        count = len(nodes.elements)
        return cls(Incumbent(nodes, Catalogue(nodes).choices(TOP), COMMAND_THIRDS * count), COMMAND_THIRDS if count else 0)

    def offer(self, incumbent: Incumbent) -> None:
        """Takes up what is better than what is known."""
        if incumbent.thirds < self.incumbent.thirds:
            self.incumbent = incumbent
