"""Regions whose source was changed: program files are drawn anew, photographs when asked, edits by hand are merged or told."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from command_line import Run, runner

from derender import cli_documents
from derender.latex.regions import find_regions
from derender.settings import InferSettings

PAPER = "\\documentclass{article}\n\\usepackage{tikz}\n\\begin{document}\n\\includegraphics[width=3cm]{figures/row.dr}\n\\end{document}\n"
ROW = "for (i < 3)\n    circle(3*i + 1, 1)\n"
LONGER = ROW.replace("3)", "4)", 1)
BOXES = "rectangle(0, 0, 2, 2)\n" + ROW


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Command lines in a folder with a paper whose figure is a program file; no network is needed."""
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures/row.dr").write_text(ROW)
    (tmp_path / "paper.tex").write_text(PAPER)
    monkeypatch.chdir(tmp_path)

    return runner(capfd)


@pytest.fixture
def inserted(run: Run) -> Run:
    assert run("insert", "paper.tex", "figures/row.dr")[0] == 0
    return run


def paper() -> str:
    return Path("paper.tex").read_text()


def change(text: str, name: str = "figures/row.dr") -> None:
    Path(name).write_text(text)


def read(program: str) -> cli_documents._Drawn:
    """What is read of a changed photograph."""
    return cli_documents._Drawn(program, "1,0,0,0,1,0,0,0,1", 4)


def test_a_program_file_becomes_a_region(inserted: Run) -> None:
    (region,) = find_regions(paper()).regions
    assert region.source.program == ROW
    assert region.origin.photo == "figures/row.dr"
    assert "\\foreach" in region.body
    assert inserted("check", "paper.tex") == (0, "", "")


def test_a_program_file_stored_with_decomposed_letters_is_the_same(run: Run) -> None:
    """As after a copy to or from a Mac."""
    composed, decomposed = (unicodedata.normalize(form, "Bäume.dr") for form in ("NFC", "NFD"))
    change(ROW, decomposed)
    Path("paper.tex").write_text(PAPER.replace("figures/row.dr", composed))
    assert run("insert", "paper.tex", decomposed)[0] == 0
    Path("paper.tex").write_text(unicodedata.normalize("NFC", paper()))
    change(LONGER, decomposed)
    assert run("check", "paper.tex")[0] == 1
    assert run("update", "paper.tex")[0] == 0
    assert find_regions(paper()).regions[0].source.program == LONGER


def test_a_changed_program_file_is_drawn_anew(inserted: Run) -> None:
    change(LONGER.replace("    ", "\t"))
    status, out, _ = inserted("check", "paper.tex")
    assert (status, "draws it anew" in out) == (1, True)
    assert inserted("update", "--diff", "paper.tex")[1].count("\n+%|") == 1
    before = paper()
    assert inserted("update", "paper.tex")[:2] == (0, "paper.tex:4: The figure is drawn anew from its changed source.\n")
    (region,) = find_regions(paper()).regions
    assert region.source.program == LONGER
    assert not region.is_edited
    assert before != paper()
    assert inserted("update", "paper.tex") == (0, "", "")


def test_a_hand_edit_and_a_new_drawing_are_both_kept(inserted: Run) -> None:
    text = paper()
    drawn = next(line for line in text.splitlines() if "circle" in line and not line.startswith("%"))
    Path("paper.tex").write_text(text.replace(drawn, f"{drawn} % mine"))
    change(BOXES)
    status, out, _ = inserted("update", "paper.tex")
    assert (status, "drawn anew" in out) == (0, True)
    assert f"{drawn} % mine" in paper()
    (region,) = find_regions(paper()).regions
    assert "rectangle" in region.body
    assert region.is_edited
    assert region.source.program == BOXES


def test_what_both_changed_is_told_and_kept(inserted: Run) -> None:
    text = paper()
    loop = next(line for line in text.splitlines() if "\\foreach" in line)
    edited = text.replace(loop, f"{loop} % mine")
    Path("paper.tex").write_text(edited)
    change(LONGER)
    status, out, _ = inserted("update", "paper.tex")
    assert status == 1
    assert "touches what was edited by hand (line " + str(edited.splitlines().index(f"{loop} % mine") + 1) + ")" in out
    assert paper() == edited


def test_both_programs_changed_is_told_and_kept(inserted: Run) -> None:
    edited = paper().replace("i < 3", "i < 7")
    Path("paper.tex").write_text(edited)
    change(LONGER)
    status, out, _ = inserted("check", "paper.tex")
    assert (status, "undo one of the two" in out) == (1, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("circle(1\n", "line 1, column"),
        ("for (i < 1000000000)\n    circle(i, 1)\n", "turns"),
        ("\0", "no text"),
        ("cirle(1, 1)\n", "cirle"),
    ],
)
def test_a_program_file_that_cannot_be_drawn_is_told_with_its_place(text: str, words: str, inserted: Run) -> None:
    before = paper()
    change(text)
    status, out, err = inserted("update", "paper.tex")
    assert status == 1
    assert words in out
    assert "figures/row.dr" in out
    assert err == ""
    assert paper() == before


def test_a_program_file_that_vanished_is_a_note(inserted: Run) -> None:
    Path("figures/row.dr").unlink()
    before = paper()
    status, out, _ = inserted("update", "paper.tex")
    assert (status, "no longer there" in out) == (0, True)
    assert paper() == before


def test_windows_line_ends_stay(run: Run) -> None:
    Path("paper.tex").write_bytes(PAPER.replace("\n", "\r\n").encode())
    assert run("insert", "paper.tex", "figures/row.dr")[0] == 0
    change(LONGER)
    assert run("update", "paper.tex")[0] == 0
    data = Path("paper.tex").read_bytes()
    assert data.count(b"\r\n") == data.count(b"\n")
    assert b"i < 4" in data


def test_a_changed_photograph_is_read_when_that_is_asked_for(inserted: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("figures/row.dr").rename("figures/row.png")
    Path("paper.tex").write_text(paper().replace("figures/row.dr", "figures/row.png"))
    change("another picture", "figures/row.png")
    before = paper()
    status, out, _ = inserted("check", "paper.tex")
    assert (status, "'derender update --redraw'" in out) == (0, True)
    assert inserted("update", "paper.tex")[0] == 0
    assert paper() == before

    def drawn(source: Path, settings: InferSettings) -> cli_documents._Drawn:
        assert source.name == "row.png"
        assert settings.grid == 16
        return read(BOXES)

    monkeypatch.setattr(cli_documents, "_drawn", drawn)
    assert inserted("update", "--redraw", "--grid", "16", "paper.tex")[0] == 0
    (region,) = find_regions(paper()).regions
    assert (region.source.program, region.origin.lattice) == (BOXES, "1,0,0,0,1,0,0,0,1")
    assert inserted("check", "paper.tex") == (0, "", "")


@pytest.mark.parametrize("touched", [False, True])
def test_a_redrawn_photograph_and_a_hand_edit_are_merged_where_they_do_not_touch(
    touched: bool, inserted: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("figures/row.dr").rename("figures/row.png")
    text = paper().replace("figures/row.dr", "figures/row.png")
    word = "\\foreach" if touched else "circle"
    line = next(line for line in text.splitlines() if word in line and not line.startswith("%"))
    Path("paper.tex").write_text(text.replace(line, f"{line} % mine"))
    change("another picture", "figures/row.png")
    before = paper()
    monkeypatch.setattr(cli_documents, "_drawn", lambda *_: read(LONGER if touched else BOXES))
    status, out, _ = inserted("update", "--redraw", "paper.tex")
    if touched:
        assert (status, paper()) == (1, before)
        assert "touches what was edited by hand" in out
    else:
        assert (status, f"{line} % mine" in paper(), "rectangle" in paper()) == (0, True, True)


def test_the_words_of_a_photograph_s_figure_are_kept_or_told(inserted: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    words = 'label(1, 1, "start")\nlabel(4, 1, "s")\nlabel(9, 1, "end")\n'
    change(ROW + words)
    assert inserted("update", "paper.tex")[0] == 0
    Path("figures/row.dr").rename("figures/row.png")
    Path("paper.tex").write_text(paper().replace("figures/row.dr", "figures/row.png"))
    change("another picture", "figures/row.png")
    monkeypatch.setattr(cli_documents, "_drawn", lambda *_: read(BOXES + 'label(1.2, 1, "label 1")\nlabel(4, 1, "t")\n'))
    before = paper()
    status, out, _ = inserted("update", "--redraw", "paper.tex")
    assert (status, paper()) == (1, before)
    assert out.startswith("paper.tex:4: The changed 'figures/row.png' has no label in the place of \"end\"; the figure is kept until")
    all_there = BOXES + 'label(1.2, 1, "label 1")\nlabel(4, 1, "t")\nlabel(9, 1, "label 3")\n'
    monkeypatch.setattr(cli_documents, "_drawn", lambda *_: read(all_there))
    status, out, err = inserted("update", "--redraw", "paper.tex")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "paper.tex:4: The figure is drawn anew from its changed source.",
        'paper.tex:4: The label "s" is kept; "t" is read in its place now.',
    ]
    (region,) = find_regions(paper()).regions
    assert region.source.program == BOXES + 'label(1.2, 1, "start")\nlabel(4, 1, "s")\nlabel(9, 1, "end")\n'
    assert inserted("check", "paper.tex") == (0, "", "")
