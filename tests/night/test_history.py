"""Many dossiers over many nights, against a slow and simple account of what the ledger must say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from pipeline.settings import load_settings
from pipeline.working_days import calendar
from tests.cli.files import dossier
from tests.night.conftest import MONDAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.files import Row
    from tests.night.conftest import Office

WORDS = {"open": "Đang xử lý", "paused": "Tạm dừng", "done": "Chờ trả kết quả", "closed": "Đã trả kết quả"}
RULE_OF_RETURNED = {"open": "M01", "paused": "M02", "done": "M03"}
STALE_AFTER, BOOK_STALE_AFTER = 3, 5  # working days, as schemas/gate.toml


@dataclass
class Verdict:
    """What the ledger must say of one dossier and rule."""

    status: str
    first_seen_on: date
    times_reopened: int = 0
    not_checkable_since: date | None = None


@dataclass
class Dossier:
    """The truth, what each side was last seen to say, and the ledger that follows from it."""

    number: int
    state: str = "open"
    state_since: date = MONDAY
    returned_on: date | None = None
    exported: tuple[str, date] | None = None  # state, and the night that showed it
    closed_on: date | None = None  # as the export has it
    booked: tuple[date | None, date] | None = None
    ledger: dict[str, Verdict] = field(default_factory=dict[str, Verdict])

    def lives(self, random: Random, day: date) -> None:
        """Something happens in the office, or nothing."""
        if random.random() < 0.1:
            self.state, self.state_since = random.choice(list(WORDS)), day
        if random.random() < 0.06:
            self.returned_on = None if self.returned_on and random.random() < 0.3 else day

    def exported_row(self) -> Row:
        is_closed = self.state == "closed"
        finished = f"{self.state_since:%d/%m/%Y}" if is_closed else ""
        return dossier(self.number, due="", status=WORDS[self.state], finished=finished)

    def booked_row(self) -> Row:
        return dossier(self.number, due="", returned=f"{self.returned_on:%d/%m/%Y}" if self.returned_on else "")


@dataclass(frozen=True)
class Oracle:
    """The rules of DESIGN.md and OPERATIONS.md, one dossier at a time."""

    working_days: dict[date, int]

    def age(self, since: date, today: date) -> int:
        return self.working_days[today] - self.working_days[since]

    def night(self, one: Dossier, today: date, newest_book: date) -> None:
        fires = self.fires(one)
        is_fresh = one.exported is not None and self.age(one.exported[1], today) <= STALE_AFTER
        has_book = self.age(newest_book, today) <= BOOK_STALE_AFTER
        for rule in ("M01", "M02", "M03", "M04"):
            if rule == fires:
                self.told(one, rule, today, can_tell=self.can_tell(one, rule, is_fresh=is_fresh, has_book=has_book))
            elif rule in one.ledger and one.ledger[rule].status == "open":
                self.silent(one, rule, today, is_fresh=is_fresh)

    @staticmethod
    def fires(one: Dossier) -> str | None:
        if one.exported is None or one.booked is None:
            return None
        if one.booked[0]:
            return RULE_OF_RETURNED.get(one.exported[0])
        return "M04" if one.exported[0] == "closed" else None

    @staticmethod
    def can_tell(one: Dossier, rule: str, *, is_fresh: bool, has_book: bool) -> bool:
        if rule == "M04":
            assert one.booked
            assert one.closed_on
            return has_book and one.closed_on <= one.booked[1]
        assert one.exported
        assert one.booked
        assert one.booked[0]
        return is_fresh and one.booked[0] <= one.exported[1]

    @staticmethod
    def told(one: Dossier, rule: str, today: date, *, can_tell: bool) -> None:
        known = one.ledger.get(rule)
        if can_tell:
            reopened = known.times_reopened + (known.status == "resolved") if known else 0
            one.ledger[rule] = Verdict("open", known.first_seen_on if known else today, reopened)
        elif known and known.status == "open":
            known.not_checkable_since = known.not_checkable_since or today

    @staticmethod
    def silent(one: Dossier, rule: str, today: date, *, is_fresh: bool) -> None:
        verdict = one.ledger[rule]
        if not is_fresh:
            verdict.not_checkable_since = verdict.not_checkable_since or today
            return
        assert one.exported
        assert one.booked
        enough = {"M01": ("closed", "done"), "M02": ("closed", "done"), "M03": ("closed",)}
        is_right = bool(one.booked[0]) if rule == "M04" else one.exported[0] in enough[rule]
        verdict.status = "resolved" if is_right else "withdrawn"
        verdict.not_checkable_since = None


def told_by(office: Office) -> dict[tuple[int, str], tuple[str, date, int, date | None]]:
    columns = ("dossier_code", "rule_id", "status", "first_seen_on", "times_reopened", "not_checkable_since")
    rows = office.state["mismatch"].select(columns).rows()
    return {
        (int(code.rsplit("-", 1)[1]), rule): (status, first, reopened, since)
        for code, rule, status, first, reopened, since in rows
        if rule in {"M01", "M02", "M03", "M04"}
    }


def heartbeat(day: date, number: int) -> Row:
    """A dossier of the day on both sides, so that the files know what day it is."""
    facts = {"received": f"{day:%d/%m/%Y}", "due": "", "returned": "", "status": "Đang xử lý", "finished": ""}
    return dossier(number, code=f"H56.17.22-{day:%y%m%d}-{number}", **facts)


def live_through(office: Office, seed: int, count: int, night: Callable[[date], object]) -> None:
    """50 nights of so many dossiers, the ledger compared with the account after each."""
    random = Random(seed)  # noqa: S311 -- a test's dice
    dossiers = [Dossier(number) for number in range(1, count + 1)]
    last = MONDAY + timedelta(days=260)
    days = calendar(MONDAY - timedelta(days=1), last, load_settings().holidays)
    oracle = Oracle(dict(days.select("day", "working_days").iter_rows()))
    today, newest_book = MONDAY, MONDAY
    for number in range(50):
        for one in dossiers:
            one.lives(random, today)
        if number == 0 or random.random() < 0.7:
            shown = [one for one in dossiers if number == 0 or random.random() < 0.9]
            office.export(heartbeat(today, 9001), *(one.exported_row() for one in shown))
            for one in shown:
                one.exported = (one.state, today)
                one.closed_on = one.state_since if one.state == "closed" else None
        if number == 0 or random.random() < 0.7:
            office.book(*(one.booked_row() for one in dossiers), heartbeat(today, 9001))
            newest_book = today
            for one in dossiers:
                one.booked = (one.returned_on, today)
        night(today)
        for one in dossiers:
            oracle.night(one, today, newest_book)
        expected = {
            (one.number, rule): (v.status, v.first_seen_on, v.times_reopened, v.not_checkable_since)
            for one in dossiers
            for rule, v in one.ledger.items()
        }
        assert told_by(office) == expected, f"night {number}, {today}"
        today += timedelta(days=random.choice([1, 1, 1, 2, 3, 6]))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_the_ledger_says_what_a_slow_account_says(office: Office, seed: int) -> None:
    """200 dossiers over 50 nights, twice: 20,000 steps with missing, stale and partial exports and books."""
    live_through(office, seed, 200, office.night)
