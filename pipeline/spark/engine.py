"""Linking and rules on Spark, between reading and reporting on this machine."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pipeline import database, link, reconcile
from pipeline.errors import IoFault, UsageFault
from pipeline.numbering import TEXTS
from pipeline.queries import queries
from pipeline.spark.database import SparkDatabase

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from datetime import date

    import duckdb

    from pipeline.settings import Settings

INPUTS = (
    *("case_record", "logbook_entry", *TEXTS, "unit", "quarantined", "source_file", "decided_pair"),
    *("mandatory_feed", "catalogue_field", "catalogue_procedure"),
)
RESULTS = ("link", "pattern", "linked", "coverage", "unseen_procedure")  # what reports read


@dataclass(frozen=True)
class OnSpark:
    """Compares on Spark what lies in DuckDB, and leaves there what comparing in DuckDB would have left."""

    folder: Path | None  # driver and executors share it; a temporary one of this machine when None

    def __call__(
        self, con: duckdb.DuckDBPyConnection, as_of: date, settings: Settings, tell: Callable[[str], None]
    ) -> None:
        """Send the rows over, link, find, and fetch `link`, `finding` and what reports read beside them."""
        tell("spark")
        with _database(self.folder) as spark:
            send(con, spark)
            tell("link")
            compare(spark, as_of, settings, tell)
            fetch_results(con, spark)


def send(con: duckdb.DuckDBPyConnection, spark: SparkDatabase) -> None:
    """The accepted rows and what the configuration says of them, as Parquet."""
    con.execute(link.DECIDED_PAIR)
    for table in INPUTS:
        spark.register(table, database.fetch(con, f"from {table}", {}))


def compare(spark: SparkDatabase, as_of: date, settings: Settings, tell: Callable[[str], None]) -> None:
    """The steps of sql/20_link, then each rule's findings as a table named after it."""
    as_duckdb = cast("duckdb.DuckDBPyConnection", spark)  # the steps only execute, register, unregister and fetch all
    link.link(as_duckdb, settings)
    tell("reconcile")
    values = reconcile.rule_values(as_of, settings)
    reconcile.put_side_by_side(as_duckdb, as_of)
    for rule in queries("30_rules"):
        spark.execute(f"create or replace table {rule.rule_id} as {rule.statement}", values)


def fetch_results(con: duckdb.DuckDBPyConnection, spark: SparkDatabase) -> None:
    """What Spark found, as the tables that reports read."""
    for table in RESULTS:
        database.put(con, table, spark.rows(table))
    con.execute(reconcile.FINDING)
    for rule in queries("30_rules"):
        database.put(con, "found", spark.rows(rule.rule_id))
        con.execute(f"insert into finding by name select '{rule.rule_id}' as rule_id, * from found")  # noqa: S608 -- our files
    con.execute("drop table found")


@contextmanager
def _database(folder: Path | None) -> Generator[SparkDatabase]:
    with tempfile.TemporaryDirectory(prefix="doichieu-spark-", dir=folder) as inside:
        spark = _started(Path(inside))
        try:
            yield spark
        finally:
            spark.stop()


def _started(folder: Path) -> SparkDatabase:
    try:
        return SparkDatabase(folder)
    except ModuleNotFoundError as missing:
        tip = "Install the extra: pip install 'doichieu[spark]'."
        raise UsageFault(f"--engine spark: {missing.name} is not installed", tip) from missing
    except RuntimeError as fault:  # of PySpark: Java did not start, or the master cannot be reached
        tip = "It needs Java 17 or newer, and a master that answers."
        raise IoFault(f"--engine spark: Spark did not start ({type(fault).__name__})", tip) from fault
