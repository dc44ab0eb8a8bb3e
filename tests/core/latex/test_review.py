"""A review regenerates exactly what can be without a loss, and says of everything else why not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tex_texts import TEX

from derender.latex.generation import generate
from derender.latex.origin import Origin
from derender.latex.regions import Form, Source, find_regions
from derender.latex.review import Kind, review

PROGRAM = "for (i < 3)\n    circle(3*i + 1, 1)\n"
REGION = generate(Source(PROGRAM), Origin("a.jpg", "0123456789abcdef"))
CHANGED = REGION.replace("i < 3", "i < 5", 1)
EDITED = REGION.replace("thick", "thin")
BEGIN, END = REGION.splitlines()[0], REGION.splitlines()[-1]


def told(text: str) -> list[tuple[Kind, int, str]]:
    """Kind, line and sentence of each finding."""
    found = review(text)
    return [(finding.kind, text.count("\n", 0, finding.offset) + 1, finding.message) for finding in found.findings]


def test_what_is_up_to_date_is_not_mentioned() -> None:
    assert (told(f"a\n{REGION}\nb\n"), review(REGION).edits, len(review(REGION).regions)) == ([], (), 1)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("indent", ["", "  ", "\t"])
def test_a_changed_program_gives_the_region_that_it_would_have_given(newline: str, indent: str) -> None:
    expected = generate(Source(PROGRAM.replace("3)", "5)", 1)), Origin("a.jpg", "0123456789abcdef"))
    before, after = (f"a\n{part}\nb".replace("\n", newline + indent) for part in (CHANGED, expected))
    found = review(before)
    assert [finding.kind for finding in found.findings] == [Kind.OUTDATED]
    assert found.applied(before) == after
    assert review(after).findings == ()


def test_a_region_keeps_its_own_line_ends_in_a_document_of_several_kinds() -> None:
    text = "a\r\nb\r\n" + CHANGED + "\nc\n"
    assert review(text).applied(text).count("\r") == 2


def test_form_and_size_can_be_changed_too() -> None:
    text = REGION.replace("form=program", "form=commands options=width=5cm")
    after = review(text).applied(text)
    assert "foreach" not in after
    assert r"\resizebox{5cm}" in after
    assert find_regions(after).regions[0].source.form is Form.COMMANDS


@pytest.mark.parametrize(
    ("text", "kind", "line", "words"),
    [
        (f"a\n{EDITED}", Kind.NOTE, 2, "edited by hand; it is kept"),
        (f"a\n{EDITED}".replace("i < 3", "i < 5"), Kind.PROBLEM, 2, "undo one of the two"),
        (f"a\n{REGION}".replace("circle(3*i + 1, 1)", "circle(3*i + 1,"), Kind.PROBLEM, 4, "cannot be drawn"),
        (f"a\n{REGION}".replace("i < 3", "i < 1000000000"), Kind.PROBLEM, 3, "loop"),
        (CHANGED.removesuffix(END), Kind.PROBLEM, 1, "no end"),
        (f"a\n{CHANGED.removeprefix(BEGIN)}", Kind.PROBLEM, 10, "no beginning"),
        (CHANGED.replace("version=1", "version=2"), Kind.PROBLEM, 1, "version 2"),
        (CHANGED.replace("version=1", "version=1 mine=yes"), Kind.PROBLEM, 1, "'mine'"),
        (f"\\begin{{verbatim}}\n{CHANGED}\n\\end{{verbatim}}", Kind.NOTE, 2, "left as it is"),
        (f"\\begin{{comment}}\n{CHANGED}\n\\end{{comment}}", Kind.NOTE, 2, "left as it is"),
        (f"\\end{{document}}\n{CHANGED}\n", Kind.NOTE, 2, "left as it is"),
        ("".join(f"% {line}\n" for line in CHANGED.splitlines()), Kind.NOTE, 1, "commented out"),
        ("".join(f"%{line}\n" for line in CHANGED.splitlines()), Kind.NOTE, 1, "commented out"),
    ],
)
def test_what_cannot_be_regenerated_without_a_loss_stays_and_is_told(text: str, kind: Kind, line: int, words: str) -> None:
    found = review(text)
    assert found.applied(text) == text
    ((told_kind, told_line, message),) = told(text)
    assert (told_kind, told_line) == (kind, line)
    assert words in message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"A"', r'"\\begin{verbatim}"'),
        ("form=program", "form=program options=width=%5Cbegin{verbatim}"),
        ("form=program", "form=program options=width={5cm"),
        ("form=program", "form=program options=width=5cm}"),
        ("form=program", "form=program options=width=5cm%25"),
        ("form=program", "form=program options=angle=%5Cend{document}"),
    ],
)
def test_what_would_break_the_document_is_told(old: str, new: str) -> None:
    region = generate(Source('circle(1, 1)\nlabel(1, 1, "A")\n'), Origin())
    text = f"a\n{region.replace(old, new, 1)}\nb\n"
    assert review(text).applied(text) == text
    ((kind, line, message),) = told(text)
    assert (kind, line) == (Kind.PROBLEM, 2)
    assert "would break the document" in message


def test_a_region_beside_broken_ones_is_regenerated() -> None:
    """Markers that miss, are doubled, nested or in another order touch no region that is whole."""
    alone = review(CHANGED).applied(CHANGED)
    for before, after, faults in [
        (f"{BEGIN}\n", "", 1),  # doubled beginning
        ("", f"\n{END}", 1),  # doubled end
        (f"{BEGIN}\nx\n", f"\ny\n{END}", 2),  # nested
        (f"{END}\n", f"\n{BEGIN}", 2),  # in another order
    ]:
        text = before + CHANGED + after
        found = review(text)
        assert found.applied(text) == before + alone + after
        assert [finding.kind for finding in found.findings].count(Kind.PROBLEM) == faults


def test_text_between_two_regions_whose_inner_markers_are_gone_is_kept() -> None:
    text = CHANGED.removesuffix(END) + "precious\n" + CHANGED.removeprefix(BEGIN)
    assert review(text).applied(text) == text
    assert [kind for kind, _, _ in told(text)] == [Kind.PROBLEM]


def test_regions_with_each_others_ends_are_kept() -> None:
    other = generate(Source("line(2, 1, 3, 1, arrow)\n"), Origin())
    text = CHANGED.replace(END, other.splitlines()[-1]) + "\n" + other.replace(other.splitlines()[-1], END)
    assert review(text).applied(text) == text


def test_characters_that_only_python_takes_for_line_ends_stay_in_a_label() -> None:
    for character in "\u2028\x85\x0b\x0c":
        program = f'circle(1, 1)\nlabel(1, 2, "a{character}b")\n'
        text = generate(Source(program), Origin()).replace("circle(1, 1)", "circle(1, 3)")
        after = review(text).applied(text)
        assert find_regions(after).regions[0].source.program == program.replace("circle(1, 1)", "circle(1, 3)")


@given(st.lists(st.one_of(TEX, st.sampled_from([REGION, CHANGED, EDITED, BEGIN, END])), max_size=6).map("\n".join))
def test_nothing_outside_of_outdated_regions_changes_and_once_is_enough(text: str) -> None:
    found = review(text)
    regions = {(region.start, region.end) for region in found.regions if region.is_outdated and not region.is_edited}
    assert {(edit.start, edit.end) for edit in found.edits} <= regions
    after = found.applied(text)
    again = review(after)
    assert again.edits == ()
    assert len(again.regions) == len(found.regions)
    kept = [(finding.kind, found.moved(finding.offset), finding.message) for finding in found.findings if finding.kind is not Kind.OUTDATED]
    assert [(finding.kind, finding.offset, finding.message) for finding in again.findings] == kept
