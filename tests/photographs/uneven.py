"""How many figures that a hand spaces unevenly come out evenly: six figures, each drawn several times.

    python tests/photographs/uneven.py [--spread PART] [--times N] [--seed N] [--drawings]

Each gap between columns and rows of shapes is off by a factor of that standard deviation, and what is off adds up. The figures are
photographed by the simulated telephone, or with --drawings taken as they are drawn. A figure counts as exact when its best
interpretation is what was meant, up to a shift and a scale of the lattice.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from telephone import PAPERS, telephone
from unevenly import SPECS, drawn_unevenly

from derender.evaluation import normalised
from derender.pipeline import Pipeline
from derender.settings import InferSettings


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--spread", type=float, default=0.15)
    arguments.add_argument("--times", type=int, default=4)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--drawings", action="store_true")
    given = arguments.parse_args()
    pipeline, settings, total, residuals, seconds = Pipeline.load(), InferSettings(synthesis_timeout=0.2), 0, [], []
    with tempfile.TemporaryDirectory() as folder:
        for kind, (name, spec) in enumerate(SPECS.items()):
            exact = 0
            for number in range(given.times):
                seed = 10_000 * given.seed + 100 * kind + number
                ink = drawn_unevenly(spec, given.spread, seed)
                path = Path(folder) / f"{name}{number}.png"
                picture = np.rint(255 * (1 - ink)).astype(np.uint8) if given.drawings else telephone(ink, seed, paper=PAPERS[number % 3])
                Image.fromarray(picture).save(path)
                started = time.process_time()
                found = pipeline.infer(path, settings)
                seconds.append(time.process_time() - started)
                exact += bool(found.interpretations) and normalised(found.interpretations[0].spec) == normalised(spec)
                residuals.append(found.lattice.residual if found.lattice else np.nan)
            total += exact
            print(f"{name}: {exact} of {given.times}", flush=True)
    print(f"exact: {total} of {len(residuals)}")
    print(f"residual: {np.nanmean(residuals):.2f} cells on average")
    print(f"processor seconds: {np.median(seconds):.2f} in the median")


if __name__ == "__main__":
    main()
