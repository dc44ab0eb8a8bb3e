"""The author's settings: `derender.*` in an editor, or the initialization options of any client.

Each is checked by itself. A bad value is told in one sentence and its default is used; unknown names are left to the editor's
extension, which has settings of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from derender.latex.figures import INCLUDE_COMMANDS


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How a photograph is read; other values give other results."""

    alternatives: int = 5
    """How many readings of a drawing are offered at most."""
    grid: int | None = None
    """Cells along the longer side, for pictures aligned to such a grid; None: the lattice is inferred."""
    device: str = "auto"
    """Where networks run: auto, cpu, cuda or mps."""
    synthesis_seconds: float = 5.0
    """How long the search for the best reading's program may take."""


class ChangedPhotos(StrEnum):
    """What happens to a figure whose photograph was changed."""

    ASK = "ask"
    """The author is told and asked."""
    AUTOMATIC = "automatic"
    """It is drawn anew."""
    NEVER = "never"
    """It stays; the author is told, and can have it drawn anew."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that an author can set."""

    reading: ReadingSettings = ReadingSettings()
    deadline_seconds: float = 60.0
    """When reading a photograph is given up."""
    commands: tuple[str, ...] = INCLUDE_COMMANDS
    """Control words that include pictures, without the backslash."""
    folders: tuple[Path, ...] = ()
    """Folders outside of the workspace whose pictures may be read."""
    regenerate_on_save: bool = True
    """Whether saving regenerates the regions whose program was changed."""
    changed_photos: ChangedPhotos = ChangedPhotos.ASK
    """What happens to figures whose photograph was changed."""
    cache_megabytes: int = 200
    """How much room results may take on the disk; 0: none are kept."""
    loop_hints: bool = True
    """Whether programs show what their loops count."""


@dataclass(frozen=True, slots=True)
class _Setting:
    """A setting's place in the settings, what it must be, and how it is taken over; `read` raises `ValueError` or `TypeError`."""

    name: str
    expected: str
    read: Callable[[Settings, Any], Settings]


def read_settings(data: object) -> tuple[Settings, tuple[str, ...]]:
    """The settings of a JSON object, and a sentence for each value that cannot be used."""
    settings = Settings()
    problems: list[str] = []
    if data is None:
        return settings, ()
    if not isinstance(data, Mapping):
        return settings, ("The settings of derender must be an object; they are ignored.",)
    for group, inner in data.items():
        if inner is not None and not isinstance(inner, Mapping) and any(s.name.startswith(f"{group}.") for s in _SETTINGS):
            problems.append(f"derender.{group} must be an object, not {inner!r}; its defaults are used.")
    for setting in _SETTINGS:
        value = _value(data, setting.name)
        if value is None:
            continue
        try:
            settings = setting.read(settings, value)
        except (ValueError, TypeError):
            problems.append(f"derender.{setting.name} must be {setting.expected}, not {value!r}; the default is used.")
    return settings, tuple(problems)


def _value(data: Mapping[str, Any], name: str) -> Any:
    """The value under a dotted name, written flat or nested."""
    if name in data:
        return data[name]
    first, dot, rest = name.partition(".")
    inner = data.get(first)
    return _value(inner, rest) if dot and isinstance(inner, Mapping) else None


def _reading(settings: Settings, **changes: Any) -> Settings:
    return replace(settings, reading=replace(settings.reading, **changes))


def _whole(value: Any, lowest: int, highest: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise ValueError
    return value


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 3600:
        raise ValueError
    return float(value)


def _one_of(value: Any, *words: str) -> str:
    if value not in words:
        raise ValueError
    return str(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _words(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(word, str) for word in value):
        raise TypeError
    words = tuple(word.removeprefix("\\") for word in value)
    if not all(word.isascii() and word.replace("@", "").isalpha() for word in words):
        raise ValueError
    return words


def _folders(value: Any) -> tuple[Path, ...]:
    if not isinstance(value, list) or not all(isinstance(folder, str) for folder in value):
        raise TypeError
    folders = tuple(_in_full(Path(folder)) for folder in value)
    if not all(folder.is_absolute() and "\0" not in str(folder) for folder in folders):
        raise ValueError
    return folders


def _in_full(folder: Path) -> Path:
    """The folder with `~` and `~user` replaced by the user's own; raises `ValueError` where there is no such user."""
    try:
        return folder.expanduser()
    except RuntimeError as error:
        raise ValueError from error


_SETTINGS = (
    _Setting("reading.alternatives", "a whole number from 1 to 20", lambda s, v: _reading(s, alternatives=_whole(v, 1, 20))),
    _Setting("reading.grid", "a whole number from 2 to 64", lambda s, v: _reading(s, grid=_whole(v, 2, 64))),
    _Setting("reading.device", "auto, cpu, cuda or mps", lambda s, v: _reading(s, device=_one_of(v, "auto", "cpu", "cuda", "mps"))),
    _Setting("reading.synthesisSeconds", "a positive number of seconds", lambda s, v: _reading(s, synthesis_seconds=_seconds(v))),
    _Setting("reading.deadlineSeconds", "a positive number of seconds", lambda s, v: replace(s, deadline_seconds=_seconds(v))),
    _Setting("figures.commands", "a list of control words", lambda s, v: replace(s, commands=_words(v))),
    _Setting("figures.folders", "a list of absolute paths", lambda s, v: replace(s, folders=_folders(v))),
    _Setting("regenerateOnSave", "true or false", lambda s, v: replace(s, regenerate_on_save=_truth(v))),
    _Setting("changedPhotos", "ask, automatic or never", lambda s, v: replace(s, changed_photos=ChangedPhotos(v))),
    _Setting("cache.megabytes", "a whole number from 0 to 100000", lambda s, v: replace(s, cache_megabytes=_whole(v, 0, 100_000))),
    _Setting("loopHints", "true or false", lambda s, v: replace(s, loop_hints=_truth(v))),
)
