"""The same SQL files on the same rows: every row of every version of every table, DuckDB against Spark."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, cast

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline import database, link, reconcile
from pipeline.queries import queries
from pipeline.settings import load_settings
from pipeline.spark.engine import INPUTS, RESULTS
from tests.benchmarks.generate import generate
from tests.benchmarks.levels import OFFICE
from tests.spark.environment import AS_OF, PYTHON, call, doichieu, is_ready

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import duckdb

    from pipeline.database import Rows

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_ready(), reason="needs Java 17 and .venv-spark: make spark"),
]

WRITES = re.compile(r"\s*(?:create or replace table|insert into|truncate) (\w+)")
Versions = dict[str, list[pl.DataFrame]]


class Witness:
    """A DuckDB connection that keeps what each statement leaves in its table."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self.versions: Versions = defaultdict(list)

    def execute(self, statement: str, values: Mapping[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
        result = self.con.execute(statement, values or {})
        if written := WRITES.match(statement):
            self.versions[written[1]].append(database.fetch(self.con, f"from {written[1]}", {}))
        return result

    def register(self, name: str, rows: Rows) -> None:
        self.con.register(name, rows)

    def unregister(self, name: str) -> None:
        self.con.unregister(name)


@pytest.fixture(scope="module", params=["samples", "generated"])
def folder_of_spark(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Spark left of each table: samples of every situation, or 5,000 dossiers of two units, an office's noise."""
    folder, tables = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("tables")
    paths = ["sample_exports"]
    if request.param == "generated":
        files = generate(folder, 5_000, OFFICE, 31, units=2)
        paths = [f"igate={files.igate}", f"logbook={files.logbook}"]
    call(PYTHON, "-m", "tests.spark.on_spark", tables, AS_OF.isoformat(), *paths)
    return tables


@pytest.fixture(scope="module")
def by_spark(folder_of_spark: Path) -> Versions:
    versions: Versions = defaultdict(list)
    for place in sorted(folder_of_spark.iterdir()):
        versions[place.name.partition("-")[2]].append(pl.read_parquet(place / "*.parquet"))
    return versions


@pytest.fixture(scope="module")
def by_duckdb(by_spark: Versions) -> Versions:
    """What the same steps leave in DuckDB, beginning with the very Parquet files that Spark began with."""
    with database.open_database() as con:
        for table in INPUTS:
            database.put(con, table, by_spark[table][0])
        witness = Witness(con)
        as_connection = cast("duckdb.DuckDBPyConnection", witness)
        link.link(as_connection, load_settings())
        values = reconcile.rule_values(AS_OF, load_settings())
        reconcile.put_side_by_side(as_connection, AS_OF)
        for rule in queries("30_rules"):
            chosen = {name: values[name] for name in rule.params}
            witness.execute(f"create or replace table {rule.rule_id} as {rule.statement}", chosen)
        return witness.versions


def test_every_row_of_every_step_and_rule_is_the_same(by_spark: Versions, by_duckdb: Versions) -> None:
    steps = by_duckdb.keys() - {"decided_pair"}
    assert steps >= {*RESULTS, "scored", "assigned", "repeated_line", *(rule.rule_id for rule in queries("30_rules"))}
    assert {table: len(by_spark[table]) for table in steps} == {table: len(by_duckdb[table]) for table in steps}
    for table in steps:
        for ours, theirs in zip(by_duckdb[table], by_spark[table], strict=True):
            assert_same(table, ours, theirs)


def test_something_was_compared(by_duckdb: Versions) -> None:
    assert by_duckdb["link"][0].height > 100
    assert by_duckdb["scored"][0].height > 0
    assert any(claimed.height for claimed in by_duckdb["claimed"])  # emptied when the links are made
    assert sum(by_duckdb[rule.rule_id][0].height > 0 for rule in queries("30_rules")) >= 7


def assert_same(table: str, ours: pl.DataFrame, theirs: pl.DataFrame) -> None:
    try:
        assert_frame_equal(ordered(ours), ordered(theirs), check_dtypes=False, abs_tol=1e-6)
    except AssertionError as difference:
        difference.add_note(table)
        raise


def ordered(rows: pl.DataFrame) -> pl.DataFrame:
    """In an order that both engines share: by all that is no fraction, nested values as text."""
    nested = [name for name, kind in rows.schema.items() if kind.is_nested()]
    plain = rows.with_columns(pl.Series(name, map(str, rows[name].to_list()), pl.String) for name in nested)
    exact = [name for name, kind in plain.schema.items() if not kind.is_float()]
    return plain.select(sorted(plain.columns)).sort(exact, nulls_last=True)


def test_the_command_prints_the_same_from_both_engines(tmp_path: Path) -> None:
    written, shared = {}, tmp_path / "shared"
    shared.mkdir()
    for engine in ("duckdb", "spark"):
        files = {name: tmp_path / f"{engine}_{name}.parquet" for name in ("output", "links", "quarantine")}
        own = ("--spark-folder", shared) if engine == "spark" else ()
        doichieu(engine, "sample_exports", *own, *(f"--{name}={path}" for name, path in files.items()))
        written[engine] = {name: pl.read_parquet(path) for name, path in files.items()}
    for name, frame in written["duckdb"].items():
        assert_frame_equal(frame, written["spark"][name], abs_tol=1e-6)
    assert written["duckdb"]["output"].height > 40
    assert list(shared.iterdir()) == []
