"""`derender experiment all`: every study measured, one after the other; what is there already is not measured again."""

from __future__ import annotations

import json
import math
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from derender.cli_files import write
from derender.cli_options import Cluster
from derender.errors import DerenderError, InputError, OptionError
from derender.experiments.all_paper import paper_document
from derender.experiments.all_report import report_page
from derender.experiments.all_results import Failed, Kept, Outcome, forget_items, items_of, made_with, path_of, read_kept, write_kept
from derender.experiments.all_studies import studies
from derender.experiments.plots import new_figure
from derender.experiments.study import Picture, Setting, Study
from derender.report import errors
from derender.training.loop import current_commit

SCALES = {"minutes": 0.04, "fifth": 0.2, "full": 1.0}
"""Shares of a full run by name."""


def main(
    drawings: Annotated[
        Path | None, typer.Option(envvar="DERENDER_DRAWINGS", help="Pictures and a specs.json that lists them; some studies need none.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder for results, pictures and report.html.")] = Path("experiments"),
    scale: Annotated[str, typer.Option(help="minutes, fifth, full, or a number: the share of a full run.")] = "minutes",
    only: Annotated[list[str] | None, typer.Option(help="Measure this study only; may be repeated.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Measure also what is there already.")] = False,
    grid: Annotated[int, typer.Option(help="Cells of the lattice that the pictures are aligned to; 0 where it is to be inferred.")] = 16,
    seed: Annotated[int, typer.Option(help="Of everything simulated.")] = 0,
    cluster: Cluster = None,
    paper: Annotated[Path | None, typer.Option(help="Where to write the paper's claims beside what is found here: a .md.")] = None,
) -> int:
    """Run all studies: the paper's tables and figures and what the paper does not measure. One report, resumed where it was."""
    setting = Setting(drawings, grid or None, _share(scale), seed, cluster)
    known = studies()
    unknown = sorted({*(only or ())} - {study.name for study in known})
    if unknown:
        raise OptionError(f"there is no study {unknown[0]!r}; known: {', '.join(study.name for study in known)}")
    if grid < 0:
        raise OptionError(f"the lattice has a positive number of cells, not {grid}")
    if drawings is not None and not drawings.is_dir():
        raise InputError(f"{drawings}: there is no such folder")
    _make_folder(out)
    new_figure(1, 1)  # where plots cannot be made, that is told before hours of measuring
    drawn: list[tuple[Study, Outcome, Sequence[Picture]]] = []
    for number, study in enumerate(known, 1):
        outcome, pictures = _outcome(study, setting, out, measured=not only or study.name in only, again=again)
        drawn.append((study, outcome, pictures))
        errors.print(f"{number}/{len(known)} {study.name}: {_told(outcome)}", markup=False)
    command = f"derender experiment all{' --drawings DIR' if drawings else ''} --scale {scale}"
    write(out / "report.html", report_page(drawn, setting, command).encode())
    if paper is not None:
        write(paper, paper_document([(study, outcome) for study, outcome, _ in drawn], command).encode())
    typer.echo(f"wrote {out / 'report.html'}{f' and {paper}' if paper else ''}")
    return int(any(isinstance(outcome, Failed) for study, outcome, _ in drawn if not only or study.name in only))


def _share(scale: str) -> float:
    try:
        share = SCALES[scale] if scale in SCALES else float(scale)
    except ValueError:
        share = math.nan
    if not 0 < share < math.inf:
        raise OptionError(f"the scale is one of {', '.join(SCALES)} or a positive number, not {scale!r}")
    return share


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made ({error.strerror})") from None


def _outcome(study: Study, setting: Setting, out: Path, *, measured: bool, again: bool) -> tuple[Outcome, Sequence[Picture]]:
    """What is kept, where it was made with the same or nothing else is asked for; else the study measured and kept. And its pictures."""
    path = path_of(study, out)
    try:
        wanted = made_with(study, setting)
        kept = read_kept(path)
        if not measured and kept is None:
            return Failed("it was not asked for"), ()
        if kept is None or (measured and (again or kept.made_with != wanted)):
            if again:
                forget_items(study, out)
            commit = _commit()
            items = items_of(study, out, wanted, commit)
            started = time.monotonic()
            # What is used is what will be read back, so that a resumed run draws the same.
            result = json.loads(json.dumps(study.measure(replace(setting, kept=items))))
            kept = Kept(result, wanted, datetime.now(UTC).date().isoformat(), commit, time.monotonic() - started)
            write_kept(path, kept)
            forget_items(study, out)
        pictures = out / "pictures" / study.name
        _make_folder(pictures)
        return kept, study.draw(kept.result, pictures)
    except DerenderError as error:
        return Failed(str(error)), ()
    except Exception as error:  # one study's mistake must not cost the others' hours
        write(out / f"{study.name}.failed.txt", traceback.format_exc().encode())
        return Failed(f"it broke with {type(error).__name__}: {error} ({study.name}.failed.txt tells where)"), ()


def _commit() -> str:
    return current_commit(Path(__file__).resolve().parents[3])


def _told(outcome: Outcome) -> str:
    match outcome:
        case Kept(_, _, date, _, seconds):
            return f"measured on {date} in {seconds:.0f} s"
        case Failed(reason):
            return reason
