"""The commands that work with programs: extrapolate, format, similar."""

from __future__ import annotations

import sys
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from derender.cli_files import drawn_by, print_json, read_program, read_text, require_png, write
from derender.cli_options import Device, Grid, Json, for_each, say
from derender.errors import InputError, OptionError

if TYPE_CHECKING:
    from derender.extrapolation import Extrapolation
    from derender.similarity.drawings import Drawing, Gallery


def extrapolate(
    program: Annotated[Path, typer.Argument(help="A program's text; - reads standard input.")],
    loop: Annotated[list[str] | None, typer.Option(help="A loop's new bound, like i=5; may be repeated.")] = None,
    backwards: Annotated[
        bool, typer.Option("--backwards", help="Put the turns that --loop adds before the first one instead of after the last.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Each loop and nested loops together, in both directions.")] = False,
    turns: Annotated[int, typer.Option(help="How many turns more, without --loop.")] = 1,
    sheet: Annotated[Path | None, typer.Option(help="Also draw the figure and what it becomes side by side: a .png.")] = None,
    as_json: Json = False,
) -> None:
    """Continue a figure: give its loops other bounds. Without --loop, each loop that can grow, by one turn, best first."""
    from derender import extrapolation

    require_png(sheet, "a contact sheet")
    if not 1 <= turns <= 1000:
        raise OptionError(f"the number of turns must lie between 1 and 1000, not {turns}")
    source = read_program(program)
    drawn = drawn_by(source, program)
    chosen = dict(extrapolation.parse_bound(text) for text in loop or ())
    if chosen:
        results: tuple[Extrapolation, ...] = (extrapolation.extrapolate(source, chosen, frozenset(chosen) if backwards else frozenset()),)
    elif backwards:
        raise OptionError("--backwards says where the turns of --loop go; use --all to see both directions")
    else:
        results = (extrapolation.all_proposals if every else extrapolation.proposals)(source, turns)
    for result in results:
        _show_extrapolation(result, as_json=as_json)
    if sheet is not None and results:
        from derender.extrapolation.sheet import contact_sheet

        pictures = [("as it is", drawn, source.labels), *((r.title, r.spec, r.program.labels) for r in results)]
        write(sheet, contact_sheet(pictures))
    if not results:
        if not as_json:
            from derender import report

            report.console.print("no loop can grow")
        raise typer.Exit(1)


def _show_extrapolation(result: Extrapolation, *, as_json: bool) -> None:
    from derender.language.text import pretty

    if as_json:
        from derender.rendering.tikz import program_to_tikz
        from derender.spec_json import spec_to_json

        about = {"backwards": list(result.backwards)} if result.backwards else {}
        drawn = {"program": pretty(result.program), "spec": spec_to_json(result.spec), "tikz": program_to_tikz(result.program)}
        print_json({"bounds": dict(result.bounds), **about, **drawn})
    else:
        from derender import report

        report.console.print(f"{result.title}: {len(result.spec)} commands")
        report.show_program(pretty(result.program))


def format_programs(
    programs: Annotated[list[Path], typer.Argument(metavar="PROGRAM…", help="Programs' texts; - reads standard input and prints.")],
    check: Annotated[bool, typer.Option("--check", help="Only tell which files would change (exit status 1).")] = False,
) -> None:
    """Lay programs out the one way: four spaces a level, one space around signs. What cannot be read is left as it is."""
    raise typer.Exit(for_each(programs, lambda path: _format_input(path) if str(path) == "-" else _format(path, check=check)))


def _format_input(path: Path) -> int:
    sys.stdout.flush()
    sys.stdout.buffer.write(_formatted(path, read_text(path)).encode())
    sys.stdout.buffer.flush()
    return 0


def _format(path: Path, *, check: bool) -> int:
    from derender import document_files

    file = document_files.read(path)
    if file.encoding == "latin-1":
        raise InputError(f"{path}: this is not UTF-8 text")
    change = document_files.Change(file, _formatted(path, file.text))
    if change.text == file.text:
        return 0
    if not check:
        document_files.write((change,))
    say(f"{path}: {'would be laid out anew' if check else 'laid out anew'}")
    return int(check)


def _formatted(path: Path, text: str) -> str:
    """The program laid out, with the line ends that it has; raises `InputError` with the file."""
    from derender.language.formatting import formatted
    from derender.latex.scanner import newline_of

    try:
        return formatted(text).replace("\n", newline_of(text))
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def similar(
    drawings: Annotated[list[Path], typer.Argument(metavar="DRAWING…", help="Photographs, programs (.dr) or specs (.json).")],
    index: Annotated[Path | None, typer.Option(help="A folder of drawings that the (one) drawing is compared with.")] = None,
    top: Annotated[int, typer.Option(help="How many of the folder's drawings to show.")] = 5,
    picture: Annotated[Path | None, typer.Option(help="Draw pairs that are near and far as programs and as images: a .png.")] = None,
    grid: Grid = None,
    device: Device = Device.auto,
    as_json: Json = False,
) -> None:
    """Tell how alike drawings are: as programs (loops, symmetries), and as images (in commands)."""
    if index is None and len(drawings) < 2:
        raise OptionError("give two drawings at least, or a folder with --index")
    if index is not None and len(drawings) != 1:
        raise OptionError(f"--index compares one drawing with a folder, not {len(drawings)}")
    require_png(picture, "the picture")
    from derender.settings import InferSettings
    from derender.similarity.drawings import Gallery

    gallery = Gallery(InferSettings(grid=grid, device=device.value))
    known = [gallery.drawing(path) for path in drawings]
    others, unread = ([], 0) if index is None else _indexed(gallery, index, known[0])
    pairs = list(combinations(known, 2)) if index is None else [(known[0], other) for other in others]
    _show_distances(pairs, top if index is not None else len(pairs), indexed=index is not None, as_json=as_json)
    if picture is not None:
        from derender.similarity.quadrants import quadrants_png, ranked_pairs

        write(picture, quadrants_png(ranked_pairs([*known, *others])))
    raise typer.Exit(2 if unread else 0)


def _indexed(gallery: Gallery, folder: Path, query: Drawing) -> tuple[list[Drawing], int]:
    """The drawings of a folder but for the query itself, and how many cannot be read, which are told and left out."""
    from derender import report
    from derender.cli_options import complain
    from derender.similarity.drawings import drawings_of

    found, unread = [], 0
    with report.progress() as bar:
        for path in bar.track(list(drawings_of(folder)), description="looking"):
            if path.resolve() != query.path.resolve():
                try:
                    found.append(gallery.drawing(path))
                except InputError as error:
                    unread += 1
                    complain(str(error))
    if not found:
        raise InputError(f"{folder}: there are no drawings to compare with")
    return found, unread


def _show_distances(pairs: list[tuple[Drawing, Drawing]], most: int, *, indexed: bool, as_json: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    from derender import report
    from derender.similarity.drawings import distance

    rows = sorted(((a, b, distance(a, b)) for a, b in pairs), key=lambda row: (row[2].program, row[2].image))
    if as_json:
        for a, b, far in rows[:most]:
            distances = {"program_distance": round(far.program, 4), "image_distance": round(far.image, 4)}
            print_json({"drawings": [str(a.path), str(b.path)], **distances})
        return
    # Compared with a folder, one drawing is the same in all rows.
    compared = [(b,) if indexed else (a, b) for a, b, _ in rows]
    table = Table(*["drawing"] * (1 if indexed else 2), "as programs", "as images", box=None, padding=(0, 2))
    for shown, (_, _, far) in list(zip(compared, rows, strict=True))[:most]:
        table.add_row(*(Text(str(drawing.path)) for drawing in shown), f"{far.program:.2f}", f"{far.image:.1f}")
    report.console.print(table)
