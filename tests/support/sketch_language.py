"""A small evaluator of the Sketch language: what the adapter writes, with numbers for the holes, run as Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_FUNCTION = re.compile(r"(?:int|bit) (\w+)\((.*)\)(?: implements \w+)? \{")
_LOOP = re.compile(r"for \(int (\w+) = 0; \1 < (.+); \1\+\+\) \{")
_TEST = re.compile(r"if \((.*)\) \{")
_SET = re.compile(r"(?:int |bit )?(\w+) = (.*);")


class Sketch:
    """Functions by name; `costs` holds what each call of `program` asked to minimise."""

    def __init__(self, text: str) -> None:
        self.costs: list[int] = []
        self._names: dict[str, Any] = {"minimize": self.costs.append}
        exec(compile(_python(text), "sketch", "exec"), self._names)

    def __getitem__(self, name: str) -> Callable[..., int]:
        function: Callable[..., int] = self._names[name]
        return function


def _python(text: str) -> str:
    lines, depth = [], 0
    for line in map(str.strip, text.splitlines()):
        if line == "}":
            depth -= 1
            continue
        if line:
            lines.append("    " * depth + _statement(line))
            depth += line.endswith("{")
    assert depth == 0
    return "\n".join(lines)


def _statement(line: str) -> str:
    if found := _FUNCTION.fullmatch(line):
        names = [parameter.split()[1] for parameter in found[2].split(", ")]
        return f"def {found[1]}({', '.join(names)}):"
    if found := _LOOP.fullmatch(line):
        return f"for {found[1]} in range({found[2]}):"
    if found := _TEST.fullmatch(line):
        return f"if {_expression(found[1])}:"
    if line.startswith("return "):
        return f"return int({_expression(line[7:-1])})"
    if line.startswith("assert("):
        return f"assert {_expression(line[7:-2])}"
    if line.startswith("minimize("):
        return line[:-1]
    found = _SET.fullmatch(line)
    assert found, line
    return f"{found[1]} = {_expression(found[2])}"


def _expression(text: str) -> str:
    return re.sub(r"!(?!=)", " not ", text.replace("&&", " and ").replace("||", " or "))
