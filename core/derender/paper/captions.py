"""Beam search over the one-shot baseline's tokens (A.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from derender.paper.beam import MOST_COMMANDS
from derender.paper.one_shot import VOCABULARY, OneShotNetwork, sequence_of, token_range
from derender.paper.scenes import Array, seen
from derender.paper.tokens import KINDS, MOST_ARGUMENTS, SLOTS, STOP, command_of, legal
from derender.spec import Command, Spec


@dataclass(frozen=True, slots=True)
class Caption:
    """What is told so far: whole commands, then the kind and arguments of the one that is being told."""

    log_probability: float = 0.0
    commands: tuple[Command, ...] = ()
    kind: int | None = None
    arguments: tuple[int, ...] = ()
    last: int = STOP

    def allowed(self) -> Tensor:
        """Which tokens may follow, (VOCABULARY)."""
        allowed = torch.zeros(VOCABULARY, dtype=torch.bool)
        if self.kind is None:
            allowed[:KINDS] = True
        else:
            allowed[token_range(self.kind, len(self.arguments))] = legal(self.kind, torch.tensor([self.arguments], dtype=torch.long))[0]
        return allowed

    def followed_by(self, token: int, log_probability: float) -> Caption:
        """One more token, not the end's."""
        longer = replace(self, last=token, log_probability=log_probability)
        if self.kind is None:
            return replace(longer, kind=token)
        arguments = (*self.arguments, token - token_range(self.kind, len(self.arguments)).start)
        if len(arguments) < len(SLOTS[self.kind]):
            return replace(longer, arguments=arguments)
        return replace(longer, kind=None, arguments=(), commands=(*self.commands, command_of(self.kind, arguments)))


@torch.inference_mode()
def captions(network: OneShotNetwork, ink: Array, width: int) -> list[tuple[Spec, float]]:
    """The specs that `width` captions come to for a registered canvas (272, 272), best first, each with its log probability for each token.

    The end competes with all other continuations. Were captions judged by their whole probability, the empty one would mostly win.
    """
    device = network.token.weight.device
    shown = network.shown(network(torch.from_numpy(seen(ink))[None, None].to(device)))
    state = None
    unfinished, finished = [Caption()], dict[Spec, float]()
    for _ in range(MOST_COMMANDS * (1 + MOST_ARGUMENTS)):
        told = torch.tensor([[caption.last] for caption in unfinished], device=device)
        scores, (hidden, cell) = network.following(shown.expand(len(unfinished), -1), told, state)
        masked = scores[:, 0].cpu().masked_fill(~torch.stack([c.allowed() for c in unfinished]), -torch.inf).log_softmax(1)
        totals = masked + torch.tensor([[c.log_probability] for c in unfinished])
        best = totals.flatten().topk(width - len(finished))
        chosen = [(*divmod(at, VOCABULARY), p) for at, p in zip(best.indices.tolist(), best.values.tolist(), strict=True) if p > -1e30]
        for row, token, ended in chosen:
            caption = unfinished[row]
            if token == STOP:
                spec, each = Spec(caption.commands), ended / len(sequence_of(caption.commands))
                finished[spec] = max(each, finished.get(spec, each))
        going_on = [(row, token, p) for row, token, p in chosen if token != STOP]
        if not going_on:
            break
        unfinished = [unfinished[row].followed_by(token, p) for row, token, p in going_on]
        rows = [row for row, _, _ in going_on]
        state = hidden[:, rows], cell[:, rows]
    return sorted(finished.items(), key=lambda found: -found[1])
