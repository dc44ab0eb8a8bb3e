"""Joint ranking: programs decide between readings, neighbours compete, corrections can be undone, time is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from derender.interpretation.contenders import InterpretSettings
from derender.interpretation.corrections import sentence
from derender.interpretation.evidence import Candidate, Evidence
from derender.interpretation.frames import kept_on
from derender.interpretation.prior import BY_COST
from derender.interpretation.ranking import Answer, interpret
from derender.interpretation.values import Interpretation
from derender.language.execute import execute
from derender.perception.lattice import registered_lattice
from derender.spec import Circle, Command, Line, Spec

PATIENT = InterpretSettings(first_answer=600, each=60, favourite=0)
FRAMING = kept_on(registered_lattice(256, 256, 16))
ROW: tuple[Command, ...] = tuple(Line(3 * i + 1, 1, 3 * i + 1, 4, arrow=True) for i in range(4))
HEADLESS = Line(7, 1, 7, 4)
MISREAD = Spec([*(c for c in ROW if c != ROW[2]), HEADLESS])


class Ledger:
    """A picture that says for each command how much it supports it; what it does not know counts against a spec."""

    def __init__(self, worth: Mapping[Command, float], unknown: float = -20.0) -> None:
        self.worth = dict(worth)
        self.unknown = unknown

    def score(self, specs: Sequence[Spec]) -> tuple[Evidence, ...]:
        return tuple(Evidence(0.0, total) for total in self.estimate(specs))

    def estimate(self, specs: Sequence[Spec]) -> tuple[float, ...]:
        return tuple(sum(self.worth.get(c, self.unknown) for c in spec) for spec in specs)


def candidates(ledger: Ledger, *specs: Spec) -> list[Candidate]:
    return [Candidate(spec, evidence) for spec, evidence in zip(specs, ledger.score(specs), strict=True)]


def best_of(ledger: Ledger, *specs: Spec, top: int = 5) -> tuple[Interpretation, ...]:
    *_, last = interpret(candidates(ledger, *specs), ledger, FRAMING, BY_COST, top=top, timeout=60, settings=PATIENT)
    return last.interpretations


def row_with(doubtful: float) -> Ledger:
    """Arrows seen clearly but for the third, whose head is `doubtful` nats less probable than none."""
    return Ledger({**dict.fromkeys(ROW, 5.0), HEADLESS: 5.0, ROW[2]: 5.0 - doubtful})


def test_a_pattern_is_completed_though_the_reader_never_proposed_it() -> None:
    found = best_of(row_with(doubtful=0.5), MISREAD)
    assert found[0].spec == Spec(ROW)
    assert found[1].spec == MISREAD
    (correction,) = found[0].corrections
    assert correction.read == (HEADLESS,)
    assert correction.taken == (ROW[2],)
    assert correction.cost_taken < correction.cost_read
    assert correction.log_odds > 0
    assert (correction.undone.spec, execute(correction.undone.program)) == (MISREAD, MISREAD)
    # Two cells below the picture's top left: 16 pixels a cell, half a cell of margin.
    assert correction.region == (104, 184, 120, 248)


def test_a_correction_is_told_in_a_line() -> None:
    (correction,) = best_of(row_with(doubtful=0.5), MISREAD)[0].corrections
    told = sentence(correction)
    assert told.startswith("line(7, 1, 7, 4) was read and is taken for line(7, 1, 7, 4, arrow): cost 2 instead of ")
    assert told.endswith("at pixels 104,184 to 120,248")


def test_clear_ink_is_not_overruled() -> None:
    found = best_of(row_with(doubtful=6.0), MISREAD)
    assert found[0].spec == MISREAD
    assert found[0].corrections == ()


def test_the_program_decides_between_readings() -> None:
    ledger = row_with(doubtful=0.5)
    found = best_of(ledger, MISREAD, Spec(ROW), top=2)
    assert [i.spec for i in found] == [Spec(ROW), MISREAD]
    assert found[0].score.total - found[1].score.total == pytest.approx(found[0].corrections[0].log_odds)


def test_the_reader_s_best_reading_has_something_in_advance() -> None:
    ledger = row_with(doubtful=0.5)
    wary = InterpretSettings(first_answer=600, each=60, favourite=9)
    *_, last = interpret(candidates(ledger, MISREAD), ledger, FRAMING, BY_COST, top=3, timeout=60, settings=wary)
    best, second = last.interpretations[:2]
    assert best.spec == MISREAD
    assert best.probability > second.probability


def test_probabilities_are_those_of_all_that_compete() -> None:
    found = best_of(row_with(doubtful=0.5), MISREAD, Spec(ROW))
    assert sum(i.probability for i in found) <= 1 + 1e-9
    assert [i.probability for i in found] == sorted((i.probability for i in found), reverse=True)


def test_corrections_in_two_places_are_two() -> None:
    rows = [Line(3 * i + 1, y, 3 * i + 1, y + 3, arrow=True) for i in range(4) for y in (1, 9)]
    bare = [Line(7, 1, 7, 4), Line(4, 9, 4, 12)]
    heads = [c for c in rows if any((c.x1, c.y1) == (b.x1, b.y1) for b in bare)]
    ledger = Ledger({**dict.fromkeys((*rows, *bare), 5.0), **dict.fromkeys(heads, 4.8)})
    found = best_of(ledger, Spec([*(c for c in rows if c not in heads), *bare]))
    assert found[0].spec == Spec(rows)
    assert {c.read for c in found[0].corrections} == {(b,) for b in bare}
    for correction in found[0].corrections:
        assert correction.undone.spec == (found[0].spec - Spec(correction.taken)) | Spec(correction.read)


def test_a_search_that_is_stopped_still_answers() -> None:
    ledger = row_with(doubtful=0.5)
    answers = list(interpret(candidates(ledger, MISREAD), ledger, FRAMING, BY_COST, top=3, timeout=5, should_stop=lambda: True))
    assert len(answers) == 1
    best = answers[0].interpretations[0]
    assert execute(best.program) == best.spec == MISREAD
    assert answers[0].is_final


def test_nothing_drawn_has_no_interpretations() -> None:
    assert list(interpret([], Ledger({}), FRAMING, BY_COST, top=3, timeout=1)) == [Answer((), True)]


def test_what_is_proven_is_answered_once() -> None:
    ledger = Ledger({Circle(2, 2): 3.0})
    readings = candidates(ledger, Spec([Circle(2, 2)]))
    answers = list(interpret(readings, ledger, FRAMING, BY_COST, top=3, timeout=5, settings=PATIENT))
    assert len(answers) == 1
    assert answers[0].is_final
    assert answers[0].interpretations[0].optimal


def test_what_there_was_no_time_for_comes_with_the_second_answer() -> None:
    ledger = row_with(doubtful=0.5)
    hasty = InterpretSettings(first_answer=0, each=60, favourite=0)
    first, second = interpret(candidates(ledger, MISREAD), ledger, FRAMING, BY_COST, top=3, timeout=60, settings=hasty)
    assert first.interpretations[0].spec == MISREAD
    assert second.interpretations[0].spec == Spec(ROW)
    assert (first.is_final, second.is_final) == (False, True)


def test_commands_are_as_probable_as_the_specs_that_have_them() -> None:
    ledger = row_with(doubtful=0.5)
    readings = candidates(ledger, MISREAD, Spec(ROW))
    answers = list(interpret(readings, ledger, FRAMING, BY_COST, top=5, timeout=60, settings=PATIENT, none=0.1))
    best = answers[-1].interpretations[0]
    told = dict(zip(best.spec, best.confidences, strict=True))
    # All specs that compete have the clear arrows; where no reading is right, a command is right half of the time.
    assert told[ROW[0]] == pytest.approx(0.95, abs=0.01)
    assert 0.05 < told[ROW[2]] < told[ROW[0]]
    with_head = sum(i.probability for i in answers[-1].interpretations if ROW[2] in i.spec)
    assert told[ROW[2]] == pytest.approx(0.9 * with_head + 0.05, abs=0.01)
