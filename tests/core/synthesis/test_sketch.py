"""Promises of the adapter of the Sketch tool: the sketch says what the language says, and what the tool prints is read back."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from sketch_language import Sketch
from sketch_values import holes_of
from strategies import specs

from derender.errors import OptionError
from derender.language.cost import cost_thirds
from derender.language.execute import execute
from derender.language.text import parse_program, pretty
from derender.spec import Circle, Line, Rectangle, Spec
from derender.spec_json import spec_from_json
from derender.synthesis import synthesize
from derender.synthesis.bias_optimal import native_searches, synthesize_by_policy
from derender.synthesis.policy import UNIFORM
from derender.synthesis.search_space import SearchSpace
from derender.synthesis.sketch_encoding import Encoding, table_of
from derender.synthesis.sketch_holes import program_of_holes
from derender.synthesis.sketch_search import sketch_searches, synthesize_with_sketch
from derender.synthesis.sketch_tool import ToolRun, programs_in

ROW = Spec(Circle(3 * x + 1, 5) for x in range(3))


def questions(encoding: Encoding, others: int) -> list[tuple[int, ...]]:
    """What the sketch is asked: all commands of the spec, their neighbours, and a few chosen at random."""
    elements = encoding.elements
    known = [
        (kind + 1, *(value - encoding.origin for value in position[: 2 if isinstance(encoding.kinds[kind], Circle) else 4]))
        for kind, position in zip(elements.kinds.tolist(), elements.positions.tolist(), strict=True)
    ]
    asked = [(*question, *(0,) * (5 - len(question))) for question in known]
    random = Random(0)
    for _ in range(others):
        question = list(random.choice(asked))
        question[random.randrange(1, 5)] += random.choice((-1, 1))
        asked.append(tuple(question))
        asked.append((random.randint(1, len(encoding.kinds)), *(random.randint(0, encoding.extent) for _ in range(4))))
    return asked


def check_encoding(spec: Spec, others: int) -> None:
    """The least-cost program, put into the holes, draws the spec in the sketch's own terms, and costs there what it costs."""
    found = synthesize(spec, timeout=20)
    encoding = Encoding(spec)
    values = holes_of(found.program, encoding)
    assert all(0 <= value < 1 << encoding.bits(name) for name, value in values.items())
    assert all(f"int {name} = ??({encoding.bits(name)});" in encoding.text() for name in values)
    sketch = Sketch(encoding.text(values))
    for question in questions(encoding, others):
        assert sketch["program"](*question) == sketch["drawn"](*question), question
    assert set(sketch.costs) == {found.cost_thirds}
    again = program_of_holes(values, encoding)
    assert execute(again) == spec
    assert cost_thirds(again) == found.cost_thirds


@settings(max_examples=15)
@given(specs(attributes=False, max_size=5).filter(len))
def test_the_sketch_says_what_the_language_says(spec: Spec) -> None:
    check_encoding(spec, others=3)


@pytest.mark.parametrize(
    "text",
    [
        "for (i < 3)\n    for (j < 3)\n        if (j > 0)\n            line(-3*j + 8, -3*i + 7, -3*j + 9, -3*i + 7)\n"
        "            line(-3*i + 7, -3*j + 8, -3*i + 7, -3*j + 9)\n        circle(-3*j + 7, -3*i + 7)\n",
        "reflect(y = 8)\n    for (i < 3)\n        if (i > 0)\n            rectangle(3*i - 1, 2, 3*i, 3)\n"
        "        circle(3*i + 1, 3*i + 1)\n",
        "reflect(x = 30)\n    reflect(y = 20)\n        line(3, 2, 8, 4)\n        line(1, 2, 3, 9, arrow)\n        rectangle(2, 5, 6, 7)\n",
        "reflect(x = 30)\n    reflect(x = 10)\n        rectangle(2, 5, 3, 7)\n        line(1, 2, 4, 9, arrow)\n        circle(1, 1)\n",
        "for (i < 4)\n    for (j < i + 1)\n        circle(3*i, 2*j)\n    reflect(y = 30)\n        rectangle(3*i, 11, 3*i + 2, 12)\n",
    ],
)
def test_each_construct_means_the_same_in_the_sketch(text: str) -> None:
    check_encoding(execute(parse_program(text)), others=20)


@pytest.mark.parametrize(
    "broken",
    ["for (i < 3)\n    circle(4, 4)\n    if (i > 0)\n        circle(3*i, 0)\n", "rectangle(3, 3, 1, 1)\n", "circle(9, 9)\n"],
    ids=["idle loop", "not canonical", "outside the spec"],
)
def test_the_sketch_refuses_what_is_not_legal_or_draws_something_else(broken: str) -> None:
    spec = Spec([Circle(4, 4), Circle(3, 0), Circle(6, 0), Rectangle(1, 1, 3, 3)])
    encoding = Encoding(spec)
    sketch = Sketch(encoding.text(holes_of(parse_program(broken), encoding)))

    def agrees() -> bool:
        return all(sketch["program"](*question) == sketch["drawn"](*question) for question in questions(encoding, 0))

    try:
        assert not agrees()
    except AssertionError:
        assert len(sketch.costs) < len(spec), "an assertion of the sketch itself"


def _shared() -> list[dict[str, object]]:
    path = Path(os.environ.get("DERENDER_DRAWINGS", "/nowhere")) / "specs.json"
    return json.loads(path.read_text()) if path.is_file() else []  # type: ignore[no-any-return]


@pytest.mark.slow
@pytest.mark.skipif(not _shared(), reason="DERENDER_DRAWINGS does not name a folder with specs.json")
def test_the_sketches_of_all_shared_drawings_hold_their_least_programs() -> None:
    for row in _shared():
        check_encoding(spec_from_json(row["spec"]), others=2)


def values_of(encoding: Encoding, text: str) -> list[int]:
    """The values of all holes, in order, that make the sketch this program."""
    values = holes_of(parse_program(text), encoding)
    return [values.get(name, 0) for name in encoding.holes]


def candidate(encoding: Encoding, text: str) -> str:
    """What the tool prints of a program that it is about to check, in the order of its own tables."""
    lines = [f"H__{number}:{value}" for number, value in enumerate(values_of(encoding, text))]
    lines[1:1] = ["H__BND0:29"]
    return "END FIND\n!+ 0110\n!+ " + "\n".join([lines[0], *reversed(lines[1:])]) + "\n\nBEG CHECK\n"


def printed(encoding: Encoding, text: str) -> str:
    """What the tool prints of its answer: the values of all holes in order, among much else."""
    line = ", ".join(f"H__{number}: {value}" for number, value in enumerate(values_of(encoding, text)))
    return f" *GOT THE CORRECT ANSWER IN 2 iterations.\nVALUES {line}, H__BND0: 7, \nRESULT = 2  \n\n"


LOOP = "for (i < 3)\n    circle(3*i + 1, 5)\n"
MIRRORED = "reflect(x = 8)\n    circle(1, 5)\ncircle(4, 5)\n"


def test_programs_are_read_back_and_only_right_ones() -> None:
    encoding = Encoding(ROW)
    output = "VALUES H__0: 9, H__1: 9, \n" + printed(encoding, "circle(1, 5)\n") + printed(encoding, LOOP)
    assert [pretty(program) for program in programs_in(output, encoding)] == [LOOP]


def test_candidates_count_as_soon_as_they_are_printed() -> None:
    encoding = Encoding(ROW)
    refuted = "for (i < 2)\n    circle(3*i + 1, 5)\n"
    endless = candidate(encoding, LOOP).replace(f":{values_of(encoding, LOOP)[encoding.holes.index('ovalue0')]}\n", ":99999\n")
    output = endless + candidate(encoding, refuted) + candidate(encoding, MIRRORED) + candidate(encoding, LOOP)
    assert [pretty(program) for program in programs_in(output, encoding)] == [MIRRORED, LOOP]


def _install(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    tool = folder / "sketch"
    tool.write_text(f"#!{sys.executable}\n{body}")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_what_was_found_when_time_is_up_is_taken_though_the_tool_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = tmp_path / "answer"
    answer.write_text(candidate(Encoding(ROW), LOOP))
    said = tmp_path / "said"
    body = f"import pathlib, time\nprint(pathlib.Path({str(answer)!r}).read_text(), flush=True)\n"
    _install(tmp_path, monkeypatch, f"{body}pathlib.Path({str(said)!r}).touch()\ntime.sleep(600)\n")
    looked: list[None] = []

    def is_enough() -> bool:
        looked.extend([None] if said.exists() else [])
        return len(looked) > 20

    found = synthesize_with_sketch(ROW, timeout=60, should_stop=is_enough)
    assert (pretty(found.program), found.cost_thirds, found.optimal) == (LOOP, 6, False)


def test_the_tool_is_told_how_large_the_numbers_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a bound on costs that is high enough, the tool would say of a dear spec that it has no program."""
    spec = Spec(Circle(x * x, x, x + 1, x + 1) for x in range(14))
    answer = tmp_path / "answer"
    answer.write_text(printed(Encoding(spec), pretty(synthesize(spec).program)))
    check = "import sys, pathlib\noptions = dict(zip(sys.argv[1:-1:2], map(int, sys.argv[2:-1:2])))\n"
    check += f"assert 2 ** options['--bnd-mbits'] > {3 * len(spec) + 1}, options\n"
    check += "assert 2 ** options['--bnd-inbits'] > 169, options\nassert options['--bnd-unroll-amnt'] >= 2, options\n"
    _install(tmp_path, monkeypatch, f"{check}print(pathlib.Path({str(answer)!r}).read_text())\n")
    assert synthesize_with_sketch(spec, timeout=60).cost_thirds == synthesize(spec).cost_thirds


def test_a_tool_is_held_up_between_its_turns_and_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values that are half written when it is held up are read when the rest is there."""
    halves, ticks = candidate(Encoding(ROW), LOOP), tmp_path / "ticks"
    (tmp_path / "first").write_text(halves[: len(halves) // 2])
    (tmp_path / "second").write_text(halves[len(halves) // 2 :])
    body = f"import pathlib, sys, time\nhere = pathlib.Path({str(tmp_path)!r})\n"
    body += "print((here / 'first').read_text(), end='', flush=True)\n(here / 'begun').touch()\n"
    body += "while not (here / 'go').exists():\n    (here / 'ticks').open('a').write('x')\n    time.sleep(0.005)\n"
    body += "print((here / 'second').read_text(), end='', flush=True)\n"
    _install(tmp_path, monkeypatch, body)
    with ToolRun(Encoding(ROW)) as tool:
        while not ticks.exists():
            assert tool.go_on(0.02, lambda: False)
        assert not list(tool.programs())
        before = _settled(ticks)
        time.sleep(0.1)
        assert ticks.stat().st_size == before, "it worked while it was not its turn"
        assert tool.go_on(60, lambda: ticks.stat().st_size > before), "it does not go on"
        (tmp_path / "go").touch()
        while tool.go_on(0.1, lambda: False):
            pass
        assert [pretty(program) for program in tool.programs()] == [LOOP]


def _settled(path: Path) -> int:
    """The size of a file that is written no more, soon."""
    size = -1
    while size != path.stat().st_size:
        size = path.stat().st_size
        time.sleep(0.05)
    return size


def test_the_tool_is_run_on_the_sketch_and_its_answer_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = tmp_path / "answer"
    answer.write_text(printed(Encoding(ROW), LOOP))
    check = "import sys, pathlib, os\nassert 'implements drawn' in pathlib.Path(sys.argv[-1]).read_text()\n"
    check += "assert os.environ['HOME'] == os.getcwd()\n"
    _install(tmp_path, monkeypatch, f"{check}print(pathlib.Path({str(answer)!r}).read_text())\n")
    found = synthesize_with_sketch(ROW, timeout=60)
    assert (pretty(found.program), found.cost_thirds) == (LOOP, 6)
    assert not found.optimal


def test_the_tool_is_ended_when_time_is_up_with_all_that_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = tmp_path / "child"
    start = "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    start += f"open({str(child)!r}, 'w').write(str(child.pid))\n"
    _install(tmp_path, monkeypatch, f"import subprocess, sys, time\n{start}time.sleep(600)\n")
    found = synthesize_with_sketch(ROW, timeout=120, should_stop=lambda: child.exists() and child.stat().st_size > 0)
    assert found.cost_thirds == 9, "the program that writes the spec out"
    for _ in range(500):
        if not _lives(int(child.read_text())):
            return
        time.sleep(0.02)
    pytest.fail("a child of the tool is still there")


def _lives(pid: int) -> bool:
    """Whether the process is there, and not only waiting for its parent to take notice of its end."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "print('Total time = 3\\n*** Rejected\\nThe sketch could not be resolved.\\nTotal time = 9'); sys.exit(1)",
            "could not be resolved",
        ),
        ("print('[ERROR] [SKETCH] Failed with ParseException'); sys.exit(1)", "exit status 1: .*ParseException"),
        ("os.kill(os.getpid(), 11)", "exit status -11: it printed nothing"),
        ("print('VALUES H__0: 99999999999999999999999, H__1: -5'); os.write(1, bytes(range(256)))", "exit status 0"),
        ("print('VALUES H__0: ')", "exit status 0: VALUES H__0:"),
    ],
)
def test_a_tool_that_has_no_answer_is_said_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, said: str
) -> None:
    """In a folder with a space in its name, as is the one for temporary files."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    _install(folder, monkeypatch, f"import os, sys\n{body}\n")
    with pytest.raises(OptionError, match=f"ended without a program .*{said}.*; use --engine native") as raised:
        synthesize_with_sketch(ROW, timeout=60)
    assert "\n" not in str(raised.value)
    with pytest.raises(OptionError, match=said):
        synthesize_by_policy(ROW, UNIFORM, engines=(sketch_searches,))
    assert [path.name for path in folder.iterdir()] == ["sketch"]
    both = synthesize_by_policy(ROW, UNIFORM, engines=(native_searches, sketch_searches))
    assert (pretty(both.program), both.optimal) == (LOOP, True)


def test_a_tool_that_cannot_be_started_is_said_clearly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "sketch"
    tool.write_bytes(b"\x7fELF of another machine")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OptionError, match="cannot be started"):
        synthesize_with_sketch(ROW, timeout=60)


def test_the_tool_shares_time_and_finds_with_the_native_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool for each space that allows what it prints; each is held up while others have their turn, and ended with the search."""
    answer, pids = tmp_path / "answer", tmp_path / "pids"
    pids.mkdir()
    answer.write_text(printed(Encoding(ROW), LOOP))
    body = f"import os, pathlib, sys, time\npathlib.Path({str(pids)!r}, str(os.getpid())).touch()\n"
    body += f"print(pathlib.Path({str(answer)!r}).read_text(), flush=True)\ntime.sleep(600)\n"
    _install(tmp_path, monkeypatch, body)
    alone = synthesize_by_policy(ROW, UNIFORM, engines=(sketch_searches,), should_stop=lambda: len(list(pids.iterdir())) >= 3)
    assert execute(alone.program) == ROW
    assert not alone.optimal
    both = synthesize_by_policy(ROW, UNIFORM, engines=(native_searches, sketch_searches))
    assert (pretty(both.program), both.optimal) == (LOOP, True)
    assert not any(_lives(int(path.name)) for path in pids.iterdir())


def test_what_the_tool_finds_is_known_to_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = tmp_path / "answer"
    answer.write_text(printed(Encoding(ROW), LOOP))
    _install(tmp_path, monkeypatch, f"import pathlib\nprint(pathlib.Path({str(answer)!r}).read_text())\n")
    found = synthesize_by_policy(ROW, UNIFORM, engines=(sketch_searches,))
    assert (pretty(found.program), found.cost_thirds, found.optimal) == (LOOP, 6, False)
    assert found.search_space.loops


@pytest.mark.parametrize(
    ("space", "refused"),
    [
        (SearchSpace(loops=False), LOOP),
        (SearchSpace(reflections=False), MIRRORED),
    ],
)
def test_a_narrower_space_is_a_narrower_sketch(space: SearchSpace, refused: str) -> None:
    encoding = Encoding(ROW, table_of(ROW, space))
    sketch = Sketch(encoding.text(holes_of(parse_program(refused), encoding)))
    with pytest.raises(AssertionError):
        sketch["program"](*questions(encoding, 0)[0])
    flat = Encoding(ROW, table_of(ROW, SearchSpace(depth=1)))
    assert (flat.table.outer, flat.table.inner) == (0, 0)
    assert Encoding(ROW, table_of(ROW, SearchSpace(depth=2))).table.inner == 0


def test_a_missing_tool_and_what_it_cannot_do_are_said_clearly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OptionError, match="not installed"):
        synthesize_with_sketch(ROW)
    with pytest.raises(OptionError, match="bent"):
        synthesize_with_sketch(Spec([Line(0, 0, 3, 0, True, False, 30)]))
    assert synthesize_with_sketch(Spec()).cost_thirds == 0
