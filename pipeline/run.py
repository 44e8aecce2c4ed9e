"""The whole job from top to bottom: files in, mismatches out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from pipeline import link, reconcile, store, working_days
from pipeline.accounts import accounts, quarantine
from pipeline.errors import ExitCode, NoInput, gravest
from pipeline.night.decisions import load_state, modest_memory
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
from pipeline.night.intake import BOOKS, judge, merge, told
from pipeline.night.ledger import keep_ledger
from pipeline.night.post import Mailed, deliver, with_letters
from pipeline.night.sources import source_health
from pipeline.night.trend import open_by_day
from pipeline.notices import night_notices, notices, warnings
from pipeline.paper import paper_facts
from pipeline.reading import Reading, Refusal, exit_code, prepare_all
from pipeline.report.outcome import Outcome
from pipeline.report.phrases import load_phrases
from pipeline.report.units import units_of, with_fix_days

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    import polars as pl
    from duckdb import DuckDBPyConnection

    from pipeline.collect import Collected
    from pipeline.night.generations import State
    from pipeline.night.home import Home
    from pipeline.night.inbox import Settled
    from pipeline.night.intake import Intake
    from pipeline.night.tonight import Tonight
    from pipeline.period import Period
    from pipeline.report.night import Night
    from pipeline.report.paper.facts import PaperFacts
    from pipeline.settings import Settings

    Comparing = Callable[[DuckDBPyConnection, date, Settings, Callable[[str], None]], None]


@dataclass(frozen=True)
class Run:
    """What a run found, and the files that it had to do without."""

    outcome: Outcome
    refusals: tuple[Refusal, ...]
    warnings: tuple[str, ...]  # those of the notices without which a bare table would mislead
    exit_code: ExitCode
    paper: PaperFacts | None = None  # the figures of the period that was asked for


def reconcile_files(  # noqa: PLR0913 -- what one comparison is told from outside
    collected: Collected,
    as_of: date,
    settings: Settings,
    tell: Callable[[str], None],
    *,
    with_links: bool,
    period: Period | None = None,
    compare: Comparing | None = None,
) -> Run:
    """Read the files and compare the books with the software, as of the business date.

    `tell` hears the name of each step as it begins. Links in words cost time and are made only `with_links`, a
    paper's figures only for a `period`. `compare` links and finds on another engine than DuckDB.

    Raises:
        InputRefused: none of the files can be used.
    """
    with ThreadPoolExecutor(1) as beside:
        database = beside.submit(_make_ready, settings)
        reading = prepare_all(collected, settings, tell)
    phrases = load_phrases(settings.lang)
    with database.result() as con:
        tell("store")
        stored, reading = _store(con, reading, settings)
        (compare or _compare)(con, as_of, settings, tell)
        paper = paper_facts(con, stored, period, settings) if period else None
        store.let_go(con)
        tell("report")
        reconcile.put_in_words(con, phrases)
        outcome = Outcome(
            as_of=as_of,
            lang=settings.lang,
            mismatches=reconcile.mismatches(con, stored, as_of, settings).drop("finding_id"),
            links=reconcile.links(con, stored, with_rows=with_links),
            quarantine=quarantine(reading.sources, phrases),
            files=accounts(reading.sources, phrases),
            notices=notices(con, reading, as_of, settings, phrases),
            units=units_of(stored.cases, stored.entries, settings.units),
        )
        misleading = tuple(warnings(con, reading, phrases))
    return Run(outcome, reading.refusals, misleading, exit_code(reading), paper)


def _make_ready(settings: Settings) -> DuckDBPyConnection:
    """An open database, and what only the later stages import: that need not wait for the files."""
    working_days.vietnam()
    return store.open_database(settings.memory_limit)


def reconcile_state(  # noqa: PLR0913 -- what one comparison is told from outside
    home: Home,
    as_of: date,
    settings: Settings,
    tell: Callable[[str], None],
    *,
    with_links: bool,
    period: Period | None = None,
    compare: Comparing | None = None,
) -> Run:
    """The same on the rows that the state holds; nothing of it changes.

    Raises:
        NoInput: there is no state yet.
        ConfigFault: the state needs a person.
    """
    state = newest_state(home)
    if state["load"].is_empty():
        raise NoInput("no PATH given, and there is no state to read yet", "doichieu reconcile igate.csv logbook.csv")
    phrases = load_phrases(settings.lang)
    with store.open_database(settings.memory_limit) as con:
        tell("store")
        stored = load_state(con, state, settings)
        (compare or _compare)(con, as_of, settings, tell)
        paper = paper_facts(con, stored, period, settings, state) if period else None
        tell("report")
        reconcile.put_in_words(con, phrases)
        outcome = Outcome(
            as_of=as_of,
            lang=settings.lang,
            mismatches=reconcile.mismatches(con, stored, as_of, settings).drop("finding_id"),
            links=reconcile.links(con, stored, with_rows=with_links),
            quarantine=quarantine_of(state, phrases),
            files=accounts_of(state, phrases),
            notices=night_notices(con, (), (), as_of, settings, phrases),
            units=units_of(stored.cases, stored.entries, settings.units),
        )
    return Run(outcome, (), (), ExitCode.COMPLETE, paper)


def _compare(con: DuckDBPyConnection, as_of: date, settings: Settings, tell: Callable[[str], None]) -> None:
    """Link lines with records and find what does not agree."""
    tell("link")
    link.link(con, settings)
    link.drop_workings(con)
    tell("reconcile")
    reconcile.find_mismatches(con, as_of, settings)


def _store(con: DuckDBPyConnection, reading: Reading, settings: Settings) -> tuple[store.Stored, Reading]:
    """Fill the database; the files' rows are let go, as they are as large as the files."""
    books, replaced = store.gather(reading.sources)
    slimmed = tuple(source.slimmed() for source in reading.sources)
    return store.load(con, books, settings), replace(reading, replaced=replaced, sources=slimmed)


def take_in(tonight: Tonight, paths: Sequence[Path]) -> pl.DataFrame:
    """The named files, or the inbox, into the state: file, verdict, message of each. The caller holds the lock.

    Raises:
        NoInput: nothing is there to take in.
        IoFault: the disk is full or does not answer; the state is as it was.
    """
    home = tonight.home
    before = newest_state(home, BOOKS)
    recover(home, before)
    arrivals = copies(home, paths) if paths else settle(home, frozenset(tonight.settings.feeds)).arrivals
    if not arrivals:
        raise NoInput(f"{home.inbox}: nothing to read", "Put exports and logbooks there, or name files.")
    intake = judge(arrivals, before, tonight)
    keep(home, arrivals)
    write_state(home, merge(before, intake, partial(newest_rows, home)))
    clear(home, () if paths else arrivals)
    return told(intake, arrivals)


@dataclass(frozen=True)
class NightRun:
    """How a night ended; `night` is None when nothing had changed since the last run."""

    run_id: str
    night: Night | None
    exit_code: ExitCode
    mailed: Mailed = field(default_factory=Mailed)


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
        return NightRun(run_id, None, gravest(ExitCode(last["exit_code"]), mailed.exit_code), mailed)
    if state["load"].is_empty():
        raise NoInput(f"{home.inbox}: nothing to read", "Put exports and logbooks there.")
    state, night = _reconcile_state(state, intake, settled, run_id, tonight)
    code = exit_code_of(night, settled)
    if dry_run:
        clear(home, ())
        return NightRun(run_id, night, code)
    state = with_letters(with_run(state, run_id, tonight, night, code), night, run_id, tonight)
    keep(home, arrivals)
    write_reports(home, night, open_by_day(state), run_id)
    write_state(home, state)
    file_reports(home, run_id)
    clear(home, arrivals)
    prune(home)
    mailed = deliver(state, tonight)
    return NightRun(run_id, night, gravest(code, mailed.exit_code), mailed)


def _reconcile_state(
    state: State, intake: Intake, settled: Settled, run_id: str, tonight: Tonight
) -> tuple[State, Night]:
    """Compare what the state's books and exports say, and carry the result into its ledger."""
    settings, today = tonight.settings, tonight.today
    loads = aged(state["load"], today, settings)
    with store.open_database(settings.memory_limit or modest_memory(state)) as con:
        tonight.tell("store")
        stored = load_state(con, state, settings)
        _compare(con, today, settings, tonight.tell)
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
            notices=night_notices(con, sources, settled.left, today, settings, tonight.phrases),
            units=with_fix_days(
                units_of(stored.cases, stored.entries, settings.units), after["mismatch"], today, settings.holidays
            ),
        )
    return after, night_of(state, after, outcome, source_health(loads, intake, tonight))
