"""Everything that Derender raises on purpose.

::

    DerenderError
    ├── InputError              what a user gave cannot be used; the message is one sentence to show as it is
    │   ├── SpecError           a spec's JSON: names the command and the field
    │   ├── ProgramError        program text: carries line and column
    │   ├── ExecutionError      a program that draws too much
    │   ├── ImageError          a picture that cannot be read
    │   ├── DocumentError       a LaTeX document that cannot be changed safely
    │   └── OptionError         a setting or command-line value out of range
    └── ModelError              weights are missing, damaged or of another version

Each message says what was found and what to do, in one line. Callers at the boundary (command line, language server) catch
`DerenderError` once and show the message; anything else is a defect.
"""

from __future__ import annotations


class DerenderError(Exception):
    """The root of the tree."""


class InputError(DerenderError):
    """What a user gave cannot be used."""


class SpecError(InputError):
    """A spec's JSON is malformed; the message names the command's number (from 1) and the field."""


class ProgramError(InputError):
    """Program text is malformed at `line` and `column`, both counted from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.line = line
        self.column = column


class ExecutionError(InputError):
    """Running a program would exceed its budget of commands or loop turns."""


class ImageError(InputError):
    """A picture is missing, empty, damaged, too large or of an unsupported format."""


class DocumentError(InputError):
    """A LaTeX document cannot be changed without risk to what its author wrote."""


class OptionError(InputError):
    """A setting or a command-line value is out of range."""


class ModelError(DerenderError):
    """Weights are missing, damaged or made for another version."""
