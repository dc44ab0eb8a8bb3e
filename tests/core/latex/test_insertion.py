"""A region goes in without touching anything else: not the text of the line, not its spaces, not its size."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tex import compile_document, needs_tex

from derender.errors import DocumentError
from derender.latex.figures import find_figures
from derender.latex.generation import detached
from derender.latex.insertion import apply_edits, following, photo_path, replacing
from derender.latex.origin import Origin
from derender.latex.preamble import load_tikz
from derender.latex.regions import Form, find_regions

PROGRAM = "for (i < 3)\n    circle(3*i + 1, 1)\nline(2, 1, 3, 1, arrow)\n"
ORIGIN = Origin("a.jpg", "0123456789abcdef")


def replaced(text: str, form: Form = Form.PROGRAM) -> str:
    (figure,) = find_figures(text)
    return apply_edits(text, (replacing(text, figure, PROGRAM, form, ORIGIN),))


def shortened(text: str) -> str:
    """The text with what lies between a tikzpicture's begin and end left out, and the fields of the markers."""
    text = re.sub(r"(\\begin\{tikzpicture\}).*?(\\end\{tikzpicture\})", r"\1…\2", text, flags=re.DOTALL)
    text = re.sub(r"^([ \t]*)%\| [^\r\n]*\r?\n", "", text, flags=re.MULTILINE)
    return re.sub(r"(derender: (?:begin|end))[^\r\n]*", r"\1", text)


PICTURE = r"\begin{tikzpicture}…\end{tikzpicture}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "  \\centering\n  \\includegraphics{a}\n  \\caption{A}\\label{fig:a}\n",
            f"  \\centering\n  % derender: begin\n  {PICTURE}\n  % derender: end\n  \\caption{{A}}\\label{{fig:a}}\n",
        ),
        (
            "\\centering\\includegraphics[width=5cm]{a}\\caption{A}",
            f"\\centering%\n% derender: begin\n\\resizebox{{5cm}}{{!}}{{%\n{PICTURE}%\n}}%\n% derender: end\n\\caption{{A}}",
        ),
        ("a \\includegraphics{a} b", f"a %\n% derender: begin\n{PICTURE}\n% derender: end\n b"),
        ("a\\includegraphics{a}% b\nc", f"a%\n% derender: begin\n{PICTURE}%\n% derender: end\n% b\nc"),
        ("a\r\n\t\\includegraphics{a}\r\nb\r\n", f"a\r\n\t% derender: begin\r\n\t{PICTURE}\r\n\t% derender: end\r\nb\r\n"),
        ("\\includegraphics{a}", f"% derender: begin\n{PICTURE}\n% derender: end"),
    ],
)
def test_a_region_takes_the_figures_place(before: str, after: str) -> None:
    assert shortened(replaced(before)) == after


@pytest.mark.parametrize("form", Form)
def test_a_region_can_follow_the_figure(form: Form) -> None:
    text = "  \\includegraphics[width=5cm]{a}\n  \\caption{A}\n"
    (figure,) = find_figures(text)
    after = apply_edits(text, (following(text, figure, PROGRAM, form, ORIGIN),))
    assert after.startswith("  \\includegraphics[width=5cm]{a}\n  % derender: begin")
    assert after.endswith("\n  \\caption{A}\n")
    (region,) = find_regions(after).regions
    assert (region.source.form, str(region.source.options)) == (form, "width=5cm")


@pytest.mark.parametrize(
    ("options", "opening"),
    [
        ("", []),
        ("[width=5cm]", [r"\resizebox{5cm}{!}{%"]),
        (r"[height=.5\textheight]", [r"\resizebox{!}{.5\textheight}{%"]),
        ("[totalheight=2cm]", [r"\resizebox*{!}{2cm}{%"]),
        ("[width=5cm,height=2cm]", [r"\resizebox{5cm}{2cm}{%"]),
        ("[width=5cm,height=2cm,keepaspectratio]", [r"{%", r"\sbox0{\resizebox{5cm}{!}{%"]),
        ("[width=100]", [r"\resizebox{100bp}{!}{%"]),
        ("[scale=0.5]", [r"\scalebox{0.5}{%"]),
        ("[angle=90,origin=c]", [r"\rotatebox[origin=c]{90}{%"]),
        ("[width=5cm,angle=90]", [r"\rotatebox{90}{%", r"\resizebox{5cm}{!}{%"]),
        ("[angle=90,width=5cm]", [r"\resizebox{5cm}{!}{%", r"\rotatebox{90}{%"]),
        ("[trim=1 2 3 4,clip,page=2,width={5cm}]", [r"\resizebox{5cm}{!}{%"]),
        ("<2->[width=5cm]", [r"\only<2->{%", r"\resizebox{5cm}{!}{%"]),
    ],
)
def test_the_size_asked_for_is_kept_as_written(options: str, opening: list[str]) -> None:
    lines = [line for line in replaced(f"\\includegraphics{options}{{a}}").splitlines() if not re.match("%[ |]", line)]
    assert lines[: len(opening)] == opening
    assert lines[len(opening)].startswith(r"\begin{tikzpicture}")


@needs_tex
@pytest.mark.tex
@pytest.mark.parametrize("program", ["line(3, 0, 3, 16)\n", "line(0, 3, 16, 3)\n", "for (i < 0)\n    circle(i, 1)\n", ""])
def test_drawings_without_an_extent_compile(program: str, tmp_path: Path) -> None:
    options = ("width=5cm", "height=5cm", "width=5cm,height=4cm", "width=5cm,height=4cm,keepaspectratio", "scale=0.5")
    body = "\n\n".join(f"\\includegraphics[{option}]{{a}}" for option in options)
    text = f"\\documentclass{{article}}\n\\usepackage{{tikz}}\n\\begin{{document}}\nA\n{body}\n\\end{{document}}\n"
    edits = tuple(replacing(text, figure, program, Form.PROGRAM, ORIGIN) for figure in find_figures(text))
    compile_document(apply_edits(text, edits), tmp_path)


def test_paths_are_relative_with_forward_slashes() -> None:
    assert photo_path(Path("/w/img/a b.jpg"), Path("/w")) == "img/a b.jpg"
    assert photo_path(Path("/w/img/a.jpg"), Path("/w/chapters/one")) == "../../img/a.jpg"


def test_a_name_that_is_no_unicode_never_reaches_a_document() -> None:
    text = "\\includegraphics{a}"
    (figure,) = find_figures(text)
    with pytest.raises(DocumentError):
        replacing(text, figure, PROGRAM, Form.PROGRAM, Origin("\udcff.jpg"))


LINES = [
    r"a \includegraphics[width=2cm]{a} b",
    r"a\includegraphics[width=2cm]{a}b",
    r"a\includegraphics{a} b",
    r"a \includegraphics{a}b",
    "a\\includegraphics{a}%\nb",
    "a\\includegraphics{a}\nb",
    "a\n  \\includegraphics[scale=0.5]{a}\n  b",
    r"{\centering\includegraphics[width=2cm,height=5mm,keepaspectratio]{a}}",
    r"\fbox{\includegraphics[height=1cm,angle=90]{a}}",
    r"\begin{tabular}{c|c} \includegraphics[width=1cm]{a} & \includegraphics*[width=1cm]{a}\\ x & y \end{tabular}",
    r"\begin{minipage}{3cm}\includegraphics[width=\linewidth]{a}\end{minipage}\begin{minipage}{3cm}x\end{minipage}",
    r"\parbox{3cm}{\includegraphics[width=.5\linewidth]{a}}",
]


@needs_tex
@pytest.mark.tex
def test_tex_sets_the_line_as_wide_as_before(tmp_path: Path) -> None:
    """Each line with a region is as wide, high and deep as the same line with the bare drawing boxed in the figure's place."""
    rows = []
    for text in LINES:
        new, boxed = text, text
        for figure in reversed(find_figures(text)):
            new = apply_edits(new, (replacing(text, figure, PROGRAM, Form.PROGRAM, ORIGIN),))
            alone = replaced(text[figure.start : figure.end])
            (region,) = find_regions(alone).regions
            body = detached(alone, region).replace("%\n", "").replace("\n", " ")
            boxed = boxed[: figure.start] + f"\\leavevmode\\hbox{{{body}}}" + boxed[figure.end :]
        rows.append((new, boxed))
    sizes = r"\typeout{size \the\wd1 \space\the\ht1 \space\the\dp1}"
    body = "\n".join(f"\\setbox1\\hbox{{{side}}}{sizes}" for row in rows for side in row)
    start = "\\documentclass{article}\n\\usepackage{graphicx}\n\\begin{document}\n"
    document = start + body + "\n\\end{document}\n"
    compile_document(apply_edits(document, load_tikz(document, ("arrows.meta",))), tmp_path)
    log = (tmp_path / "document.log").read_text(encoding="latin-1")
    measured = re.findall(r"^size (.*)$", log, re.MULTILINE)
    assert len(measured) == 2 * len(LINES)
    for text, new, boxed in zip(LINES, measured[::2], measured[1::2], strict=True):
        assert new == boxed, text


@needs_tex
@pytest.mark.tex
@pytest.mark.parametrize(
    ("document_class", "body"),
    [
        (
            "article",
            "\\begin{figure}\n\\includegraphics[width=.8\\linewidth]{a}\n\\caption{A}\\label{a}\\end{figure}",
        ),
        ("article", "\\includegraphics[width=5cm,height=1cm,keepaspectratio]{a}"),
        ("beamer", "\\begin{frame}\n  Text\n  \\includegraphics<2>[width=5cm]{a}\n\\end{frame}"),
        ("beamer", "\\begin{frame}[fragile]\n  Text \\verb|x|\n  \\includegraphics[width=5cm]{a} more\n\\end{frame}"),
    ],
)
def test_documents_compile(document_class: str, body: str, tmp_path: Path) -> None:
    text = f"\\documentclass{{{document_class}}}\n\\usepackage{{graphicx}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    (figure,) = find_figures(text)
    edits = (replacing(text, figure, PROGRAM, Form.PROGRAM, ORIGIN), *load_tikz(text, ("arrows.meta",)))
    assert compile_document(apply_edits(text, edits), tmp_path).stat().st_size > 1000
