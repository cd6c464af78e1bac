"""The Python that gives the numbers of a report again."""

from __future__ import annotations

from typing import Any, Final

from .submissions import Report

PACKAGE: Final = "klue_hub.metrics.klue_metric"


def python_snippet(report: Report) -> str:
    """Return a script: it reads the same files and calls `evaluate` with the same options."""
    names = report.files
    fetched = report.revision is not None
    reader = [f"from {PACKAGE}.files import read_entries"]
    if fetched:
        reader.append(f"from {PACKAGE}.hub_references import fetch_references")
    gold = f'fetch_references("{report.config}", {report.revision!r})' if fetched else repr(names.references)
    arguments = ["predictions=predictions.values", "references=references.values"]
    if report.config == "ner":
        arguments.append("tokens=references.tokens or predictions.tokens")
    arguments += [
        f"{name}={value!r}" for name, value in report.options.items() if _matters(name, value, report)
    ]
    lines = [
        "import evaluate",
        *reader,
        "",
        f'predictions = read_entries({names.predictions!r}, "{report.config}", "predictions")',
        f'references = read_entries({gold}, "{report.config}", "references")',
        f'metric = evaluate.load("klue_metric", "{report.config}")',
        "result = metric.compute(",
        *(f"    {argument}," for argument in arguments),
        ")",
        "print(result)",
    ]
    return "\n".join(lines) + "\n"


def _matters(name: str, value: Any, report: Report) -> bool:
    """Whether an option is worth naming: not where it is off, nor what only intervals need."""
    if name in ("n_resamples", "seed"):
        return report.options["confidence_level"] is not None
    return value not in (None, False)
