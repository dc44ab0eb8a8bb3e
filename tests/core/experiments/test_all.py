"""Promises of `derender experiment all`: resumed where it was, one page, the paper's claims; a study that fails stops no other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from operator import neg
from pathlib import Path

import pytest

from derender import cli
from derender.errors import InputError
from derender.experiments import all_run
from derender.experiments.all_studies import studies
from derender.experiments.plots import new_figure
from derender.experiments.study import Claim, Json, Picture, Setting, Study, Table

SKETCHES = Path(__file__).parents[2] / "sketches"


class Counting:
    """A study's `measure` that tells how often it was asked."""

    def __init__(self) -> None:
        self.settings: list[Setting] = []

    def __call__(self, setting: Setting) -> Json:
        self.settings.append(setting)
        return {"pairs": (1, 2), "scale": setting.scale}


def _draw(result: Json, folder: Path) -> Sequence[Picture]:
    figure = new_figure(1, 1)
    figure.add_subplot().plot(result["pairs"])
    figure.savefig(folder / "plot.svg")
    return [Picture(folder / "plot.svg", "Two & two")]


def _refuse(_: Setting) -> Json:
    raise InputError("the ink ran out")


def _break(_: Setting) -> Json:
    return {"nothing": 1 / 0}


CLAIM = Claim("Table 9", "All is <well>", "99 %", lambda result: f"scale {result['scale']:g}", "Not at all | really")


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """Three studies in place of the real ones: one that counts, one that refuses, one that breaks."""
    measure = Counting()
    good = Study(
        "good",
        "What is good",
        "derender experiment good",
        measure,
        lambda _: [
            Table(("a",), (("b",),)),
            Table(("long",), ((".",),) * 50),
            Table(("programs",), (("line(1, 1, 2, 2)\nline(1, 1, 3, 3)",),)),
        ],
        _draw,
        (CLAIM,),
    )
    monkeypatch.setattr(
        all_run, "studies", lambda: (replace(good, name="refuses", measure=_refuse), replace(good, name="breaks", measure=_break), good)
    )
    return measure


def test_a_run_leaves_results_a_page_and_the_papers_claims(counting: Counting, tmp_path: Path) -> None:
    out, paper = tmp_path / "out", tmp_path / "paper.md"
    assert cli.run(["experiment", "all", "--drawings", str(SKETCHES), "--out", str(out), "--scale", "fifth", "--paper", str(paper)]) == 1
    assert [replace(setting, kept=None) for setting in counting.settings] == [Setting(SKETCHES, 16, 0.2, 0, None)]
    page = (out / "report.html").read_text()
    assert "All is &lt;well&gt;" in page
    assert "scale 0.2" in page
    assert "the ink ran out" in page
    assert "ZeroDivisionError" in page
    assert 'src="data:image/svg+xml;base64,' in page
    assert 'alt="Two &amp; two"' in page
    assert "http" not in page
    document = paper.read_text()
    assert "`derender experiment good`: scale 0.2, 20" in document
    assert "| Table 9 | All is <well> | 99 % | scale 0.2 |\n\nHow comparable: Not at all | really" in document
    assert document.count("| not measured |") == 2
    assert "| a |\n| --- |\n| b |" in document
    assert "long" not in document  # they are in the report
    assert "programs |" not in document
    assert str(tmp_path) not in document
    assert "ZeroDivisionError" in (out / "breaks.failed.txt").read_text()


def test_what_is_there_is_not_measured_again_unless_it_was_made_otherwise(counting: Counting, tmp_path: Path) -> None:
    run = ["experiment", "all", "--out", str(tmp_path), "--drawings", str(SKETCHES)]
    for more, times in (
        ([], 1),
        ([], 1),
        (["--cluster", "tcp://nowhere"], 1),
        (["--seed", "1"], 2),
        (["--scale", "0.5"], 3),
        (["--again"], 4),
    ):
        cli.run([*run, *more])
        assert len(counting.settings) == times
    kept = tmp_path / "results" / "good.json"
    kept.write_text(kept.read_text().replace(json.loads(kept.read_text())["made_with"]["weights"]["reader"], "other"))
    cli.run([*run])
    assert len(counting.settings) == 5
    kept.write_text("{damaged")
    cli.run([*run])
    assert len(counting.settings) == 6


def test_only_what_is_asked_for_is_measured_and_what_is_kept_is_shown(counting: Counting, tmp_path: Path) -> None:
    run = ["experiment", "all", "--out", str(tmp_path)]
    cli.run([*run, "--only", "refuses"])
    assert counting.settings == []
    assert "not asked for" in (tmp_path / "report.html").read_text()
    assert cli.run([*run, "--only", "good"]) == 0
    cli.run([*run, "--only", "refuses"])
    cli.run([*run, "--only", "refuses", "--scale", "full", "--again"])
    assert len(counting.settings) == 1
    assert "scale 0.04, 20" in (tmp_path / "report.html").read_text()


def test_missing_weights_are_told(counting: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = tmp_path / "models"
    models.mkdir()
    (models / "manifest.json").write_text("{}")
    monkeypatch.setenv("DERENDER_MODELS", str(models))
    assert cli.run(["experiment", "all", "--out", str(tmp_path / "out")]) == 1
    report = (tmp_path / "out" / "report.html").read_text()
    assert "there are no weights of reader, closeup and likelihood yet: derender train reader" in report


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--scale", "huge"], "huge"),
        (["--scale", "0"], "positive"),
        (["--scale", "inf"], "positive"),
        (["--only", "nothing"], "known: refuses, breaks, good"),
        (["--grid", "-3"], "-3"),
        (["--drawings", "nowhere"], "no such folder"),
    ],
)
def test_bad_questions_are_one_line(arguments: list[str], words: str, counting: Counting, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["experiment", "all", *arguments]) == 2
    told = capfd.readouterr().err
    assert told.count("\n") == 1
    assert words in told


def test_every_study_has_a_name_of_its_own_and_a_command_that_is_there() -> None:
    from derender.cli_experiments import EXPERIMENTS

    known = studies()
    assert len({study.name for study in known}) == len(known)
    for study in known:
        assert study.name in EXPERIMENTS
        assert study.command.startswith(f"derender experiment {study.name}")


def test_shares_of_a_full_run_leave_something_and_are_spread(tmp_path: Path) -> None:
    assert [Setting(scale=scale).count(50, 10) for scale in (0.01, 0.5, 1.0, 2.0)] == [10, 25, 50, 100]
    assert Setting(scale=0.01).count(4, 10) == 4
    (tmp_path / "specs.json").write_text(json.dumps([{"drawing": f"{k}.png", "spec": []} for k in range(20)]))
    assert [drawing.name for drawing in Setting(tmp_path, scale=0.01).listed(4)] == ["0.png", "5.png", "10.png", "15.png"]
    assert len(Setting(tmp_path).listed()) == 20
    with pytest.raises(InputError, match="--drawings"):
        Setting().listed()


def test_items_that_were_worked_on_before_an_interruption_are_not_worked_on_again(tmp_path: Path) -> None:
    worked: list[int] = []

    def work(item: int) -> int:
        if len(worked) == 2:
            raise KeyboardInterrupt
        worked.append(item)
        return -item

    setting = Setting(kept=tmp_path)
    with pytest.raises(KeyboardInterrupt):
        setting.each(work, [5, 6, 7, 8], "numbers")
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes() + b"half a pick")
    assert setting.each(neg, [5, 6, 7, 8], "numbers") == [-5, -6, -7, -8]
    assert worked == [5, 6]
    assert setting.each(work, [5, 6, 7, 8], "numbers") == [-5, -6, -7, -8]


def test_a_study_that_was_interrupted_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worked: list[int] = []

    def work(item: int) -> int:
        worked.append(item)
        if worked == [1, 2]:
            raise KeyboardInterrupt
        return item

    def measure(setting: Setting) -> Json:
        return {"pairs": setting.each(work, [1, 2, 3], "numbers"), "scale": setting.scale}

    study = Study("good", "What is good", "derender experiment good", measure, lambda _: [], _draw)
    monkeypatch.setattr(all_run, "studies", lambda: (study,))
    run = ["experiment", "all", "--out", str(tmp_path)]
    assert cli.run(run) == 130
    assert cli.run(run) == 0
    assert worked == [1, 2, 2, 3]
    assert json.loads((tmp_path / "results" / "good.json").read_text())["result"]["pairs"] == [1, 2, 3]
    assert not list((tmp_path / "items").iterdir())


@pytest.mark.slow
def test_a_cluster_does_the_work_in_order() -> None:
    distributed = pytest.importorskip("distributed")
    assert Setting().each(neg, [3, 1, 3, 2], "numbers") == [-3, -1, -3, -2]
    with distributed.LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=":0") as cluster:
        assert Setting(cluster=cluster.scheduler_address).each(neg, [3, 1, 3, 2], "numbers") == [-3, -1, -3, -2]
