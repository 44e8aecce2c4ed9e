"""Folding: the comparison key of Vietnamese text, whatever its accents, case, spacing and Unicode form."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

STROKED_D = "ĐđÐðƉɖ"  # taking accents off leaves them; the last four are look-alikes
PRECOMPOSED = (range(0xC0, 0x1DD), range(0x1EA0, 0x1EFA))  # Latin letters that carry their accents
COMBINING_MARKS = range(0x300, 0x340)


def plain(text: pl.Expr) -> pl.Expr:
    """Lower case without accents; punctuation and blanks stay. One pass, for NFC and NFD alike."""
    return text.str.replace_many(*_plain_pairs()).str.to_lowercase()


def fold(text: pl.Expr) -> pl.Expr:
    """Lower-case ASCII words with single blanks between; null where no letter or digit is left."""
    return words_of(plain(text))


def words_of(plain_text: pl.Expr) -> pl.Expr:
    """The words of text that is plain already, with single blanks between; null where none is left."""
    return plain_text.str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars(" ").replace("", None)


def plain_words(words: Iterable[str]) -> list[str]:
    """What `plain` makes of a few words of a profile, without an expression's start-up."""
    table = str.maketrans(_plain_letters())
    return [word.translate(table).lower() for word in words]


def fold_words(words: Iterable[str]) -> list[str]:
    """What `fold` makes of a few words of a profile; "" where nothing is left."""
    return [re.sub("[^a-z0-9]+", " ", word).strip(" ") for word in plain_words(words)]


def single_blanks(text: pl.Expr) -> pl.Expr:
    """NFC with blanks and line breaks collapsed; otherwise as written."""
    return text.str.normalize("NFC").str.replace_all(r"\s+", " ").str.strip_chars(" ")


@cache
def spellings(marks: tuple[str, ...]) -> pl.Expr:
    """Each mark in the cases that people write, so that a column is compared without lowering all of it."""
    forms = {form for mark in marks for form in (mark.lower(), mark.upper(), mark.capitalize(), mark.title())}
    return pl.lit(pl.Series(sorted(forms), dtype=pl.String)).implode()


@cache
def _plain_pairs() -> tuple[pl.Expr, pl.Expr]:
    letters = _plain_letters()
    return pl.lit(pl.Series(list(letters))).implode(), pl.lit(pl.Series(list(letters.values()))).implode()


@cache
def _plain_letters() -> dict[str, str]:
    letters = dict.fromkeys(STROKED_D, "d") | {chr(mark): "" for mark in COMBINING_MARKS}
    for point in (point for block in PRECOMPOSED for point in block):
        base = "".join(c for c in unicodedata.normalize("NFD", chr(point)) if not unicodedata.combining(c))
        if base.isascii():
            letters[chr(point)] = base.lower()
    return letters
