"""Put a table together once feed and header are known: columns, kinds of rows, ragged rows, title facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import FileRefused
from pipeline.recognise.breaks import refuse_second_book, refuse_second_table
from pipeline.recognise.columns import Columns, assign, one_line, with_filled_first
from pipeline.recognise.rows import Layout, body_kinds
from pipeline.recognise.table import Table
from pipeline.recognise.title import title_facts

if TYPE_CHECKING:
    from pipeline.read.grid import Grid
    from pipeline.recognise.feed import Guess
    from pipeline.recognise.header import Header, Keys, Opening


RAGGED_FORMATS = ("csv", "html")  # a record may lack a cell, and those after it then stand in wrong columns
FEW_PIECES = 3  # folding text starts anew for each piece of a column (2 ms), so many pieces cost more than a copy


def assemble(grid: Grid, opening: Opening, guess: Guess, header: Header, ignored_sheets: tuple[str, ...]) -> Table:
    """Split a sheet into data rows under canonical names and rows that are no data; each row lands in one of them.

    Raises:
        FileRefused: another table or book begins further down, or half of the rows have other numbers of cells.
    """
    columns = assign(header, guess.words, guess.profile)
    if columns.outranked:
        columns = with_filled_first(columns, _empty_columns(grid, header))
    cells = grid.cell_columns
    names = {name: cells[place] for name, place in columns.position.items()}
    doubted = _kinds(
        grid, opening, header, Layout(cells, opening.keys[header.first : header.last + 1], names, guess.profile)
    )
    facts = title_facts(opening.texts[: header.first], _texts(grid, _totals(doubted)), guess.profile)
    refuse_second_table(grid, header, guess.words.meanings, doubted)
    if guess.profile.is_logbook and "book_no" not in names:
        refuse_second_book(grid, facts.book_no, guess.profile, doubted)
    kinds = doubted.drop_nulls()
    found = _with_ragged(_without(grid.cells, kinds["position"]), grid, opening, header)
    rows = found.select(
        "row", "is_ragged", **{name: pl.col(names[name]) for name in guess.profile.columns if name in names}
    )
    not_data = kinds.select(grid.cells["row"].gather(kinds["position"]), "kind")
    if rows.height + not_data.height != grid.cells.height:
        raise AssertionError("each row of a sheet is data or told as what else it is")
    return Table(
        profile=guess.profile,
        path=grid.path,
        format=grid.format,
        encoding=grid.encoding,
        delimiter=grid.delimiter,
        sheet=grid.sheet,
        header_rows=opening.row_numbers[header.first : header.last + 1],
        rows=rows,
        not_data=not_data,
        headings={_label(header, place): name for name, place in columns.position.items()},
        unknown_headings=_unknown(found, cells, header, columns),
        outranked_headings={_label(header, a): _label(header, b) for a, b in columns.outranked.items()},
        missing_expected=tuple(name for name in guess.profile.expected if name not in names),
        facts=facts,
        ignored_sheets=ignored_sheets,
        doubted=grid.cells["row"].gather(doubted["position"]),
    )


def _kinds(grid: Grid, opening: Opening, header: Header, layout: Layout) -> pl.DataFrame:
    """`position` and `kind` of every row that is not data beyond doubt, in order; the kind is null for data."""
    above = [("title" if any(row) else "blank") for row in opening.texts[: header.first]]
    top = [*above, *["header"] * (header.last + 1 - header.first)]
    body = body_kinds(grid.cells.slice(len(top)), layout)
    head = pl.DataFrame({"position": range(len(top)), "kind": top}, schema=body.schema)
    return pl.concat([head, body.with_columns(pl.col("position") + len(top))])


def _empty_columns(grid: Grid, header: Header) -> frozenset[int]:
    body = grid.cells.slice(header.last + 1)
    return frozenset(n for n, cell in enumerate(grid.cell_columns) if body[cell].null_count() == body.height)


def _totals(kinds: pl.DataFrame) -> pl.Series:
    return kinds.filter(pl.col("kind") == "total")["position"]


def _texts(grid: Grid, positions: pl.Series) -> list[Keys]:
    return grid.cells.select(pl.col(grid.cell_columns).gather(positions)).rows() if positions.len() else []


def _without(cells: pl.DataFrame, positions: pl.Series) -> pl.DataFrame:
    """The rows at other positions; where those lie in a few pieces, slices of them, which copy nothing."""
    ends = pl.concat([positions.cast(pl.Int64), pl.Series([cells.height])])
    begins = ends.shift(1, fill_value=-1) + 1
    if (begins < ends).sum() <= FEW_PIECES:
        pieces = zip(begins, ends - begins, strict=True)
        return pl.concat([cells.slice(begin, length) for begin, length in pieces if length] or [cells.clear()])
    return cells.filter(pl.repeat(True, cells.height, eager=True, dtype=pl.Boolean).scatter(positions, False))


def _with_ragged(rows: pl.DataFrame, grid: Grid, opening: Opening, header: Header) -> pl.DataFrame:
    """Mark the rows that have another number of cells than the header; workbooks have none."""
    width = max(grid.cells["cell_count"].slice(header.first, header.last + 1 - header.first))
    if grid.format not in RAGGED_FORMATS:
        return rows.with_columns(is_ragged=pl.lit(False))
    marked = rows.with_columns(is_ragged=pl.col("cell_count") != width)
    if not marked["is_ragged"].any():
        return marked
    others = marked.filter("is_ragged")["cell_count"].value_counts(sort=True)
    if others.height and others["count"][0] * 2 >= rows.height:
        raise FileRefused(
            "header_width",
            grid.path.name,
            row=opening.row_numbers[header.last],
            cells=width,
            count=others["count"][0],
            rows=rows.height,
            others=others["cell_count"][0],
        )
    return marked


def _unknown(rows: pl.DataFrame, cells: list[str], header: Header, columns: Columns) -> tuple[str, ...]:
    """Headings that nobody reads, and columns that are filled below an empty heading."""
    whole = rows.filter(~pl.col("is_ragged")) if columns.unnamed else rows
    is_filled = {place: whole[cells[place]].null_count() < whole.height for place in columns.unnamed}
    read = set(columns.position.values())
    places = (place for place in range(len(cells)) if place not in read and is_filled.get(place, True))
    return tuple(_label(header, place) for place in places)


def _label(header: Header, place: int) -> str:
    return one_line(header.labels[place]) or f"cột {place + 1}"
