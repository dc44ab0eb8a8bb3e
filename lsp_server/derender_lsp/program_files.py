"""Program files (`.dr`) that figures and regions name: what they draw, told as if it had been read from a photograph, without a worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from derender.errors import DerenderError
from derender.language.cost import cost_thirds
from derender.language.execute import execute
from derender.language.text import parse_program, pretty
from derender.latex.origin import content_digits
from derender.spec_json import spec_to_json
from derender_lsp.worker import Analysis, Failure


class ProgramFiles:
    """What the program files draw; a file is read as a program again when its text is another."""

    def __init__(self, read: Callable[[Path], str | None]) -> None:
        self._read = read
        self._known: dict[Path, tuple[str, Analysis | Failure]] = {}

    def state(self, path: Path) -> Analysis | Failure | None:
        """The file's drawing, or why there is none; None where the file cannot be read."""
        text = self._read(path)
        if text is None:
            return None
        known = self._known.get(path)
        if known is None or known[0] != text:
            known = self._known[path] = (text, _state(path, text))
        return known[1]


def _state(path: Path, text: str) -> Analysis | Failure:
    try:
        program = parse_program(text)
        spec = execute(program)
        digits = content_digits(path)
    except (DerenderError, OSError) as error:
        return Failure(f"'{path.name}' cannot be drawn: {error}.")
    if not spec:
        return Failure(f"'{path.name}' draws nothing.")
    reading = {
        "spec": spec_to_json(spec),
        "program": pretty(program),
        "cost_thirds": cost_thirds(program),
        "optimal": True,  # it is what the author wants, short or not
        "probability": 1.0,
    }
    return Analysis(digits, {"interpretations": [reading], "unexplained_ink": 0.0}, "")
