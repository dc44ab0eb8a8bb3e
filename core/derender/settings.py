"""Settings of the whole: a value, defaults, a sentence for each field. Stages keep their own settings beside their code."""

from __future__ import annotations

from dataclasses import dataclass

from derender.errors import OptionError

LITTLE_PROBABILITY = 0.5
"""A best reading that is less probable than all others together is told as doubtful."""


@dataclass(frozen=True, slots=True)
class InferSettings:
    """How a picture becomes interpretations."""

    top: int = 5
    """How many interpretations are returned at most."""

    grid: int | None = None
    """The picture is aligned to a lattice of this many cells along its longer side; None: the lattice is inferred."""

    device: str = "auto"
    """Where networks run: auto, cpu, cuda or mps."""

    seed: int = 0
    """Makes every random choice repeatable."""

    synthesis_timeout: float = 5.0
    """Seconds that the best reading's program may take; the other readings share half of that."""

    def __post_init__(self) -> None:
        if not 1 <= self.top <= 100:
            raise OptionError(f"the number of interpretations must lie between 1 and 100, not {self.top}")
        if self.grid is not None and not 2 <= self.grid <= 64:
            raise OptionError(f"the grid must have between 2 and 64 cells, not {self.grid}")
        if self.device not in ("auto", "cpu", "cuda", "mps"):
            raise OptionError(f"the device must be auto, cpu, cuda or mps, not {self.device!r}")
        if not self.synthesis_timeout > 0:
            raise OptionError(f"the time limit must be a positive number of seconds, not {self.synthesis_timeout}")
