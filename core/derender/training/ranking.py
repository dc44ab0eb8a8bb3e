"""The weights of evidence, fitted on simulated drawings: by how much each measurement counts, and how often no candidate is right.

Maximum likelihood of the true alternative, which is one of a drawing's candidates or 'none of them' (a conditional logit), with
weights that stay positive where their sign is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields, replace
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from derender.checkpoints import load_weights, models_folder, save_weights
from derender.perception.ranking import Evidence, Weights
from derender.perception.reader import Reader
from derender.perception.targets import SHAPES, draw_scene
from derender.report import progress
from derender.spec import Spec
from derender.training import pool
from derender.training.fitting import minimised

_SEED = 4242
"""Of the simulated drawings, which no training has seen."""

DRAWINGS = 400
"""Simulated ones."""


@dataclass(frozen=True, slots=True)
class Competition:
    """One drawing's candidates, which of them is right (None: none of them), and the fraction of the first one's right commands."""

    evidence: tuple[Evidence, ...]
    doubt: float
    truth: int | None
    commands_right: float


def competitions(reader: Reader, drawings: int, seed: int) -> Iterator[Competition]:
    """Simulated drawings that no training has seen, with the candidates that the reader finds."""
    for k in range(drawings):
        drawing = draw_scene(np.random.default_rng([seed, k]), *SHAPES[0], off_lattice=0.0)
        if not drawing.scene.commands:
            continue
        opened = reader.open(drawing.ink)
        yield competition(opened.model.candidates(), opened.model.doubt, opened.inside(drawing.scene))


def competition(candidates: Mapping[Spec, Evidence], doubt: float, truth: Spec) -> Competition:
    """Candidates held against the truth."""
    specs = list(candidates)
    first = specs[0]
    right = sum(c in truth for c in first) / max(1, len(first))
    return Competition(tuple(candidates.values()), doubt, specs.index(truth) if truth in candidates else None, right)


def fitted(found: Sequence[Competition], start: Weights | None = None) -> Weights:
    """The most likely weights; a weak prior holds them near `start`."""
    first = torch.tensor(astuple(start or Weights()))
    # Evidence counts for what it should: those weights are exponentials, the rest are free.
    signs = torch.tensor([f.name != "none" for f in fields(Weights)])
    # Simulated drawings hold nothing ambiguous, so that they cannot tell how much it counts.
    held = torch.tensor([f.name == "ambiguous" for f in fields(Weights)])
    begin = torch.where(signs, first.clamp_min(1e-3).log(), first)
    table = _tabulated(found)

    def weights_of(free: Tensor) -> Tensor:
        return torch.where(held, first, torch.where(signs, free.exp(), free))

    def loss(free: Tensor) -> Tensor:
        return _surprise(table, weights_of(free)).mean() + 0.002 * (free - begin).square().sum()

    likeliest = Weights(*weights_of(minimised(begin, loss)).tolist())
    wrong = [c.commands_right for c in found if c.truth is None]
    return replace(likeliest, right_otherwise=fmean(wrong)) if wrong else likeliest


class _Table(NamedTuple):
    """N competitions of at most K candidates: evidence (N, K, 6), present (N, K), doubt (N), truth (N) with K for none of them."""

    evidence: Tensor
    present: Tensor
    doubt: Tensor
    truth: Tensor


def _tabulated(found: Sequence[Competition]) -> _Table:
    most = max(len(c.evidence) for c in found)
    evidence, present = torch.zeros(len(found), most, len(fields(Evidence))), torch.zeros(len(found), most, dtype=torch.bool)
    for row, c in enumerate(found):
        evidence[row, : len(c.evidence)] = torch.tensor([astuple(e) for e in c.evidence])
        present[row, : len(c.evidence)] = True
    truth = torch.tensor([most if c.truth is None else c.truth for c in found])
    return _Table(evidence, present, torch.tensor([c.doubt for c in found]), truth)


def _surprise(table: _Table, weights: Tensor) -> Tensor:
    """(N,) -log P(the true alternative), as `ranking.rank` has it."""
    proposal, unexplained, unsupported, missing, spurious, ambiguous, none, by_doubt, by_difference, _ = weights
    scores = table.evidence @ torch.stack([proposal, -unexplained, -unsupported, -missing, -spurious, -ambiguous])
    scores = scores.masked_fill(~table.present, -1e9)
    top, best = scores.max(-1)
    differing = table.evidence[torch.arange(len(best)), best, 3:5].sum(-1)
    refusal = top + none + by_doubt * table.doubt + by_difference * differing
    return functional.cross_entropy(torch.cat([scores, refusal[:, None]], -1), table.truth, reduction="none")


def run_ranking(drawings: int | None, models: Path | None) -> str:
    """Fit on the shipped networks and write the weights into the manifest, beside the networks that they weigh; the sentence that tells so.

    First the two opinions on lines (see `pool`), by which candidates are proposed, then the evidence for the candidates.
    """
    drawings, folder = drawings or DRAWINGS, models or models_folder()
    reader = Reader.load("cpu", folder)
    with progress() as bar:
        asked = list(bar.track(pool.candidates(reader, drawings, _SEED + 1), total=drawings, description="asking about lines"))
        shares = pool.fitted(asked)
        _written_beside("closeup", {"pool": shares.to_json(), "pool_drawings": len(asked)}, folder)
        reader = Reader.load("cpu", folder)
        found = list(bar.track(competitions(reader, drawings, _SEED), total=drawings, description="reading simulated drawings"))
    weights = fitted(found)
    _written_beside("likelihood", {"ranking": weights.to_json(), "ranking_drawings": len(found)}, folder)
    told = {**{f"pool {k}": v for k, v in asdict(shares).items()}, **asdict(weights)}
    return f"fitted on {len(found)} drawings: " + ", ".join(f"{k} {v:.3f}" for k, v in told.items())


def _written_beside(name: str, about: Mapping[str, Any], folder: Path) -> None:
    """Keeps more about a network in its manifest entry."""
    tensors, entry = load_weights(name, folder)
    save_weights(name, tensors, {**{k: v for k, v in entry.items() if k not in ("file", "sha256")}, **about}, folder)
