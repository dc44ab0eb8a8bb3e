"""Promises of the corpus of synthesis times: true times, records that come back, runs that go on where they were."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derender import cli
from derender.errors import InputError
from derender.language.execute import execute
from derender.language.text import parse_program
from derender.policy.corpus import LARGEST, corpus_spec, extend_corpus, read_corpus
from derender.policy.times import measure, times_from_json, times_to_json
from derender.spec import Circle, Spec
from derender.synthesis import synthesize
from derender.synthesis.policy import SPACES
from derender.synthesis.search_space import FULL, SearchSpace

MIRRORED = execute(parse_program("reflect(y = 8)\n    for (i < 3)\n        circle(3*i + 1, 1)\n"))


def test_every_space_is_searched_and_those_that_hold_the_least_cost_are_known() -> None:
    times = measure(MIRRORED, limit=20.0)
    assert times.proven
    assert times.least_thirds == synthesize(MIRRORED).cost_thirds
    reached = {space for space, seconds in zip(SPACES, times.until_least, strict=True) if seconds is not None}
    assert FULL in reached
    assert not any(space.depth == 1 for space in reached)
    for one in times.spaces:
        assert [seconds for seconds, _ in one.found] == sorted(seconds for seconds, _ in one.found)
        assert one.found[-1][0] <= one.seconds
        assert one.until(0) is None


def test_a_search_out_of_time_has_what_it_has_found() -> None:
    times = measure(MIRRORED, limit=0.0)
    assert not times.proven
    assert times.least_thirds == 3 * len(MIRRORED)
    assert not times.spaces[SPACES.index(SearchSpace(loops=False))].finished


def test_records_come_back() -> None:
    times = measure(Spec(Circle(3 * x, 0) for x in range(3)), limit=20.0)
    record = json.loads(json.dumps(times_to_json(times)))
    assert times_to_json(times_from_json(record)) == record


def test_specs_of_the_corpus_repeat_themselves_and_keep_to_their_size() -> None:
    specs = [corpus_spec(seed) for seed in range(20)]
    assert specs == [corpus_spec(seed) for seed in range(20)]
    assert all(len(spec) <= LARGEST * 1.5 for spec in specs)


def test_an_interrupted_corpus_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "times.jsonl"
    running = extend_corpus(path, range(4), limit=0.01, workers=1)
    first = next(running)
    running.close()
    assert [times_to_json(one) for one in read_corpus(path)] == [times_to_json(first)]
    assert len(list(extend_corpus(path, range(4), limit=0.01, workers=1))) == 3
    assert len(read_corpus(path)) == 4
    assert list(extend_corpus(path, range(4), limit=0.01, workers=1)) == []


@pytest.mark.parametrize("line", ["{", "{}", '{"seed": 1, "spec": [], "spaces": [], "proven": true}'])
def test_a_damaged_corpus_is_told_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "times.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(InputError, match="line 1"):
        read_corpus(path)


def test_the_command_complains_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--specs", "0"], ["--limit", "0"], ["--workers", "0"]):
        assert cli.run(["experiment", "synthesis-times", "--out", str(tmp_path / "times.jsonl"), *arguments]) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert cli.run(["train", "policy", "--state", str(tmp_path / "none.jsonl"), "--models", str(tmp_path)]) == 2
    assert "synthesis-times" in capsys.readouterr().err
