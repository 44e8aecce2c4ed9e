"""What an exact compare is given: both files as text, the shared columns under one name, codes that name one row."""

from __future__ import annotations

import polars as pl

CODE = "Số hồ sơ"
SHARED = {  # heading of the logbook → of the export
    "Mã hồ sơ": CODE,
    "Tên TTHC": "Tên thủ tục hành chính",
    "Tên cá nhân, tổ chức": "Công dân/ Tổ chức",
    "Nhận hồ sơ": "Ngày tiếp nhận",
    "Hẹn trả kết quả": "Ngày hẹn trả",
    "Trả kết quả": "Ngày trả kết quả",
}
RECEIVED, DAY_LENGTH = "Ngày tiếp nhận", 10  # the export's has a time of day behind it


def read_both(igate: str, logbook: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The export and the book."""
    frames = (pl.scan_csv(path, infer_schema=False) for path in (igate, logbook))
    export, book = (_shared(frame.rename(SHARED, strict=False)) for frame in frames)
    return export, book


def _shared(rows: pl.LazyFrame) -> pl.DataFrame:
    kept = rows.select(SHARED.values()).filter(pl.col(CODE) != "", pl.col(CODE).is_unique())  # "" is no code either
    return kept.with_columns(pl.col(RECEIVED).str.head(DAY_LENGTH)).collect()
