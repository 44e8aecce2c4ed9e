from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import database

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

LONG_QUERY = """
import sys
from pipeline.cli.waiting import in_background

def work(tell):
    import duckdb
    import polars as pl
    pl.DataFrame({"n": [1]}).lazy().collect()
    print("at work", flush=True)
    return duckdb.sql("select sum(a.range * b.range) from range(3000000) a, range(1000000) b").fetchall()

in_background(work, 1)
"""


def test_ctrl_c_is_answered_at_once_while_the_database_works() -> None:
    """Without a terminal too, and once polars has had its hand on the signal."""
    command = [sys.executable, "-c", LONG_QUERY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"at work\n"
        time.sleep(1.5)  # the query runs, and the first second of waiting is over
        asked = time.monotonic()
        run.send_signal(signal.SIGINT)
        try:
            _, told = run.communicate(timeout=20)
        finally:
            run.kill()
    assert (run.returncode, told) == (130, b"doichieu: interrupted, nothing written\n")
    assert time.monotonic() - asked < 5


@pytest.mark.parametrize(
    "words",
    [
        ("review",),
        ("review", "--same", "0123456789"),
        ("explain", "H56.17.22-260303-1"),
        ("report", "--period", "month", "--output", "bao_cao.docx"),
    ],
    ids=" ".join,
)
def test_no_command_asks_the_database_on_the_thread_that_hears_ctrl_c(
    shell: Shell,
    home: Path,  # noqa: ARG001 -- the fixture
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
) -> None:
    shell("nightly", "--as-of", "2026-03-09")
    open_database, askers = database.open_database, list[threading.Thread]()

    def watched(*limit: Any) -> Any:  # noqa: ANN401 -- as it is
        askers.append(threading.current_thread())
        return open_database(*limit)

    monkeypatch.setattr(database, "open_database", watched)
    shell(*words)
    assert askers
    assert threading.main_thread() not in askers
