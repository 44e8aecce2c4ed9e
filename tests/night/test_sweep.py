"""SIGKILL, ENOSPC and EIO at every system call with which a night changes its home."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import ExitCode
from tests.night.children import needs_strace, needs_time

if TYPE_CHECKING:
    from pathlib import Path

    from tests.night.children import Call, Ended
    from tests.night.rehearsal import Rehearsal

CHUNKS = 12  # tests that the workers share; neighbours, as the faults of a place often leave the same home
MOMENTS = {
    "half a state": ("pwrite64", "state/."),
    "a state without its report": ("rename", "reports/."),
    "a report that gives way": ("unlinkat", "reports/"),
    "half a mail": ("fsync", "outbox/.doichieu"),
}
FAULTS = {"kill": "signal=SIGKILL", "full": "error=ENOSPC", "broken": "error=EIO"}
KILLED = -9
TOLD = ("doichieu: ", "  → ")  # a message and its tip

pytestmark = [pytest.mark.slow, needs_strace, needs_time]


def test_the_rehearsed_night_does_all_that_a_night_can_do(rehearsal: Rehearsal) -> None:
    changed = {call.path.partition("/")[0] for call in rehearsal.calls}
    assert changed >= {"archive", "state", "reports", "inbox"}
    names = {call.name for call in rehearsal.calls}
    assert names >= {"openat", "write", "pwrite64", "fsync", "rename", "unlink", "mkdir", "rmdir", "fchmod", "chmod"}
    assert rehearsal.code == ExitCode.DEGRADED


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_fault_at_any_call_leaves_a_sound_home_and_the_next_run_needs_nobody(
    rehearsal: Rehearsal, chunk: int
) -> None:
    count = len(rehearsal.calls)
    for call in rehearsal.calls[count * chunk // CHUNKS : count * (chunk + 1) // CHUNKS]:
        for fault, how in FAULTS.items():
            ended = rehearsal.fail(call, how)
            holds = rehearsal.check(call)
            if fault == "kill":
                assert ended.code == KILLED, str(call)
            else:
                assert_told(call, ended, rehearsal, holds)
            rehearsal.put_right(call)


def assert_told(call: Call, ended: Ended, rehearsal: Rehearsal, holds: str) -> None:
    """74 and one message that says where; or the fault did no harm and the run is complete."""
    lines = ended.stderr.splitlines()
    if ended.code == rehearsal.code:
        assert holds == "after", str(call)
        return
    assert ended.code == ExitCode.IO, f"{call}: {ended}"
    assert [line[: len(start)] for line, start in zip(lines, TOLD, strict=True)] == [*TOLD], f"{call}: {lines}"
    assert str(rehearsal.home) in lines[0], f"{call}: {lines}"
    assert ended.stdout == ""


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_recovery_that_is_killed_too_needs_nobody_either(rehearsal: Rehearsal, moment: str, tmp_path: Path) -> None:
    name, start = MOMENTS[moment]
    call = [call for call in rehearsal.calls if call.name == name and call.path.startswith(start)][-1]
    assert rehearsal.fail(call, FAULTS["kill"]).code == KILLED
    shutil.copytree(rehearsal.home, tmp_path / "killed")
    for again in recovery(rehearsal):
        rehearsal.reset(tmp_path / "killed")
        rehearsal.children.fail(again, FAULTS["kill"], *rehearsal.words)
        rehearsal.check(f"{call}, then {again}")
        rehearsal.put_right(f"{call}, then {again}")


def recovery(rehearsal: Rehearsal) -> list[Call]:
    """What the next run changes before it begins anew: up to the first file that it takes from the inbox."""
    calls = rehearsal.children.calls(rehearsal.home, *rehearsal.words)
    is_new = [call.name == "mkdir" and call.path == "archive/.staging" for call in calls]
    until = is_new.index(True) if True in is_new else len(calls)
    return [call for call in calls[:until] if not call.path.startswith("state/lock") and call.name != "mkdir"]
