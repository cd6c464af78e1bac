"""Reads a Parquet file of anybody, as a process of its own: `parquet.py` starts it.

A damaged file can end the process that reads it, beyond any `except`: Arrow's C++ then calls `terminate`.
And a few kilobytes can hold one long text that a million rows point at; so texts are read as the dictionaries
that they are stored as, and what they would unpack to is counted before any is unpacked.

Run as `python parquet_reader.py FILE ORDER` with ORDER as JSON: `columns` that may be read, `entries`, of
which one has to be there, and the limits `rows`, `bytes` and `values`. Prints JSON: `{"rows": [...]}`, or
`{"fault": KIND, "found": ...}`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BATCH_ROWS = 1024
MOST_MEMORY = 8 << 30  # bytes of address space; Arrow reserves far more than it uses


class FaultError(Exception):
    """The file is refused; the arguments are the kind of fault and what was found."""


def read(path: Path, order: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows.

    Raises:
        FaultError: The file has no wanted column, or more than the limits allow.
    """
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(path)
    if not 0 < metadata.num_rows <= order["rows"]:
        raise FaultError("rows", metadata.num_rows)
    names = metadata.schema.to_arrow_schema().names
    columns = [name for name in order["columns"] if name in names]
    if not set(columns) & set(order["entries"]):
        raise FaultError("columns", names[:8])
    texts = check_claims(metadata, columns, order)
    with pq.ParquetFile(path, read_dictionary=texts) as file:
        unpacked = 0
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=columns):
            unpacked += sum(unpacked_bytes(column) for column in batch.columns)
            if unpacked > order["bytes"]:
                raise FaultError("bomb", unpacked)
            yield from batch.to_pylist()


def check_claims(metadata: Any, columns: list[str], order: dict[str, Any]) -> list[str]:
    """Refuse what claims to be too much, before a page of it is read; return the paths that hold texts."""
    size = values = 0
    texts: dict[str, None] = {}
    for group in range(metadata.num_row_groups):
        for index in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(index)
            if chunk.path_in_schema.partition(".")[0] in columns:
                size, values = size + chunk.total_uncompressed_size, values + chunk.num_values
                if chunk.physical_type == "BYTE_ARRAY":
                    texts[chunk.path_in_schema] = None
    if size > order["bytes"] or values > order["values"]:
        raise FaultError("bomb", size)
    return list(texts)


def unpacked_bytes(array: Any) -> int:
    """Count the bytes of an array once its texts are unpacked."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    if pa.types.is_dictionary(kind):
        if not len(array.dictionary):
            return int(array.nbytes)
        lengths = pc.binary_length(array.dictionary.cast(pa.binary()))
        return int(array.nbytes) + int(pc.sum(lengths.take(array.indices)).as_py() or 0)
    if pa.types.is_struct(kind):
        return sum(unpacked_bytes(part) for part in array.flatten())
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return int(array.nbytes) + unpacked_bytes(array.flatten())
    return int(array.nbytes)


def limit_memory() -> None:
    """Bound this process, where the system can."""
    try:
        import resource
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard == resource.RLIM_INFINITY or hard > MOST_MEMORY:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, hard))


def main() -> None:
    """Read, and print what came of it."""
    path, order = Path(sys.argv[1]), json.loads(sys.argv[2])
    sys.path.pop(0)  # this folder, whose modules have names that others have too
    limit_memory()
    try:
        answer: dict[str, Any] = {"rows": list(read(path, order))}
    except FaultError as fault:
        answer = {"fault": fault.args[0], "found": fault.args[1]}
    except (
        Exception
    ) as error:  # a damaged file is told by errors of any kind, and their text may hold bytes of it
        answer = {"fault": "damaged", "found": type(error).__name__}
    sys.stdout.write(json.dumps(answer, default=str))  # `dump` would write a piece at a time


if __name__ == "__main__":
    main()
