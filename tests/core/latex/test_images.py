"""A figure's name leads to the file that LaTeX would take."""

from __future__ import annotations

from pathlib import Path

import pytest

from derender.latex.images import find_image, graphics_path, names_a_photo

FOLDERS = (Path("/w"), Path("/w/chapters"))


@pytest.mark.parametrize(
    ("name", "files", "found"),
    [
        ("a.jpg", ["a.jpg"], "a.jpg"),
        ("a", ["a.jpg", "a.png"], "a.png"),
        ("a", ["a.JPG"], "a.JPG"),
        ("my sketch", ["my sketch.jpeg"], "my sketch.jpeg"),
        ("a.v2", ["a.v2.webp"], "a.v2.webp"),
        ("img/a", ["img/a.png"], "img/a.png"),
        ("a", ["photos/a.jpg"], "photos/a.jpg"),
        ("a", ["chapters/a.jpg"], "chapters/a.jpg"),
        ("a", ["a.jpg", "chapters/a.jpg"], "a.jpg"),
        ("Z\u00fcrich", ["Zu\u0308rich.jpg"], "Zu\u0308rich.jpg"),
        ("Zu\u0308rich", ["Z\u00fcrich.jpg"], "Z\u00fcrich.jpg"),
        ("Zu\u0308rich.jpg", ["Z\u00fcrich.jpg", "Zu\u0308rich.jpg"], "Zu\u0308rich.jpg"),
        ("\u00e9/a", ["e\u0301/a.jpg"], "e\u0301/a.jpg"),
        ("a", ["Ko\u0308ln/a.jpg"], "Ko\u0308ln/a.jpg"),
        ("Z\u00fcrich", ["K\u00f6ln/Zu\u0308rich.jpg"], "K\u00f6ln/Zu\u0308rich.jpg"),
        ("a", [], None),
        ("a", ["a.pdf"], None),
        ("a.pdf", ["a.pdf", "a.pdf.png"], None),
        ("#1", ["#1.jpg"], None),
        (r"\figures/a", [r"\figures/a.jpg"], None),
        ("", [".png"], None),
        ("//server/share/a.jpg", ["/server/share/a.jpg"], None),
        (r"\\server\a.jpg", [], None),
        ("http://server/a.jpg", ["http:/server/a.jpg"], None),
    ],
)
def test_names_lead_to_files(name: str, files: list[str], found: str | None) -> None:
    known = {Path("/w") / file for file in files}
    assert find_image(name, FOLDERS, ("photos/", "K\u00f6ln/"), known.__contains__) == (None if found is None else Path("/w") / found)


def test_the_last_graphicspath_counts() -> None:
    assert graphics_path("\\graphicspath{{a/}}\n\\graphicspath{ {img/} {../my img/} } % \\graphicspath{{c/}}") == (
        "img/",
        "../my img/",
    )
    assert graphics_path("\\graphicspath{{a/}") == ()
    assert graphics_path("") == ()


def test_drawings_are_no_photos() -> None:
    assert [name for name in ("a", "a.png", "a.PDF", "a.tikz", "a.v2") if names_a_photo(name)] == ["a", "a.png", "a.v2"]
