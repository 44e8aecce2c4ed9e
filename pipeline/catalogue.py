"""The commune's catalogue of procedures (danh mục thủ tục hành chính): a table beside doichieu.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from pipeline.errors import ConfigFault, DoichieuError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.read.grid import Grid

HEADINGS = {
    "Mã thủ tục": "code",
    "Tên thủ tục": "name",
    "Lĩnh vực": "field",
    "Số ngày giải quyết": "days",
    "Cơ quan giải quyết": "agency",
}
REQUIRED = ("name", "field")
REMARK = "#"
MOST_DAYS = 1_000
SHOWN = 20
TIP = f"The columns are {', '.join(HEADINGS)}; `doichieu init` writes an example, danh_muc.csv."


class Procedure(NamedTuple):
    """One procedure (thủ tục) of the catalogue; what the file does not say is None."""

    code: str | None
    name: str
    field: str
    days: int | None  # working days for its handling, as the catalogue promises them; never a due date
    agency: str | None


def read_catalogue(path: Path) -> tuple[Procedure, ...]:
    """The procedures in the file's order (CSV or XLSX; lines that begin with # are remarks).

    Raises:
        ConfigFault: it cannot be read, a column is missing or doubled, or rows are faulty: all faults named at once.
    """
    from pipeline.read import read_file

    try:
        grid = read_file(path)[0]
    except DoichieuError as fault:
        raise ConfigFault(fault.message, TIP) from None
    rows = _rows(grid, path)
    if faults := [*_faults(rows)]:
        raise ConfigFault(f"{path}: {'; '.join(faults)}", TIP)
    return tuple(map(Procedure._make, rows.select(pl.exclude("row", "said_days")).iter_rows()))


def _rows(grid: Grid, path: Path) -> pl.DataFrame:
    """Row number, the columns of Procedure, and the days as they were written."""
    written = grid.cells.filter(~pl.col("c0").str.starts_with(REMARK).fill_null(value=False), _is_filled(grid))
    header = {cell: (written[cell][0] or "").strip() for cell in grid.cell_columns} if written.height else {}
    found = {cell: HEADINGS[text] for cell, text in header.items() if text in HEADINGS}
    meanings = [*found.values()]
    wrong = {
        "unknown columns": [text for text in header.values() if text and text not in HEADINGS],
        "columns given twice": sorted({text for text, one in HEADINGS.items() if meanings.count(one) > 1}),
        "missing columns": [text for text, one in HEADINGS.items() if one in REQUIRED and one not in meanings],
    }
    if faults := [f"{fault}: {', '.join(texts)}" for fault, texts in wrong.items() if texts]:
        raise ConfigFault(f"{path}: {'; '.join(faults)}", TIP)
    texts = (
        written.slice(1)
        .rename(found)
        .with_columns(pl.lit(None, pl.String).alias(name) for name in HEADINGS.values() if name not in meanings)
    )
    clean = {name: pl.col(name).str.strip_chars().replace("", None) for name in ("code", "name", "field", "agency")}
    said = pl.col("days").str.strip_chars().replace("", None)
    whole = texts.select("row", **clean, said_days=said, days=said.cast(pl.UInt16, strict=False))
    return whole.select("row", "code", "name", "field", "days", "agency", "said_days")


def _is_filled(grid: Grid) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).is_not_null() for name in grid.cell_columns)


def _faults(rows: pl.DataFrame) -> Iterator[str]:
    said, days = pl.col("said_days"), pl.col("days")
    checks = {
        "no name": pl.col("name").is_null(),
        "no field": pl.col("field").is_null(),
        f"days are no number up to {MOST_DAYS}": said.is_not_null() & (days.is_null() | (days > MOST_DAYS)),
        "a code that another row has": pl.col("code").is_not_null() & pl.col("code").is_duplicated(),
        "a name that another row has": pl.col("name").is_not_null() & pl.col("name").str.to_lowercase().is_duplicated(),
    }
    for fault, is_wrong in checks.items():
        found = rows.filter(is_wrong)["row"].to_list()
        if found:
            yield f"{fault}: row {', '.join(map(str, found[:SHOWN]))}{' ...' if len(found) > SHOWN else ''}"
