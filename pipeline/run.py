"""The whole job from top to bottom: files in, mismatches out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline import link, reconcile, store
from pipeline.accounts import accounts, quarantine
from pipeline.errors import DoichieuError, ExitCode, InputRefused, IoFault
from pipeline.notices import notices
from pipeline.prepare import Source, prepare
from pipeline.report.outcome import Outcome
from pipeline.report.phrases import load_phrases

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from pipeline.collect import Collected
    from pipeline.settings import Settings

STAGES = ("store", "link", "reconcile", "report")


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
    exit_code: ExitCode


def reconcile_files(
    collected: Collected, as_of: date, settings: Settings, tell: Callable[[str], None], *, with_links: bool
) -> Run:
    """Read the files and compare the books with the software, as of the business date.

    `tell` hears the name of each step as it begins. Links in words cost time and are made only `with_links`.

    Raises:
        InputRefused: none of the files can be used.
    """
    reading = _prepare_all(collected, settings, tell)
    phrases = load_phrases(settings.lang)
    with store.open_database() as con:
        tell("store")
        reading = replace(reading, replaced=store.load(con, reading.sources, settings))
        tell("link")
        link.link(con, settings)
        tell("reconcile")
        reconcile.find_mismatches(con, as_of, settings)
        tell("report")
        outcome = Outcome(
            as_of=as_of,
            lang=settings.lang,
            mismatches=reconcile.mismatches(con, as_of, settings, phrases),
            links=reconcile.links(con, phrases, with_rows=with_links),
            quarantine=quarantine(reading.sources, phrases),
            files=accounts(reading.sources, phrases),
            notices=notices(con, reading, as_of, settings, phrases),
        )
    return Run(outcome, reading.refusals, _exit_code(reading))


def _prepare_all(collected: Collected, settings: Settings, tell: Callable[[str], None]) -> Reading:
    sources: list[Source] = []
    refusals: list[Refusal] = []
    for request in collected.requests:
        tell(request.path.name)
        try:
            sources.append(prepare(request.path, request.feed, settings))
        except (InputRefused, IoFault) as fault:
            refusals.append(Refusal(str(request.path), fault))
    if not sources:
        raise _all_refused(refusals)
    return Reading(collected, tuple(sources), tuple(refusals))


def _all_refused(refusals: list[Refusal]) -> DoichieuError:
    """One message with every file's fault; an unreadable disk outranks unreadable content."""
    kind = IoFault if any(isinstance(refusal.fault, IoFault) for refusal in refusals) else InputRefused
    tips = dict.fromkeys(refusal.fault.tip for refusal in refusals if refusal.fault.tip)
    return kind("\n".join(refusal.fault.message for refusal in refusals), "\n".join(tips))


def _exit_code(reading: Reading) -> ExitCode:
    """Degraded when a file was refused, or one side of the comparison is not there at all."""
    one_sided = len({source.is_logbook for source in reading.sources}) == 1
    return ExitCode.DEGRADED if reading.refusals or one_sided else ExitCode.COMPLETE
