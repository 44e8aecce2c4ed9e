"""The grammar gate: where in a block of CSV stand quotes, separators and line ends, and are the quotes sound?

No parser is strict enough alone: polars pads short records and swallows what a stray quote opens. Python's own bytes
know only the next place of something; polars lists all of them, 4 GB a second. UTF-8 hides none of these signs in a
letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

QUOTE, NEWLINE, RETURN = b'"\n\r'
PLACE = pl.UInt32  # of a byte in a block; a block that is longer than that cannot be read


@dataclass(frozen=True)
class Octets:
    """A block and its bytes as numbers."""

    block: bytes

    @cached_property
    def numbers(self) -> pl.Series:
        """One number for each byte."""
        packed = pl.Series([self.block], dtype=pl.Binary)
        return packed.bin.reinterpret(dtype=pl.Array(pl.UInt8, len(self.block))).explode()

    @cached_property
    def quotes(self) -> pl.Series:
        """The places of all quotes."""
        return self.places([QUOTE]) if b'"' in self.block else pl.Series(dtype=PLACE)

    def places(self, octets: Iterable[int]) -> pl.Series:
        """The places of any of these bytes, in order."""
        number = pl.col("number")
        is_one = pl.any_horizontal(number == octet for octet in octets)
        return self.numbers.to_frame("number").select(is_one.arg_true()).to_series()

    def count(self, octet: int) -> int:
        """How often a byte stands in the block; eight times faster than `bytes.count`."""
        return int((self.numbers == octet).sum())

    def quote_marks(self, separator: str) -> int | None:
        """How many of the quotes are marks around and inside cells; None where quoting is broken.

        RFC 4180: quotes are paired, and nothing but separators, line ends and quotes touches a quoted cell. Of two
        quotes that stand for one, one is a mark.
        """
        if self.quotes.is_empty():
            return 0
        if self.quotes.len() % 2:
            return None
        quote = pl.col("quote")
        touching = self.quotes.to_frame("quote").select(
            before=self._at(quote.gather_every(2) - 1), after=self._at(quote.gather_every(2, 1) + 1)
        )
        edges = (ord(separator), NEWLINE, QUOTE)
        seen = touching.select(
            is_sound=(_any_of("before", edges) & _any_of("after", (*edges, RETURN))).all(),
            doubled=(pl.col("after") == QUOTE).sum(),
        )
        is_sound, doubled = seen.row(0)
        return self.quotes.len() - doubled if is_sound else None

    def record_ends(self) -> pl.Series:
        """The places of the line ends outside of quotes, and of the block's end unless that is one."""
        ends = self._outside(self.places([NEWLINE]))
        return ends if self.block.endswith(b"\n") else ends.append(pl.Series([len(self.block)], dtype=ends.dtype))

    def cell_counts(self, separator: str) -> pl.Series:
        """The cells of each record of a block whose quoting is sound; 0 for an empty line."""
        ends = self.record_ends()
        until = self._outside(self.places([ord(separator)])).search_sorted(ends)
        size = pl.col("end") - (pl.col("end") + 1).shift(fill_value=0)
        is_empty = (size == 0) | ((size == 1) & (self._at(pl.col("end") - 1) == RETURN))
        cells = pl.col("until") - pl.col("until").shift(fill_value=0) + 1
        count = pl.when(~is_empty).then(cells).otherwise(0).cast(pl.UInt32)
        return pl.DataFrame({"end": ends, "until": until}).select(cell_count=count).to_series()

    def records_with(self, leads: Iterable[bytes], *, one_a_line: bool) -> pl.Series:
        """Positions of the records in which one of these bytes stands, in order; records may be known to be lines."""
        ends = self.places([NEWLINE]) if one_a_line else self.record_ends()
        return ends.search_sorted(self.places(lead[0] for lead in leads)).unique(maintain_order=True)

    def _at(self, places: pl.Expr) -> pl.Expr:
        """The bytes at these places; line ends before and behind the block."""
        return pl.lit(self.numbers).gather(places, null_on_oob=True).fill_null(NEWLINE)

    def _outside(self, places: pl.Series) -> pl.Series:
        """Those of the places that no quotes enclose."""
        return places if self.quotes.is_empty() else places.filter(self.quotes.search_sorted(places) % 2 == 0)


def cell_counts(octets: Octets, separator: str) -> pl.Series | None:
    """The cells of each record (0 for an empty line); None where quoting is broken."""
    return None if octets.quote_marks(separator) is None else octets.cell_counts(separator)


def _any_of(column: str, octets: Iterable[int]) -> pl.Expr:
    return pl.any_horizontal(pl.col(column) == octet for octet in octets)
