"""Programs of many specs within a time: each searched once, unproven ones searched again when there is more time."""

from __future__ import annotations

import time
from collections.abc import Callable

from derender.interpretation.features import features
from derender.interpretation.prior import ProgramPrior
from derender.spec import Spec
from derender.synthesis import Synthesis, redraft, synthesize

_SMALL = 6
"""Commands."""


class Programs:
    """The best programs known of specs; `should_stop` ends every search early, `clock` tells the seconds."""

    def __init__(
        self, prior: ProgramPrior, should_stop: Callable[[], bool] | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._prior = prior
        self.clock = clock
        self._should_stop = should_stop
        self._known: dict[Spec, Synthesis] = {}
        self._priors: dict[Spec, float] = {}

    def best(self, spec: Spec) -> Synthesis:
        """The best program known of a spec that some search has found one for."""
        return self._known[spec]

    def search(self, spec: Spec, timeout: float) -> Synthesis:
        """Searches for `timeout` seconds, unless the best program is known already; never ends up with a worse one."""
        known = self._known.get(spec)
        if known is None or not known.optimal:
            self._take(spec, synthesize(spec, should_stop=self._deadline(timeout)))
        return self._known[spec]

    def liken(self, spec: Spec, other: Spec, timeout: float) -> Synthesis:
        """Looks for a program with the structure of the one known of `other`, a spec much like it; much quicker than a search.

        What is small is searched from scratch, which takes no longer.
        """
        known = self._known.get(spec)
        if len(spec) <= _SMALL:
            return self.search(spec, timeout)
        if known is None or not known.optimal:
            self._take(spec, redraft(spec, self._known[other], should_stop=self._deadline(timeout)))
        return self._known[spec]

    def _take(self, spec: Spec, found: Synthesis) -> None:
        known = self._known.get(spec)
        if known is None or (found.cost_thirds, not found.optimal) < (known.cost_thirds, True):
            self._known[spec] = found
            self._priors[spec] = self._prior.log(features(found.program, spec))

    def _deadline(self, timeout: float) -> Callable[[], bool]:
        end = self.clock() + timeout
        return lambda: self.clock() >= end or (self._should_stop is not None and self._should_stop())

    def knows(self, spec: Spec) -> bool:
        """Whether some program of `spec` is known."""
        return spec in self._known

    def log_prior(self, spec: Spec) -> float:
        """log P_β of the best program known."""
        return self._priors[spec]

    def doubt(self, spec: Spec) -> float:
        """Nats by which log P_β may still rise, should there be a program as cheap as is not excluded yet."""
        known = self._known[spec]
        return 0.0 if known.optimal else max(0.0, -self._prior.of("cost")) * (known.cost_thirds - known.lower_bound_thirds) / 3
