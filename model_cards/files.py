"""All files of a model repository that this package writes."""

from __future__ import annotations

from . import charts
from .comparison import peers_of, sizes
from .facts import Catalog
from .metadata import benchmark_results
from .render import SCORES_CHART, SIZES_CHART, render

CARD = "README.md"
RESULTS = ".eval_results/klue.yaml"


def model_files(catalog: Catalog, name: str, *, benchmark: bool = False) -> dict[str, bytes]:
    """Return the files of a baseline's repository by path: card, charts, and on request its results.

    Args:
        catalog: the facts.
        name: of the baseline.
        benchmark: also write the entries for the benchmark's leaderboard on the Hub, if there are scores.

    Raises:
        KeyError: there is no such baseline.
        FactsError: the installed huggingface_hub cannot write benchmark entries.
    """
    baseline = catalog.baselines[name]
    files = {
        CARD: render(catalog, baseline).encode(),
        SCORES_CHART: charts.scores_chart(tuple(peers_of(catalog, baseline))),
        SIZES_CHART: charts.sizes_chart(sizes(catalog, baseline)),
    }
    if benchmark and (results := benchmark_results(catalog, baseline)):
        files[RESULTS] = results.encode()
    return files
