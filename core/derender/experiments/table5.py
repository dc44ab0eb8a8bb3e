"""Table 5 and Figure 10 as a study: how long each way of searching takes to a program of the least cost."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from derender.end_to_end.writing import MODEL
from derender.errors import InputError
from derender.experiments.study import Claim, Json, Picture, Setting, Study, Table
from derender.experiments.synthesis_policies import HELD_OUT, Solved, compared, figures, plot_cumulative
from derender.policy.corpus import corpus_spec
from derender.policy.times import measure
from derender.synthesis.sketch_tool import is_installed

LIMIT = 2.0
"""Seconds for each search of a full run; the paper has an hour."""
SIMULATED = 100
FOLDS = 20

_METHODS = (
    ("Sketch, the whole problem", "274 s in the median, 27 % out of time", "Sketch"),
    ("The whole problem at once, by this project's engine", "not in the paper", "whole problem at once"),
    ("DeepCoder's way", "187 s, 2 %", "DeepCoder's sort-and-add"),
    ("End-to-end", "63 s where it succeeds, 94 % out of time", "end-to-end"),
    ("Oracle", "6 s, 2 %", "oracle"),
    ("The learned policy, cross-validated", "28 s, 2 %", "learned policy, by Eq. 5"),
)
"""What a row of Table 5 is about, the paper's figure, and its name here."""


def _measure(setting: Setting) -> Json:
    """Every method on the specs of the folder, or on simulated ones where there is none."""
    first = HELD_OUT + setting.seed
    specs = (
        [drawing.truth for drawing in setting.listed()]
        if setting.drawings is not None
        else [corpus_spec(seed) for seed in range(first, first + setting.count(SIMULATED, 10))]
    )
    specs = [spec for spec in specs if len(spec)]
    if len(specs) < 2:
        raise InputError("policies are learned from some specs and measured on others: two at least are needed")
    limit = min(LIMIT, max(0.5, LIMIT * setting.scale))
    times = setting.each(partial(measure, limit=limit), specs, "every search space")
    folds = min(FOLDS, len(times))
    solved = list(compared(times, folds, limit, run_policies=setting.scale >= 0.5, end_to_end=True))
    rows = [{method: [one.least, one.proof] for method, one in methods.items()} for methods in solved]
    return {"limit": limit, "folds": folds, "solved": rows}


def _solved(result: Json) -> list[dict[str, Solved]]:
    return [{method: Solved(*seconds) for method, seconds in one.items()} for one in result["solved"]]


def tables(result: Json) -> list[Table]:
    """A row for each method."""
    solved = _solved(result)
    rows = tuple(
        (method, *figures([one[method].least for one in solved], result["limit"]).split(" | "), *_proofs(solved, method, result["limit"]))
        for method in solved[0]
    )
    head = ("method", "least cost: median ms", "mean ms", "out of time", "proof: median ms", "mean ms", "out of time")
    return [Table(head, rows, f"{len(solved)} specs, {result['folds']} folds, {result['limit']:g} s for each search")]


def _proofs(solved: Sequence[dict[str, Solved]], method: str, limit: float) -> Sequence[str]:
    proofs = [one[method].proof for one in solved]
    return figures(proofs, limit).split(" | ") if any(seconds is not None for seconds in proofs) else ("-", "-", "-")


def _draw(result: Json, folder: Path) -> Sequence[Picture]:
    path = folder / "synthesis-times.svg"
    plot_cumulative(path, _solved(result), result["limit"])
    return [Picture(path, "How many specs have a program of the least cost after so long (Figure 10).")]


def _here(method: str, result: Json) -> str:
    solved = _solved(result)
    if method not in solved[0]:
        return "not measured: Sketch is not installed" if method == "Sketch" and not is_installed() else "not measured"
    limit = result["limit"]
    seconds = [one[method].least for one in solved]
    out_of_time = sum(one is None for one in seconds) / len(seconds)
    # As in the paper, the end-to-end baseline's median is that of the specs that it solves.
    counted = [limit if one is None else one for one in seconds if one is not None or method != "end-to-end"]
    median = f"{1000 * statistics.median(counted):.0f} ms in the median" if counted else "never right"
    return f"{median}, {out_of_time:.0%} out of time ({limit:g} s)"


STUDY = Study(
    name="synthesis-policies",
    title="Times of synthesis (Table 5, Figure 10)",
    command="derender experiment synthesis-policies --drawings DIR --end-to-end --folds 20",
    measure=_measure,
    tables=tables,
    draw=_draw,
    claims=tuple(
        Claim(
            "Table 5",
            claim,
            paper,
            partial(_here, method),
            "Only the order of the methods: another synthesizer, processor time of another machine, true specs of the folder's drawings "
            "(of simulated figures without a folder), and a limit of seconds where the paper has an hour.",
        )
        for claim, paper, method in _METHODS
    ),
    models=(MODEL,),
)
