"""The records of an XLS workbook (BIFF5, BIFF8) that calamine does not tell of: errors and merged cells."""

from __future__ import annotations

import io
import re
import struct
from typing import TYPE_CHECKING

from pipeline.read.grid import MAX_WIDTH
from pipeline.read.source import OLE
from pipeline.read.untold import Span, Text, Untold

if TYPE_CHECKING:
    from collections.abc import Iterator

STREAMS = ("Workbook", "Book")  # since Excel 97, and before it
BEGIN, END, SHEET = 0x0809, 0x000A, 0x0085
FORMULA, ERROR, MERGED = 0x0006, 0x0205, 0x00E5
IS_ERROR = b"\x01"  # else the record is true or false
OF_FORMULA, NO_NUMBER = b"\x02", b"\xff\xff"
ERROR_RECORD = re.compile(rb"\x05\x02\x08\x00[\x00-\xff]{7}\x01")
MERGED_RECORD = re.compile(rb"\xe5\x00(?=([\x00-\xff]{4}))")  # its length and its count
ERROR_OF_FORMULA = re.compile(rb"\x06\x00[\x00-\xff]{8}\x02[\x00-\xff]{5}\xff\xff")
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
PLAIN = re.compile(  # rows, texts, numbers and blanks one after another, which say nothing here
    rb"(?s:\x08\x02\x10\x00.{16}|\xfd\x00\x0a\x00.{10}|\x7e\x02\x0a\x00.{10}|\x03\x02\x0e\x00.{14}|\x01\x02\x06\x00.{6}){1,4096}"
)
LENGTHS = struct.Struct("<HH")
Record = tuple[int, bytes]


def untold_of_xls(raw: bytes, names: list[str]) -> dict[str, Untold]:
    """What calamine does not tell of each sheet; none where no sheet has such a thing, or the file is no XLS.

    A formula without a value is none of it: the format has no sign that sets it apart from an empty text.
    """
    if not raw.startswith(OLE):
        return {}
    try:
        stream = _workbook_stream(raw)
        if not _has_any(stream):
            return {}
        starts = [struct.unpack_from("<I", body)[0] for kind, body in _records(stream, 0) if kind == SHEET]
        return dict(zip(names, [_untold(stream, start) for start in starts], strict=True))
    except (OSError, ValueError, IndexError, struct.error):  # calamine says what is wrong with the file
        return {}


def _workbook_stream(raw: bytes) -> bytes:
    import olefile  # pyright: ignore[reportMissingTypeStubs]

    with olefile.OleFileIO(io.BytesIO(raw)) as compound:
        name = next((name for name in STREAMS if compound.exists(name)), None)
        return compound.openstream(name).read() if name else b""


def _has_any(stream: bytes) -> bool:
    """Whether the bytes of such a record stand anywhere; nearly all sheets have none, and need no walk."""
    if ERROR_RECORD.search(stream) or ERROR_OF_FORMULA.search(stream):
        return True
    lengths = map(LENGTHS.unpack, MERGED_RECORD.findall(stream))
    return any(count and length == 2 + 8 * count for length, count in lengths)


def _records(stream: bytes, start: int) -> Iterator[Record]:
    """The telling records of a sheet or, at 0, of the workbook; charts within it have records of their own."""
    place, depth = start, 0
    while place + 4 <= len(stream):
        if plain := PLAIN.match(stream, place):
            place = plain.end()
            continue
        kind, length = LENGTHS.unpack_from(stream, place)
        depth += (kind == BEGIN) - (kind == END)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _untold(stream: bytes, start: int) -> Untold:
    untold = Untold([], [])
    for kind, body in _records(stream, start):
        if kind == MERGED:
            untold.spans.extend(_spans(body))
        elif (code := _error(kind, body)) is not None:
            row, column = LENGTHS.unpack_from(body)
            untold.texts.append(Text(row, min(column, MAX_WIDTH), ERRORS.get(code, "#N/A")))
    return untold


def _error(kind: int, body: bytes) -> int | None:
    """The number of the error that a cell or a formula shows."""
    if kind == ERROR and body[7:8] == IS_ERROR:
        return body[6]
    is_shown = kind == FORMULA and body[6:7] == OF_FORMULA and body[12:14] == NO_NUMBER
    return body[8] if is_shown else None


def _spans(body: bytes) -> Iterator[Span]:
    for first, last, column, _ in struct.iter_unpack("<4H", body[2 : len(body) - (len(body) - 2) % 8]):
        if first < last:
            yield Span(column, first, last)
