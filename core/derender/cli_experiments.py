"""`derender experiment NAME`: the paper's tables and figures, and those of docs/benchmarks.md, one command each.

An experiment is a module of `derender.experiments` with a function `main`, whose annotated arguments are the command's options
(as Typer reads them). To add one, write the module and its line in `EXPERIMENTS`. Modules are imported when they run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import typer


@dataclass(frozen=True, slots=True)
class Experiment:
    """Where an experiment's `main` is, and what it shows in one sentence."""

    module: str
    sentence: str


EXPERIMENTS = {
    "all": Experiment("derender.experiments.all_run", "Every study below that joins in, one report, docs/paper.md."),
    "robustness": Experiment("derender.experiments.robustness", "How well worn, blurred, turned … pictures of drawings are read."),
    "scaling": Experiment("derender.experiments.scaling", "How accuracy and time of reading grow with objects and area."),
    "calibration": Experiment("derender.experiments.calibration", "Whether the probabilities of readings and commands mean what they say."),
    "likelihood": Experiment("derender.experiments.likelihood", "The learned likelihood beside pixel distance (A.3)."),
    "errors": Experiment("derender.experiments.parsing_errors", "Parsing scenes with more objects than in training (Figure 4)."),
    "readings": Experiment("derender.experiments.readings", "Hand drawings read by the paper's system and its lesions (Figures 6 to 8)."),
    "benchmarks": Experiment("derender.experiments.benchmarks", "The figures of docs/benchmarks.md: rendering, reading, synthesis."),
    "synthesis-growth": Experiment("derender.experiments.synthesis_growth", "How synthesis grows, up to 1,000 commands."),
    "synthesis-incremental": Experiment(
        "derender.experiments.synthesis_incremental", "Synthesis from the previous program beside synthesis from scratch."
    ),
    "synthesis-times": Experiment("derender.experiments.synthesis_times", "How long every search space takes: what policies learn from."),
    "synthesis-policies": Experiment(
        "derender.experiments.synthesis_policies", "Search policies and baselines, cross-validated (Table 5 and Figure 10)."
    ),
    "compression": Experiment("derender.experiments.compression", "Specs, their programs, and how much shorter these are (Table 3)."),
    "policy-picture": Experiment("derender.experiments.policy_picture", "How promising each search space is for a drawing (Figure 9)."),
    "end-to-end": Experiment("derender.experiments.end_to_end", "Programs written straight from the image (A.7.2, Figure 14)."),
    "corrections": Experiment("derender.experiments.corrections", "Programs correct what the network reads (Figure 11)."),
    "extrapolations": Experiment("derender.experiments.extrapolations", "Figures that go on (Figure 13)."),
    "photographs": Experiment("derender.experiments.photographs", "From a telephone's photograph to ink and labels: time and memory."),
    "attributes": Experiment("derender.experiments.attributes", "Rounded boxes, ellipses, double outlines and bent arrows recognised."),
    "similarity": Experiment("derender.experiments.similarity", "Drawings alike as programs and as images (Figure 12)."),
}
"""The experiments by name."""

app = typer.Typer()


@app.callback(invoke_without_command=True)
def experiment(context: typer.Context) -> None:
    """Repeat an experiment: a table or a figure."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def _command(name: str, module: str) -> Callable[[typer.Context], int]:
    """A command that hands all its arguments to the module's `main`."""

    def run(context: typer.Context) -> int:
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]})
        single.command()(import_module(module).main)
        return single(context.args, prog_name=f"derender experiment {name}", standalone_mode=False) or 0

    return run


for _name, _experiment in EXPERIMENTS.items():
    app.command(
        _name,
        help=_experiment.sentence,
        add_help_option=False,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(_command(_name, _experiment.module))
