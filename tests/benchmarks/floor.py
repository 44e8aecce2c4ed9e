"""The floor: DuckDB reads both files, full outer join on the raw code, classify. Run as a program of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

if __name__ == "__main__":
    igate, logbook = sys.argv[1:]
    statement = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    print(duckdb.connect().execute(statement, {"igate": igate, "logbook": logbook}).fetchall())
