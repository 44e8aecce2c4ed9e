"""V rules part the rows of a file into accepted ones and quarantined ones with their reasons."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import ConfigFault
from pipeline.normalise.distinct import evaluated
from schemas.good_rows import has_columns, is_good

if TYPE_CHECKING:
    import pandera.polars as pa

RAGGED = "V02"
PANDERA_SWITCHES = {  # the values with which every check runs
    "PANDERA_VALIDATION_ENABLED": ("True", "true", "1"),
    "PANDERA_VALIDATION_DEPTH": ("SCHEMA_AND_DATA",),
}
FAILED = {"position": pl.UInt32, "rule_id": pl.String, "column": pl.String}
QUARANTINED = {"row": pl.UInt32, "rule_id": pl.String, "column": pl.String}


@dataclass(frozen=True)
class Split:
    """The rows of one file. `reasons` has one line per quarantined row and broken rule: row, rule_id, column.

    In one chunk: columns cut at different places are cut and joined anew by each later step.
    """

    accepted: pl.DataFrame
    quarantined: pl.DataFrame
    reasons: pl.DataFrame


def validate(rows: pl.DataFrame, *, is_logbook: bool) -> Split:
    """Part rows by the V rules of schemas/rows.py; accepted + quarantined = rows, asserted.

    Raises:
        ConfigFault: the environment turns pandera's checks off.
    """
    off = [name for name, all_on in PANDERA_SWITCHES.items() if os.environ.get(name, all_on[0]) not in all_on]
    if off:
        raise ConfigFault(f"{', '.join(off)} turns checks off: rows would pass unseen", "Unset it and run again.")
    failures = _failures(rows, is_logbook=is_logbook)
    if failures.is_empty():
        return Split(rows.rechunk(), rows.clear(), pl.DataFrame(schema=QUARANTINED))
    faulty = failures["position"].unique()
    is_faulty = pl.int_range(pl.len(), dtype=pl.UInt32).is_in(faulty.implode())
    accepted, quarantined = rows.filter(~is_faulty), rows.filter(is_faulty)
    if accepted.height + quarantined.height != rows.height or quarantined.height != faulty.len():
        raise AssertionError("rows went missing between accepted and quarantined")
    reasons = _reasons(rows, failures)
    del rows  # as large as the accepted ones
    return Split(accepted.rechunk(), quarantined.rechunk(), reasons)


def rules(*, is_logbook: bool) -> type[pa.DataFrameModel]:
    """The V rules of one side, with all that pandera imports to check them."""
    import_module("pandera.backends.polars.builtin_checks")

    from schemas.rows import CaseRecord, LogbookEntry

    return LogbookEntry if is_logbook else CaseRecord


def _failures(rows: pl.DataFrame, *, is_logbook: bool) -> pl.DataFrame:
    """What pandera says of the rows that do not pass every check: mostly there are none, and it need not be asked."""
    suspects = _suspects(rows, is_logbook=is_logbook)
    return _told(rows, suspects, rules(is_logbook=is_logbook)) if suspects.len() else pl.DataFrame(schema=FAILED)


def _told(rows: pl.DataFrame, suspects: pl.Series, model: type[pa.DataFrameModel]) -> pl.DataFrame:
    """Which checks the rows at these positions do not pass."""
    import pandera.errors

    looked_at = rows.select(name for name in model.to_schema().columns if name in rows.columns)[suspects]
    try:
        with pl.Config(engine_affinity="in-memory"):  # a check is one small query: half the time of streaming
            model.validate(looked_at, lazy=True)
    except pandera.errors.SchemaErrors as found:
        failures = found.failure_cases
        if failures["index"].null_count():  # a fault of the frame, not of a row: our own bug
            raise AssertionError("pandera: " + "; ".join(map(str, failures["check"].unique()))) from None
        position = suspects.gather(failures["index"].cast(pl.UInt32)).cast(pl.UInt32)
        return failures.select(position.alias("position"), pl.col("check").alias("rule_id"), "column")
    raise AssertionError("pandera passes a row that fails one of its checks")


def _suspects(rows: pl.DataFrame, *, is_logbook: bool) -> pl.Series:
    """Positions of the rows that do not pass all checks, asked at once; all rows of a wrong frame.

    pandera asks them one by one, each with a copy of the schema: 8 ms on the smallest file, half of its time.
    """
    if not has_columns(rows, is_logbook=is_logbook):
        return pl.arange(rows.height, dtype=pl.UInt32, eager=True)
    return evaluated(rows.lazy().select(~is_good(is_logbook=is_logbook)), rows.height).to_series().arg_true()


def _reasons(rows: pl.DataFrame, failures: pl.DataFrame) -> pl.DataFrame:
    """What is wrong with each row; of a ragged row only that, because its cells may be shifted."""
    places = rows.select("row", "is_ragged").with_row_index("position")
    return (
        failures.join(places, on="position", how="inner")
        .filter(~pl.col("is_ragged") | (pl.col("rule_id") == RAGGED))
        .with_columns(
            pl.col("column")
            .str.strip_prefix("has_unreadable_")
            .str.strip_suffix("_on")
            .replace({"is_ragged": None, "has_two_codes": "dossier_code", "serial": "dossier_code"})
        )
        .select("row", "rule_id", "column")
        .unique()
        .sort("row", "rule_id", "column")
    )
