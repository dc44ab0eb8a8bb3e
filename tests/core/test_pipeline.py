"""The whole way from a picture to programs: the project's own sketches are read exactly, with a lattice that fits the picture."""

from __future__ import annotations

import json
import os
from itertools import count, islice
from pathlib import Path

import cv2
import numpy as np
import pytest
from camera import photograph
from PIL import Image

from derender.errors import ImageError, OptionError
from derender.evaluation import drawings_in, normalised, score
from derender.inference import inference_to_json
from derender.interpretation.features import features
from derender.language.cost import cost_thirds
from derender.language.execute import execute
from derender.language.legality import problems
from derender.perception.lattice import registered_lattice
from derender.perception.reader import Reading
from derender.perception.scenes import random_scene
from derender.photo.ink import ink_of
from derender.photo.load import load_picture, to_grey
from derender.pipeline import Pipeline, settled
from derender.rendering.pencil import Hand, Placement, draw_by_hand, simulate
from derender.rendering.raster import render
from derender.settings import InferSettings
from derender.spec import Circle, Line, Rectangle, Spec, moved

SKETCHES = drawings_in(Path(__file__).parents[1] / "sketches")
ROW = Spec([Circle(3 * i + 1, 1) for i in range(4)])


@pytest.mark.parametrize("sketch", SKETCHES, ids=lambda sketch: sketch.name)
def test_the_sketches_are_read_exactly_without_being_told_the_grid(sketch, pipeline: Pipeline) -> None:  # type: ignore[no-untyped-def]
    found = pipeline.infer(sketch.path, InferSettings(top=3))
    best = found.interpretations[0]
    assert normalised(best.spec) == normalised(sketch.truth)
    assert found.unexplained_ink < 0.1
    for i in found.interpretations:
        assert execute(i.program) == i.spec
        assert problems(i.program) == ()
        assert cost_thirds(i.program) == i.cost_thirds
        assert i.score.prior == pytest.approx(pipeline.prior.log(features(i.program, i.spec)))
    assert best.optimal


@pytest.mark.parametrize("sketch", SKETCHES, ids=lambda sketch: sketch.name)
def test_the_lattice_maps_the_reading_onto_the_strokes(sketch, pipeline: Pipeline) -> None:  # type: ignore[no-untyped-def]
    """The homography leads from lattice points to pixels of the picture as shown, y down."""
    grey = to_grey(load_picture(sketch.path))
    found = pipeline.infer(sketch.path, InferSettings(top=1))
    assert found.lattice is not None
    homography = np.array(inference_to_json(found)["lattice"]["homography"])
    spec = found.interpretations[0].spec
    cells = 24
    clean = render(spec, width_cells=cells, height_cells=cells, pixels_per_cell=16).astype(np.uint8)
    pixel_to_lattice = np.array([[1 / 16, 0, 0], [0, -1 / 16, cells], [0, 0, 1]])
    shown = cv2.warpPerspective(clean, homography @ pixel_to_lattice, (grey.shape[1], grey.shape[0])) > 100
    strokes = ink_of(grey) > 0.4
    near = cv2.dilate(shown.astype(np.uint8), np.ones((41, 41), np.uint8)).astype(bool)
    assert shown.any()
    assert (strokes & near).sum() > 0.9 * strokes.sum()


def test_a_photograph_that_was_scaled_down_keeps_its_own_pixels(pipeline: Pipeline, tmp_path: Path) -> None:
    """A large photo is worked on in small, and its lattice is still told in the photo's pixels."""
    sketch = SKETCHES[0]
    photo = Image.open(sketch.path)
    large = photo.resize((photo.width * 3, photo.height * 3), Image.Resampling.BICUBIC)
    assert large.width * large.height > 5_000_000
    large.save(tmp_path / "large.png")
    small, big = (pipeline.infer(path, InferSettings(top=1)) for path in (sketch.path, tmp_path / "large.png"))
    assert normalised(big.interpretations[0].spec) == normalised(sketch.truth)
    assert small.lattice is not None
    assert big.lattice is not None
    one, three = (_in_picture(found.lattice.homography) for found in (small, big) if found.lattice is not None)
    assert np.allclose(three, 3 * one, atol=30)


def _in_picture(homography: list[list[float]]) -> np.ndarray:
    """Pixels of the lattice's first points across and up."""
    seen = np.array([(0, 0, 1), (6, 0, 1), (0, 6, 1), (6, 6, 1)]) @ np.array(homography).T
    return np.asarray(seen[:, :2] / seen[:, 2:])


def test_an_aligned_picture_is_read_on_its_grid(pipeline: Pipeline, tmp_path: Path) -> None:
    spec = Spec([Circle(3, 3), Circle(9, 3), Line(4, 3, 8, 3, arrow=True)])
    clean = render(spec, width_cells=16, height_cells=16, pixels_per_cell=16)
    Image.fromarray(255 - clean).save(tmp_path / "aligned.png")
    found = pipeline.infer(tmp_path / "aligned.png", InferSettings(grid=16))
    assert found.interpretations[0].spec == spec
    assert found.lattice is not None
    assert found.lattice.homography == [[16, 0, 0], [0, -16, 256], [0, 0, 1]]


def test_a_strongly_bent_arrow_is_read_on_a_grid_as_well(pipeline: Pipeline, tmp_path: Path) -> None:
    shapes = Spec([Circle(4, 8, 2, 2), Rectangle(12, 6, 16, 10)])
    ink = simulate(shapes | Spec([Line(4, 10, 14, 10, arrow=True, bend=45)]), 18, 18, 3, damaged=False)
    Image.fromarray(np.rint(255 * (1 - ink)).astype(np.uint8)).save(tmp_path / "bent.png")
    found = pipeline.infer(tmp_path / "bent.png", InferSettings(grid=18)).interpretations[0].spec
    assert found - Spec(c for c in found if isinstance(c, Line)) == shapes
    (arrow,) = (c for c in found if isinstance(c, Line))
    assert (arrow.x1, arrow.y1, arrow.x2, arrow.y2, arrow.arrow) == (4, 10, 14, 10, True)
    assert 30 <= arrow.bend <= 60


@pytest.mark.parametrize("grid", [None, 18])
def test_an_arrow_from_a_state_back_to_itself_is_one(grid: int | None, pipeline: Pipeline, tmp_path: Path) -> None:
    states = Spec([Circle(4, 7, 2, 2), Circle(13, 7, 2, 2)])
    arrow, loop = Line(6, 7, 11, 7, arrow=True), Line(3, 9, 5, 9, arrow=True, bend=120)
    ink = simulate(states | Spec([arrow, loop]), 18, 18, 3, damaged=False)
    Image.fromarray(np.rint(255 * (1 - ink)).astype(np.uint8)).save(tmp_path / "loop.png")
    found = pipeline.infer(tmp_path / "loop.png", InferSettings(grid=grid)).interpretations[0]
    # On the coarsest lattice everything may be smaller.
    assert len([c for c in found.spec if isinstance(c, Circle)]) == 2
    back = [c for c in found.spec if isinstance(c, Line) and abs(c.bend) > 90]
    assert len(back) == 1
    assert back[0].arrow
    assert back[0].bend * (back[0].x2 - back[0].x1) > 0
    assert len(found.spec) == 4
    assert found.program is not None


def test_blank_paper_has_no_interpretations(pipeline: Pipeline, tmp_path: Path) -> None:
    Image.new("L", (300, 200), 250).save(tmp_path / "blank.png")
    for grid in (None, 16):
        found = pipeline.infer(tmp_path / "blank.png", InferSettings(grid=grid))
        assert found.interpretations == ()
        assert found.unexplained_ink == 0


def test_stages_are_told_in_their_order(pipeline: Pipeline) -> None:
    told: list[str] = []
    pipeline.infer(
        SKETCHES[0].path,
        InferSettings(top=1),
        report=told.append,
        glimpse=lambda spec: told.append("glimpse" if spec.commands else "nothing"),
    )
    assert told == ["photo", "reading", "glimpse", "synthesis"]


def test_a_search_that_is_stopped_still_gives_programs(pipeline: Pipeline) -> None:
    found = pipeline.infer(SKETCHES[0].path, InferSettings(top=2), should_stop=lambda: True)
    assert found.interpretations
    for i in found.interpretations:
        assert execute(i.program) == i.spec


def test_bad_pictures_are_refused(pipeline: Pipeline, tmp_path: Path) -> None:
    with pytest.raises(ImageError):
        pipeline.infer(tmp_path / "missing.png")


def test_readings_that_differ_only_in_their_place_on_the_lattice_are_one() -> None:
    lattice = registered_lattice(256, 256, 16)
    readings = (
        Reading(ROW, -1.0, 2.0, 0.5, (), 0.0),
        Reading(moved(ROW, 1, 2), -1.5, 2.0, 0.3, (), 0.0),
        Reading(Spec([Circle(1, 1)]), -2.0, 1.0, 0.1, (), 0.5),
        Reading(Spec(), -9.0, 0.0, 0.1, (), 1.0),
    )
    found, merged = settled(readings, lattice)
    assert found is not None
    assert [(r.spec, r.probability) for r in merged] == [(ROW, 0.8), (Spec([Circle(1, 1)]), 0.1)]
    assert settled(readings[3:], lattice) == (None, ())


def test_readings_that_win_together_come_first() -> None:
    lattice = registered_lattice(256, 256, 16)
    circle = Spec([Circle(1, 1)])
    readings = (
        Reading(circle, -1.0, 2.0, 0.4, (), 0.0),
        Reading(ROW, -1.0, 2.0, 0.35, (), 0.0),
        Reading(moved(ROW, 1, 2), -1.5, 2.0, 0.25, (), 0.0),
    )
    assert [r.spec for r in settled(readings, lattice)[1]] == [ROW, circle]


@pytest.mark.parametrize(
    "setting",
    [
        {"top": 0},
        {"top": 101},
        {"grid": 1},
        {"grid": 65},
        {"device": "abacus"},
        {"synthesis_timeout": 0},
        {"synthesis_timeout": float("nan")},
    ],
)
def test_settings_out_of_range_are_refused(setting: dict[str, object]) -> None:
    with pytest.raises(OptionError):
        InferSettings(**setting)  # type: ignore[arg-type]


# How well


@pytest.mark.slow
def test_photographs_of_random_scenes_are_mostly_read_exactly(pipeline: Pipeline) -> None:
    scenes = ((k, random_scene(np.random.default_rng([6, k]), most_commands=12)) for k in count())
    exact = []
    for k, spec in islice(((k, spec) for k, spec in scenes if len(spec) >= 4), 15):
        ink = ink_of(to_grey(Image.fromarray(photograph(spec, k))))
        _, readings = pipeline.read(ink, InferSettings())
        exact.append(bool(readings) and normalised(readings[0].spec) == normalised(spec))
    assert sum(exact) >= 9


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_unequal_spacing_is_made_equal_and_told(pipeline: Pipeline, seed: int) -> None:
    """Boxes of nearly one size at nearly equal distances: the coarse lattice that explains them, and how far they lie off it."""
    fifths = Spec(
        [Rectangle(0, 0, 20, 15), Line(20, 7, 31, 8, True), Rectangle(31, 1, 51, 15), Line(51, 8, 62, 7, True), Rectangle(62, 0, 81, 16)]
    )
    careful = Hand(10, 1.0, 0.005, 1.0, 0.01, 2.0, 2.0, 0.01, 30, 0.5, "open", 20, 20, 0.5, 1.2, False, 0, 0.0, 0.0)
    placement = Placement(np.array([[4.8, 0, 60], [0, -4.8, 240]]))
    ink = draw_by_hand(fifths, careful, placement, (300, 520), np.random.default_rng(seed))
    lattice, readings = pipeline.read(ink, InferSettings())
    boxes = sorted((c for c in readings[0].spec if isinstance(c, Rectangle)), key=lambda r: r.x1)
    assert len(readings[0].spec) == 5
    assert len({(r.x2 - r.x1, r.y1, r.y2) for r in boxes}) == 1
    assert boxes[1].x1 - boxes[0].x1 == boxes[2].x1 - boxes[1].x1 <= 10
    assert lattice is not None
    assert 0.02 < lattice.residual < 0.3


@pytest.mark.slow
def test_the_paper_s_drawings_are_read_on_their_grid(pipeline: Pipeline) -> None:
    folder = os.environ.get("DERENDER_DRAWINGS")
    if not folder or not (Path(folder) / "specs.json").exists():
        pytest.skip("DERENDER_DRAWINGS does not name a folder with specs.json")
    settings = InferSettings(grid=16)
    scores = []
    for drawing in drawings_in(Path(folder)):
        _, readings = pipeline.read(ink_of(to_grey(load_picture(drawing.path))), settings)
        scores.append(score(drawing, [r.spec for r in readings], 0.0, up_to_lattice=False))
    assert sum(s.exact_rank == 1 for s in scores) >= 0.8 * len(scores), json.dumps([s.drawing for s in scores if s.exact_rank != 1])
