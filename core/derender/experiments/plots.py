"""Plots of experiments, where matplotlib is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derender.errors import OptionError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of that size in inches; raises `OptionError` where plots cannot be made."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise OptionError("plots need matplotlib: pip install 'derender[experiments]'") from None
    return Figure(figsize=(width, height), layout="constrained")
