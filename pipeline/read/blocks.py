"""A CSV file in pieces that end with a record."""

from __future__ import annotations

import io
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from pipeline.read.octets import Octets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

Part = TypeVar("Part")
BLOCK = 1 << 22  # bytes; temporaries are a few times as large, and stay in the caches
PEEK = 1 << 12  # bytes; a few lines
LONGEST_CELL = 1_000  # lines; a quote that stays open longer is most likely a stray one


def blocks(file: IO[bytes]) -> Iterator[Octets]:
    """The rest of the file in pieces that end between two records; all that follows a stray quote is one piece."""
    begin, size = file.tell(), BLOCK
    file_end = file.seek(0, io.SEEK_END)
    file.seek(begin)
    while text := _read(file, _up_to_a_line_end(file, size)):
        octets = Octets(text)
        is_whole = file.tell() >= file_end or (text.endswith(b"\n") and octets.quotes.len() % 2 == 0)
        end = len(text) if is_whole else _end_of_records(text)
        file.seek(end - len(text), io.SEEK_CUR)  # cheaper to read the rest again than to join it to the next piece
        size = BLOCK if end else 2 * size
        if end:
            yield with_newlines_only(octets if is_whole else Octets(text[:end]))


def _up_to_a_line_end(file: IO[bytes], size: int) -> int:
    """So many bytes or somewhat fewer, so that nothing has to be cut off afterwards: that would copy all of them."""
    begin, ahead = file.tell(), min(size, PEEK)
    file.seek(begin + size - ahead)
    text = _read(file, ahead)
    file.seek(begin)
    return size - ahead + text.rfind(b"\n") + 1 if len(text) == ahead and b"\n" in text else size


def _read(file: IO[bytes], size: int) -> bytes:
    """So many bytes; fewer only at the file's end, whereas a share may hand out less than was asked for."""
    text = file.read(size)
    while len(text) < size and (more := file.read(size - len(text))):
        text += more
    return text


def in_order(work: Callable[[Octets], Part], pieces: Iterator[Octets]) -> Iterator[Part]:
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


def with_newlines_only(octets: Octets) -> Octets:
    """The old Macintosh's line ends (a CR alone) as everybody else's."""
    text = octets.block
    if b"\r" not in text or text.count(b"\r") == text.count(b"\r\n"):
        return octets
    return Octets(text.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
