"""Who judges what is proposed for a traced drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from derender.checkpoints import load_arrays
from derender.errors import ModelError
from derender.judge import Judge
from derender.tracing.connector_judge import ConnectorJudge
from derender.tracing.region_network import RegionJudge
from derender.tracing.way_network import WayJudge

MODEL = "tracing"
"""The name of the judges of regions in the manifest."""


@dataclass(frozen=True, slots=True)
class RegionJudges:
    """Whether a region is a shape: at first, from its measurements, and in the end, among its neighbours, once each was looked at."""

    first: Judge
    among: Judge

    def arrays(self) -> dict[str, NDArray[np.float64]]:
        """As they are saved."""
        return self.first.arrays("region") | self.among.arrays("shape")

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> RegionJudges:
        """From what was saved; raises KeyError."""
        return cls(Judge.of(arrays, "region"), Judge.of(arrays, "shape"))

    @classmethod
    def load(cls, folder: Path | None = None) -> RegionJudges:
        """The shipped ones; raises `ModelError`."""
        arrays, _ = load_arrays(MODEL, folder)
        try:
            return cls.of(arrays)
        except KeyError as error:
            raise ModelError(f"the weights of {MODEL!r} were made for another version of derender; reinstall it") from error


@dataclass(frozen=True, slots=True)
class ShapeJudges:
    """Of shapes: from measurements, and from a look at what those do not dismiss."""

    regions: RegionJudges
    look: RegionJudge

    @classmethod
    def load(cls, device: torch.device | None = None, folder: Path | None = None) -> ShapeJudges:
        """The shipped ones; raises `ModelError`."""
        return cls(RegionJudges.load(folder), RegionJudge.load(device or torch.device("cpu"), folder))


@dataclass(frozen=True, slots=True)
class Judges:
    """Of shapes, and of the connectors between them."""

    shapes: ShapeJudges
    connectors: ConnectorJudge

    @property
    def ways(self) -> WayJudge:
        """Of single ways, each by itself."""
        return self.connectors.look

    @classmethod
    def load(cls, device: torch.device | None = None, folder: Path | None = None) -> Judges:
        """The shipped ones; raises `ModelError`."""
        return cls(ShapeJudges.load(device, folder), ConnectorJudge.load(device or torch.device("cpu"), folder))
