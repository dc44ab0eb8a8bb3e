"""A region tells what it came from, gives its body again, and anything wrong with its markers is a value."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs
from tex_texts import TEX

from derender.errors import DocumentError, ExecutionError, ProgramError
from derender.language.program import Program
from derender.language.text import pretty
from derender.latex.figures import Options, parse_options
from derender.latex.generation import detached, generate, program_problems, regenerate
from derender.latex.origin import Origin
from derender.latex.regions import Form, Region, Source, find_regions

PROGRAM = "for (i < 3)\n    circle(3*i + 1, 3*i + 1)\nline(2, 1, 3, 1, arrow)\n"
SOURCE = Source(PROGRAM, Form.PROGRAM, parse_options(r"width=.8\linewidth, trim={0 1cm,2 0}"))
ORIGIN = Origin("sketches/my sketch.jpg", "0123456789abcdef", "24,0,12,0,-24,300,0,0,1")


def only(text: str) -> Region:
    found = find_regions(text)
    assert found.faults == ()
    (region,) = found.regions
    return region


def document(region: str) -> str:
    return f"before\n  {region}\nafter\n"


@pytest.fixture
def text() -> str:
    return document(generate(SOURCE, ORIGIN, indent="  "))


def test_a_region_is_read_as_it_was_written(text: str) -> None:
    region = only(text)
    assert (region.source, region.origin, region.indent) == (SOURCE, ORIGIN, "  ")
    assert text[region.start :].startswith("% derender: begin")
    assert text[region.end :] == "\nafter\n"
    assert not region.is_edited
    assert not region.is_outdated


def test_regions_that_moved_are_where_they_stand_now(text: str) -> None:
    faulty = text.replace("form=program", "form=poem")
    for before in ("", "typed\n", "typed\r\nmore\n"):
        found = find_regions(before + text + faulty)
        (region,) = found.regions
        (fault,) = found.faults
        whole = before + text + faulty
        assert whole[region.start : region.end] == text[only(text).start : only(text).end]
        assert [whole[offset:].split("\n")[0] for offset in region.program_offsets] == PROGRAM.splitlines()
        assert whole[region.body_start : region.body_end] == region.body
        assert whole[fault.start : fault.end].startswith("% derender: begin")


def test_typing_beside_regions_reads_none_of_them_again(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document is looked at after each letter, and may hold hundreds of figures."""
    assert not only(text).is_outdated
    monkeypatch.setattr("derender.latex.regions.read_fields", lambda _: pytest.fail("the markers were read again"))
    monkeypatch.setattr("derender.latex.regions.parse", lambda _: pytest.fail("the program was read again"))
    region = only("typed" + text)
    assert not region.is_outdated
    assert not region.is_edited


def test_a_region_is_plain_latex_between_one_marker_and_another(text: str) -> None:
    lines = text.splitlines()
    begin = next(number for number, line in enumerate(lines) if "derender: begin" in line)
    assert lines[begin] == (
        '  % derender: begin photo="sketches/my sketch.jpg" sha256=0123456789abcdef form=program '
        'options="width=.8%5Clinewidth, trim={0 1cm,2 0}" lattice=24,0,12,0,-24,300,0,0,1 version=1'
    )
    assert lines[begin + 1 : begin + 4] == ["  %| for (i < 3)", "  %|     circle(3*i + 1, 3*i + 1)", "  %| line(2, 1, 3, 1, arrow)"]
    assert lines[begin + 4] == r"  \resizebox{.8\linewidth}{!}{%"
    assert lines[begin + 5].startswith(r"  \begin{tikzpicture}[")
    assert lines[-4:-2] == [r"  \end{tikzpicture}%", "  }"]
    assert re.fullmatch(r"  % derender: end body=[0-9a-f]{8} source=[0-9a-f]{8}", lines[-2])


def test_regenerating_what_is_up_to_date_changes_nothing(text: str) -> None:
    region = only(text)
    assert regenerate(text, region) == text[region.start : region.end]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_changed_bound_regenerates_from_the_program_alone(newline: str) -> None:
    text = document(generate(SOURCE, ORIGIN, indent="\t")).replace("\n", newline)
    changed = text.replace("%| for (i < 3)", "%| for (i < 5)")
    region = only(changed)
    assert region.is_outdated
    assert not region.is_edited
    renewed = changed[: region.start] + regenerate(changed, region) + changed[region.end :]
    expected = document(generate(replace(SOURCE, program=PROGRAM.replace("3)\n", "5)\n", 1)), ORIGIN, indent="\t"))
    assert renewed.replace(newline, "\n").replace("\t", "  ") == expected.replace("\t", "  ")
    assert renewed.count("\n") == renewed.count(newline)


def test_a_space_that_was_hidden_stays_hidden() -> None:
    text = document(generate(SOURCE, ORIGIN, indent="  ", glued=True)).replace("i < 3", "i < 4")
    assert regenerate(text, only(text)).splitlines()[-2] == "  }%"


def test_the_program_can_be_laid_out_anew_without_a_change(text: str) -> None:
    assert not only(text.replace("circle(3*i + 1, 3*i + 1)", "circle( 3*i+1,3*i+1 )")).is_outdated


def test_the_form_can_be_changed_in_the_marker(text: str) -> None:
    changed = text.replace("form=program", "form=commands")
    region = only(changed)
    assert region.is_outdated
    assert "foreach" in text
    assert "foreach" not in regenerate(changed, region)


def test_indentation_and_line_ends_are_nobodys_edit(text: str) -> None:
    for changed in (text.replace("\n  ", "\n\t\t"), text.replace("\n  ", "\n"), text.replace("\n", "\r\n"), text.replace("\n", "  \n")):
        assert not only(changed).is_edited
        assert not only(changed).is_outdated


@pytest.mark.parametrize(("old", "new"), [("thick", "thin"), ("\\end{tikzpicture}", "\\node at (0, 0) {A};\n\\end{tikzpicture}")])
def test_an_edit_by_hand_is_seen(text: str, old: str, new: str) -> None:
    assert only(text.replace(old, new)).is_edited


def test_a_detached_region_is_its_body(text: str) -> None:
    region = only(text)
    kept = text[: region.start] + detached(text, region) + text[region.end :]
    assert "derender" not in kept
    assert "%|" not in kept
    assert kept.splitlines()[1] == r"  \resizebox{.8\linewidth}{!}{%"
    assert kept.splitlines()[-2:] == ["  }", "after"]


BEGIN = "% derender: begin form=program version=1"
END = "% derender: end body=0 source=0"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{BEGIN}\nx\n", ["no end"]),
        (f"x\n{END}\n", ["no beginning"]),
        (f"{BEGIN}\n{BEGIN}\n{END}\n", ["before the next one begins"]),
        (f"{BEGIN}\n{END}\n{END}\n", ["no beginning"]),
        (f"{END}\n{BEGIN}\n", ["no beginning", "no end"]),
        (f'{BEGIN} photo="a\n{END}', ["cannot be read"]),
        (f"{BEGIN} photo=%FF\n{END}", ["cannot be read"]),
        (f"{BEGIN} form=program\n{END}", ["cannot be read"]),
        (f"{BEGIN}\n% derender: end", ["checksums"]),
        (f"% derender: begin form=program version=7\n{END}", ["version 7"]),
        (f"% derender: begin version=1 form=drawing\n{END}", ["program, commands"]),
    ],
)
def test_markers_that_are_not_whole_are_faults(text: str, words: list[str]) -> None:
    found = find_regions(text)
    assert len(found.faults) == len(words)
    for fault, word in zip(found.faults, words, strict=True):
        assert word in fault.message
        assert text[fault.start : fault.end].startswith("% derender:")


@pytest.mark.parametrize("text", [f"% {BEGIN}\n% {END}", f"\\begin{{verbatim}}\n{BEGIN}\n\\end{{verbatim}}", f"a {BEGIN}\nb {END}"])
def test_what_only_looks_like_a_marker_is_none(text: str) -> None:
    assert find_regions(text).regions == ()
    assert find_regions(text).faults == ()


@pytest.mark.parametrize(
    "name",
    [
        "a\nb.jpg",
        "50%.jpg",
        "{a.jpg",
        "a}\\.jpg",
        'say "a".jpg',
        "a\u2028b.jpg",
        "Zürich 𝛼",
        "a\r% derender: end.jpg",
        "e\u0301.jpg",
        "a\x00",
    ],
)
def test_no_file_name_leaves_its_comment(name: str) -> None:
    text = document(generate(SOURCE, replace(ORIGIN, photo=name)))
    assert only(text).origin.photo == name
    begin = next(line for line in text.splitlines() if "derender: begin" in line)
    assert begin.endswith("version=1")


def test_a_file_name_that_is_no_unicode_is_refused() -> None:
    with pytest.raises(DocumentError, match="rename the file"):
        generate(SOURCE, replace(ORIGIN, photo="a\udcff.jpg"))


@pytest.mark.parametrize(("program", "error"), [("for (i < 3", ProgramError), ("for (i < 1000000000)\n    circle(i, 1)\n", ExecutionError)])
def test_programs_that_draw_nothing_usable_are_refused(program: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        generate(Source(program), ORIGIN)


def test_problems_of_a_program_are_told_where_they_stand(text: str) -> None:
    changed = text.replace("line(2, 1, 3, 1, arrow)", "line(2, 1, 3, @)")
    ((offset, message),) = program_problems(only(changed))
    assert changed[offset:].startswith("@") or changed[offset - 2 :].startswith(", @")
    assert message


def test_a_program_over_its_budget_is_told() -> None:
    text = document(generate(SOURCE, ORIGIN)).replace("i < 3", "i < 1000000000")
    ((offset, message),) = program_problems(only(text))
    assert text[offset:].startswith("for (i < 1000000000)")
    assert "loop" in message


@given(programs(), st.sampled_from(Form), st.booleans())
def test_every_program_survives_its_region(program: Program, form: Form, glued: bool) -> None:
    source = Source(pretty(program), form, Options())
    text = document(generate(source, ORIGIN, indent="  ", glued=glued))
    region = only(text)
    assert region.source == source
    assert not region.is_edited
    assert not region.is_outdated
    assert regenerate(text, region) == text[region.start : region.end]


@given(TEX)
def test_half_typed_documents_never_throw(text: str) -> None:
    found = find_regions(text)
    assert len(found.faults) + 2 * len(found.regions) <= text.count("derender:")
