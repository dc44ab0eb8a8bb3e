"""Beam search over specs: the network alone, command by command (Section 2)."""

from __future__ import annotations

from derender.paper.decoding import likeliest
from derender.paper.sight import Sight
from derender.spec import Spec

MOST_COMMANDS = 80
"""Commands after which a spec is not continued any more."""


def beam_search(sight: Sight, width: int) -> list[tuple[Spec, float]]:
    """The likeliest specs that are found and log P[S | I] (Eq. 2), best first: at most `width` unfinished ones are continued at a time.

    A command that is drawn already is not drawn again: the canvas would not change.
    """
    unfinished, finished = {Spec(): 0.0}, dict[Spec, float]()
    for _ in range(MOST_COMMANDS):
        longer: dict[Spec, float] = {}
        told = likeliest(sight.tokens, sight.features(list(unfinished)), width)
        for (spec, before), answers in zip(unfinished.items(), told, strict=True):
            for command, log_probability in answers:
                total = before + log_probability
                if command is None:
                    finished[spec] = max(total, finished.get(spec, total))
                elif command not in spec:
                    child = spec | Spec([command])
                    longer[child] = max(total, longer.get(child, total))
        least = sorted(finished.values(), reverse=True)[width - 1] if len(finished) >= width else -float("inf")
        ordered = sorted(((s, p) for s, p in longer.items() if p > least), key=lambda found: -found[1])
        unfinished = dict(ordered[:width])
        if not unfinished:
            break
    return sorted(finished.items(), key=lambda found: -found[1])
