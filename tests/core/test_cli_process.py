"""The program as a process: status, standard streams, terminals and pipes, what it loads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

SKETCHES = Path(__file__).parents[1] / "sketches"
ROW = "for (i < 3)\n    circle(3*i + 1, 1)\n"


def started(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "derender.cli", *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False, **options
    )


def test_the_program_exits_with_the_status_and_reads_standard_input(tmp_path: Path) -> None:
    good = started("synthesize", "-", "--json", input='[{"command": "circle", "x": 1, "y": 1}]')
    assert (good.returncode, good.stderr) == (0, "")
    assert json.loads(good.stdout)["cost_thirds"] == 3
    bad = started("synthesize", tmp_path / "missing.json")
    assert bad.returncode == 2
    assert bad.stderr.count("\n") == 1
    assert "Traceback" not in bad.stderr


def until_closed(terminal: int) -> Iterator[bytes]:
    """What is written to a terminal until nobody has its other side open."""
    with suppress(OSError):
        while data := os.read(terminal, 4096):
            yield data


def test_results_go_to_a_file_while_the_terminal_shows_progress(tmp_path: Path) -> None:
    """stdout in a file, stderr on a terminal: what an author does with `> readings.json`."""
    (tmp_path / "bad.png").write_bytes(b"no picture")
    terminal, other_side = os.openpty()
    shown: list[bytes] = []
    reader = threading.Thread(target=lambda: shown.extend(until_closed(terminal)))
    reader.start()
    with (tmp_path / "readings.json").open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-m", "derender.cli", "infer", "--json", tmp_path / "bad.png", SKETCHES / "lattice.jpg"],
            stdout=file,
            stderr=other_side,
            env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "300"},
            timeout=120,
            check=False,
        )
    os.close(other_side)
    reader.join(timeout=60)
    os.close(terminal)
    text = b"".join(shown).decode()
    assert done.returncode == 2
    assert "interpretations" not in text
    # The complaint has a line to itself: whatever the display left on it was erased first.
    assert "bad.png: this is not a picture" in text
    assert [sorted(json.loads(line))[0] for line in (tmp_path / "readings.json").read_text().splitlines()] == ["error", "image"]


def test_a_name_that_is_no_text_can_be_printed(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.png"
    done = subprocess.run([sys.executable, "-m", "derender.cli", "infer", "--json", name], capture_output=True, timeout=120, check=False)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert json.loads(done.stdout).keys() == {"image", "error"}


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "grid.dr").write_text("for (i < 90)\n    for (j < 90)\n        circle(3*i, 3*j)\n")
    command = f"'{sys.executable}' -m derender.cli extrapolate --json '{tmp_path / 'grid.dr'}' | head -c 10"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr == ""
    assert done.returncode == 0


def test_help_does_not_load_the_networks() -> None:
    code = (
        "import sys; from derender import cli; cli.run(['infer', '--help']);"
        "print([m for m in ('torch', 'cv2', 'ortools') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
