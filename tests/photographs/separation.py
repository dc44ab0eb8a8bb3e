"""How well the ink network sets geometry, writing, ruling and page apart, on simulated photographs whose layers are known.

    python tests/photographs/separation.py [--pictures N] [--seed N] [--models FOLDER]

Prints the intersection over union of each map at one half with what was drawn, over all pixels.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch

from derender.photo.light import even_light
from derender.photo.network import MAPS
from derender.photo.separation import Separator
from derender.photographs.examples import make_photograph


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--pictures", type=int, default=240)
    arguments.add_argument("--seed", type=int, default=999)
    arguments.add_argument("--models", type=Path, help="weights other than the shipped ones")
    given = arguments.parse_args()
    network = Separator.load(torch.device("cpu"), given.models).network
    common, either = np.zeros(len(MAPS)), np.zeros(len(MAPS))
    for number in range(given.pictures):
        example = make_photograph(np.random.default_rng([given.seed, number]))
        light = np.ascontiguousarray(even_light(example.picture).transpose(2, 0, 1))
        with torch.inference_mode():
            found = network(torch.from_numpy(light)[None])[0].numpy() > 0
        true = example.targets > 127
        common += (found & true).sum((1, 2))
        either += (found | true).sum((1, 2))
    told = {"pictures": given.pictures, **dict(zip(MAPS, np.round(common / np.maximum(1, either), 3).tolist(), strict=True))}
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
