"""Spark that looks to the steps of linking like the DuckDB connection they were written for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.spark.dialect import translate
from pipeline.spark.functions import add_functions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.database import Rows
    from pipeline.spark.dialect import Statement

DEFAULTS = {
    "spark.master": "local[*]",
    "spark.app.name": "doichieu",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.memory": "4g",  # locally the driver does all the work; the JVM's own default is 1 GB
    "spark.sql.shuffle.partitions": "16",  # Spark merges what is too small; for a cluster its own file says more
    "spark.sql.session.timeZone": "UTC",  # days have no zone
}


class SparkDatabase:
    """Tables are Parquet files in a folder that driver and executors share; each statement that makes one runs at once.

    So no plan grows with the steps before it, and what a step has written is there for anybody to look at.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spark = _session()
        self._tables: dict[str, Any] = {}  # name → frame over its files
        self._written = 0
        self._result: Any = None

    def execute(self, statement: str, values: Mapping[str, Any] | None = None) -> SparkDatabase:
        """Run a statement written for DuckDB.

        Raises:
            Untranslatable: it says something of which nobody has said what it is in Spark.
        """
        columns = {name: list(frame.columns) for name, frame in self._tables.items()}
        self._result = self._run(translate(statement, values or {}, columns))
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows of the last select."""
        return [tuple(row) for row in self._result.collect()]

    def register(self, name: str, rows: Rows) -> None:
        """Make rows that lie in this process a table."""
        path = self._place(name)
        path.mkdir()
        _signed(pl.DataFrame(rows)).write_parquet(path / "rows.parquet")
        self._keep(name, path)

    def unregister(self, name: str) -> None:
        """Forget a table."""
        self._tables.pop(name, None)
        self.spark.catalog.dropTempView(name)

    def rows(self, name: str) -> pl.DataFrame:
        """A table's rows in this process."""
        return pl.read_parquet(self.path(name) / "*.parquet")

    def path(self, name: str) -> Path:
        """The folder of a table's Parquet files."""
        return max(self.folder.glob(f"*-{name}"))

    def stop(self) -> None:
        """End the session and its Java process."""
        self.spark.stop()

    def _run(self, statement: Statement) -> Any:  # noqa: ANN401 -- a Spark frame
        table = statement.table
        match statement.kind:
            case "select":
                return self.spark.sql(statement.select)
            case "create":
                self._write(table, self.spark.sql(statement.select))
            case "declare":
                declared = ", ".join(f"`{name}` {kind}" for name, kind in statement.types.items())
                if not (statement.is_kept_if_there and table in self._tables):
                    self._write(table, self.spark.createDataFrame([], declared))
            case "insert":
                self._insert(table, self.spark.sql(statement.select))
            case "drop":
                self.unregister(table)
        return None

    def _insert(self, table: str, rows: Any) -> None:  # noqa: ANN401 -- a Spark frame
        """By position, in the types of the table."""
        before = self._tables[table]
        fitting = [rows[name].cast(field.dataType) for name, field in zip(rows.columns, before.schema, strict=True)]
        self._write(table, before.union(rows.select(fitting)))

    def _write(self, table: str, rows: Any) -> None:  # noqa: ANN401 -- a Spark frame
        path = self._place(table)
        rows.write.parquet(str(path))
        self._keep(table, path)

    def _keep(self, table: str, path: Path) -> None:
        self._tables[table] = self.spark.read.parquet(str(path))
        self._tables[table].createOrReplaceTempView(table)

    def _place(self, table: str) -> Path:
        self._written += 1
        return self.folder / f"{self._written:03}-{table}"


def _session() -> Any:  # noqa: ANN401 -- a SparkSession: pyspark ships no types to this environment
    """The session; spark-submit, PYSPARK_SUBMIT_ARGS and spark-defaults.conf say where and with how much."""
    from pyspark import SparkConf  # pyright: ignore[reportMissingImports] -- of the extra `spark`
    from pyspark.sql import SparkSession  # pyright: ignore[reportMissingImports] -- of the extra `spark`

    said = SparkConf()
    builder = SparkSession.builder
    for name, value in DEFAULTS.items():
        builder = builder if said.contains(name) else builder.config(name, value)
    spark = builder.getOrCreate()
    add_functions(spark)
    return spark


def _signed(rows: pl.DataFrame) -> pl.DataFrame:
    """Spark reads unsigned numbers as the next wider signed ones; of bytes and shorts it would complain."""
    return rows.cast({pl.UInt8: pl.Int32, pl.UInt16: pl.Int32})
