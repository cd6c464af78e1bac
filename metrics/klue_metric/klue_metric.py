"""KLUE's metric for `evaluate`: a thin wrapper around the scorers beside it.

`evaluate` copies this file and the siblings that it names, and reads the names by a regular expression that
follows no imports of imports. So every sibling stands below, one a line, without a comment behind it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasets
import evaluate

from .arrays import read_labels
from .bootstrap import intervals
from .classification import label_task
from .columns import Pair, blocks, from_arrow, size, to_rows
from .counts import total
from .curve import auprc
from .dependency import DEPENDENCY
from .dialogue import DIALOGUE
from .entities import ENTITIES
from .errors import ScoreInputError, UndefinedScoreWarning, bad_input
from .labels import Names
from .matching import common_run_lengths
from .pipeline import METRIC_VERSION, Options, empty_input, encode, find_task, score, score_columns
from .reading import READING
from .records import read_records
from .relation import RELATION
from .sequences import as_sequence
from .similarity import SIMILARITY
from .task import Raw, Task
from .tasks import TASKS

# The names above reach users through this module, the only one that `evaluate` gives them.
__all__ = [
    "DEPENDENCY",
    "DIALOGUE",
    "ENTITIES",
    "METRIC_VERSION",
    "READING",
    "RELATION",
    "SIMILARITY",
    "TASKS",
    "KlueMetric",
    "Names",
    "Options",
    "Pair",
    "Raw",
    "ScoreInputError",
    "Task",
    "UndefinedScoreWarning",
    "as_sequence",
    "auprc",
    "common_run_lengths",
    "intervals",
    "label_task",
    "read_labels",
    "read_records",
    "score",
    "total",
]

_DESCRIPTION = """\
The official scores of KLUE (Korean Language Understanding Evaluation), equal to those of KLUE-baseline, with
breakdowns, bootstrap intervals and a signature on request. Configs: ynat, sts, nli, ner, re, dp, mrc, wos,
and ood, which is no KLUE task (its data is 3i4K) and never part of a KLUE average.
"""

_CITATION = """\
@misc{park2021klue,
    title={KLUE: Korean Language Understanding Evaluation},
    author={Sungjoon Park and Jihyung Moon and Sungdong Kim and Won Ik Cho and Jiyoon Han and Jangwon Park and
        Chisung Song and Junseong Kim and Yongsook Song and Taehwan Oh and Joohong Lee and Juhyun Oh and
        Sungwon Lyu and Younghoon Jeong and Inkwon Lee and Sangwoo Seo and Dongjun Lee and Hyunwoo Kim and
        Myeonghwa Lee and Seongbo Jang and Seungwon Do and Sunkyoung Kim and Kyungtae Lim and Jongwon Lee and
        Kyumin Park and Jamin Shin and Seonghyun Kim and Lucy Park and Alice Oh and Jung-Woo Ha and
        Kyunghyun Cho},
    year={2021},
    eprint={2105.09680},
    archivePrefix={arXiv},
    primaryClass={cs.CL}
}
"""

_INPUTS = """
Args:
    predictions: One entry per example. ynat, nli, ood: label id or name. sts: number. ner: tags of a
        sentence, ids or names. re: 30 probabilities, or label id or name. dp: {"head": [...], "deprel":
        [...]}. mrc: {"guid": ..., "prediction_text": ...}. wos: list of "domain-slot-value" of a user turn.
    references: One entry per example, in the same form; re: label id or name; mrc: {"guid", "answers",
        "question_type", "is_impossible"} in any order, matched by guid.
    tokens: ner only: the characters of each sentence; positions that hold one space are left out, as in the
        official run.
    detailed: Add "detailed", the breakdown behind the scores.
    confidence_level: Add "confidence_intervals" of this level, such as 0.95: percentile bootstrap.
    n_resamples: Resamples of the bootstrap.
    seed: Seed of the bootstrap.
    signature: Add "signature", which names what the scores depend on.
    data_version: Version of the data that was scored, for the signature.
Returns:
    The official scores in percent. ynat: macro_f1. nli: accuracy. sts: pearsonr, f1. ner: entity_macro_f1,
    character_macro_f1. re: micro_f1, and auprc for probabilities. dp: uas_macro_f1, uas_micro_f1,
    las_macro_f1, las_micro_f1. mrc: exact_match, rouge_w. wos: joint_goal_acc, slot_micro_f1. ood: accuracy,
    macro_f1.
Examples:

    >>> metric = evaluate.load("klue_metric", "nli")
    >>> metric.compute(predictions=["entailment", 1, 2, 0], references=[0, 1, 2, 2])
    {'accuracy': 75.0}
"""


def _to_feature(storage: Any) -> Any:
    """Turn a task's storage type into a feature; see `Task.storage`."""
    if isinstance(storage, dict):
        return {name: _to_feature(part) for name, part in storage.items()}
    if isinstance(storage, list):
        return datasets.Sequence(_to_feature(storage[0]))
    return datasets.Value(storage) if isinstance(storage, str) else datasets.ClassLabel(names=list(storage))


class KlueMetric(evaluate.Metric):
    """KLUE's official scores for one config.

    Input is validated and encoded before `evaluate` sees it: its own cast would turn 1.5 into the label 1.
    What is stored in Arrow, and gathered from all processes, are the encoded columns.
    """

    file_paths: Any  # set by the base class
    filelocks: Any
    _tokens: bool | None = None  # ner: whether the batches so far came with tokens

    def _info(self) -> Any:
        task = find_task(self.config_name)
        sides = zip(Pair._fields, task.storage, strict=True)
        info = evaluate.MetricInfo(
            description=_DESCRIPTION,
            citation=_CITATION,
            inputs_description=_INPUTS,
            features=datasets.Features({side: _to_feature(storage) for side, storage in sides}),
            homepage="https://klue-benchmark.com",
            license="Apache-2.0",
            codebase_urls=["https://github.com/KLUE-benchmark/KLUE-baseline"],
            reference_urls=["https://arxiv.org/abs/2105.09680"],
        )
        # `_compute` gets Arrow arrays and so no Python object per value. The constructor would refuse this
        # format for nested features: the rule is meant for numpy.
        info.format = "arrow"
        return info

    def add_batch(self, *, predictions: Any = None, references: Any = None, tokens: Any = None) -> None:
        """Add a batch of predictions and references; of a batch with bad input nothing is stored."""
        pair = self._encode(predictions, references, tokens)
        # With many processes each has to open its file and meet the others, even with no examples.
        if size(pair.references) or self.num_process > 1:
            for block in blocks(pair):
                rows = [to_rows(column) for column in block]
                super().add_batch(predictions=rows[0], references=rows[1])

    def add(
        self,
        *,
        prediction: Any = None,
        reference: Any = None,
        predictions: Any = None,
        references: Any = None,
        tokens: Any = None,
    ) -> None:
        """Add one prediction and its reference; `evaluate` documents both spellings of the names."""
        one = [predictions if prediction is None else prediction]
        other = [references if reference is None else reference]
        pair = self._encode(one, other, None if tokens is None else [tokens])
        rows = [to_rows(column)[0] for column in pair]
        super().add(prediction=rows[0], reference=rows[1])

    def _encode(self, predictions: Any, references: Any, tokens: Any) -> Pair:
        task = find_task(self.config_name)
        pair = encode(task, Raw(task.config, predictions, references, tokens, start=len(self)))
        if task is ENTITIES and size(pair.references):
            # Refused here already, not only by the scorer, so that the bad batch is not stored.
            given = tokens is not None
            if self._tokens not in (None, given):
                found = "tokens in some batches only"
                raise bad_input(
                    task.config, "tokens", found, "tokens in every batch or in none", "add the tokens"
                )
            self._tokens = given
        return pair

    def compute(
        self,
        *,
        predictions: Any = None,
        references: Any = None,
        tokens: Any = None,
        detailed: bool = False,
        confidence_level: float | None = None,
        n_resamples: int = 1000,
        seed: int = 0,
        signature: bool = False,
        data_version: str | None = None,
    ) -> dict[str, Any] | None:
        """Score what was added and the batch given here; None on processes other than the first."""
        task = find_task(self.config_name)
        options = Options(detailed, confidence_level, n_resamples, seed, signature, data_version)
        options.check(task.config)
        if any(given is not None for given in (predictions, references, tokens)):
            self.add_batch(predictions=predictions, references=references, tokens=tokens)
        if self.writer is None and self.num_process == 1:
            raise empty_input(task)
        try:
            result: dict[str, Any] | None = super().compute(options=options)
        except BaseException:  # bad input found late, a warning turned into an error, an interrupt
            self._discard()
            raise
        finally:
            self._tokens = None
        return result

    def _compute(self, *, predictions: Any, references: Any, options: Options) -> dict[str, Any]:
        pair = Pair(from_arrow(predictions), from_arrow(references))
        return score_columns(find_task(self.config_name), pair, options)

    def _discard(self) -> None:
        """Drop gathered data that cannot be scored, as `compute` does with data that it scored."""
        self.data = self.writer = self.buf_writer = None
        locks: list[Any] = self.filelocks or []
        paths: list[str] = self.file_paths or []
        for lock, path in reversed(list(zip(locks, paths, strict=True))):
            Path(path).unlink(missing_ok=True)
            lock.release()
        self.filelocks = self.file_paths = None
