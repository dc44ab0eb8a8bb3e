"""How well drawings are read from photographs of them: each drawing of a folder is photographed by the simulated telephone.

    python tests/photographs/measure.py FOLDER [--seed N] [--show OUT.png] [--json]

FOLDER holds pictures of drawings and a specs.json, as for `derender evaluate`. A reading counts as exact when it is the true spec
up to a shift and a scale of the lattice.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from telephone import telephone

from derender.evaluation import drawings_in, score
from derender.photo.ink import ink_of
from derender.photo.load import load_picture, to_grey
from derender.pipeline import Pipeline
from derender.settings import InferSettings
from derender.stage_sheet import sheets_png, stage_sheet


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--most", type=int, default=10_000)
    arguments.add_argument("--show", type=Path)
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    pipeline, settings, scores, sheets = Pipeline.load(), InferSettings(synthesis_timeout=0.2), [], []
    with tempfile.TemporaryDirectory() as folder:
        for number, drawing in enumerate(drawings_in(given.folder)[: given.most]):
            picture = telephone(ink_of(to_grey(load_picture(drawing.path))), 1000 * given.seed + number)
            path = Path(folder) / f"{Path(drawing.name).stem}.png"
            Image.fromarray(picture).save(path)
            started = time.perf_counter()
            inference = pipeline.infer(path, settings)
            seconds = time.perf_counter() - started
            scores.append(score(drawing, [i.spec for i in inference.interpretations], seconds, up_to_lattice=True))
            if given.show:
                sheets.append(stage_sheet(path, inference))
    exact = sum(s.exact_rank == 1 for s in scores)
    rows = {
        "drawings": len(scores),
        "top1": exact,
        "top5": sum(s.exact_rank is not None for s in scores),
        "iou_mean": round(float(np.mean([s.iou for s in scores])), 4),
        "seconds_median": round(float(np.median([s.seconds for s in scores])), 3),
        "wrong": [s.drawing for s in scores if s.exact_rank != 1],
    }
    if given.show:
        given.show.write_bytes(sheets_png(sheets))
    print(json.dumps(rows) if given.json else "\n".join(f"{name}: {value}" for name, value in rows.items()))


if __name__ == "__main__":
    main()
