"""What the worker found, as the features show it: one value for each reading, from the contract's JSON."""

from __future__ import annotations

from dataclasses import dataclass

from derender_lsp.worker import Analysis

MUCH_UNEXPLAINED = 0.1
"""Of sixty simulated drawings, none that was read exactly left more of its ink unexplained."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a photograph: how many commands it draws, its program, and how sure it is."""

    commands: int
    program: str
    is_optimal: bool
    probability: float

    @property
    def lines(self) -> int:
        """Lines of the program."""
        return len(self.program.splitlines())

    @property
    def summary(self) -> str:
        """`11 commands → 4-line program`."""
        return f"{self.commands} command{'' if self.commands == 1 else 's'} → {self.lines}-line program"


def readings(analysis: Analysis) -> tuple[Reading, ...]:
    """The readings, best first."""
    return tuple(
        Reading(len(item["spec"]), str(item["program"]), bool(item["optimal"]), float(item["probability"]))
        for item in analysis.inference.get("interpretations", ())
    )


def summary(analysis: Analysis) -> str:
    """The result in a line: `11 commands → 4-line program, 3 other readings`."""
    found = readings(analysis)
    if not found or not found[0].commands:
        return "No drawing was recognised in this picture."
    unexplained = float(analysis.inference.get("unexplained_ink", 0))
    others = len(found) - 1
    rest = f", {others} other reading{'' if others == 1 else 's'}" if others else ""
    doubt = f"; {unexplained:.0%} of the ink is not explained by it" if unexplained > MUCH_UNEXPLAINED else ""
    return found[0].summary + rest + ("" if found[0].is_optimal else " (perhaps not the shortest)") + doubt
