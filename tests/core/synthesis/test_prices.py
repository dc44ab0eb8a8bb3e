"""Promises of prices: what they add up to is a lower bound on the statements of any cover."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from strategies import specs

from derender.policy.planted import FAMILIES, planted
from derender.spec import Spec
from derender.synthesis.choices import Catalogue
from derender.synthesis.cover import CoverProblem
from derender.synthesis.elements import elements_of
from derender.synthesis.header_sets import HeaderSets
from derender.synthesis.nodes import Nodes, Tables, nodes_of
from derender.synthesis.prices import Pricing
from derender.synthesis.search_space import FULL
from derender.synthesis.steps import finish

TOLERANCE = 1e-6


def never() -> bool:
    return False


def check(nodes: Nodes, most: int, *, solved: bool) -> None:
    sets = HeaderSets(nodes, never)
    for chosen in finish(sets.promising(most), never)[:most]:
        raised = Pricing(nodes).raised(chosen.headers, chosen.shares)
        assert (raised >= chosen.shares - TOLERANCE).all()
        assert (raised <= 1 + TOLERANCE).all()
        for header in chosen.headers:
            for slot in nodes.nodes[header].slots:
                assert (slot.family.leaves.covers @ raised <= 1 + TOLERANCE).all(), "no statement draws for more than 1"
        if solved:
            cover = CoverProblem(nodes, Catalogue(nodes), chosen.headers, raised).solve(3 * len(nodes.elements) + 9, never)
            plain = CoverProblem(nodes, Catalogue(nodes), chosen.headers, chosen.shares).solve(3 * len(nodes.elements) + 9, never)
            assert (None if cover is None else cover.thirds) == (None if plain is None else plain.thirds)
            if cover is not None:
                assert raised.sum() <= len(cover.choices) + TOLERANCE


@given(specs(max_size=8).filter(len))
def test_no_cover_has_fewer_statements_than_the_prices_add_up_to(spec: Spec) -> None:
    check(finish(nodes_of(Tables(elements_of(spec)), FULL), never), 8, solved=True)


@given(st.sampled_from(sorted(FAMILIES)), st.integers(0, 50))
def test_no_statement_of_a_larger_figure_draws_for_more_than_its_price(family: str, seed: int) -> None:
    check(finish(nodes_of(Tables(elements_of(planted(family, 20, seed, irregular=0.1).spec)), FULL), never), 4, solved=False)
