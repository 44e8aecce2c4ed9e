"""The state on disk: each run writes a whole new DuckDB file and renames it into place; readers keep theirs.

A file is complete or absent: power cuts left 30 of 96 states unreadable when one file was changed in place, none when
each change was a new file (OPERATIONS.md). A rewrite also leaves nothing of deleted rows behind.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from pipeline.database import ArrowStream
from pipeline.errors import ConfigFault, IoFault, NoInput
from pipeline.night.home import sync_folder
from schemas.state import TABLES, VERSION

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import duckdb

    from pipeline.night.home import Home
    from schemas.tables import Kind

NAME = re.compile(r"\A(\d{6})\.duckdb\Z")
KEPT = 7  # generations
SMALL_BLOCKS: dict[str, str | bool | int | float | list[str]] = {
    "default_block_size": "16384",  # a commune's state in tens of small columns: 5 times smaller
    "memory_limit": "256MB",  # else all blocks of a province stay in memory, beside the frames that have their rows
    "threads": "2",  # each holds a row group of its own while it writes
}

State = dict[str, pl.DataFrame]  # a frame per table of schemas/state.py


def empty_state() -> State:
    """Before the first night."""
    return {name: pl.DataFrame(schema=columns) for name, columns in TABLES.items()}


def generations(folder: Path) -> list[Path]:
    """The generations in a folder, oldest first."""
    return sorted(path for path in folder.iterdir() if NAME.match(path.name))


def newest_state(home: Home, leave_out: Collection[str] = ()) -> State:
    """The state as the last complete run left it; an empty one before the first. Tables left out are empty.

    Raises:
        ConfigFault: it is damaged, or a newer version of doichieu wrote it.
    """
    files = generations(home.state)
    if not files:
        return empty_state()
    try:
        return read_state(files[-1], leave_out)
    except DamagedState as fault:
        raise ConfigFault(f"{files[-1]}: is damaged ({fault})", _way_back(home, files[:-1])) from None


class DamagedState(Exception):
    """A generation that does not open or has an unreadable block."""


def newest_rows(home: Home, name: str) -> pl.DataFrame:
    """One table of the newest state: the books' rows are as large as the files, and are read when they are needed.

    Raises:
        ConfigFault: as newest_state.
    """
    return newest_state(home, [other for other in TABLES if other != name])[name]


def read_state(path: Path, leave_out: Collection[str] = ()) -> State:
    """Every table of one generation; reading all of them reads and checks every block.

    Raises:
        DamagedState: the file cannot be read to its end.
        ConfigFault: its schema is newer than this program.
    """
    import duckdb

    try:
        with duckdb.connect(str(path), read_only=True, config=SMALL_BLOCKS) as con:
            version = con.execute("select version from meta").fetchall()[0][0]
            if version > VERSION:
                raise ConfigFault(
                    f"{path}: schema {version} is newer than this program's {VERSION}", "Install the newer doichieu."
                )
            names = {name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()}
            there = names.difference(leave_out)
            return {name: _read(con, name, columns, there) for name, columns in TABLES.items()}
    except duckdb.Error as fault:
        raise DamagedState(type(fault).__name__) from None


def write_state(home: Home, state: State) -> Path:
    """Make a new generation; until its rename the old one stands.

    Raises:
        IoFault: the disk is full or does not answer; nothing has changed.
    """
    import duckdb

    files = generations(home.state)
    number = int(files[-1].stem) + 1 if files else 1
    target = home.state / f"{number:06}.duckdb"
    temporary = home.state / f".{number:06}.new"
    discard(temporary)
    try:
        _fill(temporary, state)
        _into_place(temporary, target)
    except (duckdb.Error, OSError) as fault:
        discard(temporary)
        reason = fault.strerror if isinstance(fault, OSError) else type(fault).__name__
        raise IoFault(f"{home.state}: the new state cannot be written ({reason})", "Free some space.") from None
    return target


def discard(temporary: Path) -> None:
    """Remove an unfinished generation and what DuckDB keeps beside it (a log, a folder of spilled rows)."""
    for path in (Path(f"{temporary}.wal"), Path(f"{temporary}.tmp"), temporary):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def prune(home: Home) -> None:
    """Leave the newest generations; each is whole, so the older ones only serve restoring."""
    for path in generations(home.state)[:-KEPT]:
        path.unlink()


def restore(home: Home, source: Path) -> Path:
    """Make a good file, a generation or a backup, the newest generation.

    Raises:
        NoInput: no such file.
        ConfigFault: it is damaged or too new.
        IoFault: the disk refuses.
    """
    if not source.is_file():
        raise NoInput(f"{source}: no such file", "Name a backup or a file of state/.")
    try:
        return write_state(home, read_state(source))
    except DamagedState as fault:
        raise ConfigFault(f"{source}: is damaged ({fault})", "Name another backup.") from None


def _fill(path: Path, state: State) -> None:
    import duckdb

    with duckdb.connect(str(path), config=SMALL_BLOCKS) as con:
        con.execute("begin")
        con.execute("create table meta as select ? as version", [VERSION])
        for name, columns in TABLES.items():
            frame = state[name].select(pl.col(column).cast(kind) for column, kind in columns.items())
            con.register("incoming", ArrowStream(frame))
            con.execute(f"create table {name} as from incoming")
            con.unregister("incoming")
        con.execute("commit")
        con.execute("checkpoint")


def _into_place(temporary: Path, target: Path) -> None:
    if Path(f"{temporary}.wal").exists():
        raise AssertionError("a write-ahead log is left after the checkpoint")
    temporary.chmod(0o600)
    descriptor = os.open(temporary, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temporary.rename(target)
    sync_folder(target.parent)


def _read(con: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, Kind], there: set[str]) -> pl.DataFrame:
    if name not in there:
        return pl.DataFrame(schema=columns)
    frame = pl.DataFrame(ArrowStream(con.sql(f"from {name}")))
    return frame.select(
        (pl.col(column) if column in frame.columns else pl.lit(None)).cast(kind).alias(column)
        for column, kind in columns.items()
    )


def _way_back(home: Home, older: list[Path]) -> str:
    """The exact command that brings the newest good generation back."""
    for path in reversed(older):
        try:
            read_state(path)
        except DamagedState:
            continue
        return f"doichieu restore --home {home.folder} {path}"
    return f"No older generation can be read: restore a backup with `doichieu restore --home {home.folder} FILE`."
