"""kill -9 at any point: no mail is lost, one at most comes twice, and then byte for byte the same."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.deliver.conftest import mails
from tests.deliver.relaying import POINTS

if TYPE_CHECKING:
    from tests.deliver.conftest import Server

pytestmark = pytest.mark.slow  # a process for each

ROOT = Path(__file__).parents[2]
COUNT = 3
MAY_DOUBLE = {"answered", "answered the second", "half a line"}  # taken, but not noted yet


def start(server: Server, point: str) -> subprocess.Popen[bytes]:
    words = [str(server.folder), str(server.port), str(COUNT), point]
    return subprocess.Popen([sys.executable, "-m", "tests.deliver.relaying", *words], cwd=ROOT)


def doubled_after_recovery(server: Server) -> int:
    """How many mails came twice, once a second process has relayed what was left."""
    assert start(server, "none").wait(timeout=60) == 0
    came = Counter(server.accepted)
    assert set(came) == {(one.recipient, one.data) for one in mails(COUNT)}
    assert server.journal().settled() == {one.key for one in mails(COUNT)}
    noted = Counter(one.key for one in server.journal().attempts() if one.outcome == "sent")
    assert set(noted.values()) == {1}
    return came.total() - COUNT


@pytest.mark.parametrize("point", POINTS)
def test_killed_by_itself(server: Server, point: str) -> None:
    assert start(server, point).wait(timeout=60) == -signal.SIGKILL
    assert doubled_after_recovery(server) == (1 if point in MAY_DOUBLE else 0)


@pytest.mark.parametrize(
    ("stage", "nth", "doubled"),
    [
        *((stage, 1, 0) for stage in ("hello", "starttls", "login")),
        *((stage, nth, 0) for stage in ("sender", "recipient", "data") for nth in (1, 3)),
        *((stage, nth, 1) for stage in ("taking", "taken") for nth in (1, 2, 3)),  # the server has all of it
    ],
)
def test_killed_while_the_server_is_at(server: Server, stage: str, nth: int, doubled: int) -> None:
    seen: list[str] = []

    def kill(now: str) -> None:
        seen.append(now)
        if now == stage and seen.count(stage) == nth:
            process.kill()
            process.wait()

    server.at = kill
    process = start(server, "none")
    assert process.wait(timeout=60) == -signal.SIGKILL
    assert doubled_after_recovery(server) == doubled
