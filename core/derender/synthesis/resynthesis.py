"""Synthesis of a spec that has changed a little since its last program: an editor reads a photograph again, an author adds a box.

Most of the last program's headers still fit, so a cover with those comes first: where commands are added it is nearly always as good as
what a search from scratch finds. Commands taken away or moved call for new structure: two boxes taken out of a grid leave triangles
that the grid's loops cannot draw. So where the last program's headers do not hold, a draft is made with headers a turn longer or
shorter, and the most promising sets of headers are swept; where they hold, few of them.
What is proven of the last program is used where it can be: a spec with commands taken away needs at most a command each less.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Literal

from derender.language.execute import Budget, execute
from derender.language.program import For, If, Reflect, Statement
from derender.language.tree import walk
from derender.spec import Command, Spec
from derender.synthesis.contexts import Loop
from derender.synthesis.cover import COMMAND_THIRDS
from derender.synthesis.draft import Drafts
from derender.synthesis.elements import Elements, Reflection, Stopped, elements_of, reflections_of
from derender.synthesis.engine import Synthesis, run, verified
from derender.synthesis.focus import no_pairs, promising_pairs
from derender.synthesis.focused_nodes import Selection
from derender.synthesis.known import Incumbent, Known
from derender.synthesis.leaves import Progressions
from derender.synthesis.mirrors import Mirrors, strongest
from derender.synthesis.nodes import Nodes, Tables, no_nodes, nodes_of, within_reach
from derender.synthesis.readback import nodes_in
from derender.synthesis.search import FEW_IN_VAIN, NARROW, HeaderSearch

NEW_REFLECTIONS = 3
"""Reflections that are tried beside the last program's: a figure that moved has others."""

LOOKED_IN_VAIN = 16
LOOKED_WIDTH = 24
LOOKED_STEPS = 3000
"""Nothing comes after these sweeps, so they look further than the first of a search that proves: sets of headers in vain, the width of
the beam, steps for the best set."""


def resynthesize(
    spec: Spec,
    previous: Synthesis,
    *,
    timeout: float | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Synthesis:
    """A good program for `spec`, a spec much like the one that `previous` draws, within `timeout` seconds or until `should_stop`.

    The program was run and judged. It is `optimal` where the proof of `previous` says so; to prove more, `synthesize`.
    """
    started = time.perf_counter()
    stopped = _deadline(started, timeout, should_stop)
    elements = elements_of(spec)
    known = Known.of(no_nodes(elements))
    drawn = _drawn(spec, previous)
    bound = _proven(spec, previous, drawn)
    if within_reach(elements):
        run(_swept(elements, previous, known, bound, len(set(spec) - drawn), stopped), stopped)
    else:
        known.offer(_drafted(elements, previous, stopped))
    return verified(spec, known.incumbent, bound, time.perf_counter() - started, previous.search_space)


def redraft(
    spec: Spec,
    previous: Synthesis,
    *,
    timeout: float | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Synthesis:
    """The program of the draft alone, in a fraction of the time: with the headers of `previous` or headers much like them."""
    started = time.perf_counter()
    draft = _drafted(elements_of(spec), previous, _deadline(started, timeout, should_stop))
    return verified(spec, draft, _proven(spec, previous, _drawn(spec, previous)), time.perf_counter() - started, previous.search_space)


def _deadline(started: float, timeout: float | None, should_stop: Callable[[], bool] | None) -> Callable[[], bool]:
    """Whether the time is up, or somebody asks for an end."""
    return lambda: (timeout is not None and time.perf_counter() - started >= timeout) or (should_stop is not None and should_stop())


def _drafted(elements: Elements, previous: Synthesis, stopped: Callable[[], bool]) -> Incumbent:
    drafts = Drafts(_familiar_nodes(elements, previous, stopped), stopped)
    with suppress(Stopped):
        for _ in drafts.steps():
            pass
    return drafts.incumbent()


def _swept(elements: Elements, previous: Synthesis, known: Known, bound: int, added: int, stopped: Callable[[], bool]) -> Iterator[None]:
    """Offers what the last program's headers lead to, and the most promising sets of headers."""
    tables = Tables(elements)
    nodes = yield from nodes_of(tables, previous.search_space)
    search = HeaderSearch(nodes, stopped, known)
    search.recall(nodes_in(nodes, previous.program))
    yield
    holds = known.incumbent.thirds <= previous.cost_thirds + COMMAND_THIRDS * added
    if not holds:
        drafts = Drafts(_familiar_nodes(elements, previous, stopped, tables.progressions), stopped)
        yield from itertools.islice(drafts.steps(), 1)
        known.offer(drafts.incumbent())
    if bound < known.incumbent.thirds:
        if holds:
            yield from search.sweep(FEW_IN_VAIN, NARROW, LOOKED_STEPS)
        else:
            yield from search.sweep(LOOKED_IN_VAIN, LOOKED_WIDTH, LOOKED_STEPS)


def _drawn(spec: Spec, previous: Synthesis) -> set[Command]:
    """What the last program draws; a spec much larger than the new one is no spec that changed a little."""
    size = 100 * (len(spec) + 1) ** 2
    return set(execute(previous.program, Budget(commands=size, turns=size)))


def _proven(spec: Spec, previous: Synthesis, drawn: set[Command]) -> int:
    """What any program for the spec costs at least, by what is proven of a spec that holds it."""
    gone = drawn - set(spec)
    return previous.lower_bound_thirds - COMMAND_THIRDS * len(gone) if set(spec) <= drawn else 0


def _familiar_nodes(
    elements: Elements, previous: Synthesis, stopped: Callable[[], bool], progressions: Progressions | None = None
) -> Nodes:
    """The headers of the last program, and those a turn longer or shorter; none where it is told to stop."""
    try:
        if progressions is None:
            progressions = Progressions(elements, None if within_reach(elements) else promising_pairs(elements, stopped))
    except Stopped:
        return Nodes(elements, (), Progressions(elements, no_pairs()), False)
    statements = list(walk(previous.program.statements))
    loops = [statement.bound for statement in statements if isinstance(statement, For)]
    turns = sorted({turn for bound in loops if bound.variable is None for turn in _around(bound.constant)})
    known_inner = list(_nested_loops(previous.program.statements))

    def inner(outer: int) -> Iterator[tuple[Loop, bool]]:
        for length, loop, tested in known_inner:
            if abs(length - outer) <= 1:
                for constant in (loop.constant - 1, loop.constant, loop.constant + 1):
                    if loop.coefficient or constant >= 2:
                        yield Loop(constant, loop.coefficient), tested

    known = {(statement.axis, statement.position) for statement in statements if isinstance(statement, Reflect)}
    mirrors = Mirrors(elements, _reflections(elements, known)) if known else None
    selection = Selection(progressions, mirrors, turns, inner, previous.search_space.depth >= 3)
    complete = not any(stopped() for _ in selection.steps())
    return Nodes(elements, tuple(selection.nodes) if complete else (), progressions, False)


def _around(turns: int) -> range:
    return range(max(2, turns - 1), turns + 2)


def _nested_loops(statements: tuple[Statement, ...]) -> Iterator[tuple[int, Loop, bool]]:
    """For each loop in a loop the outer one's turns, the loop, and whether it stands under the outer one's test."""
    for statement in statements:
        if isinstance(statement, For):
            for inside in statement.body:
                tested = isinstance(inside, If)
                for loop in inside.body if isinstance(inside, If) else (inside,):
                    if isinstance(loop, For):
                        yield statement.bound.constant, Loop(loop.bound.constant, loop.bound.coefficient), tested


def _reflections(elements: Elements, known: set[tuple[Literal["x", "y"], int]]) -> list[Reflection]:
    found = {(reflection.axis, reflection.position): reflection for reflection in reflections_of(elements)}
    chosen = {key: found[key] for key in sorted(known) if key in found}
    chosen.update({(reflection.axis, reflection.position): reflection for reflection in strongest(found.values(), NEW_REFLECTIONS)})
    return list(chosen.values())
