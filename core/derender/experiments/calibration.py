"""Whether probabilities mean what they say: of readings and of single commands, on simulated drawings and on those of a folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer

from derender.evaluation import drawings_in
from derender.perception.reader import Reader, Reading
from derender.perception.targets import draw_scene
from derender.photo.load import load_picture, to_colour
from derender.pipeline import Pipeline
from derender.report import progress
from derender.settings import InferSettings
from derender.spec import Spec

BINS = 10


class Claim(NamedTuple):
    """A probability that was told, and whether what it was told of is true."""

    probability: float
    true: bool


def main(
    simulated: Annotated[int, typer.Option(help="Simulated drawings.")] = 400,
    drawings: Annotated[Path | None, typer.Option(envvar="DERENDER_DRAWINGS", help="Pictures and a specs.json that lists them.")] = None,
    grid: Annotated[int, typer.Option(help="Cells along the longer side of those pictures.")] = 16,
    out: Annotated[Path | None, typer.Option(help="A folder for the reliability diagram.")] = None,
) -> None:
    """Expected calibration error and Brier score of readings and commands; Markdown on standard output."""
    pipeline = Pipeline.load()
    sources = {"simulated": list(simulated_readings(pipeline.reader, simulated))}
    if drawings is not None:
        sources["drawings"] = list(_folder_readings(pipeline, drawings, grid))
    typer.echo("| drawings | claims | true | mean probability | ECE | Brier |\n|---|---|---|---|---|---|")
    diagrams = {}
    for name, found in sources.items():
        for kind, claims in (("readings", readings_claimed(found)), ("commands", commands_claimed(found))):
            diagrams[f"{kind}, {name}"] = claims
            true, told = np.mean([c.true for c in claims]), np.mean([c.probability for c in claims])
            brier = np.mean([(c.probability - c.true) ** 2 for c in claims])
            row = f"{true:.3f} | {told:.3f} | {calibration_error(claims):.3f} | {brier:.3f}"
            typer.echo(f"| {name} | {len(claims)} {kind} | {row} |")
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        _plot(diagrams, out / "reliability.png")
        typer.echo(f"\nwrote {out / 'reliability.png'}")


def simulated_readings(reader: Reader, count: int, seed: int = 88) -> Iterator[tuple[Reading, Spec]]:
    """The first reading of each simulated drawing, and the truth."""
    with progress() as bar:
        for k in bar.track(range(count), description="simulated drawings"):
            drawing = draw_scene(np.random.default_rng([seed, k]), 16, 16, off_lattice=0.0)
            yield reader.read(drawing.ink, most=1)[0], drawing.scene


def _folder_readings(pipeline: Pipeline, folder: Path, grid: int) -> Iterator[tuple[Reading, Spec]]:
    with progress() as bar:
        for drawing in bar.track(drawings_in(folder), description="drawings"):
            settings = InferSettings(grid=grid)
            _, readings = pipeline.read(pipeline.develop(to_colour(load_picture(drawing.path)), settings).ink, settings)
            if readings:
                yield readings[0], drawing.truth


def readings_claimed(found: Sequence[tuple[Reading, Spec]]) -> list[Claim]:
    """One claim for each first reading: that it is the drawing, exactly."""
    return [Claim(reading.probability, reading.spec == truth) for reading, truth in found]


def commands_claimed(found: Sequence[tuple[Reading, Spec]]) -> list[Claim]:
    """One claim for each command of each first reading: that it was drawn."""
    return [
        Claim(confidence, command in truth)
        for reading, truth in found
        for command, confidence in zip(reading.spec, reading.confidences, strict=True)
    ]


def calibration_error(claims: Sequence[Claim], bins: int = BINS) -> float:
    """Expected calibration error: the mean distance of told and true frequency over equal bins, weighted by their claims."""
    return sum(count * abs(told - true) for told, true, count in _binned(claims, bins)) / max(1, len(claims))


def _binned(claims: Sequence[Claim], bins: int) -> list[tuple[float, float, int]]:
    """Mean probability, fraction true and number of claims of each bin that has any."""
    rows = []
    for k in range(bins):
        inside = [c for c in claims if min(bins - 1, int(c.probability * bins)) == k]
        if inside:
            rows.append((float(np.mean([c.probability for c in inside])), float(np.mean([c.true for c in inside])), len(inside)))
    return rows


def _plot(diagrams: dict[str, list[Claim]], path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.2 * len(diagrams), 3.2), layout="constrained")
    for axes, (name, claims) in zip(figure.subplots(1, len(diagrams), squeeze=False)[0], diagrams.items(), strict=True):
        rows = _binned(claims, BINS)
        axes.plot([0, 1], [0, 1], "--", color="0.7")
        axes.plot([told for told, *_ in rows], [true for _, true, _ in rows], "o-")
        axes.bar([told for told, *_ in rows], [count / len(claims) for *_, count in rows], width=0.05, color="0.85")
        axes.set_title(f"{name}\nECE {calibration_error(claims):.3f}", fontsize=9)
        axes.set_xlabel("told")
        axes.set_ylabel("true")
    figure.savefig(path, dpi=150)
