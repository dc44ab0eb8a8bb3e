"""The Sketch tool as a second engine, where an author has it: `sketch` on the PATH.

The spec's sketch is written to a folder of its own, the tool runs there with a HOME of its own, as it writes into HOME, and with
its front end and its solver in a process group, which is held up when it is another search's turn and ended when time is up. It
prints the values of the holes of each candidate ('!+'), also of those that it then refutes or finds a cheaper one for, and at its
end those of the answer ('VALUES'). What it printed up to then is read back: the cheapest program of those that draw the spec counts.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from derender.errors import InputError, OptionError
from derender.language.execute import Budget, execute
from derender.language.legality import problems
from derender.language.program import Program
from derender.synthesis.sketch_encoding import Encoding
from derender.synthesis.sketch_holes import program_of_holes

COMMAND = "sketch"
POLL_SECONDS = 0.02
INLINED = 8
"""More than functions of a sketch call one another."""

_VALUES = re.compile(r"^(?:VALUES .*|!\+ H__.*(?:\nH__.*)*)$", re.MULTILINE)
_VALUE = re.compile(r"H__(\d+): ?(-?\d+)")
LONGEST_COMPLAINT = 200
_COMPLAINT = re.compile(r"error|exception|could not|cannot", re.IGNORECASE)


def is_installed() -> bool:
    """Whether the tool is on the PATH."""
    return shutil.which(COMMAND) is not None


def require_tool() -> None:
    """Raises `OptionError` where the tool is not installed."""
    if not is_installed():
        raise OptionError(f"the Sketch tool is not installed: there is no '{COMMAND}' on the PATH; use --engine native")


class ToolRun:
    """The tool at work on an encoding's sketch. A context manager: leaving it ends the tool and all that it started."""

    def __init__(self, encoding: Encoding) -> None:
        """Starts the tool; raises `OptionError` where it cannot be started."""
        self._encoding = encoding
        self._folder = tempfile.TemporaryDirectory(prefix="derender-sketch-")
        folder = Path(self._folder.name)
        problem, self._output = folder / "problem.sk", folder / "output"
        problem.write_text(encoding.text(), encoding="utf-8")
        bounds = {
            "inbits": encoding.input_bits,
            "cbits": encoding.hole_bits,
            "mbits": encoding.cost_bits,
            "unroll-amnt": encoding.table.turns,
            "inline-amnt": INLINED,
        }
        options = ["-V", "10", *(word for name, value in bounds.items() for word in (f"--bnd-{name}", str(value)))]
        try:
            self._process = self._started([COMMAND, *options, str(problem)], folder)
        except OSError as error:
            self._folder.cleanup()
            raise OptionError(f"the Sketch tool cannot be started ({error.strerror}); use --engine native") from None
        self._is_held = False
        self._read = 0

    def _started(self, command: list[str], folder: Path) -> subprocess.Popen[bytes]:
        with self._output.open("wb") as stream:
            return subprocess.Popen(
                command,
                stdout=stream,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=folder,
                env={**os.environ, "HOME": str(folder)},
                start_new_session=True,
            )

    def __enter__(self) -> ToolRun:
        return self

    def __exit__(self, *_: object) -> None:
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._folder.cleanup()

    def go_on(self, seconds: float, stopped: Callable[[], bool]) -> bool:
        """Lets the tool work for so long and then holds it up; whether it has more to do."""
        if self._is_held:
            self._signal(signal.SIGCONT)
        until = time.perf_counter() + seconds
        while self._process.poll() is None and time.perf_counter() < until and not stopped():
            time.sleep(min(POLL_SECONDS, seconds))
        self._is_held = self._process.poll() is None
        if self._is_held:
            self._signal(signal.SIGSTOP)
        return self._is_held

    def programs(self) -> Iterator[Program]:
        """The right programs among what the tool has printed since this was asked last."""
        with self._output.open("rb") as stream:
            stream.seek(self._read)
            printed = stream.read()
        # Values that are only half written wait for the empty line after them.
        end = printed.rfind(b"\n\n") + 1 if self._is_held else len(printed)
        self._read += end
        return programs_in(printed[:end].decode("utf-8", errors="replace"), self._encoding)

    def complaint(self) -> str:
        """How the tool ended: its exit status and the last line that says what was wrong, or the last line of all."""
        lines = [line for line in self._output.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        said = [line for line in lines if _COMPLAINT.search(line)] or lines or ["it printed nothing"]
        return f"exit status {self._process.returncode}: {said[-1].strip()[:LONGEST_COMPLAINT]}"

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def programs_in(printed: str, encoding: Encoding) -> Iterator[Program]:
    """The legal programs that draw the spec among those whose holes' values the tool printed."""
    for found in _VALUES.findall(printed):
        values = {encoding.holes[int(number)]: int(value) for number, value in _VALUE.findall(found) if int(number) < len(encoding.holes)}
        program = _right_program(values, encoding)
        if program is not None:
            yield program


def _right_program(values: dict[str, int], encoding: Encoding) -> Program | None:
    """The program, or None where it is not legal or draws something else: candidates may be anything."""
    size = 100 * (len(encoding.spec) + 1) ** 2
    try:
        program = program_of_holes(values, encoding)
        is_right = not problems(program) and execute(program, Budget(size, size)) == encoding.spec
    except (ValueError, IndexError, InputError):
        return None
    return program if is_right else None
