"""TikZ is loaded once, right before the document begins, and only what is missing."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from derender.latex.insertion import apply_edits
from derender.latex.preamble import is_root, load_tikz

TIKZ = r"\usepackage{tikz}"
LIBRARY = r"\usetikzlibrary{arrows.meta}"


def check(preamble: str, *added: str, files: dict[str, str] | None = None, libraries: tuple[str, ...] = ("arrows.meta",)) -> None:
    text = f"\\documentclass{{article}}\n{preamble}\n\\begin{{document}}\nx\n\\end{{document}}\n"
    known = {PurePath(name): content for name, content in (files or {}).items()}
    after = apply_edits(text, load_tikz(text, libraries, known.get))
    assert after == text.replace("\\begin{document}", "".join(f"{line}\n" for line in added) + "\\begin{document}")


@pytest.mark.parametrize(
    ("preamble", "added"),
    [
        ("", [TIKZ, LIBRARY]),
        (r"\usepackage{graphicx}", [TIKZ, LIBRARY]),
        (r"\usepackage{tikz}", [LIBRARY]),
        (r"\usepackage{amsmath, tikz , hyperref}", [LIBRARY]),
        (r"\usepackage[draft]{pgfplots}\usetikzlibrary{calc, arrows.meta}", []),
        ("\\usepackage{\n  tikz, % drawings\n}\n\\usetikzlibrary{%\n  arrows.meta}", []),
        ("% \\usepackage{tikz}", [TIKZ, LIBRARY]),
        (r"\usetikzlibrary{arrows}\usepackage{tikz}", [LIBRARY]),
        (r"\usepackage[ngerman]{babel}", [TIKZ, r"\usetikzlibrary{arrows.meta,babel}"]),
        (r"\usepackage[main=french,english]{babel}\usepackage{tikz}\usetikzlibrary{babel}", [LIBRARY]),
        (r"\usepackage[british]{babel}", [TIKZ, LIBRARY]),
        (r"\usepackage[french,shorthands=off]{babel}", [TIKZ, LIBRARY]),
        (r"\usepackage{babel}", [TIKZ, r"\usetikzlibrary{arrows.meta,babel}"]),
    ],
)
def test_what_is_missing_is_added(preamble: str, added: list[str]) -> None:
    check(preamble, *added)


def test_nothing_is_added_for_nothing() -> None:
    check(r"\usepackage{tikz}", libraries=())
    check("", TIKZ, libraries=())


def test_files_of_the_preamble_count() -> None:
    check(r"\input{preamble}", LIBRARY, files={"preamble.tex": r"\usepackage{tikz}"})
    check(r"\input{a}", files={"a.tex": r"\input{b.tex}", "b.tex": TIKZ + LIBRARY})
    check(r"\input{a}", TIKZ, LIBRARY, files={"a.tex": r"\input{a}"})
    check(r"\input{missing}", TIKZ, LIBRARY)


def test_files_that_input_each_other_are_read_once() -> None:
    names = [f"f{number}" for number in range(12)]
    every = "".join(f"\\input{{{name}}}" for name in names)
    asked: list[PurePath] = []

    def read(name: PurePath) -> str | None:
        asked.append(name)
        return every + (TIKZ if name.stem == "f11" else "")

    text = f"\\documentclass{{article}}{every}\n\\begin{{document}}\n\\end{{document}}\n"
    assert load_tikz(text, (), read) == ()
    assert asked == [PurePath(f"{name}.tex") for name in names]


def test_line_ends_are_kept() -> None:
    text = "\\documentclass{article}\r\n\\begin{document}\r\n\\end{document}\r\n"
    assert apply_edits(text, load_tikz(text, ())) == text.replace("\\begin{d", "\\usepackage{tikz}\r\n\\begin{d")


def test_a_standalone_picture_has_tikz() -> None:
    assert load_tikz("\\documentclass[tikz, border=2mm]{standalone}\n\\begin{document}", ()) == ()


def test_a_part_of_a_document_is_left_alone() -> None:
    assert load_tikz("\\section{A}\n% \\begin{document}\n", ("arrows.meta",)) == ()
    assert load_tikz("", ()) == ()


def test_roots_are_told_from_parts() -> None:
    assert is_root("% comment\n\\documentclass[a4paper]{article}")
    assert not is_root("\\documentclass[main.tex]{subfiles}")
    assert not is_root("% \\documentclass{article}")
