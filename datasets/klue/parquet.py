"""Parquet files that every `datasets` release since 2.21 loads with the right features.

They are written with pyarrow itself: what `datasets` 4 and later write, older releases cannot read.
The schema's metadata comes from `features.arrow_schema`.
"""

from __future__ import annotations

import inspect
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

COMPRESSION = "zstd"
COMPRESSION_LEVEL = 9
# Cuts pages where the content says so: a changed row then changes one chunk on the Hub's store, not
# every chunk behind it. pyarrow 21 and later.
_CHUNKED = (
    {"use_content_defined_chunking": True}
    if "use_content_defined_chunking" in inspect.signature(pq.ParquetWriter.__init__).parameters
    else {}
)


class SplitWriter:
    """Writes the tables of one split, a row group each or more.

    Args:
        path: the file to write; an existing one is replaced.
        schema: with the `huggingface` metadata.
        rows_per_group: rows of a row group at most.
    """

    def __init__(self, path: str, schema: pa.Schema, rows_per_group: int) -> None:
        self.num_bytes = 0
        self._rows_per_group = rows_per_group
        self._writer = pq.ParquetWriter(
            path,
            schema,
            compression=COMPRESSION,
            compression_level=COMPRESSION_LEVEL,
            write_page_index=True,
            **_CHUNKED,
        )

    def write(self, table: pa.Table) -> None:
        """Append a table."""
        self.num_bytes += table.nbytes
        self._writer.write_table(table, row_group_size=self._rows_per_group)

    def __enter__(self) -> SplitWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()
