"""Policies and baselines of synthesis on the same specs in the same run (the paper's Table 5 and Figure 10), cross-validated."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from derender.cli_options import say
from derender.errors import InputError, OptionError
from derender.experiments.end_to_end import seconds_until_right
from derender.experiments.plots import new_figure
from derender.experiments.synthesis_shipped import table, trial
from derender.policy.corpus import corpus_spec, read_corpus
from derender.policy.deep_coder import learn_deep_coder, sort_and_add_seconds
from derender.policy.learning import PolicySettings, bias_optimal_seconds, learn_policy
from derender.policy.times import SpaceTimes, SpecTimes, measure, policy_times
from derender.report import progress
from derender.spec import Spec
from derender.spec_json import spec_from_json
from derender.synthesis.bias_optimal import Searches, native_searches
from derender.synthesis.policy import COUNTS, UNIFORM, WHOLE, SearchPolicy
from derender.synthesis.sketch_search import sketch_searches, synthesize_with_sketch
from derender.synthesis.sketch_tool import is_installed

HARD = 25
"""Commands from which a spec is called hard."""

HELD_OUT = 1_000_001
"""The seed of the first simulated spec; no corpus has it."""

Seconds = float | None
"""A time, or None where time was up before."""


@dataclass(frozen=True, slots=True)
class Solved:
    """One method on one spec: the seconds until it had a program of the least cost known, and until that was proven."""

    least: Seconds
    proof: Seconds


def main(
    drawings: Annotated[Path | None, typer.Option(help="A folder whose specs.json is synthesized; without it simulated specs.")] = None,
    specs: Annotated[int, typer.Option(help="How many simulated specs.")] = 100,
    measured: Annotated[Path | None, typer.Option("--times", help="Specs and times of synthesis-times, with the same limit.")] = None,
    folds: Annotated[int, typer.Option(help="Parts of the specs; the policy for each is learned from the others.")] = 10,
    limit: Annotated[float, typer.Option(help="Processor seconds for each search; for Sketch seconds.")] = 10.0,
    calculated: Annotated[bool, typer.Option(help="Only calculate what bias-optimal search takes (Eq. 5), do not run it.")] = False,
    end_to_end: Annotated[bool, typer.Option("--end-to-end", help="Also let the end-to-end baseline write programs (A.7.2).")] = False,
    shipped: Annotated[bool, typer.Option("--shipped", help="Only run the shipped policy, equal shares and the whole problem.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Where to write the cumulative plot: .png, .svg or .pdf.")] = None,
) -> None:
    """Seconds to the least cost and to its proof: whole problem, DeepCoder's way, policies, an oracle; Sketch where it is installed."""
    known = read_corpus(measured) if measured else None
    problems = specs_of(drawings) if drawings else [corpus_spec(seed) for seed in range(HELD_OUT, HELD_OUT + specs)]
    problems = [spec for spec in problems if len(spec)]
    if shipped:
        with progress() as bar:
            trials = [(len(spec), trial(spec, limit)) for spec in bar.track(problems, description="policies")]
        for title, least_size in (("all", 1), (f"{HARD} commands and more", HARD)):
            chosen = [one for size, one in trials if size >= least_size]
            if chosen:
                say(table(f"{title}: {len(chosen)} specs, {limit:g} s for each search", chosen).markdown() + "\n")
        return
    count = len(problems if known is None else known)
    if not 2 <= folds <= count:
        raise OptionError(f"{count} specs can be parted into 2 to {count} folds, not {folds}")
    with progress() as bar:
        times = known or [measure(spec, limit) for spec in bar.track(problems, description="every space")]
        solved = list(bar.track(compared(times, folds, limit, not calculated, end_to_end), total=len(times), description="policies"))
    hard = [one for one, timed in zip(solved, times, strict=True) if len(timed.spec) >= HARD]
    say(f"{len(times)} specs, {folds} folds, {limit:g} s for each search.")
    _table(f"all {len(solved)}", solved, limit)
    if 0 < len(hard) < len(solved):
        _table(f"{len(hard)} of {HARD} commands and more", hard, limit)
    if plot is not None:
        plot_cumulative(plot, solved, limit)


def compared(
    times: Sequence[SpecTimes], folds: int, limit: float, run_policies: bool = True, end_to_end: bool = False
) -> Iterator[dict[str, Solved]]:
    """For each spec what each method takes; what is learned is learned from the specs of the other folds."""
    learned = []
    for fold in range(folds):
        others = [one for number, one in enumerate(times) if number % folds != fold]
        by_counts = learn_policy(others, PolicySettings(features=len(COUNTS)))
        learned.append((learn_policy(others), by_counts, learn_deep_coder(others)))
    for number, one in enumerate(times):
        policy, by_counts, deep_coder = learned[number % folds]
        whole = one.spaces[WHOLE]
        methods = {
            "whole problem at once": _solved(whole, one.least_thirds),
            "DeepCoder's sort-and-add": Solved(sort_and_add_seconds(deep_coder, one), None),
            "equal shares, by Eq. 5": Solved(_within(bias_optimal_seconds(UNIFORM, one), limit), None),
            "learned from counts alone, by Eq. 5": Solved(_within(bias_optimal_seconds(by_counts, one), limit), None),
            "learned policy, by Eq. 5": Solved(_within(bias_optimal_seconds(policy, one), limit), None),
            "oracle": Solved(min(seconds for seconds in one.until_least if seconds is not None), None),
        }
        if run_policies:
            methods["equal shares, run"] = solved_by(UNIFORM, one, limit)
            methods["learned policy, run"] = solved_by(policy, one, limit)
        if end_to_end:
            methods["end-to-end"] = Solved(seconds_until_right(one.spec, one.least_thirds, limit), None)
        if is_installed():
            methods["Sketch"] = _by_sketch(one, limit)
            methods["both engines, learned policy"] = solved_by(policy, one, limit, time.perf_counter, (native_searches, sketch_searches))
        yield methods


def solved_by(
    policy: SearchPolicy,
    times: SpecTimes,
    limit: float,
    clock: Callable[[], float] = time.thread_time,
    engines: Sequence[Searches] = (native_searches,),
) -> Solved:
    """Bias-optimal search by a policy, run and not calculated."""
    return _solved(policy_times(times.spec, policy, limit, clock, engines), times.least_thirds)


def _solved(times: SpaceTimes, least: int) -> Solved:
    return Solved(times.until(least), times.seconds if times.finished else None)


def _within(seconds: float, limit: float) -> Seconds:
    return seconds if seconds <= limit else None


def _by_sketch(times: SpecTimes, limit: float) -> Solved:
    try:
        found = synthesize_with_sketch(times.spec, timeout=limit)
    except OptionError:
        # The tool ended without a program, out of memory for instance; or it does not know such commands.
        return Solved(None, None)
    return Solved(found.seconds if found.cost_thirds <= times.least_thirds else None, None)


def specs_of(folder: Path) -> list[Spec]:
    """The specs that a folder's specs.json lists; raises `InputError`."""
    try:
        return [spec_from_json(row["spec"]) for row in json.loads((folder / "specs.json").read_text(encoding="utf-8"))]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder}: there is no specs.json with specs ({error})") from None


def _table(name: str, solved: Sequence[dict[str, Solved]], limit: float) -> None:
    say("")
    say(f"| {name} | least cost: median ms | mean ms | out of time | proof: median ms | mean ms | out of time |")
    say("|---|---|---|---|---|---|---|")
    for method in solved[0]:
        least = figures([one[method].least for one in solved], limit)
        proofs = [one[method].proof for one in solved]
        proof = figures(proofs, limit) if any(seconds is not None for seconds in proofs) else "- | - | -"
        say(f"| {method} | {least} | {proof} |")


def figures(seconds: Sequence[Seconds], limit: float) -> str:
    """Median and mean, a search out of time counted as the limit, and how many were."""
    counted = [limit if one is None else one for one in seconds]
    return f"{1000 * statistics.median(counted):.1f} | {1000 * statistics.fmean(counted):.0f} | {sum(one is None for one in seconds)}"


def plot_cumulative(path: Path, solved: Sequence[dict[str, Solved]], limit: float) -> None:
    """As Figure 10: how many of the specs have a program of the least cost after so long."""
    figure = new_figure(5, 3.5)
    axes = figure.add_subplot()
    for method in solved[0]:
        seconds = sorted(least for one in solved if (least := one[method].least) is not None)
        axes.step([*seconds, limit], [*[(k + 1) / len(solved) for k in range(len(seconds))], len(seconds) / len(solved)], label=method)
    axes.set_xscale("log")
    axes.set_xlabel("processor seconds")
    axes.set_ylabel("specs with a program of the least cost")
    axes.legend()
    figure.savefig(path)
