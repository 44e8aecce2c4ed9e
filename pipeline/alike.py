"""Small CSV files with one and the same header are prepared as one: a thousand of them cost what their rows cost.

Only rows that are data beyond doubt mean the same without their file. A file with any other row (a title, a total, a
blank line, cells too many or too few, text of before Unicode) is left to `prepare`, as are all files of a batch that
is refused: so each message speaks of one file.
"""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from pipeline.collect import shown
from pipeline.errors import DoichieuError
from pipeline.prepare import Source, missing_numbers, normalised, source_of, without_cells
from pipeline.read import is_delimited
from pipeline.read.delimited import read_cells
from pipeline.read.dialect import SAMPLE, choose_delimiter, declared
from pipeline.read.legacy import suspect_rows
from pipeline.read.octets import Octets
from pipeline.read.source import load, read_head
from pipeline.recognise import Table, recognise
from pipeline.recognise.alike import rows_of_headings, rows_of_numbering
from pipeline.recognise.feed import is_named_after
from pipeline.recognise.table import TitleFacts
from pipeline.validate import Split, validate
from schemas.tables import SHARED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipeline.collect import Request
    from pipeline.profiles import FeedProfile
    from pipeline.read import Grid
    from pipeline.settings import Settings

SMALL = 1 << 20  # bytes of a file; a larger one has enough rows to be worth its own queries
BATCH = 1 << 24  # bytes; some 60,000 rows
UNNAMED = "cột "


def batches(requests: Sequence[Request], feeds: Mapping[str, FeedProfile]) -> list[list[int]]:
    """Positions of the requests: those that can be prepared together, and each of the others alone."""
    alone: list[list[int]] = []
    together: defaultdict[object, list[list[int]]] = defaultdict(list)
    filled: defaultdict[object, int] = defaultdict(int)
    for position, request in enumerate(requests):
        size, kind = _kind(request, feeds)
        if kind is None:
            alone.append([position])
            continue
        if not together[kind] or filled[kind] + size > BATCH:
            together[kind].append([])
            filled[kind] = 0
        together[kind][-1].append(position)
        filled[kind] += size
    return [*alone, *(batch for some in together.values() for batch in some)]


def _kind(request: Request, feeds: Mapping[str, FeedProfile]) -> tuple[int, object]:
    """A file's size, and what it has in common with those that it is prepared with; None where it goes alone."""
    try:
        size = request.path.stat().st_size
        if size > SMALL:
            return size, None
        head = read_head(request.path)
        header, newline, _ = head.partition(b"\n")
        if not newline or header.count(b'"') % 2 or declared(head) or not is_delimited(head, request.path):
            return size, None
    except (DoichieuError, OSError):  # `prepare` tells it
        return 0, None
    named = () if request.feed else tuple(name for name, one in feeds.items() if is_named_after(one, request.path))
    return size, (request.feed, named, header)


@dataclass(frozen=True)
class Stack:
    """The records of several files below the header of the first; `begins` is the position of each one's first."""

    grid: Grid
    begins: pl.Series
    paths: list[Path]

    def file_of(self, rows: pl.Series) -> pl.Series:
        """The position of each row's file, by the row's number."""
        return self.begins.search_sorted(rows - 1, side="right") - 1

    def by_file(self, rows: pl.DataFrame) -> list[pl.DataFrame]:
        """The rows of each file under their numbers and the name in it."""
        file = self.file_of(rows["row"])
        own = {"row": rows["row"] - self.begins.gather(file) + 1}
        if "file" in rows.columns:
            own["file"] = pl.Series([shown(path) for path in self.paths], dtype=SHARED).gather(file)
        named = rows.with_columns(**own)
        ends = file.search_sorted(pl.int_range(len(self.paths), eager=True), side="right")
        return [named.slice(begin, end - begin) for begin, end in pairwise([0, *ends])]


def prepare_alike(requests: Sequence[Request], settings: Settings) -> list[Source | None]:
    """The sources of files with one header; None for each that has to be prepared by itself."""
    nobody: list[Source | None] = [None] * len(requests)
    try:
        stack = _stacked([request.path for request in requests])
        table = recognise((stack.grid,), settings.feeds, requests[0].feed) if stack else None
    except (DoichieuError, pl.exceptions.ComputeError):
        return nobody
    if stack is None or table is None or not _is_plain(table):
        return nobody
    feed = requests[0].feed
    asked = [settings.feeds[feed]] if feed else list(settings.feeds.values())
    plain = _plain_rows(table, stack, asked)
    return _sources(plain, stack) if plain.rows.height else nobody


def _is_plain(table: Table) -> bool:
    """Whether the first line is the header, with a name for each column that is filled."""
    return table.header_rows == (1,) and not any(label.startswith(UNNAMED) for label in table.unknown_headings)


def _stacked(files: list[Path]) -> Stack | None:
    """The records of files that are whole and sound in themselves below each other; None where the first is not."""
    texts = [load(path) for path in files]
    header = texts[0].partition(b"\n")[0]
    separator = choose_delimiter(texts[0][:SAMPLE])
    bodies = [_body(text, header, separator) for text in texts]
    grid = read_cells(io.BytesIO(b"".join([header, b"\n", *bodies])), files[0], "utf-8")
    counts = [body.count(b"\n") for body in bodies]
    if grid.cells.height != 1 + sum(counts):  # line ends within cells
        counts = [Octets(body).record_ends().len() if body else 0 for body in bodies]
    if grid.delimiter != separator or grid.cells.height != 1 + sum(counts):
        return None
    begins = pl.Series(counts, dtype=pl.UInt32).cum_sum().shift(1, fill_value=0) + 1
    return Stack(grid, begins, files)


def _body(text: bytes, header: bytes, separator: str) -> bytes:
    """What follows the header; nothing where it is not certain that it means the same below another file's lines."""
    first, _, body = text.partition(b"\n")
    has_lone_returns = b"\r" in text and text.count(b"\r") != text.count(b"\r\n")
    is_sound = first == header and body.endswith(b"\n") and b"\0" not in text and body.count(b'"') % 2 == 0
    return body if is_sound and not has_lone_returns and choose_delimiter(text[:SAMPLE]) == separator else b""


def _plain_rows(table: Table, stack: Stack, asked: Sequence[FeedProfile]) -> Table:
    """The rows of the files that have none but rows of data, without a doubt."""
    odd_rows = [
        table.rows.filter("is_ragged")["row"],
        table.doubted,
        suspect_rows(stack.grid.cells),
        rows_of_headings(stack.grid, stack.begins, asked),
        rows_of_numbering(stack.grid, stack.begins),
    ]
    odd = pl.concat(odd_rows)
    parts = stack.file_of(table.rows["row"])
    is_plain = ~parts.is_in(stack.file_of(odd.filter(odd > 1)).unique().implode())
    return replace(table, rows=table.rows.filter(is_plain), parts=parts.filter(is_plain), facts=TitleFacts())


def _sources(table: Table, stack: Stack) -> list[Source | None]:
    """One source for each file, of its rows; None for a file without any."""
    split = validate(normalised(table, ""), is_logbook=table.profile.is_logbook)
    header = table.not_data.head(1)
    tables = [
        replace(table, path=path, rows=rows, not_data=header)
        for path, rows in zip(stack.paths, stack.by_file(table.rows), strict=True)
    ]
    splits = [
        Split(accepted, aside, split.is_logbook)
        for accepted, aside in zip(*map(stack.by_file, (split.accepted, split.quarantined)), strict=True)
    ]
    return [
        source_of(without_cells(one), of_one, missing_numbers(one)) if one.rows.height else None
        for one, of_one in zip(tables, splits, strict=True)
    ]
