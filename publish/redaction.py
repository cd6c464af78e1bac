"""Secrets never leave: every line that is shown goes through here."""

from __future__ import annotations

import re

from huggingface_hub import get_token

HIDDEN = "hf_***"
# Tokens of the Hub, and whatever a server may echo from a header.
_PATTERNS = (re.compile(r"hf_(?:oauth_|jwt_)?[A-Za-z0-9]{8,}"), re.compile(r"(?i)(?<=bearer )[^\s\"',]+"))


def redact(text: str) -> str:
    """Return a text without the token in use, nor anything that looks like one."""
    token = get_token()
    if token:
        text = text.replace(token, HIDDEN)
    for pattern in _PATTERNS:
        text = pattern.sub(HIDDEN, text)
    return text
