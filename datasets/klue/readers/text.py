"""Places in text files, for messages."""

from __future__ import annotations

import numpy as np
import pyarrow as pa


def line_at(data: bytes, offset: int) -> int:
    """Return the number of the line, from 1, in which a byte stands."""
    return data.count(b"\n", 0, offset) + 1


def utf8_error(data: bytes) -> tuple[str, str] | None:
    """Return the line and a description of the first byte that is not plain UTF-8, or None."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "line 1", "begins with a byte order mark; expected UTF-8 without one, save it so"
    if _is_utf8(data):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = f"byte 0x{data[error.start]:02x} is not UTF-8; expected a UTF-8 file"
        return f"line {line_at(data, error.start)}", problem
    return None


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8, found without a decoded copy of them."""
    offsets = pa.py_buffer(np.array([0, len(data)], np.int64))
    try:
        pa.LargeStringArray.from_buffers(1, offsets, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
