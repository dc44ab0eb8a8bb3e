"""What ways of one figure tell of each other: a way that turns where two strokes cross is made of two others."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from derender.errors import ModelError
from derender.judge import Judge
from derender.photo.maps import Maps
from derender.tracing.connector_judge import MODEL, ConnectorJudge
from derender.tracing.paths import Between, Way, between, ways
from derender.tracing.strokes import Traces, traces_of
from derender.tracing.way_context import CONTEXT, way_context
from derender.tracing.way_network import WayJudgements
from derender.training.judging import save_judges

Row = dict[str, float]

LEFT, RIGHT, ABOVE, BELOW = (20, 170, 90, 230), (390, 170, 460, 230), (205, 20, 275, 80), (205, 320, 275, 380)
"""Boxes (left, top, right, bottom) around a crossing."""


def figure(*strokes: tuple[tuple[int, int], ...]) -> tuple[Between, Traces]:
    """The boxes with lines through these points."""
    geometry = np.zeros((400, 480), np.uint8)
    for left, top, right, low in (LEFT, RIGHT, ABOVE, BELOW):
        cv2.rectangle(geometry, (left, top), (right, low), 1, 3)
    for stroke in strokes:
        cv2.polylines(geometry, [np.array(stroke, np.int32)], False, 1, 3)
    seen = geometry.astype(np.float32)
    traces = traces_of(Maps(seen, np.zeros_like(seen), np.zeros_like(seen), np.ones_like(seen)))
    outlines = [np.array([(a, b), (c, b), (c, d), (a, d)], np.float32) for a, b, c, d in (LEFT, RIGHT, ABOVE, BELOW)]
    return between(traces, outlines), traces


def told(found: Between, traces: Traces, odds: dict[tuple[int, int], float]) -> dict[tuple[int, int | None], Row]:
    """What is measured of each way between two shapes, by these and their log odds; that of the others is -2."""
    proposed = [way for way in ways(found, traces.height) if way.second is not None and way.first != way.second]
    judged = WayJudgements(np.array([odds.get((w.first, w.second or 0), -2.0) for w in proposed]), np.zeros((len(proposed), 2)))
    rows = way_context(proposed, judged, found, traces)
    assert rows.shape == (len(proposed), len(CONTEXT))
    return {(way.first, way.second): dict(zip(CONTEXT, row.tolist(), strict=True)) for way, row in zip(proposed, rows, strict=True)}


CROSSING = (((90, 200), (390, 200)), ((240, 80), (240, 320)))


def test_a_way_that_turns_where_strokes_cross_is_known_by_its_corner_and_by_who_claims_its_strokes() -> None:
    row = told(*figure(*CROSSING), {(0, 1): 4.0, (2, 3): 4.0})
    across, around = row[0, 1], row[0, 2]
    assert around["crossed at a corner"] > 0.8
    assert across["crossed at a corner"] == across["corners"] == 0
    assert around["claimed by likelier"] > 0.9
    assert across["claimed by likelier"] == 0
    assert around["unclaimed"] < 0.1
    assert across["unclaimed"] > 0.6


def test_where_nothing_goes_on_a_corner_is_one() -> None:
    around = told(*figure(((90, 200), (240, 200), (240, 80))), {(0, 2): 3.0})[0, 2]
    assert around["corners"] == 1
    assert around["beyond a corner"] == around["crossed at a corner"] == 0
    assert around["unclaimed"] == pytest.approx(1)


def test_a_corner_on_a_trunk_is_crossed_on_one_side() -> None:
    around = told(*figure(((90, 200), (390, 200)), ((240, 80), (240, 200))), {})[0, 2]
    assert around["beyond a corner"] > 0.8
    assert around["crossed at a corner"] < 0.2


def test_shapes_that_others_lead_to_need_no_further_way() -> None:
    row = told(*figure(*CROSSING), {(0, 1): 6.0, (2, 3): 6.0})
    assert row[0, 2]["joined"] == pytest.approx(1 + 2 / (1 + np.exp(2)), abs=0.15)
    alone = told(*figure(CROSSING[0]), {(0, 1): 6.0})
    assert alone[0, 1]["joined"] < 0.3


def test_no_ways_are_judged_without_an_error() -> None:
    found, traces = figure()
    none: list[Way] = []
    assert way_context(none, WayJudgements(np.zeros(0), np.zeros((0, 2))), found, traces).shape == (0, len(CONTEXT))
    assert len(ConnectorJudge.load(torch.device("cpu"))(none, found, traces).connects) == 0


def test_a_crossing_is_two_connectors_and_no_corner() -> None:
    """By the shipped judges."""
    found, traces = figure(*CROSSING)
    proposed = ways(found, traces.height)
    odds = ConnectorJudge.load(torch.device("cpu"))(proposed, found, traces).connects
    of = {(way.first, way.second): float(o) for way, o in zip(proposed, odds, strict=True) if way.first != way.second}
    assert min(of[0, 1], of[2, 3]) > 2 + max(of[0, 2], of[0, 3], of[1, 2], of[1, 3])


def test_weights_of_another_version_are_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(ModelError, match="not in"):
        ConnectorJudge.load(torch.device("cpu"), tmp_path)
    narrow = Judge(np.zeros(5), np.ones(5), np.zeros((2, 3, 5)), np.zeros((2, 3)), np.zeros((2, 3)), np.zeros(2))
    for arrays in (narrow.arrays(MODEL), {f"{MODEL}.middle": np.zeros(5)}):
        save_judges(MODEL, arrays, 20, tmp_path)
        with pytest.raises(ModelError, match="another version"):
            ConnectorJudge.load(torch.device("cpu"), tmp_path)
