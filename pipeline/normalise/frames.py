"""What both sides share: the cells as they come, and the columns that people, places and days give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.normalise.codes import code_key, read_codes
from pipeline.normalise.names import name_key, written_name
from pipeline.normalise.phones import phones_of, split_address, without_label
from pipeline.normalise.procedures import procedure_key
from pipeline.normalise.text import fold
from schemas.tables import SHARED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.profiles import FeedProfile
    from schemas.tables import Kind


AT_ONCE = 250_000  # rows; taking codes apart needs several times the memory of what it leaves


def with_missing(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The rows with a column of nulls for each that the file lacks."""
    return rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in columns if name not in rows.columns)


def typed(columns: pl.DataFrame, schema: Mapping[str, Kind]) -> pl.DataFrame:
    """Exactly the columns of a schema, in its order and types. What it does not name (personal_id) ends here."""
    return columns.select(pl.col(name).cast(kind) for name, kind in schema.items())


def origin(profile: FeedProfile, file: str) -> list[pl.Expr]:
    """The columns `feed` and `file`, the same in each row."""
    return [pl.lit(profile.name, dtype=SHARED).alias("feed"), pl.lit(file, dtype=SHARED).alias("file")]


def code_columns(rows: pl.DataFrame, received_on: pl.Series, profile: FeedProfile) -> pl.DataFrame:
    """The columns of the dossier code."""
    cells = rows["dossier_code"].cast(pl.String)
    pieces = [
        read_codes(cells.slice(start, AT_ONCE), received_on.slice(start, AT_ONCE), profile.codes)
        for start in range(0, max(cells.len(), 1), AT_ONCE)
    ]
    return pl.concat(pieces)


def alias_keys(rows: pl.DataFrame, received_on: pl.Series, profile: FeedProfile) -> pl.DataFrame:
    """`alias_key`: the key of a dossier's second code; most exports have none."""
    alias = rows["alias_code"].cast(pl.String)
    if alias.null_count() == alias.len():
        return alias.alias("alias_key").to_frame()
    return read_codes(alias, received_on, profile.codes).select(code_key().alias("alias_key"))


def with_addresses(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `address` and `phone` of their own or out of the cell that holds both."""
    both = split_address(rows["address_phone"].cast(pl.String))
    phones = phones_of(rows["phone"].cast(pl.String))
    address = pl.coalesce(pl.col("address").cast(SHARED), both["address"].cast(SHARED))
    return rows.with_columns(address, phone=pl.coalesce(phones, both["phone"]))


def person_keys(profile: FeedProfile) -> dict[str, dict[str, pl.Expr]]:
    """What is worked out from the texts of a dossier's person, procedure and address, once per distinct text.

    The procedure's name itself too: a million lines then share some hundred texts, and the file's are let go.
    """
    name, procedure, address = pl.col("applicant_name"), pl.col("procedure_name"), pl.col("address")
    return {
        "applicant_name": {"applicant_name": written_name(name), "applicant_key": name_key(name, profile.names)},
        "procedure_name": {
            "procedure_name": procedure,
            "procedure_key": procedure_key(procedure, profile.procedures),
        },
        "address": {"address_key": fold(without_label(address))},
    }
