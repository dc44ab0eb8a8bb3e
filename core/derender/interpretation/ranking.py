"""Joint ranking (Eq. 7): readings and their neighbours, each with its best program, by likelihood × proposal × prior over programs.

`interpret` is an iterator: the first answer comes within a short time, with whatever is proven of it by then; the second, where
there is one, after the rest was tried and the unproven programs were searched for longer. A caller may stop after either.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from derender.interpretation.contenders import Contenders, Entry, InterpretSettings
from derender.interpretation.corrections import corrections
from derender.interpretation.evidence import Candidate, Observation
from derender.interpretation.frames import Framing
from derender.interpretation.prior import ProgramPrior
from derender.interpretation.programs import Programs
from derender.interpretation.values import Correction, Interpretation, LogScore


@dataclass(frozen=True, slots=True)
class Answer:
    """Interpretations, best first, and whether nothing better founded follows."""

    interpretations: tuple[Interpretation, ...]
    is_final: bool


def interpret(
    readings: Sequence[Candidate],
    observation: Observation,
    framing: Framing,
    prior: ProgramPrior,
    *,
    top: int,
    timeout: float,
    none: float = 0.0,
    settings: InterpretSettings | None = None,
    should_stop: Callable[[], bool] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Iterator[Answer]:
    """The `top` best interpretations, best first; then, where programs were unproven or the time was too short, once more
    after the repairs that were not tried and up to 2.5 `timeout` seconds.

    `readings`: best first, on the lattice that the picture was read on; none of them give one empty answer. `none` is the reader's
    probability that no reading is right.
    """
    settings = settings or InterpretSettings()
    stopped = should_stop or _never
    contenders = Contenders(readings, observation, framing, Programs(prior, should_stop, clock), settings, stopped)
    if not contenders.entries:
        yield Answer((), True)
        return
    # How many are shown must not tell which is the best: as many compete for programs in any case.
    searched = max(top, settings.searched)
    contenders.search_readings(searched)
    contenders.repair()
    contenders.polish(searched)
    is_complete = not contenders.is_late
    found = _interpretations(contenders, top, none)
    is_final = stopped() or (is_complete and all(i.optimal for i in found))
    yield Answer(found, is_final)
    if is_final:
        return
    contenders.take_time()
    contenders.repair()
    contenders.polish(searched)
    contenders.refine(searched, timeout)
    yield Answer(_interpretations(contenders, top, none), True)


def _never() -> bool:
    """Nobody asks for an end."""
    return False


def _interpretations(contenders: Contenders, top: int, none: float) -> tuple[Interpretation, ...]:
    """The `top` best interpretations, the first with its corrections."""
    ordered = contenders.ordered()
    best = contenders.log_score(ordered[0])
    weights = [math.exp(contenders.log_score(entry) - best) for entry in ordered]
    total = math.fsum(weights)
    shares = [(entry, weight / total) for entry, weight in zip(ordered, weights, strict=True)]
    return tuple(
        _interpretation(contenders, entry, share, _confidences(entry, shares, none), _overruled(contenders, entry) if rank == 0 else ())
        for rank, (entry, share) in enumerate(shares[:top])
    )


def _interpretation(
    contenders: Contenders, entry: Entry, probability: float, confidences: tuple[float, ...], overruled: tuple[Correction, ...]
) -> Interpretation:
    spec, programs = entry.frame.told, contenders.programs
    known = programs.best(spec)
    score = LogScore(entry.evidence.likelihood, entry.evidence.proposal, programs.log_prior(spec))
    figure = (spec, known.program, known.cost_thirds, known.optimal)
    return Interpretation(*figure, probability, confidences, score, entry.frame.lattice, overruled)


def _confidences(entry: Entry, shares: Sequence[tuple[Entry, float]], none: float) -> tuple[float, ...]:
    """For each command of a spec, in its order, the probability of all that have it, and its even chance where no reading is right.

    Told and read commands come in one order: a frame shifts and scales.
    """
    certain = (math.fsum(share for other, share in shares if command in other.frame.read) for command in entry.frame.read)
    return tuple(min(1.0, (1 - none) * share + 0.5 * none) for share in certain)


def _overruled(contenders: Contenders, entry: Entry) -> tuple[Correction, ...]:
    """Where an interpretation differs from the reader's own best reading."""
    if contenders.own is None or entry is contenders.own:
        return ()
    return corrections(
        contenders.own.frame.read, entry.frame, contenders.observation, contenders.framing, contenders.programs, contenders.settings.likened
    )
