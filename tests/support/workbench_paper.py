"""The paper that the editor tests work on, and the photograph in it: one of the project's own sketches."""

from __future__ import annotations

from editor_tools import REPOSITORY

SKETCH = REPOSITORY / "tests/sketches/lattice.jpg"

PAPER = r"""\documentclass{article}
\usepackage{graphicx}
\begin{document}
Before.
\begin{figure}
  \centering
  \includegraphics[width=5cm]{sketch}
  \caption{A sketch.}
  \label{fig:sketch}
\end{figure}
After, as Figure~\ref{fig:sketch} shows.
\end{document}
"""
