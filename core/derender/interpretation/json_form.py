"""Interpretations and corrections as the JSON of the contract (`infer --json`)."""

from __future__ import annotations

from typing import Any

from derender.interpretation.values import Correction, Interpretation
from derender.language.text import pretty
from derender.perception.lattice import Lattice
from derender.rendering.tikz import program_to_tikz
from derender.spec_json import command_to_json, spec_to_json


def lattice_to_json(lattice: Lattice) -> dict[str, Any]:
    """The contract's object for a lattice."""
    return {"homography": lattice.homography, "residual": round(lattice.residual, 4)}


def interpretation_to_json(i: Interpretation, lattice: Lattice) -> dict[str, Any]:
    """The contract's object for one interpretation; it tells its lattice where that is not `lattice`, the picture's."""
    told = lattice_to_json(i.lattice)
    own = {} if told == lattice_to_json(lattice) else {"lattice": told}
    return {
        "spec": spec_to_json(i.spec),
        "program": pretty(i.program),
        "cost_thirds": i.cost_thirds,
        "optimal": i.optimal,
        "probability": i.probability,
        "confidences": [round(confidence, 4) for confidence in i.confidences],
        "log_score": {"likelihood": i.score.likelihood, "proposal": i.score.proposal, "prior": i.score.prior},
        "corrections": [correction_to_json(correction) for correction in i.corrections],
        "tikz": program_to_tikz(i.program),
        **own,
    }


def correction_to_json(c: Correction) -> dict[str, Any]:
    """One correction: `read` may hold fractions, where the reader saw something between the interpretation's lattice points;
    `undone` is the figure that keeps what was read, to be used in the interpretation's place."""
    return {
        "read": [command_to_json(command) for command in c.read],
        "taken": [command_to_json(command) for command in c.taken],
        "cost_thirds": {"read": c.cost_read, "taken": c.cost_taken},
        "log_odds": c.log_odds,
        "region": dict(zip(("left", "top", "right", "bottom"), c.region, strict=True)),
        "undone": {
            "spec": spec_to_json(c.undone.spec),
            "program": pretty(c.undone.program),
            "cost_thirds": c.undone.cost_thirds,
            "tikz": program_to_tikz(c.undone.program),
        },
    }
