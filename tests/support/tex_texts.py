"""Texts that look like LaTeX and mostly are not: for what must never throw."""

from __future__ import annotations

from hypothesis import strategies as st

_PIECES = [
    *"ab {}[]%\\|<>,=\n", "\r\n", "\\verb", "\\verb|", "\\begin{verbatim}", "\\end{verbatim}", "\\includegraphics", "\\url{",
    "\\lstinline", "\\end{document}", "% derender: begin", "% derender: end", "%| for (i < 3)", "\\graphicspath{{", "Ä", "𝛼",
    "\\includegraphics[width=2cm]{a}",
]  # fmt: skip

TEX = st.lists(st.sampled_from(_PIECES)).map("".join)
