"""π as a picture (Figure 9): how a drawing's time of synthesis is shared among the 24 search spaces."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from PIL import Image

from derender.cli_files import read_program, read_spec
from derender.errors import InputError, OptionError
from derender.experiments.plots import new_figure
from derender.experiments.study import Claim, Json, Picture, Setting, Study, Table, no_tables, shared_pipeline
from derender.language.execute import execute
from derender.latex.images import is_program
from derender.rendering.preview import preview_png
from derender.settings import InferSettings
from derender.spec import Spec
from derender.spec_json import spec_from_json, spec_to_json
from derender.synthesis.elements import elements_of
from derender.synthesis.nodes import Tables
from derender.synthesis.policy import SPACES, SearchPolicy, load_policy
from derender.synthesis.search_space import DEEPEST, SearchSpace

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_KINDS = tuple((loops, reflections) for loops in (True, False) for reflections in (True, False))
"""The rows of the picture."""
_WAYS = tuple((incremental, depth) for incremental in (False, True) for depth in range(1, DEEPEST + 1))
"""Its columns."""


def main(
    drawing: Annotated[Path, typer.Argument(help="A photograph, a program (.dr) or a spec (.json).")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The picture: .png, .svg or .pdf.")] = Path("policy.png"),
    grid: Annotated[int | None, typer.Option(help="The photograph is aligned to an N×N lattice.")] = None,
) -> None:
    """How promising each search space is for a drawing (Figure 9), as a table and as a picture."""
    if out.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise OptionError(f"the picture is a .png, .svg or .pdf, not {out.suffix or 'a file without an ending'}")
    result = {"drawings": [shares_of(drawing.name, _spec_in(drawing, grid), load_policy())]}
    for table in tables(result):
        typer.echo(table.markdown())
    draw(result, out)
    typer.echo(f"\nwrote {out}")


def _spec_in(path: Path, grid: int | None) -> Spec:
    if path.suffix.lower() == ".json":
        return read_spec(path)
    if is_program(path):
        return execute(read_program(path))
    found = shared_pipeline().infer(path, InferSettings(grid=grid, device="cpu"))
    if not found.interpretations:
        raise InputError(f"{path}: nothing drawn was recognised")
    return found.interpretations[0].spec


def shares_of(name: str, spec: Spec, policy: SearchPolicy) -> Json:
    """π(σ|S) by search space, with the spec."""
    shares = {str(space): float(share) for space, share in zip(SPACES, policy.shares(Tables(elements_of(spec))), strict=True)}
    return {"name": name, "spec": spec_to_json(spec), "shares": shares}


def tables(result: Json) -> list[Table]:
    """For each drawing the spaces from the most promising on."""
    return [
        Table(
            ("search space", "π"),
            tuple((space, f"{share:.1%}") for space, share in sorted(one["shares"].items(), key=lambda pair: -pair[1])),
            f"{one['name']}: {len(one['spec'])} commands",
        )
        for one in result["drawings"]
    ]


def draw(result: Json, path: Path) -> None:
    """For each drawing its commands, and beside it a map: kinds of programs down, ways to search across, the darker the likelier."""
    drawings = result["drawings"]
    figure = new_figure(9, 2.6 * len(drawings))
    axes = figure.subplots(len(drawings), 2, squeeze=False, width_ratios=(1, 2.6))
    for (left, right), one in zip(axes, drawings, strict=True):
        _draw_spec(left, spec_from_json(one["spec"]))
        left.set_title(one["name"], fontsize=9)
        shares = [
            [one["shares"][str(SearchSpace(loops, reflections, incremental, depth))] for incremental, depth in _WAYS]
            for loops, reflections in _KINDS
        ]
        right.imshow(shares, cmap="YlOrBr", vmin=0, vmax=max(map(max, shares)), aspect="auto")
        for row, line in enumerate(shares):
            for column, share in enumerate(line):
                right.text(column, row, f"{share:.1%}", ha="center", va="center", fontsize=8)
        right.set_yticks(range(len(_KINDS)), [_words(loops, reflections) for loops, reflections in _KINDS], fontsize=8)
        ways = [f"depth {depth}\n{'piece by piece' if incremental else 'at once'}" for incremental, depth in _WAYS]
        right.set_xticks(range(len(_WAYS)), ways, fontsize=8)
    figure.savefig(path, dpi=130)


def _words(loops: bool, reflections: bool) -> str:
    return f"{'loops' if loops else 'no loops'}, {'reflections' if reflections else 'no reflections'}"


def _draw_spec(axes: Axes, spec: Spec) -> None:
    axes.imshow(Image.open(BytesIO(preview_png(spec))))
    axes.axis("off")


def _measure(setting: Setting) -> Json:
    policy = load_policy()
    listed = setting.listed(3)
    chosen = [listed[k * len(listed) // min(3, len(listed))] for k in range(min(3, len(listed)))]
    return {"drawings": [shares_of(drawing.name, drawing.truth, policy) for drawing in chosen]}


def _pictures(result: Json, folder: Path) -> Sequence[Picture]:
    draw(result, folder / "policy.svg")
    return [Picture(folder / "policy.svg", "π(σ|S) over the 24 search spaces for some of the drawings.")]


STUDY = Study(
    name="policy-picture",
    title="π over the search spaces (Table 4, Figure 9)",
    command="derender experiment policy-picture DRAWING",
    measure=_measure,
    tables=no_tables,
    draw=_pictures,
    claims=(
        Claim(
            "Figure 9",
            "The policy shares the time of a synthesis among 24 program spaces, by the spec",
            "a sketch of four spaces",
            lambda result: (
                "the largest share is " + ", ".join(f"{max(one['shares'].values()):.0%} for {one['name']}" for one in result["drawings"])
            ),
            "The same 24 spaces and the same bilinear model; learned from times of this project's synthesizer on simulated specs.",
        ),
    ),
    models=("policy",),
)
