"""The work of the worker process: reading a photograph, from the file to programs and a preview.

The server imports this module to name `analyse` alone; networks, OpenCV and the solver are imported there, in the worker. A first
answer comes soon. Where it is not final, what finds the final one is kept, to go on when the server asks for that. A cancelled
job ends before its next stage, so that the process, which is warm, need not be killed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from derender.latex.origin import content_digits
from derender_lsp.settings import ReadingSettings
from derender_lsp.worker import LARGEST_PHOTO, PREVIEW_HEIGHT, Agreement, Analysis, Cancelled, Control, Reply, Request, data_uri

if TYPE_CHECKING:
    from derender.inference import Inference
    from derender.pipeline import Pipeline

_pipeline: tuple[str, Pipeline] | None = None
_unfinished: tuple[str, ReadingSettings, Iterator[Inference]] | None = None
"""Content and settings of the last photograph whose answer was not final, and what finds the final one."""


class _Interrupted(Exception):  # noqa: N818 - a signal, not an error
    """The job was cancelled between two stages."""


def analyse(request: Request, control: Control) -> Reply:
    """Reads a photograph with the networks; they are loaded by the first job and stay."""
    try:
        return _analyse(request, control)
    except _Interrupted:
        return Cancelled()


def _analyse(request: Request, control: Control) -> Reply:
    global _unfinished
    from derender.inference import inference_to_json

    path = Path(request.path)
    digits = content_digits(path)
    if request.to_the_end and _unfinished is not None and _unfinished[:2] == (digits, request.settings):
        answers = _unfinished[2]
    else:
        answers = _answers(request, control)
    _unfinished = None
    inference = next(answers)
    if request.to_the_end:
        *_, inference = (inference, *answers)
    elif not inference.is_final:
        _unfinished = (digits, request.settings, answers)
    _begin("preview", control)
    found = inference_to_json(inference)
    if not inference.interpretations:
        return Analysis(digits, found, "")
    preview, thumbnail, agreement = _shown(inference)
    return Analysis(digits, found, preview, thumbnail, agreement, inference.is_final)


def _answers(request: Request, control: Control) -> Iterator[Inference]:
    """One or two answers, the first soon; a later job that is cancelled ends the search for the second, too."""
    global _pipeline
    from derender.pipeline import Pipeline
    from derender.settings import InferSettings

    wanted = request.settings
    if _pipeline is None or _pipeline[0] != wanted.device:
        _pipeline = (wanted.device, Pipeline.load(wanted.device))
    settings = InferSettings(top=wanted.alternatives, grid=wanted.grid, device=wanted.device, synthesis_timeout=wanted.synthesis_seconds)
    return _pipeline[1].answers(
        Path(request.path),
        settings,
        report=lambda stage: _begin(stage, control),
        should_stop=control.should_stop,
        glimpse=lambda spec: _glimpsed(len(spec), control),
    )


def _begin(stage: str, control: Control) -> None:
    """Tells the stage that begins, unless the job is cancelled."""
    if control.should_stop():
        raise _Interrupted
    control.report(stage)


def _glimpsed(commands: int, control: Control) -> None:
    if control.should_stop():
        raise _Interrupted
    control.glimpse(commands)


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
