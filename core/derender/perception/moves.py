"""Moves from one spec to its neighbours, which differ in one decision (resample–move: Gilks and Berzuini, JRSS B 2001).

A large drawing has many doubtful decisions, more than any small set of samples covers together. Each of them changed on its own in the
best sample tells what the ink says about it, whatever the others are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from derender.perception.legibility import Drawn, clash
from derender.perception.proposals import Choice, Group, Proposals, sureness
from derender.spec import Command, Spec

_LIKELY = 0.1
"""What a change lets in again must have this much of the probability of nothing."""


class Move(NamedTuple):
    """Commands that go and commands that come, each of a stroke's heads among them."""

    gone: frozenset[Command]
    new: frozenset[Command]

    def fits(self, spec: Spec) -> bool:
        """Whether what goes is there, and what comes clashes with nothing that stays."""
        kept = Drawn(c for c in spec if c not in self.gone)
        return self.gone <= set(spec) and not any(kept.clashes(c) for c in self.new)

    def applied(self, spec: Spec) -> Spec:
        """The neighbour of `spec` that it leads to."""
        return Spec([*(c for c in spec if c not in self.gone), *self.new])


class Model(Protocol):
    """What tells good moves from bad ones."""

    def gains(self, spec: Spec, moves: Sequence[Move]) -> tuple[float, ...]:
        """How much more probable the drawing becomes by each, in nats."""


class Climbed(NamedTuple):
    """The spec where no single move gains anything, and its neighbours, the most probable first."""

    spec: Spec
    neighbours: tuple[Spec, ...]


def climb(model: Model, start: Spec, proposals: Proposals, least: float, rounds: int) -> Climbed:
    """From `start` by moves that make the drawing more probable, those that gain most first, for so many rounds at most.

    `least`: the network must give what a move decides this much probability.
    """
    spec = start
    for _ in range(rounds):
        ranked = _ranked(model, spec, proposals, least)
        climbing = spec
        for gain, move in ranked:
            if gain <= 0:
                break
            if move.fits(climbing) and model.gains(climbing, [move])[0] > 0:
                climbing = move.applied(climbing)
        if climbing == spec:
            return Climbed(spec, tuple(move.applied(spec) for _, move in ranked))
        spec = climbing
    return Climbed(spec, tuple(move.applied(spec) for _, move in _ranked(model, spec, proposals, least)))


def _ranked(model: Model, spec: Spec, proposals: Proposals, least: float) -> list[tuple[float, Move]]:
    found = tuple(moves(spec, proposals, least))
    return sorted(zip(model.gains(spec, found), found, strict=True), key=lambda scored: -scored[0])


def moves(spec: Spec, proposals: Proposals, least: float) -> Iterator[Move]:
    """What decides one of the groups otherwise, as far as the network gives what it decides a probability of `least`."""
    ordered = sorted(proposals, key=sureness, reverse=True)
    drawn, present = Drawn(spec), set(spec)
    for group in ordered:
        there = frozenset(c for choice in group.choices for c in choice.commands if c in present)
        if there and group.nothing >= least:
            yield from dict.fromkeys((Move(there, frozenset()), _with_freed(drawn, there, (), ordered)))
        for choice in group.choices:
            if choice.probability >= least and there != set(choice.commands):
                hiding = {c for new in choice.commands for c in drawn.near(new) if c not in there and clash(c, new)}
                yield _with_freed(drawn, there | hiding, choice.commands, ordered)


def _with_freed(drawn: Drawn, gone: frozenset[Command], new: Sequence[Command], ordered: Sequence[Group]) -> Move:
    """The move, with what had been kept out by what goes: the pieces of a stroke that goes, or the stroke that its pieces hid."""
    left = gone - set(new)
    further = Drawn(new)
    came = list(new)
    for group in ordered if left else ():
        commands = _kept_out(group, left)
        if commands and not any(further.clashes(c) or drawn.clashes(c, gone) for c in commands):
            came.extend(commands)
            for command in commands:
                further.add(command)
    return Move(gone, frozenset(came))


def _kept_out(group: Group, gone: frozenset[Command]) -> tuple[Command, ...]:
    """The commands of the group's likeliest choice, if it is no unlikely one and what goes had kept it out."""
    best: Choice = max(group.choices, key=lambda choice: choice.probability)
    free = best.probability > _LIKELY * group.nothing and not gone.intersection(best.commands)
    return best.commands if free and any(clash(c, g) for c in best.commands for g in gone) else ()
