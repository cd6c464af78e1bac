"""How `evaluate` finds, copies and loads the metric."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from klue_hub.metrics.klue_metric import labels
from klue_hub.metrics.klue_metric.tasks import TASKS

from .conftest import SHARED, SOURCE, Load
from .strategies import CONFIGS

# What evaluate copies; the page and the command have modules of their own besides.
_SIBLING = re.compile(r"^from \.(\w+) import", re.MULTILINE)
HOST = {"datasets", "evaluate"}  # whoever loads the metric by evaluate has them
PACKAGES = {"huggingface_hub": "huggingface-hub", "yaml": "pyyaml"}  # named otherwise than imported


def siblings(module: str) -> set[str]:
    """Modules of the folder that a module needs, and those that these need."""
    found: set[str] = set()
    todo = [module]
    while todo:
        text = (SOURCE / f"{todo.pop()}.py").read_text(encoding="utf-8")
        new = set(_SIBLING.findall(text)) - found
        found |= new
        todo += new
    return found


def libraries(module: str) -> set[str]:
    """Packages that a module imports, anywhere in it."""
    tree = ast.parse((SOURCE / f"{module}.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {
        str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level
    }
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names


SCORERS = sorted(siblings("klue_metric"))


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize(("folder", "name"), [("metrics", "klue_metric"), (".", "metrics/klue_metric")])
def test_loads_by_name_from_a_folder_with_only_these_files(
    space: Path, monkeypatch: pytest.MonkeyPatch, folder: str, name: str, config: str
) -> None:
    import evaluate

    monkeypatch.chdir(space / folder)
    metric = evaluate.load(name, config)
    assert metric.name == "klue_metric"
    assert metric.config_name == config
    assert "auprc" in metric.inputs_description


def test_every_sibling_is_named_for_the_loader() -> None:
    from evaluate.loading import get_imports

    found = get_imports(str(SOURCE / "klue_metric.py"))
    assert sorted(name for kind, name, *_ in found if kind == "internal") == SCORERS
    named = {name for kind, name, *_ in found if kind == "library"}
    assert named == {"__future__", "datasets", "evaluate", "pathlib", "typing"}
    assert not [row for row in found if row[0] == "external"]


@pytest.mark.parametrize("module", SCORERS)
def test_scorers_need_numpy_alone(module: str) -> None:
    assert libraries(module) <= {"numpy"}


def test_requirements_name_what_the_folder_imports_and_nothing_else() -> None:
    lines = (SOURCE / "requirements.txt").read_text(encoding="utf-8").split()
    named = {re.split(r"[<>=\[]", line)[0] for line in lines}
    imported = set().union(*(libraries(path.stem) for path in SOURCE.glob("*.py"))) - HOST
    assert named == {PACKAGES.get(name, name) for name in imported}


def test_scoring_modules_import_quickly_and_alone() -> None:
    code = """
import sys, time
start = time.perf_counter()
import klue_hub.metrics.klue_metric.pipeline
import json
heavy = {"datasets", "evaluate", "sklearn", "scipy", "pyarrow", "torch", "pandas"} & set(sys.modules)
print(json.dumps([sorted(heavy), time.perf_counter() - start]))
"""
    runs = [
        json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(3)
    ]
    assert all(heavy == [] for heavy, _ in runs)
    assert min(seconds for _, seconds in runs) < 0.2


def test_modules_are_short() -> None:
    long = {path.name: n for path in SOURCE.glob("*.py") if (n := len(path.read_text().splitlines())) > 300}
    assert long == {}


def test_label_orders_equal_the_facts() -> None:
    path = SHARED / "facts" / "labels.json"
    if not path.is_file():
        pytest.skip("needs ../shared/facts/labels.json, not on this machine")
    facts = json.loads(path.read_text())
    for config, names in {"ynat": labels.YNAT, "nli": labels.NLI, "ner": labels.NER, "re": labels.RE}.items():
        assert list(names) == facts[config]["labels"]
    assert list(labels.OOD) == facts["ood"]["labels"]
    assert list(labels.DP) == facts["dp"]["deprel_order_of_the_official_scorer"]
    assert facts["dp"]["others_from_index"] == labels.DP_OTHERS_FROM


def test_the_nine_configs_and_their_scores() -> None:
    assert {config: task.scores for config, task in TASKS.items()} == {
        "ynat": ("macro_f1",),
        "sts": ("pearsonr", "f1"),
        "nli": ("accuracy",),
        "ner": ("entity_macro_f1", "character_macro_f1"),
        "re": ("micro_f1", "auprc"),
        "dp": ("uas_macro_f1", "uas_micro_f1", "las_macro_f1", "las_micro_f1"),
        "mrc": ("exact_match", "rouge_w"),
        "wos": ("joint_goal_acc", "slot_micro_f1"),
        "ood": ("accuracy", "macro_f1"),
    }


def test_features_show_the_label_names(load: Load) -> None:
    assert load("ynat").features["references"].names == list(labels.YNAT)
    assert set(load("mrc").features["predictions"]) == {"guid", "prediction_text"}


def test_unknown_config_lists_the_known(space: Path) -> None:
    import evaluate

    with pytest.raises(ValueError, match="tc") as caught:
        evaluate.load(str(space / "metrics" / "klue_metric"), "tc")
    assert str(caught.value) == (
        "klue_metric: config_name: found 'tc' (str); expected one of ynat, sts, nli, ner, re, dp, mrc, wos, ood; "
        'name one, as in evaluate.load("klue_metric", "nli")'
    )
