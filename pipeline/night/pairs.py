"""A pair of logbook line and case record by a short name that stays the same over the nights."""

from __future__ import annotations

import hashlib

import polars as pl

PAIR_LENGTH = 10  # of the digest that names a pair; a book has thousands of lines


def pair_id() -> pl.Expr:
    """The pair's name, of feed, record_subject and line_subject."""
    whole = pl.concat_str("feed", "record_subject", "line_subject", separator="|", ignore_nulls=True)
    return whole.map_batches(_digests, return_dtype=pl.String)


def with_pair_id(mismatches: pl.DataFrame) -> pl.DataFrame:
    """The ledger's mismatches with pair_id, null where none rests on a link."""
    rests_on_a_pair = pl.all_horizontal(pl.col("feed", "record_subject", "line_subject", "link_method").is_not_null())
    return mismatches.with_columns(pair_id=pl.when(rests_on_a_pair).then(pair_id()))


def _digests(texts: pl.Series) -> pl.Series:
    """Polars' own hash is not the same on every machine."""
    return pl.Series([hashlib.sha256(text.encode()).hexdigest()[:PAIR_LENGTH] for text in texts], dtype=pl.String)
