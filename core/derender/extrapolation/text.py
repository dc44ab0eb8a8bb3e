"""Loop bounds as people write them on the command line."""

from __future__ import annotations

import re

from derender.errors import OptionError

_NUMBER = re.compile(r"-?[0-9]{1,18}")


def parse_bound(text: str) -> tuple[str, int]:
    """`i=5` as ("i", 5); raises `OptionError`."""
    variable, equals, bound = (part.strip() for part in text.partition("="))
    if not equals or not (len(variable) == 1 and variable.isalpha()) or not _NUMBER.fullmatch(bound):
        raise OptionError(f"a loop bound is written like i=5, not {text!r}")
    return variable, int(bound)
