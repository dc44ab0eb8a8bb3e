"""The report of `derender experiment all`: one page of HTML that needs no other file."""

from __future__ import annotations

import base64
import os
import platform
from collections.abc import Iterable, Sequence
from html import escape

from derender.experiments.all_paper import measured_at
from derender.experiments.all_results import Failed, Kept, Outcome
from derender.experiments.study import Picture, Setting, Study, Table

_KINDS = {".png": "image/png", ".svg": "image/svg+xml"}

_SHOWN = 24
"""Rows of a table that is shown at once; a longer one is folded away."""

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2.5rem; border-top: 1px solid #ddd; padding-top: 1rem }
table { border-collapse: collapse; margin: .8rem 0; font-variant-numeric: tabular-nums }
h3, summary { font-size: 1rem; font-weight: 600; margin: 1rem 0 .2rem } .code { font: .85em/1.45 ui-monospace, monospace }
th, td { text-align: left; vertical-align: top; padding: .2rem .9rem .2rem 0; border-bottom: 1px solid #eee; white-space: pre-wrap }
th { color: #555; font-weight: 600 } code { font-size: .9em; background: #f5f5f5; padding: .1em .3em }
figure { margin: 1rem 0 } img { max-width: 100%; height: auto } figcaption, .made { color: #666; font-size: .9em }
.failed { color: #8a3b00 } .wide { overflow-x: auto }
nav ol { columns: 2; margin: 0; padding-left: 1.6rem } nav li { break-inside: avoid }
""".strip()


def report_page(drawn: Sequence[tuple[Study, Outcome, Sequence[Picture]]], setting: Setting, command: str) -> str:
    """The whole page: how the run was made, then each study with its claims, tables and pictures."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    about = f"scale {setting.scale:g} · seed {setting.seed} · {machine}"
    contents = "".join(f'<li><a href="#{study.name}">{escape(study.title)}</a>{_mark(outcome)}</li>' for study, outcome, _ in drawn)
    sections = "".join(_section(study, outcome, pictures) for study, outcome, pictures in drawn)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Derender: experiments</title><style>{_STYLE}</style></head><body>\n<h1>Derender: experiments</h1>\n"
        f'<p class="made"><code>{escape(command)}</code> · {escape(about)}</p>\n<nav><ol>{contents}</ol></nav>\n{sections}</body></html>\n'
    )


def _mark(outcome: Outcome) -> str:
    return ' <span class="failed">(not measured)</span>' if isinstance(outcome, Failed) else ""


def _section(study: Study, outcome: Outcome, pictures: Sequence[Picture]) -> str:
    head = f'<section id="{study.name}">\n<h2>{escape(study.title)}</h2>\n'
    match outcome:
        case Failed(reason):
            return f'{head}<p class="failed">Not measured: {escape(reason)}.</p>\n</section>\n'
        case Kept(result, _, _, _, seconds):
            claims = Table(
                ("in the paper", "claim", "the paper's figure", "here", "how comparable"),
                tuple((c.where, c.claim, c.paper, c.here(result), c.comparable) for c in study.claims),
            )
            tables = "".join(map(_table, (*((claims,) if study.claims else ()), *study.tables(result))))
            made = f"<code>{escape(study.command)}</code> · {escape(measured_at(outcome))} · {seconds:.0f} s"
            return f'{head}{tables}{"".join(map(_figure, pictures))}<p class="made">{made}</p>\n</section>\n'


def _table(table: Table) -> str:
    body = "".join(_row("td", row) for row in table.rows)
    page = f'<div class="wide"><table><thead>{_row("th", table.head)}</thead><tbody>{body}</tbody></table></div>'
    if len(table.rows) > _SHOWN:
        return f"<details><summary>{escape(table.title)} ({len(table.rows)} rows)</summary>{page}</details>\n"
    return f"{f'<h3>{escape(table.title)}</h3>' if table.title else ''}{page}\n"


def _row(cell: str, texts: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<{cell}{_kind(text)}>{escape(text)}</{cell}>" for text in texts) + "</tr>"


def _kind(text: str) -> str:
    """Programs are set as code."""
    return ' class="code"' if "\n" in text else ""


def _figure(picture: Picture) -> str:
    data = base64.b64encode(picture.path.read_bytes()).decode()
    source = f"data:{_KINDS[picture.path.suffix]};base64,{data}"
    caption = escape(picture.caption)
    return f'<figure><img src="{source}" alt="{caption}"><figcaption>{caption}</figcaption></figure>\n'
