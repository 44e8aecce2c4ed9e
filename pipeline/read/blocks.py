"""A CSV file in pieces that end with a record, and the grammar gate: are the quotes sound, how many cells has a record?

No parser is strict enough alone: polars pads short records and swallows what a stray quote opens. Cutting the text at
its quotes leaves, in every other piece, what stands outside of them; there RFC 4180 is easy to ask and cheap to count.
"""

from __future__ import annotations

import io
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

Part = TypeVar("Part")
BLOCK = 1 << 23  # bytes; temporaries are a few times as large, and stay in the caches
LONGEST_CELL = 1_000  # lines; a quote that stays open longer is most likely a stray one


def blocks(file: IO[bytes]) -> Iterator[bytes]:
    """The rest of the file in pieces that end between two records; all that follows a stray quote is one piece."""
    size = BLOCK
    while text := _read(file, size):
        end = len(text) if len(text) < size else _end_of_records(text)
        file.seek(end - len(text), io.SEEK_CUR)  # cheaper to read the rest again than to join it to the next piece
        size = BLOCK if end else 2 * size
        if end:
            yield with_newlines_only(text[:end])


def _read(file: IO[bytes], size: int) -> bytes:
    """So many bytes; fewer only at the file's end, whereas a share may hand out less than was asked for."""
    text = file.read(size)
    while len(text) < size and (more := file.read(size - len(text))):
        text += more
    return text


def in_order(work: Callable[[bytes], Part], pieces: Iterator[bytes]) -> Iterator[Part]:
    """The work done on each piece, on two at a time; no more of them are held. One piece needs no thread."""
    ahead = list(islice(pieces, 2))
    if len(ahead) < 2:  # noqa: PLR2004 -- two are the fewest that can overlap
        yield from map(work, ahead)
        return
    with ThreadPoolExecutor(2) as pool:
        waiting = deque(pool.submit(work, piece) for piece in ahead)
        while waiting:
            done = waiting.popleft().result()
            waiting.extend(pool.submit(work, piece) for piece in islice(pieces, 1))
            yield done


def _end_of_records(text: bytes) -> int:
    """Where the last whole record of the text ends; 0 when that cannot be seen."""
    end = text.rfind(b"\n") + 1
    is_inside = text.count(b'"', 0, end) % 2 == 1
    for _ in range(LONGEST_CELL):
        if not is_inside:
            return end
        before = text.rfind(b"\n", 0, max(end - 1, 0)) + 1
        is_inside ^= text.count(b'"', before, end) % 2 == 1
        end = before
    return 0


def with_newlines_only(text: bytes) -> bytes:
    """The old Macintosh's line ends (a CR alone) as everybody else's."""
    if b"\r" not in text or text.count(b"\r") == text.count(b"\r\n"):
        return text
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def cell_counts(block: bytes, separator: str) -> pl.Series | None:
    """The cells of each record (0 for an empty line); None where quoting is broken.

    Raises:
        polars.exceptions.ComputeError: the bytes are not UTF-8.
    """
    text = pl.DataFrame({"text": [block]}).select(pl.col("text").cast(pl.String))
    if b'"' in block:
        pieces = text.select(pl.col("text").str.split('"').explode())
        if not _is_well_quoted(pieces, separator):
            return None
        text = pieces.select(pl.col("text").gather_every(2).str.join('"'))
    lines = text.select(pl.col("text").str.split("\n").explode())
    records = lines.head(lines.height - block.endswith(b"\n"))  # after a last newline comes no record
    line = pl.col("text")
    is_empty = (line == "") | (line == "\r")
    count = pl.when(~is_empty).then(line.str.count_matches(separator, literal=True) + 1).otherwise(0)
    return records.select(cell_count=count.cast(pl.UInt32)).to_series()


def _is_well_quoted(pieces: pl.DataFrame, separator: str) -> bool:
    """RFC 4180: quotes are paired, and nothing but separators, line ends and quotes touches a quoted cell."""
    if pieces.height % 2 == 0:
        return False
    outside = pl.col("text").gather_every(2)
    after, before = outside.slice(1), outside.slice(0, pl.len() // 2)
    is_sound = pieces.select(
        after=pl.any_horizontal(after == "", *(after.str.starts_with(edge) for edge in (separator, "\n", "\r"))).all(),
        before=pl.any_horizontal(before == "", *(before.str.ends_with(edge) for edge in (separator, "\n"))).all(),
    )
    return all(is_sound.row(0))
