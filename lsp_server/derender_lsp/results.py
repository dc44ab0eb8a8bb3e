"""What the worker found, as the features show it: one value for each reading, from the contract's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from derender.errors import DerenderError
from derender.language.text import pretty
from derender.language.transform import flat_program
from derender.settings import LITTLE_PROBABILITY
from derender.spec_json import spec_from_json

if TYPE_CHECKING:
    from derender_lsp.worker import Analysis

MUCH_UNEXPLAINED = 0.1
"""Of sixty simulated drawings, none that was read exactly left more of its ink unexplained."""

FAR_BESIDE = 0.15
"""Cells: twice as far beside the lattice as a tidy hand draws in simulated photographs."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Where the program overruled the network: both as commands in text, the program's cost with each (in commands), and the place."""

    read: str
    taken: str
    cost_read: float
    cost_taken: float
    log_odds: float
    place: tuple[float, float, float, float]
    """Left, top, right, bottom in pixels of the photograph."""
    kept: str
    """The program of the whole figure with what was read."""

    @property
    def sentence(self) -> str:
        """What was read, what it was taken for, and why."""
        if not self.read:
            what = f"'{self.taken}' was not read, and is drawn all the same"
        else:
            what = f"'{self.read}' was read and " + (f"taken for '{self.taken}'" if self.taken else "left out")
        less = self.cost_taken < self.cost_read
        why = f"the program costs {_cost(self.cost_taken)} commands instead of {_cost(self.cost_read)}" if less else "that is likelier"
        return f"{what}: {why}."


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a photograph: how many commands it draws, its program, and how sure it is."""

    commands: int
    program: str
    is_optimal: bool
    probability: float
    cost: float = 0.0
    """In commands."""
    corrections: tuple[Correction, ...] = ()

    @property
    def lines(self) -> int:
        """Lines of the program."""
        return len(self.program.splitlines())

    @property
    def summary(self) -> str:
        """`11 commands → 4-line program`."""
        return f"{counted(self.commands)} → {self.lines}-line program"


def readings_in(inference: Mapping[str, Any]) -> tuple[Reading, ...]:
    """The readings of what `derender infer --json` prints, best first."""
    return tuple(
        Reading(
            len(item["spec"]),
            str(item["program"]),
            bool(item["optimal"]),
            float(item["probability"]),
            item.get("cost_thirds", 0) / 3,
            tuple(_correction(correction) for correction in item.get("corrections", ())),
        )
        for item in inference.get("interpretations", ())
    )


def counted(commands: int) -> str:
    """`1 command`, `11 commands`."""
    return f"{commands} command{'' if commands == 1 else 's'}"


def is_doubtful(found: tuple[Reading, ...]) -> bool:
    """Whether the best reading is a guess."""
    return len(found) > 1 and found[0].probability < LITTLE_PROBABILITY


def unexplained_ink(analysis: Analysis) -> float:
    """The share of the ink that the best reading does not explain."""
    return float(analysis.inference.get("unexplained_ink", 0))


def beside_lattice(analysis: Analysis) -> float:
    """How many cells what is drawn lies beside its lattice, on average; 0 where nothing is known of it, as of program files."""
    return float((analysis.inference.get("lattice") or {}).get("residual", 0))


def agreement(analysis: Analysis) -> str:
    """The round trip in a sentence; empty where it is not known."""
    if analysis.agreement is None:
        return ""
    return f"The drawing covers {analysis.agreement.ink:.0%} of the ink; {analysis.agreement.drawing:.0%} of it lies on ink."


def summary(analysis: Analysis) -> str:
    """The result in a line: `11 commands → 4-line program, 3 other readings`."""
    found = analysis.readings
    if not found or not found[0].commands:
        return "No drawing was recognised in this picture."
    unexplained = unexplained_ink(analysis)
    others = len(found) - 1
    rest = f", {others} other reading{'' if others == 1 else 's'}" if others else ""
    doubt = f"; {unexplained:.0%} of the ink is not explained by it" if unexplained > MUCH_UNEXPLAINED else ""
    shorter = "" if found[0].is_optimal else " (perhaps not the shortest)" if analysis.is_final else " (a shorter one is looked for)"
    return found[0].summary + rest + shorter + doubt


def _correction(item: dict[str, Any]) -> Correction:
    costs, region = item["cost_thirds"], item["region"]
    left, top, right, bottom = (float(region[side]) for side in ("left", "top", "right", "bottom"))
    return Correction(
        _commands(item["read"]),
        _commands(item["taken"]),
        costs["read"] / 3,
        costs["taken"] / 3,
        float(item["log_odds"]),
        (left, top, right, bottom),
        str(item["undone"]["program"]),
    )


def _commands(spec: list[Any]) -> str:
    """Commands as program text on one line; those between lattice points, which no program can draw, as their numbers."""
    try:
        return ", ".join(pretty(flat_program(spec_from_json(spec))).splitlines())
    except DerenderError:
        return ", ".join(f"{item['command']}({', '.join(f'{v:g}' for v in item.values() if _is_number(v))})" for item in spec)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cost(commands: float) -> str:
    return f"{commands:.1f}".removesuffix(".0")
