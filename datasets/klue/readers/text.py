"""Places in text files, for messages."""

from __future__ import annotations


def line_at(data: bytes, offset: int) -> int:
    """Return the number of the line, from 1, in which a byte stands."""
    return data.count(b"\n", 0, offset) + 1


def utf8_error(data: bytes) -> tuple[str, str] | None:
    """Return the line and a description of the first byte that is not plain UTF-8, or None."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "line 1", "begins with a byte order mark; expected UTF-8 without one, save it so"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = f"byte 0x{data[error.start]:02x} is not UTF-8; expected a UTF-8 file"
        return f"line {line_at(data, error.start)}", problem
    return None
