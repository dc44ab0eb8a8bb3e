"""`derender synthesize`: from a spec to the shortest program, by the engine that is chosen."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from derender.cli_files import print_json, read_spec
from derender.cli_options import Json, say
from derender.errors import OptionError

if TYPE_CHECKING:
    from derender.spec import Spec
    from derender.synthesis import Synthesis


class Engine(StrEnum):
    """Which synthesizer searches."""

    native = "native"
    sketch = "sketch"
    both = "both"


class Policy(StrEnum):
    """How the time is shared among search spaces."""

    none = "none"
    uniform = "uniform"
    learned = "learned"


def synthesize(
    spec: Annotated[Path, typer.Argument(help="A JSON list of drawing commands; - reads standard input.")],
    engine: Annotated[
        Engine, typer.Option(help="Derender's own search, the Sketch tool where it is installed, or both, by a policy.")
    ] = Engine.native,
    timeout: Annotated[float, typer.Option(help="Seconds before the best program so far is taken.")] = 20.0,
    programs: Annotated[int, typer.Option(help="Up to so many programs of other structure, none a statement dearer than the best.")] = 1,
    policy: Annotated[
        Policy, typer.Option(help="All programs at once (soonest proof), or time shared among 24 search spaces (learned: soonest program).")
    ] = Policy.none,
    as_json: Json = False,
) -> None:
    """Find the shortest program that draws a spec."""
    if not timeout > 0:
        raise OptionError(f"the time limit must be a positive number of seconds, not {timeout}")
    if not 1 <= programs <= 100:
        raise OptionError(f"the number of programs must lie between 1 and 100, not {programs}")
    if programs > 1 and (engine is not Engine.native or policy is not Policy.none):
        raise OptionError("several programs are found by the native engine without a policy: leave out --engine and --policy")
    if engine is Engine.both and policy is Policy.none:
        raise OptionError("both engines share the time by a policy: add --policy learned or --policy uniform")
    problem = read_spec(spec)
    from derender import synthesis

    if policy is not Policy.none:
        found: tuple[Synthesis, ...] = (_by_policy(problem, engine, policy, timeout),)
    elif engine is Engine.sketch:
        from derender.synthesis.sketch_search import synthesize_with_sketch

        found = (synthesize_with_sketch(problem, timeout=timeout),)
    elif programs > 1:
        found = synthesis.alternatives(problem, most=programs, timeout=timeout)
    else:
        found = (synthesis.synthesize(problem, timeout=timeout),)
    if as_json:
        more = {"alternatives": [_to_json(one) for one in found[1:]]} if programs > 1 else {}
        print_json({**_to_json(found[0]), **more})
        return
    from derender import report

    for one in found:
        report.show_synthesis(one)
    if len(found) < programs:
        say(f"No more programs within a statement of the best were found in {timeout:g} s.", aside=True)


def _by_policy(spec: Spec, engine: Engine, policy: Policy, timeout: float) -> Synthesis:
    from derender.synthesis.bias_optimal import Searches, native_searches, synthesize_by_policy
    from derender.synthesis.policy import UNIFORM, load_policy
    from derender.synthesis.sketch_search import sketch_searches

    native, sketch = (native_searches,), (sketch_searches,)
    engines: dict[Engine, tuple[Searches, ...]] = {Engine.native: native, Engine.sketch: sketch, Engine.both: (*native, *sketch)}
    shares = UNIFORM if policy is Policy.uniform else load_policy()
    return synthesize_by_policy(spec, shares, engines=engines[engine], timeout=timeout)


def _to_json(found: Synthesis) -> dict[str, Any]:
    from derender.language.text import pretty

    return {
        "program": pretty(found.program),
        "cost_thirds": found.cost_thirds,
        "optimal": found.optimal,
        "seconds": round(found.seconds, 5),
        "search_space": str(found.search_space),
    }
