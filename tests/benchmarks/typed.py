"""DuckDB loads both files into tables with their days as dates, and nothing else: python typed.py IGATE LOGBOOK.

A program of its own. Prints the seconds of the clock; what DuckDB's own reading makes of a day is all that it knows.
"""

from __future__ import annotations

import sys
import time

import duckdb

DAYS = {
    "case_record": ("Ngày nộp", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý", "Ngày trả kết quả"),
    "logbook_entry": ("Nhận hồ sơ", "Hẹn trả kết quả", "Trả kết quả"),
}
FORMATS = ["%d/%m/%Y", "%d/%m/%Y %H:%M:%S"]
READ = "read_csv($path, header = true, delim = ',', quote = '\"', escape = '\"', all_varchar = true)"


def main(*paths: str) -> None:
    """Load and print how long it took."""
    con = duckdb.connect(config={"preserve_insertion_order": "false"})
    began = time.perf_counter()
    for (table, days), path in zip(DAYS.items(), paths, strict=True):
        typed = ", ".join(f'try_strptime("{day}", {FORMATS})::date as "{day}"' for day in days)
        con.execute(f"create table {table} as select * replace ({typed}) from {READ}", {"path": path})  # noqa: S608 -- our names
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main(*sys.argv[1:])
