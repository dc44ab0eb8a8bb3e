"""Moves from one spec to its neighbours, which differ in one decision (resample–move: Gilks and Berzuini, JRSS B 2001).

A large drawing has many doubtful decisions, more than any small set of samples covers together. Each of them changed on its own in the
best sample tells what the ink says about it, whatever the others are.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple, Protocol

from derender.perception.legibility import Drawn, clash, places
from derender.perception.proposals import Group, Proposals, sureness
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
    drawn, present, likeliest = Drawn(spec), set(spec), _Likeliest(ordered)
    for group in ordered:
        there = frozenset(c for choice in group.choices for c in choice.commands if c in present)
        if there and group.nothing >= least:
            yield from dict.fromkeys((Move(there, frozenset()), _with_freed(drawn, there, (), likeliest)))
        for choice in group.choices:
            if choice.probability >= least and there != set(choice.commands):
                hiding = {c for new in choice.commands for c in drawn.near(new) if c not in there and clash(c, new)}
                yield _with_freed(drawn, there | hiding, choice.commands, likeliest)


class _Likeliest:
    """What groups decide most likely, found by what it could clash with."""

    def __init__(self, ordered: Sequence[Group]) -> None:
        best = [max(group.choices, key=lambda choice: choice.probability) for group in ordered]
        self._commands = [c.commands if c.probability > _LIKELY * group.nothing else () for c, group in zip(best, ordered, strict=True)]
        self._at: dict[Hashable, list[int]] = {}
        for number, commands in enumerate(self._commands):
            for place in {place for command in commands for place in places(command)}:
                self._at.setdefault(place, []).append(number)
        self._kept_out: dict[Command, tuple[int, ...]] = {}

    def kept_out(self, gone: frozenset[Command]) -> Iterator[tuple[Command, ...]]:
        """The commands of each group that what goes had kept out, in the groups' order."""
        for number in sorted({number for command in gone for number in self._clashing(command)}):
            if gone.isdisjoint(self._commands[number]):
                yield self._commands[number]

    def _clashing(self, command: Command) -> tuple[int, ...]:
        """The groups whose likeliest choice clashes with a command: many moves take the same one away."""
        if command not in self._kept_out:
            near = {number for place in places(command) for number in self._at.get(place, ())}
            self._kept_out[command] = tuple(n for n in near if any(clash(c, command) for c in self._commands[n]))
        return self._kept_out[command]


def _with_freed(drawn: Drawn, gone: frozenset[Command], new: Sequence[Command], likeliest: _Likeliest) -> Move:
    """The move, with what had been kept out by what goes: the pieces of a stroke that goes, or the stroke that its pieces hid."""
    further = Drawn(new)
    came = list(new)
    for commands in likeliest.kept_out(gone - set(new)):
        if not any(further.clashes(c) or drawn.clashes(c, gone) for c in commands):
            came.extend(commands)
            for command in commands:
                further.add(command)
    return Move(gone, frozenset(came))
