"""The yardstick: the same configs read in the plain way, one dict a row, by a `GeneratorBasedBuilder`.

Written as a dataset script usually is: `json.load` or a loop over lines, one yielded dict a row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import datasets

from klue_hub.datasets.klue import labels
from klue_hub.datasets.klue.tasks import TASKS, get_task

Row = dict[str, Any]


@dataclass
class RowByRowConfig(datasets.BuilderConfig):
    """A config and its raw files by split."""

    files: dict[str, str] = field(default_factory=dict)


class RowByRow(datasets.GeneratorBasedBuilder):
    """Yields one encoded row at a time."""

    VERSION = datasets.Version("1.1.0")
    BUILDER_CONFIG_CLASS = RowByRowConfig
    BUILDER_CONFIGS = [RowByRowConfig(name=name) for name in TASKS]  # noqa: RUF012

    def _info(self) -> datasets.DatasetInfo:
        return datasets.DatasetInfo(features=datasets.Features.from_dict(get_task(self.config.name).features))

    def _split_generators(self, dl_manager: datasets.DownloadManager) -> list[datasets.SplitGenerator]:
        del dl_manager
        return [
            datasets.SplitGenerator(name=split, gen_kwargs={"path": path, "split": split})
            for split, path in self.config.files.items()
        ]

    def _generate_examples(self, path: str, split: str) -> Iterator[tuple[int, Row]]:
        yield from enumerate(READERS[self.config.name](Path(path), split))


def _ynat(path: Path, split: str) -> Iterator[Row]:
    del split
    for row in json.loads(path.read_text(encoding="utf-8")):
        yield {name: row[name] for name in get_task("ynat").features}


def _sts(path: Path, split: str) -> Iterator[Row]:
    del split
    for row in json.loads(path.read_text(encoding="utf-8")):
        yield {name: row[name] for name in get_task("sts").features}


def _nli(path: Path, split: str) -> Iterator[Row]:
    del split
    for row in json.loads(path.read_text(encoding="utf-8")):
        yield {
            "guid": row["guid"],
            "source": row.get("source", row.get("genre")),
            "premise": row["premise"],
            "hypothesis": row["hypothesis"],
            "label": row["gold_label"],
            "author_label": row["author"],
            "annotator_labels": [row[f"label{number}"] for number in (2, 3, 4, 5)],
        }


def _re(path: Path, split: str) -> Iterator[Row]:
    del split
    yield from json.loads(path.read_text(encoding="utf-8"))


def _mrc(path: Path, split: str) -> Iterator[Row]:
    del split
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for question in paragraph["qas"]:
                yield {
                    "title": article["title"],
                    "context": paragraph["context"],
                    "news_category": article.get("news_category"),
                    "source": article["source"],
                    "guid": question["guid"],
                    "is_impossible": question["is_impossible"],
                    "question_type": question["question_type"],
                    "question": question["question"],
                    "answers": _answers(question["answers"]),
                    "plausible_answers": _answers(question.get("plausible_answers", [])),
                }


def _answers(answers: list[Row]) -> Row:
    return {
        "answer_start": [answer["answer_start"] for answer in answers],
        "text": [answer["text"] for answer in answers],
    }


def _wos(path: Path, split: str) -> Iterator[Row]:
    del split
    for row in json.loads(path.read_text(encoding="utf-8")):
        for turn in row["dialogue"]:
            turn.setdefault("state", [])
        yield row


def _sentences(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    header, lines = "", []
    with path.open(encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n")
            if line.startswith("## klue-"):
                header = line.removeprefix("## ")
            elif not line and header:
                yield header, lines
                header, lines = "", []
            elif line and header:
                lines.append(line.split("\t"))
    if header:
        yield header, lines


def _ner(path: Path, split: str) -> Iterator[Row]:
    del split
    for header, lines in _sentences(path):
        name, sentence = header.split("\t", 1)
        yield {
            "sentence": sentence,
            "tokens": [token for token, _ in lines],
            "ner_tags": [tag for _, tag in lines],
            "guid": name[:-9],
            "source": name.replace("_", "-").rpartition("-")[2],
        }


def _dp(path: Path, split: str) -> Iterator[Row]:
    del split
    for header, lines in _sentences(path):
        name, sentence = header.split("\t", 1)
        guid, _, source = name.rpartition("_")
        yield {
            "sentence": sentence,
            "index": [int(line[0]) for line in lines],
            "word_form": [line[1] for line in lines],
            "lemma": [line[2] for line in lines],
            "pos": [line[3] for line in lines],
            "head": [int(line[4]) for line in lines],
            "deprel": [line[5] for line in lines],
            "guid": guid,
            "source": source,
        }


def _ood(path: Path, split: str) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="\r\n") as file:
        for number, line in enumerate(file):
            label, text = line.split("\t")
            yield {
                "guid": f"ood-v1_{split}_{number:05d}",
                "text": text.strip(),
                "label": labels.OOD[int(label)],
            }


READERS = {
    "ynat": _ynat,
    "sts": _sts,
    "nli": _nli,
    "ner": _ner,
    "re": _re,
    "dp": _dp,
    "mrc": _mrc,
    "wos": _wos,
    "ood": _ood,
}
