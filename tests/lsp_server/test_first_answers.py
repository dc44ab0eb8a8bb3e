"""The worker's two answers: the first is given soon, the final one goes on from it where it is still open, and begins anew elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from author import picture

from derender.errors import ImageError
from derender.inference import Inference, Seconds
from derender.interpretation.values import Interpretation, LogScore
from derender.language.text import parse_program
from derender.perception.lattice import registered_lattice
from derender.spec import Circle, Spec
from derender_lsp import reading
from derender_lsp.ahead import Interrupted, Wanted
from derender_lsp.settings import ReadingSettings
from derender_lsp.worker import Analysis, Cancelled, Control, Request

LATTICE = registered_lattice(256, 256, 16)
FIGURE = (Spec([Circle(1, 1)]), parse_program("circle(1, 1)\n"), 3)
FIRST = Inference(
    "a.jpg",
    LATTICE,
    (Interpretation(*FIGURE, optimal=False, probability=0.6, confidences=(0.9,), score=LogScore(0, 0, 0), lattice=LATTICE),),
    0.0,
    Seconds(0.1, 0.1, 0.1),
    is_final=False,
)
FINAL = replace(FIRST, interpretations=(replace(FIRST.interpretations[0], optimal=True),), is_final=True)


class Silent:
    """A server that neither listens nor cancels."""

    def report(self, stage: str) -> None: ...

    def glimpse(self, commands: int) -> None: ...

    def should_stop(self) -> bool:
        return False


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The photographs that were opened; each has a first and a final answer."""
    names: list[str] = []

    def answers(wanted: Wanted, _: object, __: Control) -> Iterator[Inference]:
        names.append(Path(wanted.path).name)
        yield FIRST
        yield FINAL

    monkeypatch.setattr(reading, "_answers", answers)
    monkeypatch.setattr(reading, "_shown", lambda *_: ("", "", None))
    monkeypatch.setattr(reading, "_unfinished", None)
    return names


def read(path: Path, *, to_the_end: bool = False, settings: ReadingSettings | None = None) -> tuple[bool, bool]:
    """Whether the answer says that it is final, and that it is proven."""
    reply = reading.analyse(Request(str(path), settings or ReadingSettings(), to_the_end), Silent())
    assert isinstance(reply, Analysis)
    return reply.is_final, reply.inference["interpretations"][0]["optimal"]


def test_the_final_answer_goes_on_from_the_first(opened: list[str], tmp_path: Path) -> None:
    photo = picture(tmp_path, "a.jpg")
    assert read(photo) == (False, False)
    assert read(photo, to_the_end=True) == (True, True)
    assert opened == ["a.jpg"]


@pytest.mark.parametrize("between", ["another photograph", "another content", "other settings"])
def test_what_is_no_longer_open_is_read_from_the_beginning(between: str, opened: list[str], tmp_path: Path) -> None:
    photo, settings = picture(tmp_path, "a.jpg"), ReadingSettings()
    assert read(photo) == (False, False)
    if between == "another photograph":
        assert read(picture(tmp_path, "b.jpg")) == (False, False)
    elif between == "another content":
        photo.write_bytes(b"drawn anew")
    else:
        settings = replace(settings, grid=16)
    assert read(photo, to_the_end=True, settings=settings) == (True, True)
    assert opened[-1] == "a.jpg"
    assert len(opened) == (3 if between == "another photograph" else 2)


def test_another_photograph_that_is_given_up_does_not_end_the_search(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each job counts as cancelled when a later one is: the search goes on under the control of the job that asks for its end."""
    cancelled = 0

    class Job(Silent):
        def __init__(self, number: int) -> None:
            self.number = number

        def should_stop(self) -> bool:
            return cancelled >= self.number

    def answers(control: Control) -> Iterator[Inference]:
        yield FIRST
        yield replace(FIRST, is_final=True) if control.should_stop() else FINAL

    def perceived(_: Wanted, __: object, control: Control) -> Iterator[Inference]:
        if control.should_stop():
            raise Interrupted
        return answers(control)

    monkeypatch.setattr(reading, "_answers", perceived)
    monkeypatch.setattr(reading, "_shown", lambda *_: ("", "", None))
    monkeypatch.setattr(reading, "_unfinished", None)
    photo, other = picture(tmp_path, "a.jpg"), picture(tmp_path, "b.jpg")
    first = reading.analyse(Request(str(photo), ReadingSettings()), Job(1))
    assert isinstance(first, Analysis)
    assert not first.is_final
    cancelled = 2
    assert isinstance(reading.analyse(Request(str(other), ReadingSettings()), Job(2)), Cancelled)
    last = reading.analyse(Request(str(photo), ReadingSettings(), to_the_end=True), Job(3))
    assert isinstance(last, Analysis)
    assert last.is_final
    assert last.inference["interpretations"][0]["optimal"]


@pytest.mark.parametrize("is_hint", [False, True])
def test_a_photograph_that_cannot_be_read_is_told_as_elsewhere(is_hint: bool, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").mkdir()
    with pytest.raises(ImageError, match=r"a\.jpg: the file cannot be read \("):
        reading.analyse(Request(str(tmp_path / "a.jpg"), ReadingSettings(), is_hint=is_hint), Silent())
