"""A result as entries of `.eval_results/*.yaml`, which a model repository on the Hub shows."""

from __future__ import annotations

from datetime import date

from .errors import bad_input
from .hub_references import REPOSITORY, SPLIT
from .published import published_scores
from .submissions import Report


def eval_results_entry(report: Report, day: date | None = None) -> str:
    """Return YAML with one entry for each score that the benchmark has.

    Args:
        report: The scores; they are of the validation split, and the notes say so.
        day: The day of scoring; today by default.

    Returns:
        YAML; a comment that says why where the config belongs to no benchmark.

    Raises:
        ScoreInputError: huggingface_hub is older than this format.
    """
    known = {score for row in published_scores(report.config) for score in row.scores}
    if not known:
        return f"# {report.config} is not an official KLUE task, so the Hub has no entry for it.\n"
    try:
        import yaml
        from huggingface_hub import EvalResultEntry, eval_result_entries_to_yaml
    except ImportError:
        raise bad_input(
            report.config,
            "eval_results",
            "a huggingface_hub without this format",
            "a newer one",
            "pip install --upgrade huggingface_hub",
        ) from None
    entries = [
        EvalResultEntry(
            dataset_id=REPOSITORY,
            task_id=f"{report.config}.{score}",
            value=value,
            date=(day or date.today()).isoformat(),
            notes=f"{SPLIT} split; {report.signature}",
        )
        for score, value in report.scores.items()
        if score in known and value == value
    ]
    rows = eval_result_entries_to_yaml(entries)
    return str(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=10_000))
