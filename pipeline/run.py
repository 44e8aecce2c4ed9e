"""The whole job from top to bottom: files in, mismatches out."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline import link, reconcile, store, working_days
from pipeline.accounts import accounts, quarantine
from pipeline.collect import shown
from pipeline.errors import DoichieuError, ExitCode, InputRefused, IoFault
from pipeline.notices import notices, warnings
from pipeline.prepare import Source, prepare
from pipeline.report.outcome import Outcome
from pipeline.report.phrases import load_phrases
from pipeline.validate import rules

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import duckdb

    from pipeline.collect import Collected, Request
    from pipeline.settings import Settings

LARGE_FILE = 32_000_000  # bytes


@dataclass(frozen=True)
class Refusal:
    """A file of which no row is used, and why."""

    file: str
    fault: DoichieuError


@dataclass(frozen=True)
class Reading:
    """What became of the files: the prepared ones, the refused ones, and how many rows a newer file replaced."""

    collected: Collected
    sources: tuple[Source, ...]
    refusals: tuple[Refusal, ...]
    replaced: int = 0


@dataclass(frozen=True)
class Run:
    """What a run found, and the files that it had to do without."""

    outcome: Outcome
    refusals: tuple[Refusal, ...]
    warnings: tuple[str, ...]  # those of the notices without which a bare table would mislead
    exit_code: ExitCode


def reconcile_files(
    collected: Collected, as_of: date, settings: Settings, tell: Callable[[str], None], *, with_links: bool
) -> Run:
    """Read the files and compare the books with the software, as of the business date.

    `tell` hears the name of each step as it begins. Links in words cost time and are made only `with_links`.

    Raises:
        InputRefused: none of the files can be used.
    """
    with ThreadPoolExecutor(1) as beside:
        database = beside.submit(_make_ready)
        reading = _prepare_all(collected, settings, tell)
    phrases = load_phrases(settings.lang)
    with database.result() as con:
        tell("store")
        stored = store.load(con, reading.sources, settings)
        slimmed = tuple(source.slimmed() for source in reading.sources)
        reading = replace(reading, replaced=stored.replaced, sources=slimmed)
        tell("link")
        link.link(con, settings)
        link.drop_workings(con)
        tell("reconcile")
        reconcile.find_mismatches(con, as_of, settings)
        store.let_go(con)
        tell("report")
        reconcile.put_in_words(con, phrases)
        outcome = Outcome(
            as_of=as_of,
            lang=settings.lang,
            mismatches=reconcile.mismatches(con, stored, as_of, settings),
            links=reconcile.links(con, stored, with_rows=with_links),
            quarantine=quarantine(reading.sources, phrases),
            files=accounts(reading.sources, phrases),
            notices=notices(con, reading, as_of, settings, phrases),
        )
        told = tuple(warnings(con, reading, phrases))
    return Run(outcome, reading.refusals, told, _exit_code(reading))


def _make_ready() -> duckdb.DuckDBPyConnection:
    """An open database, and what only the later stages import: 0.15 s that need not wait for the files."""
    rules(is_logbook=True)
    working_days.vietnam()
    return store.open_database()


def _prepare_all(collected: Collected, settings: Settings, tell: Callable[[str], None]) -> Reading:
    """Small files two and more at once; a large one keeps all cores busy by itself and needs the memory."""

    def attempt(request: Request) -> Source | Refusal:
        tell(request.path.name)
        try:
            return prepare(request.path, request.feed, settings)
        except (InputRefused, IoFault) as fault:
            return Refusal(shown(request.path), fault)

    are_small = all(request.path.stat().st_size < LARGE_FILE for request in collected.requests)
    with ThreadPoolExecutor(max_workers=os.cpu_count() if are_small else 1) as pool:
        results = list(pool.map(attempt, collected.requests))
    sources = tuple(result for result in results if isinstance(result, Source))
    refusals = tuple(result for result in results if isinstance(result, Refusal))
    if not sources:
        raise _all_refused(refusals)
    return Reading(collected, sources, refusals)


def _all_refused(refusals: tuple[Refusal, ...]) -> DoichieuError:
    """One message with every file's fault; an unreadable disk outranks unreadable content."""
    kind = IoFault if any(isinstance(refusal.fault, IoFault) for refusal in refusals) else InputRefused
    tips = dict.fromkeys(refusal.fault.tip for refusal in refusals if refusal.fault.tip)
    return kind("\n".join(refusal.fault.message.replace("\n", "\\n") for refusal in refusals), "\n".join(tips))


def _exit_code(reading: Reading) -> ExitCode:
    """Degraded when a file was refused, or one side of the comparison is not there at all."""
    one_sided = len({source.is_logbook for source in reading.sources}) == 1
    return ExitCode.DEGRADED if reading.refusals or one_sided else ExitCode.COMPLETE
