"""Accept, hold or refuse: what is readable but implausible stays aside until a person lets it in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.night.tonight import Tonight
    from pipeline.prepare import Source

Doubt = tuple[str, dict[str, Any]]  # phrase of [gate], what fills it


def doubt(source: Source, load: Mapping[str, Any], loads: pl.DataFrame, tonight: Tonight) -> Doubt | None:
    """Why a readable file should wait for a person; None when it is plausible.

    `load` is the file's row of the table load, `loads` all earlier ones; the bounds are those of schemas/gate.toml.
    """
    earlier = loads.filter(
        pl.col("feed") == load["feed"],
        pl.col("unit_key").eq_missing(pl.lit(load["unit_key"], dtype=pl.String)),
        verdict="accepted",
    )
    found = (*_of_file(source, load, tonight), *_of_history(load, earlier, tonight.settings.gate))
    return next(iter(found), None)


def _of_file(source: Source, load: Mapping[str, Any], tonight: Tonight) -> Iterator[Doubt]:
    """What the file alone gives away."""
    data = load["accepted"] + load["quarantined"]
    if data == 0:
        yield "no_rows", {}
    elif load["quarantined"] * 2 > data:
        yield "mostly_quarantined", {"quarantined": load["quarantined"], "rows": data}
    stated = source.table.stated_total
    if stated is not None and stated != data:
        yield "stated_total", {"stated": stated, "read": data}
    if source.missing_numbers:
        yield "missing_numbers", {"count": source.missing_numbers}
    if (ahead := source.rows_after(tonight.today)) > tonight.settings.gate["future_share"] * data:
        yield "future", {"count": ahead}


def _of_history(load: Mapping[str, Any], earlier: pl.DataFrame, bounds: Mapping[str, float]) -> Iterator[Doubt]:
    """How it differs from the files before it."""
    recent = earlier.tail(int(bounds["history"]))
    usual = recent["rows"].median()
    if isinstance(usual, float) and recent.height >= bounds["least_history"] and usual >= bounds["least_rows"]:
        facts = {"rows": load["rows"], "usual": round(usual)}
        if load["rows"] < bounds["least_share"] * usual:
            yield "shrunk", facts
        elif load["rows"] > bounds["most_share"] * usual:
            yield "grown", facts
    if _is_apart(load, earlier, timedelta(days=bounds["gap_days"])):
        first, last = (f"{load[name]:%d/%m/%Y}" for name in ("first_received_on", "last_received_on"))
        yield "days_apart", {"first": first, "last": last}


def _is_apart(load: Mapping[str, Any], earlier: pl.DataFrame, gap: timedelta) -> bool:
    """Whether the file's days of receipt lie far from all that came before: a mistyped year, another office's file."""
    known = earlier.drop_nulls(["first_received_on", "last_received_on"])
    if known.is_empty() or load["first_received_on"] is None:
        return False
    return known.filter(
        pl.col("first_received_on") <= load["last_received_on"] + gap,
        pl.col("last_received_on") >= load["first_received_on"] - gap,
    ).is_empty()
