"""Commands of the palette, of galleries and of other clients.

| command | arguments | result |
|---|---|---|
| `derender.readAgain` | document URI | reads the document's pictures again that failed or were cancelled |
| `derender.extrapolate` | choice, loop's letter, bound or null | the choice with that bound; null asks the author for one |
| `derender.choices` | document URI, position | what can be made of the figure there, with pictures: see `gallery.py` |
| `derender.apply` | choice | carries a choice out |
| `derender.updateAll` | document URI | brings all regions of the document up to date |

A choice is the `data` of a code action, or comes from `derender.choices`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from derender_lsp.choices import Choice, choice_from_json, edit_of
from derender_lsp.features import regenerate

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer

READ_AGAIN = "derender.readAgain"
EXTRAPOLATE = "derender.extrapolate"
CHOICES = "derender.choices"
APPLY = "derender.apply"
UPDATE_ALL = "derender.updateAll"

BOUNDS = (4, 5, 6, 8, 10, 12)
"""Turns offered where a client can only offer answers."""


def read_again(server: DerenderServer, uri: str) -> None:
    """Reads the pictures of the document again that failed or were cancelled."""
    document = server.documents.document(uri)
    if document is not None:
        server.documents.forget_files()
        server.refresh(document, again=True)


async def extrapolate(server: DerenderServer, data: Any, variable: str, bound: Any) -> bool:
    """Gives a loop of a choice's program that many turns, or as many as the author answers; whether the edit was applied."""
    choice = _choice(data)
    if bound is None:
        message = f"How many turns shall the loop over {variable} have?"
        actions = [types.MessageActionItem(str(number)) for number in BOUNDS]
        question = types.ShowMessageRequestParams(types.MessageType.Info, message, actions)
        answer = await asyncio.shield(server.window_show_message_request_async(question))
        if answer is None:
            return False
        bound = int(answer.title)
    if isinstance(bound, bool) or not isinstance(bound, int):
        raise JsonRpcException(f"A loop has a whole number of turns, not {bound!r}.", int(types.ErrorCodes.InvalidParams))
    return await _apply(server, choice.with_bound(str(variable), bound), f"Extrapolate {variable} to {bound}")


async def apply(server: DerenderServer, data: Any) -> bool:
    """Carries a choice out; whether the edit was applied."""
    return await _apply(server, _choice(data), "Derender")


async def update_all(server: DerenderServer, uri: str) -> bool:
    """Brings all regions of the document up to date; whether there was something to do and it was applied."""
    document = server.documents.document(uri)
    edit = regenerate.updating(server, document) if document is not None else None
    return edit is not None and await _send(server, edit, "Update all Derender figures")


async def _apply(server: DerenderServer, choice: Choice, label: str) -> bool:
    edit, _ = await edit_of(server, choice)
    return await _send(server, edit, label)


async def _send(server: DerenderServer, edit: types.WorkspaceEdit, label: str) -> bool:
    params = types.ApplyWorkspaceEditParams(edit, label=label)
    answer = await asyncio.shield(server.workspace_apply_edit_async(params))
    return bool(answer.applied)


def _choice(data: Any) -> Choice:
    choice = choice_from_json(data)
    if choice is None:
        raise JsonRpcException("This is no choice that Derender offered.", int(types.ErrorCodes.InvalidParams))
    return choice
