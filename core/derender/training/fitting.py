"""A few weights fitted at once, to all examples: Newton's way by L-BFGS."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def minimised(start: Tensor, loss: Callable[[Tensor], Tensor]) -> Tensor:
    """The weights (N) near `start` for which the smooth `loss`, a scalar, is least."""
    free = start.detach().clone().requires_grad_()
    optimizer = torch.optim.LBFGS([free], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        value = loss(free)
        value.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        return value

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return free.detach()
