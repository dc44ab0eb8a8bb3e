"""All that can be made of a figure, with pictures: for a client that shows a gallery to choose from.

The answer of `derender.choices` is null where nothing was read, else an object::

    {"name", "photo": data URI, "summary", "agreement": sentence or "", "unexplained_ink": 0 … 1,
     "choices": [{"title", "kind": "reading" | "extrapolation" | "correction", "probability": 0 … 1 or null,
                  "program", "picture": data URI, "choice": for derender.apply}],
     "corrections": [{"sentence", "place": [left, top, right, bottom] in the photograph's pixels, "photo": URI}]}
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from derender.errors import DerenderError
from derender.language.text import parse, pretty
from derender_lsp.choices import FigureChoice
from derender_lsp.features.code_actions import choices_of, figures_at
from derender_lsp.pictures import drawing_uri
from derender_lsp.results import Reading, agreement, summary, unexplained_ink
from derender_lsp.worker import Analysis

if TYPE_CHECKING:
    from derender_lsp.server import DerenderServer


def choices(server: DerenderServer, uri: str, position: types.Position) -> dict[str, Any] | None:
    """The gallery of the figure at a position."""
    document = server.documents.document(uri)
    offset = document.lines.offset(position) if document is not None else 0
    for figure in figures_at(document, offset, offset) if document is not None else ():
        assert document is not None
        image = server.documents.image(document, figure)
        analysis = server.state(image) if isinstance(image, Path) else None
        if not isinstance(image, Path) or not isinstance(analysis, Analysis):
            continue
        found = analysis.readings
        best = choices_of(document, figure, analysis)
        photo = server.documents.uri_of(image)
        return {
            "name": figure.name,
            "photo": analysis.photo or (drawing_uri(found[0].program) if found else ""),
            "summary": summary(analysis),
            "agreement": agreement(analysis),
            "unexplained_ink": unexplained_ink(analysis),
            "choices": list(_choices(best, found)),
            "corrections": [
                {"sentence": correction.sentence, "place": list(correction.place), "photo": photo}
                for correction in (found[0].corrections if found else ())
            ],
        }
    return None


def _choices(best: FigureChoice, found: tuple[Reading, ...]) -> Iterator[dict[str, Any]]:
    for number, reading in enumerate(found):
        if reading.commands:
            yield _one(reading.summary, "reading", reading.probability, reading.program, replace(best, reading=number))
    for number, correction in enumerate(found[0].corrections if found else ()):
        title = f"Keep '{correction.read}'" if correction.read else f"Without '{correction.taken}'"
        yield _one(title, "correction", None, correction.kept, replace(best, correction=number))
    yield from _extrapolations(best, found[0].program if found else "")


def _extrapolations(best: FigureChoice, text: str) -> Iterator[dict[str, Any]]:
    from derender.extrapolation import all_proposals

    program = parse(text).program
    try:
        proposals = all_proposals(program) if program is not None else ()
    except DerenderError:  # more loops than letters
        return
    for proposal in proposals:
        choice = replace(best, bounds=proposal.bounds, backwards=proposal.backwards)
        yield _one(proposal.title, "extrapolation", None, pretty(proposal.program), choice)


def _one(title: str, kind: str, probability: float | None, program: str, choice: FigureChoice) -> dict[str, Any]:
    picture = drawing_uri(program)
    return {
        "title": title, "kind": kind, "probability": probability, "program": program, "picture": picture, "choice": choice.to_json(),
    }  # fmt: skip
