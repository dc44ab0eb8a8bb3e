r"""`derender insert`, `update` and `check`: a paper's figures without an editor, and nothing of the paper lost."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command_line import Run, one_line, runner
from compiled import dark_pixels
from tex import needs_tex

from derender import cli_documents
from derender.inference import Inference
from derender.language.text import parse_program, pretty
from derender.latex.generation import generate
from derender.latex.origin import Origin, lattice_text
from derender.latex.regions import Form, Region, Source, find_regions
from derender.pipeline import Pipeline
from derender.settings import InferSettings

SKETCHES = Path(__file__).parents[1] / "sketches"
PAPER = (
    "\\documentclass{article}\n\\usepackage{graphicx}\n\\begin{document}\nText\n\n\\begin{figure}\n"
    "  \\includegraphics[width=.8\\linewidth]{network}\n  \\caption{A}\n\\end{figure}\n\\end{document}\n"
)
REGION = generate(Source("for (i < 3)\n    circle(3*i + 1, 1)\n"), Origin())
CHANGED = REGION.replace("i < 3", "i < 5", 1)
RENEWED = generate(Source("for (i < 5)\n    circle(3*i + 1, 1)\n"), Origin())
EDITED = REGION.replace("thick", "thin")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a sketch."""
    shutil.copy(SKETCHES / "network.jpg", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], folder: Path) -> Run:
    """Runs a command line in the folder, without any network."""

    return runner(capfd)


@pytest.fixture
def reading(run: Run, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same with the networks that are already loaded."""
    monkeypatch.setattr(Pipeline, "load", lambda *_: pipeline)
    return run


@pytest.fixture
def unread(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same where reading a picture would fail the test."""
    monkeypatch.setattr(Pipeline, "load", lambda *_: pytest.fail("a picture was read in vain"))
    return run


def only(text: str) -> Region:
    found = find_regions(text)
    assert found.faults == ()
    (region,) = found.regions
    return region


# insert


@pytest.mark.parametrize("form", Form)
def test_insert_puts_a_region_in_the_figures_place_and_loads_tikz(form: Form, reading: Run, folder: Path) -> None:
    (folder / "paper.tex").write_text(PAPER)
    outcome = reading("insert", "paper.tex", "network.jpg", "--form", form.value)
    assert outcome == (0, "paper.tex:9: The figure is inserted, 11 drawing commands.\n", "")
    text = (folder / "paper.tex").read_text()
    region = only(text)
    assert text.splitlines()[8].startswith("  % derender: begin photo=network.jpg sha256=")
    assert (region.source.form, str(region.source.options), region.origin.lattice.count(",")) == (form, r"width=.8\linewidth", 8)
    assert pretty(parse_program(region.source.program)) == region.source.program
    rest = text[: region.start] + r"\includegraphics[width=.8\linewidth]{network}" + text[region.end :]
    assert rest == PAPER.replace("\\begin{document}", "\\usepackage{tikz}\n\\usetikzlibrary{arrows.meta}\n\\begin{document}")
    assert reading("check", "paper.tex") == (0, "", "")


def test_insert_can_keep_the_picture_and_is_not_done_twice(reading: Run, folder: Path) -> None:
    (folder / "paper.tex").write_text(PAPER)
    assert reading("insert", "paper.tex", "network.jpg", "--keep-image").status == 0
    text = (folder / "paper.tex").read_text()
    assert text.index("\\includegraphics") < only(text).start < text.index("\\caption")
    one_line(reading("insert", "paper.tex", "network.jpg", "--keep-image"), "paper.tex:10: ", "already stands here")
    assert (folder / "paper.tex").read_text() == text


def test_insert_in_a_chapter_loads_tikz_in_the_root(reading: Run, folder: Path) -> None:
    (folder / "chapters").mkdir()
    start, end = b"\\documentclass{article}\r\n% Z\xfcrich\r\n", b"\\begin{document}\r\n\\input{chapters/one}\r\n\\end{document}"
    (folder / "main.tex").write_bytes(start + end)
    (folder / "chapters/one.tex").write_bytes(b"\t\\includegraphics{network} Z\xfcrich\r\n")
    outcome = reading("insert", "chapters/one.tex", "network.jpg")
    assert (outcome.status, outcome.err) == (0, "")
    assert "main.tex: TikZ is loaded" in outcome.out
    assert (folder / "main.tex").read_bytes() == start + b"\\usepackage{tikz}\r\n\\usetikzlibrary{arrows.meta}\r\n" + end
    chapter = (folder / "chapters/one.tex").read_bytes()
    assert chapter.startswith(b"\t% derender: begin photo=../network.jpg ")
    assert chapter.endswith(b"\r\n Z\xfcrich\r\n")
    assert chapter.count(b"\n") == chapter.count(b"\r\n")


def test_insert_knows_the_line_ends_of_old_files(reading: Run, folder: Path) -> None:
    (folder / "paper.tex").write_bytes(PAPER.replace("\n", "\r").encode())
    assert reading("insert", "paper.tex", "network.jpg").out.startswith("paper.tex:9: ")
    text = (folder / "paper.tex").read_bytes().decode()
    assert "\n" not in text
    assert only(text).source.program.startswith("for (i < 3)")


def test_insert_tells_when_the_root_is_not_known(reading: Run, folder: Path) -> None:
    (folder / "part.tex").write_text("\\includegraphics{network}\n")
    outcome = reading("insert", "part.tex", "network.jpg")
    assert outcome.status == 0
    assert "part.tex: The root document of this file is not known" in outcome.out


def test_insert_takes_the_line_where_several_figures_show_the_picture(reading: Run, folder: Path) -> None:
    text = "\\includegraphics{network}\n\\includegraphics{./network.jpg}\n"
    (folder / "part.tex").write_text(text)
    one_line(reading("insert", "part.tex", "network.jpg"), "more than once", "1, 2", "--line")
    one_line(reading("insert", "part.tex", "network.jpg", "--line", "3"), "line 3", "1, 2")
    assert (folder / "part.tex").read_text() == text
    assert reading("insert", "part.tex", "network.jpg", "--line", "2").status == 0
    assert (folder / "part.tex").read_text().startswith("\\includegraphics{network}\n% derender: begin")


def test_insert_takes_the_first_of_a_line_with_several_figures_of_the_picture(reading: Run, folder: Path) -> None:
    figure = "\\includegraphics{network}"
    (folder / "part.tex").write_text(figure)
    one_line(reading("insert", "part.tex", "network.jpg", "--line", "3"), "not included at line 3; --line 1 takes it")
    (folder / "part.tex").write_text(f"{figure} {figure}\n")
    one_line(reading("insert", "part.tex", "network.jpg"), "more than once", "--line 1 takes the first there")
    assert reading("insert", "part.tex", "network.jpg", "--line", "1").status == 0
    text = (folder / "part.tex").read_text()
    assert text.startswith("% derender: begin")
    assert text.count(figure) == 1
    assert reading("insert", "part.tex", "network.jpg").status == 0
    assert figure not in (folder / "part.tex").read_text()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Text\n", ["paper.tex: ", "no \\includegraphics names network.jpg"]),
        ("% \\includegraphics{network}\n", ["no \\includegraphics names network.jpg"]),
        ("\\begin{verbatim}\n\\includegraphics{network}\n\\end{verbatim}\n", ["no \\includegraphics names network.jpg"]),
        ("\\includegraphics{other}\n", ["no \\includegraphics names network.jpg"]),
        ("a\n" + generate(Source("circle(1, 1)\n"), Origin("network.jpg")), ["stands at line 2"]),
        ("\\includegraphics{network}\n" + CHANGED.splitlines()[0], ["paper.tex:2: ", "no end", "Nothing is inserted"]),
        (REGION.replace("\\end{tikz", "\\includegraphics{network}\n\\end{tikz"), ["paper.tex:8: ", "inside the region of line 1"]),
    ],
)
def test_insert_never_guesses_a_place(text: str, words: list[str], unread: Run, folder: Path) -> None:
    (folder / "paper.tex").write_text(text)
    one_line(unread("insert", "paper.tex", "network.jpg"), *words)
    assert (folder / "paper.tex").read_text() == text


def test_insert_names_the_part_that_shows_the_picture(unread: Run, folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "main.tex").write_text("\\documentclass{article}\n\\begin{document}\n\\input{sub/all}\\input{none}\n\\end{document}\n")
    (folder / "sub/all.tex").write_text("\\input{sub/one}\\input{main}\\input{sub/all}\n")
    (folder / "sub/one.tex").write_text("\\includegraphics{network}\n")
    one_line(unread("insert", "main.tex", "network.jpg"), "no \\includegraphics here", "sub/one.tex does: name that file")
    (folder / "sub/one.tex").write_text("\n" + generate(Source("circle(1, 1)\n"), Origin("../network.jpg")))
    one_line(unread("insert", "main.tex", "network.jpg"), "the figure read from it stands at sub/one.tex:2")
    (folder / "sub/one.tex").write_text("nothing\n")
    one_line(unread("insert", "main.tex", "network.jpg"), "write one where the figure is to stand")


def test_insert_refuses_what_is_not_there(unread: Run, folder: Path) -> None:
    (folder / "paper.tex").write_text(PAPER)
    one_line(unread("insert", "paper.tex", "none.jpg"), "none.jpg")
    one_line(unread("insert", "none.tex", "network.jpg"), "none.tex")
    one_line(unread("insert", "paper.tex", "network.jpg", "--form", "verse"), "'verse' is not one of 'program', 'commands'")
    assert (folder / "paper.tex").read_text() == PAPER


@pytest.mark.parametrize(
    ("labels", "doubt", "told"),
    [
        ("", None, "drawing commands."),
        ('label(1, 1, "x")\n', None, "drawing commands."),
        ('label(1, 1, "label 1")\n', None, "drawing commands; 1 label has a placeholder for a text."),
        (
            'label(1, 1, "label 1")\nlabel(4, 1, "x")\nlabel(7, 1, "label 3")\n',
            0.22,
            "drawing commands; 2 labels have a placeholder for a text; it is the likeliest of several readings (22%).",
        ),
        ("", 0.22, "drawing commands; it is the likeliest of several readings (22%)."),
    ],
)
def test_insert_tells_of_placeholders_and_doubt(
    labels: str, doubt: float | None, told: str, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "paper.tex").write_text(PAPER)
    drawn = cli_documents._Drawn(f"for (i < 3)\n    circle(3*i + 1, 1)\n{labels}", "", 3, doubt)
    monkeypatch.setattr(cli_documents, "_drawn", lambda *_: drawn)
    assert run("insert", "paper.tex", "network.jpg").out.splitlines()[0] == f"paper.tex:8: The figure is inserted, 3 {told}"


def test_a_reading_is_doubtful_where_the_others_together_are_likelier(
    pipeline: Pipeline, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pipeline, "load", lambda *_: pipeline)
    assert cli_documents._drawn(Path("network.jpg"), InferSettings()).doubt is None
    infer = pipeline.infer

    def doubted(path: Path, settings: InferSettings) -> Inference:
        found = infer(path, settings)
        return replace(found, interpretations=tuple(replace(i, probability=0.22) for i in found.interpretations))

    monkeypatch.setattr(pipeline, "infer", doubted)
    assert cli_documents._drawn(Path("network.jpg"), InferSettings()).doubt == 0.22


def test_insert_takes_the_reading_that_is_asked_for(
    reading: Run, pipeline: Pipeline, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    infer, other = pipeline.infer, parse_program("circle(3, 3)\n")

    def with_second(path: Path, settings: InferSettings) -> Inference:
        found = infer(path, settings)
        best = found.interpretations[0]
        lattice = replace(best.lattice, matrix=np.array([[2.0, 0.0, 1.0], [0.0, -2.0, 40.0]]), view=None)
        return replace(found, interpretations=(best, replace(best, program=other, lattice=lattice)))

    monkeypatch.setattr(pipeline, "infer", with_second)
    (folder / "paper.tex").write_text(PAPER)
    one_line(reading("insert", "paper.tex", "network.jpg", "--reading", "3"), "there are 2 readings of network.jpg")
    one_line(reading("insert", "paper.tex", "network.jpg", "--reading", "0"), "'--reading'")
    assert (folder / "paper.tex").read_text() == PAPER
    assert reading("insert", "paper.tex", "network.jpg", "--reading", "2", "--form", "dsl")[0] == 0
    (region,) = find_regions((folder / "paper.tex").read_text()).regions
    assert region.source.program.strip() == "circle(3, 3)"
    assert region.origin.lattice == lattice_text(((2.0, 0.0, 1.0), (0.0, -2.0, 40.0), (0.0, 0.0, 1.0)))


def test_a_program_has_one_reading(folder: Path, run: Run) -> None:
    (folder / "one.dr").write_text("circle(3, 3)\n")
    (folder / "paper.tex").write_text(PAPER.replace("{network}", "{one.dr}"))
    one_line(run("insert", "paper.tex", "one.dr", "--reading", "2"), "one.dr is a program, which has one reading")


def test_insert_looks_at_a_file_before_networks_are_loaded(unread: Run, folder: Path) -> None:
    (folder / "paper.tex").write_text(PAPER)
    (folder / "network.jpg").write_text("text")
    one_line(unread("insert", "paper.tex", "network.jpg"), "network.jpg: this is not a picture")


def test_insert_finds_an_empty_picture_empty(reading: Run, folder: Path) -> None:
    from PIL import Image

    Image.new("L", (200, 200), 255).save(folder / "network.jpg")
    (folder / "paper.tex").write_text(PAPER)
    outcome = reading("insert", "paper.tex", "network.jpg")
    assert outcome == (1, "paper.tex:7: Nothing drawn was recognised in network.jpg; the file is unchanged.\n", "")
    assert (folder / "paper.tex").read_text() == PAPER


def test_a_document_saved_while_the_picture_is_read_keeps_what_was_saved(
    reading: Run, folder: Path, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "paper.tex").write_text(PAPER)

    def load(*_: object) -> Pipeline:
        (folder / "paper.tex").write_text("saved\n")
        return pipeline

    monkeypatch.setattr(Pipeline, "load", load)
    one_line(reading("insert", "paper.tex", "network.jpg"), "changed meanwhile")
    assert (folder / "paper.tex").read_text() == "saved\n"


@needs_tex
@pytest.mark.tex
def test_what_insert_made_compiles_and_shows_the_drawing(reading: Run, folder: Path) -> None:
    (folder / "paper.tex").write_text(PAPER)
    empty = PAPER.replace("  \\includegraphics[width=.8\\linewidth]{network}\n", "")
    assert reading("insert", "paper.tex", "network.jpg").status == 0
    assert dark_pixels((folder / "paper.tex").read_text(), folder) > dark_pixels(empty, folder) + 1000


# update and check


def test_check_tells_and_update_regenerates_and_both_are_then_content(run: Run, folder: Path) -> None:
    path = folder / "paper.tex"
    path.write_text(f"a\n{CHANGED}\nb\n{REGION}\n{CHANGED}\n")
    path.chmod(0o640)
    outcome = run("check", "paper.tex")
    assert (outcome.status, outcome.err) == (1, "")
    first, second = outcome.out.splitlines()
    assert first.startswith("paper.tex:2: The program, the form or the size was changed")
    assert second.startswith("paper.tex:21: ")
    assert path.read_text() == f"a\n{CHANGED}\nb\n{REGION}\n{CHANGED}\n"
    assert run("update", "paper.tex") == (0, "paper.tex:2: The figure is regenerated.\npaper.tex:21: The figure is regenerated.\n", "")
    assert path.read_text() == f"a\n{RENEWED}\nb\n{REGION}\n{RENEWED}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    for command in ("check", "update"):
        assert run(command, "paper.tex") == (0, "", "")


@pytest.mark.parametrize("command", ["check", "update"])
def test_diff_writes_nothing_and_can_be_applied(command: str, run: Run, folder: Path) -> None:
    path = folder / "paper.tex"
    before = f"Zürich\r\n{CHANGED}\r\nb".encode("latin-1")
    path.write_bytes(before)
    done = subprocess.run(
        [sys.executable, "-m", "derender.cli", command, "paper.tex", "--diff"], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == (1 if command == "check" else 0)
    assert done.stderr.startswith(b"paper.tex:2: ")
    assert path.read_bytes() == before
    subprocess.run(["git", "apply", "-p0"], input=done.stdout, cwd=folder, check=True, capture_output=True, timeout=60)
    patched = path.read_bytes()
    path.write_bytes(before)
    assert run("update", "paper.tex").status == 0
    assert path.read_bytes() == patched
    assert patched.startswith("Zürich\r\n%".encode("latin-1"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_update_keeps_encoding_line_ends_and_tabs(encoding: str, newline: str, run: Run, folder: Path) -> None:
    path = folder / "paper.tex"

    def document(region: str) -> bytes:
        return f"Zürich \t\n\t{region}\nb  ".replace("\n", newline).replace("%| ", "\t%| ").encode(encoding)

    path.write_bytes(document(CHANGED))
    assert run("update", "paper.tex").status == 0
    text = path.read_bytes().decode(encoding)
    assert find_regions(text).regions[0].source.program.startswith("for (i < 5)")
    assert [line.strip() for line in text.split(newline)] == [line.strip() for line in document(RENEWED).decode(encoding).split(newline)]
    assert text.startswith(f"Zürich \t{newline}\t%")
    assert text.endswith(f"{newline}b  ")


@pytest.mark.parametrize(
    ("text", "status", "place", "words"),
    [
        (f"a\n{EDITED}\n", 0, "paper.tex:2: ", "edited by hand"),
        (f"a\n{EDITED}\n".replace("i < 3", "i < 5"), 1, "paper.tex:2: ", "undo one of the two"),
        (f"{CHANGED}\n".replace("circle(", "circel(", 1), 1, "paper.tex:3: ", "cannot be drawn"),
        (CHANGED.rpartition("\n")[0], 1, "paper.tex:1: ", "no end"),
        (CHANGED.partition("\n")[2], 1, "paper.tex:8: ", "no beginning"),
        (f"\\begin{{verbatim}}\n{CHANGED}\n\\end{{verbatim}}\n", 0, "paper.tex:2: ", "left as it is"),
        ("".join(f"% {line}\n" for line in CHANGED.splitlines()), 0, "paper.tex:1: ", "commented out"),
        (generate(Source("circle(1, 1)\n"), Origin("gone.jpg")), 0, "paper.tex:1: ", "'gone.jpg' is no longer there"),
    ],
)
@pytest.mark.parametrize("command", ["check", "update"])
def test_what_is_not_regenerated_is_told_in_a_line(
    command: str, text: str, status: int, place: str, words: str, run: Run, folder: Path
) -> None:
    (folder / "paper.tex").write_text(text)
    outcome = run(command, "paper.tex")
    assert (outcome.status, outcome.err, outcome.out.count("\n")) == (status, "", 1)
    assert outcome.out.startswith(place)
    assert words in outcome.out
    assert (folder / "paper.tex").read_text() == text


def test_a_file_that_cannot_be_used_does_not_keep_others_from_their_turn(run: Run, folder: Path) -> None:
    (folder / "paper.tex").write_text(CHANGED)
    outcome = run("update", "none.tex", "paper.tex")
    assert (outcome.status, outcome.err) == (2, "derender: none.tex: cannot be read (No such file or directory)\n")
    assert (folder / "paper.tex").read_text() == RENEWED


def test_update_and_check_load_no_networks(folder: Path) -> None:
    (folder / "paper.tex").write_text(CHANGED)
    code = (
        "import sys; from derender import cli; cli.run(['check', 'paper.tex']); cli.run(['update', 'paper.tex']);"
        "print([m for m in ('torch', 'cv2', 'derender.pipeline') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
