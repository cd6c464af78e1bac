"""What the page says, in English or Korean."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, get_args

import yaml

Language = Literal["en", "ko"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
LANGUAGE_NAMES: Final[dict[Language, str]] = {"en": "English", "ko": "한국어"}


class Words:
    """The texts of one language.

    Attributes:
        language: Which.
    """

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def __call__(self, *path: str, **values: object) -> str:
        """Look up one text and fill in its values.

        Args:
            *path: Keys in page_texts.yaml, such as `"tasks", "nli"`.
            **values: What its braces stand for.
        """
        entry: Any = _texts()
        for key in path:
            entry = entry[key]
        text: str = entry[self.language]
        return text.format(**values) if values else text

    def name(self, group: str, name: str) -> str:
        """Name one row of the detail: in words where the texts have some, else as the data has it."""
        known = _texts()["names"].get(group, {})
        return known[name][self.language] if name in known else name

    def groups(self) -> list[tuple[str, list[str]]]:
        """The kinds of tasks, each with its configs."""
        return [(group["name"][self.language], group["tasks"]) for group in _texts()["groups"]]


@cache
def _texts() -> dict[str, Any]:
    path = Path(__file__).with_name("page_texts.yaml")
    texts: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return texts


def choose_language(wanted: str | None, accepted: str | None) -> Language:
    """Choose the language to open with.

    Args:
        wanted: `lang` of the address, if given.
        accepted: The browser's Accept-Language, if sent.
    """
    for language in LANGUAGES:
        if wanted == language:
            return language
    return "ko" if (accepted or "").strip().lower().startswith("ko") else "en"
