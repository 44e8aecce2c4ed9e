"""Power cuts at every step of a night, on a disk that keeps only what was waited for."""

from __future__ import annotations

import shutil
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.night.children import needs_strace, needs_time
from tests.night.disk import Disk, line_text, steps
from tests.night.inodes import losses
from tests.night.sound import tree_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.night.inodes import Loss
    from tests.night.rehearsal import Rehearsal

CHUNKS = 6  # tests that the workers share
LEAST_STATES = 250
FOLDERS = ("archive", "reports", "inbox", "outbox")
MOST_TRIES = 25  # for some losses the dice must fall so
LONGEST = 600  # of a line of the trace that a message shows
MUST_WAIT_FOR = (  # below the home: bytes of files, names in folders
    *(r"state/\..*", r"state"),
    *(r"archive/\.staging/.*", r"archive"),
    *(r"reports/\.[^/]*/.*", r"reports/\.[^/]*", r"reports"),
    *(r"outbox/\.doichieu.*", r"outbox", r"outbox/deliveries\.jsonl"),
)

pytestmark = [pytest.mark.slow, needs_strace, needs_time]


@pytest.fixture(scope="session")
def trace(rehearsal: Rehearsal) -> str:
    rehearsal.reset()
    return rehearsal.children.record(*rehearsal.words)


def test_the_disk_that_loses_nothing_holds_what_the_night_left(rehearsal: Rehearsal, trace: str) -> None:
    disk = Disk.of(rehearsal.before, rehearsal.home)
    done = list(steps(trace, disk))
    assert len(done) * len(losses(Random(0))) >= LEAST_STATES  # noqa: S311 -- a test's dice
    rehearsal.reset()
    rehearsal.children.run(*rehearsal.words)
    expected = tree_of(rehearsal.home, *FOLDERS)
    assert {path for path in disk.files if path.startswith(FOLDERS)} == set(expected)
    for path in expected:
        assert disk.files[path].content() == (rehearsal.home / path).read_bytes(), path


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_after_a_power_cut_the_home_opens_and_the_next_run_needs_nobody(
    rehearsal: Rehearsal, trace: str, chunk: int
) -> None:
    random = Random(chunk)  # noqa: S311 -- a test's dice
    disk = Disk.of(rehearsal.before, rehearsal.home)
    for number, line in enumerate(steps(trace, disk)):
        if number % CHUNKS == chunk:
            call = line_text(line[:LONGEST]).replace(str(rehearsal.home), "~")
            lose_power(rehearsal, disk, losses(random), f"step {number}, {call}")


@pytest.mark.parametrize("place", MUST_WAIT_FOR)
def test_a_night_that_does_not_wait_for_the_disk_is_found_out(rehearsal: Rehearsal, trace: str, place: str) -> None:
    """The same night on a disk that is deaf for one place, and no power at its end."""
    random = Random(1)  # noqa: S311 -- a test's dice
    disk = Disk.of(rehearsal.before, rehearsal.home, deaf_for=place)
    assert list(steps(trace, disk))
    assert disk.has_ignored
    with pytest.raises(AssertionError, match=r"^end of the night"):
        lose_power(rehearsal, disk, losses(random, more=MOST_TRIES), "end of the night")


def lose_power(rehearsal: Rehearsal, disk: Disk, cuts: Iterable[Loss], where: str) -> None:
    """It opens and is the old state or the new one; the next run ends as if nothing had happened."""
    for number, loss in enumerate(cuts):
        shutil.rmtree(rehearsal.home, ignore_errors=True)
        rehearsal.home.mkdir(mode=0o700)
        disk.after_power_cut(loss, rehearsal.home)
        call = f"{where}, cut {number}"
        rehearsal.holds(call)
        rehearsal.put_right(call)
