"""What people see on the command line: tables, summaries, one-line errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.syntax import Syntax
from rich.table import Column, Table
from rich.text import Text

from derender.language.text import pretty

if TYPE_CHECKING:
    # Programs are shown without what reads photographs: torch and OpenCV take seconds to import.
    from derender.evaluation import Score
    from derender.inference import Inference
    from derender.interpretation.values import Interpretation
    from derender.synthesis import Synthesis

console = Console()
errors = Console(stderr=True, highlight=False)


def progress() -> Progress:
    """A progress display on stderr, which leaves stdout to results; it shows nothing where stderr is no terminal."""
    return Progress(
        SpinnerColumn(),
        # File names are shown as they are: brackets in them are no markup.
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=errors,
        transient=True,
        # Otherwise results on a redirected stdout would land on the terminal.
        redirect_stdout=False,
        redirect_stderr=False,
        disable=not errors.is_terminal,
    )


@contextmanager
def paused(bar: Progress) -> Iterator[None]:
    """Room for lines of another kind: the display is taken away and comes back."""
    bar.stop()
    try:
        yield
    finally:
        bar.start()


def show_inference(inference: Inference) -> None:
    """The readings as a table, the best program in full."""
    from derender.interpretation.corrections import sentence

    console.print(Text(inference.image, style="bold"))
    if not inference.interpretations:
        console.print("  nothing drawn was recognised")
        return
    doubted = Column("least sure of", no_wrap=True)
    table = Table("", "commands", "statements", "cost", "proven", "probability", doubted, box=None, padding=(0, 1))
    for k, i in enumerate(inference.interpretations, 1):
        lines = len(pretty(i.program).splitlines())
        figures = (str(k), str(len(i.spec)), str(lines), thirds(i.cost_thirds), "yes" if i.optimal else "no", f"{i.probability:.3f}")
        table.add_row(*figures, _least_sure(i))
    console.print(table)
    show_program(pretty(inference.interpretations[0].program))
    for correction in inference.interpretations[0].corrections:
        console.print(Text(f"corrected: {sentence(correction)}"), soft_wrap=True)
    s = inference.seconds
    beside = f"{inference.lattice.residual:.2f} cells beside the lattice · " if inference.lattice is not None else ""
    console.print(
        f"unexplained ink {inference.unexplained_ink:.1%} · {beside}"
        f"photo {s.photo:.3f} s · reading {s.perception:.3f} s · programs {s.synthesis:.3f} s",
        style="dim",
    )


def _least_sure(i: Interpretation) -> str:
    """The command that is most likely not the one that was drawn, and how probable it is."""
    if not i.confidences:
        return ""
    from derender.interpretation.corrections import command_text

    confidence, command = min(zip(i.confidences, i.spec, strict=True), key=lambda pair: pair[0])
    return f"{command_text(command)} {confidence:.0%}"


def show_synthesis(found: Synthesis) -> None:
    """The program and what is known of it."""
    show_program(pretty(found.program))
    proof = "proven shortest" if found.optimal else f"not proven: at least {thirds(found.lower_bound_thirds)}"
    console.print(f"cost {thirds(found.cost_thirds)} ({proof}) · {found.seconds:.3f} s · {found.search_space}", style="dim", soft_wrap=True)


def show_program(text: str) -> None:
    """A program's text: coloured and in a frame on a terminal, as it is in a pipe or a file."""
    if console.is_terminal:
        shown = Syntax(text.rstrip("\n") or "(draws nothing)", "c", background_color="default", word_wrap=True)
        console.print(Panel(shown, expand=False))
    else:
        console.file.write(text)


def show_scores(scores: Sequence[Score]) -> None:
    """Totals, and the drawings that were not read exactly."""
    from derender.evaluation import summary

    table = Table("drawing", "exact at", "IoU", "seconds", box=None, padding=(0, 2))
    for s in scores:
        if s.exact_rank != 1:
            table.add_row(Text(s.drawing), str(s.exact_rank or "-"), f"{s.iou:.2f}", f"{s.seconds:.3f}")
    if table.row_count:
        console.print(table)
    total = summary(scores)
    console.print(f"{len(scores)} drawings · top-1 {total['top1']:.3f} · top-5 {total['top5']:.3f} · mean IoU {total['iou_mean']:.3f}")


def thirds(cost: int) -> str:
    """A cost in thirds as people read it: 4, 4⅓, 4⅔."""
    return f"{cost // 3}{('', '⅓', '⅔')[cost % 3]}"
