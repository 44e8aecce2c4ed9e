"""SIGKILL, ENOSPC and EIO at every system call with which a night changes its home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import ExitCode
from tests.night.children import needs_strace, needs_time

if TYPE_CHECKING:
    from tests.night.children import Call, Ended
    from tests.night.rehearsal import Rehearsal

CHUNKS = 12  # tests that the workers share
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


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_fault_at_any_call_leaves_a_sound_home_and_the_next_run_needs_nobody(
    rehearsal: Rehearsal, fault: str, chunk: int
) -> None:
    for call in rehearsal.calls[chunk::CHUNKS]:
        ended = rehearsal.fail(call, FAULTS[fault])
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
