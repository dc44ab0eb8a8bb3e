"""Promises of the compression of specs (Table 3), of π as a picture (Figure 9) and of the end-to-end baseline's samples (Figure 14)."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import torch
from PIL import Image

from derender import cli
from derender.end_to_end.network import ProgramWriter
from derender.experiments import compression, end_to_end, policy_picture
from derender.experiments.study import Setting
from derender.experiments.table3 import TABLE_3
from derender.language.cost import cost_thirds
from derender.language.text import parse_program
from derender.spec import Circle, Spec
from derender.synthesis.policy import load_policy

ROW = Spec(Circle(3 * x + 1, 2) for x in range(4))


def test_the_papers_own_specs_get_programs_that_cost_no_more() -> None:
    result = json.loads(json.dumps(compression.measured(Setting(), limit=20.0)))
    assert result["drawings"] == []
    assert [row["spec_lines"] for row in result["paper"]] == [row.spec_lines for row in TABLE_3]
    paper = [cost_thirds(parse_program(row.program)) for row in TABLE_3]
    assert all(row["cost_thirds"] <= thirds for row, thirds in zip(result["paper"], paper, strict=True))
    (table,) = compression.tables(result)
    assert table.rows[0][2:4] == ("6 / 3 = 2.0×", "6 / 3")
    assert "no drawings given" in compression.STUDY.claims[-1].here(result)
    assert "proven shortest" in compression.STUDY.claims[3].here(result)


def test_the_policys_shares_are_one_together_and_are_drawn(tmp_path: Path) -> None:
    result = {"drawings": [policy_picture.shares_of("row", ROW, load_policy())]}
    assert sum(result["drawings"][0]["shares"].values()) == pytest.approx(1)
    assert len(policy_picture.tables(result)[0].rows) == 24
    policy_picture.draw(result, tmp_path / "policy.png")
    assert Image.open(io.BytesIO((tmp_path / "policy.png").read_bytes())).width > 600


def test_the_command_shows_the_policy_for_a_program_or_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program, picture = tmp_path / "row.dr", tmp_path / "row.svg"
    program.write_text("for (i < 4)\n    circle(3*i + 1, 2)\n")
    assert cli.run(["experiment", "policy-picture", str(program), "-o", str(picture)]) == 0
    assert "row.dr: 4 commands" in capsys.readouterr().out
    assert picture.read_text().count("%") >= 24
    assert cli.run(["experiment", "policy-picture", str(program), "-o", "policy.txt"]) == 2
    assert cli.run(["experiment", "policy-picture", str(tmp_path / "none.dr")]) == 2
    assert capsys.readouterr().err.count("\n") == 2


def test_the_best_sample_is_told_with_how_many_are_valid(tmp_path: Path) -> None:
    torch.manual_seed(1)
    told = end_to_end.best_of(ProgramWriter().eval(), ROW, samples=8, seed=3)
    assert 0 <= told["valid"] <= 1
    assert told["errors"] >= 0
    assert not told["right"]
    again = end_to_end.best_of(ProgramWriter().eval(), Spec(), samples=8, seed=3)
    assert again["errors"] >= 0
    rows = [{"name": f"d{k}", **told} for k in range(2)]
    assert Image.open(io.BytesIO(end_to_end.side_by_side(rows))).height > 200
    result = {"samples": 64, "simulated": rows, "drawings": rows, "picture": ""}
    assert [row[1] for row in end_to_end.tables(result)[0].rows] == ["2", "2"]
    assert "0 of 2 specs" in end_to_end.STUDY.claims[0].here(result)
