"""Small CSV files with one and the same header are prepared as one: a thousand of them cost what their rows cost.

Only rows that are data beyond doubt mean the same without their file. A file with any other row (a title, a total, a
blank line, cells too many or too few, text of before Unicode) is left to `prepare`, as are all files of a batch that
is refused: so each message speaks of one file.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import replace
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from pipeline.collect import shown
from pipeline.errors import DoichieuError
from pipeline.prepare import Source, missing_numbers, normalised, source_of, without_cells
from pipeline.read import is_delimited
from pipeline.read.blocks import BLOCK
from pipeline.read.delimited import parsed
from pipeline.read.dialect import choose_delimiter, declared
from pipeline.read.grid import Grid, numbered
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
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.collect import Request
    from pipeline.profiles import FeedProfile
    from pipeline.settings import Settings

SMALL = 1 << 20  # bytes of a file; a larger one has enough rows to be worth its own queries
LEAST, MOST = 1 << 23, 1 << 26  # bytes of files that are prepared as one; 30,000 to 240,000 rows
UNNAMED = "cột "


def batches(requests: Sequence[Request], feeds: Mapping[str, FeedProfile]) -> list[list[int]]:
    """Positions of the requests: those that can be prepared together, and each of the others alone."""
    sizes: dict[int, int] = {}
    alone: list[list[int]] = []
    together: defaultdict[object, list[tuple[int, int]]] = defaultdict(list)
    for position, request in enumerate(requests):
        sizes[position], kind = _kind(request, feeds)
        if kind is None:
            alone.append([position])
        else:
            together[kind].append((position, sizes[position]))
    found = [*alone, *chain.from_iterable(map(_shares, together.values()))]
    return sorted(found, key=lambda batch: -sum(sizes[position] for position in batch))


def _shares(files: Sequence[tuple[int, int]]) -> Iterable[list[int]]:
    """Positions of files with their sizes, one share for each core unless that is too little or too much."""
    share = min(max(sum(size for _, size in files) / (os.cpu_count() or 1), LEAST), MOST)
    shares: defaultdict[int, list[int]] = defaultdict(list)
    begin = 0
    for position, size in files:
        shares[int(begin // share)].append(position)
        begin += size
    return shares.values()


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


class Stack(NamedTuple):
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
    first = load(files[0])
    header = first.partition(b"\n")[0] + b"\n"
    separator = choose_delimiter(first)
    counts: list[int] = []
    bodies = (_body(path, header, separator) for path in files)
    cells = parsed(_pieces(header, bodies, counts), separator, files[0])
    if cells is None or cells.height != 1 + sum(counts):
        return None
    grid = Grid(numbered(cells.drop("cell_count"), cells["cell_count"]), files[0], "csv", "utf-8", separator)
    return Stack(grid, pl.Series(counts, dtype=pl.UInt32).cum_sum().shift(1, fill_value=0) + 1, files)


def _body(path: Path, header: bytes, separator: str) -> bytes:
    """What follows the header; nothing where it is not certain that it means the same below another file's lines."""
    text = load(path)
    is_sound = (
        text.startswith(header)
        and text.endswith(b"\n")
        and b"\0" not in text
        and (b"\r" not in text or text.count(b"\r") == text.count(b"\r\n"))
        and choose_delimiter(text) == separator
    )
    return text[len(header) :] if is_sound else b""


def _pieces(header: bytes, bodies: Iterable[bytes], counts: list[int]) -> Iterator[Octets]:
    """The header and the bodies below it, some megabytes at a time; how many records each body has joins the counts."""
    before, held, size = header, list[bytes](), 0
    for body in bodies:
        held.append(body)
        size += len(body)
        if size >= BLOCK:
            yield from _piece(before, held, counts)
            before, held, size = b"", [], 0
    yield from _piece(before, held, counts)


def _piece(before: bytes, bodies: list[bytes], counts: list[int]) -> list[Octets]:
    """The bodies below each other, without those whose quotes are not in pairs: they would pair with another's."""
    octets = Octets(b"".join([before, *bodies]))
    if not octets.block:
        counts.extend(0 for _ in bodies)
        return []
    ends = pl.Series(accumulate(map(len, bodies), initial=len(before)), dtype=pl.UInt32)
    are_paired = octets.quotes.search_sorted(ends).diff().drop_nulls() % 2 == 0
    if not are_paired.all():
        return _piece(before, [body if is_so else b"" for body, is_so in zip(bodies, are_paired, strict=True)], counts)
    counts.extend(octets.record_ends().search_sorted(ends).diff().drop_nulls())
    return [octets]


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
