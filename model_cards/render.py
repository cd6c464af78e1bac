"""The card of a baseline: README.md of its repository, from facts alone. Pure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from klue_hub.datasets.klue.card.facts import prose

from . import charts, tables
from .comparison import compared_size, peers_of, sizes
from .facts import Baseline, Catalog, FactsError, score_ids
from .metadata import DATASET, METRIC, front_matter
from .parameters import configuration, rests_on_habit
from .quoting import link, text

SCORES_CHART = "charts/scores.png"
SIZES_CHART = "charts/sizes.png"

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # Markdown; facts are quoted by `text` and `link`
)
_TEMPLATES.filters["text"] = text


def render(catalog: Catalog, baseline: Baseline) -> str:
    """Return the card of a baseline, front matter included.

    The same facts give the same text: it holds no date and no version of this package.

    Raises:
        jinja2.UndefinedError: a template names what the facts do not have.
    """
    body = _TEMPLATES.get_template("card.md.j2").render(_context(catalog, baseline))
    return f"---\n{front_matter(catalog, baseline)}---\n\n{body}"


def _context(catalog: Catalog, baseline: Baseline) -> dict[str, Any]:
    """Return all that the templates show; they put it in order and compute nothing."""
    family = catalog.families[baseline.family]
    rows, models = peers_of(catalog, baseline), sizes(catalog, baseline)
    citations = _Citations(catalog)
    return {
        "model": baseline,
        "family": family,
        "article": "An" if family.title[:1] in "AEIOU" else "A",
        "released": baseline.released.value,
        "is_electra": family.config_class == "ElectraConfig",
        "is_roberta": family.config_class == "RobertaConfig",
        "rests_on_habit": rests_on_habit(baseline),
        "longest_input": _longest_input(catalog, baseline),
        "config_code": _config_code(catalog, baseline),
        "scores_source": next(peer.scores.source for peer in catalog.peers.values()),
        "compared_size": compared_size(catalog, baseline),
        "scores_alt": text(charts.scores_text(rows)),
        "sizes_alt": text(charts.sizes_text(models)),
        "scores_chart": SCORES_CHART,
        "sizes_chart": SIZES_CHART,
        "tasks": [(config, prose().configs[config].title) for config in _configs()],
        "results_table": tables.results(rows),
        "architecture_table": tables.architecture(catalog, baseline),
        "parameters_table": tables.parameters(catalog, baseline),
        "corpora": [(name, note) for name, note in catalog.pretraining.corpora.items()],
        "pretraining": catalog.pretraining,
        "findings": catalog.findings,
        "source": citations.link,
        "sources": citations.used,
        "citation": prose().dataset["citation_klue"].strip(),
        "paper": prose().dataset["paper"],
        "homepage": prose().dataset["homepage"],
        "repository": prose().dataset["repository"],
        "dataset_id": DATASET,
        "metric_id": METRIC,
    }


class _Citations:
    """Links to sources, and which of them a card used."""

    def __init__(self, catalog: Catalog) -> None:
        self._sources = catalog.sources
        self._used: set[str] = set()

    def link(self, key: str) -> str:
        """Return a short link to a source, and remember it.

        Raises:
            FactsError: a template cites what the facts do not have.
        """
        if key not in self._sources:
            raise FactsError(f"sources: {key} is missing; the cards cite it, expected its title and url")
        self._used.add(key)
        return link("source", self._sources[key].url)

    def used(self) -> list[str]:
        """Return links with full titles to all that were used so far, in the order of the file."""
        return [link(source.title, source.url) for key, source in self._sources.items() if key in self._used]


def _configs() -> list[str]:
    return list(dict.fromkeys(name.split(".")[0] for name in score_ids()))


def _longest_input(catalog: Catalog, baseline: Baseline) -> int:
    """Return how many tokens fit, special ones included: RoBERTa leaves the positions 0 and 1 unused."""
    config = configuration(baseline, catalog.families[baseline.family])
    return int(config.max_position_embeddings) - (2 if config.model_type == "roberta" else 0)


def _config_code(catalog: Catalog, baseline: Baseline) -> str:
    """Return the call that makes the configuration, as Python."""
    family = catalog.families[baseline.family]
    config = configuration(baseline, family)
    names = [
        "vocab_size",
        *(["embedding_size"] if family.config_class == "ElectraConfig" else []),
        "hidden_size",
        "num_hidden_layers",
        "num_attention_heads",
        "intermediate_size",
        "max_position_embeddings",
        "type_vocab_size",
    ]
    lines = "".join(f"    {name}={getattr(config, name)},\n" for name in names)
    return f"config = {family.config_class}(\n{lines})"
