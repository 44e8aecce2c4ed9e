"""What people do to a home between the nights: let a held file in, back up, restore, look it over, forget the old."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import ConfigFault, IoFault, UsageFault
from pipeline.night.freshness import HALTED, waiting
from pipeline.night.generations import DamagedState, generations, newest_state, read_state, write_state
from pipeline.night.horizon import horizon, kept_cases, kept_lines
from pipeline.night.inbox import HASH_SHOWN, archived

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from pipeline.night.generations import State
    from pipeline.night.home import Home

LEAST_HASH = 6  # characters
DATED = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*"


def release(home: Home, content_hash: str, why: str, by: str) -> str:
    """Let a held file in with the next run, and keep who said so and why; gives the file's name.

    Raises:
        UsageFault: the hash names no held file, or more than one.
    """
    state = newest_state(home)
    is_meant = pl.col("content_hash").str.starts_with(content_hash.lower())
    held = state["load"].filter(is_meant, verdict="held")
    if held.height != 1 or len(content_hash) < LEAST_HASH:
        still = state["load"].filter(waiting(state["load"]), verdict="held")
        names = ", ".join(f"{row['content_hash'][:HASH_SHOWN]} ({row['file']})" for row in still.to_dicts())
        raise UsageFault(f"{content_hash}: names no single held file", f"Held now: {names or 'none'}.")
    if archived(home, held["content_hash"][0]) is None:
        raise ConfigFault(f"{held['file'][0]}: is not in the archive", "Deliver it again.")
    let_in = pl.when(is_meant & (pl.col("verdict") == "held"))
    loads = state["load"].with_columns(
        verdict=let_in.then(pl.lit("released")).otherwise("verdict"),
        released_by=let_in.then(pl.lit(by)).otherwise("released_by"),
        released_why=let_in.then(pl.lit(why)).otherwise("released_why"),
    )
    write_state(home, state | {"load": loads})
    return str(held["file"][0])


def back_up(home: Home, target: Path) -> Path:
    """Copy the newest generation out; it is whole, and no run ever changes it.

    Raises:
        UsageFault: the target is there already.
        IoFault: the disk refuses.
    """
    newest_state(home)  # a damaged one would be no backup
    files = generations(home.state)
    if not files:
        raise UsageFault(f"{home.state}: no state yet", "Run `doichieu nightly` first.")
    if target.exists():
        raise UsageFault(f"{target}: is there already", "Name a new file.")
    try:
        shutil.copyfile(files[-1], target)
    except OSError as fault:
        raise IoFault(f"{target}: cannot be written ({fault.strerror})", "Check the path and free space.") from None
    return target


def faults_of(home: Home) -> Iterator[str]:
    """What is wrong in a home: every block of every generation is read, every invariant of the state looked at.

    A damaged generation that a later whole one has replaced is told with what to do about it: delete it.
    """
    files = generations(home.state)
    for path in files:
        try:
            state = read_state(path)
        except DamagedState as fault:
            yield f"{path}: is damaged ({fault})" + ("; a newer state is whole: delete it" if path != files[-1] else "")
            continue
        if path == files[-1]:
            yield from _broken_invariants(home, state)


def forget(home: Home, before: date) -> int:
    """Drop dossiers closed and lines handed over before a day, with files, reports, mails, history; gives their number.

    What an open mismatch speaks of stays, and so does the archived copy of a file of which a row stays: the newest
    export and book, which may hold older rows too. The state is written anew, older generations and archived files go.
    The state keeps the day: what ended before stays forgotten when a later file brings it again.

    Raises:
        IoFault: the disk refuses; nothing is dropped then.
    """
    state = newest_state(home)
    before = max(before, horizon(state) or before)
    cases = kept_cases(state["case_row"], state["mismatch"], before)
    lines = kept_lines(state["logbook_row"], state["mismatch"], before)
    kept = pl.concat([cases["content_hash"], lines["content_hash"]]).unique()
    owns_nothing = ~pl.col("content_hash").is_in(kept.implode())
    is_old = (pl.col("last_received_on") < before) & owns_nothing
    old_files = state["load"].filter(is_old)
    begins = pl.coalesce("first_received_on", "arrived_on")
    waits = pl.col("verdict").is_in(HALTED)
    to_remove = state["load"].filter(is_old | ((begins < before) & owns_nothing & ~waits))["content_hash"]
    is_past = (pl.col("status") != "open") & (pl.col("resolved_on") < before)
    past = state["mismatch"].filter(is_past).select("mismatch_id")
    after = state | {
        "case_row": cases,
        "logbook_row": lines,
        "load": state["load"].filter(~is_old.fill_null(value=False)),
        "quarantined_row": state["quarantined_row"].join(old_files, "content_hash", "anti"),
        "quarantine_reason": state["quarantine_reason"].join(old_files, "content_hash", "anti"),
        "mismatch": state["mismatch"].join(past, "mismatch_id", "anti"),
        "mismatch_event": state["mismatch_event"].join(past, "mismatch_id", "anti"),
        "outbox": state["outbox"].filter(pl.col("made_on") >= before),
        "horizon": pl.DataFrame({"before": [before]}),
    }
    newest = write_state(home, after)
    for path in generations(home.state):
        if path != newest:
            path.unlink()
    for content_hash in to_remove:
        copy = archived(home, content_hash)
        if copy:
            copy.unlink()
    _drop_papers(home, before)
    return state["case_row"].height - cases.height + state["logbook_row"].height - lines.height


def unknown_copies(home: Home, state: State) -> list[str]:
    """Names of archived files that the state has never heard of: an older one was restored after they came.

    A file that still lies in the inbox, too, comes with the next run: one was killed that had begun to take it in.
    """
    known = {content_hash[:HASH_SHOWN] for content_hash in state["load"]["content_hash"]}
    to_come = {path.name for path in home.inbox.rglob("*")}
    copies = (path.name for path in sorted(home.archive.iterdir()) if path.is_file())
    named = ((name, *name.partition("-")[::2]) for name in copies)
    return [name for name, content_hash, original in named if content_hash not in known and original not in to_come]


def _drop_papers(home: Home, before: date) -> None:
    """Reports and mails of the nights before a day: their names begin with the date."""
    for path in (*home.reports.glob(DATED), *home.outbox.glob(f"{DATED}.eml")):
        if path.name[: len("2026-03-09")] < before.isoformat():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _broken_invariants(home: Home, state: State) -> Iterator[str]:
    known = set(state["load"]["content_hash"])
    for name in ("case_row", "logbook_row", "quarantined_row"):
        orphans = state[name].filter(~pl.col("content_hash").is_in(list(known))).height
        if orphans:
            yield f"{name}: {orphans} rows of files that the state does not know"
    doubled = state["mismatch"].filter(pl.col("mismatch_id").is_duplicated()).height
    if doubled:
        yield f"mismatch: {doubled} rows share an identity"
    rows = pl.concat([state[name]["content_hash"] for name in ("case_row", "logbook_row")]).unique()
    needed = pl.col("content_hash").is_in(rows.implode()) | pl.col("verdict").is_in(HALTED)  # others may be forgotten
    without_copy = [
        row["file"] for row in state["load"].filter(needed).to_dicts() if archived(home, row["content_hash"]) is None
    ]
    unknown = unknown_copies(home, state)
    if unknown:
        yield f"archive: {', '.join(unknown)}: unknown to the state, which is older; put them into the inbox again"
    if without_copy:
        yield f"archive: no copy of {', '.join(without_copy)}; deliver again what is still at hand"
