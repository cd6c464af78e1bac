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

MODULES = sorted(
    path.stem for path in SOURCE.glob("*.py") if path.stem not in ("__init__", "klue_metric", "app")
)


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
    assert sorted(name for kind, name, *_ in found if kind == "internal") == MODULES
    libraries = {name for kind, name, *_ in found if kind == "library"}
    assert libraries == {"__future__", "datasets", "evaluate", "pathlib", "typing"}
    assert not [row for row in found if row[0] == "external"]


def test_requirements_name_numpy_and_every_import_is_numpy_or_standard() -> None:
    requirements = (SOURCE / "requirements.txt").read_text().split()
    assert [re.split(r"[<>=]", line)[0] for line in requirements] == ["numpy"]
    for name in MODULES:
        tree = ast.parse((SOURCE / f"{name}.py").read_text())
        imported = {n.name for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names}
        imported |= {
            str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level
        }
        assert {module.split(".")[0] for module in imported} - sys.stdlib_module_names <= {"numpy"}, name


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
