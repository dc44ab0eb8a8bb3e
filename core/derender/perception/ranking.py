"""Which candidate is the drawing: scores of specs, and probabilities that mean what they say.

Every candidate has six measurements: the proposal's log odds, the ink that it leaves unexplained and the strokes that it draws
where there is no ink (in cells of stroke), the learned likelihood's missing and spurious commands (A.3), and how much in it nobody could
tell. Their weighted sum is the log of likelihood × proposal, the sampler's target; the weights are fitted on simulated drawings by maximum
likelihood, together with the probability that no candidate is right, and are kept with the reader's weights.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derender.perception.fitted import Fitted
from derender.perception.proposals import Group
from derender.spec import Spec


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against a spec: log odds in nats, lengths of stroke in cells, expected counts of commands, a count of
    what nobody could tell (`ambiguity`)."""

    proposal: float
    unexplained: float
    unsupported: float
    missing: float
    spurious: float
    ambiguous: float


@dataclass(frozen=True, slots=True)
class Weights(Fitted):
    """Nats for each unit of `Evidence`, and for 'none of the candidates' against the best one."""

    proposal: float = 0.6
    unexplained: float = 2.0
    unsupported: float = 2.0
    missing: float = 2.0
    spurious: float = 2.0
    ambiguous: float = 2.0
    """A judgement: people avoid what nobody could tell, but not always."""
    none: float = -3.0
    none_by_doubt: float = 0.5
    """For each doubtful command: the sum over all candidates of their probability to be wrong either way."""
    none_by_difference: float = 1.0
    """For each command that the learned likelihood misses in the best candidate, or finds too many."""
    right_otherwise: float = 0.5
    """The probability that a command of a candidate is right where none of the candidates is right as a whole; no logarithm."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with log likelihood and log proposal (up to constants common to a drawing) and its probability."""

    spec: Spec
    likelihood: float
    proposal: float
    probability: float


def log_likelihood(evidence: Evidence, weights: Weights) -> float:
    """log L(ink | rendering), up to a constant."""
    return -(
        weights.unexplained * evidence.unexplained
        + weights.unsupported * evidence.unsupported
        + weights.missing * evidence.missing
        + weights.spurious * evidence.spurious
    )


def log_proposal(evidence: Evidence, weights: Weights) -> float:
    """log of the proposal, up to a constant: commands are likely or not each on its own, but together no drawing that people avoid."""
    return weights.proposal * evidence.proposal - weights.ambiguous * evidence.ambiguous


def rank(candidates: Mapping[Spec, Evidence], doubt: float, weights: Weights) -> tuple[Ranked, ...]:
    """Candidates by probability, the greatest first; the probabilities and that of 'none of them' add up to one.

    `doubt`: see `doubt_of`.
    """
    scored = [(s, log_likelihood(e, weights), log_proposal(e, weights), e) for s, e in candidates.items()]
    scored.sort(key=lambda c: -(c[1] + c[2]))
    best = scored[0][1] + scored[0][2]
    none = none_score(scored[0][3], doubt, weights)
    parts = [math.exp(max(-700.0, likelihood + proposal - best)) for _, likelihood, proposal, _ in scored]
    total = math.fsum(parts) + math.exp(min(60.0, none))
    return tuple(Ranked(s, likelihood, proposal, part / total) for (s, likelihood, proposal, _), part in zip(scored, parts, strict=True))


def none_score(best: Evidence, doubt: float, weights: Weights) -> float:
    """log odds of 'none of the candidates' against the best one."""
    return weights.none + weights.none_by_doubt * doubt + weights.none_by_difference * (best.missing + best.spurious)


def doubt_of(proposals: Sequence[Group]) -> float:
    """The expected number of wrong decisions if every group is decided for its likeliest alternative."""
    return math.fsum(1 - max(group.nothing, *(c.probability for c in group.choices)) for group in proposals)


def confidences(spec: Spec, ranked: Sequence[Ranked], weights: Weights) -> tuple[float, ...]:
    """For each command of `spec` the probability of all candidates that have it, and its chance where none is right."""
    none = max(0.0, 1 - math.fsum(r.probability for r in ranked))
    return tuple(min(1.0, math.fsum(r.probability for r in ranked if c in r.spec) + weights.right_otherwise * none) for c in spec)
