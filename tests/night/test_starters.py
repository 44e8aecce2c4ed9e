"""Many at once: one of them runs, the others wait or say so, and readers see whole states."""

from __future__ import annotations

from collections import Counter
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import ExitCode
from pipeline.night.generations import generations, newest_state
from tests.night.conftest import MONDAY
from tests.night.sound import are_same, broken, journal_of, leftovers, tables_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.night.children import Children
    from tests.night.conftest import Office
    from tests.night.sound import Tables

STARTERS = 40

pytestmark = pytest.mark.slow


def words(office: Office, wait: int) -> tuple[str | Path, ...]:
    return "nightly", "--home", office.home.folder, "--as-of", MONDAY.isoformat(), "--lock-wait", str(wait)


def assert_ran_once(office: Office) -> None:
    folder = office.home.folder
    assert office.state["run"].height == 1
    assert len(generations(office.home.state)) == 1
    recipients = office.state["outbox"].select("message_id", "recipient").rows()
    assert sorted(journal_of(folder)) == sorted(recipients)
    assert len(list(office.home.outbox.glob("*.eml"))) == len(recipients)
    assert [*broken(folder), *leftovers(folder), *office.home.inbox.iterdir()] == []


def test_of_forty_who_do_not_wait_one_runs_and_the_others_say_who_does(office: Office, children: Children) -> None:
    office.export()
    office.book()
    ended = children.run_many(STARTERS, *words(office, 0))
    codes = Counter(one.code for one in ended)
    assert codes[ExitCode.COMPLETE] >= 1
    assert codes[ExitCode.COMPLETE] + codes[ExitCode.BUSY] == STARTERS
    assert all("process" in one.stderr for one in ended if one.code == ExitCode.BUSY)
    assert_ran_once(office)


def test_of_forty_who_wait_one_runs_and_the_others_find_it_done(office: Office, children: Children) -> None:
    office.export()
    office.book()
    ended = children.run_many(STARTERS, *words(office, 500))
    assert Counter(one.code for one in ended) == {ExitCode.COMPLETE: STARTERS}
    assert_ran_once(office)


def test_a_reader_sees_the_old_state_or_the_new_one_at_each_moment_of_a_run(office: Office, children: Children) -> None:
    office.export()
    office.book()
    seen: list[Tables] = []
    is_over = Event()

    def read() -> None:
        while not is_over.is_set():
            seen.append(newest_state(office.home))

    reader = Thread(target=read)
    before = tables_of(office.home.folder)
    reader.start()
    ended = children.run(*words(office, 0))
    is_over.set()
    reader.join()
    after = tables_of(office.home.folder)
    assert ended.code == ExitCode.COMPLETE
    assert len(seen) > 1
    assert all(are_same(one, before) or are_same(one, after) for one in seen)
