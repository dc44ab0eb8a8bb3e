"""Makes photographs of simulated diagrams on no lattice, with their shapes and arrows marked, for `derender evaluate FOLDER`.

    python tests/photographs/diagrams.py FOLDER [--kind crops|pages] [--pictures N] [--seed N]

Crops hold a few shapes, pages many small ones, all with words. Whatever is chosen for such photographs is chosen on these.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from derender.photographs.diagrams import Diagram, draw_diagram, random_diagram, sample_height
from derender.photographs.examples import photograph_straight

LEAST_SHAPES = {"crops": 2, "pages": 9}


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--kind", choices=("crops", "pages"), default="crops")
    arguments.add_argument("--pictures", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for number in range(given.pictures):
        rng = np.random.default_rng([given.seed, number])
        diagram, shape = sample(rng, given.kind)
        picture = photograph_straight(rng, draw_diagram(rng, diagram, shape)).picture
        name = f"{given.kind}_{number:03}"
        Image.fromarray(picture).save(given.folder / f"{name}.jpg", quality=90)
        (given.folder / f"{name}.json").write_text(json.dumps(marks(f"{name}.jpg", diagram, shape)))


def sample(rng: np.random.Generator, kind: str) -> tuple[Diagram, tuple[int, int]]:
    """A diagram that fills a picture of the shape (height, width) with enough shapes."""
    while True:
        if kind == "crops":
            width = int(rng.integers(450, 1300))
            shape = (round(width * rng.uniform(0.25, 0.7)), width)
            height = shape[0] * rng.uniform(0.22, 0.55)
        else:
            width = int(rng.integers(1100, 1900))
            shape = (round(width * rng.uniform(0.6, 0.8)), width)
            height = width * sample_height(rng, 0.045, 0.12)
        diagram = random_diagram(rng, shape, height)
        inside = all(min(s.box[:2]) > 2 and s.box[2] < shape[1] - 2 and s.box[3] < shape[0] - 2 for s in diagram.shapes)
        if inside and len(diagram.shapes) >= LEAST_SHAPES[kind]:
            return diagram, shape


def marks(name: str, diagram: Diagram, shape: tuple[int, int]) -> dict[str, Any]:
    """The listing of one picture in the form that `derender evaluate` reads."""
    joins = "line" if diagram.arrows.head == "none" else "arrow"
    return {
        "image": name,
        "width": shape[1],
        "height": shape[0],
        "shapes": [{"type": s.kind, "bbox": [round(float(v), 1) for v in s.box]} for s in diagram.shapes],
        "arrows": [{"type": joins, "points": np.round(link.path, 1).tolist()} for link in diagram.links],
    }


if __name__ == "__main__":
    main()
