"""The command line: `derender COMMAND`.

Commands convert their arguments, call the library and print. Exit status: 0 done, 1 a finding, 2 bad input with one line on
stderr. Heavy modules are imported inside commands, so that `--help` is quick.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from derender import cli_documents, cli_experiments, cli_interpretation, cli_synthesis, cli_training
from derender.cli_files import drawn_by, print_json, read_program, read_spec, write
from derender.cli_options import Device, Grid, Json, ReaderName, complain
from derender.errors import DerenderError, InputError, OptionError
from derender.language.program import Program
from derender.spec import Spec
from derender.version import installed_version

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from derender.pipeline import Pipeline

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"derender {installed_version()}")
        raise typer.Exit


@app.callback()
def _derender(
    _: Annotated[bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version and end.")] = False,
) -> None:
    """Photographs of hand-drawn figures become graphics programs and TikZ."""


@app.command()
def infer(
    images: Annotated[list[Path], typer.Argument(help="Photographs or scans of drawings.")],
    top: Annotated[int, typer.Option(help="How many readings to give.")] = 5,
    grid: Grid = None,
    device: Device = Device.auto,
    seed: Annotated[int, typer.Option(help="Repeats the particle filter's random choices.")] = 0,
    timeout: Annotated[float, typer.Option(help="Seconds for the best reading's program.")] = 5.0,
    show: Annotated[Path | None, typer.Option(help="A .png to write with every stage side by side.")] = None,
    reader: Annotated[ReaderName, typer.Option(help="Who reads: Derender's own reader, or the paper's, to compare.")] = ReaderName.own,
    as_json: Json = False,
) -> None:
    """Read drawings: their commands and the shortest programs that draw them, with --json also as TikZ."""
    from derender.settings import InferSettings

    settings = InferSettings(top=top, grid=grid, device=device.value, seed=seed, synthesis_timeout=timeout)
    from derender import report
    from derender.photo.load import require_picture

    if show is not None and show.suffix.lower() != ".png":
        raise OptionError(f"the stages are shown in a .png, not in {show.name}")
    pipeline: Pipeline | None = None
    bad = empty = False
    sheets = []
    with report.progress() as bar:
        task = bar.add_task("reading", total=len(images))
        for image in images:
            try:
                require_picture(image)
                pipeline = pipeline or _reading_by(reader, settings.device)
                seen = pipeline.perceive(image, settings, partial(_show_stage, bar, task, image))
                *_, inference = pipeline.interpret(seen, settings, report=partial(_show_stage, bar, task, image))
            except InputError as error:
                bad = True
                with report.paused(bar):
                    complain(str(error))
                    if as_json:
                        print_json({"image": str(image), "error": str(error)})
            else:
                empty = empty or not any(i.spec.commands for i in inference.interpretations)
                with report.paused(bar):
                    if reader is ReaderName.paper and seen.opened is not None and seen.opened.is_traced:
                        complain(f"{image}: this lies on no lattice, so that Derender traced it; the paper's reader was not asked")
                    if as_json:
                        from derender.inference import inference_to_json

                        print_json(inference_to_json(inference))
                    else:
                        report.show_inference(inference)
                if show is not None:
                    from derender.stage_sheet import stage_sheet

                    sheets.append(stage_sheet(image, inference))
            bar.advance(task)
    if show is not None and sheets:
        from derender.stage_sheet import sheets_png

        write(show, sheets_png(sheets))
    raise typer.Exit(2 if bad else 1 if empty else 0)


@app.command()
def render(
    file: Annotated[Path, typer.Argument(help="A program (text) or a spec (.json).")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where to write: .tex, .png, .svg or .pdf.")],
) -> None:
    """Draw a program or a spec as TikZ, PNG, SVG or PDF."""
    from derender.rendering import preview, tikz

    drawing: Program | Spec = read_spec(file) if file.suffix.lower() == ".json" else read_program(file)
    spec, labels = (drawing, ()) if isinstance(drawing, Spec) else (drawn_by(drawing, file), drawing.labels)
    match output.suffix.lower():
        case ".tex":
            source = tikz.spec_to_tikz(spec) if isinstance(drawing, Spec) else tikz.program_to_tikz(drawing)
            data = tikz.standalone_document(source).encode()
        case ".png":
            data = preview.preview_png(spec, labels)
        case ".svg":
            data = preview.preview_svg(spec, labels).encode()
        case ".pdf":
            data = preview.preview_pdf(spec, labels)
        case other:
            raise OptionError(f"cannot draw to {other or 'a file without an ending'}: use .tex, .png, .svg or .pdf")
    write(output, data)


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Argument(help="Pictures and a specs.json that lists them.")],
    grid: Grid = None,
    shift: Annotated[bool, typer.Option(help="Right up to a shift and a scale of the lattice.")] = False,
    perturb: Annotated[str | None, typer.Option(help="Make the pictures worse first: blur, specks, elastic, shift …")] = None,
    device: Device = Device.auto,
    as_json: Json = False,
) -> None:
    """Measure how well the drawings of a folder are read, or photographs whose shapes and arrows are marked."""
    from derender import report
    from derender.evaluation import drawings_in, summary
    from derender.evaluation_photographs import is_marked

    if is_marked(folder):
        from derender.cli_photographs import evaluate_photographs

        given = {"--grid": grid is not None, "--shift": shift, "--perturb": perturb is not None}
        if any(given.values()):
            meant = " and ".join(option for option, is_given in given.items() if is_given)
            raise OptionError(f"{folder}: its photographs are marked in pixels and read as they are: leave out {meant}")
        evaluate_photographs(folder, device.value, as_json=as_json)
        return

    drawings = drawings_in(folder)
    from derender.experiments.drawings import read_drawing
    from derender.perturbations import perturbation
    from derender.pipeline import Pipeline
    from derender.settings import InferSettings

    change = perturbation(perturb) if perturb is not None else None
    settings = InferSettings(grid=grid, device=device.value)
    pipeline = Pipeline.load(settings.device)
    with report.progress() as bar:
        scores = [
            read_drawing(pipeline, drawing, settings, change, up_to_lattice=shift or grid is None)
            for drawing in bar.track(drawings, description="reading")
        ]
    if as_json:
        rows = [{"drawing": s.drawing, "exact_rank": s.exact_rank, "iou": round(s.iou, 4), "seconds": round(s.seconds, 4)} for s in scores]
        print_json({**{k: round(v, 4) for k, v in summary(scores).items()}, "drawings": rows})
    else:
        report.show_scores(scores)


for command in (cli_synthesis.synthesize, cli_documents.insert, cli_documents.update, cli_documents.check):
    app.command()(command)
app.command()(cli_interpretation.extrapolate)
app.command()(cli_interpretation.similar)
app.command("format")(cli_interpretation.format_programs)
app.command()(cli_training.train)
app.add_typer(cli_experiments.app, name="experiment")


def _reading_by(reader: ReaderName, device: str) -> Pipeline:
    """The stages with their networks, and with those of the reader that was chosen; raises `ModelError`."""
    from derender.pipeline import Pipeline

    pipeline = Pipeline.load(device)
    if reader is ReaderName.own:
        return pipeline
    from derender.paper.reader import PaperReader

    return pipeline.reading_by(PaperReader.load(device))


def _show_stage(bar: Progress, task: TaskID, image: Path, stage: str) -> None:
    bar.update(task, description=f"{image.name}: {stage}")


_UsageError: type[Exception] = typer.BadParameter.__mro__[1]
"""What a command line that cannot be parsed raises. Typer re-exports only this one of its subclasses."""


def main() -> None:
    """The entry point. Characters that a terminal cannot show are replaced, not fatal."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; its exit status. Expected errors become one line on stderr."""
    try:
        # A list without arguments is not an error: it asks what there is.
        return app(list(arguments) or ["--help"], prog_name="derender", standalone_mode=False) or 0
    except DerenderError as error:
        complain(str(error))
        return 2
    except _UsageError as error:
        context, message = getattr(error, "ctx", None), error.format_message()  # type: ignore[attr-defined]  # Typer does not export its type
        complain(f"{message.rstrip('.')} (see {context.command_path if context else 'derender'} --help)")
        return 2
    except typer.Abort:
        return 130
    except SystemExit as ended:
        # Typer's answer to a reader that has gone away is 1, which here would mean a finding.
        if isinstance(ended.__context__, BrokenPipeError):
            return 0
        raise


if __name__ == "__main__":
    main()
