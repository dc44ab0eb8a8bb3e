"""The corpus that policies are learned from: simulated specs and the times of all searches, a JSON line for each spec.

Specs come from seeds, so an interrupted corpus goes on where it was. The work is shared out to processes on this machine, or to
the workers of a dask.distributed cluster.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from concurrent.futures import Future, as_completed
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
from pebble import ProcessPool

from derender.cluster import on_cluster
from derender.errors import InputError
from derender.perception.scenes import random_scene
from derender.policy.planted import FAMILIES, planted
from derender.policy.times import SpecTimes, measure, times_from_json, times_to_json
from derender.spec import Spec

LARGEST = 40
"""Commands of the largest specs; larger ones are rarely proven within the limit."""


def corpus_spec(seed: int) -> Spec:
    """A simulated spec: every other one a planted structure, with a tenth or more of irregular commands or none, the others scenes."""
    random = Random(f"policy {seed}")
    if seed % 2:
        return random_scene(np.random.default_rng([7, seed]), 16, 16, LARGEST)
    size = round(4 * (LARGEST / 4) ** random.random())
    return planted(random.choice(sorted(FAMILIES)), size, seed, random.choice((0.0, 0.0, 0.1, 0.3))).spec


def read_corpus(path: Path) -> tuple[SpecTimes, ...]:
    """All times of a corpus; raises `InputError` with the line."""
    return tuple(times for _, times in _lines(path))


def extend_corpus(path: Path, seeds: range, limit: float, workers: int, cluster: str | None = None) -> Iterator[SpecTimes]:
    """Measures the specs of the seeds that the corpus lacks, each search for `limit` seconds, and adds them as they come."""
    known = {seed for seed, _ in _lines(path)} if path.exists() else set()
    missing = [seed for seed in seeds if seed not in known and len(corpus_spec(seed)) > 0]
    path.parent.mkdir(parents=True, exist_ok=True)
    measured = on_cluster(cluster, partial(measure_seed, limit=limit), missing) if cluster else _on_this_machine(workers, missing, limit)
    with path.open("a", encoding="utf-8") as file, closing(measured):
        for number, times in measured:
            seed = missing[number]
            file.write(json.dumps({"seed": seed, **times_to_json(times)}) + "\n")
            file.flush()
            yield times


def measure_seed(seed: int, limit: float) -> SpecTimes:
    """What a worker does."""
    return measure(corpus_spec(seed), limit)


def _on_this_machine(workers: int, seeds: list[int], limit: float) -> Generator[tuple[int, SpecTimes], None, None]:
    with ProcessPool(max_workers=workers) as pool:
        try:
            waiting: dict[Future[SpecTimes], int] = {
                pool.schedule(measure_seed, args=(seed, limit)): number for number, seed in enumerate(seeds)
            }
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        finally:
            pool.stop()  # type: ignore[no-untyped-call]  # pebble's own


def _lines(path: Path) -> Iterator[tuple[int, SpecTimes]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
            yield int(record["seed"]), times_from_json(record)
        except (ValueError, TypeError, KeyError, InputError) as error:
            raise InputError(f"{path}, line {number}: {error}") from None
