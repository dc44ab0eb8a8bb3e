r"""Label texts as TeX: what an author wrote as TeX stays, what would break the document is set as plain text.

A text with TeX in it (`$\theta_1$`, `\textbf{A}`) stands as it is, provided that TeX can read it to its end without touching
what follows: braces and dollars balanced, no comment, no stray script. Any other text (`50% of #2`) is set character by character.
"""

from __future__ import annotations

import re

_SMALL = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma sigma tau upsilon phi chi psi omega"
)
_LARGE = "Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Φ Phi Ψ Psi Ω Omega"
_SIGNS = "→ rightarrow ← leftarrow ≤ leq ≥ geq ≠ neq ∞ infty ∈ in ∑ sum ∫ int"
_PAIRS = f"{_LARGE} {_SIGNS}".split()
_FORMULAS = {chr(ord("α") + n): name for n, name in enumerate(_SMALL.split())} | dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))

_CHARACTERS = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    **{character: "\\" + character for character in "{}$%#&_"},
    **{character: f"$\\{name}$" for character, name in _FORMULAS.items()},
    "ο": "$o$",  # TeX has no \omicron
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.")


def node_text(text: str) -> str:
    """The text for a node's braces: one line, with its own braces balanced."""
    line = _CONTROL.sub(" ", text).strip()
    return line if is_tex(line) else "".join(_CHARACTERS.get(character, character) for character in line)


def is_tex(text: str) -> bool:
    """Whether the text holds TeX that can stand within braces, in a document of any kind, without touching what follows."""
    return re.search(r"[\\$]", text) is not None and _ends_well(_TOKEN.findall(text))


def _ends_well(tokens: list[str]) -> bool:
    depth = 0
    formula_depth: int | None = None  # the depth of braces at which the current formula began
    before = ""
    for token in tokens:
        if token in ("\\", "%", "#", "&", "\\(", "\\)", "\\[", "\\]", "\\par"):
            return False
        if before in ("^", "_") and token in ("^", "_", "}", "$", " "):
            return False
        if token == "{":
            depth += 1
        elif token == "}":
            depth -= 1
            if depth < (formula_depth or 0):
                return False
        elif token == "$":
            if before == "$" or formula_depth not in (None, depth):
                return False
            formula_depth = depth if formula_depth is None else None
        elif token in ("^", "_") and formula_depth is None:
            return False
        before = token
    return depth == 0 and formula_depth is None
