"""Everything that can be chosen: forms, readings, extrapolations, updates, with previews, from actions and from a gallery."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from author import Author, editor, picture, session
from lsprotocol import types

from derender.latex.regions import Form, find_regions
from derender_lsp.choices import Choice, FigureChoice, RegionChoice, Task, choice_from_json
from derender_lsp.edits import Placement

HEAD = "\\documentclass{article}\n\\begin{document}\n"
PAPER = HEAD + "A \\includegraphics[width=5cm]{%s} B\n\\end{document}\n"


async def inserted(author: Author, title: str = "Insert TikZ program", name: str = "a") -> str:
    author.open("main.tex", PAPER % name)
    await author.diagnostic("main.tex", "commands → ")
    await author.do("main.tex", 2, title)
    return author.texts["main.tex"]


def region_line(text: str) -> int:
    return text[: find_regions(text).regions[0].start].count("\n")


async def test_all_that_can_be_inserted(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "a")
        await author.diagnostic("main.tex", "commands → ")
        assert list(await author.actions("main.tex", 2)) == [
            *("Insert TikZ program", "Insert TikZ commands", "Insert graphics program"),
            *("Insert TikZ program below", "Insert TikZ commands below", "Insert graphics program below"),
            "Insert TikZ program (reading 2 of 2: 4 commands → 3-line program, probability 20%)",
            "Insert TikZ program with i: 3 → 4",
            "Insert TikZ program with i: 3 → …",
        ]


async def test_the_graphics_program_has_its_tikz_on_one_line(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        text = await inserted(author, "Insert graphics program")
        (region,) = find_regions(text).regions
        assert region.source.form is Form.DSL
        assert region.body.count("\n") == 3  # the box for the width around it, and the picture
        assert not region.is_edited
        await author.do("main.tex", region_line(text), "Switch figure to TikZ program")
        (region,) = find_regions(author.texts["main.tex"]).regions
        assert region.body.count("\n") > 3


async def test_what_was_offered_for_a_first_answer_is_not_taken_for_the_final_one(command: list[str], folder: Path) -> None:
    """Readings are counted, and a later answer has others; the best one is the best of both."""
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "a")
        await author.diagnostic("main.tex", "commands → ")
        actions = await author.actions("main.tex", 2)
        (other,) = (action.data for title, action in actions.items() if "reading 2" in title)
        best = actions["Insert TikZ program"].data
        assert isinstance(other, dict)
        assert isinstance(best, dict)
        with pytest.raises(Exception, match="What was read from 'a' has changed"):
            await author.execute("derender.apply", other | {"is_final": False})
        assert await author.execute("derender.apply", best | {"is_final": False})


async def test_a_choice_comes_with_a_preview(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "a")
        await author.diagnostic("main.tex", "commands → ")
        actions = await author.actions("main.tex", 2)
        resolved = await author.client.code_action_resolve_async(actions["Insert TikZ program with i: 3 → 4"])
        assert isinstance(resolved.data, dict)
        assert resolved.data["preview"]["program"].startswith("for (i < 4)\n")
        assert resolved.data["preview"]["picture"].startswith("data:image/png;base64,")
        assert resolved.edit is not None
        author.apply(resolved.edit)
        assert "%| for (i < 4)" in author.texts["main.tex"]


@pytest.mark.parametrize("resolve", [True, False])
async def test_a_region_is_extrapolated_by_one_and_to_any_number(resolve: bool, command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor(resolve=resolve)) as author:
        line = region_line(await inserted(author))
        await author.do("main.tex", line, "Extrapolate i: 3 → 4")
        assert "{0,...,3}" in author.texts["main.tex"]
        action = (await author.actions("main.tex", line))["Extrapolate i: 4 → …"]
        assert action.command is not None
        author.answer = "8"
        assert await author.execute(action.command.command, *(action.command.arguments or ()))
        assert author.questions == ["How many turns shall the loop over i have?"]
        assert "{0,...,7}" in author.texts["main.tex"]
        action = (await author.actions("main.tex", line))["Extrapolate i: 8 → …"]
        choice, letter, _ = (action.command and action.command.arguments) or ()
        with pytest.raises(Exception, match="whole number of turns"):
            await author.execute("derender.extrapolate", choice, letter, 1.5)
        assert await author.execute("derender.extrapolate", choice, letter, 17)
        assert "{0,...,16}" in author.texts["main.tex"]


FIGURE = FigureChoice("file:///main.tex", "a", 0, "0" * 16, 0, Form.PROGRAM, Placement.REPLACE)
REGION = RegionChoice("file:///main.tex", 0, "0" * 16, Task.RENEW)


@pytest.mark.parametrize("choice", [FIGURE, replace(FIGURE, correction=0, bounds=(("i", 3),)), REGION])
def test_a_choice_comes_back_from_its_json(choice: Choice) -> None:
    assert choice_from_json(choice.to_json()) == choice


@pytest.mark.parametrize("number", [-1, float("inf"), float("nan"), "one", None])
@pytest.mark.parametrize(("choice", "field"), [(FIGURE, "occurrence"), (FIGURE, "reading"), (REGION, "region")])
def test_numbers_that_count_nothing_are_no_choice(choice: Choice, field: str, number: object) -> None:
    assert choice_from_json(choice.to_json() | {field: number}) is None
    assert choice_from_json(FIGURE.to_json() | {"correction": -1}) is None
    assert choice_from_json(choice.to_json() | {"bounds": {"i": float("inf")}}) is None


async def test_nobody_answers(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        text = await inserted(author)
        action = (await author.actions("main.tex", region_line(text)))["Extrapolate i: 3 → …"]
        assert action.command is not None
        assert not await author.execute(action.command.command, *(action.command.arguments or ()))
        assert author.texts["main.tex"] == text


async def test_a_region_that_changed_meanwhile_is_not_touched(command: list[str], folder: Path) -> None:
    """Text typed above it does no harm."""
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        text = await inserted(author)
        action = (await author.actions("main.tex", region_line(text)))["Extrapolate i: 3 → 4"]
        author.type("main.tex", text.replace("A %", "A\nB %"))
        resolved = await author.client.code_action_resolve_async(action)
        assert resolved.edit is not None
        author.type("main.tex", text.replace("thick", "thin"))
        with pytest.raises(Exception, match="has changed meanwhile"):
            await author.client.code_action_resolve_async(action)


async def test_all_regions_are_updated_by_a_source_action(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        text = await inserted(author)
        assert not await author.actions("main.tex", 0, ["source"])
        region = text[text.index("% derender: begin") : text.index("\n B\n")]
        twice = text.replace(region, f"{region}\n\n{region}").replace("i < 3", "i < 7")
        author.type("main.tex", twice)
        actions = await author.actions("main.tex", 0, ["source"])
        assert [str(action.kind) for action in actions.values()] == ["source.updateAll.derender"]
        await author.do("main.tex", 0, "Update all Derender figures of this document")
        assert author.texts["main.tex"].count("{0,...,6}") == 2
        author.type("main.tex", twice)
        assert await author.execute("derender.updateAll", author.uri("main.tex"))
        assert author.texts["main.tex"].count("{0,...,6}") == 2


@pytest.mark.parametrize("title", ["Switch figure to TikZ commands", "Extrapolate i: 3 → 4"])
async def test_what_would_break_the_document_is_refused(title: str, command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        text = await inserted(author)
        broken = text.replace('options="width=5cm"', 'options="width=5cm}"')
        author.type("main.tex", broken)
        action = (await author.actions("main.tex", region_line(text)))[title]
        with pytest.raises(Exception, match="would break the document"):
            await author.client.code_action_resolve_async(action)
        assert author.texts["main.tex"] == broken


@pytest.mark.parametrize("shown", [True, False])
async def test_a_client_gets_only_actions_that_it_can_carry_out(shown: bool, command: list[str], folder: Path) -> None:
    """No command for one that takes no edits; what is refused is shown as such, or not at all."""
    picture(folder, "a.jpg")
    async with session(command, folder, editor(resolve=False, apply=False, disabled=shown)) as author:
        author.open("main.tex", PAPER % "a")
        await author.diagnostic("main.tex", "commands → ")
        assert all(action.edit is not None for action in (await author.actions("main.tex", 2)).values())
        await author.do("main.tex", 2, "Insert TikZ program")
        text = author.texts["main.tex"]
        author.type("main.tex", text.replace('options="width=5cm"', 'options="width=5cm}"'))
        refused = (await author.actions("main.tex", region_line(text))).get("Switch figure to TikZ commands")
        assert (refused is not None and refused.disabled is not None) == shown


async def test_a_program_that_needs_more_of_tikz_gets_it_with_the_save(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        text = (await inserted(author)).replace("\\usetikzlibrary{arrows.meta}\n", "")
        author.type("main.tex", text.replace("i < 3", "i < 7"))
        await author.save("main.tex")
        assert "\\usetikzlibrary{arrows.meta}\n\\begin{document}" in author.texts["main.tex"]
        assert "{0,...,6}" in author.texts["main.tex"]


async def test_a_gallery_shows_readings_corrections_and_extrapolations(command: list[str], folder: Path) -> None:
    picture(folder, "corrected.jpg")
    async with session(command, folder, editor()) as author:
        author.open("main.tex", PAPER % "corrected")
        await author.diagnostic("main.tex", "commands → ")
        assert await author.execute("derender.choices", author.uri("main.tex"), {"line": 0, "character": 0}) is None
        found = await author.execute("derender.choices", author.uri("main.tex"), {"line": 2, "character": 5})
        assert (found["name"], found["summary"]) == ("corrected", "6 commands → 5-line program, 1 other reading")
        assert found["photo"].startswith("data:image/jpeg;base64,")
        assert found["agreement"] == "The drawing covers 97% of the ink; 99% of it lies on ink."
        kinds = [choice["kind"] for choice in found["choices"]]
        assert kinds == ["reading", "reading", "correction", "extrapolation", "extrapolation"]
        assert [choice["title"] for choice in found["choices"][3:]] == ["i < 4", "i < 4 (at the start)"]
        assert all(choice["picture"].startswith("data:image/png;base64,") for choice in found["choices"])
        assert [correction["place"] for correction in found["corrections"]] == [[10, 20, 110, 70]]
        assert await author.execute("derender.apply", found["choices"][1]["choice"])
        assert "%| rectangle(0, 3, 4, 5)\n" in author.texts["main.tex"]
        with pytest.raises(Exception, match="no choice"):
            await author.execute("derender.apply", {"nonsense": 1})


async def test_hover_over_a_region_shows_the_photograph_as_well(command: list[str], folder: Path) -> None:
    picture(folder, "a.jpg")
    async with session(command, folder, editor()) as author:
        text = await inserted(author)
        await author.until(lambda: not author.diagnostics("main.tex"))
        found = await author.hover("main.tex", region_line(text) + 1, 3)
        assert found is not None
        assert isinstance(found.contents, types.MarkupContent)
        assert found.contents.value.count("![photograph and drawing](data:image/") == 2
        params = types.CodeLensParams(types.TextDocumentIdentifier(author.uri("main.tex")))
        (lens,) = await author.client.text_document_code_lens_async(params) or ()
        assert lens.command is not None
        assert lens.command.title == "5-line program, i < 3, from 'a.jpg'"
