"""Words of the software: procedure names, states, channels. Unknown words are never guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from pipeline.normalise.text import fold, fold_words

UNCLASSIFIED = "unclassified"
Words = Mapping[str, tuple[str, ...]]


def procedure_key(text: pl.Expr, procedures: Mapping[str, Any]) -> pl.Expr:
    """The folded name with clerks' abbreviations spelt out and words that say nothing dropped."""
    folded = fold(text)
    spaced = (
        pl.lit(" ") + folded.str.replace_all(" ", "  ", literal=True) + pl.lit(" ")
    )  # so that words never share a blank
    spelt = spaced.str.replace_many(_spaced(procedures.get("abbreviations", {})))
    short = spelt.str.replace_many(_spaced(dict.fromkeys(procedures.get("ignored", ()), "")))
    return pl.coalesce(short.str.replace_all(r" +", " ").str.strip_chars(" ").replace("", None), folded)


def state_of(status: pl.Expr, states: Words) -> pl.Expr:
    """The state of a status word; `unclassified` for a word that the profile does not know or gives two states."""
    return fold(status).replace_strict(_by_word(states), default=UNCLASSIFIED, return_dtype=pl.String)


def is_any_of(text: pl.Expr, words: Sequence[str]) -> pl.Expr:
    """Whether a text is one of a profile's words; false where it is empty."""
    return fold(text).is_in(fold_words(tuple(words))).fill_null(value=False)


def channel_of(text: pl.Expr, channels: Words) -> pl.Expr:
    """How a dossier came in: direct, online, post; an unknown word stays as it is written."""
    return fold(text).replace_strict(_by_word(channels), default=text, return_dtype=pl.String)


def _by_word(meanings: Words) -> dict[str, str]:
    pairs = [(key, meaning) for meaning, words in meanings.items() for key in set(fold_words(words)) if key]
    times = Counter(key for key, _ in pairs)
    return {key: meaning for key, meaning in pairs if times[key] == 1}


def _spaced(words: Mapping[str, str]) -> dict[str, str]:
    return {_apart(key): _apart(word) for key, word in zip(fold_words(tuple(words)), words.values(), strict=True)}


def _apart(words: str) -> str:
    return f" {words.replace(' ', '  ')} "
