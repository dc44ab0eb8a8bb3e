"""The Sketch tool as a second engine, where an author has it: `sketch` on the PATH.

The spec's sketch is written to a folder of its own, the tool runs there with a HOME of its own, as it writes into HOME, and with
its front end and its solver in a process group that is ended when time is up. Each assignment of the holes that it prints is
read back and verified by running the program; the cheapest counts. What it finds is a program of least cost within the sketch's
table only, so nothing is called proven.
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

from derender.errors import OptionError
from derender.language.cost import cost_thirds
from derender.language.execute import Budget, execute
from derender.language.legality import problems
from derender.language.program import Program
from derender.language.transform import flat_program
from derender.spec import Spec
from derender.synthesis.cover import COMMAND_THIRDS
from derender.synthesis.engine import Synthesis
from derender.synthesis.search_space import FULL
from derender.synthesis.sketch_encoding import Encoding
from derender.synthesis.sketch_holes import program_of_holes

COMMAND = "sketch"
POLL_SECONDS = 0.02
_VALUES = re.compile(r"^VALUES (.*)$", re.MULTILINE)
_VALUE = re.compile(r"H__(\d+): (-?\d+)")


def is_installed() -> bool:
    """Whether the tool is on the PATH."""
    return shutil.which(COMMAND) is not None


def synthesize_with_sketch(spec: Spec, *, timeout: float = 3600.0, should_stop: Callable[[], bool] | None = None) -> Synthesis:
    """The cheapest program for `spec` that the Sketch tool finds within `timeout` seconds, or the flat one.

    Raises `OptionError` where the tool is not installed or the spec holds what the sketch cannot say.
    """
    started = time.perf_counter()
    program = flat_program(spec)
    if len(spec):
        encoding = Encoding(spec)
        if not is_installed():
            raise OptionError(f"the Sketch tool is not installed: there is no '{COMMAND}' on the PATH; use --engine native")
        printed = _run(encoding, started + timeout, should_stop or (lambda: False))
        program = min((program, *programs_in(printed, encoding)), key=cost_thirds)
    bound = COMMAND_THIRDS if len(spec) else 0
    cost = cost_thirds(program)
    return Synthesis(program, cost, cost == bound, bound, time.perf_counter() - started, FULL)


def programs_in(printed: str, encoding: Encoding) -> Iterator[Program]:
    """The legal programs that draw the spec among those whose holes' values the tool printed."""
    for line in _VALUES.findall(printed):
        values = {encoding.holes[int(number)]: int(value) for number, value in _VALUE.findall(line) if int(number) < len(encoding.holes)}
        program = _decoded(values, encoding)
        size = 100 * (len(encoding.spec) + 1) ** 2
        if program is not None and not problems(program) and execute(program, Budget(size, size)) == encoding.spec:
            yield program


def _decoded(values: dict[str, int], encoding: Encoding) -> Program | None:
    """The program, or None: the tool also prints candidates that it then refutes, and they may be anything."""
    try:
        return program_of_holes(values, encoding)
    except (ValueError, IndexError):
        return None


def _run(encoding: Encoding, deadline: float, should_stop: Callable[[], bool]) -> str:
    """What the tool prints on the encoding's sketch, until the deadline (of `time.perf_counter`) or until it is told to stop."""
    with tempfile.TemporaryDirectory(prefix="derender-sketch-") as folder:
        problem, output = Path(folder) / "problem.sk", Path(folder) / "output"
        problem.write_text(encoding.text(), encoding="utf-8")
        options = ["-V", "10", "--bnd-inbits", str(encoding.input_bits), "--bnd-cbits", str(encoding.hole_bits)]
        options += ["--bnd-unroll-amnt", str(encoding.table.turns), "--bnd-inline-amnt", "8"]
        with output.open("wb") as stream:
            process = subprocess.Popen(
                [COMMAND, *options, str(problem)],
                stdout=stream,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=folder,
                env={**os.environ, "HOME": folder},
                start_new_session=True,
            )
            try:
                while process.poll() is None and time.perf_counter() < deadline and not should_stop():
                    time.sleep(POLL_SECONDS)
            finally:
                _end(process)
        return output.read_text(encoding="utf-8", errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process with all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
