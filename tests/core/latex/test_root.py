"""The root document is found by what the files themselves say."""

from __future__ import annotations

from pathlib import Path

import pytest

from derender.latex.root import find_root

MAIN = "\\documentclass{article}\\begin{document}%s\\end{document}"


def check(files: dict[str, str], of: str, root: str | None) -> None:
    texts = {Path("/w") / name: text for name, text in files.items()}
    path = Path("/w") / of
    assert find_root(path, texts[path], texts.get, texts) == (None if root is None else Path("/w") / root)


@pytest.mark.parametrize(
    ("files", "of", "root"),
    [
        ({"main.tex": MAIN % ""}, "main.tex", "main.tex"),
        ({"a/b.tex": "% !TEX root = ../main.tex\nx", "main.tex": MAIN % ""}, "a/b.tex", "main.tex"),
        ({"b.tex": "%!TeX root=main\r\nx", "main.tex": MAIN % ""}, "b.tex", "main.tex"),
        ({"b.tex": "% !TEX root = gone.tex\nx", "main.tex": MAIN % r"\input{b}"}, "b.tex", None),
        ({"c/b.tex": r"\documentclass[../main]{subfiles}", "main.tex": MAIN % ""}, "c/b.tex", "main.tex"),
        ({"b.tex": "x", "main.tex": MAIN % r"\input{b}"}, "b.tex", "main.tex"),
        ({"b.tex": "x", "main.tex": MAIN % r"\input b "}, "b.tex", "main.tex"),
        ({"e\u0301.tex": "x", "main.tex": MAIN % "\\input{\u00e9}"}, "e\u0301.tex", "main.tex"),
        ({"\u00e9.tex": "x", "main.tex": MAIN % "\\input{e\u0301.tex}"}, "\u00e9.tex", "main.tex"),
        ({"b.tex": "% !TEX root = th\u00e8se.tex\nx", "the\u0300se.tex": MAIN % ""}, "b.tex", "the\u0300se.tex"),
        ({"c/b.tex": "x", "main.tex": MAIN % r"\include{c/b}"}, "c/b.tex", "main.tex"),
        ({"c/b.tex": "x", "main.tex": MAIN % r"\import{c/}{b}"}, "c/b.tex", "main.tex"),
        ({"b.tex": "x", "c.tex": r"\input{b}", "main.tex": MAIN % r"\input{c}"}, "b.tex", "main.tex"),
        ({"c/b.tex": "x", "c/a.tex": r"\input{c/b}", "main.tex": MAIN % r"\input{c/a}"}, "c/b.tex", "main.tex"),
        ({"b.tex": "x", "main.tex": MAIN % r"% \input{b}"}, "b.tex", None),
        ({"b.tex": "x", "one.tex": MAIN % r"\input{b}", "two.tex": MAIN % r"\input{b}"}, "b.tex", None),
        ({"b.tex": r"\input{b}", "main.tex": MAIN % r"\input{c}", "c.tex": r"\input{c}"}, "b.tex", None),
    ],
)
def test_roots(files: dict[str, str], of: str, root: str | None) -> None:
    check(files, of, root)


@pytest.mark.parametrize("top", ["/", "../../..", "//", "."])
@pytest.mark.parametrize("text", ["% !TEX root = {}\nx", "\\documentclass[{}]{{subfiles}}", "\\input{{{}}}", "\\import{{{}}}{{/}}"])
def test_half_typed_names_of_a_folder_never_throw(text: str, top: str) -> None:
    part = text.format(top)
    check({"b.tex": part}, "b.tex", None)
    check({"b.tex": "x", "main.tex": MAIN % part}, "b.tex", None)
