"""Where the stages meet: photo → ink → readings → programs → TikZ.

`infer` takes a path and returns a value (`inference.py`). A `Pipeline` keeps the networks loaded between pictures.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from derender.checkpoints import models_folder, read_manifest
from derender.inference import Inference, Opened, Perceived, Seconds
from derender.interpretation.attributed_evidence import AttributedEvidence
from derender.interpretation.contenders import InterpretSettings
from derender.interpretation.evidence import Observation
from derender.interpretation.frames import Framing, kept_on, settled_from
from derender.interpretation.prior import BY_COST, ProgramPrior, load_prior
from derender.interpretation.ranking import Answer, interpret
from derender.interpretation.reader_evidence import ReaderEvidence, as_candidates
from derender.labels import Recognizer, WrittenRegion, labelled, place_labels, written_regions
from derender.opening import beside_bent_arrows, beside_bent_arrows_on_grid, opened_on_best, opened_on_grid, rather_traced
from derender.perception.attributes import NO_ARROWS, Attributes
from derender.perception.command_view import CLOSER
from derender.perception.lattice import Lattice, seen_through
from derender.perception.reader import Drawing, Reader, Reading, SpecReader, choose_device
from derender.perception.settling import settle
from derender.photo.develop import Development, develop, undeveloped
from derender.photo.load import load_photo, to_colour
from derender.photo.separation import Separator
from derender.settings import InferSettings
from derender.spec import Line, Spec
from derender.tracing.heads import arrows_among
from derender.tracing.judges import Judges

Report = Callable[[str], None]
"""Told the name of each stage as it begins."""


def _silent(_: str) -> None:
    """Tells nobody."""


def use_threads(threads: int) -> None:
    """So many threads for numeric work that the calling thread asks for; torch keeps the number for each thread that asks."""
    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)


class Pipeline:
    """The stages with their networks loaded once."""

    def __init__(
        self,
        reader: Reader,
        prior: ProgramPrior = BY_COST,
        separator: Separator | None = None,
        recognizer: Recognizer | None = None,
        specs_by: SpecReader | None = None,
        judges: Judges | None = None,
    ) -> None:
        """`specs_by` reads what is drawn on a lattice; the lattice is always found by `reader`, which reads both if there is no other.
        With `judges` photographs of what lies on no lattice are traced."""
        self.reader = reader
        self.specs_by = specs_by or reader
        self.prior = prior
        self.separator = separator
        self.recognizer = recognizer
        self.judges = judges

    @classmethod
    def load(cls, device: str = "auto", threads: int = 1) -> Pipeline:
        """The shipped networks on a device; raises `ModelError`.

        `threads` is for all numeric work of the process. The networks are small: more threads gain little on an idle machine, and
        on a busy one they wait for each other and lose a great deal.
        """
        use_threads(threads)
        # A folder of models without the ink network reads scans, one without the recognizer leaves labels unread.
        there = read_manifest(models_folder())
        separator = Separator.load(choose_device(device)) if "ink" in there else None
        recognizer = Recognizer.load() if "text" in there else None
        judges = Judges.load(choose_device(device)) if "ways" in there else None
        return cls(Reader.load(device), load_prior(), separator, recognizer, judges=judges)

    def reading_by(self, specs_by: SpecReader) -> Pipeline:
        """The same stages with another reader of what is drawn on a lattice."""
        return Pipeline(self.reader, self.prior, self.separator, self.recognizer, specs_by, self.judges)

    def infer(
        self,
        path: Path,
        settings: InferSettings | None = None,
        *,
        report: Report = _silent,
        should_stop: Callable[[], bool] | None = None,
        glimpse: Callable[[Spec], None] | None = None,
    ) -> Inference:
        """The last of the answers: interpretations searched for as long as the settings say; raises `ImageError`."""
        *_, last = self.answers(path, settings, report=report, should_stop=should_stop, glimpse=glimpse)
        return last

    def answers(
        self,
        path: Path,
        settings: InferSettings | None = None,
        *,
        report: Report = _silent,
        should_stop: Callable[[], bool] | None = None,
        glimpse: Callable[[Spec], None] | None = None,
    ) -> Iterator[Inference]:
        """One or two interpretations of the picture at `path`; raises `ImageError`.

        The first as soon as there are programs; where it is not final, another one follows after what was not tried and not proven is
        searched for longer. `should_stop` ends the search for programs early. `glimpse` is told long before what a quick look reads,
        on the lattice that is read on; it is not told where the grid is given.
        """
        settings = settings or InferSettings()
        yield from self.interpret(self.perceive(path, settings, report, glimpse), settings, report=report, should_stop=should_stop)

    def perceive(
        self, path: Path, settings: InferSettings, report: Report = _silent, glimpse: Callable[[Spec], None] | None = None
    ) -> Perceived:
        """What the picture at `path` shows and how it may be read, without programs; the arguments are those of `answers`.

        One picture can be perceived in a thread while another one is interpreted. Raises `ImageError`.
        """
        started = time.perf_counter()
        report("photo")
        photo = load_photo(path)
        development = self.develop(to_colour(photo.picture), settings)
        if self.recognizer is not None:
            ink, writing = self.recognizer.set_apart(development.ink, development.writing)
            development = replace(development, ink=ink, writing=writing)
        regions = written_regions(development.writing, development.ink)
        if self.recognizer is not None:
            regions = self.recognizer.read(regions, development.writing, development.picture, development.to_picture)
        inked = time.perf_counter()
        report("reading")
        opened = self._opened(development.ink, settings, glimpse)
        if settings.grid is None and self.judges is not None:
            opened = rather_traced(development, opened, self.judges, self.reader.networks.weights)
        opened, readings = self._read(opened, settings)
        seconds = Seconds(inked - started, time.perf_counter() - inked, 0.0)
        return Perceived(path, photo, development, regions, opened, readings, seconds)

    def _read(self, opened: Opened | None, settings: InferSettings) -> tuple[Opened | None, tuple[Reading, ...]]:
        """The best readings of what was opened, and in which ink they are: bent arrows are set apart from it."""
        if opened is None:
            return None, ()
        most, judge = max(InterpretSettings().readings, settings.top), None if self.judges is None else self.judges.ways
        if not opened.is_traced:
            opened = beside_bent_arrows(opened, settings, self.specs_by, judge)
        readings = opened.drawing.readings(most)
        if settings.grid is not None:
            beside = beside_bent_arrows_on_grid(opened, readings[0], settings, self.reader, self.specs_by, judge)
            opened, readings = beside, beside.drawing.readings(most) if beside.bent else readings
        return opened, _drawn(readings)

    def interpret(
        self,
        seen: Perceived,
        settings: InferSettings,
        *,
        report: Report = _silent,
        should_stop: Callable[[], bool] | None = None,
        competing: InterpretSettings | None = None,
    ) -> Iterator[Inference]:
        """See `answers`, of which this is the second half; `competing`: how many specs compete, and how long before the first answer."""
        report("synthesis")
        photo, development, opened, readings = seen.photo, seen.development, seen.opened, seen.readings
        if opened is None or not readings:
            yield Inference(str(seen.path), None, (), 0.0, seen.seconds, (), development, photo=photo)
            return
        evidence: Observation = ReaderEvidence(opened.drawing)
        if not opened.is_traced:
            attributes = Attributes(opened.canvas, opened.bent, opened.closely, self._arrows_in(opened, readings))
            readings = tuple(replace(reading, spec=attributes.of(reading.spec)) for reading in readings)
            evidence = AttributedEvidence(evidence, attributes, self.reader.networks.weights) if attributes.are_shown else evidence
        to_shown = np.diag([*photo.scale, 1.0]) @ development.to_picture
        shown = seen_through(opened.lattice, to_shown)
        framing = settled_from(shown) if settings.grid is None else kept_on(shown)
        found = interpret(
            as_candidates(readings),
            evidence,
            framing,
            self.prior,
            top=settings.top,
            timeout=settings.synthesis_timeout,
            none=max(0.0, 1 - sum(reading.probability for reading in readings)),
            settings=competing,
            should_stop=should_stop,
        )
        for answer, searched in _timed(found):
            inference = _inference(seen.path, answer, readings, framing, replace(seen.seconds, synthesis=searched))
            yield replace(_with_labels(inference, seen.regions, to_shown), development=development, photo=photo)

    def _arrows_in(self, opened: Opened, readings: Sequence[Reading]) -> Mapping[Line, Line]:
        """What lines are that were read without their heads, where the judge of ways sees them."""
        if self.judges is None:
            return NO_ARROWS
        specs = [reading.spec for reading in readings]
        if opened.closely is None:
            return arrows_among(specs, opened.canvas, self.judges.ways)
        return arrows_among(specs, opened.closely, self.judges.ways, CLOSER)

    def develop(self, picture: NDArray[np.uint8], settings: InferSettings) -> Development:
        """Ink and writing of a picture (H, W, 3) RGB; with a grid that is given the whole picture is kept as it lies."""
        if self.separator is None:
            return undeveloped(picture)
        return develop(picture, self.separator, keep_frame=settings.grid is not None)

    def read(self, ink: NDArray[np.float32], settings: InferSettings) -> tuple[Lattice | None, tuple[Reading, ...]]:
        """The reader's own readings of ink (H, W), each on its coarsest lattice unless the grid is given, and the first one's lattice.

        No lattice and no readings where nothing is drawn.
        """
        lattice, drawing = self.open(ink, settings)
        if lattice is None or drawing is None:
            return None, ()
        if settings.grid is not None:
            return lattice, _drawn(drawing.readings(settings.top))
        # More than are asked for: some come out as one on their coarsest lattice.
        coarse, merged = settled(drawing.readings(2 * settings.top), lattice)
        return coarse, merged[: settings.top]

    def open(
        self, ink: NDArray[np.float32], settings: InferSettings, glimpse: Callable[[Spec], None] | None = None
    ) -> tuple[Lattice | None, Drawing | None]:
        """The lattice that ink (H, W) is best read on, and the ink on it, open for the reader; neither where nothing is drawn."""
        opened = self._opened(ink, settings, glimpse)
        return (None, None) if opened is None else (opened.lattice, opened.drawing)

    def _opened(self, ink: NDArray[np.float32], settings: InferSettings, glimpse: Callable[[Spec], None] | None = None) -> Opened | None:
        if settings.grid is not None:
            return opened_on_grid(ink, settings, self.specs_by)
        return opened_on_best(ink, settings, self.reader, self.specs_by, glimpse)


def _timed(answers: Iterator[Answer]) -> Iterator[tuple[Answer, float]]:
    """Each answer and the seconds that were spent on all so far; pauses of who asks are not counted."""
    spent, resumed = 0.0, time.perf_counter()
    for answer in answers:
        spent += time.perf_counter() - resumed
        yield answer, spent
        resumed = time.perf_counter()


def _drawn(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Without the one that nothing is drawn, where it is the only one."""
    return tuple(r for r in readings if r.spec.commands or len(readings) > 1)


def _inference(
    path: Path,
    answer: Answer,
    readings: tuple[Reading, ...],
    framing: Framing,
    seconds: Seconds,
) -> Inference:
    """What is told of a picture; the lattice and the unexplained ink are those of the best interpretation's reading, or the first one's."""
    if not answer.interpretations:
        return Inference(str(path), None, (), 0.0, seconds)
    best = answer.interpretations[0]
    reading = next((r for r in readings if framing(r.spec).told == best.spec), readings[0])
    return Inference(str(path), best.lattice, answer.interpretations, reading.unexplained_ink, seconds, is_final=answer.is_final)


def _with_labels(inference: Inference, regions: tuple[WrittenRegion, ...], to_shown: NDArray[np.float64]) -> Inference:
    """The same with labels in the programs, each on its interpretation's lattice."""
    if not regions or not inference.interpretations:
        return inference
    placed = [
        place_labels(regions, i.spec, np.asarray(i.lattice.homography, dtype=np.float64), to_shown) for i in inference.interpretations
    ]
    interpretations = tuple(
        replace(i, program=labelled(i.program, labels)) for i, labels in zip(inference.interpretations, placed, strict=True)
    )
    return replace(inference, interpretations=interpretations, labels=placed[0])


def settled(readings: tuple[Reading, ...], lattice: Lattice) -> tuple[Lattice | None, tuple[Reading, ...]]:
    """Readings on the coarsest lattice of each, the most probable first; the lattice that is reported is the first one's.

    Readings that come out as one are one, with both probabilities.
    """
    merged: dict[Spec, tuple[Reading, Lattice]] = {}
    for reading in readings:
        if reading.spec.commands:
            spec, coarse = settle(reading.spec, lattice)
            first, kept = merged.get(spec, (replace(reading, spec=spec, probability=0.0), coarse))
            merged[spec] = (replace(first, probability=first.probability + reading.probability), kept)
    if not merged:
        return None, ()
    ordered = sorted(merged.values(), key=lambda found: -found[0].probability)
    return ordered[0][1], tuple(reading for reading, _ in ordered)
