"""What calamine keeps to itself of a sheet, put back: errors and formulas without a value, and cells merged downwards.

Such a cell is not empty: taken for empty, a day of return that shows `#N/A` would say that nothing was returned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from pipeline.read.grid import cell_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DATUM = r"\d[/.\-]\d|\d{4}|^\s*\d+\s*$"  # a date, a code, a telephone, a line's number: headings and names have none
CODE = r"\d{6}\s*[-–—._/ ]\s*\d{1,6}\s*$"  # the tail of a dossier code
LINE_NUMBER = r"^\s*\d+\s*$"


class Text(NamedTuple):
    """What a cell shows; places from 0, as the sheet counts them."""

    row: int
    column: int
    text: str


class Span(NamedTuple):
    """A cell merged over rows of its first column; places from 0, the last row included."""

    column: int
    first: int
    last: int


class Untold(NamedTuple):
    """What calamine does not tell of one sheet."""

    texts: list[Text]
    spans: list[Span]


class Placed(NamedTuple):
    """Cells with the names c0, c1, ... and the sheet's column (from 0) that c0 is; its rows begin with the sheet's."""

    cells: pl.DataFrame
    left: int


def with_texts(placed: Placed, texts: list[Text]) -> Placed:
    """The cells with what other cells show, among them or around them."""
    if not texts:
        return placed
    wide = _extended(placed, texts)
    by_column: dict[int, list[Text]] = {}
    for text in texts:
        by_column.setdefault(text.column - wide.left, []).append(text)
    written = [
        wide.cells[f"c{index}"].scatter([text.row for text in those], [text.text for text in those])
        for index, those in by_column.items()
    ]
    return wide._replace(cells=wide.cells.with_columns(written))


def _extended(placed: Placed, texts: list[Text]) -> Placed:
    """Empty cells around the others, as far as the texts reach."""
    columns = [text.column for text in texts]
    cells, first = placed if placed.cells.width else (placed.cells, min(columns))
    left, right = min(first, *columns), max(first + cells.width - 1, *columns)
    height = max(cells.height, max(text.row for text in texts) + 1)
    taller = [column.extend_constant(None, height - column.len()) for column in cells]
    shown = dict(enumerate(taller, start=first))
    empty = pl.Series([None], dtype=pl.String).new_from_index(0, height)
    wanted = [shown.get(column, empty) for column in range(left, right + 1)]
    return Placed(pl.DataFrame(dict(zip(cell_names(len(wanted)), wanted, strict=True))), left)


def filled_down(placed: Placed, spans: list[Span]) -> pl.DataFrame:
    """The cells, where a cell merged over rows of data says the same in each of them.

    Headings and titles keep their text in the first place: a row is data where a cell of its own has a datum. The
    rows of one line, whose code or number is merged over them, stay one line and its remains.
    """
    cells = placed.cells
    reach = [Span(s.column - placed.left, s.first, min(s.last, cells.height - 1)) for s in spans]
    inside = sorted(span for span in reach if 0 <= span.column < cells.width and span.first < span.last)
    covered = pl.DataFrame([*_apart(inside)], schema=["column", "first", "last"], orient="row")
    if covered.is_empty():
        return cells
    rows = _rows_to_fill(cells, covered)
    return cells.with_columns(
        _filled(cells[f"c{column}"], wanted) for (column,), wanted in rows.group_by("column", maintain_order=True)
    )


def _apart(spans: Iterable[Span]) -> Iterator[Span]:
    """Without those that overlap one before them, which no program writes: no row is filled twice."""
    before = Span(-1, -1, -1)
    for span in spans:
        if span.column != before.column or span.first > before.last:
            yield span
            before = span


def _rows_to_fill(cells: pl.DataFrame, covered: pl.DataFrame) -> pl.DataFrame:
    """`column`, `row` and `text` of the places below a merged cell's first row that say what it says."""
    below = pl.concat(_below(cells, one) for one in covered.partition_by("column"))
    kinds = _kinds_of(cells, pl.concat([below["first"], below["row"]]).unique())
    is_one_line = pl.col("text").str.contains(CODE) | (
        (pl.col("column") == 0) & pl.col("text").str.contains(LINE_NUMBER) & ~pl.col("has_code")
    )
    marked = (
        below.join(kinds, on="row", maintain_order="left")
        .join(kinds, left_on="first", right_on="row", suffix="_first", maintain_order="left")
        .with_columns(is_one_line=is_one_line)
    )
    lines = marked.filter("is_one_line")["row"]
    return marked.filter("has_datum", "has_datum_first", ~pl.col("row").is_in(lines.implode()))


def _kinds_of(cells: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """Whether some rows, each with its `row`, have a datum or a code of their own."""
    named = {"has_datum": DATUM, "has_code": CODE}
    texts = cells.select(pl.all().gather(rows))
    return texts.select(**{name: _any_cell(pattern) for name, pattern in named.items()}).with_columns(row=rows)


def _below(cells: pl.DataFrame, covered: pl.DataFrame) -> pl.DataFrame:
    """The places below the first rows of one column's merged cells."""
    text = cells[f"c{covered['column'][0]}"].gather(covered["first"])
    places = covered.with_columns(text=text, row=pl.int_ranges(pl.col("first") + 1, pl.col("last") + 1))
    return places.drop_nulls("text").explode("row", empty_as_null=False)


def _any_cell(pattern: str) -> pl.Expr:
    return pl.any_horizontal(pl.all().str.contains(pattern)).fill_null(value=False)


def _filled(column: pl.Series, wanted: pl.DataFrame) -> pl.Series:
    """The text in those of the places where nothing stands."""
    empty = wanted.filter(column.gather(wanted["row"]).is_null())
    return column.scatter(empty["row"], empty["text"])
