"""What the Hub reads of a card: its front matter, and the results as a benchmark's entries."""

from __future__ import annotations

from typing import Any, Final

import yaml
from huggingface_hub import EvalResult, ModelCardData

from klue_hub.datasets.klue.card.facts import prose

from .facts import Baseline, Catalog, FactsError
from .quoting import one_line

DATASET: Final = "klue/klue"
METRIC: Final = "evaluate-metric/klue_metric"
TEST_SET: Final = (
    "Published by KLUE's authors. Scored on KLUE's test set, whose labels are not public; scores on the "
    "validation split are other numbers."
)
# Ids of the Hub's metric pages, https://huggingface.co/metrics, for what lies behind an official score.
METRIC_TYPES: Final = {
    "macro_f1": "f1",
    "micro_f1": "f1",
    "f1": "f1",
    "entity_macro_f1": "f1",
    "character_macro_f1": "f1",
    "slot_micro_f1": "f1",
    "uas_macro_f1": "f1",
    "las_macro_f1": "f1",
    "pearsonr": "pearsonr",
    "accuracy": "accuracy",
    "joint_goal_acc": "accuracy",
    "exact_match": "exact_match",
    "rouge_w": "rouge",
    "auprc": "auprc",
}
SCORE_NAMES: Final = {
    "macro_f1": "macro F1",
    "pearsonr": "Pearson's r",
    "f1": "F1",
    "accuracy": "accuracy",
    "entity_macro_f1": "entity macro F1",
    "character_macro_f1": "character macro F1",
    "micro_f1": "micro F1",
    "auprc": "AUPRC",
    "uas_macro_f1": "UAS macro F1",
    "las_macro_f1": "LAS macro F1",
    "exact_match": "exact match",
    "rouge_w": "ROUGE-W",
    "joint_goal_acc": "joint goal accuracy",
    "slot_micro_f1": "slot micro F1",
}


def front_matter(catalog: Catalog, baseline: Baseline) -> str:
    """Return the YAML at the head of a card, without the lines around it."""
    return card_data(catalog, baseline).to_yaml(line_break="\n").rstrip("\n") + "\n"


def card_data(catalog: Catalog, baseline: Baseline) -> ModelCardData:
    """Return the metadata of a card, in the library's own type.

    `pipeline_tag` is set only where there are weights for that pipeline, results only where scores were
    published.
    """
    family = catalog.families[baseline.family]
    released = baseline.released.value
    options: dict[str, Any] = {
        "language": "ko",
        "license": _licence(baseline),
        "library_name": "transformers",
        "pipeline_tag": "fill-mask" if released and family.config_class != "ElectraConfig" else None,
        "tags": ["klue", "korean", baseline.family, *([] if released else ["never-released"])],
        "datasets": [DATASET],
        "metrics": [METRIC],
    }
    results = eval_results(catalog, baseline)
    if results:
        options |= {"model_name": one_line(baseline.title), "eval_results": results}
    return ModelCardData(**{name: value for name, value in options.items() if value is not None})


def _licence(baseline: Baseline) -> str | None:
    if not baseline.released.value:
        return None  # there are no weights to license
    return one_line(baseline.licence.value) if baseline.licence else "unknown"


def eval_results(catalog: Catalog, baseline: Baseline) -> list[EvalResult]:
    """Return the published scores, each marked as a test-set score, with its source."""
    if not baseline.scores:
        return []
    source = catalog.sources[baseline.scores.source]
    results = []
    for name, value in baseline.scores.flat().items():
        config, score = name.split(".")
        facts = prose().configs[config]
        results.append(
            EvalResult(
                task_type=facts.task_categories[0],
                task_name=facts.title,
                dataset_type=DATASET,
                dataset_name=f"KLUE {facts.abbreviation}, test set",
                dataset_config=config,
                dataset_split="test",
                metric_type=METRIC_TYPES[score],
                metric_name=f"{SCORE_NAMES[score]} (test set)",
                metric_config=config,
                metric_value=value,
                source_name=one_line(source.title),
                source_url=source.url,
            )
        )
    return results


def benchmark_results(catalog: Catalog, baseline: Baseline) -> str:
    """Return `.eval_results/klue.yaml`: an entry for each published score; empty text where there is none.

    Raises:
        FactsError: the installed huggingface_hub is older than this format.
    """
    try:
        from huggingface_hub import EvalResultEntry, eval_result_entries_to_yaml
    except ImportError:
        raise FactsError(
            ".eval_results needs a newer huggingface_hub; pip install --upgrade huggingface_hub, or leave "
            "out --benchmark"
        ) from None
    if not baseline.scores:
        return ""
    source = catalog.sources[baseline.scores.source]
    entries = [
        EvalResultEntry(
            dataset_id=DATASET,
            task_id=name,
            value=value,
            source_url=source.url,
            source_name=one_line(source.title),
            date=source.date,
            notes=TEST_SET,
        )
        for name, value in baseline.scores.flat().items()
    ]
    return yaml.safe_dump(
        eval_result_entries_to_yaml(entries), allow_unicode=True, sort_keys=False, width=10_000
    )
