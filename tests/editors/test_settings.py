"""The settings page of the VS Code extension and the server agree on what can be set."""

from __future__ import annotations

import json
from typing import Any

import pytest
from editor_tools import REPOSITORY

from derender_lsp import settings
from derender_lsp.settings import Settings, read_settings

_MANIFEST = json.loads((REPOSITORY / "editor-extension/package.json").read_text(encoding="utf-8"))
_EXTENSIONS_OWN = ("derender.server.", "derender.environment.", "derender.trace.")
_SHARED: dict[str, dict[str, Any]] = {
    name.removeprefix("derender."): schema
    for group in _MANIFEST["contributes"]["configuration"]
    for name, schema in group["properties"].items()
    if not name.startswith(_EXTENSIONS_OWN)
}


def test_the_defaults_shown_are_the_servers_own() -> None:
    defaults = {name: schema["default"] for name, schema in _SHARED.items()}
    assert read_settings(defaults) == (Settings(), ())


def test_each_setting_of_the_server_is_shown() -> None:
    assert {setting.name for setting in settings._SETTINGS} == set(_SHARED)


@pytest.mark.parametrize("name", _SHARED)
def test_each_setting_shown_is_known_to_the_server(name: str) -> None:
    """An object fits no setting, so the server must object to it by name."""
    _, problems = read_settings({name: {}})
    assert [problem for problem in problems if f"derender.{name} " in problem], f"the server does not know derender.{name}"


@pytest.mark.parametrize(("name", "word"), [(name, word) for name, schema in _SHARED.items() for word in schema.get("enum", ())])
def test_each_choice_shown_is_accepted(name: str, word: str) -> None:
    assert read_settings({name: word})[1] == ()


@pytest.mark.parametrize(("name", "bound"), [(n, s[b]) for n, s in _SHARED.items() for b in ("minimum", "maximum") if b in s])
def test_bounds_shown_are_the_servers(name: str, bound: int) -> None:
    assert read_settings({name: bound})[1] == ()
    beyond = bound - 1 if bound == _SHARED[name].get("minimum") else bound + 1
    assert len(read_settings({name: beyond})[1]) == 1


@pytest.mark.parametrize(
    "name",
    [
        "server.path",
        "server.python",
        "server.arguments",
        "figures.folders",
        "environment.package",
        "environment.index",
        "environment.torchIndex",
    ],
)
def test_what_a_folder_could_abuse_counts_only_when_it_is_trusted(name: str) -> None:
    assert f"derender.{name}" in _MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
