"""The compound file (OLE) around an XLS workbook: its streams lie in sectors that a table chains together."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAMES = ("Workbook", "Book")  # since Excel 97, and before it
ENTRY = 128  # bytes in the directory
SHORT_SECTOR = 64
LAST = 0xFFFFFFFA  # numbers of sectors from here on are marks
IN_HEADER = 109  # numbers of the table's own sectors; the others are chained


class Entry(NamedTuple):
    """A stream in the directory."""

    name: str
    start: int
    size: int


def workbook_stream(raw: bytes) -> bytes:
    """The workbook's stream, filled up to a whole sector; empty where there is none.

    Raises:
        ValueError, struct.error: the file is damaged.
    """
    size = 1 << struct.unpack_from("<H", raw, 30)[0]
    directory_at, cutoff, short_table_at = struct.unpack_from("<48xI4xII", raw)
    sectors = memoryview(raw)[size:]
    table = _table(raw, sectors, size)
    entries = list(_entries(_chained(sectors, table, directory_at, size)))
    wanted = next((entry for name in NAMES for entry in entries if entry.name == name), None)
    if wanted is None:
        return b""
    if wanted.size >= cutoff:
        return _chained(sectors, table, wanted.start, size)
    short_table = _numbers(_chained(sectors, table, short_table_at, size))
    short_sectors = memoryview(_chained(sectors, table, entries[0].start, size))
    return _chained(short_sectors, short_table, wanted.start, SHORT_SECTOR)


def _table(raw: bytes, sectors: memoryview, size: int) -> Sequence[int]:
    """Which sector follows each one."""
    own = list(struct.unpack_from(f"<{IN_HEADER}I", raw, 76))
    more = struct.unpack_from("<I", raw, 68)[0]
    for _ in range(len(raw) // size):
        if more >= LAST:
            break
        *numbers, more = _numbers(sectors[more * size : (more + 1) * size])
        own += numbers
    return _numbers(b"".join(sectors[number * size : (number + 1) * size] for number in own if number < LAST))


def _numbers(content: bytes | memoryview) -> Sequence[int]:
    return struct.unpack(f"<{len(content) // 4}I", content)


def _chained(sectors: memoryview, table: Sequence[int], start: int, size: int) -> bytes:
    """The sectors from one on, as far as the table chains them; a chain that bites its tail ends as well."""
    runs: list[memoryview] = []
    number, left = start, len(table)
    while number < len(table) and left > 0:
        begin = number
        while number + 1 < len(table) and table[number] == number + 1:  # nearly always
            number += 1
        runs.append(sectors[begin * size : (number + 1) * size])
        left -= number + 1 - begin
        number = table[number]
    return b"".join(runs)


def _entries(directory: bytes) -> Iterator[Entry]:
    for place in range(0, len(directory) - ENTRY + 1, ENTRY):
        length, start, size = struct.unpack_from("<64xH50xII", directory, place)
        yield Entry(directory[place : place + max(length - 2, 0)].decode("utf-16-le", "replace"), start, size)
