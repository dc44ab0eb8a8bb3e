"""What the searches for one spec know together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from derender.language.program import Program
from derender.synthesis.choices import Choice, single_statements
from derender.synthesis.cover import COMMAND_THIRDS
from derender.synthesis.nodes import Nodes
from derender.synthesis.readback import program_of


class Incumbent(Protocol):
    """The best program so far, however it was found."""

    @property
    def thirds(self) -> int:
        """What it costs at most."""
        ...

    def program(self) -> Program:
        """The program itself."""
        ...


@dataclass(frozen=True, slots=True)
class ChosenStatements:
    """A program as a choice of statements of these nodes, and its cost, headers included, in thirds."""

    nodes: Nodes
    choices: tuple[Choice, ...]
    thirds: int

    def program(self) -> Program:
        """The statements under their headers."""
        return program_of(self.nodes, self.choices)


@dataclass(slots=True)
class Known:
    """What is known of one spec: the best program so far, whoever found it, and what any program costs at least.

    Searches that share it look only for what is better, and not below what is proven.
    """

    incumbent: Incumbent
    lower_bound: int = 0

    @classmethod
    def of(cls, nodes: Nodes) -> Known:
        """Nothing but the program that writes the spec out."""
        count = len(nodes.elements)
        return cls(ChosenStatements(nodes, single_statements(nodes), COMMAND_THIRDS * count), COMMAND_THIRDS if count else 0)

    def offer(self, incumbent: Incumbent) -> None:
        """Takes up what is better than what is known."""
        if incumbent.thirds < self.incumbent.thirds:
            self.incumbent = incumbent
