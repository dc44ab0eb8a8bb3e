"""Settings for all tests: hypothesis without deadlines, since machines under load are slow at random moments."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("derender", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
settings.load_profile("derender")
