"""400 nights, half of which break once or more at a random place: the ledger ends as the slow account says."""

from __future__ import annotations

import errno
import os
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import IoFault
from pipeline.night import filing, post
from pipeline.report.sink import write_out
from tests.night.children import needs_time
from tests.night.sound import broken, each_content_read_once, leftovers
from tests.night.test_history import live_through

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from tests.night.conftest import Office

CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod"}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
LATEST = 45  # changes of a night; a fault due later does not come


class Killed(BaseException):
    """No handler of the product catches it: what it would clean up stays, as after kill -9."""


class Trouble:
    """Python tells its hooks of each change of a file before it happens; one of them then fails."""

    due: int | None = None
    fault: BaseException = Killed()
    home = ""

    def __call__(self, event: str, words: tuple[object, ...]) -> None:
        is_change = event in CHANGES or (event == "open" and isinstance(words[2], int) and words[2] & WRITES)
        if self.due is None or not is_change or not f"{words[0]}".startswith(self.home):
            return
        self.due -= 1
        if self.due == 0:
            self.due = None
            raise self.fault


TROUBLE = Trouble()
sys.addaudithook(TROUBLE)  # for the rest of the process: it does nothing unless a fault is due


@pytest.fixture
def trouble(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trouble]:
    """A home in trouble; what stands in reports and mails is proved elsewhere, here only that they are written."""
    monkeypatch.setattr(filing, "write_workbook", lambda _, path: write_out([b"a workbook"], path))
    monkeypatch.setattr(filing, "write_page", lambda _, path, __: write_out([b"a page"], path))
    monkeypatch.setattr(filing, "render_text", lambda _, **__: "a text")
    monkeypatch.setattr(post, "render_mail", lambda _, letter: f"Message-ID: {letter.message_id}\r\n".encode())
    TROUBLE.home = str(office.home.folder)
    with each_content_read_once():
        yield TROUBLE
    TROUBLE.due = None


def hard_night(office: Office, trouble: Trouble, random: Random, day: date) -> None:
    """Up to three tries that fail at a random change, then one that does not."""
    for _ in range(random.choice([0, 0, 1, 2, 3])):
        trouble.fault = random.choice([Killed(), OSError(errno.ENOSPC, "full"), OSError(errno.EIO, "broken")])
        trouble.due = random.randint(1, LATEST)
        try:
            office.night(day)
        except (Killed, OSError, IoFault):
            assert broken(office.home.folder) == []
    trouble.due = None
    office.night(day)
    assert [*leftovers(office.home.folder), *office.home.inbox.iterdir()] == []
    assert (office.home.reports / f"{day}" / "doichieu.xlsx").is_file()
    written = [path.read_bytes() for path in office.home.outbox.glob("*.eml")]
    assert len(written) == len({*written} | {*office.state["outbox"]["data"]})


@pytest.mark.slow
@needs_time
@pytest.mark.parametrize("seed", range(3, 11))
def test_nights_that_break_at_random_end_in_the_history_of_the_account(
    office: Office, trouble: Trouble, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 -- a test's dice
    live_through(office, seed, 12, lambda day: hard_night(office, trouble, random, day))
