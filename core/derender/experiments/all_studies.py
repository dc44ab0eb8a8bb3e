"""The studies of `derender experiment all`, in the order of the report: the paper's first, then what the paper does not measure."""

from __future__ import annotations

from importlib import import_module

from derender.experiments.study import Study

MODULES = (
    "derender.experiments.parsing_errors",
    "derender.experiments.readings",
    "derender.experiments.likelihood",
    "derender.experiments.compression",
    "derender.experiments.policy_picture",
    "derender.experiments.table5",
    "derender.experiments.end_to_end",
    "derender.experiments.corrections",
    "derender.experiments.similarity",
    "derender.experiments.extrapolations",
    "derender.experiments.robustness",
    "derender.experiments.scaling",
    "derender.experiments.calibration",
    "derender.experiments.attributes",
    "derender.experiments.synthesis_growth",
    "derender.experiments.synthesis_incremental",
)
"""Modules with a `STUDY`. Imported only when asked for: they need everything."""


def studies() -> tuple[Study, ...]:
    """All of them."""
    found = tuple(import_module(module).STUDY for module in MODULES)
    assert all(isinstance(study, Study) for study in found)
    return found
