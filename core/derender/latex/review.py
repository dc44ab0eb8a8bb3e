r"""What is the matter with a document's regions, and the edits that bring them up to date: text in, values out.

A region is regenerated only where that loses nothing: its markers are whole, its program gives a drawing, and its body is still the
generated one. Everything else is left as it is and told in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from derender.latex.generation import program_problems, regenerate
from derender.latex.insertion import Edit, apply_edits
from derender.latex.markers import MARKER_LINE
from derender.latex.regions import Region, find_regions
from derender.latex.scanner import scan

_MUTED = re.compile(r"^[ \t]*%[% \t]*%[ \t]*derender:[ \t]*begin\b", re.MULTILINE)


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
        told = list(_findings(region))
        findings += told
        if any(finding.kind is Kind.OUTDATED for finding in told):
            # The region's own line ends, where a document has several kinds.
            own = text[region.start : region.end]
            edits.append(Edit(region.start, region.end, regenerate(own, region)))
    findings += _muted(text)
    return Review(found.regions, tuple(sorted(findings, key=lambda finding: finding.offset)), tuple(edits))


def _findings(region: Region) -> Iterator[Finding]:
    if not region.is_outdated:
        if region.is_edited:
            message = "This figure was edited by hand; it is kept, and nothing is generated over it."
            yield Finding(Kind.NOTE, region.start, message)
        return
    problems = list(program_problems(region))
    for offset, message in problems:
        yield Finding(Kind.PROBLEM, offset, f"The program cannot be drawn, so that the figure is kept as it was: {message}")
    if problems:
        return
    if region.is_edited:
        message = (
            "The program was changed and the figure was edited by hand, so that nothing is generated over it: "
            "undo one of the two, or remove the 'derender' lines to keep the figure as it is."
        )
        yield Finding(Kind.PROBLEM, region.start, message)
    else:
        message = "The program, the form or the size was changed since this figure was generated; 'derender update' regenerates it."
        yield Finding(Kind.OUTDATED, region.start, message)


def _muted(text: str) -> Iterator[Finding]:
    """Notes on regions that TeX does not see."""
    scanned = scan(text)
    for line in MARKER_LINE.finditer(text):
        if line["kind"] == "begin" and scanned.in_verbatim(line.start()):
            where = "in verbatim text, in a comment environment or after the document's end"
            yield Finding(Kind.NOTE, line.start(), f"This region stands {where}; it is left as it is.")
    for line in _MUTED.finditer(text):
        yield Finding(Kind.NOTE, line.start(), "This region is commented out; it is left as it is.")
