"""A sound table in any hand is read the same; one in two hands, or in none that we know, is refused by row."""

from __future__ import annotations

import codecs
import unicodedata
from typing import TYPE_CHECKING

import pytest

from tests.bad_files.oracle import REFUSAL_ROW

if TYPE_CHECKING:
    from tests.bad_files.bases import Base
    from tests.bad_files.conftest import Bench

TONES = "\u0300\u0301\u0303\u0309\u0323"
NONE_OF_OURS = ["utf-32", "utf-7", "gb18030", "cp1252", "latin-1", "utf-16 doubled", "base64"]
STRAY = {"NUL": b"\0", "not UTF-8": b"\xff", "half a letter": b"\xe1\xba", "latin-1": b"\xea"}


def in_1258(text: str) -> bytes:
    """Letters with their circumflex, breve or horn in one, the tones apart: as Windows writes it."""
    letters: list[str] = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        letters.append(unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES)))
        letters.append("".join(part for part in parts if part in TONES))
    return "".join(letters).encode("cp1258")


HANDS = {
    "utf-8": str.encode,
    "with its mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16 big end first": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "utf-16-le without a mark": lambda text: text.encode("utf-16-le"),
    "utf-16-be without a mark": lambda text: text.encode("utf-16-be"),
    "windows-1258": in_1258,
    "letters in pieces": lambda text: unicodedata.normalize("NFD", text).encode(),
    "old line ends": lambda text: text.replace("\r\n", "\n").replace("\n", "\r").encode(),
    "no last line end": lambda text: text.rstrip("\r\n").encode(),
}


@pytest.mark.parametrize("hand", HANDS)
def test_every_hand_says_the_same(bench: Bench, base: Base, hand: str) -> None:
    read = bench.read(HANDS[hand](base.text), base)
    assert read == bench.undamaged(base).reading


@pytest.mark.parametrize("encoding", NONE_OF_OURS)
def test_an_encoding_that_is_none_of_ours_is_refused(bench: Bench, base: Base, encoding: str) -> None:
    if encoding == "utf-16 doubled":
        content = base.text.encode("utf-16").decode("latin-1").encode("utf-16")
    elif encoding == "base64":
        content = codecs.encode(base.text.encode(), "base64")
    else:
        content = base.text.encode(encoding, errors="replace")
    refusal = bench.read(content, base).refusal
    assert refusal
    assert refusal.startswith(base.name)


@pytest.mark.parametrize("stray", STRAY)
def test_a_stray_byte_in_any_row_is_refused_by_that_row(bench: Bench, base: Base, stray: str) -> None:
    for number in range(len(base.records)):
        cells = list(base.records[number])
        place = 0 if number < base.head else 4
        middle = len(cells[place]) // 2
        cells[place] = f"{cells[place][:middle]}\ue000{cells[place][middle:]}"
        marked = base.with_cell(number, place, cells[place])
        refusal = bench.read(marked.text.encode().replace("\ue000".encode(), STRAY[stray]), base).refusal
        assert refusal, f"row {number + 1}"
        assert number + 1 in map(int, REFUSAL_ROW.findall(refusal)), refusal
