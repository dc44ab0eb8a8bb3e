"""Regions whose photograph or program file was changed since they were generated: noticed by content, and drawn anew.

A program file (`.dr`) is the region's source: what it says is what is drawn. A photograph is read again only when that is asked for,
because it replaces the program, in which the author may have changed something; the texts of its labels are kept. Hand edits of a body
are merged, and kept where they touch the new drawing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from derender.document_files import TexFile, is_file, line_of, read
from derender.errors import InputError
from derender.language.execute import execute
from derender.language.text import parse_program, pretty
from derender.latex.images import is_program, sources
from derender.latex.insertion import Edit
from derender.latex.kept_labels import KeptLabels, keep_labels
from derender.latex.merge import redrawn
from derender.latex.origin import Origin, content_digits
from derender.latex.regions import Region
from derender.latex.review import Finding, Kind

Reading = Callable[[Path], tuple[str, str] | None]
"""Gives the program's text and the lattice (as a marker holds it) of a photograph; None where nothing drawn is recognised."""

SOURCE_CHANGED = "The source was changed since this figure was generated; 'derender update' draws it anew."
"""What is said of a region that is outdated because of its source."""


@dataclass(frozen=True, slots=True)
class Redrawing:
    """The edits of regions that are drawn anew, and what is to be said of all whose source was changed."""

    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]


def redraw(file: TexFile, regions: Sequence[Region], reading: Reading | None) -> Redrawing:
    """Draws the regions anew whose program file was changed, and with `reading` also those whose photograph was."""
    edits: list[Edit] = []
    findings: list[Finding] = []
    for region, source, digits in changed_sources(file, regions):
        try:
            match _redrawn(file, region, source, digits, reading):
                case Edit() as edit, labels:
                    edits.append(edit)
                    findings.append(Finding(Kind.OUTDATED, region.start, SOURCE_CHANGED))
                    findings += _told_of_labels(region, labels)
                case Finding() as finding:
                    findings.append(finding)
        except InputError as error:
            findings.append(Finding(Kind.PROBLEM, region.start, f"'{region.origin.photo}' was changed, but cannot be drawn: {error}."))
    return Redrawing(tuple(edits), tuple(findings))


def changed_sources(file: TexFile, regions: Sequence[Region]) -> Iterator[tuple[Region, Path, str]]:
    """Regions whose photograph or program file has another content than they were generated from; its path and digits."""
    folder = Path(os.path.abspath(file.path)).parent
    for region in regions:
        path = next(filter(is_file, sources(region.origin.photo, folder)), None)
        if path is None or not region.origin.sha256:
            continue
        try:
            digits = content_digits(path)
        except OSError:
            continue
        if digits != region.origin.sha256:
            yield region, path, digits


def program_in(path: Path) -> str:
    """The text of a program file, laid out; raises `InputError` with file, line and column."""
    try:
        program = parse_program(read(path).text)
        execute(program)
    except InputError as error:
        raise InputError(str(error) if str(error).startswith(str(path)) else f"{path}: {error}") from None
    return pretty(program)


def _told_of_labels(region: Region, labels: KeptLabels) -> Iterator[Finding]:
    """What an author should know of the words in a figure that is drawn anew."""
    for kept, now in labels.otherwise:
        yield Finding(Kind.NOTE, region.start, f'The label "{kept}" is kept; "{now}" is read in its place now.')


def _redrawn(file: TexFile, region: Region, path: Path, digits: str, reading: Reading | None) -> tuple[Edit, KeptLabels] | Finding:
    shown = region.origin.photo
    origin = replace(region.origin, sha256=digits)
    if is_program(path):
        labels = KeptLabels(program_in(path))
    elif reading is None:
        message = f"The picture '{shown}' was changed since; 'derender update --redraw' reads it again and replaces the program."
        return Finding(Kind.NOTE, region.start, message)
    else:
        found = reading(path)
        if found is None:
            return Finding(Kind.PROBLEM, region.start, f"Nothing drawn was recognised in the changed '{shown}'; the figure is kept.")
        labels = keep_labels(region.source.program, origin.lattice, *found)
        if labels.missing:
            lost = ", ".join(f'"{text}"' for text in labels.missing)
            message = f"The changed '{shown}' has no label in the place of {lost}; the figure is kept until its program has none either."
            return Finding(Kind.PROBLEM, region.start, message)
        origin = Origin(origin.photo, digits, found[1])
    if region.is_outdated:
        message = f"Both '{shown}' and the program in this figure were changed: undo one of the two."
        return Finding(Kind.PROBLEM, region.start, message)
    match redrawn(file.text, region, labels.program, origin):
        case Edit() as edit:
            return edit, labels
        case conflicts:
            first = line_of(file.text, region.body_start)
            lines = ", ".join(str(first + conflict.line) for conflict in conflicts)
            message = f"'{shown}' was changed, but the new drawing touches what was edited by hand (line {lines}); the figure is kept."
            return Finding(Kind.PROBLEM, region.start, message)
