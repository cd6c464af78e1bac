"""How often a fuzz target runs: the one place for both numbers."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, settings

from ..conftest import FUZZ_EXAMPLES

FEW = 60
# Far above what any example takes, on a busy machine too: one that takes so long is as good as a hang.
PATIENCE = timedelta(seconds=20)


def target(share: float = 1.0) -> settings:
    """Return the settings of a fuzz target: as many examples as `make fuzz` asks for, or a few of `make test`.

    Args:
        share: of that number; below 1 where an example costs much and cheaper targets look at the same code, or
            where the target runs once for each config.
    """
    return settings(
        max_examples=max(3, round(share * (FUZZ_EXAMPLES or FEW))),
        deadline=PATIENCE,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
