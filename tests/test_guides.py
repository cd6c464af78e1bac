"""The guides of CONTRIBUTING.md, followed on a copy: they name every file, and what was added works."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

PACKAGES = ("datasets/klue", "metrics/klue_metric", "model_cards", "publish")


class Checkout:
    """A copy of the repository, whose packages are imported in place of the installed ones."""

    def __init__(self, root: Path) -> None:
        self.root = root
        ignore = shutil.ignore_patterns("__pycache__")
        for name in ("datasets", "metrics", "model_cards", "publish"):
            shutil.copytree(ROOT / name, root / name, ignore=ignore)
        shutil.copy(ROOT / "pyproject.toml", root)
        (root / "tests" / "model_cards" / "golden").mkdir(parents=True)
        self.links = root.parent / "links"
        for package in PACKAGES:
            link = self.links / "klue_hub" / package
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(root / package)
        self.before = self.state()

    def state(self) -> dict[str, str]:
        """Every file by its content."""
        return {
            path.relative_to(self.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.root.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }

    def touched(self) -> set[str]:
        """Files that are new or changed."""
        return {path for path, digest in self.state().items() if self.before.get(path) != digest}

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a passage that stands there once."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, (path, old, text.count(old))
        (self.root / path).write_text(text.replace(old, new), encoding="utf-8")

    def append(self, path: str, text: str) -> None:
        """Add to the end of a file."""
        with (self.root / path).open("a", encoding="utf-8") as file:
            file.write(text)

    def run(self, *command: str, module: bool = False) -> str:
        """Run Python here: a script of the copy, or a module."""
        home = str(self.root.parent / "home")
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.links),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HF_HOME": home,
            "HF_DATASETS_CACHE": f"{home}/datasets",
            "HF_MODULES_CACHE": f"{home}/modules",
            "HF_EVALUATE_CACHE": f"{home}/evaluate",
        }
        line = [sys.executable, *(("-m",) if module else ()), *command]
        done = subprocess.run(
            line, cwd=self.root, env=environment, capture_output=True, text=True, timeout=240
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    copy = Checkout(tmp_path / "copy")
    where = copy.run("-c", "import klue_hub.datasets.klue as package; print(package.__file__)").strip()
    assert where.startswith(str(copy.links))  # not the installed one
    return copy


def guide(heading: str) -> list[str]:
    """The files that a guide lists."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition(f"### {heading}\n")[2].partition("\n### ")[0].partition("\n## ")[0]
    found = re.findall(r"^- `([^`]+)`:", section, re.MULTILINE)
    assert found, heading
    return found


def follows(heading: str, name: str, checkout: Checkout, left_out: frozenset[str] = frozenset()) -> None:
    """Check that the files touched are those that the guide lists, no more and no fewer."""
    listed = [path.replace("NAME", name) for path in guide(heading)]

    def is_of(path: str, entry: str) -> bool:
        return path.startswith(entry) if entry.endswith("/") else path == entry

    touched = checkout.touched()
    assert {path for path in touched if not any(is_of(path, entry) for entry in listed)} == set()
    unused = {entry for entry in listed if not any(is_of(path, entry) for path in touched)}
    assert unused == left_out


# --- a task ----------------------------------------------------------------------------------------

READER = '''"""mood: whether a short message is glad, sad or neither. Made up for a test."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from .. import labels
from ..features import STRING, class_label, columns, table
from ..readers.json_rows import RowFormat, encode_labels, read_rows
from ..task import RawSplit, Task

FEATURES = {"guid": STRING, "message": STRING, "label": class_label(labels.MOOD)}
_RAW = RowFormat({**FEATURES, "label": STRING})


def read(raw: RawSplit) -> Iterator[pa.Table]:
    """Stream a raw file as tables of `FEATURES`."""
    for start, rows in read_rows(raw, _RAW):
        names = rows["label"].combine_chunks()
        label = encode_labels(raw.path, start, "label", names, labels.MOOD)
        yield table(FEATURES, {**columns(rows), "label": label})


TASK = Task(
    config="mood",
    features=FEATURES,
    read=read,
    text=lambda rows: rows["message"],
    labels=lambda rows: rows["label"],
    label_names=labels.MOOD,
    one_label_per_row=True,
    is_official=False,
)
'''
PROSE = """\
  mood:
    title: Mood of a message, not an official task
    title_ko: 메시지의 기분
    abbreviation: MOOD
    unit: message
    summary_en: Is a short message glad, sad or neither?
    summary_ko: 짧은 메시지의 기분을 세 가지로 나눕니다. KLUE의 공식 과제가 아닙니다.
    text_from: Made up for a test.
    annotation: Made up for a test.
    metrics:
      accuracy: share of messages with the right class
    task_categories: [text-classification]
    task_ids: [intent-classification]
    tags: [mood]
    licence: CC0 1.0
    labels_are: Moods, one a message
    length_of: the message
    restored: []
    columns:
      guid: Identifier of the row.
      message: The message.
      label: The mood.
"""
MOODS = ("기쁨", "슬픔", "보통")


def write_raw(checkout: Checkout) -> None:
    """Pin made-up raw files: the official list names them, the sample holds them."""
    path = checkout.root / "datasets/klue/sources.json"
    catalogue = json.loads(path.read_text(encoding="utf-8"))
    for version in catalogue["versions"].values():
        version["mood"] = {
            split: {
                "origin": "klue-1.1.0",
                "path": f"klue_benchmark/mood-v1/mood-v1_{name}.json",
                "blob_id": "0" * 40,
                "rows": 12,
            }
            for split, name in (("train", "train"), ("validation", "dev"))
        }
    path.write_text(json.dumps(catalogue, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    folder = checkout.root / "datasets/klue/sample/klue_benchmark/mood-v1"
    folder.mkdir()
    for split in ("train", "dev"):
        rows = [
            {"guid": f"mood-v1_{split}_{i:05d}", "message": f"{split} {i}번째 메시지", "label": MOODS[i % 3]}
            for i in range(12)
        ]
        (folder / f"mood-v1_{split}.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def test_adding_a_task_takes_the_files_that_the_guide_lists(  # long: the guide, step by step
    checkout: Checkout,
) -> None:
    names = f"\nMOOD = {MOODS!r}\n"
    checkout.append("datasets/klue/labels.py", names)
    (checkout.root / "datasets/klue/tasks/mood.py").write_text(READER, encoding="utf-8")
    checkout.edit("datasets/klue/tasks/__init__.py", "import dp, mrc", "import dp, mood, mrc")
    checkout.edit("datasets/klue/tasks/__init__.py", "wos, ood)", "wos, ood, mood)")
    write_raw(checkout)
    checkout.append("datasets/klue/card/prose.yaml", PROSE)
    checkout.run("klue_hub.datasets.klue.pin_sample", module=True)

    checkout.append("metrics/klue_metric/labels.py", names)
    checkout.edit("metrics/klue_metric/classification.py", "import NLI, ", "import MOOD, NLI, ")
    checkout.append(
        "metrics/klue_metric/classification.py", 'MOOD_TASK = label_task("mood", MOOD, ("accuracy",))\n'
    )
    checkout.edit("metrics/klue_metric/tasks.py", "import INFERENCE, ", "import INFERENCE, MOOD_TASK, ")
    checkout.edit("metrics/klue_metric/tasks.py", "DIALOGUE, INTENTION)", "DIALOGUE, INTENTION, MOOD_TASK)")
    checkout.edit(
        "metrics/klue_metric/layouts.py", '    "ood": LABEL,\n', '    "ood": LABEL,\n    "mood": LABEL,\n'
    )
    checkout.edit(
        "metrics/make_examples.py",
        '    "ood": _label(labels.OOD),\n',
        '    "ood": _label(labels.OOD),\n    "mood": _label(labels.MOOD),\n',
    )
    checkout.run("metrics/make_examples.py")
    checkout.run("metrics/render_card.py")
    follows("Add a task", "mood", checkout)

    out = checkout.run("publish/push_all.py", "--source", "sample", "--to", "../hub", "--only", "datasets")
    assert "Done: written and verified." in out
    card = (checkout.root.parent / "hub/datasets/klue/klue/README.md").read_text(encoding="utf-8")
    assert "### mood: Mood of a message, not an official task (MOOD)" in card
    code = (
        "import evaluate, datasets\n"
        "gold = datasets.load_dataset('../hub/datasets/klue/klue', 'mood', split='validation')['label']\n"
        "print(len(gold), evaluate.load('metrics/klue_metric', 'mood').compute(predictions=['기쁨'] * 12, references=gold))\n"
        "from klue_hub.metrics.klue_metric.examples import example_file\n"
        "from pathlib import Path\n"
        "for side in ('predictions', 'references'):\n"
        "    Path(f'../{side}.csv').write_bytes(example_file('mood', side)[1])\n"
    )
    assert checkout.run("-c", code).splitlines()[-1].startswith("12 {'accuracy': 33.33")
    command = (
        "klue_hub.metrics.klue_metric.terminal",
        "mood",
        "../predictions.csv",
        "--references",
        "../references.csv",
    )
    assert "mood: 12 examples" in checkout.run(*command, module=True)


# --- a baseline ------------------------------------------------------------------------------------


def test_adding_a_baseline_takes_the_files_that_the_guide_lists(checkout: Checkout) -> None:
    from .model_cards.test_cards import ELEVENTH

    checkout.edit("model_cards/baselines.yaml", "\n# The other models", ELEVENTH)
    golden = ("bert-tiny", "--to", "tests/model_cards/golden", "--cards-only")
    checkout.run("klue_hub.model_cards", *golden, module=True)
    checkout.run("metrics/render_card.py")
    follows("Add a baseline", "bert-tiny", checkout, frozenset({"metrics/klue_metric/published.json"}))
    out = checkout.run("publish/push_all.py", "--only", "models", "--model", "bert-tiny", "--to", "../hub")
    assert "bert-tiny" in out
    assert (checkout.root.parent / "hub/models/klue/bert-tiny/README.md").is_file()


# --- a data version --------------------------------------------------------------------------------


def test_adding_a_data_version_takes_the_files_that_the_guide_lists(checkout: Checkout) -> None:
    path = checkout.root / "datasets/klue/sources.json"
    catalogue = json.loads(path.read_text(encoding="utf-8"))
    new = json.loads(json.dumps(catalogue["versions"]["1.1.0"]))
    new["sts"]["validation"] |= {
        "path": "klue_benchmark/klue-sts-v1.2/klue-sts-v1.2_dev.json",
        "blob_id": "1" * 40,
    }
    catalogue["versions"] = {"1.2.0": new, **catalogue["versions"]}
    path.write_text(json.dumps(catalogue, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sample = checkout.root / "datasets/klue/sample/klue_benchmark"
    rows = json.loads((sample / "klue-sts-v1.1/klue-sts-v1.1_dev.json").read_text(encoding="utf-8"))
    (sample / "klue-sts-v1.2").mkdir()
    changed = json.dumps(rows[:-1], ensure_ascii=False)
    (sample / "klue-sts-v1.2/klue-sts-v1.2_dev.json").write_text(changed, encoding="utf-8")
    checkout.run("klue_hub.datasets.klue.pin_sample", module=True)
    follows("Add a data version", "", checkout)

    code = (
        "from klue_hub.datasets.klue import Klue, VERSIONS\n"
        "print(VERSIONS)\n"
        "for version in (None, '1.1.0'):\n"
        "    builder = Klue(config_name='sts', source='sample', **({'version': version} if version else {}))\n"
        "    builder.download_and_prepare()\n"
        "    print(len(builder.as_dataset(split='validation')))\n"
    )
    assert checkout.run("-c", code).splitlines() == [
        "('1.2.0', '1.1.0', '1.0.0')", str(len(rows) - 1), str(len(rows)),
    ]  # fmt: skip
    out = checkout.run("publish/push_all.py", "--source", "sample", "--to", "../hub", "--only", "datasets")
    assert "Data version 1.2.0" in out


# --- a metric option -------------------------------------------------------------------------------


def test_adding_a_metric_option_takes_the_files_that_the_guide_lists(checkout: Checkout) -> None:
    pipeline, metric = "metrics/klue_metric/pipeline.py", "metrics/klue_metric/klue_metric.py"
    checkout.edit(
        pipeline,
        "    data_version: str | None = None\n\n",
        "    data_version: str | None = None\n    as_share: bool = False\n\n",
    )
    checkout.edit(
        pipeline,
        'for name in ("detailed", "signature"):',
        'for name in ("detailed", "signature", "as_share"):',
    )
    checkout.edit(
        pipeline,
        "    told = task.undefined(totals)",
        "    if options.as_share:\n        result = {name: value / 100 for name, value in result.items()}\n    told = task.undefined(totals)",
    )
    checkout.edit(
        metric,
        "        data_version: str | None = None,\n",
        "        data_version: str | None = None,\n        as_share: bool = False,\n",
    )
    checkout.edit(metric, "signature, data_version)\n", "signature, data_version, as_share)\n")
    checkout.edit(
        metric,
        "    data_version: Version of",
        "    as_share: Give shares of 1, not percent.\n    data_version: Version of",
    )
    checkout.edit(
        "metrics/klue_metric/README.md.j2",
        "- **data_version** (str)",
        "- **as_share** (bool): give shares of 1, not percent.\n- **data_version** (str)",
    )
    checkout.run("metrics/render_card.py")
    follows("Add a metric option", "", checkout)
    code = (
        "import evaluate\n"
        "metric = evaluate.load('metrics/klue_metric', 'nli')\n"
        "print(metric.compute(predictions=[0, 1], references=[0, 2], as_share=True))\n"
    )
    assert checkout.run("-c", code).splitlines()[-1] == "{'accuracy': 0.5}"


def test_every_guide_names_files_that_exist() -> None:
    for heading in ("Add a task", "Add a baseline", "Add a data version", "Add a metric option"):
        for path in guide(heading):
            assert "NAME" in path or (ROOT / path).exists(), (heading, path)
