"""Settings for all tests: hypothesis without deadlines, since machines under load are slow at random moments; numeric libraries on
one thread, since several threads that wait for one another on a busy machine are slower by far."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "derender", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
settings.load_profile("derender")

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
