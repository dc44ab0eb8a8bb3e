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
_NAMES = {chr(ord("α") + n): name for n, name in enumerate(_SMALL.split()) if name != "omicron"}
_FORMULAS = _NAMES | dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))

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
    if is_tex(line):
        return "".join(f"\\ensuremath{{\\{_FORMULAS[character]}}}" if character in _FORMULAS else character for character in line)
    return "".join(_CHARACTERS.get(character, character) for character in line)


def is_tex(text: str) -> bool:
    """Whether the text holds TeX that can stand within braces, in a document of any kind, without touching what follows.

    Control words are trusted to exist and to find their arguments.
    """
    return re.search(r"[\\$]", text) is not None and _reads_to_its_end(_TOKEN.findall(text))


def _reads_to_its_end(tokens: list[str]) -> bool:
    groups: list[bool] = []  # for each open brace or formula from outside in, whether it is a formula
    scripts: list[str] = []  # those on the current symbol, which takes each kind once
    before = ""
    for token, after in zip(tokens, [*tokens[1:], ""], strict=True):
        in_formula = any(groups)
        if before not in ("^", "_", *scripts) and token not in ("^", "_", " "):
            scripts = []
        match token:
            case "%" | "#" | "&" | "\\":
                return False
            case "{":
                groups.append(False)
            case "}":
                if not groups or groups.pop():
                    return False
            case "$" if not in_formula:
                if after in ("$", ""):
                    return False
                groups.append(True)
            case "$":
                if not groups.pop():
                    return False
            case "^" | "_":
                if not in_formula or token in scripts or after.strip() in ("", "^", "_", "}", "$", "'"):
                    return False
                scripts.append(token)
            case _ if len(token) == 2 and not re.match(r"\\[A-Za-z]", token) and not _is_known_symbol(token, after, in_formula):
                return False
        before = token
    return not groups


def _is_known_symbol(token: str, after: str, in_formula: bool) -> bool:
    """Control symbols: printed characters and thin spaces anywhere, wider spaces in formulas, accents on letters outside them."""
    if token[1] in "{}$&#%_,":
        return True
    if token[1] in ";:!":
        return in_formula
    return token[1] in "'`\"^~=." and not in_formula and re.match("[A-Za-z]", after) is not None
