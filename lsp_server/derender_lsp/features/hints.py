"""Inlay hints: what the letters of loops count, behind their headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types

from derender_lsp.listings import Listing, Loop

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer

_AFFINE = re.compile(r"(?:(?P<factor>-|-?[0-9]{1,6}\s*\*)?\s*(?P<letter>[a-z]))?\s*(?P<constant>(?:[+-]?\s*[0-9]{1,6})?)")
"""A bound as written: `3`, `i + 1`, `2*i - 1`."""


def hints(server: DerenderServer, params: types.InlayHintParams) -> list[types.InlayHint]:
    """`i = 0 … 2` behind each loop's heading in the range."""
    found = server.documents.listings(params.text_document.uri)
    if found is None or not server.settings.loop_hints:
        return []
    lines, listings = found
    start, end = lines.offset(params.range.start), lines.offset(params.range.end)
    shown: list[types.InlayHint] = []
    for listing in listings:
        for loop in listing.loops:
            place = listing.offsets[loop.line] + len(listing.lines[loop.line].rstrip())
            values = counted(listing, loop)
            if start <= place <= end and values:
                shown.append(types.InlayHint(lines.position(place), values, padding_left=True))
    return shown


def counted(listing: Listing, loop: Loop) -> str:
    """The values of a loop's letter: `i = 0 … 2`, with the most turns where an outer loop decides; empty where they are not known."""
    most = _most(listing, loop)
    if most is None:
        return ""
    up_to = "" if loop.bound.isdecimal() else " at most"
    if most <= 0:
        return "never"
    return f"{loop.variable} = 0" if most == 1 else f"{loop.variable} = 0 …{up_to} {most - 1}"


def bounds_text(listing: Listing) -> str:
    """The bounds of the loops as people read them: `i < 3, j < i + 1`."""
    return ", ".join(f"{loop.variable} < {loop.bound}" for loop in listing.loops)


def _most(listing: Listing, loop: Loop) -> int | None:
    """The largest number of turns that a loop can have."""
    bound = _AFFINE.fullmatch(loop.bound)
    if bound is None or not loop.bound:
        return None
    constant = int(re.sub(r"\s", "", bound["constant"]) or 0)
    if bound["letter"] is None:
        return constant
    written = (bound["factor"] or "1").rstrip("* ").strip()
    factor = -1 if written == "-" else int(written)
    outer = [o for o in listing.loops if o.variable == bound["letter"] and o.line < loop.line <= o.last]
    turns = _most(listing, outer[-1]) if outer else None
    if turns is None:
        return None
    return constant + max(0, factor * (turns - 1))
