"""The whole night from top to bottom: the inbox into the state, what is wrong into the mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from pipeline import database, reconcile
from pipeline.comparison import compare
from pipeline.errors import ExitCode, NoInput, gravest
from pipeline.night.decisions import load_state
from pipeline.night.filing import file_reports, write_reports
from pipeline.night.freshness import aged
from pipeline.night.generations import newest_rows, newest_state, prune, write_state
from pipeline.night.history import (
    accounts_of,
    check_clock,
    exit_code_of,
    last_run,
    night_of,
    quarantine_of,
    recover,
    run_id_of,
    with_run,
)
from pipeline.night.inbox import clear, copies, keep, released, settle
from pipeline.night.intake import judge, told
from pipeline.night.ledger import keep_ledger, untold
from pipeline.night.merging import BOOKS, merge
from pipeline.night.post import Mailed, deliver, with_letters
from pipeline.night.sources import source_health
from pipeline.night.trend import open_by_day
from pipeline.notices import night_notices, of_unproven
from pipeline.report.outcome import Outcome
from pipeline.report.units import units_of, with_fix_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl

    from pipeline.night.generations import State
    from pipeline.night.inbox import Settled
    from pipeline.night.intake import Intake
    from pipeline.night.tonight import Tonight
    from pipeline.report.night import Night


def take_in(tonight: Tonight, paths: Sequence[Path]) -> pl.DataFrame:
    """The named files, or the inbox, into the state: file, verdict, message of each. The caller holds the lock.

    Raises:
        NoInput: nothing is there to take in.
        ConfigFault: the clock needs a person.
        IoFault: the disk is full or does not answer; the state is as it was.
    """
    home = tonight.home
    before = newest_state(home, BOOKS)
    recover(home, before)
    check_clock(before, tonight.today)
    arrivals = copies(home, paths) if paths else settle(home, frozenset(tonight.settings.feeds)).arrivals
    if not arrivals:
        raise NoInput(f"{home.inbox}: nothing to read", "Put exports and logbooks there, or name files.")
    intake = judge(arrivals, before, tonight)
    keep(home, arrivals)
    write_state(home, merge(before, intake, partial(newest_rows, home)))
    clear(home, () if paths else arrivals)
    return told(intake, arrivals, tonight.phrases)


@dataclass(frozen=True)
class NightRun:
    """How a night ended; `night` is None when nothing had changed since the last run."""

    run_id: str
    night: Night | None
    exit_code: ExitCode
    mailed: Mailed = field(default_factory=Mailed)
    left: tuple[tuple[str, str], ...] = ()  # names in the inbox that were left there, with the reason


def run_night(tonight: Tonight, *, dry_run: bool = False) -> NightRun:
    """The whole night: the inbox into the state, the books compared, the history kept, the report written and mailed.

    The caller holds the home's lock. A `dry_run` leaves inbox, state, reports and mails as they are. All that comes
    before `write_state` is undone by the next run when this one is killed, all that comes after it is finished.

    Raises:
        NoInput: nothing has ever been delivered.
        ConfigFault: the clock, the state or the mail server's password needs a person.
        IoFault: the disk is full or does not answer; the state is whole, as it was or as it should be.
    """
    home, settings = tonight.home, tonight.settings
    before = newest_state(home, BOOKS)
    recover(home, before)
    check_clock(before, tonight.today)
    settled = settle(home, frozenset(settings.feeds))
    arrivals = (*settled.arrivals, *released(home, before["load"]))
    intake = judge(arrivals, before, tonight)
    state, intake = merge(before, intake, partial(newest_rows, home)), intake.slimmed()
    run_id = run_id_of(state, tonight)
    last = last_run(before)
    if last and last["run_id"] == run_id:
        clear(home, arrivals)
        mailed = deliver(before, tonight)
        return NightRun(run_id, None, gravest(ExitCode(last["exit_code"]), mailed.exit_code), mailed, settled.left)
    if state["load"].is_empty():
        raise NoInput(f"{home.inbox}: nothing to read", "Put exports and logbooks there.")
    state, night = _reconcile_state(state, intake, settled, run_id, tonight)
    code = exit_code_of(night, settled)
    if dry_run:
        clear(home, ())
        return NightRun(run_id, night, code, left=settled.left)
    state = with_letters(with_run(state, run_id, tonight, night, code), night, run_id, tonight)
    keep(home, arrivals)
    write_reports(home, night, open_by_day(state), run_id)
    write_state(home, state)
    file_reports(home, run_id)
    clear(home, arrivals)
    prune(home)
    mailed = deliver(state, tonight)
    return NightRun(run_id, night, gravest(code, mailed.exit_code), mailed, settled.left)


def _reconcile_state(
    state: State, intake: Intake, settled: Settled, run_id: str, tonight: Tonight
) -> tuple[State, Night]:
    """Compare what the state's books and exports say, and carry the result into its ledger."""
    settings, today = tonight.settings, tonight.today
    loads = aged(state["load"], today, settings)
    with database.open_database(settings.memory_limit) as con:
        tonight.tell("store")
        stored = load_state(con, state, settings)
        compare(con, today, settings, tonight.tell)
        tonight.tell("report")
        reconcile.put_in_words(con, tonight.phrases)
        found = reconcile.mismatches(con, stored, today, settings)
        after = keep_ledger(con, state, loads, found, run_id, today)
        sources = tuple(intake.accepted.values())
        outcome = Outcome(
            as_of=today,
            lang=settings.lang,
            mismatches=found.drop("finding_id"),
            links=reconcile.links(con, stored, with_rows=False),
            quarantine=quarantine_of(state, tonight.phrases),
            files=accounts_of(after, tonight.phrases),
            notices=[
                *of_unproven(*untold(con, loads), tonight.phrases),
                *night_notices(con, sources, settled.left, today, settings, tonight.phrases),
            ],
            units=with_fix_days(
                units_of(stored.cases, stored.entries, settings.units), after["mismatch"], today, settings.holidays
            ),
        )
    return after, night_of(state, after, outcome, source_health(after, loads, intake, tonight))
