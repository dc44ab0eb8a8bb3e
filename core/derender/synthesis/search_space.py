"""Which programs are searched: the paper's σ (Table 4), 24 of them.

A search space narrows the language, so that a search over it ends sooner; the policy of Section 3.1 chooses among them. Every
space contains the program that writes a spec out command by command, so no search is ever without a solution.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from derender.errors import OptionError
from derender.language.legality import depth
from derender.language.program import For, Program, Reflect
from derender.language.tree import walk

DEEPEST = 3
"""The largest depth of a legal program: a command is 1, each `for` and `reflect` around it adds 1."""


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """One σ; by default the whole language, searched at once."""

    loops: bool = True
    """Whether programs may loop."""
    reflections: bool = True
    """Whether programs may reflect."""
    incremental: bool = False
    """Whether the problem is solved piece by piece: header after header, the one that saves most each time; nothing is proven."""
    depth: int = DEEPEST
    """The depth that programs may have, 1 to 3."""

    def __post_init__(self) -> None:
        if not 1 <= self.depth <= DEEPEST:
            raise OptionError(f"a search space has a depth of 1 to {DEEPEST}, not {self.depth}")

    @classmethod
    def full(cls) -> SearchSpace:
        """All legal programs, searched at once."""
        return cls()

    def holds(self, program: Program) -> bool:
        """Whether a search of this space may find `program`."""
        kinds = {type(statement) for statement in walk(program.statements)}
        return (self.loops or For not in kinds) and (self.reflections or Reflect not in kinds) and depth(program) <= self.depth

    def __str__(self) -> str:
        words = [
            "loops" if self.loops else "no loops",
            "reflections" if self.reflections else "no reflections",
            "piece by piece" if self.incremental else "all at once",
            f"depth {self.depth}",
        ]
        return ", ".join(words)


FULL = SearchSpace()
"""All legal programs, searched at once."""


def all_search_spaces() -> Iterator[SearchSpace]:
    """The 24 spaces of Table 4."""
    for sigma in product((True, False), (True, False), (True, False), (1, 2, 3)):
        yield SearchSpace(*sigma)
