"""Names of people and units as names of sheets, as far as a spreadsheet takes them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

LONGEST = 31  # UTF-16 units; Excel takes no more
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\s]+")
RESERVED = "history"  # Excel keeps this name for itself
NAMELESS = "-"


def sheet_names(wanted: Sequence[str], taken: Collection[str]) -> list[str]:
    """A legal name for each wanted one, in their order, different from the others and from those taken.

    Different means what Excel means: case and the way an accent is written do not tell two names apart.
    """
    used, names = {_folded(name) for name in taken} | {RESERVED}, list[str]()
    for name in map(_legal, wanted):
        names.append(_unused(name, used))
        used.add(_folded(names[-1]))
    return names


def _legal(name: str) -> str:
    plain = FORBIDDEN.sub(" ", unicodedata.normalize("NFC", name)).strip(" '")
    return _cut(plain, LONGEST) or NAMELESS


def _unused(name: str, used: Collection[str]) -> str:
    unused, number = name, 1
    while _folded(unused) in used:
        number += 1
        mark = f" ({number})"
        unused = _cut(name, LONGEST - len(mark)) + mark
    return unused


def _cut(name: str, longest: int) -> str:
    return name.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", errors="ignore").strip(" '")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
