"""Judges fitted by maximum likelihood to measurements and what is true of each, and how they are saved."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from derender.checkpoints import models_folder, save_weights
from derender.errors import OptionError
from derender.judge import Judge
from derender.training.loop import current_commit

Array = NDArray[np.float64]

Row = TypeVar("Row")

_HIDDEN, _MEMBERS, _STEPS = 12, 3, 250

_LEAST = 20
"""Photographs."""


def fitted_judge(rows: Array, labels: Array) -> Judge:
    """Networks that tell the probability of labels 0 or 1 (N) from measurements (N, F), by cross entropy."""
    middle, spread = rows.mean(0), np.maximum(rows.std(0), 1e-3)
    empty = Judge(middle, spread, *(np.zeros(0),) * 4)
    seen, wanted = torch.from_numpy(empty.scaled(rows)).float(), torch.from_numpy(labels).float()
    parts = []
    for seed in range(_MEMBERS):
        torch.manual_seed(seed)
        first, second = nn.Linear(rows.shape[1], _HIDDEN), nn.Linear(_HIDDEN, 1)
        optimizer = torch.optim.AdamW([*first.parameters(), *second.parameters()], lr=1e-2, weight_decay=1e-2)
        for _ in range(_STEPS):
            loss = functional.binary_cross_entropy_with_logits(second(torch.tanh(first(seen)))[:, 0], wanted)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
        parts.append([t.detach().double().numpy() for t in (first.weight, first.bias, second.weight[0], second.bias[0])])
    return Judge(middle, spread, *(np.stack(part) for part in zip(*parts, strict=True)))


def run_fitting(
    name: str,
    photographs: int,
    models: Path | None,
    rows_of: Callable[[int], Row | None],
    fitted: Callable[[Sequence[Row]], Mapping[str, Array | Tensor]],
) -> str:
    """Fit judges to the rows of so many simulated photographs, each made from its number (None: it has none), and write them as the model
    of that name; the sentence that tells so. How far it is is told on standard error. Raises `OptionError` where there are too few."""
    if photographs < _LEAST:
        raise OptionError(f"the model {name!r} is learned from {_LEAST} photographs at least, not {photographs}")
    torch.set_num_threads(1)
    rows = []
    for number in range(photographs):
        if (found := rows_of(number)) is not None:
            rows.append(found)
        if number % 50 == 49:
            sys.stderr.write(f"photograph {number + 1}/{photographs}\n")
    return f"wrote {save_judges(name, fitted(rows), photographs, models or models_folder())}: {photographs} photographs"


def save_judges(name: str, arrays: Mapping[str, Array | Tensor], photographs: int, folder: Path) -> Path:
    """The weights of judges that were fitted to so many photographs, as the model of that name, and its manifest entry."""
    about = {
        "command": f"derender train {name} --steps {photographs}",
        "commit": current_commit(Path(__file__).resolve().parents[3]),
        "date": datetime.now(UTC).date().isoformat(),
        "photographs": photographs,
    }
    return save_weights(name, {key: torch.as_tensor(values) for key, values in arrays.items()}, about, folder)
