"""Judges fitted by maximum likelihood to measurements and what is true of each."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from derender.tracing.judge import Judge

Array = NDArray[np.float64]

_HIDDEN, _MEMBERS, _STEPS = 12, 3, 250


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
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        parts.append([t.detach().double().numpy() for t in (first.weight, first.bias, second.weight[0], second.bias[0])])
    return Judge(middle, spread, *(np.stack(part) for part in zip(*parts, strict=True)))
