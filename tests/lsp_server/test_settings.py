"""Settings are taken as they are written, flat or nested; each bad one is told and its default used."""

from __future__ import annotations

from pathlib import Path

import pytest

from derender_lsp.settings import ChangedPhotos, ReadingSettings, Settings, read_settings


def test_nothing_set_means_the_defaults() -> None:
    assert read_settings(None) == read_settings({}) == (Settings(), ())


@pytest.mark.parametrize("data", [{"reading": {"grid": 16, "alternatives": 3}}, {"reading.grid": 16, "reading.alternatives": 3}])
def test_names_may_be_nested_or_flat(data: object) -> None:
    assert read_settings(data) == (Settings(reading=ReadingSettings(grid=16, alternatives=3)), ())


def test_all_settings() -> None:
    data = {
        "reading": {"device": "cpu", "synthesisSeconds": 2, "deadlineSeconds": 20.5},
        "figures": {"commands": ["\\sketch", "photo"], "folders": ["/photos"]},
        "regenerateOnSave": False,
        "changedPhotos": "automatic",
        "cache": {"megabytes": 50},
        "loopHints": False,
        "server": {"path": "for the extension alone"},
    }
    reading = ReadingSettings(device="cpu", synthesis_seconds=2)
    expected = Settings(reading, 20.5, ("sketch", "photo"), (Path("/photos"),), False, ChangedPhotos.AUTOMATIC, 50, False)
    assert read_settings(data) == (expected, ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reading.alternatives", 0), ("reading.alternatives", "3"), ("reading.alternatives", True), ("reading.grid", 1.5),
        ("reading.device", "gpu"), ("reading.device", ["cpu"]), ("reading.synthesisSeconds", 0), ("reading.deadlineSeconds", "long"),
        ("figures.commands", "sketch"), ("figures.commands", []), ("figures.commands", ["a b"]), ("figures.folders", ["relative"]),
        ("figures.folders", [1]), ("figures.folders", ["~nobody-of-this-name/photos"]), ("figures.folders", ["/a\0b"]),
        ("regenerateOnSave", "yes"),
        ("changedPhotos", "sometimes"), ("changedPhotos", True), ("cache.megabytes", -1), ("cache.megabytes", 1.5), ("loopHints", 1),
    ],
)  # fmt: skip
def test_a_bad_value_is_told_and_the_default_used(name: str, value: object) -> None:
    settings, problems = read_settings({name: value, "reading.grid": 8} if name != "reading.grid" else {name: value})
    assert settings == (Settings(reading=ReadingSettings(grid=8)) if name != "reading.grid" else Settings())
    (problem,) = problems
    assert problem.startswith(f"derender.{name} must be ")
    assert problem.endswith("the default is used.")


@pytest.mark.parametrize("data", [[], "text", 3])
def test_settings_that_are_no_object_are_told(data: object) -> None:
    settings, problems = read_settings(data)
    assert settings == Settings()
    assert len(problems) == 1


@pytest.mark.parametrize("group", [[], "text", 3])
def test_a_group_that_is_no_object_is_told(group: object) -> None:
    settings, problems = read_settings({"reading": group, "loopHints": False, "unknown": group})
    assert settings == Settings(loop_hints=False)
    assert problems == (f"derender.reading must be an object, not {group!r}; its defaults are used.",)
