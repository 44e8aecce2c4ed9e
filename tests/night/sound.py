"""What must hold of a home after whatever happened, and what two homes must share to be the same."""

from __future__ import annotations

import hashlib
import json
import re
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

import polars as pl
import pytest

from pipeline.night import care
from pipeline.night.care import faults_of
from pipeline.night.generations import State, empty_state, generations, read_state
from pipeline.night.home import Home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEFTOVER = re.compile(r"\.new\b|\.wal\b|\.tmp\b|\.staging|\.part\b|\.pickle\b")

Tables = dict[str, pl.DataFrame]

STATES: dict[str, State] = {}  # by the digest of their file


def state_of(path: Path) -> State:
    """A generation, every block of it; one of the same bytes as an earlier one is known to open."""
    digest = digest_of(path)
    if digest not in STATES:
        STATES[digest] = read_state(path)
    return STATES[digest]


@contextmanager
def each_content_read_once() -> Iterator[None]:
    """Within, what looks a home over reads alike generations once; the nights themselves read as ever."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(care, "read_state", state_of)
        yield


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tables_of(folder: Path) -> Tables:
    """The newest state; reading it reads every block."""
    files = generations(folder / "state")
    return state_of(files[-1]) if files else empty_state()


def are_same(one: Tables, other: Tables) -> bool:
    return all(one[name].equals(other[name]) for name in one)


def tree_of(folder: Path, *names: str) -> dict[str, str]:
    """Files below these folders with the digest of their content."""
    found = (path for name in names for path in sorted((folder / name).rglob("*")) if path.is_file())
    return {f"{path.relative_to(folder)}": digest_of(path) for path in found}


def result_of(folder: Path) -> dict[str, object]:
    """All that a night hands over beside the state's tables: reports, archive, mails, the names of generations."""
    return {
        **tree_of(folder, "archive", "reports", "outbox", "inbox"),
        "generations": [path.name for path in generations(folder / "state")],
    }


def leftovers(folder: Path) -> list[str]:
    """Names of what only an unfinished run has."""
    names = (f"{path.relative_to(folder)}" for path in folder.rglob("*"))
    return sorted(name for name in names if LEFTOVER.search(name))


def loose(folder: Path) -> list[str]:
    """What others than the owner may touch: files are 0600, folders 0700."""
    return [
        f"{path.relative_to(folder)}: {stat.S_IMODE(path.stat().st_mode):o}"
        for path in folder.rglob("*")
        if stat.S_IMODE(path.stat().st_mode) != (0o700 if path.is_dir() else 0o600)
    ]


def broken(folder: Path) -> list[str]:
    """What is wrong with a home, at rest or a moment after a crash: one open interval each, no row lost or doubled."""
    found = [*faults_of(Home(folder)), *loose(folder)]
    state = tables_of(folder)
    for name, keys in KEYS.items():
        doubled = state[name].filter(pl.struct(keys).is_duplicated()).height
        if doubled:
            found.append(f"{name}: {doubled} rows share {keys}")
    ends = {"seen": 1, "reopened": 1, "resolved": -1, "withdrawn": -1}
    change = pl.col("event").replace_strict(ends, default=0, return_dtype=pl.Int8)
    opened = state["mismatch_event"].group_by("mismatch_id").agg(is_open=change.sum())
    told = state["mismatch"].select("mismatch_id", expected=pl.col("status").eq("open").cast(pl.Int8))
    unlike = told.join(opened, "mismatch_id", "full", coalesce=True)
    wrong = unlike.filter(pl.col("expected").ne_missing(pl.col("is_open"))).height
    return [*found, *([f"mismatch: {wrong} whose events do not end in their status"] if wrong else [])]


KEYS = {
    "load": ["content_hash"],
    "case_row": ["feed", "code_key"],
    "logbook_row": ["book_unit", "line_no", "code_key", "received_on", "applicant_key"],
    "run": ["run_id"],
    "outbox": ["message_id", "recipient"],
}


def journal_of(folder: Path) -> list[tuple[str, str]]:
    """Message and recipient of each mail that the journal calls settled."""
    path = folder / "outbox" / "deliveries.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [(one["message_id"], one["recipient"]) for one in map(json.loads, lines) if one["outcome"] != "deferred"]
