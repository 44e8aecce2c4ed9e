"""Many rows of a sheet as XML made by polars expressions: a cell at a time in Python took ten times as long."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlsxwriter.format import Format

LONGEST_CELL = 32_767  # characters; Excel takes no more
DAY_ZERO = date(1899, 12, 30)  # of spreadsheets; right from 1900-03-01 on
ROWS_AT_ONCE = 20_000
LINE_HEIGHT, MOST_LINES = 15, 8  # points
HEADER_ROWS = 1
CONTROL = [chr(code) for code in range(32) if chr(code) not in "\t\n"]
NO_XML = {**{sign: f"_x{ord(sign):04X}_" for sign in (*CONTROL, "\ufffe", "\uffff")}}
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", **NO_XML}
LIKE_AN_ESCAPE = r"(_x[0-9a-fA-F]{4}_)"  # a spreadsheet would read _x0041_ as A


class RowsSheet(Worksheet):
    """A sheet of xlsxwriter whose rows under the header are a frame's.

    `_write_rows` and `_check_dimensions` are no promised interface of xlsxwriter: pyproject.toml keeps its minor
    version, and the tests open what comes out with two other readers.
    """

    rows: pl.DataFrame | None = None
    looks: Sequence[Format | None] = ()

    widths: Sequence[int] | None = None

    def fill(self, rows: pl.DataFrame, looks: Sequence[Format | None], widths: Sequence[int] | None = None) -> None:
        """Put the frame's rows under row 1, a format (or None) for each column.

        With the columns' widths in characters each row is as high as its wrapped text: not every program sees to it.
        """
        self.rows, self.looks, self.widths = rows, looks, widths
        if rows.height:
            self._check_dimensions(rows.height + HEADER_ROWS - 1, rows.width - 1)

    def _write_rows(self) -> None:
        super()._write_rows()  # the header, and whatever else was written cell by cell
        if self.rows is not None and self.fh is not None:
            styles = [look and look._get_xf_index() for look in self.looks]  # noqa: SLF001 -- no public name tells it # pyright: ignore[reportPrivateUsage]
            self.fh.writelines(rows_xml(self.rows, styles, self.widths))


def rows_xml(rows: pl.DataFrame, styles: Sequence[int | None], widths: Sequence[int] | None = None) -> Iterator[str]:
    """The rows from row 2 on as SpreadsheetML; text is text whatever it looks like, a null is no cell."""
    cells = [_cell(name, rows.schema[name], place, styles[place]) for place, name in enumerate(rows.columns)]
    row = pl.concat_str(pl.lit('<row r="'), "#", pl.lit('"'), _height(rows, widths), *cells, pl.lit("</row>"))
    for start in range(0, rows.height, ROWS_AT_ONCE):
        numbered = rows.slice(start, ROWS_AT_ONCE).with_row_index("#", offset=start + HEADER_ROWS + 1)
        yield numbered.with_columns(pl.col("#").cast(pl.String)).select(row.alias("xml"))["xml"].str.join("").item()


def _height(rows: pl.DataFrame, widths: Sequence[int] | None) -> pl.Expr:
    """The end of a row's opening tag."""
    wrapped = [
        (pl.col(name).str.len_chars() / max(width - 2, 1)).ceil()
        for name, width in zip(rows.columns, widths or (), strict=False)
        if rows.schema[name] == pl.String
    ]
    if not wrapped:
        return pl.lit(">")
    lines = pl.max_horizontal(*wrapped).fill_null(1).clip(1, MOST_LINES).cast(pl.UInt8)
    return pl.format(' ht="{}" customHeight="1">', lines * LINE_HEIGHT)


def _cell(name: str, kind: pl.DataType, place: int, style: int | None) -> pl.Expr:
    """One column's cells, empty text for a null."""
    value, form, before, after = _value(pl.col(name), kind)
    opening = pl.lit(f'<c r="{xl_col_to_name(place)}')
    look = "" if style is None else f' s="{style}"'
    cell = pl.concat_str(opening, "#", pl.lit(f'"{look}{form}>'), before, value, pl.lit(f"{after}</c>"))
    return cell.fill_null("")


def _value(column: pl.Expr, kind: pl.DataType) -> tuple[pl.Expr, str, pl.Expr, str]:
    """What stands in the cell, the attribute of its kind, and what stands before and after it."""
    if kind == pl.String:
        text = _escaped(column)
        is_edged = text.str.contains(r"^\s|\s$")
        keeps_blanks = pl.when(is_edged).then(pl.lit(' xml:space="preserve"')).otherwise(pl.lit(""))
        return text, ' t="inlineStr"', pl.concat_str(pl.lit("<is><t"), keeps_blanks, pl.lit(">")), "</t></is>"
    number = _number(column, kind).cast(pl.String)
    return number, ' t="b"' if kind == pl.Boolean else "", pl.lit("<v>"), "</v>"


def _number(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if kind == pl.Date:
        return (column - pl.lit(DAY_ZERO)).dt.total_days()
    if kind == pl.Boolean:
        return column.cast(pl.UInt8)
    return column.fill_nan(None).round(6) if kind.is_float() else column


def _escaped(text: pl.Expr) -> pl.Expr:
    """Text as XML and Excel keep it."""
    return text.str.head(LONGEST_CELL).str.replace_all(LIKE_AN_ESCAPE, "_x005F${1}").str.replace_many(ESCAPES)
