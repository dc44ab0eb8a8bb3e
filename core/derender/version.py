"""Which Derender this is, for people and for results that were kept: they are only used again by the code that made them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_CORE = Path(__file__).resolve().parent


def installed_version() -> str:
    """The number of the version that is installed, or `unknown` for a folder of code that nobody installed."""
    try:
        return version("derender")
    except PackageNotFoundError:
        return "unknown"


@cache
def code_version(package: Path = _CORE) -> str:
    """What tells the code of a package, of which this is the folder, from any other: the installed version.

    In a checkout, where code changes under one version, a digest of the code as it is when it is asked for first.
    """
    if (package.parents[1] / "pyproject.toml").is_file():
        return digest_of(package)
    try:
        return version("derender")
    except PackageNotFoundError:
        return digest_of(package)


def digest_of(package: Path) -> str:
    """A digest of all modules of a package, with their names."""
    digest = hashlib.sha256()
    # What editors put beside a file while it is open, under a name that begins with a dot, is no module.
    for path in sorted(path for path in package.rglob("[!.]*.py") if path.is_file()):
        digest.update(f"{path.relative_to(package).as_posix()} ".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
