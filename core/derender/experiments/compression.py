"""Specs, the programs found for them, and how much shorter these are (Table 3): the paper's own six, and a folder's drawings."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from derender.cli_options import Cluster
from derender.experiments.study import Claim, Json, Picture, Setting, Study, Table, show
from derender.experiments.table3 import TABLE_3
from derender.extrapolation.sheet import contact_sheet
from derender.language.execute import execute
from derender.language.text import parse_program, pretty
from derender.language.tree import walk
from derender.report import thirds
from derender.spec import Spec
from derender.synthesis import synthesize

LIMIT = 20.0
"""Seconds for each spec; nearly all take less than one."""


def main(
    drawings: Annotated[Path | None, typer.Option(envvar="DERENDER_DRAWINGS", help="A folder whose specs.json is synthesized.")] = None,
    limit: Annotated[float, typer.Option(help="Seconds for each spec.")] = LIMIT,
    cluster: Cluster = None,
) -> None:
    """Lines of specs and of their programs (Table 3); Markdown on standard output."""
    show(measured(Setting(drawings, cluster=cluster), limit), tables)


def measured(setting: Setting, limit: float) -> Json:
    """For the paper's rows and for each drawing: lines of spec and program, cost, proof, and the program."""
    paper = [execute(parse_program(row.program)) for row in TABLE_3]
    listed = setting.listed() if setting.drawings is not None else ()
    found = setting.each(partial(compressed, limit=limit), [*paper, *(drawing.truth for drawing in listed)], "synthesis")
    names = [row.name for row in TABLE_3] + [drawing.name for drawing in listed]
    rows = [{"name": name, **one} for name, one in zip(names, found, strict=True)]
    return {"paper": rows[: len(TABLE_3)], "drawings": rows[len(TABLE_3) :]}


def compressed(spec: Spec, limit: float) -> Json:
    """What synthesis makes of one spec. A line is a command of the spec, and a statement of the program, tests included."""
    found = synthesize(spec, timeout=limit)
    return {
        "spec_lines": len(spec),
        "program_lines": sum(1 for _ in walk(found.program.statements)),
        "cost_thirds": found.cost_thirds,
        "proven": found.optimal,
        "seconds": found.seconds,
        "program": pretty(found.program),
    }


def tables(result: Json) -> list[Table]:
    """The paper's rows with both programs, then the drawings' ratios."""
    head = ("drawing", "program found", "lines of spec and program", "the paper's", "cost", "proven")
    paper = tuple(
        (row["name"], row["program"].rstrip("\n"), _ratio(row), f"{own.spec_lines} / {own.program_lines}", *_cost(row))
        for row, own in zip(result["paper"], TABLE_3, strict=True)
    )
    drawings = tuple((row["name"], row["program"].rstrip("\n"), _ratio(row), *_cost(row)) for row in result["drawings"])
    found = [Table(head, paper, "The paper's six specs")]
    return [*found, Table((*head[:3], *head[4:]), drawings, "The folder's drawings")] if drawings else found


def _ratio(row: Json) -> str:
    return f"{row['spec_lines']} / {row['program_lines']} = {row['spec_lines'] / max(1, row['program_lines']):.1f}×"


def _cost(row: Json) -> tuple[str, str]:
    return thirds(row["cost_thirds"]), "yes" if row["proven"] else "no"


def _draw(_: Json, folder: Path) -> Sequence[Picture]:
    path = folder / "table3.png"
    programs = [(row.name, parse_program(row.program)) for row in TABLE_3]
    path.write_bytes(contact_sheet([(name, execute(program), program.labels) for name, program in programs], columns=6, side=150))
    return [Picture(path, "What the programs of the paper's Table 3 draw.")]


def _row_here(number: int, result: Json) -> str:
    row = result["paper"][number]
    return f"{_ratio(row)}, cost {thirds(row['cost_thirds'])}{', proven shortest' if row['proven'] else ''}"


def _all_here(result: Json) -> str:
    ratios = [row["spec_lines"] / max(1, row["program_lines"]) for row in result["drawings"]]
    if not ratios:
        return "no drawings given"
    proven = sum(row["proven"] for row in result["drawings"])
    return (
        f"{proven} of {len(ratios)} proven shortest, the slowest after {max(row['seconds'] for row in result['drawings']):.1f} s; "
        f"compression {statistics.median(ratios):.1f}× in the median, {max(ratios):.1f}× at most"
    )


STUDY = Study(
    name="compression",
    title="Specs, programs and compression (Table 3)",
    command="derender experiment compression --drawings DIR",
    measure=lambda setting: measured(setting, LIMIT),
    tables=tables,
    draw=_draw,
    claims=(
        *(
            Claim(
                f"Table 3, row {number + 1}",
                f"Compression of the drawing '{row.name}'",
                f"{row.spec_lines} / {row.program_lines} = {row.spec_lines / row.program_lines:.1f}×",
                partial(_row_here, number),
                "Directly: the same spec, the same count of lines (tests included). The shortest program is that of least cost (A.5), "
                "not of fewest lines.",
            )
            for number, row in enumerate(TABLE_3)
        ),
        Claim(
            "Section 3",
            "Sketch alone finds programs in minutes to hours; 27 % of the drawings time out after an hour",
            "73 % within an hour",
            _all_here,
            "True specs of the folder's drawings (for the paper's drawings: those of them that the folder holds); another synthesizer, "
            "another machine.",
        ),
    ),
    models=(),
)
