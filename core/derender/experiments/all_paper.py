"""docs/paper.md: the paper's claims beside this project's figures, made of a run's results."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import groupby

from derender.experiments.all_results import Failed, Kept, Outcome
from derender.experiments.study import Claim, Study, Table

_HEAD = ("in the paper", "claim", "the paper's figure", "here", "command", "how comparable", "measured")


def paper_document(outcomes: Sequence[tuple[Study, Outcome]], command: str) -> str:
    """The document: how it was made, and a table for each study that the paper has."""
    dates = sorted({outcome.date for _, outcome in outcomes if isinstance(outcome, Kept)})
    when = " to ".join(dict.fromkeys((dates[0], dates[-1]))) if dates else "never"
    parts = [
        "# The paper's claims, and this project's figures",
        "'The paper' is Ellis, Ritchie, Solar-Lezama and Tenenbaum, 'Learning to Infer Graphics Programs from Hand-Drawn Images', "
        "NeurIPS 2018. Its figures stand here beside those that this project measures, with how far the two can be compared.",
        f"This page is generated: `{command} --out OUT --paper docs/paper.md` measures everything and writes `OUT/report.html` "
        f"(tables, plots) and this page. Measured {when} on a machine with {os.cpu_count()} cores; each row names the command that "
        "measures it alone, the scale and the day. A full run has twenty scenes of each number of objects, all drawings of the folder "
        "and all specs; a smaller scale is the share of them that was measured.",
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
            rows = tuple(_row(claim, "not measured", study, "-") for claim in study.claims)
            return [*([Table(_HEAD, rows).markdown()] if rows else []), f"Not measured in this run: {reason}."]
        case Kept(result):
            rows = tuple(_row(claim, claim.here(result), study, measured_at(outcome)) for claim in study.claims)
            if rows:
                return [Table(_HEAD, rows).markdown()]
            return [*(table.markdown() for table in study.tables(result)), f"`{study.command}`, {measured_at(outcome)}"]


def _row(claim: Claim, here: str, study: Study, measured: str) -> tuple[str, ...]:
    return claim.where, claim.claim, claim.paper, here, f"`{study.command}`", claim.comparable, measured


def measured_at(kept: Kept) -> str:
    """At which scale, when and with what code and weights, in a few words."""
    scale = kept.made_with["scale"]
    return f"{'full run' if scale == 1 else f'scale {scale:g}'}, {kept.date}, commit {kept.commit}"
