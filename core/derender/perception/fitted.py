"""Numbers that are fitted on simulated drawings and kept in the manifest beside a network's weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Fitted:
    """A set of such numbers, one a field; each has a default, from which a fit starts."""

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | None) -> Self:
        """The numbers in a manifest entry; the defaults where there are none."""
        known = {f.name for f in fields(cls)}
        return cls(**{k: float(v) for k, v in (value or {}).items() if k in known})

    def to_json(self) -> dict[str, float]:
        """The manifest's form."""
        return {k: round(v, 5) for k, v in asdict(self).items()}
