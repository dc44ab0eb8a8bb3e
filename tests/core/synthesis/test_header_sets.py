"""Promises of the sets of headers that a sweep looks at first."""

from __future__ import annotations

from hypothesis import given, settings
from strategies import specs

from derender.policy.planted import planted
from derender.spec import Spec
from derender.synthesis.elements import elements_of
from derender.synthesis.header_sets import HeaderSets
from derender.synthesis.known import Known
from derender.synthesis.nodes import TOP, Nodes, Tables, nodes_of
from derender.synthesis.search import HeaderSearch
from derender.synthesis.search_space import FULL
from derender.synthesis.steps import finish


def never() -> bool:
    return False


def all_nodes(spec: Spec) -> Nodes:
    return finish(nodes_of(Tables(elements_of(spec)), FULL), never)


@settings(max_examples=40)
@given(specs(max_size=10))
def test_sets_hold_their_headers_parents_are_met_once_and_cost_what_their_headers_cost(spec: Spec) -> None:
    nodes = all_nodes(spec)
    sets = finish(HeaderSets(nodes, never).promising(10), never)
    assert len({chosen.headers for chosen in sets}) == len(sets)
    for chosen in sets:
        assert {nodes.nodes[header].parent for header in chosen.headers} - {TOP} <= chosen.headers
        assert chosen.thirds == sum(nodes.nodes[header].header.thirds for header in chosen.headers)


def test_a_sweep_alone_finds_what_was_planted_or_better() -> None:
    for family in ("grid", "triangle", "layered network"):
        case = planted(family, 20, seed=1)
        nodes = all_nodes(case.spec)
        search = HeaderSearch(nodes, never, Known.of(nodes))
        for _ in search.sweep():
            pass
        assert search.known.incumbent.thirds <= case.thirds
