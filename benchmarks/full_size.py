"""Raw files of the official sizes, made by repeating the bundled sample under new guids."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from klue_hub.datasets.klue.sources import OFFICIAL, SAMPLE, sample_source

VERSION = "1.1.0"
# Published counts of 1.0.0 stand in where 1.1.0 has none.
ROWS = {
    config: {
        split: file.rows or OFFICIAL.files("1.0.0", config)[split].rows or 0
        for split, file in OFFICIAL.files(VERSION, config).items()
    }
    for config in OFFICIAL.versions[VERSION]
}


def write_all(folder: Path) -> None:
    """Write every raw file of the current data version below a folder laid out like upstream."""
    for config, splits in ROWS.items():
        for split, rows in splits.items():
            sample = sample_source().catalogue.files(VERSION, config)[split]
            origin = sample_source().catalogue.origins[sample.origin]
            path = folder / origin.folder / OFFICIAL.files(VERSION, config)[split].path
            path.parent.mkdir(parents=True, exist_ok=True)
            raw = (SAMPLE / origin.folder / sample.path).read_bytes().decode()
            WRITERS.get(config, _json_rows)(path, raw, rows)


def _numbered(items: Iterable[Any], rows: int) -> Iterator[tuple[int, Any]]:
    return enumerate(islice(cycle(list(items)), rows))


def _json_rows(path: Path, raw: str, rows: int) -> None:
    repeated = [{**row, "guid": _guid(row["guid"], i)} for i, row in _numbered(json.loads(raw), rows)]
    path.write_text(json.dumps(repeated, ensure_ascii=False, indent=4), encoding="utf-8")


def _mrc(path: Path, raw: str, rows: int) -> None:
    """Repeat articles until they hold so many questions."""
    articles, count = [], 0
    for article in cycle(json.loads(raw)["data"]):
        copy = json.loads(json.dumps(article))
        for question in (question for paragraph in copy["paragraphs"] for question in paragraph["qas"]):
            question["guid"] = _guid(question["guid"], count)
            count += 1
        articles.append(copy)
        if count >= rows:
            break
    path.write_text(json.dumps({"data": articles}, ensure_ascii=False, indent=4), encoding="utf-8")


def _tsv(path: Path, raw: str, rows: int) -> None:
    start = raw.index("## klue-")
    sentences = raw[start:].strip("\n").split("\n\n")
    number = re.compile(r"_\d{5}")
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(raw[:start])
        for i, sentence in _numbered(sentences, rows):
            file.write(number.sub(f"_{i:05d}", sentence, count=1) + "\n\n")


def _text(path: Path, raw: str, rows: int) -> None:
    lines = raw.split("\r\n")
    path.write_bytes("\r\n".join(line for _, line in _numbered(lines, rows)).encode())


def _guid(guid: str, number: int) -> str:
    return f"{guid.rpartition('_')[0]}_{number:05d}"


WRITERS: dict[str, Callable[[Path, str, int], None]] = {"mrc": _mrc, "ner": _tsv, "dp": _tsv, "ood": _text}
