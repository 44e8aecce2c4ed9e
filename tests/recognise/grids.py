"""Small sheets for tests: one valid book and one valid export; a test states only its difference."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline.read.grid import Grid
from pipeline.recognise import Table, recognise
from pipeline.settings import load_settings

PROFILES = load_settings().feeds
Row = list[str | None]

BOOK_HEADER: Row = ["TT", "Mã hồ sơ", "Tên TTHC", "Tên cá nhân, tổ chức", "Địa chỉ, số điện thoại"]
BOOK_HEADER += ["Nhận hồ sơ", "Hẹn trả kết quả", "Trả kết quả", "Ký nhận"]
IGATE_HEADER: Row = ["STT", "Số hồ sơ", "Tên thủ tục", "Công dân/ Tổ chức", "Ngày tiếp nhận", "Ngày hẹn trả"]
IGATE_HEADER += ["Trạng thái", "Người thụ lý"]
XGATE_HEADER: Row = ["STT", "Mã hồ sơ", "Tên thủ tục", "Chủ hồ sơ", "Ngày tiếp nhận", "Ngày hẹn trả"]
XGATE_HEADER += ["Trạng thái hồ sơ", "Cán bộ xử lý"]


def book_row(n: int = 1) -> Row:
    """A full line of a book."""
    code = f"000.17.22.H56-260305-{n:04d}"
    days: Row = ["05/03/2026", "10/03/2026", "09/03/2026"]
    return [str(n), code, "Chứng thực bản sao", "Trần Thị Mẫu", "Thôn Đông, 0900000000", *days, "Mẫu"]


def igate_row(n: int = 1) -> Row:
    """A full row of an export."""
    code = f"000.17.22.H56-260305-{n:04d}"
    return [str(n), code, "Chứng thực bản sao", "Trần Thị Mẫu", "05/03/2026", "10/03/2026", "Đang xử lý", "Lê Văn Thử"]


def row(*cells: str | None, width: int = len(BOOK_HEADER)) -> Row:
    """A row that begins with these cells; the rest is empty."""
    return [*cells, *[None] * (width - len(cells))]


def at(place: int, cell: str, width: int = len(BOOK_HEADER)) -> Row:
    """A row with one filled cell."""
    return [cell if n == place else None for n in range(width)]


def grid(
    *rows: Row,
    name: str = "tep.csv",
    sheet: str | None = None,
    file_format: str = "csv",
    counts: list[int] | None = None,
) -> Grid:
    """A sheet as the readers give it: every record counts from 1."""
    width = max(map(len, rows))
    padded = [[*cells, *[None] * (width - len(cells))] for cells in rows]
    cells = pl.DataFrame(padded, schema={f"c{n}": pl.String for n in range(width)}, orient="row")
    cell_count = pl.Series(counts or [width] * len(rows), dtype=pl.UInt16)
    numbers = pl.int_range(1, len(rows) + 1, dtype=pl.UInt32, eager=True)
    is_csv = file_format == "csv"
    return Grid(
        cells.select(numbers.alias("row"), cell_count.alias("cell_count"), pl.all()),
        Path(name),
        file_format,
        encoding="utf-8" if is_csv else None,
        delimiter="," if is_csv else None,
        sheet=sheet,
    )


def read(*rows: Row, feed: str | None = None, name: str = "tep.csv", counts: list[int] | None = None) -> Table:
    """The table of one CSV file with these rows."""
    return recognise((grid(*rows, name=name, counts=counts),), PROFILES, feed)


def kinds(table: Table) -> dict[int, str]:
    """Row number → kind of each row that is not data."""
    return dict(table.not_data.iter_rows())


def data_rows(table: Table) -> list[int]:
    """Row numbers of the data."""
    return table.rows["row"].to_list()
