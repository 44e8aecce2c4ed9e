"""Books and software compared when somebody asks: named files, or what the state holds; nothing is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from pipeline import database, link, reconcile, store
from pipeline.accounts import accounts, quarantine
from pipeline.errors import ExitCode, NoInput
from pipeline.evidence import silence
from pipeline.gather import gather
from pipeline.notices import night_notices, notices, of_unheard, of_unproven, warnings
from pipeline.reading import Reading, Refusal, exit_code, prepare_all
from pipeline.report.outcome import Outcome
from pipeline.report.phrases import load_phrases
from pipeline.report.units import units_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import polars as pl
    from duckdb import DuckDBPyConnection

    from pipeline.collect import Collected
    from pipeline.night.generations import State
    from pipeline.night.home import Home
    from pipeline.period import Period
    from pipeline.report.paper.facts import PaperFacts
    from pipeline.settings import Settings

    Comparing = Callable[[DuckDBPyConnection, date, Settings, Callable[[str], None]], None]


MANY = 500_000  # rows; the memory of fewer is not worth the time that it takes to give it back


def compare(con: DuckDBPyConnection, as_of: date, settings: Settings, tell: Callable[[str], None]) -> None:
    """Link lines with records and find what does not agree."""
    tell("link")
    link.link(con, settings)
    tell("reconcile")
    reconcile.find_mismatches(con, as_of, settings)


class Asked(NamedTuple):
    """What somebody wants to know."""

    as_of: date
    settings: Settings
    tell: Callable[[str], None]  # hears the name of each step as it begins
    with_links: bool = False  # links in words cost time
    period: Period | None = None  # a paper's figures are made only for one
    comparing: Comparing = compare  # another engine than DuckDB has its own


class Run(NamedTuple):
    """What a run found, and the files that it had to do without."""

    outcome: Outcome
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[str, ...] = ()  # those of the notices without which a bare table would mislead
    exit_code: ExitCode = ExitCode.COMPLETE
    paper: PaperFacts | None = None  # the figures of the period that was asked for


def reconcile_files(collected: Collected, asked: Asked) -> Run:
    """Read the files and compare the books with the software.

    Raises:
        InputRefused: none of the files can be used.
    """
    settings = asked.settings
    with ThreadPoolExecutor(1) as beside:
        opening = beside.submit(database.open_database, settings.memory_limit)
        reading = prepare_all(collected, settings, asked.tell)
        phrases = load_phrases(settings.lang)
        told = beside.submit(quarantine, reading.sources, phrases)  # imports pandera while the database works
        with opening.result() as con:
            asked.tell("store")
            stored, reading = _store(con, reading, settings)
            read = _Read(
                stored,
                quarantine=told.result,
                files=accounts(reading.sources, phrases),
                silence=lambda: of_unheard(silence(con, reading, settings.feeds), phrases),
                notices=lambda: notices(con, reading, asked.as_of, settings, phrases),
            )
            run = _compared(con, read, asked)
            misleading = (*run.warnings, *warnings(con, reading, phrases))
    return run._replace(refusals=reading.refusals, warnings=misleading, exit_code=exit_code(reading))


def reconcile_state(home: Home, asked: Asked) -> Run:
    """The same on the rows that the state holds; nothing of it changes.

    Raises:
        NoInput: there is no state yet.
        ConfigFault: the state needs a person.
    """
    from pipeline.night.decisions import load_state
    from pipeline.night.freshness import aged
    from pipeline.night.generations import newest_state
    from pipeline.night.history import accounts_of, quarantine_of
    from pipeline.night.ledger import silence_unproven

    settings = asked.settings
    state = newest_state(home)
    if state["load"].is_empty():
        raise NoInput("no PATH given, and there is no state to read yet", "doichieu reconcile igate.csv logbook.csv")
    phrases = load_phrases(settings.lang)
    loads = aged(state["load"], asked.as_of, settings)
    with database.open_database(settings.memory_limit) as con:
        asked.tell("store")
        read = _Read(
            load_state(con, state, settings),
            quarantine=lambda: quarantine_of(state, phrases),
            files=accounts_of(state, phrases),
            silence=lambda: of_unproven(*silence_unproven(con, state, loads), phrases),
            notices=lambda: night_notices(con, (), (), asked.as_of, settings, phrases),
            history=state,
        )
        run = _compared(con, read, asked)
    is_one_sided = state["case_row"].is_empty() or state["logbook_row"].is_empty()
    return run._replace(exit_code=ExitCode.DEGRADED if run.warnings or is_one_sided else ExitCode.COMPLETE)


class _Read(NamedTuple):
    """Rows that lie in the database, and what is told of where they come from."""

    stored: store.Stored
    quarantine: Callable[[], pl.DataFrame]
    files: pl.DataFrame
    silence: Callable[[], list[str]]  # takes back what rests on a source that cannot speak, and tells of it
    notices: Callable[[], list[str]]  # once the rows are compared
    history: State | None = None


def _compared(con: DuckDBPyConnection, read: _Read, asked: Asked) -> Run:
    """Link, find, and put into words."""
    as_of, settings, stored = asked.as_of, asked.settings, read.stored
    asked.comparing(con, as_of, settings, asked.tell)
    silent = read.silence()
    paper = _paper(con, read, asked.period, settings) if asked.period else None
    told = [*silent, *read.notices()]
    con.execute("drop view if exists record")  # another engine keeps its own of this and of entry
    _let_go(con, stored, "case_record", "logbook_entry", "entry")
    asked.tell("report")
    reconcile.put_in_words(con, load_phrases(settings.lang))
    mismatches = reconcile.mismatches(con, stored, as_of, settings).drop("finding_id")
    _let_go(con, stored, "linked", "finding")
    outcome = Outcome(
        as_of=as_of,
        lang=settings.lang,
        mismatches=mismatches,
        links=reconcile.links(con, stored, with_rows=asked.with_links),
        quarantine=read.quarantine(),
        files=read.files,
        notices=told,
        units=units_of(stored.cases, stored.entries, settings.units),
    )
    return Run(outcome, warnings=tuple(silent), paper=paper)


def _let_go(con: DuckDBPyConnection, stored: store.Stored, *tables: str) -> None:
    """Free what linking and rules have read, and the memory for it: reports take their rows from `Stored`."""
    for table in tables:
        con.execute(f"drop table if exists {table}")
    if stored.cases.height + stored.entries.height > MANY:
        con.execute("set allocator_background_threads = true")  # before, it would slow each step down
        database.give_back(con)


def _paper(con: DuckDBPyConnection, read: _Read, period: Period, settings: Settings) -> PaperFacts:
    from pipeline.paper import paper_facts

    return paper_facts(con, read.stored, period, settings, read.history)


def _store(con: DuckDBPyConnection, reading: Reading, settings: Settings) -> tuple[store.Stored, Reading]:
    """Fill the database; the files' rows are let go, as they are as large as the files."""
    books, replaced = gather(reading.sources)
    database.be_modest(con, books.cases.height + books.entries.height, settings)
    slimmed = tuple(source.slimmed() for source in reading.sources)
    return store.load(con, books, settings), reading._replace(replaced=replaced, sources=slimmed)
