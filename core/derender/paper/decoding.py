"""From the network's distributions over tokens to drawing commands: the likeliest ones, or samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from derender.paper.sight import Tokens
from derender.paper.tokens import KINDS, SLOTS, STOP, command_of, tokens_of
from derender.spec import Command


class Told(NamedTuple):
    """The next command, or None for STOP, and its log probability."""

    command: Command | None
    log_probability: float


@torch.inference_mode()
def likeliest(network: Tokens, features: Tensor, width: int) -> list[list[Told]]:
    """For each row of features (B, …) STOP, then the `width` likeliest next commands, best first: a beam over tokens of each kind.

    It finds the very best ones of those whose first tokens are among the `width` best.
    """
    kinds = network.kinds(features)
    found: list[list[Told]] = [[] for _ in range(features.shape[0])]

    def narrowed(rows: Tensor, totals: Tensor) -> tuple[Tensor, Tensor]:
        """The best of all continuations (N, values) of the hypotheses of each row: hypothesis and value."""
        kept = []
        for row in range(features.shape[0]):
            (mine,) = torch.nonzero(rows == row, as_tuple=True)
            scores = totals[mine].flatten()
            best = scores.topk(min(width, len(scores))).indices
            best = best[scores[best] > -torch.inf]
            kept.append(torch.stack([mine[best // totals.shape[1]], best % totals.shape[1]]))
        hypotheses, values = torch.cat(kept, 1)
        return hypotheses, values

    for kind in range(STOP):
        rows = torch.arange(features.shape[0], device=features.device)
        told = _decoded(network, kind, features, rows, kinds[:, kind], narrowed)
        for row, answer in told:
            found[row].append(answer)
    return [
        [Told(None, stop), *sorted(answers, key=lambda told: -told.log_probability)[:width]]
        for stop, answers in zip(kinds[:, STOP].tolist(), found, strict=True)
    ]


@torch.inference_mode()
def sampled(network: Tokens, features: Tensor, count: int, random: torch.Generator) -> list[tuple[float, list[Told]]]:
    """For each row of features the log probability of STOP, and `count` samples of a next command that is not STOP.

    The samples' log probabilities are the network's own, STOP taken into account.
    """
    kinds = network.kinds(features)
    going_on = torch.softmax(kinds[:, :STOP], 1)
    chosen = torch.multinomial(going_on, count, replacement=True, generator=random)
    found: list[list[Told]] = [[] for _ in range(features.shape[0])]

    def drawn(rows: Tensor, totals: Tensor) -> tuple[Tensor, Tensor]:
        """One continuation of each hypothesis, by chance."""
        return torch.arange(len(rows), device=rows.device), torch.multinomial(totals.softmax(1), 1, generator=random)[:, 0]

    for kind in range(STOP):
        rows, _ = torch.nonzero(chosen == kind, as_tuple=True)
        for row, answer in _decoded(network, kind, features, rows, kinds[rows, kind], drawn):
            found[row].append(answer)
    return list(zip(kinds[:, STOP].tolist(), found, strict=True))


def _decoded(
    network: Tokens,
    kind: int,
    features: Tensor,
    rows: Tensor,
    log_probabilities: Tensor,
    choose: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]],
) -> list[tuple[int, Told]]:
    """Hypotheses of one kind told to their end: the row of each and its command.

    `rows` and `log_probabilities` (N) are those of the hypotheses; `choose` has the rows and the totals (N, values) of all
    continuations, and tells hypotheses and values of those that go on.
    """
    arguments = rows.new_zeros(len(rows), 0)
    if not len(rows):
        return []
    for _ in SLOTS[kind]:
        totals = log_probabilities[:, None] + network.argument(kind, features[rows], arguments)
        hypotheses, values = choose(rows, totals)
        rows, log_probabilities = rows[hypotheses], totals[hypotheses, values]
        arguments = torch.cat([arguments[hypotheses], values[:, None]], 1)
    return [
        (row, Told(command_of(kind, values), probability))
        for row, values, probability in zip(rows.tolist(), arguments.tolist(), log_probabilities.tolist(), strict=True)
    ]


@torch.inference_mode()
def log_probability_of(network: Tokens, features: Tensor, commands: Sequence[Command | None]) -> Tensor:
    """(B) log P[command | features] of one expressible command, or of STOP, for each row of features (Eq. 1)."""
    told = [(STOP, ()) if command is None else tokens_of(command) for command in commands]
    kinds = torch.tensor([kind for kind, _ in told], device=features.device)
    total = network.kinds(features).gather(1, kinds[:, None])[:, 0]
    for kind in range(KINDS):
        (rows,) = torch.nonzero(kinds == kind, as_tuple=True)
        values = torch.tensor([told[row][1] for row in rows.tolist()], device=features.device)
        for slot in range(len(SLOTS[kind]) if len(rows) else 0):
            answer = network.argument(kind, features[rows], values[:, :slot])
            total = total.index_add(0, rows, answer.gather(1, values[:, slot : slot + 1])[:, 0])
    return total
