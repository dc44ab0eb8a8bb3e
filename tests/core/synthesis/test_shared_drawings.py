"""The 50 shared drawings: the least costs are those known, proven, within a time limit that no machine should need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from derender.language.execute import execute
from derender.language.legality import problems
from derender.spec_json import spec_from_json
from derender.synthesis import synthesize


def _drawings() -> list[dict[str, Any]]:
    folder = os.environ.get("DERENDER_DRAWINGS")
    if not folder or not (Path(folder) / "specs.json").exists():
        return []
    costs = json.loads((Path(folder) / "costs.json").read_text())
    rows: list[dict[str, Any]] = json.loads((Path(folder) / "specs.json").read_text())
    return [{**row, "thirds": costs[row["drawing"]]} for row in rows]


ROWS = _drawings()


@pytest.mark.slow
@pytest.mark.skipif(not ROWS, reason="DERENDER_DRAWINGS does not name a folder with specs.json and costs.json")
@pytest.mark.parametrize("row", ROWS, ids=[row["drawing"] for row in ROWS])
def test_least_cost_of_a_shared_drawing(row: dict[str, Any]) -> None:
    spec = spec_from_json(row["spec"])
    found = synthesize(spec)
    assert execute(found.program) == spec
    assert problems(found.program) == ()
    assert found.optimal
    assert found.cost_thirds == row["thirds"]


MOST_MEGABYTES = 400

ALL_IN_ONE_PROCESS = """
import json, os, pathlib, re
from derender.spec_json import spec_from_json
from derender.synthesis import synthesize
for row in json.loads((pathlib.Path(os.environ["DERENDER_DRAWINGS"]) / "specs.json").read_text()):
    assert synthesize(spec_from_json(row["spec"])).optimal
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(not ROWS, reason="DERENDER_DRAWINGS does not name a folder with specs.json and costs.json")
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell the memory of this process alone")
def test_all_of_them_take_little_memory() -> None:
    done = subprocess.run([sys.executable, "-c", ALL_IN_ONE_PROCESS], capture_output=True, text=True, check=True)
    assert int(done.stdout) <= MOST_MEGABYTES
