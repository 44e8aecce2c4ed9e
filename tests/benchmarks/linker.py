"""Our linking alone, timed, on the rows as they are stored: python -m tests.benchmarks.linker FOLDER [CONFIG].

FOLDER holds the tables of STORED as Parquet (written by `export`); our_links.parquet is written beside
them: entry_id, record_id, score, needs_review, method. Prints each step's CPU seconds as JSON, and of linking the
seconds of the clock and the MiB that it took beyond the rows.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from pipeline import database
from pipeline.database import ArrowStream
from pipeline.learn import opened
from pipeline.link import link, linking_values
from pipeline.numbering import TEXTS
from pipeline.prepare import prepare
from pipeline.queries import query
from pipeline.settings import load_settings
from pipeline.store import fill

if TYPE_CHECKING:
    from tests.benchmarks.generate import Files

STORED = ("logbook_entry", "case_record", "unit", *TEXTS)
NORMALISED = {"entry": "code_unit_key", "record": "unit_key"}  # and whose unit stands in the code


def export(files: Files, folder: Path) -> None:
    """Write what linking reads (STORED), and the same with codes completed, as another linker wants it (NORMALISED)."""
    settings = load_settings(files.config)
    con = opened([prepare(files.igate, "igate", settings), prepare(files.logbook, "logbook", settings)], settings)
    for step in ("book_unit", *NORMALISED):
        query("20_link", step).run(con, linking_values(settings))
    for table in STORED:
        pl.DataFrame(ArrowStream(con.sql(f"from {table}"))).write_parquet(folder / f"{table}.parquet")
    for table, unit_key in NORMALISED.items():
        code = f"{unit_key} || '-' || strftime(coalesce(code_on, received_on), '%y%m%d') || '-' || serial as code_key"
        chosen = f"select * exclude (code_id), {code} from {table}"  # noqa: S608 -- our tables
        with_texts = " ".join((chosen, *(f"left join {text} using ({text}_id)" for text in TEXTS)))
        pl.DataFrame(ArrowStream(con.sql(with_texts))).write_parquet(folder / f"{table}.parquet")


def main(folder: Path, config: Path) -> None:
    """Load the rows, link them, write the links."""
    settings, con = load_settings(config), database.open_database()
    con.execute("set threads = 2")
    began = time.process_time()
    fill(con, {table: pl.read_parquet(folder / f"{table}.parquet") for table in STORED})
    rows_mib = _forget_peak()
    loaded, clock = time.process_time(), time.perf_counter()
    link(con, settings)
    linked, seconds = time.process_time(), time.perf_counter() - clock
    more_mib = _mib("VmHWM") - rows_mib
    links = con.sql("select entry_id, record_id, score, needs_review, method from link")
    pl.DataFrame(ArrowStream(links)).write_parquet(folder / "our_links.parquet")
    told = {"load": loaded - began, "link": linked - loaded, "link_seconds": seconds, "link_mib": more_mib}
    print(json.dumps(told))


def _forget_peak() -> float:
    """What the process takes now, in MiB; its peak is counted from here."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _mib("VmRSS")


def _mib(of: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(of)) / 1024


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
