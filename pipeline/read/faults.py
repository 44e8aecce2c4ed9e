"""Which rows of a CSV file are at fault: asked only once the gate has refused it, so all of it is looked at again.

A stray quote swallows lines up to the next one. To name the rows, physical lines are grouped into records, and the
lines of broken records are judged one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.cause import Cause
from pipeline.errors import FileRefused
from pipeline.read.blocks import with_newlines_only
from pipeline.read.encoding import from_windows_1258
from pipeline.read.legacy import refuse_legacy_bytes
from pipeline.read.octets import Octets

if TYPE_CHECKING:
    from pathlib import Path

LISTED = 10  # faults named one by one; the rest is a number
REGEX = {"\t": "\\t", "|": "\\|"}  # separators as a regular expression writes them
QUOTED = '"(?:[^"]|"")*"'


@dataclass(frozen=True)
class Grammar:
    """The regular expressions of one delimiter (as Rust's regex reads them)."""

    separator: str

    @property
    def _separator(self) -> str:
        return REGEX.get(self.separator, self.separator)

    @property
    def cell(self) -> str:
        """One cell, quoted or bare."""
        return f'(?:{QUOTED}|[^"{self._separator}]*)'

    @property
    def whole(self) -> str:
        """A complete record."""
        return f"^{self.cell}(?:{self._separator}{self.cell})*\\r?$"

    @property
    def opens(self) -> str:
        """A line that ends inside a quoted cell which it began itself."""
        return f'^(?:{self.cell}{self._separator})*"(?:[^"]|"")*$'

    @property
    def closes(self) -> str:
        """A line that begins inside a quoted cell and ends outside."""
        return f'^(?:[^"]|"")*"(?:{self._separator}{self.cell})*\\r?$'


def from_legacy(raw: bytes, path: Path) -> bytes:
    """UTF-8 of what is none yet: Windows-1258; refuses a NUL byte, fonts of before Unicode and mixed encodings."""
    if (at := raw.find(b"\0")) >= 0:
        nul_byte = Cause("nul_byte", row=raw.count(b"\n", 0, at) + 1, byte=at)
        raise FileRefused("bad_structure", path.name, faults=(nul_byte,))
    if not _is_nearly_utf8(raw):
        refuse_legacy_bytes(raw, path)
        text = from_windows_1258(raw)
        if text is not None:
            return text
    try:
        raw.decode()
    except UnicodeDecodeError as fault:
        row = row_at_end(raw[: fault.start])
        raise FileRefused("mixed_encodings", path.name, row=row, byte=fault.start) from None
    raise AssertionError("polars refused bytes that Python reads as UTF-8")


def _is_nearly_utf8(raw: bytes) -> bool:
    """Whether most letters beyond ASCII are UTF-8: then the rest is damage and no other encoding."""
    text = raw.decode(errors="replace")
    damaged = text.count("\ufffd")
    beyond_ascii = sum(not letter.isascii() for letter in text) - damaged
    return beyond_ascii > damaged


def refusal(raw: bytes, separator: str, path: Path) -> FileRefused:
    """NUL bytes and broken quoting of a file that has some, in the order of the rows.

    Raises:
        polars.exceptions.ComputeError: the bytes are not UTF-8.
    """
    raw = with_newlines_only(Octets(raw)).block
    faults = [(row, 1, Cause("bad_quoting", row=row)) for row in _badly_quoted(raw, Grammar(separator))]
    faults += [(row, 0, Cause("nul_byte", row=row, byte=offset)) for row, offset in _zeros(raw)]
    told = [cause for _, _, cause in sorted(faults, key=lambda fault: fault[:2])]
    more = [Cause("and_more", count=len(told) - LISTED)] if len(told) > LISTED else []
    return FileRefused("bad_structure", path.name, faults=(*told[:LISTED], *more))


def row_at_end(raw: bytes) -> int:
    """The spreadsheet row that comes next after these bytes (valid UTF-8), or that they leave unfinished."""
    return _lines(raw + b"?")["record"][-1]


def _zeros(raw: bytes) -> list[tuple[int, int]]:
    """Row and offset of the first NUL of each line that has one."""
    line = pl.col("line")
    begins_at = (line.str.len_bytes() + 1).cum_sum() - line.str.len_bytes() - 1
    at = _lines(raw).select("record", offset=begins_at + line.str.find("\0", literal=True)).drop_nulls()
    return at.rows()


def _lines(raw: bytes) -> pl.DataFrame:
    """Physical lines; one that begins inside a quoted cell belongs to the record before it."""
    quotes = pl.col("line").str.count_matches('"', literal=True).cast(pl.Int64)
    is_inside = (quotes.cum_sum() - quotes) % 2 == 1
    return pl.read_lines(raw).with_columns(quotes=quotes, record=(~is_inside).cum_sum(), is_inside=is_inside)


def _badly_quoted(raw: bytes, grammar: Grammar) -> list[int]:
    """Rows of the lines at which quoting goes wrong, counted as they would be without the stray quotes."""
    lines = _lines(raw)
    broken = _broken_records(lines, grammar)
    is_loose = lines["record"].is_in(broken.implode())
    judged = _judged(lines.filter(is_loose).with_columns(_judgements(grammar)))
    is_first = (lines["record"] != lines["record"].shift(1)).fill_null(True)
    rows = is_first.scatter(is_loose.arg_true(), judged["is_first"]).cum_sum()
    return rows.filter(is_loose).filter(judged["is_wrong"]).to_list() or broken.to_list()


def _broken_records(lines: pl.DataFrame, grammar: Grammar) -> pl.Series:
    """Numbers of the records that are not whole; those without any quote are."""
    quoted = lines.filter((pl.col("quotes") > 0) | pl.col("is_inside"))
    records = quoted.group_by("record", maintain_order=True).agg(pl.col("line").str.join("\n"))
    return records.filter(~pl.col("line").str.contains(grammar.whole))["record"]


def _judgements(grammar: Grammar) -> list[pl.Expr]:
    line = pl.col("line")
    patterns = {"is_whole": grammar.whole, "opens": grammar.opens, "closes": grammar.closes}
    return [line.str.contains(pattern).alias(name) for name, pattern in patterns.items()]


def _judged(lines: pl.DataFrame) -> pl.DataFrame:
    """Even lines must be whole; odd ones must open a cell that the next odd one closes, or close that of the last."""
    odd_at = (lines["quotes"] % 2 == 1).arg_true()
    opens, closes = lines["opens"].gather(odd_at), lines["closes"].gather(odd_at)
    begins = opens & closes.shift(-1, fill_value=False)
    ends = begins.shift(1, fill_value=False)
    nowhere = pl.Series([False]).new_from_index(0, lines.height)
    is_within = nowhere.scatter(odd_at, begins ^ ends).cast(pl.Int64).cum_sum() % 2 == 1
    is_wrong = (~lines["is_whole"]).scatter(odd_at, ~(begins | ends))
    return pl.DataFrame({"is_first": ~is_within.shift(1, fill_value=False), "is_wrong": is_wrong})
