"""A label is TeX where it can be and plain text where it would break the document."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tex import compile_document, needs_tex

from derender.rendering.tikz_text import is_tex, node_text


@pytest.mark.parametrize(
    "text",
    [
        "$x$",
        "$x_1^2$",
        r"$\theta_{ij}$ and $y$",
        r"\textbf{A}",
        r"50\% of $n$",
        r"\{a\}",
        r"G\"odel",
        r"$a\;b$",
        r"{\small $x$}",
        "$x_1 y_2$",
    ],
)
def test_tex_stays_as_its_author_wrote_it(text: str) -> None:
    assert is_tex(text)
    assert node_text(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("A", "A"),
        ("x_1", r"x\_1"),
        ("50% of #2 & more", r"50\% of \#2 \& more"),
        ("a < b", r"a \textless{} b"),
        ("{", r"\{"),
        ("}{", r"\}\{"),
        ("costs 5$", r"costs 5\$"),
        ("$$", r"\$\$"),
        ("\\", r"\textbackslash{}"),
        ("α", r"$\alpha$"),
        ("Σ", r"$\Sigma$"),
        ("ο", "$o$"),
        ("$Ω_1$", r"$\ensuremath{\Omega}_1$"),
        ("a\n\nb", "a b"),
        ("$a$ % rest", r"\$a\$ \% rest"),
        ("$x_1_2$", r"\$x\_1\_2\$"),
        ("$x_$", r"\$x\_\$"),
        ("$}{$", r"\$\}\{\$"),
        (r"a\\b", r"a\textbackslash{}\textbackslash{}b"),
    ],
)
def test_what_would_break_the_document_is_set_as_plain_text(text: str, expected: str) -> None:
    assert node_text(text) == expected


@given(st.text())
def test_the_result_is_one_line_with_balanced_braces(text: str) -> None:
    result = node_text(text)
    assert "\n" not in result
    assert "\r" not in result
    depth = 0
    for character in result.replace("\\\\", "").replace("\\{", "").replace("\\}", ""):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0


@pytest.mark.tex
@needs_tex
def test_any_text_without_control_words_compiles(tmp_path: Path) -> None:
    texts: list[str] = []
    symbols = st.text(alphabet="\\{}$^_&%#~'\"`=.;:!, ab<>|αΩ→", min_size=1, max_size=8)
    printable = st.text(alphabet=string.printable, min_size=1, max_size=12)

    @settings(max_examples=1500, derandomize=True, database=None)
    @given(symbols | printable)
    def collect(text: str) -> None:
        result = node_text(text)
        if not (is_tex(text.strip()) and re.search(r"\\[A-Za-z]", text)):
            texts.append(result)

    collect()
    nodes = [rf"\tikz\node {{{text}}}; x" for text in texts]
    compile_document("\n".join([r"\documentclass{article}\usepackage{tikz}\begin{document}", *nodes, r"\end{document}"]), tmp_path)
