"""Code is told from other code by its version, or, in a checkout, by what its modules say."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from derender.version import code_version, digest_of


def package_at(root: Path) -> Path:
    package = root / "core" / "derender"
    (package / "part").mkdir(parents=True)
    (package / "part" / "a.py").write_text("x = 1\n")
    return package


def test_any_change_of_a_module_changes_the_digest(tmp_path: Path) -> None:
    package = package_at(tmp_path)
    digests = [digest_of(package)]
    (package / "notes.txt").write_text("no code")
    assert digest_of(package) == digests[0]
    (package / "part" / "a.py").write_text("x = 2\n")
    digests.append(digest_of(package))
    (package / "part" / "a.py").rename(package / "a.py")
    digests.append(digest_of(package))
    (package / "part" / "b.py").touch()
    digests.append(digest_of(package))
    assert len(set(digests)) == 4


def test_what_editors_leave_beside_an_open_file_is_no_module(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("1")
    before = digest_of(tmp_path)
    (tmp_path / ".#one.py").symlink_to("somebody@somewhere:1")
    assert digest_of(tmp_path) == before


def test_a_checkout_is_told_by_its_code_and_what_is_installed_by_its_version(tmp_path: Path) -> None:
    package = package_at(tmp_path)
    assert code_version(package) == version("derender")
    code_version.cache_clear()
    (tmp_path / "pyproject.toml").touch()
    assert code_version(package) == digest_of(package)
