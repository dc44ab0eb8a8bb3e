"""Previews show all of the drawing, whatever its size, in each format."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from strategies import labels, specs

from derender.language.program import Label
from derender.rendering.preview import preview_pdf, preview_png, preview_svg, side_by_side_png
from derender.spec import Circle, Line, Rectangle, Spec

SPEC = Spec([Circle(3, 3), Rectangle(5, 1, 9, 4, rounded=True), Line(4, 3, 5, 3, arrow=True)])


def pixels(png: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(png)).convert("L"))


@given(specs(), st.lists(labels(), max_size=2).map(tuple))
@settings(max_examples=25)
def test_nothing_is_cut_off(spec: Spec, texts: tuple[Label, ...]) -> None:
    picture = pixels(preview_png(spec, texts))
    border = np.concatenate([picture[:4].ravel(), picture[-4:].ravel(), picture[:, :4].ravel(), picture[:, -4:].ravel()])
    assert border.min() == 255
    if spec.commands:
        assert picture.min() < 100


def test_an_empty_spec_has_an_empty_picture() -> None:
    assert pixels(preview_png(Spec())).min() == 255
    assert preview_pdf(Spec()).startswith(b"%PDF")
    assert ElementTree.fromstring(preview_svg(Spec())).tag.endswith("svg")


def test_a_drawing_far_away_or_huge_fits() -> None:
    near, far = (pixels(preview_png(Spec([Circle(x, x), Circle(x + 4, x)]))) for x in (0, 9000))
    assert near.shape == far.shape
    huge = pixels(preview_png(Spec([Circle(-10_000, 0, 2000, 2000), Circle(10_000, 10_000)])))
    assert max(huge.shape) <= 2400
    assert huge.min() < 255


def test_labels_show() -> None:
    assert (pixels(preview_png(SPEC, (Label(3, 3, "A"),))) < 128).sum() > (pixels(preview_png(SPEC)) < 128).sum() + 20


def test_svg_is_the_same_each_time_and_has_the_pngs_size() -> None:
    svg = preview_svg(SPEC)
    assert svg == preview_svg(SPEC)
    root = ElementTree.fromstring(svg)
    height, width = pixels(preview_png(SPEC)).shape
    assert (round(float(root.attrib["width"].removesuffix("px"))), round(float(root.attrib["height"].removesuffix("px")))) == (
        width,
        height,
    )


def test_pdf_is_one_page() -> None:
    pdf = preview_pdf(SPEC)
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


def test_side_by_side_shows_photo_left_and_drawing_right() -> None:
    photo = Image.new("RGB", (400, 300), (200, 30, 30))
    sheet = Image.open(io.BytesIO(side_by_side_png(photo, SPEC, height=300)))
    assert sheet.height == 300
    assert sheet.getpixel((200, 150)) == (200, 30, 30)
    right = np.asarray(sheet.convert("L"))[:, 420:]
    assert right.min() < 100
    assert right.max() == 255


def test_photos_of_any_kind_and_shape_are_shown_upright() -> None:
    for mode in ("1", "L", "LA", "P", "RGBA", "CMYK", "I;16"):
        assert Image.open(io.BytesIO(side_by_side_png(Image.new(mode, (40, 30)), SPEC, height=90))).height == 90
    assert Image.open(io.BytesIO(side_by_side_png(Image.new("L", (4000, 2)), SPEC, height=90))).width < 6 * 90
    turned = Image.new("RGB", (60, 30), "white")
    turned.paste("red", (0, 0, 30, 30))
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    turned.save(file, "JPEG", exif=exif, quality=95)
    sheet = Image.open(io.BytesIO(side_by_side_png(Image.open(file), SPEC, height=120)))
    red, _, blue = sheet.getpixel((30, 20))
    assert red > 200
    assert blue < 80
    assert min(sheet.getpixel((30, 100))) > 200
