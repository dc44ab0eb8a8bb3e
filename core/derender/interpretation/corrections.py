"""Where programs overruled the reader: its reading held against the interpretation, place by place, each of which can be undone."""

from __future__ import annotations

from collections.abc import Iterator

from derender.interpretation.evidence import Observation
from derender.interpretation.frames import Frame, Framing, region
from derender.interpretation.programs import Programs
from derender.interpretation.repair import near_each_other
from derender.interpretation.values import Correction, Undone
from derender.language.text import pretty
from derender.language.transform import flat_program
from derender.perception.legibility import clash
from derender.spec import Command, Spec


def corrections(
    read: Spec, frame: Frame, observation: Observation, framing: Framing, programs: Programs, timeout: float
) -> tuple[Correction, ...]:
    """What the reader read (`read`, on the lattice that it read on) and the interpretation of `frame` took it for.

    `timeout` (seconds) is for the program of the figure without a correction, of each.
    """
    places = list(_places(read - frame.read, frame.read - read))
    undone = [Spec([*(c for c in frame.read if c not in taken), *was]) for was, taken in places]
    own, *others = observation.score([frame.read, *undone])
    cost, log_prior = programs.best(frame.told).cost_thirds, programs.log_prior(frame.told)
    found = []
    for (was, taken), spec, evidence in zip(places, undone, others, strict=True):
        told = framing(spec).told
        program = programs.liken(told, frame.told, timeout)
        log_odds = own.total + log_prior - evidence.total - programs.log_prior(told)
        was_told, taken_told = tuple(map(frame.tell, was)), tuple(map(frame.tell, taken))
        back = Undone(told, program.program, program.cost_thirds)
        place = region((*was_told, *taken_told), frame.lattice)
        found.append(Correction(was_told, taken_told, program.cost_thirds, cost, log_odds, place, back))
    return tuple(found)


def sentence(correction: Correction) -> str:
    """A correction as people read it, in one line."""
    read, taken = (", ".join(map(command_text, commands)) for commands in (correction.read, correction.taken))
    what = (
        f"{read} was read and is taken for {taken}"
        if read and taken
        else f"{read} was read and is left out"
        if read
        else f"{taken} is added"
    )
    left, top, right, bottom = (round(side) for side in correction.region)
    costs = f"cost {_thirds(correction.cost_taken)} instead of {_thirds(correction.cost_read)}"
    return f"{what}: {costs}, log-odds {correction.log_odds:.1f}, at pixels {left},{top} to {right},{bottom}"


def command_text(command: Command) -> str:
    """A command as programs write it."""
    return pretty(flat_program(Spec((command,)))).strip()


def _thirds(cost: int) -> str:
    return f"{cost // 3}{('', '⅓', '⅔')[cost % 3]}"


def _places(removed: Spec, added: Spec) -> Iterator[tuple[tuple[Command, ...], tuple[Command, ...]]]:
    """Removed and added commands that lie in one place together, in canonical order."""
    rest = [*removed, *added]
    while rest:
        group, rest = [rest[0]], rest[1:]
        while joined := [c for c in rest if any(clash(c, member) or near_each_other(c, member) for member in group)]:
            group += joined
            rest = [c for c in rest if c not in joined]
        yield tuple(c for c in removed if c in group), tuple(c for c in added if c in group)
