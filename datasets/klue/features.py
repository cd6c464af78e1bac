"""Columns, spelled once and converted to what each reader of them wants.

A feature is written in the JSON spelling that every `datasets` release since 2.21 understands:
`{"dtype": "string", "_type": "Value"}` for a value, `[feature]` for a list, a dict of names for a
struct. Release 4 and later write lists as `{"_type": "List"}`, which older releases cannot read, so
nothing here is produced by `Features.to_dict`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import pyarrow as pa

Feature: TypeAlias = "dict[str, Any] | list[Any]"
Features: TypeAlias = "dict[str, Feature]"

ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int32": pa.int32(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
}


def value(dtype: str) -> Feature:
    """A scalar column of one of `ARROW_TYPES`."""
    return {"dtype": dtype, "_type": "Value"}


def class_label(names: Sequence[str]) -> Feature:
    """An integer column whose ids index `names`."""
    return {"names": list(names), "_type": "ClassLabel"}


STRING = value("string")
INT32 = value("int32")
FLOAT64 = value("float64")
BOOL = value("bool")


def arrow_type(feature: Feature) -> pa.DataType:
    """Return the Arrow storage type of a feature."""
    if isinstance(feature, list):
        return pa.list_(arrow_type(feature[0]))
    kind = feature.get("_type")
    if kind == "Value":
        return ARROW_TYPES[feature["dtype"]]
    if kind == "ClassLabel":
        return pa.int64()
    return pa.struct([(name, arrow_type(inner)) for name, inner in feature.items()])


def arrow_schema(features: Features) -> pa.Schema:
    """Return the schema with the `huggingface` metadata from which `datasets` restores the features."""
    metadata = {"huggingface": json.dumps({"info": {"features": features}}, ensure_ascii=False)}
    return pa.schema([(name, arrow_type(feature)) for name, feature in features.items()], metadata=metadata)


def yaml_features(features: Features) -> list[dict[str, Any]]:
    """Return the features as `dataset_info.features` in a dataset card's front matter."""
    return [{"name": name, **_yaml(feature)} for name, feature in features.items()]


def _yaml(feature: Feature) -> dict[str, Any]:
    if isinstance(feature, list):
        inner = _yaml(feature[0])
        if list(inner) == ["struct"]:
            return {"list": inner["struct"]}
        return {
            "list": inner["dtype"] if inner.keys() == {"dtype"} and isinstance(inner["dtype"], str) else inner
        }
    kind = feature.get("_type")
    if kind == "Value":
        return {"dtype": feature["dtype"]}
    if kind == "ClassLabel":
        # The Hub demands string keys.
        return {
            "dtype": {"class_label": {"names": {str(i): name for i, name in enumerate(feature["names"])}}}
        }
    return {"struct": [{"name": name, **_yaml(inner)} for name, inner in feature.items()]}


def table(features: Features, columns: Mapping[str, pa.Array]) -> pa.Table:
    """Put columns of any order into a table of exactly these features."""
    schema = arrow_schema(features)
    return pa.Table.from_arrays([columns[name] for name in schema.names], schema=schema)


def columns(rows: pa.Table) -> dict[str, pa.Array]:
    """Return the columns of a table, each as one array."""
    return {name: rows[name].combine_chunks() for name in rows.column_names}
