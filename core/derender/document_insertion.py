r"""A picture's figure in a LaTeX file, and the changes of files that put a region in its place or below it.

Nothing is guessed: a picture that no `\includegraphics` of the file names, or that several name, is told, not put somewhere.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from derender.document_files import Change, TexFile, is_file, line_of, read, read_text
from derender.errors import DocumentError, ImageError, InputError
from derender.language.text import parse_program
from derender.latex.figures import Figure, find_figures
from derender.latex.images import find_image, graphics_path, is_network_name, is_program, names_a_photo, program_candidates, sources
from derender.latex.insertion import apply_edits, following, photo_path, replacing
from derender.latex.origin import Origin, content_digits, lattice_text
from derender.latex.preamble import load_tikz
from derender.latex.regions import Form, Region, find_regions
from derender.latex.root import find_root, inputs

_FOLDERS_ABOVE = 2
"""Folders above the document's whose files may be its root document."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a region goes: the figure of `photo` in `file`, and the root document, where it is known."""

    file: TexFile
    root: TexFile | None
    figure: Figure
    photo: Path

    @property
    def folder(self) -> Path:
        """The document's folder."""
        return _absolute(self.file.path).parent


def find_place(path: Path, photo: Path, line: int | None = None) -> Place:
    """The one figure of the picture `photo` in the LaTeX file, or the first that begins at `line`; raises `InputError`."""
    file = read(path)
    if not is_file(photo):
        raise ImageError(f"{photo}: there is no such picture")
    root = _root(file)
    found = find_regions(file.text)
    if found.faults:
        fault = found.faults[0]
        raise DocumentError(f"{file.place(fault.start)}: {fault.message} Nothing is inserted before that.")
    figures = list(_figures(file, root, photo))
    if not figures:
        raise DocumentError(f"{path}: {_absence(file, root, photo)}")
    chosen = [figure for figure in figures if line in (None, line_of(file.text, figure.start))]
    if not chosen or (line is None and len(chosen) > 1):
        raise DocumentError(f"{path}: {photo} {_lines_to_choose(file, figures, line)}")
    figure = chosen[0]
    around = next((region for region in found.regions if region.start <= figure.start < region.end), None)
    if around is not None:
        raise DocumentError(f"{file.place(figure.start)}: the figure stands inside the region of line {line_of(file.text, around.start)}")
    return Place(file, root, figure, photo)


def refuse_second(place: Place) -> None:
    """Raises `DocumentError` where the picture already has its region below."""
    text, end = place.file.text, place.figure.end
    photo = photo_path(_absolute(place.photo), place.folder)
    for region in find_regions(text).regions:
        if end <= region.start and not text[end : region.start].strip() and region.origin.photo == photo:
            raise DocumentError(f"{place.file.place(region.start)}: the figure read from {place.photo} already stands here")


def origin_of(place: Place, homography: Sequence[Sequence[float]]) -> Origin:
    """What a region's marker tells of its picture; raises `InputError`."""
    try:
        sha256 = content_digits(place.photo)
    except OSError as error:
        raise ImageError(f"{place.photo}: cannot be read ({error.strerror})") from None
    return Origin(photo_path(_absolute(place.photo), place.folder), sha256, lattice_text(homography))


def changes(place: Place, program: str, form: Form, origin: Origin, *, keep_image: bool) -> tuple[Change, ...]:
    """The new texts of the root, where TikZ must be loaded there, and last of the document; raises `InputError`."""
    from derender.rendering.tikz import tikz_libraries

    put = following if keep_image else replacing
    edits = (put(place.file.text, place.figure, program, form, origin),)
    inserted = apply_edits(place.file.text, edits)
    if place.root is None:
        return (Change(place.file, inserted),)
    folder = _absolute(place.root.path).parent
    loading = load_tikz(place.root.text, tikz_libraries(parse_program(program)), lambda name: read_text(folder / name))
    if place.root is place.file:
        return (Change(place.file, apply_edits(place.file.text, (*edits, *loading))),)
    # The root first: TikZ that nothing uses does no harm, should the second file be refused.
    rest = (Change(place.root, apply_edits(place.root.text, loading)),) if loading else ()
    return (*rest, Change(place.file, inserted))


def line_of_region(place: Place, text: str) -> int:
    """The line of the region that was inserted, in the document's new text."""
    before = sum(1 for region in find_regions(place.file.text).regions if region.start < place.figure.start)
    return line_of(text, find_regions(text).regions[before].start)


def missing_photo(file: TexFile, region: Region) -> bool:
    """Whether a region's picture is no longer there."""
    paths = sources(region.origin.photo, _absolute(file.path).parent)
    return bool(paths) and not any(map(is_file, paths))


def _root(file: TexFile) -> TexFile | None:
    path = _absolute(file.path)
    root = find_root(path, file.text, read_text, _neighbours(path))
    if root is None or root == path:
        return file if root else None
    return read(_as_named(root, file))


def _neighbours(path: Path) -> Iterator[Path]:
    for folder in (path.parent, *list(path.parent.parents)[:_FOLDERS_ABOVE]):
        try:
            yield from sorted(folder.glob("*.tex"))
        except OSError:
            return


def _figures(file: TexFile, root: TexFile | None, photo: Path) -> Iterator[Figure]:
    """The figures that name the picture, whatever path they take to it."""
    folders = dict.fromkeys(_absolute(known.path).parent for known in (root, file) if known is not None)
    paths = graphics_path(file.text) or graphics_path(root.text if root else "")
    for figure in find_figures(file.text):
        find = _find_program if is_program(photo) else find_image
        found = find(figure.name, folders, paths, is_file)
        if found is not None and found.samefile(photo):
            yield figure


def _find_program(name: str, folders: Iterable[Path], paths: Iterable[str], is_file: Callable[[Path], bool]) -> Path | None:
    """The first program file that a figure's name, with or without its ending, may stand for."""
    if not names_a_photo(name) or is_network_name(name):
        return None
    return next((path for path in program_candidates(name, folders, paths) if is_file(path)), None)


def _lines_to_choose(file: TexFile, figures: Sequence[Figure], line: int | None) -> str:
    """Why none of a picture's figures is taken, and how to name one by its line."""
    problem = "is included more than once" if line is None else f"is not included at line {line}"
    lines = list(dict.fromkeys(str(line_of(file.text, figure.start)) for figure in figures))
    if len(lines) > 1:
        return f"{problem}; choose one of the lines {', '.join(lines)} with --line"
    # Where the first has become a region, the next is the first.
    return f"{problem}; --line {lines[0]} takes {'it' if len(figures) == 1 else 'the first there'}"


def _absence(file: TexFile, root: TexFile | None, photo: Path) -> str:
    """Why a file has no figure of the picture, and what its user can do: in the file itself, then in those that it inputs."""
    for part in (file, *_parts(file, root)):
        region = next((region for region in find_regions(part.text).regions if _is_read_from(region, part, photo)), None)
        if region is not None:
            place = f"line {line_of(file.text, region.start)}" if part is file else part.place(region.start)
            return f"no \\includegraphics names {photo}; the figure read from it stands at {place}"
        if any(_figures(part, root, photo)):
            return f"no \\includegraphics here names {photo}, but one of {part.path} does: name that file instead"
    return f"no \\includegraphics names {photo}; write one where the figure is to stand"


def _is_read_from(region: Region, file: TexFile, photo: Path) -> bool:
    """Whether a region was drawn from the picture."""
    return any(is_file(seen) and seen.samefile(photo) for seen in sources(region.origin.photo, _absolute(file.path).parent))


def _parts(file: TexFile, root: TexFile | None) -> Iterator[TexFile]:
    """The files that a LaTeX file inputs, directly or through others, as its user would name them."""
    folder = _absolute((root or file).path).parent
    seen, pending = {_absolute(file.path)}, [file]
    while pending:
        part = pending.pop(0)
        for path in inputs(_absolute(part.path), part.text, folder):
            if path in seen or not is_file(path):
                continue
            seen.add(path)
            with suppress(InputError):
                pending.append(read(_as_named(path, file)))
                yield pending[-1]


def _as_named(path: Path, file: TexFile) -> Path:
    """A path as seen from the working folder, where the file that led to it was named so and lies there."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) and not file.path.is_absolute() else path


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))
