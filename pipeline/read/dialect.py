"""Which character separates the cells: judged by evidence over many lines, since title rows have none."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DELIMITERS = (",", ";", "\t", "|")
OTHERS = tuple(other.encode() for other in DELIMITERS[1:])
SAMPLE = 1 << 16  # bytes from the start of the file, some 300 rows; title rows take up to about ten
DECLARATION = re.compile(rb'"?sep=(.)"?[;,\t|]*\r?(?:\n|$)', re.IGNORECASE)  # Excel's own first line
QUOTED = re.compile('"[^"]*"')


def declared(raw: bytes) -> str | None:
    """The separator that a first line like `sep=;` states, if it is one of ours."""
    found = DECLARATION.match(raw)
    separator = found[1].decode("latin-1") if found else ""
    return separator if separator in DELIMITERS and separator else None


def choose_delimiter(raw: bytes) -> str:
    """The separator that explains most of the first lines; a comma where nothing separates (one column)."""
    head = raw[:SAMPLE]
    if not any(other in head for other in OTHERS):
        return ","
    lines = _sample(head)
    return _best(lines, is_prose=True) or _best(lines, is_prose=False) or ","


def _sample(head: bytes) -> list[str]:
    """Lines of the file's beginning, without what stands in quotes, blank ones and a half last one left out."""
    whole = head if len(head) < SAMPLE else head[: head.rfind(b"\n") + 1] or head
    lines = whole.decode("utf-8", "replace").replace("\r", "\n").split("\n")
    return [QUOTED.sub('""', line) for line in lines if line.strip()]


def _best(lines: list[str], *, is_prose: bool) -> str | None:
    """The candidate with most separators explained by its most common count; in prose a blank follows a comma."""
    evidence = {separator: _explained(_counts(lines, separator, is_prose=is_prose)) for separator in DELIMITERS}
    best = max(DELIMITERS, key=lambda separator: evidence[separator])
    return best if evidence[best] > 0 else None


def _counts(lines: list[str], separator: str, *, is_prose: bool) -> list[int]:
    if not is_prose:
        return [line.count(separator) for line in lines]
    return [line.count(separator) - line.count(separator + " ") for line in lines]


def _explained(counts: list[int]) -> float:
    """Share of the lines that have the most common count above zero, weighted by that count."""
    common, times = most_common(counts)
    return (times / max(len(counts), 1)) ** 3 * common


def most_common(counts: Iterable[int]) -> tuple[int, int]:
    """The most frequent count above zero, the larger one of equals, and how often it is there; 0 for none."""
    found = Counter(count for count in counts if count > 0)
    return max(found.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
