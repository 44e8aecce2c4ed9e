"""The XML of worksheets, looked at before calamine reads it: how far its cells reach, and what will not be told.

A cell far away makes calamine ask for hundreds of GiB and ends the process. Nearly all sheets are plain: each cell has
its place, none is far away, none shows an error. That is seen by a few searches; the others are parsed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.read.grid import MAX_WIDTH
from pipeline.read.untold import Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

MAX_CELLS = 2**25  # rows × columns of a sheet, all rows of Excel in 32 columns: calamine and polars take 1.8 GB for it
CHUNK = 2**20
SHEET = b"sheetData"  # what has no such element is no worksheet, whatever its name; calamine sees none either
UNPLACED = re.compile(rb'<c[\s/>](?!r="[A-Z]{1,3}[0-9]{1,7}")')
PREFIXED = re.compile(rb":c[\s/>]")
FAR = re.compile(rb'r="(?:[A-Z]{2}|[A-Z]?[0-9]{6})')  # beyond column Z or row 99,999
NEAR = (99_999, 26)
PLACES = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
ERROR = b"<v>#"
FORMULA = b"<f"
UNVALUED = (re.compile(rb"</f>(?!<v>[^<])"), re.compile(rb"<f(?:\s[^<>]*)?/>(?!<v>[^<])"))
MERGED = b"mergeCell"
MERGED_DOWN = re.compile(
    rb"""mergeCell\s[^<>]*?\bref\s*=\s*["']\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?[A-Z]{1,3}\$?([0-9]{1,7})["']""",
    re.IGNORECASE,
)


class Glance:
    """What a few searches tell of a part: whether it has to be parsed, and its cells merged downwards."""

    def __init__(self) -> None:
        self.is_sheet = self.is_unplaced = self.has_untold = False
        self.rows, self.width = 0, 0
        self.spans: list[Span] = []

    @property
    def is_doubtful(self) -> bool:
        """Whether cells in which something stands may be far away."""
        return self.is_unplaced or self.width > MAX_WIDTH or self.rows * self.width > MAX_CELLS

    def look(self, piece: bytes) -> None:
        """Whole tags, the next ones of the part."""
        self.is_sheet = self.is_sheet or SHEET in piece
        if not self.is_sheet:
            return
        self.is_unplaced = self.is_unplaced or bool(UNPLACED.search(piece) or PREFIXED.search(piece))
        self.has_untold = self.has_untold or has_untold(piece)
        rows, width = _extent(piece) if FAR.search(piece) else NEAR
        self.rows, self.width = max(self.rows, rows), max(self.width, width)
        if MERGED in piece:
            found = MERGED_DOWN.findall(piece)
            spans = (Span(column_of(name), int(first) - 1, int(last) - 1) for name, first, last in found)
            self.spans += [span for span in spans if span.first < span.last]


def glance(part: IO[bytes]) -> Glance:
    """Reads the part to its end, where its checksum stands."""
    seen = Glance()
    for piece in pieces(part):
        seen.look(piece)
    return seen


def pieces(part: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces that end with a row, or where there is none, before a tag."""
    kept = b""
    while chunk := part.read(CHUNK):
        piece = kept + chunk
        end = piece.rfind(b"<row") if b"<row" in chunk else piece.rfind(b"<")
        end = max(end, 0)
        kept = piece[end:]
        yield piece[:end]
    yield kept


def has_untold(piece: bytes) -> bool:
    """Whether an error or a formula without a value may be among plain cells."""
    return ERROR in piece or (FORMULA in piece and any(pattern.search(piece) for pattern in UNVALUED))


def _extent(piece: bytes) -> tuple[int, int]:
    """The last row and column (from 1) in which a cell stands, an empty one too."""
    places = PLACES.findall(piece)
    columns, rows = {column for column, _ in places}, {row for _, row in places}
    return max(map(int, rows), default=0), max(map(column_of, columns), default=-1) + 1


def column_of(name: bytes | str) -> int:
    """The column of its letters, from 0."""
    column = 0
    for letter in name.upper() if isinstance(name, bytes) else name.upper().encode():
        column = column * 26 + letter - ord("A") + 1
    return column - 1
