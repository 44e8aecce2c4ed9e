"""Bytes become UTF-8: UTF-16 by its mark or its zeros, Windows-1258 by its letters; anything else is refused."""

from __future__ import annotations

import codecs
import unicodedata
from typing import TYPE_CHECKING

from pipeline.errors import FileRefused

if TYPE_CHECKING:
    from pathlib import Path

UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
HEAD = 4096
ZERO_SHARE = 0.3  # UTF-16 text of our trade has more zeros than this at every second place ...
STRAY_SHARE = 0.05  # ... and fewer than this at the others

# Vietnamese in Windows-1258: bases with circumflex, breve or horn, đ, five tones, office punctuation.
LETTERS = "ÀÁÂĂÈÉÊÍÓÔÙÚƠƯĐàáâăèéêíóôùúơưđ\u0300\u0301\u0303\u0309\u0323"
PUNCTUATION = "\u00a0§°±²³´·×–—‘’“”…€₫•"
EXPECTED = (LETTERS + PUNCTUATION).encode("cp1258")
ASCII = bytes(range(128))
STRANGE_SHARE = 0.01  # one strange byte in a hundred: a foreign name, not another encoding
SAMPLE = 1 << 20


def to_utf8(raw: bytes, path: Path) -> tuple[bytes, str]:
    """Resolve marks and UTF-16; the rest is called utf-8 and still has to prove it."""
    encoding = utf16_kind(raw[:HEAD])
    return (raw, "utf-8") if encoding is None else (_from_utf16(raw, encoding, path), encoding)


def utf16_kind(head: bytes) -> str | None:
    """`utf-16-le`, `utf-16-be`, or None, by the mark or by the zeros of the first bytes."""
    return UTF16_MARKS.get(head[:2]) or _utf16_by_zeros(head[:HEAD])


def _from_utf16(raw: bytes, encoding: str, path: Path) -> bytes:
    try:
        return raw.decode(encoding).removeprefix("\ufeff").encode()
    except UnicodeDecodeError as fault:
        from pipeline.read.faults import row_at_end

        row = row_at_end(raw[: fault.start].decode(encoding).encode())
        raise FileRefused("bad_utf16", path.name, row=row, byte=fault.start) from None


def _utf16_by_zeros(head: bytes) -> str | None:
    half = max(len(head) // 2, 1)
    even, odd = head[::2].count(0) / half, head[1::2].count(0) / half
    if odd > ZERO_SHARE and even < STRAY_SHARE:
        return "utf-16-le"
    return "utf-16-be" if even > ZERO_SHARE and odd < STRAY_SHARE else None


def from_windows_1258(raw: bytes) -> bytes | None:
    """UTF-8 of plausible Vietnamese in Windows-1258, tones still apart (NFC comes per cell); None for anything else."""
    foreign = raw.translate(None, ASCII)
    strange = foreign.translate(None, EXPECTED)
    if len(strange) > STRANGE_SHARE * len(foreign):
        return None
    try:
        text = raw.decode("cp1258")
    except UnicodeDecodeError:
        return None
    return text.encode() if _tones_sit_on_vowels(text[:SAMPLE]) else None


def _tones_sit_on_vowels(text: str) -> bool:
    """Whether the tones compose; those that stay alone mean that the bytes were something else."""
    alone = sum(map(unicodedata.normalize("NFC", text).count, "\u0300\u0301\u0303\u0309\u0323"))
    return alone <= STRANGE_SHARE * sum(map(text.count, "\u0300\u0301\u0303\u0309\u0323"))
