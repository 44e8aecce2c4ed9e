"""Applicants' names: as written for people, and a key in which honorifics, brackets and case no longer matter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.normalise.text import fold_words, plain, plain_words, single_blanks, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def written_name(text: pl.Expr) -> pl.Expr:
    """The name as people read it: NFC, single blanks."""
    return single_blanks(text)


def name_key(text: pl.Expr, names: Mapping[str, Any]) -> pl.Expr:
    """The folded name without honorifics and brackets; T. for Thị spelt out, initials (N. V. Hùng) left as they are."""
    without_brackets = text.str.to_lowercase().str.replace_all(r"([^\s(])\s*\([^)]*\)?", "${1} ")
    return words_of(_spelt_out(plain(_without_honorifics(without_brackets, names)), names.get("abbreviations", {})))


def _without_honorifics(lower: pl.Expr, names: Mapping[str, Any]) -> pl.Expr:
    """Drop an honorific written as such; written without accents only where it is nobody's surname.

    A name with accents says by itself that its first word has none: Ba Văn A is not Bà Văn A.
    """
    honorifics, surnames = tuple(names.get("honorifics", ())), names.get("surnames", ())
    bare = tuple(word for word in fold_words(honorifics) if word not in surnames)
    accented = tuple(word for word in honorifics if word not in surnames)
    start = lower.str.strip_chars(" .:,")  # named once: polars would work it out again for each naming
    without_accents = start.str.replace(_leading(bare) + r"([\x00-\x7f]*)$", "${1}")
    return without_accents.str.replace(_leading(accented), "")


def _leading(words: tuple[str, ...]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return rf"^(?:(?:{'|'.join(re.escape(word) for word in longest_first)})[\s.:]+)+" if words else "^$"


def _spelt_out(name: pl.Expr, abbreviations: Mapping[str, str]) -> pl.Expr:
    """Spell out T. and V. where they are the only shortened word, inside the name; longer ones (Ng.) anywhere."""
    if not abbreviations:
        return name
    initials = {f" {short} ": f" {word} " for short, word in abbreviations.items() if len(short.strip(".")) == 1}
    longer = {f" {short} ": f" {word} " for short, word in abbreviations.items() if len(short.strip(".")) > 1}
    spaced = name.str.replace_all(".", ". ", literal=True).str.strip_chars(" ")
    is_only_one = spaced.str.count_matches(r"\b[a-z]\.") == 1
    spelt = pl.when(is_only_one).then(spaced.str.replace_many(_plain(initials))).otherwise(spaced)
    return (pl.lit(" ") + spelt + pl.lit(" ")).str.replace_many(_plain(longer))


def _plain(words: Mapping[str, str]) -> dict[str, str]:
    return dict(zip(plain_words(words), plain_words(words.values()), strict=True))
