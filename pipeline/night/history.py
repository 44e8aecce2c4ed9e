"""The runs of a state: which was last, whether this one says anything new, and what changed since the last report."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline import __version__
from pipeline.accounts import FILES
from pipeline.errors import ConfigFault, ExitCode
from pipeline.night.filing import file_reports
from pipeline.night.generations import discard, prune
from pipeline.night.inbox import clear_staging
from pipeline.night.pairs import with_pair_id
from pipeline.night.sources import exit_code
from pipeline.report.night import LEDGER_TYPES, SIDE_TYPES, Night
from pipeline.widen import most_urgent_first
from schemas.contract import MISMATCH_COLUMNS, QUARANTINE_TYPES
from schemas.state import RUN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pipeline.night.generations import State
    from pipeline.night.home import Home
    from pipeline.night.inbox import Settled
    from pipeline.night.tonight import Tonight
    from pipeline.report.outcome import Outcome

MOST_DAYS_AHEAD = timedelta(days=400)  # a machine may have been off for a year, not for longer


def recover(home: Home, state: State) -> None:
    """Finish or undo what an interrupted run left; the state itself is always whole."""
    for path in home.state.glob(".*.new*"):
        discard(path)
    for folder in (home.folder, home.outbox, home.log):
        for path in folder.glob(".doichieu-*.tmp"):
            path.unlink()
    prune(home)
    clear_staging(home)
    last = last_run(state)
    file_reports(home, last["run_id"] if last else None)


def last_run(state: State) -> dict[str, Any] | None:
    """The row of the table run that was written last."""
    return state["run"].row(-1, named=True) if state["run"].height else None


def check_clock(state: State, today: date) -> None:
    """A clock that goes back, or leaps, would age every source and move every deadline.

    Raises:
        ConfigFault: the business date lies before the last run's, or more than a year after it.
    """
    last = last_run(state)
    if last and not last["business_date"] <= today <= last["business_date"] + MOST_DAYS_AHEAD:
        raise ConfigFault(
            f"the business date {today} does not follow the last run's {last['business_date']}",
            "Set the clock, or name the day with --as-of; if the last run's day was wrong, restore the older state.",
        )


def run_id_of(state: State, tonight: Tonight) -> str:
    """The business date and a digest of everything that a run's result depends on."""
    judged = state["load"].select("content_hash", "verdict").sort("content_hash").rows()
    decided = state["decision"].select("pair_id", "verdict").sort("pair_id").rows()
    config = tonight.home.config.read_bytes()
    catalogue = tonight.settings.catalogue  # a file of its own
    facts = repr((tonight.today, judged, decided, hashlib.sha256(config).hexdigest(), catalogue, __version__))
    return f"{tonight.today:%Y%m%d}-{hashlib.sha256(facts.encode()).hexdigest()[:12]}"


def with_run(state: State, run_id: str, tonight: Tonight, night: Night, code: ExitCode) -> State:
    """The state with this run's row."""
    row = {
        "run_id": run_id,
        "business_date": tonight.today,
        "program": __version__,
        "findings": night.outcome.mismatches.height,
        "exit_code": int(code),
        "ended_at": tonight.now.isoformat(timespec="seconds"),
    }
    return state | {"run": pl.concat([state["run"], pl.DataFrame([{name: row[name] for name in RUN}], schema=RUN)])}


def night_of(before: State, after: State, outcome: Outcome, sources: pl.DataFrame) -> Night:
    """What the reports show: open in the ledger, and ended since the last day that had a report.

    A finding that no fresh source bears out is not in the ledger, and so in no report.
    """
    previous_on = previous_day(before["run"], outcome.as_of)
    ledger = told_since(after["mismatch"], previous_on)
    return Night(
        outcome=replace(outcome, mismatches=most_urgent_first(ledger["open"].select(MISMATCH_COLUMNS))),
        previous_on=previous_on,
        open=ledger["open"],
        fixed=ledger["resolved"],
        withdrawn=ledger["withdrawn"],
        sources=sources,
        sides=sides_of(after),
    )


def sides_of(state: State) -> pl.DataFrame:
    """SIDE_TYPES: how much of each unit the state holds; a line is of the unit whose book it stands in."""
    unit_of = {"logbook_row": pl.coalesce("book_unit", "unit_key"), "case_row": pl.col("unit_key")}
    lines, records = (
        state[name].group_by(unit_code=unit.cast(pl.String)).agg(pl.len().alias(count))
        for (name, unit), count in zip(unit_of.items(), ("lines", "records"), strict=True)
    )
    both = lines.join(records, "unit_code", "full", coalesce=True, nulls_equal=True)
    return both.select(pl.col(name).cast(kind) for name, kind in SIDE_TYPES.items()).fill_null(0)


def previous_day(runs: pl.DataFrame, day: date) -> date | None:
    """The last business date before a day that had a run; several runs of one day are one report."""
    return runs.filter(pl.col("business_date") < day)["business_date"].max()  # type: ignore[return-value] -- days


def told_since(mismatches: pl.DataFrame, previous_on: date | None) -> dict[str, pl.DataFrame]:
    """By status what a report tells of the ledger (LEDGER_TYPES): all that is open, and what has ended since."""
    ledger = with_pair_id(mismatches).select(
        "status", *(pl.col(name).cast(kind) for name, kind in LEDGER_TYPES.items())
    )
    is_recent = pl.col("resolved_on") > previous_on if previous_on else pl.lit(value=True)
    is_told = is_recent | (pl.col("status") == "open")
    return {name: ledger.filter(is_told, status=name).drop("status") for name in ("open", "resolved", "withdrawn")}


def quarantine_of(state: State, phrases: Mapping[str, str]) -> pl.DataFrame:
    """The rows set aside that still count, with the contract's columns."""
    named = state["quarantine_reason"].join(state["load"].select("content_hash", "file"), "content_hash")
    reason = ("reason." + pl.col("rule_id")).replace_strict(dict(phrases), return_dtype=pl.String)
    return named.with_columns(reason=reason).select(pl.col(name).cast(kind) for name, kind in QUARANTINE_TYPES.items())


def accounts_of(state: State, phrases: Mapping[str, str]) -> pl.DataFrame:
    """The accepted files that still own a row, with the columns of accounts.FILES."""
    owning = pl.concat([state[name].select("content_hash") for name in ("case_row", "logbook_row", "quarantined_row")])
    live = state["load"].filter(verdict="accepted").join(owning, "content_hash", "semi")
    kinds = pl.format(phrases["report.arrived"].replace("{date}", "{}"), pl.col("arrived_on").dt.strftime("%d/%m/%Y"))
    return live.with_columns(detail=kinds).select(pl.col(name).cast(kind) for name, kind in FILES.items())


def exit_code_of(night: Night, settled: Settled) -> ExitCode:
    """How complete the night was."""
    came = [arrival.content_hash for arrival in settled.arrivals]
    refused = night.sources.filter(pl.col("content_hash").is_in(came), verdict="refused").height
    is_one_sided = night.sides is not None and 0 in night.sides.select(pl.col("lines", "records").sum()).row(0)
    return exit_code(night.sources, came=len(came), left=len(settled.left), refused=refused, is_one_sided=is_one_sided)
