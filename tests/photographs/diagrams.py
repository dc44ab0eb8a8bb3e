"""Makes photographs of simulated diagrams on no lattice, with their shapes and arrows marked, for `derender evaluate FOLDER`.

    python tests/photographs/diagrams.py FOLDER [--kind crops|cutouts|pages] [--pictures N] [--seed N]

Crops hold a few shapes, cutouts a few of a larger diagram whose arrows lead in and out, pages many small ones, all with words.
Whatever is chosen for such photographs is chosen on these.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from derender.photographs.cutouts import random_cutout
from derender.photographs.diagrams import Diagram
from derender.photographs.examples import photograph_straight
from derender.training.traced_photographs import whole


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--kind", choices=("crops", "cutouts", "pages"), default="crops")
    arguments.add_argument("--pictures", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for number in range(given.pictures):
        rng = np.random.default_rng([given.seed, number])
        shown = random_cutout(rng) if given.kind == "cutouts" else whole(rng, page=given.kind == "pages")
        picture = photograph_straight(rng, shown.sketch).picture
        name = f"{given.kind}_{number:03}"
        Image.fromarray(picture).save(given.folder / f"{name}.jpg", quality=90)
        (given.folder / f"{name}.json").write_text(json.dumps(marks(f"{name}.jpg", shown.diagram, shown.shape)))


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
