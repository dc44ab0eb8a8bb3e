"""Promises of the covering search and of the bounds that the search over headers rests on."""

from __future__ import annotations

import gc
import weakref

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from strategies import specs

from derender.spec import Circle, Rectangle, Spec
from derender.synthesis.choices import Catalogue
from derender.synthesis.cover import CoverProblem
from derender.synthesis.elements import elements_of
from derender.synthesis.nodes import TOP, Nodes, Tables, nodes_of
from derender.synthesis.search import HeaderSearch
from derender.synthesis.search_space import FULL
from derender.synthesis.steps import finish

ROWS = Spec([Circle(3 * x, y) for x in range(3) for y in (0, 5)] + [Rectangle(3 * x, 8, 3 * x + 1, 9) for x in range(2)])


def never() -> bool:
    return False


def problem(nodes: Nodes, *headers: int) -> CoverProblem:
    largest = np.maximum.reduce(
        [nodes.nodes[header].reach(len(nodes.elements)) for header in headers] or [np.ones(len(nodes.elements), dtype=np.int64)]
    )
    return CoverProblem(nodes, Catalogue(nodes), frozenset(headers), 1.0 / largest)


def loop_of(nodes: Nodes, turns: int) -> int:
    """The number of the outermost loop of so many turns."""
    return next(n for n, node in enumerate(nodes.nodes) if node.parent == TOP and getattr(node.header, "constant", 0) == turns)


@given(specs(max_size=6))
def test_without_headers_each_element_is_a_statement(spec: Spec) -> None:
    nodes = finish(nodes_of(Tables(elements_of(spec)), FULL), never)
    cover = problem(nodes).solve(3 * len(spec), never)
    assert cover is not None
    assert cover.thirds == 3 * len(spec)
    assert len(cover.choices) == len(spec)


def test_a_loop_draws_its_rows_in_one_statement_each() -> None:
    nodes = finish(nodes_of(Tables(elements_of(ROWS)), FULL), never)
    cover = problem(nodes, loop_of(nodes, 3)).solve(100, never)
    assert cover is not None
    assert len(cover.choices) == 3, "two rows of circles, and the rectangles under the loop's test"
    assert cover.thirds == 9


def test_a_budget_is_kept_to() -> None:
    nodes = finish(nodes_of(Tables(elements_of(ROWS)), FULL), never)
    assert problem(nodes, loop_of(nodes, 3)).solve(8, never) is None


@given(specs(max_size=12).filter(len), st.integers(1, 60))
def test_a_cover_found_in_few_steps_draws_everything_and_costs_no_less_than_the_least(spec: Spec, steps: int) -> None:
    nodes = finish(nodes_of(Tables(elements_of(spec)), FULL), never)
    covering = problem(nodes)
    least, found = covering.solve(3 * len(spec), never), covering.solve(3 * len(spec), never, steps)
    assert least is not None
    if found is not None:
        assert found.thirds >= least.thirds
        assert {e for choice in found.choices for e in range(len(spec)) if choice.mask >> e & 1} == set(range(len(spec)))


def test_a_search_leaves_nothing_behind_that_only_a_collection_of_cycles_could_free() -> None:
    nodes = finish(nodes_of(Tables(elements_of(ROWS)), FULL), never)
    searched = problem(nodes, loop_of(nodes, 3))
    gone = weakref.ref(searched)
    gc.disable()
    try:
        assert searched.solve(100, never) is not None
        del searched
        assert gone() is None
    finally:
        gc.enable()


@given(specs(max_size=6), st.integers(1, 40))
def test_covers_with_headers_draw_everything(spec: Spec, steps: int) -> None:
    nodes = finish(nodes_of(Tables(elements_of(spec)), FULL), never)
    for header in range(len(nodes.nodes)):
        covering = problem(nodes, *({header, nodes.nodes[header].parent} - {TOP}))
        for cover in (covering.solve(3 * len(spec) + 3, never, steps), covering.solve(3 * len(spec) + 3, never)):
            if cover is not None:
                drawn = 0
                for choice in cover.choices:
                    drawn |= choice.mask
                assert drawn == (1 << len(spec)) - 1


@given(specs(max_size=6))
def test_bounds_only_rise_and_incumbents_only_fall(spec: Spec) -> None:
    search = HeaderSearch(finish(nodes_of(Tables(elements_of(spec)), FULL), never), never).search_all()
    bound, thirds = 0, search.known.incumbent.thirds
    for _ in search:
        assert bound <= search.lower_bound
        assert search.lower_bound <= search.known.incumbent.thirds <= thirds
        bound, thirds = search.lower_bound, search.known.incumbent.thirds
    assert search.lower_bound == search.known.incumbent.thirds
