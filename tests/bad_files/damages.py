"""Every way to remove, add or break one character of a table; each gives what was done and the text after it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bad_files.bases import Base

Damaged = tuple[str, str]  # what was done, the text after it


def without_each(base: Base, what: str) -> Iterator[Damaged]:
    """One separator, quote or line end fewer."""
    for begin, end in places(base.text, what):
        yield f"without {what!r} at {begin}", base.text[:begin] + base.text[end:]


def with_one_more(base: Base, what: str) -> Iterator[Damaged]:
    """One separator, quote or line end more, beside each that is there."""
    for begin, _ in places(base.text, what):
        yield f"{what!r} twice at {begin}", base.text[:begin] + what + base.text[begin:]


def in_each_cell(base: Base, what: str) -> Iterator[Damaged]:
    """A separator, a quote or a line end in the middle of what a cell says."""
    for found in re.finditer(r"\w[^\";,\r\n]*", base.text):
        middle = (found.start() + found.end()) // 2
        yield f"{what!r} in a cell at {middle}", base.text[:middle] + what + base.text[middle:]


def cut_in_the_last_rows(base: Base, rows: int = 2) -> Iterator[tuple[str, bytes]]:
    """The file ends at each byte of its last rows."""
    whole = base.text.encode(base.encoding)
    kept = base.line_end.join(base.text.split(base.line_end)[: -1 - rows]) + base.line_end
    for size in range(len(kept.encode(base.encoding)) + 1, len(whole)):
        yield f"cut at byte {size} of {len(whole)}", whole[:size]


def places(text: str, what: str) -> list[tuple[int, int]]:
    return [(found.start(), found.end()) for found in re.finditer(re.escape(what), text)]
