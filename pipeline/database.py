"""The DuckDB database that links and compares: opened, kept within its memory, filled from frames and asked."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl
from polars import selectors

from pipeline.shared import as_text
from schemas.tables import SHARED

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from pipeline.settings import Settings

HALF_OF_THE_MACHINE = "50%"
LEAST_MEGABYTES, ROWS_A_MEGABYTE = 500, 7_000
BATCH = 122_880  # rows: what DuckDB hands to one thread at a time
PIECE = 8 * BATCH


def open_database(memory_limit: str | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory database that reads no file and loads no extension; beyond the limit it spills to a private folder.

    Raises:
        duckdb.Error: the limit is none; settings and options are checked before.
    """
    import duckdb

    return duckdb.connect(
        ":memory:",
        config={
            "enable_external_access": "false",
            "preserve_insertion_order": "false",
            "memory_limit": memory_limit or HALF_OF_THE_MACHINE,
            "temp_directory": str(_spill_folder()),
        },
    )


def be_modest(con: duckdb.DuckDBPyConnection, rows: int, settings: Settings) -> None:
    """Take no more threads, and no more memory unless the user has said how much, than comparing so many rows needs.

    Measured: a commune and a province spill nothing; ten million dossiers a third of their rows, in no more time.
    Sides of one batch are one thread's work, and others that wait for it cost a fiftieth of a run.
    """
    if rows <= 2 * BATCH:
        con.execute("set threads = 1")
    modest = f"{LEAST_MEGABYTES + rows // ROWS_A_MEGABYTE}MB"
    is_less = "select parse_formatted_bytes($1) < parse_formatted_bytes(current_setting('memory_limit'))"
    if settings.memory_limit is None and con.execute(is_less, [modest]).fetchall()[0][0]:
        con.execute(f"set memory_limit = '{modest}'")


def give_back(con: duckdb.DuckDBPyConnection) -> None:
    """Give the machine what has been freed: DuckDB keeps it, but gives it away whenever its limit is set.

    It tells the limit rounded down to a tenth, below which each call would bring it.
    """
    ((limit,),) = con.execute("select current_setting('memory_limit')").fetchall()
    con.execute(f"set memory_limit = '{limit.replace(' ', '01 ')}'")


def forget_spilled() -> None:
    """Remove what an interrupted run has put on the disk."""
    shutil.rmtree(_spill_folder(), ignore_errors=True)


@cache
def _spill_folder() -> Path:
    """Where rows go that the memory does not hold. DuckDB makes it when needed and removes it when it is closed.

    Its own choice would be a folder of the current one, which others may share.
    """
    return Path(tempfile.gettempdir()) / f"doichieu-{token_hex(8)}"


class Rows(Protocol):
    """Anything that streams its rows as Arrow: a frame, or a query's result."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A new pass over the rows."""
        ...


@dataclass(frozen=True)
class ArrowStream:
    """Rows on their way between polars and DuckDB, read where they lie.

    Handed over as they are, a frame makes DuckDB import pyarrow (0.1 s), and a result makes polars hold on to
    DuckDB's classes, which complain on stderr when the program ends.
    """

    rows: Rows

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A new pass over the rows; each query opens one."""
        return self.rows.__arrow_c_stream__(requested_schema)


def put(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame, shared_as: str = "") -> None:
    """Make a frame a table; batches of rows are written at once. Shared texts become of a type, if one is named.

    A long one goes over in pieces: polars copies all that it hands over.
    """
    casts = [f"{name}::{shared_as} as {name}" for name in frame.select(selectors.categorical()).columns if shared_as]
    chosen = f"* replace ({', '.join(casts)})" if casts else "*"
    for place, piece in enumerate(_slices(frame, PIECE)):
        con.register("incoming", ArrowStream(pl.concat(_slices(piece, BATCH), rechunk=False)))
        make = f"insert into {table}" if place else f"create or replace table {table} as"
        con.execute(f"{make} select {chosen} from incoming")  # noqa: S608 -- our tables
        con.unregister("incoming")


def _slices(rows: pl.DataFrame, height: int) -> list[pl.DataFrame]:
    """The rows in order, at least one frame of them."""
    return [rows.slice(start, height) for start in range(0, max(1, rows.height), height)]


def fetch(con: duckdb.DuckDBPyConnection, statement: str, values: Mapping[str, Any]) -> pl.DataFrame:
    """A query's result as a frame, its texts written out."""
    return as_text(pl.DataFrame(ArrowStream(con.sql(statement, params=dict(values)))))


def fetch_shared(con: duckdb.DuckDBPyConnection, statement: str) -> pl.DataFrame:
    """A query's result as a frame, its texts kept once: for results as long as the files."""
    return pl.DataFrame(ArrowStream(con.sql(statement))).with_columns(selectors.string().cast(SHARED))
