"""Whatever an author does, in whatever order: the server's text is the author's, regions stay whole, nothing typed is lost.

One server serves all sequences, each with a document and a photograph of its own. `make test` tries a few; `make nightly` a
thousand (the variable DERENDER_SEQUENCES says how many).
"""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from author import Author, apply, editor, picture, session
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from lsprotocol import types

from derender.latex.generation import program_problems
from derender.latex.regions import Region, find_regions

pytestmark = pytest.mark.slow

SEQUENCES = int(os.environ.get("DERENDER_SEQUENCES", "12"))
STEPS = 20
REST = 0.05
"""Seconds that documents rest before they are looked at: less than an author's server waits, so that much happens in little time."""

HEAD = "\\documentclass{article}\n\\usepackage{tikz}\n\\usetikzlibrary{arrows.meta}\n\\begin{document}\n"
ON_PURPOSE = re.compile(r"Overwrite|Detach|over the edits by hand")
"""Actions with which an author gives edits by hand away, or the region."""

ANY = st.integers(0, 1000)
"""Stands for one of what is there, whatever that is: how far the server has come must not decide what is drawn."""

_numbers = itertools.count()


class Stage:
    """A loop that runs while a step is taken, and the session on it."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="sequences"))
        command = [sys.executable, str(Path(__file__).parents[1] / "support/double_server.py")]
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache"), "DERENDER_REST": str(REST)}
        context: AbstractAsyncContextManager[Author] = session(
            command, self.folder, editor(), settings={"changedPhotos": "automatic"}, environment=environment
        )
        self._context = context
        self.author: Author = self.run(context.__aenter__())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def close(self) -> None:
        self.run(self._context.__aexit__(None, None, None))
        self.runner.close()


class Sequence(RuleBasedStateMachine):
    """One author at one document."""

    stage: Stage

    @initialize(name=st.sampled_from(["a", "slow", "corrected"]))
    def begin(self, name: str) -> None:
        self.number = next(_numbers)
        self.name = f"paper{self.number}.tex"
        self.photo = picture(self.stage.folder, f"{name}{self.number}.jpg")
        self.typed: set[str] = set()
        self.by_hand: set[str] = set()
        self.author = self.stage.author
        self.author.open(self.name, HEAD + f"A \\includegraphics[width=5cm]{{{self.photo.stem}}} B\n\\end{{document}}\n")

    @property
    def text(self) -> str:
        return self.author.texts[self.name]

    @property
    def regions(self) -> tuple[Region, ...]:
        return find_regions(self.text).regions

    # What an author does

    @rule(above=st.booleans())
    def type_a_line(self, above: bool) -> None:
        line = f"typed {next(_numbers)}."
        self.typed.add(line)
        place = "\\begin{document}\n" if above else "\\end{document}"
        self.author.type(self.name, self.text.replace(place, f"{place}{line}\n" if above else f"{line}\n{place}"))

    @rule(bound=st.integers(0, 6))
    def change_a_bound(self, bound: int) -> None:
        self.author.type(self.name, re.sub(r"(?m)^(%\| for \(\w < )\d+", rf"\g<1>{bound}", self.text, count=1))

    @rule(which=ANY)
    def edit_by_hand(self, which: int) -> None:
        if not self.regions:
            return
        region = self.regions[which % len(self.regions)]
        mine = f"% mine {next(_numbers)}."
        self.by_hand.add(mine)
        self.author.type(self.name, self.text[: region.body_start] + f"{mine}\n" + self.text[region.body_start :])

    @rule()
    def include_the_picture_once_more(self) -> None:
        figure = f"\n\\includegraphics{{{self.photo.stem}}}\n"
        self.author.type(self.name, self.text.replace("\\end{document}", f"{figure}\\end{{document}}"))

    @rule(where=ANY, which=ANY, hesitates=st.booleans())
    def choose_an_action(self, where: int, which: int, hesitates: bool) -> None:
        """At any figure or region; the author may go on typing between listing and choosing."""
        places = [match.start() for match in re.finditer(r"\\includegraphics|% derender: begin", self.text)]
        line = self.text[: places[where % len(places)]].count("\n") if places else 0
        actions = self.stage.run(self.author.actions(self.name, line))
        offered = {title: action for title, action in actions.items() if action.command is None}
        if not offered:
            return
        title = sorted(offered)[which % len(offered)]
        if hesitates:
            self.type_a_line(above=True)
        action = offered[title]
        if action.edit is None:
            action = self.stage.run(_resolved(self.author, action))
        # An edit that came with the list is for the text of the list; an editor refuses it when that has changed.
        # So it does where a redrawn photograph's edit came in between.
        if action.edit is not None and (action.data is not None or not hesitates) and not self.author.refuses(action.edit):
            self.author.apply(action.edit)
            if ON_PURPOSE.search(title):
                self.by_hand = {mine for mine in self.by_hand if mine in self.text}

    @rule(reason=st.sampled_from([types.TextDocumentSaveReason.Manual, types.TextDocumentSaveReason.FocusOut]))
    def save(self, reason: types.TextDocumentSaveReason) -> None:
        self.stage.run(self.author.save(self.name, reason))
        for region in self.regions:
            assert region.is_edited or not region.is_outdated or any(program_problems(region))

    @rule()
    def save_by_itself(self) -> None:
        """An automatic save makes no edit of its own; that of a photograph that was redrawn before may come meanwhile."""
        assert self.stage.run(self.author.will_save(self.name, types.TextDocumentSaveReason.AfterDelay)) == ()
        self.author.save_only(self.name)

    @rule()
    def type_while_saving(self) -> None:
        """The editor drops the edits that come for the text before."""
        before = self.text

        async def race() -> None:
            answer = asyncio.ensure_future(self.author.will_save(self.name, types.TextDocumentSaveReason.Manual))
            await asyncio.sleep(0)
            self.type_a_line(above=False)
            edits = await answer
            assert find_regions(apply(before, edits)).faults == ()

        self.stage.run(race())
        self.author.save_only(self.name)

    @rule(redrawn=st.booleans())
    def redraw_the_photograph(self, redrawn: bool) -> None:
        self.photo.write_bytes(f"{'redrawn' if redrawn else 'drawn'} {next(_numbers)}".encode())
        event = types.FileEvent(self.photo.as_uri(), types.FileChangeType.Changed)
        self.author.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

    @rule()
    def cancel(self) -> None:
        """All bars that are shown, and one that was taken away."""
        reports = self.author.client.progress_reports
        is_over = {token: isinstance(told[-1], types.WorkDoneProgressEnd) for token, told in reports.items() if told}
        for token in [*(token for token, over in is_over.items() if not over), *list(is_over)[-1:]]:
            self.author.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))

    @rule(seconds=st.sampled_from([0.0, REST / 2, 1.5 * REST]))
    def wait(self, seconds: float) -> None:
        self.stage.run(asyncio.sleep(seconds))

    @rule()
    def close_and_open_again(self) -> None:
        self.author.close(self.name)
        self.author.open(self.name, self.text)

    # What holds whatever the author does

    @invariant()
    def server_and_author_have_the_same_text(self) -> None:
        async def compare() -> None:
            # The server may send an edit meanwhile, which the author's editor applies.
            for _ in range(20):
                told = await self.author.execute("double.text", self.author.uri(self.name))
                if told == self.text:
                    return
            assert told == self.text

        if hasattr(self, "name"):
            self.stage.run(compare())

    @invariant()
    def nothing_is_lost_and_regions_are_whole(self) -> None:
        if hasattr(self, "name"):
            assert find_regions(self.text).faults == ()
            assert [line for line in sorted(self.typed | self.by_hand) if line not in self.text] == []

    def teardown(self) -> None:
        """In the end the diagnostics are those of the text."""
        if not hasattr(self, "name"):
            return
        self.author.save_only(self.name)

        def expected() -> list[str]:
            regions = self.regions
            edited = ["edited-region" for region in regions if region.is_edited]
            waiting = [region for region in regions if region.is_outdated]
            stale = ["stale-region" for region in waiting if not region.is_edited and not any(program_problems(region))]
            return sorted(edited + stale)

        def told() -> list[str]:
            codes = [str(diagnostic.code) for diagnostic in self.author.diagnostics(self.name)]
            return sorted(code for code in codes if code in ("edited-region", "stale-region"))

        self.stage.run(self.author.until(lambda: told() == expected()))
        self.author.close(self.name)
        self.stage.run(self.author.until(lambda: not self.author.diagnostics(self.name)))
        assert self.author.client.messages == []


async def _resolved(author: Author, action: types.CodeAction) -> types.CodeAction:
    """The action with its edit, or without where the server refuses: the figure or region is gone, or would break the document."""
    try:
        return await author.client.code_action_resolve_async(action)
    except Exception as error:
        if not re.search("no longer there|has changed|been read|would break|edited by hand", str(error)):
            raise
        return action


@pytest.fixture
def stage() -> Iterator[Callable[[], Stage]]:
    """Makes the stage when the test is no longer inside of a loop."""
    made: list[Stage] = []

    def make() -> Stage:
        made.append(Stage())
        return made[0]

    yield make
    for each in made:
        each.close()


def test_random_sequences(stage: Callable[[], Stage]) -> None:
    shared = stage()

    class Here(Sequence):
        pass

    Here.stage = shared
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    few = settings(max_examples=SEQUENCES, stateful_step_count=STEPS, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(Here, settings=few)  # type: ignore[no-untyped-call] # hypothesis has no types here
