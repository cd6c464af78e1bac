"""The plainest reading of each raw format, row by row, to compare the columnar readers with."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from klue_hub.datasets.klue.tasks import get_task

Row = dict[str, Any]


def _id(config: str, name: str) -> int:
    return get_task(config).label_names.index(name)


def _picked(row: Row | None, keys: str) -> Row | None:
    return None if row is None else {key: row.get(key) for key in keys.split()}


def _ynat(row: Row) -> Row:
    annotations = _picked(row.get("annotations"), "annotators annotations")
    if annotations:
        scopes = "first-scope second-scope third-scope"
        annotations["annotations"] = _picked(annotations["annotations"], scopes)
    picked = _picked(row, "guid title url date predefined_news_category") or {}
    return {**picked, "label": _id("ynat", row["label"]), "annotations": annotations}


def _sts(row: Row) -> Row:
    picked = _picked(row, "guid source sentence1 sentence2") or {}
    annotations = _picked(row.get("annotations"), "agreement annotators annotations")
    return {
        **picked,
        "labels": {
            **{name: float(row["labels"][name]) for name in ("label", "real-label")},
            "binary-label": row["labels"]["binary-label"],
        },
        "annotations": annotations,
    }


def _nli(row: Row) -> Row:
    given = [row.get(f"label{number}") for number in (2, 3, 4, 5)]
    source, author = row.get("source"), row.get("author")
    return {
        **(_picked(row, "guid premise hypothesis") or {}),
        "source": row["genre"] if source is None else source,
        "label": _id("nli", row["gold_label"]),
        "author_label": None if author is None else _id("nli", author),
        "annotator_labels": [_id("nli", name) for name in given if name is not None],
    }


def _re(row: Row) -> Row:
    entities = {
        name: _picked(row[name], "word start_idx end_idx type")
        for name in ("subject_entity", "object_entity")
    }
    return {
        **(_picked(row, "guid sentence source") or {}),
        **entities,
        "label": _id("re", row["label"]),
    }


def _wos(row: Row) -> Row:
    turns = [
        {"role": turn["role"], "text": turn["text"], "state": turn.get("state") or []}
        for turn in row["dialogue"]
    ]
    return {"guid": row["guid"], "domains": row["domains"], "dialogue": turns}


def _mrc(document: Row) -> list[Row]:
    return [
        {
            **(_picked(article, "title news_category source") or {}),
            "context": paragraph["context"],
            **(_picked(question, "guid question question_type is_impossible") or {}),
            **{
                name: {
                    key: [answer[key] for answer in question.get(name) or []]
                    for key in ("answer_start", "text")
                }
                for name in ("answers", "plausible_answers")
            },
        }
        for article in document["data"]
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    ]


_JSON: dict[str, Callable[[Row], Row]] = {"ynat": _ynat, "sts": _sts, "nli": _nli, "re": _re, "wos": _wos}
JSON_CONFIGS = (*_JSON, "mrc")


def from_json(config: str, document: Any) -> list[Row]:
    """Return the rows that a parsed JSON file stands for."""
    return _mrc(document) if config == "mrc" else [_JSON[config](row) for row in document]


def _sentences(text: str) -> list[tuple[re.Match[str], list[list[str]]]]:
    """Return the head and the fields of every line of each sentence."""
    found: list[tuple[re.Match[str], list[list[str]]]] = []
    for line in text.split("\n"):
        if line.startswith("## "):
            head = re.fullmatch(r"## (\S+?_\d{5,})[-_]([^\t]+)\t(.*)", line)
            if head:
                found.append((head, []))
            elif found:
                raise ValueError(line)
        elif line:
            found[-1][1].append(line.split("\t"))
    return found


def _ner(text: str) -> list[Row]:
    return [
        {
            "sentence": head[3],
            "tokens": [token for token, _ in lines],
            "ner_tags": [_id("ner", tag) for _, tag in lines],
            "guid": head[1],
            "source": head[2],
        }
        for head, lines in _sentences(text)
    ]


def _dp(text: str) -> list[Row]:
    rows = []
    for head, lines in _sentences(text):
        index, word_form, lemma, pos, heads, deprel = (list(column) for column in zip(*lines, strict=True))
        rows.append(
            {
                "sentence": head[3],
                "index": [int(item) for item in index],
                "word_form": word_form,
                "lemma": lemma,
                "pos": pos,
                "head": [int(item) for item in heads],
                "deprel": deprel,
                "guid": head[1],
                "source": head[2],
            }
        )
    return rows


def _ood(text: str) -> list[Row]:
    lines = text.removesuffix("\n").split("\n") if text else []
    fields = [line.split("\t") for line in lines]
    return [
        {"guid": f"ood-v1_train_{row:05d}", "text": utterance.strip(), "label": int(label)}
        for row, (label, utterance) in enumerate(fields)
    ]


_TEXT: dict[str, Callable[[str], list[Row]]] = {"ner": _ner, "dp": _dp, "ood": _ood}
TEXT_CONFIGS = tuple(_TEXT)


def from_text(config: str, text: str) -> list[Row]:
    """Return the rows that the text of a TSV or 3i4K file stands for."""
    return _TEXT[config](text)
