r"""Labels that go on: `x_1, x_2, x_3` beside the turns of a loop gets its `x_4` with the fourth turn.

Labels belong to a loop when they stand in a row, one for each turn, as far apart as a turn moves what it draws. Their texts go on
where they are all the same, where one or more of their numbers count evenly, or where they are single letters that follow each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from derender.language.program import Label

_TOLERANCE = 0.3
"""Cells by which a label may stand beside its place in the row."""
_NUMBER = re.compile(r"(\d{1,9})")
_MOST = 1000
"""Labels that are added at most: a loop of many more turns is no figure with labels."""


def continued(labels: tuple[Label, ...], steps: Sequence[tuple[int, int]], turns: int, added: int, backwards: bool) -> tuple[Label, ...]:
    """`labels` for `added` turns more (fewer, where negative) than `turns`, whose things lie one of `steps` apart.

    Turns added at the start move the count along: the first label keeps its text.
    """
    if not added or turns < 2 or added > _MOST:
        return labels
    result = list(labels)
    used: set[Label] = set()
    for step in steps:
        for row in _rows([label for label in labels if label not in used], step, turns):
            texts = _texts([label.text for label in row], len(row) + added)
            if texts is None:
                continue
            used.update(row)
            first = row[0]
            back = added if backwards else 0
            places = [(first.x + (k - back) * step[0], first.y + (k - back) * step[1]) for k in range(len(texts))]
            # Labels that stay keep the place that their author gave them.
            own = {k + back: (label.x, label.y) for k, label in enumerate(row)}
            renewed = [replace(first, x=own.get(k, place)[0], y=own.get(k, place)[1], text=texts[k]) for k, place in enumerate(places)]
            at = result.index(first)
            result = [label for label in result if label not in row]
            result[at:at] = renewed
    return tuple(result)


def _rows(labels: Sequence[Label], step: tuple[int, int], turns: int) -> list[list[Label]]:
    """Rows of labels `step` apart, from their first to their last; as many as turns, or one fewer where something stands between."""
    following: dict[Label, Label] = {}
    for label in labels:
        place = (label.x + step[0], label.y + step[1])
        near = [other for other in labels if max(abs(other.x - place[0]), abs(other.y - place[1])) <= _TOLERANCE]
        if near:
            following[label] = min(near, key=lambda other: abs(other.x - place[0]) + abs(other.y - place[1]))
    rows = []
    for label in labels:
        if label in following and label not in following.values():
            row = [label]
            while row[-1] in following and len(row) <= turns:
                row.append(following[row[-1]])
            if len(row) == turns or (len(row) == turns - 1 and len(row) >= 2):
                rows.append(row)
    return rows


def _texts(texts: Sequence[str], count: int) -> list[str] | None:
    """`count` texts that begin like `texts`; None where no rule is seen."""
    if len(set(texts)) == 1:
        return [texts[0]] * count
    letters = [ord(text) for text in texts if len(text) == 1 and text.isascii() and text.isalpha()]
    if len(letters) == len(texts) and all(b - a == 1 for a, b in pairwise(letters)):
        last = ord("z" if texts[0].islower() else "Z")
        return [chr(letters[0] + k) for k in range(count)] if letters[0] + count - 1 <= last else None
    parts = [_NUMBER.split(text) for text in texts]
    if len({len(part) for part in parts}) != 1:
        return None
    columns = [_column(column, number=k % 2 == 1, count=count) for k, column in enumerate(zip(*parts, strict=True))]
    if any(column is None for column in columns):
        return None
    return ["".join(pieces) for pieces in zip(*(column for column in columns if column is not None), strict=True)]


def _column(pieces: Sequence[str], *, number: bool, count: int) -> list[str] | None:
    """One part of all texts, continued: the same everywhere, or a number that counts evenly and stays positive."""
    if len(set(pieces)) == 1:
        return [pieces[0]] * count
    if not number:
        return None
    values = [int(piece) for piece in pieces]
    step = values[1] - values[0]
    if any(b - a != step for a, b in pairwise(values)) or values[0] + step * (count - 1) < 0:
        return None
    return [str(values[0] + step * k) for k in range(count)]
