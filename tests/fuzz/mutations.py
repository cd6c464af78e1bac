"""Small changes to valid bytes and documents: most of what is nearly right is wrong in one place."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

PLACES = st.integers(0, 2**32)

# What formats give a meaning to, what encodings stumble over, and numbers at the edge of their types.
TOKENS = (
    b"\n", b"\r\n", b"\n\n", b"\t", b" ", b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xc2\x85", b"\xe2\x80\xa8",
    b"## ", b"#", b"-", b"_", b"{", b"}", b"[", b"]", b'"', b"'", b",", b":", b": ", b"\\", b"\\u0000", b"\\ud800",
    b"null", b"true", b"0", b"-1", b"1e400", b"NaN", b"99999999999999999999", b"2147483648", b"\xea\xb0\x80", b"",
    b"&a ", b"*a", b"<<", b"!!python/object", b"|", b">", b"%", b"---", b"~", b"{{", b"%}", b"=",
)  # fmt: skip

ByteEdit = tuple[str, int, int, bytes]
BYTE_EDITS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "replace", "cut", "repeat", "end"]),
        PLACES,
        st.integers(0, 40),
        st.sampled_from(TOKENS),
    ),
    min_size=1,
    max_size=4,
)


def edit_bytes(data: bytes, edits: Sequence[ByteEdit]) -> bytes:
    """Insert a token, put it in place of some bytes, cut bytes out, repeat them, or end after them."""
    for kind, place, length, token in edits:
        start = place % (len(data) + 1)
        end = start + length
        if kind == "insert":
            data = data[:start] + token + data[start:]
        elif kind == "replace":
            data = data[:start] + token + data[start + max(1, len(token)) :]
        elif kind == "cut":
            data = data[:start] + data[end:]
        elif kind == "repeat":
            data = data[:end] + data[start:end] + data[end:]
        else:
            data = data[:start]
    return data


ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 3.0, 3.5, 1e300, -0.0, 2**31, 2**63, 10**30, "", " ", "a", "0", "\x00", "\ud800",
    "가", "user", "\u2028", "x" * 300, [], {}, [None], [[]], {"text": 1}, {"": None}, [1, "a", None],
)  # fmt: skip

TreeEdit = tuple[str, int, int, Any]


def tree_edits(odd: Sequence[Any] = ODD, most: int = 3) -> st.SearchStrategy[list[TreeEdit]]:
    """Edits for `edit_tree` that put in some of these values."""
    kinds = st.sampled_from(["put", "put", "take", "drop", "rename", "repeat"])
    edit = st.tuples(kinds, PLACES, PLACES, st.sampled_from(list(odd)))
    return st.lists(edit, min_size=1, max_size=most)


def edit_tree(document: Any, edits: Sequence[TreeEdit]) -> Any:
    """Return a changed copy of a document of dicts and lists.

    Put a value in some place, take the value of another place there, drop it, rename its key, or repeat it.
    """
    document = copy.deepcopy(document)
    for kind, place, other, value in edits:
        if not (isinstance(document, dict | list) and document):
            return copy.deepcopy(value)
        holder, key = _place(document, place)
        if kind == "put":
            holder[key] = copy.deepcopy(value)
        elif kind == "take":
            giver, name = _place(document, other)
            holder[key] = copy.deepcopy(giver[name])
        elif kind == "drop":
            del holder[key]
        elif isinstance(holder, dict):
            name = f"{key}x" if kind == "rename" else str(value)
            holder[name] = copy.deepcopy(holder[key]) if kind == "repeat" else holder.pop(key)
        else:
            holder.insert(other % (len(holder) + 1), copy.deepcopy(holder[key]))
    return document


def _place(holder: Any, number: int) -> tuple[Any, Any]:
    """Return the place that a number stands for, as the dict or list that holds it, and its key or index.

    It goes down level by level, so that the few places at the top are met as often as the many below.
    """
    while True:
        number, index = divmod(number, len(holder))
        key = list(holder)[index] if isinstance(holder, dict) else index
        inner = holder[key]
        number, stops = divmod(number, 4)
        if stops == 1 or not (isinstance(inner, dict | list) and inner):
            return holder, key
        holder = inner
