r"""`\includegraphics` is found wherever TeX would run it, and nowhere else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from tex_texts import TEX

from derender.latex.figures import find_figures, parse_options


def check(marked: str, *names: str, commands: tuple[str, ...] = ("includegraphics",)) -> None:
    """Figures stand between « and »; their file names follow."""
    text = re.sub("[«»]", "", marked)
    spans = []
    for opening in re.finditer("«", marked):
        end = marked.index("»", opening.end())
        spans.append((len(re.sub("[«»]", "", marked[: opening.start()])), len(re.sub("[«»]", "", marked[:end]))))
    found = find_figures(text, commands)
    assert [(figure.start, figure.end) for figure in found] == spans
    assert tuple(figure.name for figure in found) == names


@pytest.mark.parametrize(
    ("marked", "names"),
    [
        (r"a «\includegraphics{sketch}» b", ("sketch",)),
        (r"«\includegraphics*[width=5cm]{a.jpg}»«\includegraphics{b}»", ("a.jpg", "b")),
        ("«\\includegraphics[%\n  width = 5cm, % wide\n  angle=90\n]\n  {my sketch}»", ("my sketch",)),
        (r"«\includegraphics<2->[scale=.5]{a}»", ("a",)),
        (r"«\includegraphics[0,0][10,10]{a}»", ("a",)),
        (r'«\includegraphics{"my sketch.v2"}» «\includegraphics{{my.sketch}.jpg}»', ("my sketch.v2", "my.sketch.jpg")),
        (r"«\includegraphics[width={\dimexpr 2cm]\relax}]{a}»", ("a",)),
        (r"\newcommand{\fig}[1]{«\includegraphics{#1}»}", ("#1",)),
        ("Ä 𝛼 «\\includegraphics{Zürich}»", ("Zürich",)),
        (r"50\% «\includegraphics{a\_b}» «\includegraphics{50\%.jpg}»", ("a_b", "50%.jpg")),
        (r"«\includegraphics{\figures/a}» «\includegraphics{a\\_b}»", (r"\figures/a", r"a\\_b")),
    ],
)
def test_figures_are_found(marked: str, names: tuple[str, ...]) -> None:
    check(marked, *names)


@pytest.mark.parametrize(
    "text",
    [
        r"% \includegraphics{a}",
        r"\\includegraphics{a}",
        r"\verb|\includegraphics{a}|",
        "\\begin{verbatim}\n\\includegraphics{a}\n\\end{verbatim}",
        "\\begin{lstlisting}[language=TeX]\n\\includegraphics{a}\n\\end{lstlisting}",
        "\\begin{comment}\n\\includegraphics{a}\n\\end{comment}",
        "\\end{document}\n\\includegraphics{a}",
        r"\includegraphicsx{a}",
        r"\includegraphics",
        r"\includegraphics[",
        r"\includegraphics[width=5cm",
        r"\includegraphics[width=5cm]",
        r"\includegraphics[width=5cm]{a",
        "\\includegraphics[width=5cm\n\n]{a}",
        "\\includegraphics{a\n\nb}",
    ],
)
def test_what_is_no_figure_is_left_alone(text: str) -> None:
    check(text)


def test_wrapper_macros_can_be_named() -> None:
    check(r"«\sketch[width=2cm]{a}» \includegraphics{b}", "a", commands=("sketch",))


def test_options_are_kept_as_written() -> None:
    (figure,) = find_figures("\\includegraphics[width=.8\\linewidth, trim={0 1cm,2 0},clip,\n  keepaspectratio,  angle = 90]{a}")
    assert figure.options.keys == (
        ("width", r".8\linewidth"),
        ("trim", "{0 1cm,2 0}"),
        ("clip", None),
        ("keepaspectratio", None),
        ("angle", "90"),
    )
    assert str(figure.options) == r"width=.8\linewidth, trim={0 1cm,2 0}, clip, keepaspectratio, angle=90"
    assert parse_options(str(figure.options)) == figure.options


@given(TEX)
def test_half_typed_documents_never_throw(text: str) -> None:
    for figure in find_figures(text):
        assert text.startswith("\\includegraphics", figure.start)
        assert text[figure.end - 1] == "}"
        assert figure.start < figure.name_start <= figure.name_end < figure.end
