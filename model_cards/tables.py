"""The tables of a card: results, architecture, parameters. The checker reads them back."""

from __future__ import annotations

from collections.abc import Sequence

from .comparison import Row
from .facts import Baseline, Catalog, score_ids
from .metadata import SCORE_NAMES
from .parameters import configuration, count, rests_on_habit
from .quoting import table, text

NOT_PUBLISHED = "not published"
ASSUMED = " (assumed)"


def results(rows: Sequence[Row]) -> str:
    """Return every score of every compared model; the card's own stands first, in bold."""
    header = ["score", *(f"{text(row.name)}:" for row in rows)]
    lines = []
    for place, name in enumerate(score_ids()):
        config, score = name.split(".")
        cells = [_bold(f"{row.scores[place]:.2f}", row.is_subject) for row in rows]
        lines.append([f"`{config}` {SCORE_NAMES[score]}", *cells])
    return table(header, lines)


def _bold(cell: str, is_bold: bool) -> str:
    return f"**{cell}**" if is_bold else cell


def architecture(catalog: Catalog, baseline: Baseline) -> str:
    """Return the shape of a model: what was announced, what its configuration says, or what is assumed."""
    family = catalog.families[baseline.family]
    shape, config = baseline.architecture, configuration(baseline, family)
    mark = ASSUMED if rests_on_habit(baseline) else ""
    rows = [
        ("architecture", text(family.title)),
        ("layers", f"{shape.layers:,}"),
        ("hidden size", f"{shape.hidden_size:,}"),
        ("embedding size", f"{shape.embedding_size:,}"),
        ("attention heads", f"{shape.heads:,}"),
        ("intermediate size", f"{config.intermediate_size:,}{mark}"),
        ("vocabulary", f"{config.vocab_size:,}{mark}"),
        ("position embeddings", f"{config.max_position_embeddings:,}{mark}"),
        ("token types", f"{config.type_vocab_size:,}{mark}"),
    ]
    return table(["", "value:"], [list(row) for row in rows])


def parameters(catalog: Catalog, baseline: Baseline) -> str:
    """Return the computed numbers of parameters by component."""
    family = catalog.families[baseline.family]
    counted = count(configuration(baseline, family))
    head = (
        "discriminator head"
        if family.config_class == "ElectraConfig"
        else "masked-language-model head, without the decoder that it shares with the embeddings"
    )
    rows = [
        ("embeddings", counted.embeddings),
        ("encoder", counted.encoder),
        (head, counted.head),
        ("**total**", counted.total),
    ]
    return table(["component", "parameters:"], [[name, f"{number:,}"] for name, number in rows])
