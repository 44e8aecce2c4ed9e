"""Power cuts at every step of a night, on a disk that keeps only what was waited for."""

from __future__ import annotations

import shutil
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.night.children import needs_strace, needs_time
from tests.night.disk import Disk, steps
from tests.night.sound import are_same, tables_of, tree_of

if TYPE_CHECKING:
    from tests.night.rehearsal import Rehearsal

CHUNKS = 6  # tests that the workers share
CUTS = 3  # at each step
LEAST_STATES = 250

pytestmark = [pytest.mark.slow, needs_strace, needs_time]


@pytest.fixture(scope="session")
def trace(rehearsal: Rehearsal) -> str:
    rehearsal.reset()
    return rehearsal.children.record(*rehearsal.words)


def test_the_disk_that_loses_nothing_holds_what_the_night_left(rehearsal: Rehearsal, trace: str) -> None:
    disk = Disk.of(rehearsal.before, rehearsal.home)
    done = list(steps(trace, disk))
    assert len(done) * CUTS >= LEAST_STATES
    rehearsal.reset()
    rehearsal.children.run(*rehearsal.words)
    expected = tree_of(rehearsal.home, "archive", "reports", "inbox", "outbox")
    for path in expected:
        assert disk.names[path].content() == (rehearsal.home / path).read_bytes(), path
    assert {path for path, inode in disk.names.items() if not inode.is_folder} >= set(expected)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_after_a_power_cut_the_home_opens_and_the_next_run_needs_nobody(
    rehearsal: Rehearsal, trace: str, chunk: int
) -> None:
    random = Random(chunk)  # noqa: S311 -- a test's dice
    disk = Disk.of(rehearsal.before, rehearsal.home)
    for number, line in enumerate(steps(trace, disk)):
        if number % CHUNKS == chunk:
            for cut in range(CUTS):
                lose_power(rehearsal, disk, random)
                after_power_loss(rehearsal, f"step {number}, cut {cut}: {line[:60]}")


def lose_power(rehearsal: Rehearsal, disk: Disk, random: Random) -> None:
    shutil.rmtree(rehearsal.home, ignore_errors=True)
    rehearsal.home.mkdir(mode=0o700)
    disk.after_power_cut(random, rehearsal.home)


def after_power_loss(rehearsal: Rehearsal, where: str) -> None:
    """It opens and is the old state or the new one; the next run ends as if nothing had happened."""
    tables = tables_of(rehearsal.home)
    assert any(are_same(tables, known) for known in rehearsal.tables.values()), where
    rehearsal.put_right(where)
