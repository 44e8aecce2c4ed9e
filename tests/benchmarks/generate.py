"""A commune's (or many communes') year as two files that ought to agree, with the truth beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tests.benchmarks.books import case_records, logbook_lines
from tests.benchmarks.dossiers import agency, make_dossiers
from tests.benchmarks.levels import USUAL, Level, Scenes
from tests.benchmarks.outcomes import AS_OF
from tests.benchmarks.words import procedures

if TYPE_CHECKING:
    from pathlib import Path

DUE_SOON = date(2026, 1, 7)  # three working days after AS_OF: 1 and 2 January are off
TOLERANCE = 1  # days, of M08
NOISES = (
    "code_restyled",
    "code_mistyped",
    "code_missing",
    "code_copied",
    "name_restyled",
    "name_misspelled",
    "unicode_apart",
    "procedure_shortened",
    "ditto_procedure_name",
    "ditto_received",
    "phone_absent",
    "phone_other",
    "phone_restyled",
    "address_restyled",
    "received_off",
    "due_off",
    "returned_off",
    "dates_restyled",
    "written_twice",
)
FEED_HEADINGS = {
    "code": "Số hồ sơ",
    "procedure_name": "Tên thủ tục hành chính",
    "field_name": "Lĩnh vực",
    "applicant": "Công dân/ Tổ chức",
    "address": "Địa chỉ",
    "phone": "Số điện thoại",
    "submitted": "Ngày nộp",
    "received": "Ngày tiếp nhận",
    "due": "Ngày hẹn trả",
    "finished": "Ngày kết thúc xử lý",
    "returned": "Ngày trả kết quả",
    "status": "Trạng thái",
    "officer": "Người thụ lý",
    "agency": "Đơn vị tiếp nhận",
    "channel": "Hình thức nộp",
}
BOOK_HEADINGS = {
    "book_no": "Quyển số",
    "line_no": "TT",
    "code": "Mã hồ sơ",
    "procedure_name": "Tên TTHC",
    "copies": "Số lượng hồ sơ (bộ)",
    "applicant": "Tên cá nhân, tổ chức",
    "address_phone": "Địa chỉ, số điện thoại",
    "agency": "Cơ quan chủ trì giải quyết",
    "received": "Nhận hồ sơ",
    "due": "Hẹn trả kết quả",
    "returned": "Trả kết quả",
    "return_method": "Phương thức nhận kết quả",
    "signature": "Ký nhận",
    "note": "Ghi chú",
}


@dataclass(frozen=True)
class Files:
    """Where a generated set lies."""

    igate: Path
    logbook: Path
    truth_links: Path
    truth_rules: Path
    config: Path
    as_of: date = AS_OF

    @classmethod
    def under(cls, folder: Path) -> Files:
        """The set in this folder."""
        csv = (folder / "igate.csv", folder / "logbook.csv")
        return cls(*csv, folder / "truth_links.parquet", folder / "truth_rules.parquet", folder / "doichieu.toml")


def generate(  # noqa: PLR0913 -- each is one property of the set
    folder: Path,
    dossiers: int,
    level: Level,
    seed: int,
    *,
    units: int = 1,
    surnames: str = "usual",
    scenes: Scenes = USUAL,
) -> Files:
    """Write the two books, the truth and doichieu.toml; the same seed gives the same bytes.

    truth_links: one row per line of the book: logbook_row, feed_row (null: not in the software), and what each of
    NOISES did to it.
    truth_rules: rule_id, logbook_row, feed_row of the rules whose truth is clear: M01 to M08, M10, M13.
    """
    files, dice = Files.under(folder), np.random.default_rng(seed)
    world = make_dossiers(dice, dossiers, units, surnames, scenes).join(
        procedures(), on="procedure", how="left", maintain_order="left"
    )
    in_book, in_feed = dice.random(dossiers) >= level.not_in_book, dice.random(dossiers) >= level.not_in_software
    records = case_records(dice, world.filter(pl.Series(in_feed)), level)
    lines = logbook_lines(dice, world.with_columns(in_feed=in_feed).filter(pl.Series(in_book)), level)
    folder.mkdir(parents=True, exist_ok=True)
    _write(records, FEED_HEADINGS, files.igate)
    _write(lines, BOOK_HEADINGS, files.logbook)
    of_software = pl.col("received_on", "due_on").name.prefix("software_")
    both = lines.join(
        records.select("dossier", "feed_row", of_software), on="dossier", how="left", maintain_order="left"
    )
    both.select("logbook_row", "feed_row", *NOISES).write_parquet(files.truth_links)
    _broken_rules(both, records).write_parquet(files.truth_rules)
    files.config.write_text(f'unit_code = "{agency(0)}"\n' if units == 1 else "# many units\n", encoding="utf-8")
    return files


def _write(rows: pl.DataFrame, headings: dict[str, str], path: Path) -> None:
    rows.select(pl.col(name).alias(heading) for name, heading in headings.items()).write_csv(path)


def _broken_rules(both: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Which line and record break which rule; a line written twice is M10's matter, never M05's."""
    pairs = [
        both.filter(broken).select(pl.lit(rule).alias("rule_id"), "logbook_row", "feed_row")
        for rule, broken in _broken().items()
    ]
    unwritten = records.join(both, on="dossier", how="anti", maintain_order="left")
    not_in_book = unwritten.select(
        pl.lit("M06").alias("rule_id"), pl.lit(None, dtype=pl.UInt32).alias("logbook_row"), "feed_row"
    )
    return pl.concat([*pairs, not_in_book, _doubled(both)])


def _broken() -> dict[str, pl.Expr]:
    is_found = pl.col("feed_row").is_not_null()
    is_returned = is_found & (pl.col("returned_on") <= AS_OF).fill_null(value=False)
    is_closed, due_on = pl.col("state") == "closed", pl.col("software_due_on")
    is_late_only = (pl.col("returned_on") <= due_on) & (pl.col("finished_at").dt.date() > due_on)
    return {
        "M01": is_returned & (pl.col("state") == "open"),
        "M02": is_returned & (pl.col("state") == "paused"),
        "M03": is_returned & (pl.col("state") == "done"),
        "M04": is_found & ~is_returned & is_closed,
        "M05": ~is_found,
        "M07": is_returned & pl.col("state").is_in(["closed", "done"]) & is_late_only,
        "M08": is_found & _dates_differ(),
        "M13": is_found & ~is_returned & (pl.col("state") == "open") & (due_on <= DUE_SOON),
    }


def _dates_differ() -> pl.Expr:
    sides = {"received_on": "software_received_on", "due_on": "software_due_on", "returned_on": "case_returned_on"}
    apart = [(pl.col(ours) - pl.col(theirs)).dt.total_days().abs() > TOLERANCE for ours, theirs in sides.items()]
    return pl.any_horizontal(one.fill_null(value=False) for one in apart)


def _doubled(both: pl.DataFrame) -> pl.DataFrame:
    """The last line of each code that stands twice, and the second lines of dossiers that say it otherwise."""
    coded = both.filter(pl.col("written_code").is_not_null(), pl.col("written_code").is_duplicated())
    last = coded.group_by("written_code").agg(pl.col("logbook_row").max())
    again = both.filter(pl.col("dossier").is_duplicated() & pl.col("feed_row").is_not_null())
    otherwise = again.join(coded, on="logbook_row", how="anti").group_by("dossier").agg(pl.col("logbook_row").max())
    rows = pl.concat([last.select("logbook_row"), otherwise.select("logbook_row")]).unique().sort("logbook_row")
    return rows.select(pl.lit("M10").alias("rule_id"), "logbook_row", pl.lit(None, dtype=pl.UInt32).alias("feed_row"))
