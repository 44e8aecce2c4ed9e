"""Single texts without accents, punctuation kept: file names, title rows and the patterns that look into them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import polars as pl

from pipeline.normalise.text import STROKED_D, fold, fold_words

if TYPE_CHECKING:
    from collections.abc import Iterable

_known_keys: dict[str, str] = {}


def keys_of(words: Iterable[str]) -> list[str]:
    """The folded keys of a profile's words; folding starts up slowly, so each word is folded once per process."""
    asked = list(words)
    new = [word for word in dict.fromkeys(asked) if word not in _known_keys]
    if new:
        _known_keys.update(zip(new, fold_words(new), strict=True))
    return [_known_keys[word] for word in asked]


def fold_cells(cells: pl.DataFrame) -> pl.DataFrame:
    """Fold all cells of a few rows in one go, for the same reason."""
    if not cells.height:
        return cells
    every = (
        pl.concat([column.alias("cell") for column in cells], rechunk=True)
        .to_frame()
        .select(fold(pl.col("cell")))["cell"]
    )
    return pl.DataFrame(
        [every.slice(n * cells.height, cells.height).alias(name) for n, name in enumerate(cells.columns)]
    )


def plain_text(text: str) -> str:
    """The text without accents and capitals; digits, slashes, dots and wildcards stay."""
    letters = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return "".join("d" if c in STROKED_D else c for c in letters).lower()


def words_pattern(words: tuple[str, ...] | list[str]) -> str:
    """A regular expression for any of these folded words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if word)
