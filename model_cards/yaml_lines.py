"""YAML with the line of every value, so that an error can point to it."""

from __future__ import annotations

from typing import Any

import yaml

Path = tuple[str | int, ...]


class NotPlainError(ValueError):
    """What YAML allows, or lets pass in silence, and plain facts must not hold.

    Args:
        path, line: where it stands.
        problem: what is wrong with it.
    """

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {dotted(path)} {problem}")


def load(text: str) -> tuple[Any, dict[Path, int]]:
    """Parse a document of plain values.

    Returns:
        The document, and the line of every value in it by its path.

    Raises:
        yaml.YAMLError: it is no YAML, or holds a tag of its own.
        NotPlainError: a key stands twice, a value is none of its kind (31 February) or no text, or there is
            an alias: a few of those can stand for more than any memory holds.
    """
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        lines: dict[Path, int] = {}
        return (_value(loader, root, (), lines, set()) if root else None), lines
    finally:
        loader.dispose()


def _value(
    loader: yaml.SafeLoader, node: yaml.Node, path: Path, lines: dict[Path, int], seen: set[yaml.Node]
) -> Any:
    lines[path] = line = node.start_mark.line + 1
    if node in seen:
        raise NotPlainError(path, line, "is named by an alias; write it out in both places")
    seen.add(node)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(_scalar(loader, key_node, path))
            if key in found:
                raise NotPlainError((*path, key), key_node.start_mark.line + 1, "stands twice")
            found[key] = _value(loader, value_node, (*path, key), lines, seen)
            lines[(*path, key)] = key_node.start_mark.line + 1
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, item, (*path, index), lines, seen) for index, item in enumerate(node.value)]
    return _scalar(loader, node, path)


def _scalar(loader: yaml.SafeLoader, node: yaml.Node, path: Path) -> Any:
    try:
        value = loader.construct_object(node, deep=True)
        str(value).encode()
        return value
    except UnicodeEncodeError:
        raise NotPlainError(path, node.start_mark.line + 1, "holds a lone surrogate; remove it") from None
    except ValueError as error:  # what looks like a number or a day, and is none
        kind = node.tag.rpartition(":")[2]
        problem = f"is no {kind} that can be read ({error}); quote it, if it is text"
        raise NotPlainError(path, node.start_mark.line + 1, problem) from None


def line_of(path: Path, lines: dict[Path, int]) -> int:
    """Return the line of a value, or of the nearest value around it."""
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path, 1)


def dotted(path: Path) -> str:
    """Return a path as `baselines.bert-base.scores`."""
    return ".".join(map(str, path)) or "the document"
