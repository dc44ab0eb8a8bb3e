r"""What is the matter with a document's regions, and the edits that bring them up to date: text in, values out.

A region is regenerated only where that loses nothing: its markers are whole, its program gives a drawing, and its body is still the
generated one. Everything else is left as it is and told in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from derender.latex.figures import Options
from derender.latex.generation import program_problems, regenerate
from derender.latex.insertion import Edit, apply_edits
from derender.latex.markers import LINE_START, MARKER_LINE
from derender.latex.origin import Origin
from derender.latex.regions import Region, Source, find_regions
from derender.latex.scanner import closing, scan

_MUTED = re.compile(LINE_START + r"[ \t]*%[% \t]*%[ \t]*derender:[ \t]*begin\b")

_OUTDATED = "The program, the form or the size was changed since this figure was generated; 'derender update' regenerates it."
_EDITED = "This figure was edited by hand; it is kept, and nothing is generated over it."
_UNDRAWN = "The program cannot be drawn, so that the figure is kept as it was"
_BOTH = (
    "The program was changed and the figure was edited by hand, so that nothing is generated over it: "
    "undo one of the two, or remove the 'derender' lines to keep the figure as it is."
)
_BREAKING = (
    "The changed label or size would break the document (a brace without its partner, a comment, verbatim text), "
    "so that the figure is kept as it was."
)


class Kind(Enum):
    """What a finding asks for."""

    OUTDATED = auto()
    """A region that its edit brings up to date."""
    PROBLEM = auto()
    """What only the author can put right."""
    NOTE = auto()
    """What is in order and perhaps not expected."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence on a place of the document."""

    kind: Kind
    offset: int
    message: str


@dataclass(frozen=True, slots=True)
class Review:
    """The regions that are whole, the findings in the order of the document, and the edits of outdated regions."""

    regions: tuple[Region, ...]
    findings: tuple[Finding, ...]
    edits: tuple[Edit, ...]

    def applied(self, text: str) -> str:
        """The document with its regions up to date."""
        return apply_edits(text, self.edits)

    def moved(self, offset: int) -> int:
        """Where an offset outside of the edits comes to lie when they are applied."""
        return offset + sum(len(edit.text) - (edit.end - edit.start) for edit in self.edits if edit.end <= offset)


def review(text: str) -> Review:
    """All that is to be said of a document's regions; never raises."""
    found = find_regions(text)
    findings = [Finding(Kind.PROBLEM, fault.start, fault.message) for fault in found.faults]
    edits: list[Edit] = []
    for region in found.regions:
        match _judged(text, region):
            case Edit() as edit:
                edits.append(edit)
                findings.append(Finding(Kind.OUTDATED, region.start, _OUTDATED))
            case told:
                findings += told
    findings += _muted(text)
    return Review(found.regions, tuple(sorted(findings, key=lambda finding: finding.offset)), tuple(edits))


def renewals(text: str, regions: Iterable[Region]) -> tuple[Edit, ...]:
    """The edits that bring up to date what can be of a document's regions; never raises."""
    return tuple(edit for region in regions if isinstance(edit := _judged(text, region), Edit))


def _judged(text: str, region: Region) -> Edit | list[Finding]:
    """The edit that brings a region up to date, or what is to be said of one that stays."""
    if not region.is_outdated:
        return [Finding(Kind.NOTE, region.start, _EDITED)] if region.is_edited else []
    problems = list(program_problems(region))
    if problems:
        return [Finding(Kind.PROBLEM, offset, f"{_UNDRAWN}: {message}") for offset, message in problems]
    if region.is_edited:
        return [Finding(Kind.PROBLEM, region.start, _BOTH)]
    renewed = renewal(text, region)
    return renewed if renewed is not None else [Finding(Kind.PROBLEM, region.start, _BREAKING)]


def renewal(text: str, region: Region, source: Source | None = None, origin: Origin | None = None) -> Edit | None:
    """The edit that generates a region from its source, or from another one; None where that would break the document.

    Whether the body was edited by hand is the caller's question. Raises `ProgramError`, `ExecutionError` or `DocumentError`.
    """
    # The region's own line ends, where a document has several kinds.
    renewed = regenerate(text[region.start : region.end], region, source=source, origin=origin)
    whole = _is_balanced((source or region.source).options) and _is_region(renewed)
    return Edit(region.start, region.end, renewed) if whole else None


def _is_balanced(options: Options) -> bool:
    """Whether TeX can take the options as an argument: braces in pairs, no comment, nothing verbatim."""
    written = f"{{{options}}}"
    scanned = scan(written)
    return scanned.written(0, len(written)) == written and closing(scanned.visible, 0) == len(written) - 1


def _is_region(text: str) -> bool:
    """Whether a text is a region and nothing else: labels and sizes can hold what keeps TeX from seeing its end."""
    found = find_regions(text)
    return not found.faults and [(region.start, region.end, region.is_edited) for region in found.regions] == [(0, len(text), False)]


def _muted(text: str) -> Iterator[Finding]:
    """Notes on regions that TeX does not see."""
    if "derender:" not in text:
        return
    scanned = scan(text)
    for line in MARKER_LINE.finditer(text):
        if line["kind"] == "begin" and scanned.in_verbatim(line.start()):
            where = "in verbatim text, in a comment environment or after the document's end"
            yield Finding(Kind.NOTE, line.start(), f"This region stands {where}; it is left as it is.")
    for line in _MUTED.finditer(text):
        yield Finding(Kind.NOTE, line.start(), "This region is commented out; it is left as it is.")
