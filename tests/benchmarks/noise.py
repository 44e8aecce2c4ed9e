"""How a clerk's hand changes what is written: each way is a small function Expr → Expr, each kind has several ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from tests.benchmarks.words import Dice, draw

Change = Callable[[pl.Expr], pl.Expr]
FIRST, SECOND = pl.col("first_die"), pl.col("second_die")  # two random numbers in [0, 1) for each struck line


@dataclass(frozen=True)
class Noise:
    """A kind of noise: the columns that it strikes and the ways it does, with their shares."""

    kind: str
    columns: tuple[str, ...]
    ways: Mapping[str, tuple[float, Change]]
    last_resort: Change | None = None  # for lines on which the drawn way changes nothing


def strike(lines: pl.DataFrame, noise: Noise, rate: float, dice: Dice) -> pl.DataFrame:
    """Change a share of the lines, each in one way; the new column `kind` names the way, null where nothing changed.

    `lines` has a unique column `line` and is ordered by it.
    """
    is_struck = pl.Series(dice.random(lines.height) < rate)
    struck = lines.filter(is_struck)
    way = draw(dice, struck.height, {name: share for name, (share, _) in noise.ways.items()})
    struck = struck.with_columns(
        way.alias("way"), first_die=dice.random(struck.height), second_die=dice.random(struck.height)
    )
    changed = struck.with_columns(_changed(column, noise) for column in noise.columns)
    is_changed = pl.any_horizontal(pl.lit(changed[column].ne_missing(struck[column])) for column in noise.columns)
    changed = changed.select("line", *noise.columns, pl.when(is_changed).then("way").alias(noise.kind))
    blank = lines.with_columns(pl.lit(None, dtype=pl.String).alias(noise.kind))
    return blank.update(changed, on="line", how="left", include_nulls=True)


def _changed(column: str, noise: Noise) -> pl.Expr:
    old, new = pl.col(column), pl.col(column)
    for name, (_, change) in noise.ways.items():
        new = pl.when(pl.col("way") == name).then(change(old)).otherwise(new)
    if noise.last_resort is not None:
        new = pl.when(new.eq_missing(old)).then(noise.last_resort(old)).otherwise(new)
    return new.alias(column)


def sub(pattern: str, value: str) -> Change:
    """Replace each match of a pattern."""
    return lambda text: text.str.replace_all(pattern, value)


def swap(pairs: Mapping[str, str]) -> Change:
    """Replace each of the keys, all at once."""
    return lambda text: text.str.replace_many(list(pairs), list(pairs.values()))


def written(word: str | None) -> Change:
    """Write this, whatever stood there."""
    return lambda _: pl.lit(word, dtype=pl.String)


def bare(text: pl.Expr) -> pl.Expr:
    """Drop all accents."""
    return text.str.normalize("NFD").str.replace_all(r"\p{M}", "").str.replace_many(["đ", "Đ"], ["d", "D"])


def without_letter(text: pl.Expr) -> pl.Expr:
    """Lose one letter, never the first."""
    at = 1 + (FIRST * (text.str.len_chars() - 1)).cast(pl.UInt32)
    return text.str.slice(0, at) + text.str.slice(at + 1)
