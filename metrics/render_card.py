"""Render the metric Space's README and the published scores that it shows: `python metrics/render_card.py`.

Facts that the scorers hold (configs, score names, labels, constants, versions) are taken from them, and the
signature and the messages shown are real output, so that the card cannot disagree with the code.
"""

from __future__ import annotations

import json
import string
import warnings
from pathlib import Path
from typing import Any, Final

import jinja2
import yaml

from klue_hub.metrics.klue_metric import klue_metric, labels, matching, relation, similarity
from klue_hub.metrics.klue_metric.errors import ScoreInputError
from klue_hub.metrics.klue_metric.pipeline import METRIC_VERSION, UNSTATED, score
from klue_hub.metrics.klue_metric.published import FILE as PUBLISHED
from klue_hub.metrics.klue_metric.tasks import TASKS
from klue_hub.model_cards import load_catalog

SPACE: Final = Path(__file__).resolve().parent / "klue_metric"
TEMPLATE: Final = "README.md.j2"

# https://huggingface.co/docs/hub/spaces-config-reference; app_file is left at its default.
FRONT_MATTER: Final[dict[str, Any]] = {
    "title": "KLUE metric",
    "emoji": "🇰🇷",
    "colorFrom": "blue",
    "colorTo": "red",
    "sdk": "gradio",
    "sdk_version": "6.31.0",
    "pinned": False,
    "license": "apache-2.0",
    "tags": ["evaluate", "metric", "klue", "korean"],
    "description": (
        "The official scores of KLUE (Korean Language Understanding Evaluation) for every task, with "
        "breakdowns, bootstrap confidence intervals and a signature that makes a score reproducible."
    ),
}


def render() -> str:
    """Render the README."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(SPACE),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # Markdown
    )
    front = yaml.safe_dump(FRONT_MATTER, allow_unicode=True, sort_keys=False, width=110)
    return environment.get_template(TEMPLATE).render(front_matter=front, **facts())


def facts() -> dict[str, Any]:
    """What the template takes from the code."""
    rows, gold = [[0.0] * (relation.RELATIONS - 1) + [1.0]], ["per:title"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one row lacks most relations
        signed = score("re", rows, gold, confidence_level=0.95, signature=True, data_version="1.1.0")
    return {
        "tasks": TASKS,
        "labels": labels,
        "version": METRIC_VERSION,
        "unstated": UNSTATED,
        "similar_from": f"{similarity.SIMILAR_FROM:g}",
        "popularity_from": matching.POPULARITY_FROM,
        "relations": relation.RELATIONS,
        "others_from": labels.DP_OTHERS_FROM,
        "punctuation": string.punctuation,
        "signature": signed["signature"],
        "error": _message(),
        "citation": klue_metric._CITATION.strip(),
    }


def _message() -> str:
    try:
        score("nli", ["entailed"], [0])
    except ScoreInputError as error:
        return str(error)
    raise AssertionError("the example of an error is scored")


def published() -> str:
    """Return the published scores of the baselines as JSON: a Space cannot import the file of facts."""
    catalog = load_catalog()
    scored = {name: baseline.scores for name, baseline in catalog.baselines.items() if baseline.scores}
    sources = {scores.source for scores in scored.values()}
    (source,) = (catalog.sources[name] for name in sources)
    facts = {
        "source": {"title": source.title, "url": source.url, "date": source.date},
        "models": {f"klue/{name}": scores.flat() for name, scores in scored.items()},
    }
    return json.dumps(facts, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    PUBLISHED.write_text(published(), encoding="utf-8")
    (SPACE / "README.md").write_text(render(), encoding="utf-8")
