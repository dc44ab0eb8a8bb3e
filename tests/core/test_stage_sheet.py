"""The sheet of stages: a picture for people, whatever was found."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from derender.inference import Inference, Seconds
from derender.photo.develop import Development
from derender.stage_sheet import sheets_png, stage_sheet


def inference(development: Development | None) -> Inference:
    return Inference("a.png", None, (), 0.0, Seconds(0.1, 0.1, 0.1), (), development)


def developed() -> Development:
    view = np.full((60, 80, 3), 200, np.uint8)
    ink, writing = np.zeros((60, 80), np.float32), np.zeros((60, 80), np.float32)
    ink[20, 10:70], writing[40:50, 20:40] = 1, 1
    return Development(view, view, ink, writing, np.diag([2.0, 2.0, 1.0]), ((5, 5), (150, 5), (150, 110), (5, 110)), False)


def test_every_stage_has_its_panel(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (160, 120), "white").save(path)
    sheet, bare = stage_sheet(path, inference(developed())), stage_sheet(path, inference(None))
    assert sheet.width > 2 * bare.width
    colours = {colour for _, colour in sheet.getcolors(1 << 24)}
    assert (31, 99, 190) in colours  # the frame around the label


def test_sheets_of_several_pictures_are_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (160, 120), "white").save(path)
    sheet = stage_sheet(path, inference(developed()))
    both = Image.open(io.BytesIO(sheets_png([sheet, sheet])))
    assert both.size == (sheet.width, 2 * sheet.height)
