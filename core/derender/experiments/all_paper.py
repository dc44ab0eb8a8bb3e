"""docs/paper.md: the paper's claims beside this project's figures, made of a run's results."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import groupby

from derender.experiments.all_results import Failed, Kept, Outcome, outdated_weights
from derender.experiments.study import Claim, Study, Table

_HEAD = ("in the paper", "claim", "the paper's figure", "here")

_MOST_ROWS = 14
"""Of a table on the page; longer ones, with a row for each drawing, are in the report alone."""


def paper_document(outcomes: Sequence[tuple[Study, Outcome]], command: str) -> str:
    """The document: how it was made, and a table for each study that the paper has."""
    dates = sorted({outcome.date for _, outcome in outcomes if isinstance(outcome, Kept)})
    when = " to ".join(dict.fromkeys((dates[0], dates[-1]))) if dates else "never"
    parts = [
        "# The paper's claims, and this project's figures",
        "'The paper' is Ellis, Ritchie, Solar-Lezama and Tenenbaum, 'Learning to Infer Graphics Programs from Hand-Drawn Images', "
        "NeurIPS 2018. Its figures stand here beside those that this project measures, with how far the two can be compared.",
        f"This page is generated: `{command} --out OUT --paper docs/paper.md` measures everything and writes `OUT/report.html` "
        f"(tables, plots) and this page. Measured {when} on a machine with {os.cpu_count()} cores.",
        "Above each table stands the command that measures it alone, with the scale, the day and the commit; below it, how far its rows "
        "can be compared, and the figures behind them where they are few. A full run has twenty scenes of each number of objects, all "
        "drawings of the folder and all specs; a smaller scale is the share of them that was measured, with a least number for each study. "
        "docs/benchmarks.md holds what the commands came to when they ran alone.",
    ]
    for has_claims, group in groupby(sorted(outcomes, key=lambda pair: not pair[0].claims), key=lambda pair: bool(pair[0].claims)):
        if not has_claims:
            parts.append("## Measured beyond the paper")
        for study, outcome in group:
            parts.append(f"{'##' if has_claims else '###'} {study.title}")
            parts.extend(_section(study, outcome))
    return "\n\n".join(parts) + "\n"


def _section(study: Study, outcome: Outcome) -> list[str]:
    match outcome:
        case Failed(reason):
            return [f"`{study.command}`: not measured in this run: {reason}.", *_claims(study.claims, lambda _: "not measured")]
        case Kept(result):
            claims = _claims(study.claims, lambda claim: claim.here(result))
            tables = [table.markdown() for table in study.tables(result) if _fits(table)]
            return [f"`{study.command}`: {measured_at(outcome)}.", *claims, *tables]


def _claims(claims: Sequence[Claim], here: Callable[[Claim], str]) -> list[str]:
    """Tables of claims, one for those that follow each other and can be compared equally well, each with how well below it."""
    parts: list[str] = []
    for comparable, group in groupby(claims, key=lambda claim: claim.comparable):
        rows = tuple((claim.where, claim.claim, claim.paper, here(claim)) for claim in group)
        parts.extend((Table(_HEAD, rows).markdown(), f"How comparable: {comparable}"))
    return parts


def _fits(table: Table) -> bool:
    """Whether a table has its place on the page: programs of several lines cannot be read in a cell of Markdown."""
    return len(table.rows) <= _MOST_ROWS and not any("\n" in cell for row in table.rows for cell in row)


def measured_at(kept: Kept) -> str:
    """At which scale, when and with what code and weights, in a few words."""
    scale, then = kept.made_with["scale"], outdated_weights(kept)
    weights = f", with the weights of {' and '.join(then)} at that time, which others have replaced" if then else ""
    return f"{'full run' if scale == 1 else f'scale {scale:g}'}, {kept.date}, commit {kept.commit}{weights}"
