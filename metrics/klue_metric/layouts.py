"""Which columns of a file hold what, for each config. Facts only."""

from __future__ import annotations

from typing import Final, NamedTuple

from .origin import PREDICTIONS, REFERENCES

# What a column of one side may be called in any file.
OWN: Final = {PREDICTIONS: ("prediction", "predictions"), REFERENCES: ("reference", "references")}


class Layout(NamedTuple):
    """Columns of a file that holds one config.

    Attributes:
        predictions: Columns of a prediction besides those of `OWN`, the first that is there counts; a dot
            leads into a struct.
        references: The same of a reference; the published data has them.
        record: Whether a row with these columns is itself the entry.
        flat: Sides that fit into a table of cells.
        cell: What a cell holds: `label` (a name or an id), `number`, or `text`.
    """

    predictions: tuple[str, ...]
    references: tuple[str, ...]
    record: bool = False
    flat: tuple[str, ...] = (PREDICTIONS, REFERENCES)
    cell: str = "label"

    def columns(self, side: str) -> tuple[str, ...]:
        """Names of columns that hold an entry of one side, in order of preference."""
        theirs = self.predictions if side == PREDICTIONS else self.references
        return theirs if self.record else (*OWN[side], *theirs)


LABEL: Final = Layout(("label",), ("label",))
LAYOUTS: Final[dict[str, Layout]] = {
    "ynat": LABEL,
    "nli": LABEL,
    "ood": LABEL,
    "sts": Layout(
        ("score", "real-label", "label"), ("labels.real-label", "real-label", "label"), cell="number"
    ),
    "re": Layout(("probabilities", "label"), ("label",)),
    "ner": Layout(("ner_tags", "tags"), ("ner_tags", "tags"), flat=()),
    "dp": Layout(("head", "deprel"), ("head", "deprel"), record=True, flat=()),
    "mrc": Layout(
        ("guid", "prediction_text"),
        ("guid", "answers", "question_type", "is_impossible"),
        record=True,
        flat=(PREDICTIONS,),
        cell="text",
    ),
    "wos": Layout(("state", "dialogue"), ("state", "dialogue"), flat=()),
}
GUID, TOKENS, DIALOGUE = "guid", "tokens", "dialogue"
