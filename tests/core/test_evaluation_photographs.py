"""Photographs held against marked shapes and arrows: what counts as found, and what as spurious."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derender.errors import InputError
from derender.evaluation_photographs import Marked, count, is_marked, marked_in, summary
from derender.spec import Circle, Command, Line, Rectangle, Spec

LATTICE = ((10.0, 0.0, 0.0), (0.0, -10.0, 300.0), (0.0, 0.0, 1.0))
MARKED = Marked(
    Path("a.jpg"),
    (400, 300),
    ((20, 240, 80, 280), (150, 200, 190, 240)),
    (((80, 260), (150, 220)), ((190, 220), (300, 220))),
    (((300, 100), (350, 100)),),
)
BOX, DIAMOND = Rectangle(2, 2, 8, 6), [Line(15, 8, 17, 10), Line(17, 10, 19, 8), Line(19, 8, 17, 6), Line(17, 6, 15, 8)]
ANGLED = [Line(8, 4, 12, 4), Line(12, 4, 12, 8), Line(12, 8, 15, 8, arrow=True)]


def counted(*commands: Command):  # type: ignore[no-untyped-def]
    return count(MARKED, Spec(commands), LATTICE, 0.1)


def test_everything_right() -> None:
    found = counted(BOX, *DIAMOND, *ANGLED, Line(19, 8, 30, 8, arrow=True))
    assert (found.shapes, found.arrows, found.spurious) == ((2, 2, 2), (2, 2, 2), 0)


def test_what_is_not_there_is_spurious() -> None:
    found = counted(BOX, Circle(30, 20), Line(1, 25, 5, 25), Line(0, 20, 3, 20, arrow=True))
    assert (found.shapes, found.arrows, found.spurious) == ((1, 2, 2), (0, 1, 2), 3)


def test_a_marked_line_without_a_head_is_not_spurious() -> None:
    assert counted(Line(30, 20, 35, 20)).spurious == 0
    assert counted(Line(35, 20, 30, 20)).spurious == 0


def test_an_arrow_the_wrong_way_round_is_not_right() -> None:
    assert counted(Line(30, 8, 19, 8, arrow=True)).arrows == (0, 1, 2)


def test_a_shape_that_is_too_large_is_not_right() -> None:
    assert counted(Rectangle(0, 0, 12, 9)).shapes == (0, 1, 2)


def test_nothing_read() -> None:
    found = counted()
    assert (found.shapes, found.arrows, found.spurious) == ((0, 0, 2), (0, 0, 2), 0)


def test_rates_and_intervals() -> None:
    told = summary([counted(BOX), counted(BOX, *DIAMOND), counted()])
    assert told["shapes"]["precision"] == 1
    assert told["shapes"]["recall"] == 0.5
    low, high = told["shapes"]["f1_interval"]
    assert 0 <= low <= told["shapes"]["f1"] <= high <= 1


def test_listings_are_recognised_and_read(tmp_path: Path) -> None:
    listing = {
        "image": "a.jpg",
        "width": 400,
        "height": 300,
        "shapes": [{"bbox": [1, 2, 3, 4]}],
        "arrows": [{"points": [[0, 0], [5, 5], [9, 9]]}],
    }
    (tmp_path / "a.json").write_text(json.dumps(listing))
    (tmp_path / "b.json").write_text(json.dumps({**listing, "shapes": None}))
    assert is_marked(tmp_path)
    (marked,) = marked_in(tmp_path)
    assert marked.shapes == ((1, 2, 3, 4),)
    assert marked.arrows == (((0, 0), (9, 9)),)
    (tmp_path / "specs.json").write_text("[]")
    assert not is_marked(tmp_path)


def test_damaged_listings_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"image": "a.jpg", "shapes": [{"box": 3}]}))
    with pytest.raises(InputError, match=r"a\.json"):
        marked_in(tmp_path)
    (tmp_path / "a.json").write_text(json.dumps({"image": "a.jpg", "shapes": None}))
    with pytest.raises(InputError, match="no picture"):
        marked_in(tmp_path)
