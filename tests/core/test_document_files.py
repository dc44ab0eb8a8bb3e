"""A LaTeX file is written whole or not at all, as what it was, and never over somebody else's change."""

from __future__ import annotations

import os
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derender.document_files import Change, difference, line_of, read, read_text, write
from derender.errors import DocumentError, InputError


def rewritten(path: Path, data: bytes, old: str, new: str) -> bytes:
    path.write_bytes(data)
    file = read(path)
    write([Change(file, file.text.replace(old, new))])
    return path.read_bytes()


@given(st.binary(max_size=200).filter(lambda data: b"\0" not in data and data[:2] not in (b"\xff\xfe", b"\xfe\xff")))
def test_whatever_the_bytes_they_come_back_as_they_were(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert rewritten(Path(folder) / "a.tex", b"old\r\n" + data, "old", "new") == b"new\r\n" + data


@pytest.mark.parametrize(
    "data", ["old Zürich\r\n\t𝛼".encode(), "old Zürich\n".encode("latin-1"), "\ufeffold Zürich\r".encode(), b"old", b"old \x85 \x80\n\n"]
)
def test_encoding_byte_order_mark_and_line_ends_stay(data: bytes, tmp_path: Path) -> None:
    assert rewritten(tmp_path / "a.tex", data, "old", "new") == data.replace(b"old", b"new")


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o755])
def test_the_mode_stays_and_nothing_is_left_beside_the_file(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "a.tex"
    path.write_text("old")
    path.chmod(mode)
    file = read(path)
    write([Change(file, "new")])
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", mode)
    assert os.listdir(tmp_path) == ["a.tex"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.tex").write_text("old")
    link = tmp_path / "link.tex"
    link.symlink_to("real/a.tex")
    write([Change(read(link), "new")])
    assert link.is_symlink()
    assert (tmp_path / "real/a.tex").read_text() == "new"


def test_a_file_without_a_change_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "a.tex"
    path.write_text("old")
    before = path.stat()
    write([Change(read(path), "old")])
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_somebody_elses_change_is_not_overwritten_and_no_other_file_is_written(tmp_path: Path) -> None:
    first, second = tmp_path / "a.tex", tmp_path / "b.tex"
    first.write_text("old")
    second.write_text("old")
    changes = [Change(read(first), "new"), Change(read(second), "new")]
    second.write_text("theirs")
    with pytest.raises(DocumentError, match=r"b\.tex: the file was changed meanwhile"):
        write(changes)
    assert (first.read_text(), second.read_text()) == ("old", "theirs")


def test_a_write_protected_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.tex"
    path.write_text("old")
    path.chmod(0o444)
    with pytest.raises(DocumentError, match="write-protected"):
        write([Change(read(path), "new")])
    assert path.read_text() == "old"


def test_where_the_last_step_fails_the_old_file_is_whole_and_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.tex"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"a\.tex: cannot be written \(No space left on device\)"):
        write([Change(read(path), "new")])
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.tex"]


def test_what_the_encoding_has_no_place_for_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.tex"
    path.write_bytes(b"Z\xfcrich\n")
    with pytest.raises(DocumentError, match="'𝛼' cannot be written in Latin-1"):
        write([Change(read(path), "𝛼")])
    assert path.read_bytes() == b"Z\xfcrich\n"


@pytest.mark.parametrize("data", ["text".encode("utf-16"), b"a\0b"])
def test_what_is_no_text_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.tex").write_bytes(data)
    with pytest.raises(DocumentError, match="UTF-8"):
        read(tmp_path / "a.tex")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.tex", tmp_path / "a\0b"):
        assert read_text(path) is None
        with pytest.raises(InputError):
            read(path)


@pytest.mark.parametrize("data", [b"a\nold\nb\n", b"a\r\nold\r\nb", b"old", b"Z\xfcrich\nold\n", b"a\x0cb\nold\rc\n"])
def test_the_difference_can_be_applied(data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("a.tex")
    path.write_bytes(data)
    file = read(path)
    change = Change(file, file.text.replace("old", "new\nand more"))
    subprocess.run(["git", "apply", "-p0"], input=difference(change), check=True, capture_output=True, timeout=60)
    assert path.read_bytes() == change.text.encode(file.encoding)
    assert difference(Change(file, file.text)) == b""


@pytest.mark.parametrize(("text", "line"), [("", 1), ("a\n|", 2), ("a\r\n|", 2), ("a\r\r\n\n|", 4), ("a\u2028\x0c|\n", 1)])
def test_lines_are_counted_as_editors_count_them(text: str, line: int) -> None:
    assert line_of(text, max(text.find("|"), 0)) == line
