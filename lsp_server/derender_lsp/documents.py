"""The LaTeX documents: what each version holds, and which files its figures name.

A version is parsed once, when it is first asked about. Everything that comes from the disk (which images there are, which root a
file belongs to) is remembered until a file changes or is saved.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from urllib.parse import unquote

from pygls.uris import from_fs_path
from pygls.workspace import TextDocument, Workspace

from derender.latex.figures import Figure, find_figures
from derender.latex.images import candidates, graphics_path, is_network_name, is_program, names_a_photo, program_candidates, sources
from derender.latex.preamble import is_root
from derender.latex.regions import Region, Regions, find_regions
from derender.latex.root import find_root
from derender_lsp.convert import LineIndex
from derender_lsp.files import Files, ImageFile, Missing, Refused, local_path
from derender_lsp.listings import Listing, region_listing, whole_text
from derender_lsp.settings import Settings
from derender_lsp.texts import OpenText, lines_of


class Document:
    """One version of a document."""

    def __init__(self, uri: str, path: Path, text: str, version: int | None, lines: LineIndex, commands: tuple[str, ...]) -> None:
        self.uri = uri
        self.path = path
        self.text = text
        self.version = version
        self.lines = lines
        self.images: tuple[int, dict[str, ImageFile]] = (-1, {})
        """What its names stand for, kept by `Documents`, and the state of the disk that it is true for."""
        self._commands = commands

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        return find_figures(self.text, self._commands)

    @cached_property
    def found(self) -> Regions:
        """Regions, and faults of their markers."""
        return find_regions(self.text)

    @property
    def regions(self) -> tuple[Region, ...]:
        return self.found.regions

    @cached_property
    def listings(self) -> tuple[Listing, ...]:
        """The programs of the regions."""
        return tuple(region_listing(region) for region in self.regions)


class ProgramDocument:
    """One version of a graphics program in a file of its own."""

    def __init__(self, uri: str, path: Path, text: str, version: int | None, lines: LineIndex) -> None:
        self.uri = uri
        self.path = path
        self.text = text
        self.version = version
        self.lines = lines

    @cached_property
    def listing(self) -> Listing:
        return whole_text(self.text)


class Documents:
    """The open documents and the files around them."""

    def __init__(self, workspace: Callable[[], Workspace], settings: Callable[[], Settings]) -> None:
        self._workspace = workspace
        self._settings = settings
        self._files = Files(workspace, settings)
        self._parsed: dict[str, Document] = {}
        self._programs: dict[str, ProgramDocument] = {}
        self._images: dict[tuple[Path, tuple[Path, ...], tuple[str, ...]], dict[str, ImageFile]] = {}
        self._disk = 0
        """Counts the states of the disk."""
        self._roots: dict[tuple[Path, str], Path | None] = {}
        self._texts: dict[Path, str | None] = {}

    def opened(self, uri: str) -> None:
        """Has what the author types in a document that was opened kept up with."""
        texts = self._workspace().text_documents
        if (text := texts.get(unquote(uri))) is not None:
            texts[unquote(uri)] = OpenText(text)

    def document(self, uri: str) -> Document | None:
        """The open document's current version; None for what is not open or no LaTeX file on this machine."""
        source = self._workspace().text_documents.get(unquote(uri))
        path = local_path(uri)
        if source is None or path is None or _is_program(source, path):
            return None
        known = self._parsed.get(uri)
        if known is None or known.version != source.version or known.text != source.source:
            known = self._parsed[uri] = Document(uri, path, source.source, source.version, lines_of(source), self._settings().commands)
        return known

    def program(self, uri: str) -> ProgramDocument | None:
        """The current version of an open graphics program (`.dr`); None for everything else. It need not be saved yet."""
        source = self._workspace().text_documents.get(unquote(uri))
        path = local_path(uri) or Path(unquote(uri))
        if source is None or not _is_program(source, path):
            return None
        known = self._programs.get(uri)
        if known is None or known.version != source.version or known.text != source.source:
            known = self._programs[uri] = ProgramDocument(uri, path, source.source, source.version, lines_of(source))
        return known

    def listings(self, uri: str) -> tuple[LineIndex, tuple[Listing, ...]] | None:
        """The programs of any open document, those of its regions or itself, and its lines."""
        program = self.program(uri)
        if program is not None:
            return program.lines, (program.listing,)
        document = self.document(uri)
        return (document.lines, document.listings) if document is not None else None

    def open_documents(self) -> Iterator[Document]:
        """Every open LaTeX document."""
        for uri in [item.uri for item in self._workspace().text_documents.values()]:
            document = self.document(uri)
            if document is not None:
                yield document

    def forget(self, uri: str) -> None:
        """Drops a closed document."""
        self._parsed.pop(uri, None)
        self._programs.pop(uri, None)

    def forget_parsed(self) -> None:
        """Drops what depends on the settings."""
        self._parsed.clear()
        self.forget_files()

    def forget_files(self) -> None:
        """Drops what was read from the disk, since a file changed."""
        self._disk += 1
        self._images.clear()
        self._roots.clear()
        self._texts.clear()

    def image(self, document: Document, figure: Figure) -> ImageFile:
        """The file that a figure names."""
        return self._image(document, figure.name)

    def may_read(self, path: Path) -> bool:
        """Whether the file is one that the author's folders hold."""
        return isinstance(self._files.judged(path), Path)

    def photo(self, document: Document, region: Region) -> ImageFile:
        """The photograph that a region was read from; None where its marker names none."""
        name = region.origin.photo
        if not name:
            return None
        if is_network_name(name):
            return Refused(f"'{name}' lies on another machine and is not read.")
        known = self._images.setdefault((document.path, (), ()), {})
        if name not in known:
            known[name] = self._first(sources(name, document.path.parent))
        return known[name]

    def root_candidates(self, document: Document) -> list[Path]:
        """The root documents around a document whose own root is not known, nearest first."""
        texts = ((path, self.read(path)) for path in self._files.neighbours(document.path) if path != document.path)
        return [path for path, text in texts if text is not None and is_root(text)]

    def searched(self, document: Document) -> set[Path]:
        """The folders in which a document's pictures are looked for, those that exist."""
        names = {os.path.dirname(figure.name) for figure in document.figures if not is_network_name(figure.name)}
        folders = {document.path.parent / name for name in (*names, *graphics_path(document.text)) if not is_network_name(name)}
        photos = (self.photo(document, region) for region in document.regions)
        folders |= {photo.parent for photo in photos if isinstance(photo, Path)}
        return {folder for folder in {*folders, document.path.parent} if os.path.isdir(folder) and self._files.is_allowed(folder)}

    def root(self, document: Document) -> Path | None:
        """The root document of a document, where it is known."""
        key = (document.path, document.text[:5000])
        if key not in self._roots:
            self._roots[key] = find_root(document.path, document.text, self.read, self._files.neighbours(document.path))
        return self._roots[key]

    def read(self, path: Path) -> str | None:
        """A LaTeX file's text, as it is in the editor when it is open there."""
        open_text = next((parsed.text for parsed in self.open_documents() if parsed.path == path), None)
        if open_text is not None:
            return open_text
        if path not in self._texts:
            self._texts[path] = self._files.text(path)
        return self._texts[path]

    def uri_of(self, path: Path) -> str:
        """The address by which the client knows a file."""
        known = next((item.uri for item in self._workspace().text_documents.values() if local_path(item.uri) == path), None)
        return known or _file_uri(path)

    def version_of(self, uri: str) -> int | None:
        """The version of an open document, None for a file that is not open."""
        item = self._workspace().text_documents.get(unquote(uri))
        return item.version if item else None

    def _image(self, document: Document, name: str) -> ImageFile:
        disk, known = document.images
        if disk != self._disk:  # looked up once for a version of a document: a large one has hundreds of figures
            folders, paths = self._folders_of(document), self._graphics_path(document)
            known = self._images.setdefault((document.path, folders, paths), {})
            document.images = (self._disk, known)
        if name not in known:
            known[name] = self._found(document, name)
        return known[name]

    def _found(self, document: Document, name: str) -> ImageFile:
        if is_network_name(name):
            return Refused(f"'{name}' lies on another machine and is not read.")
        if not names_a_photo(name):
            return None
        return self._search(name, self._folders_of(document), self._graphics_path(document))

    def _folders_of(self, document: Document) -> tuple[Path, ...]:
        """Where its pictures are looked for: LaTeX's folder, which is the root's, and its own."""
        root = self.root(document)
        return tuple(dict.fromkeys((root.parent if root else document.path.parent, document.path.parent)))

    def _graphics_path(self, document: Document) -> tuple[str, ...]:
        """The document's own, else its root's."""
        root = self.root(document)
        main = self.read(root) if root is not None and root != document.path else None
        return graphics_path(document.text) or graphics_path(main or "")

    def _search(self, name: str, folders: tuple[Path, ...], paths: tuple[str, ...]) -> Path | Missing | Refused:
        pictures = (Path(os.path.normpath(path)) for path in candidates(name, folders, paths))
        return self._first(chain(pictures, program_candidates(name, folders, paths)))

    def _first(self, paths: Iterable[Path]) -> Path | Missing | Refused:
        """The first of the paths that there is."""
        judged = (self._files.judged(path) for path in paths)
        return next((found for found in judged if not isinstance(found, Missing)), Missing())


@lru_cache(maxsize=2000)
def _file_uri(path: Path) -> str:
    return from_fs_path(str(path)) or path.as_uri()


def _is_program(source: TextDocument, path: Path) -> bool:
    return source.language_id == "derender" or is_program(path)
