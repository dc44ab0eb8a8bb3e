"""The models that `derender train` knows, told without loading what trains them."""

from __future__ import annotations

NAMES = {
    "reader": "",
    "closeup": "of lines from near",
    "likelihood": "",
    "ink": "",
    "text": "of labels",
    "marks": "which of them are letters",
    "shapes": "in photos",
    "ways": "of arrows in photos",
    "connectors": "among each other",
    "paper": "",
    "one-shot": "its baseline",
    "end-to-end": "",
    "ranking": "",
    "tracing": "of photos",
    "prior": "over programs",
    "policy": "of synthesis",
}
"""By name what each is of, where the name does not say it; `models.MODELS` holds those that are trained step by step."""

FITTED = ("marks", "connectors", "ranking", "tracing", "prior")
"""Those that are fitted within half an hour and keep no state."""


def listed() -> str:
    """All of them in a line."""
    return ", ".join(f"{name} ({of})" if of else name for name, of in NAMES.items())
