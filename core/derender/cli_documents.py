"""The commands that work on LaTeX files: what the editor does, without one.

Each finding is a line `paper.tex:12: sentence`, on stdout, or on stderr where a diff takes stdout.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from derender.cli_options import Device, Grid, for_each, say
from derender.latex.regions import Form

if TYPE_CHECKING:
    from derender.document_files import TexFile
    from derender.latex.review import Finding, Review
    from derender.settings import InferSettings

_FORMS = "TikZ with loops, a TikZ command for each thing drawn, or (dsl) the graphics program to read and edit, its TikZ on one line."

_READING = "Which of the readings that `derender infer` lists; 1 is the likeliest, which `update --redraw` takes of a changed photograph."

Files = Annotated[list[Path], typer.Argument(metavar="FILE.tex", help="LaTeX files with regions.")]


def insert(
    file: Annotated[Path, typer.Argument(metavar="FILE.tex", help="The LaTeX file that includes the picture.")],
    image: Annotated[Path, typer.Argument(help="The picture, or program (.dr), of one of its \\includegraphics.")],
    form: Annotated[Form, typer.Option(help=_FORMS)] = Form.PROGRAM,
    keep_image: Annotated[bool, typer.Option("--keep-image", help="Keep the picture and put the region below it.")] = False,
    line: Annotated[int | None, typer.Option(help="The line of the \\includegraphics, where several name the picture.")] = None,
    reading: Annotated[int, typer.Option(min=1, max=100, help=_READING)] = 1,
    grid: Grid = None,
    device: Device = Device.auto,
    timeout: Annotated[float, typer.Option(help="Seconds for the program.")] = 5.0,
) -> None:
    """Read a picture that a LaTeX file includes, and put a region with its TikZ in the picture's place."""
    from derender import document_files
    from derender.document_insertion import changes, find_place, line_of_region, origin_of, refuse_second
    from derender.settings import InferSettings

    settings = InferSettings(grid=grid, device=device.value, synthesis_timeout=timeout, top=max(reading, InferSettings().top))
    place = find_place(file, image, line)
    if keep_image:
        refuse_second(place)
    found = _drawn(image, settings, reading)
    if not found.commands:
        say(f"{place.file.place(place.figure.start)}: Nothing drawn was recognised in {image}; the file is unchanged.")
        raise typer.Exit(1)
    made = changes(place, found.program, form, replace(origin_of(place, ()), lattice=found.lattice), keep_image=keep_image)
    document_files.write(made)
    say(f"{file}:{line_of_region(place, made[-1].text)}: The figure is inserted, {found.commands} drawing commands{_caveats(found)}.")
    for change in made:
        if change.file is not place.file:
            say(f"{change.file.path}: TikZ is loaded in the preamble now.")
    if place.root is None:
        say(
            f"{file}: The root document of this file is not known, so make sure that it loads TikZ, or name it here: % !TEX root = main.tex"
        )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a photograph or a program file shows."""

    program: str
    """Its text; empty where nothing drawn was recognised."""
    lattice: str
    """As a marker holds it; empty for a program file."""
    commands: int
    """How many are drawn."""
    doubt: float | None = None
    """The probability of a reading that is less probable than the others together, if it is the likeliest."""


def _drawn(source: Path, settings: InferSettings, reading: int = 1) -> _Drawn:
    """What a photograph, in that reading of several, or a program file shows; raises `DerenderError`."""
    from derender.document_redrawing import program_in
    from derender.errors import OptionError
    from derender.language.execute import execute
    from derender.language.text import parse_program, pretty
    from derender.latex.images import is_program
    from derender.latex.origin import lattice_text

    if is_program(source):
        if reading > 1:
            raise OptionError(f"{source} is a program, which has one reading: leave out --reading")
        text = program_in(source)
        return _Drawn(text, "", len(execute(parse_program(text))))
    from derender.photo.load import require_picture

    require_picture(source)
    from derender.pipeline import Pipeline
    from derender.settings import LITTLE_PROBABILITY

    inference = Pipeline.load(settings.device).infer(source, settings)
    if not inference.interpretations:
        return _Drawn("", "", 0)
    readings = inference.interpretations
    if reading > len(readings):
        known = "is one reading" if len(readings) == 1 else f"are {len(readings)} readings"
        raise OptionError(f"there {known} of {source}, so that none is the one of --reading {reading}")
    chosen = readings[reading - 1]
    lattice = lattice_text(chosen.lattice.homography)
    doubt = chosen.probability if reading == 1 < len(readings) and chosen.probability < LITTLE_PROBABILITY else None
    return _Drawn(pretty(chosen.program), lattice, len(chosen.spec), doubt)


def _caveats(found: _Drawn) -> str:
    """What an author should look at in a figure that was inserted, as clauses after a sentence."""
    from derender.language.text import parse_program

    placeholders = sum(label.is_placeholder for label in parse_program(found.program).labels)
    unread = f"; {placeholders} label{'s have' if placeholders > 1 else ' has'} a placeholder for a text" if placeholders else ""
    doubted = f"; it is the likeliest of several readings ({found.doubt:.0%})" if found.doubt is not None else ""
    return unread + doubted


def update(
    files: Files,
    diff: Annotated[bool, typer.Option("--diff", help="Show the changes and write nothing.")] = False,
    redraw: Annotated[bool, typer.Option("--redraw", help="Read photographs that were changed again; replaces their programs.")] = False,
    grid: Grid = None,
    device: Device = Device.auto,
) -> None:
    """Regenerate the figures whose program (or program file), form or size was changed; edits by hand are never overwritten."""
    from derender.settings import InferSettings

    settings = InferSettings(grid=grid, device=device.value)
    raise typer.Exit(for_each(files, lambda path: _update(path, diff, settings if redraw else None)))


def check(
    files: Files,
    diff: Annotated[bool, typer.Option("--diff", help="Show what an update would change.")] = False,
) -> None:
    """Tell which figures are out of date (exit status 1); nothing is written."""
    raise typer.Exit(for_each(files, lambda path: _check(path, diff)))


def _update(path: Path, diff: bool, settings: InferSettings | None) -> int:
    from derender import document_files
    from derender.document_redrawing import SOURCE_CHANGED
    from derender.latex.review import Kind

    file = document_files.read(path)
    found = _reviewed(file, settings)
    change = document_files.Change(file, found.applied(file.text))
    if diff:
        _show(document_files.difference(change))
    else:
        document_files.write((change,))
    for finding in (*found.findings, *_missing_photos(file, found)):
        if diff:
            say(f"{file.place(finding.offset)}: {finding.message}", aside=True)
        else:
            # Lines of the file as it is now.
            line = document_files.line_of(change.text, found.moved(finding.offset))
            anew = finding.message == SOURCE_CHANGED
            done = "The figure is drawn anew from its changed source." if anew else "The figure is regenerated."
            say(f"{path}:{line}: {done if finding.kind is Kind.OUTDATED else finding.message}")
    return int(any(finding.kind is Kind.PROBLEM for finding in found.findings))


def _reviewed(file: TexFile, settings: InferSettings | None) -> Review:
    """What is to be said and done of a file's regions, those included whose source was changed; photographs are read with `settings`."""
    from derender.document_redrawing import redraw
    from derender.latex.review import Kind, Review, review

    found = review(file.text)

    def read(photo: Path) -> tuple[str, str] | None:
        assert settings is not None
        found = _drawn(photo, settings)
        return (found.program, found.lattice) if found.commands else None

    again = redraw(file, found.regions, read if settings is not None else None)
    said = {finding.offset for finding in again.findings if finding.kind is not Kind.NOTE}
    # A region that is drawn anew, or says why not, needs no word on its hand edits besides.
    kept = [finding for finding in found.findings if finding.offset not in said or finding.kind is Kind.OUTDATED]
    findings = sorted([*kept, *again.findings], key=lambda finding: finding.offset)
    return Review(found.regions, tuple(findings), (*found.edits, *again.edits))


def _check(path: Path, diff: bool) -> int:
    from derender import document_files
    from derender.latex.review import Kind

    file = document_files.read(path)
    found = _reviewed(file, None)
    if diff:
        _show(document_files.difference(document_files.Change(file, found.applied(file.text))))
    for finding in (*found.findings, *_missing_photos(file, found)):
        say(f"{file.place(finding.offset)}: {finding.message}", aside=diff)
    return int(any(finding.kind is not Kind.NOTE for finding in found.findings))


def _missing_photos(file: TexFile, found: Review) -> Iterator[Finding]:
    from derender.document_insertion import missing_photo
    from derender.latex.review import Finding, Kind

    for region in found.regions:
        if missing_photo(file, region):
            message = f"The picture '{region.origin.photo}' is no longer there; the figure does not need it."
            yield Finding(Kind.NOTE, region.start, message)


def _show(difference: bytes) -> None:
    """Bytes as they are: a diff of a Latin-1 file is Latin-1, so that it can be applied."""
    sys.stdout.flush()
    sys.stdout.buffer.write(difference)
    sys.stdout.buffer.flush()
