"""YAML with the line of every value, so that an error can point to it."""

from __future__ import annotations

from typing import Any

import yaml

Path = tuple[str | int, ...]


class DuplicateKeyError(ValueError):
    """A key stands twice in one mapping; YAML would keep the last in silence."""

    def __init__(self, path: Path, line: int) -> None:
        super().__init__(f"line {line}: {dotted(path)} stands twice")


def load(text: str) -> tuple[Any, dict[Path, int]]:
    """Parse a document of plain values.

    Returns:
        The document, and the line of every value in it by its path.

    Raises:
        yaml.YAMLError: it is no YAML, or holds a tag of its own.
        DuplicateKeyError: a key stands twice.
    """
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        lines: dict[Path, int] = {}
        return (_value(loader, root, (), lines) if root else None), lines
    finally:
        loader.dispose()


def _value(loader: yaml.SafeLoader, node: yaml.Node, path: Path, lines: dict[Path, int]) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(loader.construct_object(key_node))
            if key in found:
                raise DuplicateKeyError((*path, key), key_node.start_mark.line + 1)
            found[key] = _value(loader, value_node, (*path, key), lines)
            lines[(*path, key)] = key_node.start_mark.line + 1
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, item, (*path, index), lines) for index, item in enumerate(node.value)]
    return loader.construct_object(node, deep=True)


def line_of(path: Path, lines: dict[Path, int]) -> int:
    """Return the line of a value, or of the nearest value around it."""
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path, 1)


def dotted(path: Path) -> str:
    """Return a path as `baselines.bert-base.scores`."""
    return ".".join(map(str, path)) or "the document"
