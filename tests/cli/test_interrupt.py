from __future__ import annotations

import signal
import subprocess
import sys
import time

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
