"""What people do to a home between the nights: let a held file in, back up, restore, look it over, forget the old."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import ConfigFault, IoFault, UsageFault
from pipeline.gather import line_subject
from pipeline.night.generations import DamagedState, generations, newest_state, read_state, write_state
from pipeline.night.inbox import HASH_SHOWN, archived

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from pipeline.night.generations import State
    from pipeline.night.home import Home

LEAST_HASH = 6  # characters
CLOSED = ("closed", "withdrawn", "refused")


def release(home: Home, content_hash: str, why: str, by: str) -> str:
    """Let a held file in with the next run, and keep who said so and why; gives the file's name.

    Raises:
        UsageFault: the hash names no held file, or more than one.
    """
    state = newest_state(home)
    is_meant = pl.col("content_hash").str.starts_with(content_hash.lower())
    held = state["load"].filter(is_meant, verdict="held")
    if held.height != 1 or len(content_hash) < LEAST_HASH:
        waiting = state["load"].filter(verdict="held")
        names = ", ".join(f"{row['content_hash'][:HASH_SHOWN]} ({row['file']})" for row in waiting.to_dicts())
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
    """What is wrong in a home: every block of every generation is read, every invariant of the state looked at."""
    files = generations(home.state)
    for path in files:
        try:
            state = read_state(path)
        except DamagedState as fault:
            yield f"{path}: is damaged ({fault})"
            continue
        if path == files[-1]:
            yield from _broken_invariants(home, state)


def forget(home: Home, before: date) -> int:
    """Drop dossiers closed and lines handed over before a day, with their files, mails and history; gives their number.

    What an open mismatch speaks of stays, and so does the archived copy of a file of which a row stays.
    The state is written anew, older generations and archived files of the time go: nothing of them stays readable.

    Raises:
        IoFault: the disk refuses; nothing is dropped then.
    """
    state = newest_state(home)
    still_open = state["mismatch"].filter(status="open")
    is_over = pl.col("state").is_in(CLOSED) & (pl.max_horizontal("finished_on", "returned_on", "received_on") < before)
    is_asked = pl.col("code_key").is_in(still_open["record_subject"].drop_nulls().unique().implode())
    cases = state["case_row"].filter(~(is_over.fill_null(value=False) & ~is_asked.fill_null(value=False)))
    is_handed_over = pl.max_horizontal("returned_on", "received_on") < before
    is_asked = line_subject().is_in(still_open["line_subject"].drop_nulls().unique().implode())
    has_day = pl.col("returned_on").is_not_null()
    lines = state["logbook_row"].filter(~(has_day & is_handed_over.fill_null(value=False) & ~is_asked))
    kept = pl.concat([cases["content_hash"], lines["content_hash"]]).unique()
    is_old = (pl.col("last_received_on") < before) & ~pl.col("content_hash").is_in(kept.implode())
    old_files = state["load"].filter(is_old)
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
    }
    newest = write_state(home, after)
    for path in generations(home.state):
        if path != newest:
            path.unlink()
    for content_hash in old_files["content_hash"]:
        copy = archived(home, content_hash)
        if copy:
            copy.unlink()
    return state["case_row"].height - cases.height + state["logbook_row"].height - lines.height


def _broken_invariants(home: Home, state: State) -> Iterator[str]:
    known = set(state["load"]["content_hash"])
    for name in ("case_row", "logbook_row", "quarantined_row"):
        orphans = state[name].filter(~pl.col("content_hash").is_in(list(known))).height
        if orphans:
            yield f"{name}: {orphans} rows of files that the state does not know"
    doubled = state["mismatch"].filter(pl.col("mismatch_id").is_duplicated()).height
    if doubled:
        yield f"mismatch: {doubled} rows share an identity"
    without_copy = [row["file"] for row in state["load"].to_dicts() if archived(home, row["content_hash"]) is None]
    if without_copy:
        yield f"archive: no copy of {', '.join(without_copy)}"
