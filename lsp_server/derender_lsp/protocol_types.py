"""The protocol's types loaded in about two thirds of the time.

attrs writes and compiles a method for each of the 554 classes that shows their values in logs. One function does that for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import attrs


def load() -> None:
    """Imports lsprotocol and what pygls makes of it; to be called before anything else does."""
    with _one_repr_for_all():
        for name in ("lsprotocol.types", "pygls.lsp.server"):  # pygls makes classes of its own
            import_module(name)


def shown(value: Any) -> str:
    """An attrs object with its fields, as attrs shows it."""
    fields = ", ".join(f"{field.name}={getattr(value, field.name)!r}" for field in attrs.fields(type(value)))
    return f"{type(value).__qualname__}({fields})"


@contextmanager
def _one_repr_for_all() -> Iterator[None]:
    library: Any = attrs
    define = library.define

    def quickly(made: type | None = None, **options: Any) -> Any:
        if made is None:
            return lambda later: quickly(later, **options)
        if "__repr__" not in vars(made) and options.get("repr", True):
            made.__repr__ = shown  # type: ignore[assignment,method-assign]
        return define(made, **{"repr": False, **options})

    library.define = quickly
    try:
        yield
    finally:
        library.define = define
