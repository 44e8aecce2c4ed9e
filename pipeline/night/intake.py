"""What becomes of each arrival: read, and accepted, held or refused at the gate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.errors import FileFault
from pipeline.gather import book_unit
from pipeline.night.gate import doubt
from pipeline.prepare import Source, prepare
from pipeline.recognise.feed import spoken_for
from pipeline.report.reasons import GATE, REFUSAL, in_full, reason
from schemas.state import LOAD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from pipeline.night.generations import State
    from pipeline.night.inbox import Arrival
    from pipeline.night.tonight import Tonight


@dataclass(frozen=True)
class Intake:
    """What became of tonight's arrivals: their rows of the table load, and the sources that were let in."""

    loads: pl.DataFrame
    accepted: Mapping[str, Source]  # by content hash
    repeated: tuple[tuple[str, str], ...]  # name and content hash of what had come before

    def slimmed(self) -> Intake:
        """The same without the rows, once the state has them."""
        return replace(self, accepted={key: source.slimmed() for key, source in self.accepted.items()})


def judge(arrivals: Sequence[Arrival], state: State, tonight: Tonight) -> Intake:
    """Read each new content once and accept, hold or refuse it; nothing of the state changes here."""
    known = set(state["load"].filter(verdict="accepted")["content_hash"])  # others may be judged otherwise tonight
    released = set(state["load"].filter(verdict="released")["content_hash"])
    loads, accepted, repeated = state["load"], dict[str, Source](), list[tuple[str, str]]()
    for arrival in sorted(arrivals, key=lambda one: (one.modified_ns, one.name)):
        if arrival.content_hash in known:
            repeated.append((arrival.name, arrival.content_hash))
            continue
        tonight.tell(arrival.name)
        load, source = _judged(arrival, loads, tonight, is_released=arrival.content_hash in released)
        known.add(arrival.content_hash)
        loads = _with_load(loads, load)
        if source:
            accepted[arrival.content_hash] = source
    return Intake(loads, accepted, tuple(repeated))


def told(intake: Intake, arrivals: Sequence[Arrival], phrases: Mapping[str, str]) -> pl.DataFrame:
    """What became of each arrival: file, verdict, message in the reader's language."""
    came = intake.loads.filter(pl.col("content_hash").is_in([arrival.content_hash for arrival in arrivals]))
    again = pl.col("content_hash").is_in([content_hash for _, content_hash in intake.repeated])
    verdict = pl.when(again & (pl.col("verdict") == "accepted")).then(pl.lit("repeated")).otherwise("verdict")
    return came.select("file", verdict=verdict, message=in_full(came, phrases))


def _judged(
    arrival: Arrival, loads: pl.DataFrame, tonight: Tonight, *, is_released: bool
) -> tuple[dict[str, Any], Source | None]:
    base: dict[str, Any] = {
        "content_hash": arrival.content_hash,
        "file": arrival.name,
        "feed": arrival.feed,
        "arrived_on": tonight.today,
        "modified_ns": arrival.modified_ns,
    }
    try:
        source = prepare(arrival.copy, arrival.feed, tonight.settings)._replace(file=arrival.name)
    except FileFault as fault:
        facts = fault.facts | {"file": arrival.name}  # as it is shown: no odd byte, no path of the private copy
        if profile := spoken_for(Path(arrival.name), arrival.feed, tonight.settings.feeds):
            base |= {"feed": profile.name, "is_logbook": profile.is_logbook}
        return base | {"verdict": "refused"} | reason(REFUSAL, fault.name, facts, tonight.phrases), None
    load = base | _facts(source, tonight.today)
    found = None if is_released else doubt(source, load, loads, tonight)
    if found:
        phrase, facts = found
        return load | {"verdict": "held"} | reason(GATE, phrase, facts, tonight.phrases), None
    return load | {"verdict": "accepted"}, source


def _facts(source: Source, today: date) -> dict[str, Any]:
    rows = source.split.accepted
    received = rows["received_on"]
    unit = book_unit("file") if source.is_logbook else pl.col("unit_key").drop_nulls().mode().sort()
    return {
        "feed": source.feed,
        "is_logbook": source.is_logbook,
        "unit_key": next(iter(rows.select(unit.cast(pl.String)).to_series()), None),
        "rows": source.rows,
        "accepted": rows.height,
        "quarantined": source.split.quarantined.height,
        "not_data": source.table.not_data.height,
        "covers_from": source.table.covers_from,
        "covers_until": source.table.covers_until,
        "first_received_on": received.min(),
        "last_received_on": received.max(),
        "last_event_on": source.last_event_on(today),
    }


def _with_load(loads: pl.DataFrame, load: Mapping[str, Any]) -> pl.DataFrame:
    """The table with the file's row, in place of an earlier one of the same content."""
    is_same = pl.col("content_hash") == load["content_hash"]
    released = loads.filter(is_same, verdict="released").select("arrived_on", "released_by", "released_why").to_dicts()
    facts = {**dict(load), **(released[0] if released else {})}
    row = pl.DataFrame([{name: facts.get(name) for name in LOAD}], schema=LOAD)
    return pl.concat([loads.filter(~is_same), row])
