"""Parquet files of anybody: read without unpacking more than fits, whatever they claim.

A few kilobytes of Parquet can hold one long text that a million rows point at. So texts are read as the
dictionaries that they are stored as, and what they would unpack to is counted before any is unpacked.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from .errors import FileInputError
from .layouts import GUID, LAYOUTS, OWN, TOKENS
from .origin import Origin
from .parsing import Table, check_rows, check_values

MAX_UNPACKED_BYTES: Final = 500_000_000  # of the columns that are read
MAX_VALUES: Final = 30_000_000  # in them
BATCH_ROWS: Final = 1024


def parse_parquet(path: Path, origin: Origin) -> Table:
    """Read the columns that hold entries.

    Raises:
        FileInputError: It is no Parquet, has no such column, or unpacks to too much.
    """
    import pyarrow as pa  # takes longer to import than most files take to read

    try:
        rows = list(_read(path, origin))
    except FileInputError:
        raise
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        # pyarrow reports a damaged file by any of these; its text may hold bytes of it.
        found = f"no readable Parquet ({type(error).__name__})"
        fix = "write it again, for example with pandas.DataFrame.to_parquet"
        raise origin.error(found, "a whole Parquet file", fix) from None
    check_values(rows, origin)
    return Table(rows)


def _read(path: Path, origin: Origin) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(path)
    check_rows(metadata.num_rows, origin)
    columns = _wanted_columns(metadata.schema.to_arrow_schema().names, origin)
    texts = _check_claims(metadata, columns, origin)
    with pq.ParquetFile(path, read_dictionary=texts) as file:
        unpacked = 0
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=columns):
            unpacked += sum(_unpacked_bytes(column) for column in batch.columns)
            if unpacked > MAX_UNPACKED_BYTES:
                raise _bomb(origin)
            yield from batch.to_pylist()


def _wanted_columns(names: list[str], origin: Origin) -> list[str]:
    wanted = LAYOUTS[origin.config].columns(origin.side)
    known = [name.partition(".")[0] for name in (*OWN[origin.side], *wanted)]
    columns = [name for name in dict.fromkeys((*known, GUID, TOKENS)) if name in names]
    if not set(columns) & set(known):
        found = f"only {', '.join(repr(name[:30]) for name in names[:8])}" if names else "no columns"
        raise origin.error(found, f"a column {' or '.join(map(repr, wanted))}", "name the column so")
    return columns


def _check_claims(metadata: Any, columns: list[str], origin: Origin) -> list[str]:
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
    if size > MAX_UNPACKED_BYTES or values > MAX_VALUES:
        raise _bomb(origin)
    return list(texts)


def _unpacked_bytes(array: Any) -> int:
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
        return sum(_unpacked_bytes(part) for part in array.flatten())
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return int(array.nbytes) + _unpacked_bytes(array.flatten())
    return int(array.nbytes)


def _bomb(origin: Origin) -> FileInputError:
    expected = f"at most {MAX_UNPACKED_BYTES // 1_000_000} MB and {MAX_VALUES} values when unpacked"
    return origin.error(
        "a Parquet file that unpacks to more", expected, "leave out columns that scoring does not need"
    )
