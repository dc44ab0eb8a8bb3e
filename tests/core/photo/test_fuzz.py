"""Damaged files of every format: refused in one sentence or survived, in bounded memory and time, whatever the damage.

The variable DERENDER_FUZZ_CASES says how many files of each format are tried; `make nightly` asks for more than two thousand in all.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "HEIC", "PDF")
CASES = int(os.environ.get("DERENDER_FUZZ_CASES", "12"))
SECONDS_A_FILE = 10
MEMORY = 3 << 30

_TRIES = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
from derender.errors import ImageError
from derender.photo.load import load_picture
for path in sorted(Path(sys.argv[1]).iterdir()):
    print(path.name, end=" ", flush=True)
    try:
        picture = load_picture(path)
    except ImageError as error:
        assert str(error).startswith(f"{path}: ") and "\\n" not in str(error), error
        print("refused", flush=True)
    else:
        assert picture.mode in ("L", "RGB") and picture.width * picture.height <= 5_100_000
        print("read", flush=True)
"""


def sound(form: str) -> bytes:
    """A small figure in that format."""
    picture = Image.new("RGB", (120, 90), "white")
    ImageDraw.Draw(picture).rectangle((20, 20, 90, 60), outline="black", width=3)
    file = io.BytesIO()
    if form == "HEIC":
        import pillow_heif

        pillow_heif.from_pillow(picture).save(file, quality=70)
    else:
        picture.save(file, form)
    return file.getvalue()


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """Bytes changed, removed, repeated, or numbers made huge; mostly near the beginning, where headers are."""
    out = bytearray(data)
    for _ in range(int(rng.integers(1, 9))):
        at = int(rng.integers(len(out))) if rng.random() < 0.5 else int(rng.integers(min(len(out), 200)))
        match int(rng.integers(5)):
            case 0:
                out[at] = int(rng.integers(256))
            case 1:
                out[at : at + 4] = bytes(rng.choice([0, 127, 255], 4).tolist())
            case 2:
                del out[at : at + int(rng.integers(1, 40))]
            case 3:
                out[at:at] = out[at : at + int(rng.integers(1, 60))]
            case _:
                del out[max(20, at) :]
        if not out:
            out = bytearray(data[:1])
    return bytes(out)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_no_damage_crashes_hangs_or_fills_memory(form: str, tmp_path: Path) -> None:
    rng, original = np.random.default_rng(sum(form.encode())), sound(form)
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "sound").write_bytes(original)
    for number in range(CASES):
        (folder / f"{number:05}").write_bytes(damaged(original, rng))
    done = subprocess.run(
        [sys.executable, "-c", _TRIES, str(folder), str(MEMORY)],
        capture_output=True,
        text=True,
        timeout=60 + SECONDS_A_FILE * CASES,
        check=False,
    )
    told = done.stdout.split()
    assert done.returncode == 0, (told[-2:], done.stderr[-2000:])
    outcomes = dict(zip(told[::2], told[1::2], strict=True))
    assert len(outcomes) == CASES + 1
    assert outcomes["sound"] == "read"
    # The damage is real: some of it must be noticed.
    assert "refused" in outcomes.values()
