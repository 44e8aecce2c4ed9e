"""Which character separates the cells: judged by evidence over many lines, since title rows have none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 1 << 18  # bytes from the start of the file
DECLARATION = re.compile(rb'"?sep=(.)"?[;,\t|]*\r?(?:\n|$)', re.IGNORECASE)  # Excel's own first line


def declared(raw: bytes) -> str | None:
    """The separator that a first line like `sep=;` states, if it is one of ours."""
    found = DECLARATION.match(raw)
    separator = found[1].decode("latin-1") if found else ""
    return separator if separator in DELIMITERS and separator else None


def choose_delimiter(raw: bytes) -> str:
    """The separator that explains most of the lines; a comma where nothing separates (one column)."""
    lines = _sample(raw)
    return _best(lines, is_prose=True) or _best(lines, is_prose=False) or ","


def _sample(raw: bytes) -> pl.Series:
    """Lines of the file's beginning, without what stands in quotes, blank ones and a half last one left out."""
    head = raw[:SAMPLE]
    whole = head if len(head) == len(raw) else head[: head.rfind(b"\n") + 1] or head
    lines = pl.read_lines(whole.decode("utf-8", "replace").replace("\r", "\n").encode())
    bare = lines["line"].str.replace_all('"[^"]*"', '""')
    return bare.filter(bare.str.strip_chars() != "")


def _best(lines: pl.Series, *, is_prose: bool) -> str | None:
    """The candidate with most separators explained by its most common count; in prose a blank follows a comma."""
    evidence = {separator: _explained(_counts(lines, separator, is_prose=is_prose)) for separator in DELIMITERS}
    best = max(DELIMITERS, key=lambda separator: evidence[separator])
    return best if evidence[best] > 0 else None


def _counts(lines: pl.Series, separator: str, *, is_prose: bool) -> pl.Series:
    counts = lines.str.count_matches(separator, literal=True).cast(pl.Int32)
    prose = lines.str.count_matches(separator + " ", literal=True).cast(pl.Int32)
    return counts - prose if is_prose else counts


def _explained(counts: pl.Series) -> float:
    """Share of the lines that have the most common count above zero, weighted by that count."""
    common = most_common(counts.filter(counts > 0))
    share = counts.filter(counts == common).len() / max(counts.len(), 1)
    return share**3 * common


def most_common(counts: pl.Series) -> int:
    """The most frequent count, the larger one of equals; 0 for none."""
    return max(_as_ints(counts.mode()), default=0)


def _as_ints(values: Iterable[object]) -> Iterable[int]:
    return (int(str(value)) for value in values)
