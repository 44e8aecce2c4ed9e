"""V rules part the rows of a file into accepted ones and quarantined ones with their reasons."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import ConfigFault
from pipeline.normalise.distinct import evaluated
from schemas.good_rows import has_columns, is_good
from schemas.tables import SHARED

if TYPE_CHECKING:
    import pandera.polars as pa

RAGGED = "V02"
PANDERA_SWITCHES = {  # the values with which every check runs
    "PANDERA_VALIDATION_ENABLED": ("True", "true", "1"),
    "PANDERA_VALIDATION_DEPTH": ("SCHEMA_AND_DATA",),
}
REASONS = {"file": SHARED, "row": pl.UInt32, "rule_id": pl.String, "column": pl.String}


@dataclass(frozen=True)
class Split:
    """The rows of one file; in one chunk, as columns cut at different places are cut and joined anew by each step."""

    accepted: pl.DataFrame
    quarantined: pl.DataFrame
    is_logbook: bool

    @cached_property
    def reasons(self) -> pl.DataFrame:
        """One line per quarantined row and broken rule: row, rule_id, column."""
        return reasons(self.quarantined, is_logbook=self.is_logbook).drop("file")


def validate(rows: pl.DataFrame, *, is_logbook: bool) -> Split:
    """Part rows by the V rules of schemas/rows.py; accepted + quarantined = rows, asserted. Takes the frame apart.

    Which rules a row breaks is asked for later: pandera takes as long to import as a commune's year to read.

    Raises:
        ConfigFault: the environment turns pandera's checks off.
    """
    off = [name for name, all_on in PANDERA_SWITCHES.items() if os.environ.get(name, all_on[0]) not in all_on]
    if off:
        raise ConfigFault(f"{', '.join(off)} turns checks off: rows would pass unseen", "Unset it and run again.")
    if not has_columns(rows, is_logbook=is_logbook):
        raise AssertionError("a column that pandera checks is missing or of another type")
    is_right = evaluated(rows.lazy().select(is_good(is_logbook=is_logbook)), rows.height).to_series()
    quarantined = rows.filter(~is_right).rechunk()
    accepted = pl.DataFrame([_kept(rows.drop_in_place(name), is_right) for name in rows.columns])  # never both at once
    if accepted.height + quarantined.height != is_right.len():
        raise AssertionError("rows went missing between accepted and quarantined")
    return Split(accepted, quarantined, is_logbook)


def _kept(column: pl.Series, is_right: pl.Series) -> pl.Series:
    return (column if is_right.all() else column.filter(is_right)).rechunk()


def reasons(quarantined: pl.DataFrame, *, is_logbook: bool) -> pl.DataFrame:
    """What pandera says of rows set aside, of one file or several: file, row, rule_id, column, in the rows' order.

    Of a ragged row only that, because its cells may be shifted.
    """
    if quarantined.is_empty():
        return pl.DataFrame(schema=REASONS)
    failures = _failures(quarantined, rules(is_logbook=is_logbook))
    if failures["position"].n_unique() != quarantined.height:
        raise AssertionError("pandera passes a row that fails one of its checks")
    places = quarantined.select("file", "row", "is_ragged").with_row_index("position")
    return (
        failures.join(places, on="position", how="inner")
        .filter(~pl.col("is_ragged") | (pl.col("rule_id") == RAGGED))
        .with_columns(
            pl.col("column")
            .str.strip_prefix("has_unreadable_")
            .str.strip_suffix("_on")
            .replace({"is_ragged": None} | dict.fromkeys(("has_two_codes", "unit_code", "serial"), "dossier_code"))
        )
        .unique(["position", "rule_id", "column"])
        .sort("position", "rule_id", "column")
        .select(*REASONS)
    )


def rules(*, is_logbook: bool) -> type[pa.DataFrameModel]:
    """The V rules of one side, with all that pandera imports to check them."""
    import_module("pandera.backends.polars.builtin_checks")

    from schemas.rows import CaseRecord, LogbookEntry

    return LogbookEntry if is_logbook else CaseRecord


def _failures(rows: pl.DataFrame, model: type[pa.DataFrameModel]) -> pl.DataFrame:
    """The checks that rows do not pass: position (UInt32), rule_id, column."""
    import pandera.errors

    looked_at = rows.select(*model.to_schema().columns)
    try:
        with pl.Config(engine_affinity="in-memory"):  # a check is one small query: half the time of streaming
            model.validate(looked_at, lazy=True)
    except pandera.errors.SchemaErrors as found:
        failures = found.failure_cases
        if failures["index"].null_count():  # a fault of the frame, not of a row: our own bug
            raise AssertionError("pandera: " + "; ".join(map(str, failures["check"].unique()))) from None
        return failures.select(pl.col("index").cast(pl.UInt32).alias("position"), rule_id="check", column="column")
    raise AssertionError("pandera passes rows that fail one of its checks")
