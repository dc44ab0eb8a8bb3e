"""The paper's reader with its shipped weights: clean drawings are read, the sampler needs network and likelihood, and it says what it
cannot."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from command_line import Run
from PIL import Image

from derender.checkpoints import models_folder, read_manifest
from derender.errors import InputError, ModelError
from derender.paper.likelihoods import LearnedLikelihood, PixelLikelihood
from derender.paper.reader import PaperReader, load_one_shot, on_grid
from derender.paper.sampling import SampledModel, sample_specs
from derender.paper.scenes import SIDE
from derender.paper.sight import PriorSight
from derender.perception.network import CELL
from derender.perception.targets import explanation_on_canvas
from derender.rendering.raster import render
from derender.spec import Circle, Line, Rectangle, Spec, moved

SCENE = Spec([Circle(3, 12), Rectangle(6, 3, 12, 8), Line(3, 11, 3, 5, True)])
INK = explanation_on_canvas(SCENE, (SIDE, SIDE))


@pytest.fixture(scope="module")
def reader() -> PaperReader:
    """The shipped weights."""
    return PaperReader.load("cpu")


def test_a_clean_drawing_of_few_objects_is_read(reader: PaperReader) -> None:
    drawing = reader.open(INK)
    first = drawing.readings(3)[0]
    assert first.spec == SCENE
    assert first.unexplained_ink < 0.01
    assert len(first.confidences) == len(SCENE)


def test_the_truth_scores_better_than_slips_and_commands_without_a_word_score_worst(reader: PaperReader) -> None:
    drawing = reader.open(INK)
    slips = [SCENE - Spec([Circle(3, 12)]), SCENE | Spec([Circle(8, 13)]), SCENE | Spec([Circle(8, 13, 2, 2)])]
    truth, *others = (likelihood + proposal for likelihood, proposal in drawing.score([SCENE, *slips]))
    assert truth > max(others)
    assert min(others) == others[2]
    assert drawing.estimate([SCENE])[0] > max(drawing.estimate(slips))


def test_blank_paper_has_one_reading(reader: PaperReader) -> None:
    assert [r.spec for r in reader.open(np.zeros((SIDE, SIDE), np.float32)).readings()] == [Spec()]


def test_both_likelihoods_prefer_the_truth(reader: PaperReader) -> None:
    wrong = SCENE - Spec([Circle(3, 12)])
    for likelihood in (PixelLikelihood(INK), LearnedLikelihood(reader.likelihood, INK)):
        right, other = likelihood([SCENE, wrong])
        assert right > other
    assert PixelLikelihood(INK)([SCENE]) == [0.0]


def test_without_the_network_the_sampler_needs_luck() -> None:
    found = sample_specs(PriorSight(0.2), PixelLikelihood(INK), 8, seed=1)
    assert found[0].spec != SCENE
    assert found == sorted(found, key=lambda f: -f.score)


def test_proposals_are_a_distribution_over_commands_and_the_end() -> None:
    model = SampledModel(PriorSight(0.2), PixelLikelihood(INK), 5, torch.Generator().manual_seed(0))
    ((group,),) = model.propose([Spec()])
    assert math.fsum([group.nothing, *(choice.probability for choice in group.choices)]) == pytest.approx(1)
    assert len(group.choices) == 5


def test_a_drawing_is_placed_on_the_grid_wherever_it_lies_on_a_larger_canvas() -> None:
    wide = np.zeros((SIDE, 2 * SIDE), np.float32)
    wide[:, SIDE:] = INK
    placed, x, y = on_grid(wide)
    inside = moved(SCENE, SIDE // CELL - x, -y)
    assert np.abs(placed - explanation_on_canvas(inside, (SIDE, SIDE))).max() < 0.01


def test_a_drawing_that_is_too_large_is_refused_in_one_sentence() -> None:
    with pytest.raises(InputError, match=r"reads drawings of 16 × 16 cells; this one has"):
        on_grid(np.ones((SIDE, 2 * SIDE), np.float32))


def test_missing_weights_are_told_with_the_command_that_makes_them(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(ModelError, match="derender train paper"):
        PaperReader.load("cpu", tmp_path)
    with pytest.raises(ModelError, match="derender train one-shot"):
        load_one_shot("cpu", tmp_path)


def test_the_shipped_weights_are_small() -> None:
    manifest = read_manifest(models_folder())
    for name in ("paper", "one-shot"):
        assert (models_folder() / manifest[name]["file"]).stat().st_size < 20e6


def test_the_command_line_reads_with_it(run: Run, tmp_path: Path) -> None:
    ink = render(SCENE, width_cells=16, height_cells=16, pixels_per_cell=16)
    picture = tmp_path / "sketch.png"
    Image.fromarray(255 - ink).save(picture)
    done = run("infer", "--reader", "paper", "--grid", "16", "--top", "2", str(picture))
    assert done.status == 0
    assert "rectangle(6, 3, 12, 8)" in done.out
