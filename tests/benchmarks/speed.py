"""Times as ratios of one run: start-up, a commune's year, a million dossiers against the floor, growth."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import polars as pl

from tests.benchmarks.levels import OFFICE
from tests.benchmarks.runs import DOICHIEU, HERE, Measured, kept, medians, reconcile_command, ten_provinces

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.benchmarks.generate import Files

PER_UNIT = 8_000  # dossiers a year of a middling commune
XGATE_HEADINGS = {
    "Số hồ sơ": "Mã hồ sơ",
    "Công dân/ Tổ chức": "Chủ hồ sơ",
    "Người thụ lý": "Cán bộ xử lý",
    "Trạng thái": "Trạng thái hồ sơ",
}


def start_up() -> Mapping[str, Any]:
    """`doichieu --help` against an empty Python."""
    took = medians({"help": [DOICHIEU, "--help"], "empty": [sys.executable, "-c", "pass"]}, times=9)
    return _ratio("doichieu --help / python -c pass", took["help"], took["empty"], at_most=3)


def commune() -> Mapping[str, Any]:
    """A commune's year in three files against importing the libraries alone."""
    files = kept(4_000, OFFICE, 11, units=1)
    inputs = _in_two_feeds(files) | {"logbook": files.logbook}
    libraries = [sys.executable, "-c", "import polars, duckdb, pandera.polars"]
    took = medians({"year": reconcile_command(inputs, files, files.igate.parent), "imports": libraries}, times=5)
    return _ratio("a commune's year, 3 files / imports", took["year"], took["imports"], at_most=2)


def _in_two_feeds(files: Files) -> dict[str, Path]:
    """The export split over two case systems: the commonest field in one, all others in the other."""
    paths = {"igate": files.igate.with_name("igate_part.csv"), "xgate": files.igate.with_name("xgate_part.csv")}
    records = pl.read_csv(files.igate, infer_schema=False)
    is_first = pl.col("Lĩnh vực") == "Chứng thực"
    records.filter(is_first).write_csv(paths["igate"])
    records.filter(~is_first).rename(XGATE_HEADINGS).write_csv(paths["xgate"])
    return paths


def million() -> Mapping[str, Any]:
    """A million lines against a million records: whole run against the floor, its memory, and growth from a tenth."""
    tenth, whole = _against_floor(100_000, times=3), _against_floor(1_000_000, times=3)
    results = _ratio("1M: whole run / floor", whole["run"], whole["floor"], at_most=8)
    told("1M: peak memory, GiB", whole["run"].peak_mib / 1024, at_most=3)
    growth = whole["run"].seconds / tenth["run"].seconds / 10
    told("growth from 100k to 1M, against linear", growth, at_most=1.2)
    return {**results, "peak_mib": whole["run"].peak_mib, "growth": growth, "tenth_seconds": tenth["run"].seconds}


def ten_million() -> Mapping[str, Any]:
    """Ten provinces of a million dossiers each against the floor, and again with little memory for the database."""
    files = ten_provinces()
    inputs = {"igate": files.igate, "logbook": files.logbook}
    free = reconcile_command(inputs, files, files.igate.parent)
    commands = {"floor": floor_command(files), "run": free, "spilling": [*free, "--memory-limit", "3GB"]}
    took = medians(commands, times=1)
    results = _ratio("10M: whole run / floor", took["run"], took["floor"], at_most=4)
    told("10M: peak memory, GiB", took["run"].peak_mib / 1024, at_most=6)
    told("10M: time with --memory-limit 3GB / without", took["spilling"].seconds / took["run"].seconds, at_most=1.6)
    told("10M: peak memory with --memory-limit 3GB, GiB", took["spilling"].peak_mib / 1024, at_most=None)
    return {**results, **{name: vars(measured) for name, measured in took.items()}}


def tenth() -> Mapping[str, Any]:
    """A hundred thousand dossiers against the floor."""
    took = _against_floor(100_000, times=3)
    return _ratio("100k: whole run / floor", took["run"], took["floor"], at_most=None)


def _against_floor(dossiers: int, times: int) -> dict[str, Measured]:
    files = kept(dossiers, OFFICE, 12, units=max(1, dossiers // PER_UNIT))
    inputs = {"igate": files.igate, "logbook": files.logbook}
    run = reconcile_command(inputs, files, files.igate.parent)
    return medians({"floor": floor_command(files), "run": run}, times)


def floor_command(files: Files) -> list[str]:
    """DuckDB alone on the same files."""
    return [sys.executable, str(HERE / "floor.py"), str(files.igate), str(files.logbook)]


def _ratio(what: str, ours: Measured, theirs: Measured, at_most: float | None) -> dict[str, Any]:
    ratio = ours.seconds / theirs.seconds
    told(what, ratio, at_most, f"{ours.seconds:.3f} s / {theirs.seconds:.3f} s")
    return {"ratio": ratio, "seconds": ours.seconds, "against_seconds": theirs.seconds, "at_most": at_most}


def told(what: str, value: float, at_most: float | None, detail: str = "") -> None:
    """Print one figure beside its bound."""
    bound = "" if at_most is None else f"(at most {at_most:g}{'' if value <= at_most else ': MISSED'})"
    print(f"  {what:42} {value:6.2f}  {bound:22} {detail}", flush=True)
