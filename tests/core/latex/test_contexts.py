r"""Wherever an author puts a picture, its region compiles in its place: all contexts of a kind of document in one run of TeX."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tex import compile_document, needs_tex

from derender.latex.figures import find_figures
from derender.latex.images import names_a_photo
from derender.latex.insertion import apply_edits, following, replacing
from derender.latex.origin import Origin
from derender.latex.preamble import load_tikz
from derender.latex.regions import Form, find_regions
from derender.latex.review import review

PROGRAM = 'for (i < 3)\n    circle(3*i + 1, 1)\n    if (i > 0)\n        line(3*i - 1, 1, 3*i, 1, arrow)\nlabel(1, 1, "$x_1$ 50%")\n'
ORIGIN = Origin("50% of {my} sketches #1.jpg", "0123456789abcdef")
COMMANDS = ("includegraphics", "sketch")

ARTICLE = {
    "alone": r"\includegraphics{a}",
    "in the middle of a line": r"before \includegraphics[height=1cm]{a} after",
    "touching words": r"before\includegraphics[height=1cm]{a}after",
    "starred, options over lines": "\\includegraphics*[\n  width = 3cm, % as wide\n  height = 1cm,\n  keepaspectratio\n]{a}",
    "trimmed and clipped": r"\includegraphics[trim=1 2 3 4, clip, width=2cm]{a} \includegraphics[viewport=0 0 9 9]{a}",
    "turned": r"\includegraphics[angle=30, scale=.3]{a} \includegraphics[width=1cm, angle=90, origin=c]{a}",
    "figure": "\\begin{figure}\n  \\centering\n  \\includegraphics[width=.8\\linewidth]{a}\n  \\caption{A}\\label{f}\n\\end{figure}",
    "center": "\\begin{center}\n\t\\includegraphics[totalheight=1cm]{a}\n\\end{center}",
    "minipages": (
        "\\begin{minipage}{.4\\textwidth}\\includegraphics[width=\\linewidth]{a}\\end{minipage}\\hfill\n"
        "\\begin{minipage}[t]{.4\\textwidth}\n\\includegraphics[width=\\linewidth]{a}%\n\\end{minipage}"
    ),
    "table cells": (
        "\\begin{tabular}{l|c}\n  x & \\includegraphics[width=1cm]{a} \\\\\n"
        "  \\includegraphics[width=1cm]{a} & \\multicolumn{1}{r}{\\includegraphics[width=1cm]{a}}\\\\\\hline\n\\end{tabular}"
    ),
    "tabularx, set twice": "\\begin{tabularx}{6cm}{XX}\\includegraphics[width=1cm]{a} & b\\end{tabularx}",
    "boxes": r"\fbox{\includegraphics[width=1cm]{a}}\raisebox{-1ex}{\includegraphics[width=1cm]{a}}\parbox{3cm}{\includegraphics{a}}",
    "an argument of an argument": r"\makebox[3cm]{\rotatebox{90}{\includegraphics[width=1cm]{a}}}",
    "list": "\\begin{itemize}\n  \\item \\includegraphics[width=1cm]{a}\n  \\item[{\\includegraphics[width=5mm]{a}}] x\n\\end{itemize}",
    "footnote": r"x\footnote{See \includegraphics[width=1cm]{a}, there.}",
    "columns": "\\begin{multicols}{2}\nx \\includegraphics[width=\\columnwidth]{a} y\n\\end{multicols}",
    "formula": r"\[ f\left(\vcenter{\hbox{\includegraphics[width=1cm]{a}}}\right) = \mbox{\includegraphics[width=5mm]{a}} \]",
    "macro of the author's": r"\sketch[width=2cm]{a}",
    "group with a font": r"{\small\bfseries x \includegraphics[width=2em]{a}}",
    "active characters, as babel makes them": (
        r"\begingroup\catcode`\;=13 \catcode`\:=13 \def;{\string;}\def:{\string:}\tikzset{handle active characters in code}"
        r"\includegraphics[width=1cm]{a}\endgroup"
    ),
}  # fmt: skip
SUBFIGURES = {
    "subfigures": (
        "\\begin{figure}\n\\begin{subfigure}{.4\\linewidth}\n  \\includegraphics[width=\\linewidth]{a}\n  \\caption{A}\n\\end{subfigure}\n"
        "\\begin{subfigure}[b]{.4\\linewidth}\\includegraphics[width=\\linewidth]{a}\\caption{B}\\end{subfigure}\n\\end{figure}"
    ),
    "subcaption boxes": r"\begin{figure}\subcaptionbox{A}{\includegraphics[width=2cm]{a}}\end{figure}",
}
SUBFLOATS = {
    "subfloats": (
        "\\begin{figure}\n\\subfloat{\\includegraphics[width=2cm]{a}}\n"
        "\\subfloat[B\\label{b}]{%\n  \\includegraphics[width=.3\\linewidth]{a}}\\quad\\subfloat[]{\\includegraphics{a}}\n\\end{figure}"
    ),
}
BEAMER = {
    "frame": "\\begin{frame}\n  Text\n  \\includegraphics[width=5cm]{a}\n\\end{frame}",
    "overlays": "\\begin{frame}\n  \\includegraphics<1>[width=5cm]{a}\\includegraphics<2->[height=1cm]{a}\n  \\pause x\n\\end{frame}",
    "only": "\\begin{frame}\n  \\only<2>{\\includegraphics[width=.5\\textwidth]{a}}\\uncover<1-2>{\\includegraphics{a}}\n\\end{frame}",
    "columns and blocks": (
        "\\begin{frame}\\begin{columns}\\begin{column}{.5\\textwidth}\n\\includegraphics[width=\\linewidth]{a}\n\\end{column}\\end{columns}\n"
        "\\begin{block}{B}\\includegraphics[width=2cm]{a}\\end{block}\\end{frame}"
    ),
    "fragile": "\\begin{frame}[fragile]\n  \\verb|x| \\includegraphics[width=5cm]{a} more\n\\end{frame}",
}  # fmt: skip

DOCUMENTS = {
    "article": ("article", r"\usepackage{tabularx,multicol}\newcommand{\sketch}[2][]{\includegraphics[#1]{#2}}", ARTICLE),
    "two columns": ("article", r"\usepackage{tabularx,multicol}\twocolumn\newcommand{\sketch}[2][]{\includegraphics[#1]{#2}}", ARTICLE),
    "subcaption": ("article", r"\usepackage{subcaption}", SUBFIGURES),
    "subfig": ("article", r"\usepackage{subfig}", SUBFLOATS),
    "beamer": ("beamer", "", BEAMER),
}


def document(name: str, newline: str) -> str:
    kind, preamble, contexts = DOCUMENTS[name]
    body = "\n\n".join(f"% {context}\n{text}" for context, text in contexts.items())
    text = f"\\documentclass{{{kind}}}\n\\usepackage{{graphicx}}\n{preamble}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    return text.replace("\n", newline)


def regions_in_place(text: str, form: Form, *, below: bool = False) -> str:
    """The document with a region for each figure, in its place; below it where there is a paragraph to stand in."""
    place = following if below else replacing
    figures = [figure for figure in find_figures(text, COMMANDS) if names_a_photo(figure.name)]  # not those in a macro's definition
    edits = tuple(place(text, figure, PROGRAM, form, ORIGIN) for figure in figures)
    after = apply_edits(text, (*edits, *load_tikz(text, ("arrows.meta",))))
    found = find_regions(after)
    assert (len(found.regions), found.faults) == (len(figures), ())
    assert not review(after).findings
    return after


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_picture_is_found_and_its_region_whole(name: str, newline: str) -> None:
    text = document(name, newline)
    uses = re.findall(r"\\(?:includegraphics|sketch)[*]?[<\[{](?!#)", text)
    assert len([figure for figure in find_figures(text, COMMANDS) if names_a_photo(figure.name)]) == len(uses)
    for form in Form:
        regions_in_place(text, form)


@needs_tex
@pytest.mark.tex
@pytest.mark.parametrize(
    ("name", "form", "newline"),
    [
        ("article", Form.PROGRAM, "\n"), ("two columns", Form.COMMANDS, "\n"), ("article", Form.DSL, "\r\n"),
        ("subcaption", Form.PROGRAM, "\n"), ("subfig", Form.DSL, "\n"), ("beamer", Form.PROGRAM, "\n"), ("beamer", Form.DSL, "\n"),
    ],
)  # fmt: skip
def test_every_context_compiles(name: str, form: Form, newline: str, tmp_path: Path) -> None:
    assert compile_document(regions_in_place(document(name, newline), form), tmp_path).stat().st_size > 1000


@needs_tex
@pytest.mark.tex
def test_a_figure_can_stay_above_its_region(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("L", (40, 30), 200).save(tmp_path / "a.png")
    contexts = {name: text for name, text in ARTICLE.items() if "active" not in name}
    body = "\n\n".join(contexts.values())
    preamble = DOCUMENTS["article"][1]
    text = f"\\documentclass{{article}}\n\\usepackage{{graphicx}}\n{preamble}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    assert compile_document(regions_in_place(text, Form.PROGRAM, below=True), tmp_path).stat().st_size > 1000
