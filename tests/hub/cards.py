"""What the Hub accepts as the front matter of a README."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

_BLOCK = re.compile(r"^(\s*---[\r\n]+)([\S\s]*?)([\r\n]+---(\r\n|\n|$))")
_LIMIT = 4 * 1024 * 1024

LICENSES = frozenset(
    [
        "apache-2.0",
        "mit",
        "openrail",
        "bigscience-openrail-m",
        "creativeml-openrail-m",
        "bigscience-bloom-rail-1.0",
        "bigcode-openrail-m",
        "afl-3.0",
        "artistic-2.0",
        "bsl-1.0",
        "bsd",
        "bsd-2-clause",
        "bsd-3-clause",
        "bsd-3-clause-clear",
        "c-uda",
        "cc",
        "cc0-1.0",
        "cc-by-2.0",
        "cc-by-2.5",
        "cc-by-3.0",
        "cc-by-4.0",
        "cc-by-sa-3.0",
        "cc-by-sa-4.0",
        "cc-by-nc-2.0",
        "cc-by-nc-3.0",
        "cc-by-nc-4.0",
        "cc-by-nd-4.0",
        "cc-by-nc-nd-3.0",
        "cc-by-nc-nd-4.0",
        "cc-by-nc-sa-2.0",
        "cc-by-nc-sa-3.0",
        "cc-by-nc-sa-4.0",
        "cdla-sharing-1.0",
        "cdla-permissive-1.0",
        "cdla-permissive-2.0",
        "wtfpl",
        "ecl-2.0",
        "epl-1.0",
        "epl-2.0",
        "etalab-2.0",
        "eupl-1.1",
        "eupl-1.2",
        "agpl-3.0",
        "gfdl",
        "gpl",
        "gpl-2.0",
        "gpl-3.0",
        "lgpl",
        "lgpl-2.1",
        "lgpl-3.0",
        "isc",
        "h-research",
        "intel-research",
        "lppl-1.3c",
        "ms-pl",
        "apple-ascl",
        "apple-amlr",
        "mpl-2.0",
        "odc-by",
        "odbl",
        "openmdw-1.0",
        "openrail++",
        "osl-3.0",
        "postgresql",
        "ofl-1.1",
        "ncsa",
        "unlicense",
        "zlib",
        "pddl",
        "lgpl-lr",
        "deepfloyd-if-license",
        "fair-noncommercial-research-license",
        "llama2",
        "llama3",
        "llama3.1",
        "llama3.2",
        "llama3.3",
        "llama4",
        "grok2-community",
        "gemma",
        "unknown",
        "other",
    ]
)
_SDKS = ("gradio", "docker", "static", "streamlit")
_COLORS = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")
_SIZES = re.compile(r"n<1K|n>1T|(1K<n<10K|10K<n<100K|100K<n<1M|1M<n<10M|10M<n<100M|100M<n<1B|1B<n<10B)")


@dataclass
class Findings:
    """Messages about a card; errors refuse it, warnings do not."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def check_card(text: str, kind: str) -> Findings:
    """Read the front matter of a README as the Hub does before it takes one."""
    found = Findings()
    if len(text.encode()) > _LIMIT:
        found.errors.append("README.md is too large")
    block = _BLOCK.match(text)
    if block is None:
        found.warnings.append("empty or missing yaml metadata in repo card")
        return found
    try:
        data = yaml.safe_load(block[2])
    except (yaml.YAMLError, ValueError) as error:
        found.errors.append(f"Failed to parse YAML: {str(error).splitlines()[0]}")
        return found
    if data is None:
        found.warnings.append("empty or missing yaml metadata in repo card")
    elif not isinstance(data, dict):
        found.errors.append('"value" must be of type object')
    else:
        _check_common(data, found)
        {"model": _check_model, "dataset": _check_dataset, "space": _check_space}[kind](data, found)
    return found


def _texts(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _check_common(data: dict[str, Any], found: Findings) -> None:
    if "license" in data:
        for item in _texts(data["license"]):
            if not isinstance(item, str) or item not in LICENSES:
                found.errors.append(f'"license" must be one of [{", ".join(sorted(LICENSES))}, array]')
    for key in ("language", "datasets", "metrics"):
        if key in data and not all(isinstance(item, str) for item in _texts(data[key])):
            found.errors.append(f'"{key}" must be a string or an array of strings')
    if "tags" in data and not (
        isinstance(data["tags"], list) and all(isinstance(tag, str) for tag in data["tags"])
    ):
        found.errors.append('"tags" must be an array of strings')
    for key in ("pretty_name", "library_name", "pipeline_tag", "title"):
        if key in data and not isinstance(data[key], str):
            found.errors.append(f'"{key}" must be a string')


def _check_model(data: dict[str, Any], found: Findings) -> None:
    if "model-index" not in data:
        return
    index = data["model-index"]
    if not isinstance(index, list):
        found.errors.append('"model-index" must be an array')
        return
    for at, model in enumerate(index):
        where = f"model-index[{at}]"
        if not isinstance(model, dict):
            found.errors.append(f'"{where}" must be of type object')
            continue
        _require(model, "name", str, where, found)
        if _require(model, "results", list, where, found):
            for row, result in enumerate(model["results"]):
                _check_result(result, f"{where}.results[{row}]", found)


def _check_result(result: object, where: str, found: Findings) -> None:
    if not isinstance(result, dict):
        found.errors.append(f'"{where}" must be of type object')
        return
    for key, inner in (("task", ("type",)), ("dataset", ("type", "name"))):
        if _require(result, key, dict, where, found):
            for name in inner:
                _require(result[key], name, str, f"{where}.{key}", found)
    if _require(result, "metrics", list, where, found):
        for at, metric in enumerate(result["metrics"]):
            inside = f"{where}.metrics[{at}]"
            if not isinstance(metric, dict):
                found.errors.append(f'"{inside}" must be of type object')
            elif _require(metric, "type", str, inside, found) and "value" not in metric:
                found.errors.append(f'"{inside}.value" is required')


def _require(data: dict[str, Any], key: str, kind: type, where: str, found: Findings) -> bool:
    if key not in data:
        found.errors.append(f'"{where}.{key}" is required')
    elif not isinstance(data[key], kind):
        name = {str: "a string", list: "an array", dict: "of type object"}[kind]
        found.errors.append(f'"{where}.{key}" must be {name}')
    else:
        return True
    return False


def _check_dataset(data: dict[str, Any], found: Findings) -> None:
    for key in ("task_categories", "task_ids", "size_categories", "configs"):
        if key in data and not isinstance(data[key], list):
            found.errors.append(f'"{key}" must be an array')
    for size in _texts(data.get("size_categories", [])):
        if not isinstance(size, str) or not _SIZES.fullmatch(size):
            found.errors.append(f'"size_categories" holds an unknown size: {size}')
    names = []
    for at, config in enumerate(_texts(data.get("configs", []))):
        if isinstance(config, dict) and _require(config, "config_name", str, f"configs[{at}]", found):
            names.append(config["config_name"])
        elif not isinstance(config, dict):
            found.errors.append(f'"configs[{at}]" must be of type object')
    if len(names) != len(set(names)):
        found.errors.append('"configs" contains a duplicate config_name')


def _check_space(data: dict[str, Any], found: Findings) -> None:
    if data.get("sdk") not in _SDKS:
        found.errors.append(f'"sdk" must be one of [{", ".join(_SDKS)}]')
    version = data.get("sdk_version")
    if version is not None and not (
        isinstance(version, str) and re.fullmatch(r"\d+\.\d+(\.\d+\S*)?", version)
    ):
        found.errors.append(f'"sdk_version" is not a version: {version!r}')
    for key in ("colorFrom", "colorTo"):
        if key in data and data[key] not in _COLORS:
            found.errors.append(f'"{key}" must be one of [{", ".join(_COLORS)}]')
    short = data.get("short_description", "")
    if not isinstance(short, str) or len(short) > 60:
        found.errors.append('"short_description" length must be less than or equal to 60 characters long')
