"""Scores: what counts as exact, on a given lattice and up to a shift and a scale; and folders that cannot be scored."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import specs

from derender.errors import InputError
from derender.evaluation import Drawing, Score, drawings_in, normalised, score, summary
from derender.spec import Circle, Command, Line, Rectangle, Spec, moved

ROW = Spec([Circle(1, 1), Circle(4, 1), Line(2, 1, 3, 1)])
OTHER = Spec([Circle(1, 1), Circle(4, 1)])


def scored(readings: list[Spec], truth: Spec = ROW, *, up_to_lattice: bool = False) -> Score:
    return score(Drawing("a.png", Path("a.png"), truth), readings, 0.5, up_to_lattice=up_to_lattice)


def twice(spec: Spec) -> Spec:
    """`spec` on a lattice of half the cell."""
    out = []
    for c in spec:
        match c:
            case Circle(x, y, rx, ry, double):
                out.append(Circle(2 * x, 2 * y, 2 * rx, 2 * ry, double))
            case Rectangle(x1, y1, x2, y2, rounded, double):
                out.append(Rectangle(2 * x1, 2 * y1, 2 * x2, 2 * y2, rounded, double))
            case Line(x1, y1, x2, y2, arrow, dashed, bend):
                out.append(Line(2 * x1, 2 * y1, 2 * x2, 2 * y2, arrow, dashed, bend))
    return Spec(out)


@pytest.mark.parametrize("up_to_lattice", [False, True])
def test_the_rank_is_that_of_the_first_exact_reading(up_to_lattice: bool) -> None:
    assert scored([ROW, OTHER], up_to_lattice=up_to_lattice) == Score("a.png", 1, 1.0, 0.5)
    second = scored([OTHER, ROW], up_to_lattice=up_to_lattice)
    assert second.exact_rank == 2
    assert second.iou == pytest.approx(2 / 3)
    assert scored([OTHER], up_to_lattice=up_to_lattice).exact_rank is None


@pytest.mark.parametrize("up_to_lattice", [False, True])
def test_no_readings(up_to_lattice: bool) -> None:
    assert scored([], up_to_lattice=up_to_lattice) == Score("a.png", None, 0.0, 0.5)


def test_a_shift_is_forgiven_only_on_request() -> None:
    elsewhere = moved(ROW, 3, -2)
    assert scored([elsewhere]).exact_rank is None
    assert scored([elsewhere], up_to_lattice=True) == Score("a.png", 1, 1.0, 0.5)


@given(specs(), st.integers(-9, 9), st.integers(-9, 9))
def test_shift_and_scale_do_not_change_what_is_drawn(spec: Spec, dx: int, dy: int) -> None:
    assert normalised(moved(twice(spec), dx, dy)) == normalised(spec)
    assert len(normalised(spec)) == len(spec)


def other_style(command: Command) -> Command:
    """The command at its place with one attribute changed."""
    return replace(command, dashed=not command.dashed) if isinstance(command, Line) else replace(command, double=not command.double)


@given(specs())
def test_different_drawings_stay_different(spec: Spec) -> None:
    for command in spec:
        less = Spec(c for c in spec if c != command)
        assert normalised(less) != normalised(spec)
        assert normalised(less | Spec([other_style(command)])) != normalised(spec)
        if less:
            # So far away that all sizes, held against the whole, are smaller than any was.
            assert normalised(less | moved(Spec([command]), 1_000_000, 0)) != normalised(spec)


@pytest.mark.parametrize(
    "changed",
    [
        Spec([Circle(1, 1), Circle(4, 1), Line(2, 1, 3, 1, arrow=True)]),
        Spec([Circle(1, 1), Circle(4, 1), Line(2, 1, 3, 1, dashed=True)]),
        Spec([Circle(1, 1), Circle(4, 1, 2), Line(2, 1, 3, 1)]),
        Spec([Circle(1, 1), Circle(4, 2), Line(2, 1, 3, 1)]),
        Spec([Circle(1, 1), Circle(4, 1), Line(2, 1, 4, 1)]),
    ],
)
def test_attributes_and_places_count(changed: Spec) -> None:
    assert normalised(changed) != normalised(ROW)


def test_the_summary_counts_drawings() -> None:
    scores = [Score("a", 1, 1.0, 0), Score("b", 3, 0.5, 0), Score("c", 6, 0.5, 0), Score("d", None, 0.0, 0)]
    assert summary(scores) == {"top1": 0.25, "top5": 0.5, "iou_mean": 0.5}
    assert summary([]) == {"top1": 0, "top5": 0, "iou_mean": 0}


# Folders


def write(folder: Path, listing: object) -> Path:
    (folder / "specs.json").write_text(json.dumps(listing))
    return folder


def test_drawings_lie_beside_their_listing(tmp_path: Path) -> None:
    write(tmp_path, [{"drawing": "a.png", "spec": [{"command": "circle", "x": 1, "y": 2}], "source": "ignored"}])
    assert drawings_in(tmp_path) == (Drawing("a.png", tmp_path / "a.png", Spec([Circle(1, 2)])),)


@pytest.mark.parametrize(
    ("listing", "words"),
    [
        ({}, "list of objects"),
        ([3], "list of objects"),
        ([{"drawing": "a.png"}], "list of objects"),
        ([{"drawing": 3, "spec": []}], "list of objects"),
        ([{"drawing": "a.png", "spec": {}}], "a.png: a spec is a list"),
        ([{"drawing": "a.png", "spec": [{"command": "circle", "x": 1}]}], r"a.png: command 1 \(circle\): the field 'y' is missing"),
    ],
)
def test_listings_that_cannot_be_used(tmp_path: Path, listing: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        drawings_in(write(tmp_path, listing))


@pytest.mark.parametrize("data", [b"", b"[", b"\xff", b"[" * 100_000], ids=["empty", "unfinished", "no text", "too deep"])
def test_listings_that_are_no_json(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "specs.json").write_bytes(data)
    with pytest.raises(InputError, match="not JSON"):
        drawings_in(tmp_path)


def test_folders_without_a_listing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no specs\.json"):
        drawings_in(tmp_path)
    with pytest.raises(InputError, match=r"no specs\.json"):
        drawings_in(tmp_path / "missing")
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be read"):
        drawings_in(tmp_path / "file")
    (tmp_path / "specs.json").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        drawings_in(tmp_path)
