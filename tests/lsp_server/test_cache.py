"""Results on the disk: found again, never mixed up, bounded, and made anew when they are damaged."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from author import editor, picture, session

from derender.latex.origin import content_digits
from derender_lsp.cache import ResultCache
from derender_lsp.settings import ReadingSettings
from derender_lsp.worker import Agreement, Analysis

SETTINGS = ReadingSettings()
PAPER = "\\documentclass{article}\n\\begin{document}\n\\includegraphics{%s}\n\\end{document}\n"


def analysis(path: Path, **inference: object) -> Analysis:
    return Analysis(content_digits(path), {"image": str(path), "interpretations": []} | inference, "p", "q", Agreement(0.5, 1.0))


@pytest.fixture
def cache(tmp_path: Path) -> ResultCache:
    return ResultCache(tmp_path / "results", lambda: 1_000_000, "models")


def test_a_result_is_found_again_for_the_same_content_whatever_the_name(cache: ResultCache, folder: Path) -> None:
    first = picture(folder, "a.jpg")
    assert cache.find(first, SETTINGS) is None
    cache.keep(first, SETTINGS, analysis(first))
    assert cache.find(first, SETTINGS) == analysis(first)
    other = folder / "b.png"
    other.write_bytes(first.read_bytes())
    assert cache.find(other, SETTINGS) == analysis(other)
    assert cache.recall(content_digits(first), SETTINGS) == analysis(first)


def test_other_contents_settings_models_and_code_are_other_results(
    cache: ResultCache, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = picture(folder, "a.jpg")
    cache.keep(path, SETTINGS, analysis(path))
    assert cache.find(path, replace(SETTINGS, grid=16)) is None
    assert ResultCache(cache.folder, cache.bound, "other models").find(path, SETTINGS) is None
    with monkeypatch.context() as patch:
        patch.setattr("derender_lsp.cache.code_version", lambda *_: "other code")
        assert cache.find(path, SETTINGS) is None
    assert cache.find(path, SETTINGS) is not None
    path.write_bytes(b"redrawn")
    assert cache.find(path, SETTINGS) is None


def test_a_result_of_a_picture_that_changed_meanwhile_is_not_kept(cache: ResultCache, folder: Path) -> None:
    path = picture(folder, "a.jpg")
    old = analysis(path)
    path.write_bytes(b"redrawn")
    cache.keep(path, SETTINGS, old)
    assert cache.find(path, SETTINGS) is None
    assert not list(cache.folder.glob("*"))


@pytest.mark.parametrize("damage", [b"", b"{}", b"\0" * 100, b"cut", b"wrong"])
def test_a_damaged_result_is_removed_and_made_anew(damage: bytes, cache: ResultCache, folder: Path) -> None:
    path = picture(folder, "a.jpg")
    cache.keep(path, SETTINGS, analysis(path))
    (file,) = cache.folder.iterdir()
    data = file.read_bytes()
    file.write_bytes({b"cut": data[:-5], b"wrong": data.replace(b"interpretations", b"interpretationz")}.get(damage, damage))
    assert cache.find(path, SETTINGS) is None
    assert not file.exists()
    cache.keep(path, SETTINGS, analysis(path))
    assert cache.find(path, SETTINGS) == analysis(path)


def test_the_folder_stays_within_its_bound_and_what_was_used_last_stays(tmp_path: Path, folder: Path) -> None:
    cache = ResultCache(tmp_path / "results", lambda: 5_000, "models")
    paths = [picture(folder, f"{number}.jpg") for number in range(10)]
    for number, path in enumerate(paths):
        cache.keep(path, SETTINGS, analysis(path, filler="x" * 1000))
        for file in cache.folder.iterdir():  # older by a minute each time
            stat = file.stat()
            os.utime(file, (stat.st_atime - 60, stat.st_mtime - 60))
        if number > 0:
            assert cache.find(paths[0], SETTINGS) is not None
    assert sum(file.stat().st_size for file in cache.folder.iterdir()) <= 5_000
    assert cache.find(paths[0], SETTINGS) is not None
    assert cache.find(paths[9], SETTINGS) is not None
    assert cache.find(paths[1], SETTINGS) is None


def test_no_room_means_no_cache(tmp_path: Path, folder: Path) -> None:
    path = picture(folder, "a.jpg")
    cache = ResultCache(tmp_path / "results", lambda: 0, "models")
    cache.keep(path, SETTINGS, analysis(path))
    assert not cache.folder.exists()
    assert cache.find(path, SETTINGS) is None


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "results").write_text("a file where the folder should be", encoding="utf-8")
    path = picture(folder, "a.jpg")
    cache = ResultCache(tmp_path / "results", lambda: 1_000_000, "models")
    cache.keep(path, SETTINGS, analysis(path))
    assert cache.find(path, SETTINGS) is None


def test_several_servers_share_a_folder(tmp_path: Path, folder: Path) -> None:
    """Each writes and reads while the others shrink the folder; what is found is always whole."""
    paths = [picture(folder, f"{number}.jpg") for number in range(8)]

    def work(seed: int) -> None:
        cache = ResultCache(tmp_path / "results", lambda: 4_000, "models")
        for turn in range(40):
            path = paths[(seed * 3 + turn) % len(paths)]
            cache.keep(path, SETTINGS, analysis(path, filler="x" * 800))
            assert cache.find(path, SETTINGS) in (None, analysis(path, filler="x" * 800))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert not [file for file in (tmp_path / "results").iterdir() if file.suffix == ".part"]


async def test_a_second_server_reads_nothing_again(command: list[str], folder: Path) -> None:
    """No worker is started, so that no progress shows."""
    picture(folder, "slow.jpg")
    for is_first in (True, False):
        async with session(command, folder, editor()) as author:
            author.open("main.tex", PAPER % "slow")
            await author.diagnostic("main.tex", "commands → ")
            assert bool(author.client.progress_reports) == is_first
            await author.do("main.tex", 2, "Insert TikZ program")
            assert "\\begin{tikzpicture}" in author.texts["main.tex"]
