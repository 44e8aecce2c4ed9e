"""Plain SQL in DuckDB, nothing else: python exact_sql.py IGATE LOGBOOK; prints the counts as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

COUNTS = ("export_only", "book_only", "equal", "differing")

if __name__ == "__main__":
    igate, logbook = sys.argv[1:]
    statement = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    (counts,) = duckdb.connect().execute(statement, {"igate": igate, "logbook": logbook}).fetchall()
    print(json.dumps(dict(zip(COUNTS, counts, strict=False))))
