"""The work of the worker process: reading a photograph, from the file to programs and a preview.

The server imports this module to name `analyse` alone; networks, OpenCV and the solver are imported there, in the worker. A first
answer comes soon. Where it is not final, what finds the final one is kept, to go on when the server asks for that. A cancelled
job ends before its next stage, so that the process, which is warm, need not be killed. What photographs show is found in threads of
their own, ahead of the search for programs (`ahead.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from derender.errors import ImageError
from derender.latex.origin import content_digits
from derender_lsp.ahead import Interrupted, Lookahead, Wanted
from derender_lsp.settings import ReadingSettings
from derender_lsp.worker import LARGEST_PHOTO, PREVIEW_HEIGHT, Agreement, Analysis, Cancelled, Control, Reply, Request, data_uri

if TYPE_CHECKING:
    from derender.inference import Inference, Perceived
    from derender.pipeline import Pipeline
    from derender.settings import InferSettings

FIRST_ANSWER_SECONDS = 1.0
"""When there should be an answer: where a photograph took long to be perceived, less is spent on programs before the first one."""

LEAST_FOR_PROGRAMS = 0.1
"""Seconds that are spent on programs before the first answer all the same."""


@dataclass(slots=True)
class _Handed:
    """The control of the job that has the search for an answer now: the one that began it, or a later one that goes on with it."""

    control: Control

    def report(self, stage: str) -> None:
        self.control.report(stage)

    def glimpse(self, commands: int) -> None:
        self.control.glimpse(commands)

    def should_stop(self) -> bool:
        return self.control.should_stop()


@dataclass(frozen=True, slots=True)
class _Unfinished:
    """A photograph's answer that was not final, and what finds the final one."""

    digits: str
    settings: ReadingSettings
    control: _Handed
    answers: Iterator[Inference]


_pipeline: tuple[str, Pipeline] | None = None
_loading = Lock()
_lookahead: Lookahead | None = None
_unfinished: _Unfinished | None = None
"""Of the last photograph that was read."""


def analyse(request: Request, control: Control) -> Reply:
    """Reads a photograph with the networks; they are loaded by the first job and stay."""
    global _lookahead
    if _lookahead is None:
        _lookahead = Lookahead(_perceive)
    try:
        if request.is_hint:
            _lookahead.begin([_wanted(request.path, request.settings)], control)
            return Cancelled()
        return _analyse(request, control)
    except Interrupted:
        _lookahead.rest()
        return Cancelled()


def _analyse(request: Request, control: Control) -> Reply:
    global _unfinished
    from derender.inference import inference_to_json

    wanted = _wanted(request.path, request.settings)
    known = _unfinished
    if not request.to_the_end or known is None or (known.digits, known.settings) != (wanted.digits, request.settings):
        handed = _Handed(control)
        known = _Unfinished(wanted.digits, request.settings, handed, _answers(wanted, request.then, handed))
    # The job that gave the first answer is over, and counts as cancelled as soon as any later one was.
    known.control.control = control
    _unfinished = None
    inference = next(known.answers)
    if request.to_the_end:
        *_, inference = (inference, *known.answers)
    elif not inference.is_final:
        _unfinished = known
    _begin("preview", control)
    found = inference_to_json(inference)
    if not inference.interpretations:
        return Analysis(wanted.digits, found, "")
    preview, thumbnail, agreement = _shown(inference)
    return Analysis(wanted.digits, found, preview, thumbnail, agreement, inference.is_final)


def _answers(wanted: Wanted, then: Sequence[str], control: _Handed) -> Iterator[Inference]:
    """One or two answers, the first soon; the job that `control` is handed to then can end the search for the second."""
    from derender.interpretation.contenders import InterpretSettings

    assert _lookahead is not None
    following = []
    for path in then:
        with suppress(ImageError):  # what is wrong with it is told when its turn comes
            following.append(_wanted(path, wanted.settings))
    # What is looked at ahead ends with this job, whoever goes on with its answer.
    seen = _lookahead.take(wanted, control.control, following)
    competing = InterpretSettings()
    due = max(LEAST_FOR_PROGRAMS, FIRST_ANSWER_SECONDS - seen.seconds.total)
    return _pipeline_on(wanted.settings.device).interpret(
        seen,
        _settings(wanted.settings),
        report=lambda stage: _begin(stage, control),
        should_stop=control.should_stop,
        competing=replace(competing, first_answer=min(competing.first_answer, due)),
    )


def _perceive(wanted: Wanted, control: Control) -> Perceived:
    """Runs in one of the lookahead's threads."""
    pipeline = _pipeline_on(wanted.settings.device)
    settings = _settings(wanted.settings)
    return pipeline.perceive(Path(wanted.path), settings, control.report, lambda spec: control.glimpse(len(spec)))


def _pipeline_on(device: str) -> Pipeline:
    global _pipeline
    from derender.pipeline import Pipeline, use_threads

    use_threads(1)
    with _loading:
        if _pipeline is None or _pipeline[0] != device:
            _pipeline = (device, Pipeline.load(device))
        return _pipeline[1]


def _settings(wanted: ReadingSettings) -> InferSettings:
    from derender.settings import InferSettings

    return InferSettings(top=wanted.alternatives, grid=wanted.grid, device=wanted.device, synthesis_timeout=wanted.synthesis_seconds)


def _wanted(path: str, settings: ReadingSettings) -> Wanted:
    """What tells the photograph as it is now from any other; raises `ImageError` where its file cannot be read."""
    try:
        return Wanted(content_digits(Path(path)), path, settings)
    except OSError as error:
        raise ImageError(f"{path}: the file cannot be read ({error.strerror})") from error


def _begin(stage: str, control: Control) -> None:
    """Tells the stage that begins, unless the job is cancelled."""
    if control.should_stop():
        raise Interrupted
    control.report(stage)


def _shown(inference: Inference) -> tuple[str, str, Agreement | None]:
    """Photograph and drawing side by side, the photograph alone, and how the two agree."""
    import numpy as np

    from derender.rendering.preview import side_by_side
    from derender_lsp.roundtrip import agreement

    best, photo, development = inference.interpretations[0], inference.photo, inference.development
    if photo is None:
        return "", "", None
    agreed = None
    if inference.lattice is not None and development is not None:
        ink_to_shown = np.diag([*photo.scale, 1.0]) @ development.to_picture
        homography = np.linalg.inv(ink_to_shown) @ np.asarray(inference.lattice.homography, dtype=np.float64)
        agreed = agreement(development.ink, homography, best.spec)
    picture = photo.picture.copy()
    picture.thumbnail((3 * PREVIEW_HEIGHT, PREVIEW_HEIGHT))
    sheet = side_by_side(picture, best.spec, best.program.labels, height=PREVIEW_HEIGHT)
    return data_uri(sheet), data_uri(picture, LARGEST_PHOTO), agreed
