"""The search of one search space by the Sketch tool, in steps like the native engine's, and a search by the tool alone.

A step lets the tool work for a while and takes up what it printed. What the tool finds is a program of least cost within its table
only, so nothing is proven by it. The tool solves a problem whole; searches piece by piece are the native engine's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from derender.errors import OptionError
from derender.language.cost import cost_thirds
from derender.language.program import Program
from derender.spec import Spec
from derender.synthesis.elements import elements_of
from derender.synthesis.engine import Synthesis, run, verified
from derender.synthesis.known import Known
from derender.synthesis.nodes import Tables, no_nodes
from derender.synthesis.policy import SPACES
from derender.synthesis.search_space import FULL, SearchSpace
from derender.synthesis.sketch_encoding import Encoding, table_of
from derender.synthesis.sketch_tool import ToolRun, require_tool

STEP_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class WrittenProgram:
    """A program that the tool wrote, and its cost."""

    written: Program
    thirds: int

    def program(self) -> Program:
        """The program itself."""
        return self.written


class SketchSearch:
    """The tool's search of one space; iterate it for its steps, close the iterator to end the tool; `known` may be shared."""

    def __init__(self, spec: Spec, space: SearchSpace, known: Known, should_stop: Callable[[], bool]) -> None:
        """Raises `OptionError` where the tool is not installed or the spec holds what a sketch cannot say."""
        self.space = space
        self.known = known
        self.complaint: str | None = None
        """Says how the tool ended where it did so by itself without a program; every spec has one, so something was wrong."""
        self._encoding = Encoding(spec, table_of(spec, space))
        require_tool()
        self._should_stop = should_stop

    def __iter__(self) -> Iterator[None]:
        """Runs the tool to its end."""
        with ToolRun(self._encoding) as tool:
            has_more, has_found = True, False
            while has_more:
                has_more = tool.go_on(STEP_SECONDS, self._should_stop)
                for program in filter(self.space.holds, tool.programs()):
                    has_found = True
                    self.known.offer(WrittenProgram(program, cost_thirds(program)))
                if not has_more and not has_found:
                    self.complaint = f"the Sketch tool ended without a program ({tool.complaint()}); use --engine native"
                yield


def sketch_searches(tables: Tables, known: Known, should_stop: Callable[[], bool]) -> list[SketchSearch]:
    """The tool's search of every space that it can search. Tools that wait for their turn are held up, but keep their memory."""
    spec = Spec(tables.elements.commands)
    return [SketchSearch(spec, space, known, should_stop) for space in SPACES if not space.incremental]


def synthesize_with_sketch(spec: Spec, *, timeout: float = 3600.0, should_stop: Callable[[], bool] | None = None) -> Synthesis:
    """The cheapest program for `spec` that the Sketch tool finds within `timeout` seconds, or the one that writes the spec out.

    Raises `OptionError` where the tool is not installed or ends without a program, or the spec holds what the sketch cannot say.
    """
    started = time.perf_counter()

    def stopped() -> bool:
        return time.perf_counter() - started >= timeout or (should_stop is not None and should_stop())

    known = Known.of(no_nodes(elements_of(spec)))
    if len(spec):
        search = SketchSearch(spec, FULL, known, stopped)
        run(search, stopped)
        if search.complaint is not None:
            raise OptionError(search.complaint)
    return verified(spec, known.incumbent, known.lower_bound, time.perf_counter() - started, FULL)
