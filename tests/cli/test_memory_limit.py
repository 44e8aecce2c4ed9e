"""`--memory-limit`: what the database does not hold goes to the disk, for this user alone, and is gone afterwards."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline import database
from pipeline.settings import load_settings
from tests.cli.files import AS_OF

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Pair, Shell

ROWS = 2_000_000
LARGER_THAN_THE_LIMIT = "create table large as select md5(range::varchar) as text from range($rows)"
LIMIT = "64MB"


@pytest.fixture(autouse=True)
def spill_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    database._spill_folder.cache_clear()
    yield database._spill_folder()
    database._spill_folder.cache_clear()


def test_rows_beyond_the_limit_go_to_a_folder_of_their_own_that_is_gone_with_the_database(spill_folder: Path) -> None:
    with database.open_database(LIMIT) as con:
        con.execute(LARGER_THAN_THE_LIMIT, {"rows": ROWS})
        assert sum(file.stat().st_size for file in spill_folder.iterdir()) > 1_000_000
        assert con.sql("select count(distinct text) from large").fetchall() == [(ROWS,)]
    assert not spill_folder.exists()


def test_without_need_nothing_is_written(spill_folder: Path) -> None:
    with database.open_database() as con:
        con.execute("create table small as select 1 as number")
        assert not spill_folder.exists()


def test_what_an_interrupted_run_has_spilled_is_removed(spill_folder: Path) -> None:
    con = database.open_database(LIMIT)
    con.execute(LARGER_THAN_THE_LIMIT, {"rows": ROWS})
    assert spill_folder.exists()
    database.forget_spilled()
    assert not spill_folder.exists()
    con.close()


@pytest.mark.parametrize(
    ("said", "rows", "limit"), [(None, 7_000, "477.7 MiB"), (None, 3_500_000, "953.6 MiB"), ("64MB", 8_000, "61.0 MiB")]
)
def test_a_comparison_takes_a_modest_share_that_grows_with_its_rows_unless_somebody_has_said_more_or_less(
    said: str | None, rows: int, limit: str
) -> None:
    with database.open_database(said) as con:
        database.be_modest(con, rows, replace(load_settings(), memory_limit=said))
        assert con.sql("select current_setting('memory_limit')").fetchall() == [(limit,)]


@pytest.mark.parametrize(("rows", "threads"), [(8_000, 1), (245_760, 1), (245_761, 2)])
def test_only_rows_of_more_than_one_batch_a_side_are_work_for_several_threads(rows: int, threads: int) -> None:
    with database.open_database() as con:
        con.execute("set threads = 2")
        database.be_modest(con, rows, load_settings())
        assert con.sql("select current_setting('threads')").fetchall() == [(threads,)]


def test_a_modest_share_is_never_more_than_the_database_was_opened_with() -> None:
    with database.open_database("300MB") as con:
        database.be_modest(con, 2_000_000, load_settings())
        assert con.sql("select current_setting('memory_limit')").fetchall() == [("286.1 MiB",)]


@pytest.mark.parametrize("size", ["3", "0GB", "much", "-1GB", "200%", ""])
def test_a_limit_that_is_no_size_is_64_with_an_example(shell: Shell, pair: Pair, size: str) -> None:
    shell("reconcile", *pair, "--as-of", AS_OF, "--memory-limit", size).failed(64, "--memory-limit", "3GB")


def test_a_limit_in_the_configuration_that_is_no_size_is_78(shell: Shell, pair: Pair) -> None:
    (shell.folder / "doichieu.toml").write_text('memory_limit = "3"\n', encoding="utf-8")
    shell("reconcile", *pair, "--as-of", AS_OF).failed(78, "memory_limit")


def test_a_limit_that_is_too_small_is_74_and_says_what_to_raise(shell: Shell, pair: Pair) -> None:
    shell("reconcile", *pair, "--as-of", AS_OF, "--memory-limit", "1MB").failed(74, "out of memory", "--memory-limit")


def test_the_result_does_not_depend_on_the_limit(shell: Shell, pair: Pair) -> None:
    words = ("reconcile", *pair, "--as-of", AS_OF, "--format", "csv")
    assert shell(*words, "--memory-limit", "200MB").out == shell(*words).out
