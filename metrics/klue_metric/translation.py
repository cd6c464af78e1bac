"""What the scorers and the readers say, in Korean. The catalogue is `korean.yaml`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

from .errors import ScoreInputError

Language = Literal["en", "ko"]
CATALOGUE: Final = Path(__file__).with_name("korean.yaml")

_GAP: Final = re.compile(r"\{([a-z]+)\}")
# What quotes the input needs no words: a number, or a value with its type as `errors.show` writes it.
_SHOWN: Final = re.compile(r"-?[0-9.e+-]+|.* \([A-Za-z_.0-9]+\)|'.*'(?:\.\.\.)?", re.DOTALL)
_SAME_FAULT: Final = re.compile(r"(.*) \(the same fault at (.*)\)", re.DOTALL)
_MORE: Final = re.compile(r" and ([0-9]+) more$")


class _Wording(NamedTuple):
    pattern: re.Pattern[str]
    korean: str


@cache
def _catalogue() -> dict[str, list[_Wording] | str]:
    import yaml

    found = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    return {
        part: rows if isinstance(rows, str) else [_Wording(_pattern(en), ko) for en, ko in rows.items()]
        for part, rows in found.items()
    }


def _pattern(wording: str) -> re.Pattern[str]:
    pieces = _GAP.split(wording)
    texts = [f"(?P<{piece}>.+?)" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces)]
    return re.compile("".join(texts), re.DOTALL)


def translate(message: ScoreInputError | str, language: Language) -> str:
    """Say an error, or a warning, in a language.

    Args:
        message: An error, or the text of a warning.
        language: `en` or `ko`.

    Returns:
        The text; what the catalogue does not know stays English.
    """
    if language == "en":
        return str(message)
    if isinstance(message, str):
        config, colon, sentence = message.partition(": ")
        return f"{config}{colon}{look_up('warnings', sentence) or sentence}"
    if not message.where:
        return str(message)
    parts = {
        "config": message.config,
        "where": look_up("places", message.where) or message.where,
        "found": _found(message.found),
        "expected": look_up("expected", message.expected) or message.expected,
        "fix": look_up("fix", message.fix) or message.fix,
    }
    return _fill(_text("frame"), parts)


def _found(found: str) -> str:
    same = _SAME_FAULT.fullmatch(found)
    if same:
        others = _MORE.sub(r" 외 \1곳", same[2])
        return _fill(_text("same_fault"), {"found": _found(same[1]), "others": others})
    return look_up("found", found) or found


def look_up(part: str, text: str) -> str | None:
    """Return the Korean wording of a part of a message; None if the catalogue has none.

    Args:
        part: `places`, `found`, `expected`, `fix` or `warnings`.
        text: The English wording.
    """
    for wording in _catalogue()[part]:
        assert isinstance(wording, _Wording)
        match = wording.pattern.fullmatch(text)
        if match:
            return _fill(wording.korean, match.groupdict())
    return text if part == "found" and _SHOWN.fullmatch(text) else None


def _text(part: str) -> str:
    text = _catalogue()[part]
    assert isinstance(text, str)
    return text


def _fill(text: str, values: dict[str, str]) -> str:
    """Put values into a wording; what stands in a value is never taken for a gap."""
    return _GAP.sub(lambda gap: values.get(gap[1], gap[0]), text)
