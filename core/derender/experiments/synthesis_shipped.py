"""The shipped policy beside equal shares and the whole problem at once: searches that are run, on specs that no corpus has."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

from derender.experiments.study import Table
from derender.policy.times import SpaceTimes, policy_times, search_times
from derender.spec import Spec
from derender.synthesis.policy import UNIFORM, load_policy
from derender.synthesis.search_space import FULL

ROUNDS = 2
"""How often each search is run, in turns with the others; the shorter time counts."""

Trial = dict[str, tuple[float, float]]
"""By method the seconds to the least cost that any has found, and to the proof; time that is up counts as the limit."""


def trial(spec: Spec, limit: float) -> Trial:
    """Each method on one spec."""
    shipped = load_policy()
    methods: dict[str, Callable[[], SpaceTimes]] = {
        "whole problem at once": lambda: search_times(spec, FULL, limit, time.thread_time),
        "equal shares": lambda: policy_times(spec, UNIFORM, limit),
        "shipped policy": lambda: policy_times(spec, shipped, limit),
    }
    runs = [{name: method() for name, method in methods.items()} for _ in range(ROUNDS)]
    least = min(times.thirds for one in runs for times in one.values())
    return {
        name: (
            min(limit if (until := one[name].until(least)) is None else until for one in runs),
            min(one[name].seconds if one[name].finished else limit for one in runs),
        )
        for name in methods
    }


def table(title: str, trials: Sequence[Trial]) -> Table:
    """For each method the median, the 95th percentile and the mean of both times, in ms."""
    rows = []
    for name in trials[0]:
        cells = [f"{1000 * value:.1f}" for number in (0, 1) for value in _summary([one[name][number] for one in trials])]
        rows.append((name, *cells))
    head = ("method", "least cost: median ms", "95th percentile", "mean", "proof: median ms", "95th percentile", "mean")
    return Table(head, tuple(rows), title)


def _summary(seconds: Sequence[float]) -> tuple[float, float, float]:
    ordered = sorted(seconds)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], statistics.fmean(ordered)
