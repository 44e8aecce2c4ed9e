"""The grid: text cells of one sheet, one row per record, blank ones too; and how a cell is cleaned."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from pipeline.errors import FileRefused
from pipeline.shared import below_each_other

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.read.octets import Octets

MAX_WIDTH = 256  # columns A to IV, the classical sheet; a wider record is a fault and would cost memory in every row
BLANKS = " \t\n\v\f\r\u0085\u00a0\u2028\u2029\u202f\u205f\u2060\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x2010))  # widths of blanks, zero-width ones, marks of direction
)
BLANK, TAB = b" \t"
RARE_LEADS = (b"\xc2", b"\xe2", b"\xe3", b"\xef")  # first bytes in UTF-8 of the rare ones, and of other signs
MARK_LEADS = (b"\xcc", b"\xcd")  # first bytes of U+0300 to U+037F
MARKS = "[\u0300-\u0345]"  # combining accents, all that Vietnamese uses among them


class Grid(NamedTuple):
    """One sheet as text.

    `cells` has `row` (UInt32, what a spreadsheet shows), `cell_count` (UInt16, cells that the record had in the file;
    0 for an empty line; the sheet's width in workbooks) and `c0`, `c1`, ... (String, or SHARED where texts repeat;
    clean, null where empty).
    """

    cells: pl.DataFrame
    path: Path
    format: str  # csv, xlsx, xls, html
    encoding: str | None = None  # None for workbooks
    delimiter: str | None = None  # csv only
    sheet: str | None = None  # workbooks only

    @property
    def cell_columns(self) -> list[str]:
        """The columns of `cells` that come from the file."""
        return self.cells.columns[2:]


class Untidy(NamedTuple):
    """What kinds of dirt the cells may hold; a reader that has looked at the bytes can rule kinds out."""

    newlines: bool = True
    tabs: bool = True
    rows: pl.Series | None = None  # positions where blanks other than space and tab, or combining accents; None: any


def untidy(octets: Octets, *, newlines: bool) -> Untidy:
    """What the bytes of a block rule out."""
    leads = [lead for lead in (*RARE_LEADS, *MARK_LEADS) if lead in octets.block]
    rows = octets.records_with(leads, one_a_line=not newlines) if leads else pl.Series(dtype=pl.UInt32)
    return Untidy(newlines, b"\t" in octets.block, rows)


def cell_names(width: int) -> list[str]:
    """The names c0, c1, ... of so many columns."""
    return [f"c{index}" for index in range(width)]


def numbered(cells: pl.DataFrame, cell_count: pl.Series | int) -> pl.DataFrame:
    """Put row numbers (from 1) and cell counts before the cells."""
    count = pl.lit(cell_count) if isinstance(cell_count, int) else cell_count
    return cells.select(
        pl.int_range(1, cells.height + 1, dtype=pl.UInt32).alias("row"),
        count.cast(pl.UInt16).alias("cell_count"),
        pl.all(),
    )


def stacked(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """The parts of one sheet below each other; takes them apart, so that nothing is held twice.

    Their chunks stay: to join them costs a third of the cells' memory and makes no later step faster.
    """
    widest = max(parts, key=lambda part: part.width)
    return pl.DataFrame({name: below_each_other([_taken(part, name) for part in parts]) for name in widest.columns})


def _taken(part: pl.DataFrame, name: str) -> pl.Series:
    is_there = name in part.columns
    return part.drop_in_place(name) if is_there else pl.Series(name, [None], pl.String).new_from_index(0, part.height)


def clean(cells: pl.DataFrame, untidy: Untidy) -> pl.DataFrame:
    """Strip blanks, make newlines one blank, compose accents (NFC), null where nothing is left; only where needed."""
    if not cells.height:
        return cells
    if untidy.newlines:
        broken = _columns_where(cells, pl.all().str.contains_any(["\n", "\r"]).any())
        cells = cells.with_columns(pl.col(broken).str.replace_all(r"\s*[\r\n]+\s*", " "))
    padded = _columns_where(cells, _is_padded(pl.all(), tabs=untidy.tabs).any())
    cells = cells.with_columns(_stripped(pl.col(padded))) if padded else cells
    return _without_rare(cells) if untidy.rows is None else _without_rare_in(cells, untidy.rows)


def _without_rare_in(cells: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """Rare blanks and combining accents seen to in some of the rows."""
    if rows.is_empty():
        return cells
    found = cells[rows]
    tidied = _without_rare(found)
    changed = [name for name in cells.columns if not tidied[name].equals(found[name])]
    return cells.with_columns(cells[name].clone().scatter(rows, tidied[name]) for name in changed)


def _without_rare(cells: pl.DataFrame) -> pl.DataFrame:
    """Rare blanks stripped, accents composed."""
    rare, marked = _columns_with(cells, RARE_LEADS, MARK_LEADS)
    stripped = cells.with_columns(_stripped(pl.col(rare))) if rare else cells
    return stripped.with_columns(_composed(stripped[name]) for name in marked)


def _columns_where(cells: pl.DataFrame, is_so: pl.Expr) -> list[str]:
    """The columns in which the condition holds somewhere."""
    return [name for name, is_found in zip(cells.columns, cells.select(is_so).row(0), strict=True) if is_found]


def _columns_with(cells: pl.DataFrame, *leads: tuple[bytes, ...]) -> list[list[str]]:
    """For each choice of first bytes, the columns that have one of them; far cheaper than to search cell by cell."""
    texts = cells.select(pl.all().str.join("").cast(pl.Binary)).row(0)
    named = list(zip(cells.columns, texts, strict=True))
    return [[name for name, text in named if any(lead in text for lead in some)] for some in leads]


def _is_padded(cell: pl.Expr, *, tabs: bool) -> pl.Expr:
    """A plain blank at either end, or nothing at all: cheaper to ask than to strip. Blanks sort before "!"."""
    last = cell.cast(pl.Binary).bin.get(-1, null_on_oob=True)  # a third faster than `ends_with`
    is_padded = (cell < "!") | (last == BLANK)
    return is_padded | (last == TAB) if tabs else is_padded


def _stripped(cell: pl.Expr) -> pl.Expr:
    return cell.str.strip_chars(BLANKS).replace("", None)


def _composed(column: pl.Series) -> pl.Series:
    """NFC of the marked cells alone: composing costs ten times what finding them does."""
    marked = column.str.contains(MARKS).arg_true()
    return column.clone().scatter(marked, column.gather(marked).str.normalize("NFC"))


def refuse_wide(path: Path, row: int, width: int) -> None:
    """Stop at a record with more cells than any table of dossiers has."""
    if width > MAX_WIDTH:
        raise FileRefused("wide_row", path.name, row=row, cells=width, most=MAX_WIDTH)
