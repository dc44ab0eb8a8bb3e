r"""Which file a figure names: LaTeX's search, without touching the disk.

LaTeX looks in its working folder, which is the root document's, and in each folder of `\graphicspath`; Derender also looks in
the folder of the document itself, where authors of subfiles keep their pictures. A name without a known extension is tried with
each, in the order of pdfTeX.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from pathlib import Path, PurePath

from derender.latex.scanner import closing, scan

EXTENSIONS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".heic", ".heif")
"""Pictures that can be a photograph or a scan; TeX itself cannot show all of them."""

PROGRAM_ENDING = ".dr"
"""Of programs in files of their own."""

_OTHER_EXTENSIONS = (".pdf", ".eps", ".ps", ".svg", ".mps", ".tikz", ".pgf", ".tex")
_GRAPHICSPATH = re.compile(r"\\graphicspath\s*(?=\{)")
_MACRO = re.compile(r"[\\#]|\^\^")


def graphics_path(text: str) -> tuple[str, ...]:
    r"""The folders of the document's `\graphicspath`, as written; the last one counts, as in TeX."""
    visible = scan(text).visible
    folders: tuple[str, ...] = ()
    for match in _GRAPHICSPATH.finditer(visible):
        end = closing(visible, match.end())
        if end is not None:
            folders = tuple(part.strip().strip('"') for part in re.findall(r"\{([^{}]*)\}", visible[match.end() + 1 : end]))
    return folders


def names_a_photo(name: str) -> bool:
    """Whether the name can be that of a photograph: it is complete, without macros, and not of a drawing's file type."""
    return bool(name.strip()) and not _MACRO.search(name) and not name.lower().endswith(_OTHER_EXTENSIONS)


def is_program(name: str | PurePath) -> bool:
    """Whether the name is that of a program in a file of its own, in small letters or in capitals."""
    return PurePath(name).suffix.lower() == PROGRAM_ENDING


def is_network_name(name: str) -> bool:
    """Whether the name lies on another machine (`//server/…`, `\\\\server\\…`, `http://…`): it is refused before any look."""
    return name.replace("\\", "/").startswith("//") or re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", name) is not None


def spellings(name: str) -> tuple[str, ...]:
    """The name as written, composed and decomposed: letters with accents may be stored otherwise than the author's keyboard writes them."""
    return tuple(dict.fromkeys((name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name))))


def sources(name: str, folder: Path) -> tuple[Path, ...]:
    """The paths that a region's photograph or program file may have, its marker naming it as seen from the document's `folder`.

    None for a name on another machine.
    """
    paths = () if not name or is_network_name(name) else spellings(name)
    return tuple(Path(os.path.normpath(folder / spelling)) for spelling in paths)


def candidates(name: str, folders: Iterable[Path], graphicspath: Iterable[str] = ()) -> Iterator[Path]:
    """Every path that the name may stand for, the likeliest first, none twice. `folders` are the root's and the document's."""
    subfolders = ("", *(folder for folder in graphicspath if not is_network_name(folder)))
    names = spellings(name)
    known = name.lower().endswith(EXTENSIONS)
    endings = ("",) if known else tuple(case for extension in EXTENSIONS for case in (extension, extension.upper()))
    seen: set[Path] = set()
    for folder in folders:
        for subfolder in (spelling for named in subfolders for spelling in spellings(named)):
            for spelling, ending in product(names, endings):
                path = folder / subfolder / (spelling + ending)
                if path not in seen:
                    seen.add(path)
                    yield path


def program_candidates(name: str, folders: Iterable[Path], graphicspath: Iterable[str] = ()) -> Iterator[Path]:
    """The paths of program files that the name, with or without its ending, may stand for; LaTeX itself knows nothing of them."""
    named = name if is_program(name) else name + PROGRAM_ENDING
    names = [os.path.join(subfolder, named) for subfolder in ("", *graphicspath)]
    for folder in folders:
        for spelled in names:
            yield from sources(spelled, folder)


def find_image(name: str, folders: Iterable[Path], graphicspath: Iterable[str], is_file: Callable[[Path], bool]) -> Path | None:
    """The first candidate that is a file, or None."""
    if not names_a_photo(name) or is_network_name(name):
        return None
    return next((path for path in candidates(name, folders, graphicspath) if is_file(path)), None)
