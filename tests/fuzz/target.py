"""How often a fuzz target runs: the one place for both numbers."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, settings

from ..conftest import FUZZ_EXAMPLES

FEW = 60
# Far above what any example takes, on a busy machine too: one that takes so long is as good as a hang.
PATIENCE = timedelta(seconds=20)


def target(cases: int = 1) -> settings:
    """Return the settings of a fuzz target: as many examples as `make fuzz` asks for, or a few of `make test`.

    Args:
        cases: of one target, such as configs, that these examples are spread over: for what is too slow to have as
            many in each of them.
    """
    return settings(
        max_examples=-(-(FUZZ_EXAMPLES or FEW) // cases),
        deadline=PATIENCE,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
