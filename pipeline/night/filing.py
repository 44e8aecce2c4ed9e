"""The report files of a night: written beside, moved into place once the state speaks of the run."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from pipeline.night.home import sync_folder
from pipeline.normalise.codes import without_zeros
from pipeline.report.health import every_notice
from pipeline.report.history import standing
from pipeline.report.html.page import write_page
from pipeline.report.letter import of_unit
from pipeline.report.phrases import load_phrases
from pipeline.report.sink import write_out
from pipeline.report.text import render_text
from pipeline.report.workbook import write_workbook
from pipeline.widen import most_urgent_first
from schemas.contract import MISMATCH_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.night.home import Home
    from pipeline.report.night import Night
    from pipeline.report.outcome import Outcome

UNFILED = re.compile(r"\A\.(\d{4}-\d\d-\d\d)\.(.+)\.new\Z")
TO_CLOSE = ("M01", "M02", "M03")
WIDTH = 120
UNITS = "units"  # folder of the units' own reports
NO_FILE_NAME = r"[^\p{L}\p{N}.\-]"


def write_reports(home: Home, night: Night, trend: pl.DataFrame, run_id: str) -> Path:
    """The workbook, the page, the text and the codes to close, in a folder that `file_reports` puts into place."""
    folder = _unfiled(home, f"{night.outcome.as_of}", run_id)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    outcome = as_told(night)
    write_workbook(outcome, folder / "doichieu.xlsx")
    write_out([render_text(outcome, width=WIDTH, colour=False).encode()], folder / "doichieu.txt")
    write_page(night, folder / "doichieu.html", trend)
    write_out([codes_to_close(night.open)], folder / "ma_can_dong.txt")
    _write_units(night, folder)
    sync_folder(folder)
    sync_folder(folder.parent)  # else a power cut could keep the state that speaks of the run, and lose its report
    return folder


def _write_units(night: Night, folder: Path) -> None:
    """Where there are several units, each one's own workbook and page, of those with something open."""
    their_code = without_zeros(pl.col("unit_code")).unique().drop_nulls().sort()
    codes = night.open.select(their_code)["unit_code"].to_list() if night.outcome.units.height else []
    if not codes:
        return
    (folder / UNITS).mkdir(mode=0o700)
    for name, code in zip(file_names(codes), codes, strict=True):
        theirs = of_unit(night, code)
        write_workbook(as_told(theirs), folder / UNITS / f"{name}.xlsx")
        write_page(theirs, folder / UNITS / f"{name}.html")
    sync_folder(folder / UNITS)


def file_names(unit_codes: Sequence[str]) -> list[str]:
    """The codes as names of files, different from each other whatever stands in them."""
    plain = pl.Series("name", unit_codes, pl.String).str.replace_all(NO_FILE_NAME, "_").str.strip_chars_start(".")
    turn = pl.int_range(pl.len()).over(pl.col("name").str.to_lowercase())
    marked = pl.when(turn > 0).then(pl.format("{}_({})", "name", turn + 1)).otherwise("name")
    return plain.to_frame().select(marked.alias("name"))["name"].to_list()


def as_told(night: Night) -> Outcome:
    """What is open in the ledger, judged by tonight's date, with the contract's columns and pair_id."""
    outcome = standing(night)
    return replace(
        outcome,
        mismatches=most_urgent_first(outcome.mismatches.select(*MISMATCH_COLUMNS, "pair_id")),
        notices=every_notice(night, load_phrases(outcome.lang)),
    )


def codes_to_close(open_mismatches: pl.DataFrame) -> bytes:
    """One dossier code a line, what can still be saved first: for people and for robots that click."""
    rows = open_mismatches.filter(pl.col("rule_id").is_in(TO_CLOSE), ~pl.col("needs_review"))
    codes = rows.sort("close_by", "due_on", "dossier_code", nulls_last=True)["dossier_code"].drop_nulls()
    return "".join(f"{code}\n" for code in codes.unique(maintain_order=True)).encode()


def file_reports(home: Home, last_run_id: str | None) -> None:
    """Move the folder of the state's last run into place and drop those of runs that never became true."""
    for folder in sorted(home.reports.iterdir()):
        found = UNFILED.match(folder.name)
        if not found:
            continue
        if found[2] == last_run_id:
            target = home.reports / found[1]
            shutil.rmtree(target, ignore_errors=True)
            folder.rename(target)
        else:
            shutil.rmtree(folder)
    sync_folder(home.reports)


def _unfiled(home: Home, day: str, run_id: str) -> Path:
    return home.reports / f".{day}.{run_id}.new"
