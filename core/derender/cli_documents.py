"""The commands that work on LaTeX files: what the editor does, without one.

Each finding is a line `paper.tex:12: sentence`, on stdout, or on stderr where a diff takes stdout.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from derender.cli_options import Device, Grid, complain, say
from derender.errors import InputError
from derender.latex.regions import Form

if TYPE_CHECKING:
    from derender.document_files import TexFile
    from derender.latex.review import Finding, Review

Files = Annotated[list[Path], typer.Argument(metavar="FILE.tex", help="LaTeX files with regions.")]


def insert(
    file: Annotated[Path, typer.Argument(metavar="FILE.tex", help="The LaTeX file that includes the picture.")],
    image: Annotated[Path, typer.Argument(help="The picture of one of its \\includegraphics.")],
    form: Annotated[Form, typer.Option(help="TikZ with loops, or a TikZ command for each thing drawn.")] = Form.PROGRAM,
    keep_image: Annotated[bool, typer.Option("--keep-image", help="Keep the picture and put the region below it.")] = False,
    line: Annotated[int | None, typer.Option(help="The line of the \\includegraphics, where several name the picture.")] = None,
    grid: Grid = None,
    device: Device = Device.auto,
    timeout: Annotated[float, typer.Option(help="Seconds for the program.")] = 5.0,
) -> None:
    """Read a picture that a LaTeX file includes, and put a region with its TikZ in the picture's place."""
    from derender import document_files
    from derender.document_insertion import changes, find_place, line_of_region, origin_of, refuse_second
    from derender.settings import InferSettings

    settings = InferSettings(grid=grid, device=device.value, synthesis_timeout=timeout)
    place = find_place(file, image, line)
    if keep_image:
        refuse_second(place)
    from derender.language.text import pretty
    from derender.pipeline import Pipeline

    inference = Pipeline.load(settings.device).infer(image, settings)
    if not inference.interpretations or not inference.interpretations[0].spec.commands:
        say(f"{place.file.place(place.figure.start)}: Nothing drawn was recognised in {image}; the file is unchanged.")
        raise typer.Exit(1)
    best = inference.interpretations[0]
    origin = origin_of(place, inference.lattice.homography if inference.lattice else ())
    made = changes(place, pretty(best.program), form, origin, keep_image=keep_image)
    document_files.write(made)
    say(f"{file}:{line_of_region(place, made[-1].text)}: The figure is inserted, {len(best.spec.commands)} drawing commands.")
    for change in made:
        if change.file is not place.file:
            say(f"{change.file.path}: TikZ is loaded in the preamble now.")
    if place.root is None:
        say(
            f"{file}: The root document of this file is not known, so make sure that it loads TikZ, or name it here: % !TEX root = main.tex"
        )


def update(
    files: Files,
    diff: Annotated[bool, typer.Option("--diff", help="Show the changes and write nothing.")] = False,
) -> None:
    """Regenerate the figures whose program, form or size was changed; edits by hand are never overwritten."""
    raise typer.Exit(_for_each(files, lambda path: _update(path, diff)))


def check(
    files: Files,
    diff: Annotated[bool, typer.Option("--diff", help="Show what an update would change.")] = False,
) -> None:
    """Tell which figures are out of date (exit status 1); nothing is written."""
    raise typer.Exit(_for_each(files, lambda path: _check(path, diff)))


def _for_each(files: list[Path], act: Callable[[Path], int]) -> int:
    """The worst exit status; a file that cannot be used does not keep the others from their turn."""
    status = 0
    for path in files:
        try:
            status = max(status, act(path))
        except InputError as error:
            complain(str(error))
            status = 2
    return status


def _update(path: Path, diff: bool) -> int:
    from derender import document_files
    from derender.latex.review import Kind, review

    file = document_files.read(path)
    found = review(file.text)
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
            say(f"{path}:{line}: {'The figure is regenerated.' if finding.kind is Kind.OUTDATED else finding.message}")
    return int(any(finding.kind is Kind.PROBLEM for finding in found.findings))


def _check(path: Path, diff: bool) -> int:
    from derender import document_files
    from derender.latex.review import Kind, review

    file = document_files.read(path)
    found = review(file.text)
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
