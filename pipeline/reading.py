"""Files up to their accepted and quarantined rows: several at once, and a refused one does not stop the others."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from pipeline.alike import batches, prepare_alike
from pipeline.collect import shown
from pipeline.errors import DoichieuError, ExitCode, FileFault, FileUnreadable, InputRefused, IoFault
from pipeline.prepare import Source, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from pipeline.collect import Collected, Request
    from pipeline.settings import Settings

LARGE_FILE = 512_000_000  # bytes; a million dossiers and half as many again


class Refusal(NamedTuple):
    """A file of which no row is used, and why."""

    file: str
    fault: FileFault


class Reading(NamedTuple):
    """What became of the files: the prepared and the refused ones, how many rows a newer one replaced, our reports."""

    collected: Collected
    sources: tuple[Source, ...]
    refusals: tuple[Refusal, ...]
    replaced: int = 0
    own_reports: tuple[str, ...] = ()


def prepare_all(collected: Collected, settings: Settings, tell: Callable[[str], None]) -> Reading:
    """Prepare all files.

    Raises:
        InputRefused: none of the files can be used.
    """
    results = prepare_each(collected.requests, settings, tell)
    sources = tuple(result for result in results if isinstance(result, Source))
    refusals = tuple(result for result in results if isinstance(result, Refusal))
    if not sources:
        raise _all_refused(refusals)
    named = {shown(request.path) for request in collected.requests if request.is_named}
    own = tuple(one for one in refusals if one.fault.name == "own_report" and one.file not in named)
    others = tuple(one for one in refusals if one not in own)
    return Reading(collected, sources, others, own_reports=tuple(one.file for one in own))


def prepare_each(
    requests: Sequence[Request], settings: Settings, tell: Callable[[str], None]
) -> list[Source | Refusal]:
    """What becomes of each file: several at once, which keeps all cores busy.

    Of large ones two, for the memory, and their cells are read one after the other.
    """
    are_small = all(request.path.stat().st_size < LARGE_FILE for request in requests)
    turn = nullcontext() if are_small else Lock()

    def attempt(batch: Sequence[int]) -> list[tuple[int, Source | Refusal]]:
        asked = [requests[position] for position in batch]
        for request in asked:
            tell(request.path.name)
        together = prepare_alike(asked, settings) if len(asked) > 1 else [None]
        results = [found or _alone(request, settings, turn) for request, found in zip(asked, together, strict=True)]
        return list(zip(batch, results, strict=True))

    with ThreadPoolExecutor(max_workers=os.cpu_count() if are_small else 2) as pool:
        found = dict(chain.from_iterable(pool.map(attempt, batches(requests, settings.feeds))))
    return [found[position] for position in range(len(requests))]


def _alone(request: Request, settings: Settings, turn: AbstractContextManager[object]) -> Source | Refusal:
    try:
        return prepare(request.path, request.feed, settings, turn)
    except FileFault as fault:
        return Refusal(shown(request.path), fault)


def _all_refused(refusals: tuple[Refusal, ...]) -> DoichieuError:
    """One message with every file's fault; an unreadable disk outranks unreadable content."""
    kind = IoFault if any(isinstance(refusal.fault, FileUnreadable) for refusal in refusals) else InputRefused
    tips = dict.fromkeys(refusal.fault.tip for refusal in refusals if refusal.fault.tip)
    return kind("\n".join(refusal.fault.message.replace("\n", "\\n") for refusal in refusals), "\n".join(tips))


def exit_code(reading: Reading) -> ExitCode:
    """Degraded when no row of a file can be used, or one side of the comparison is not there at all."""
    is_one_sided = len({source.is_logbook for source in reading.sources}) == 1
    is_whole = not reading.refusals and all(source.speaks for source in reading.sources)
    return ExitCode.COMPLETE if is_whole and not is_one_sided else ExitCode.DEGRADED
