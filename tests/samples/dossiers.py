"""The dossiers (hồ sơ) of the invented commune: situations.toml, and ordinary ones that agree on both sides."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

HERE = Path(__file__).parent
CLOSED = "Đã trả kết quả"
LAST_RETURN = date(2026, 3, 30)  # of an ordinary dossier: the day before the business date
NEAR_DUE = date(2026, 4, 3)  # what is due later can be open without a word
FIRST_ORDINARY_SERIAL = 20  # the situations have those below
Cells = dict[str, Any]


@dataclass(frozen=True)
class Dossier:
    """One dossier as it truly is, and where the files tell it differently."""

    name: str
    number: int
    code: str
    procedure: dict[str, Any]
    applicant: str
    phone: str
    hamlet: str
    received: date
    due: date | None
    returned: date | None
    shows: str = ""
    book: Cells | None = field(default_factory=dict[str, Any])
    case: Cells | None = field(default_factory=dict[str, Any])
    book_again: Cells | None = None
    case_again: Cells | None = None
    other: Cells | None = None
    expect: tuple[str, ...] = ()
    quarantine: tuple[str, ...] = ()
    link: str = "exact"


@cache
def commune() -> dict[str, Any]:
    """commune.toml."""
    return tomllib.loads((HERE / "commune.toml").read_text(encoding="utf-8"))


def dossiers() -> list[Dossier]:
    """All dossiers: the situations first, then the ordinary ones."""
    described = tomllib.loads((HERE / "situations.toml").read_text(encoding="utf-8"))
    situations = [_situation(number, name, facts) for number, (name, facts) in enumerate(described.items())]
    return situations + [_ordinary(len(situations), index) for index in range(commune()["ordinary"])]


def is_working(day: date) -> bool:
    """Whether the counter is open, by the commune's own list of days."""
    calendar = commune()["calendar"]
    return day in calendar["worked"] or (day.weekday() < 5 and day not in calendar["off"])


def working_days(after: date, until: date) -> int:
    """How many working days lie after one day, up to and with another."""
    return sum(is_working(after + timedelta(n)) for n in range(1, (until - after).days + 1))


def add_working_days(start: date, count: int) -> date:
    """The day so many working days later (earlier, when negative)."""
    day, step = start, timedelta(1 if count > 0 else -1)
    while count:
        day += step
        count -= (1 if count > 0 else -1) * is_working(day)
    return day


def _situation(number: int, name: str, facts: dict[str, Any]) -> Dossier:
    facts = dict(facts)
    procedure = commune()["procedure"][facts.pop("procedure", "ks")]
    received = facts["received"]
    due = facts.pop("due", add_working_days(received, procedure["days"])) or None
    usual = max(received, add_working_days(due, -1)) if due else None
    code = _code(facts.pop("code_on", received), facts.pop("serial"), facts.pop("unit_code", None))
    tuples = {key: tuple(facts.pop(key, ())) for key in ("expect", "quarantine")}
    sides = {side: _cells(facts.pop(side, {})) for side in ("book", "case")}
    return Dossier(
        name=name,
        number=number,
        code=code,
        procedure=procedure,
        applicant=facts.pop("applicant", _person(number)),
        phone=facts.pop("phone", _phone(number)),
        hamlet=_hamlet(number),
        due=due,
        returned=facts.pop("returned", usual) or None,
        **sides,
        **tuples,
        **facts,
    )


def _ordinary(first: int, index: int) -> Dossier:
    """Closed on both sides in time, or open on both and not yet near its due date."""
    number = first + index
    procedures = list(commune()["procedure"].values())
    days = _ordinary_days()
    procedure, received = procedures[index * 7 % len(procedures)], days[index]
    due = add_working_days(received, procedure["days"])
    serial = FIRST_ORDINARY_SERIAL + Counter(days[:index])[received]
    is_open = due > NEAR_DUE
    return Dossier(
        name=f"ordinary_{index}",
        number=number,
        code=_code(received, serial),
        procedure=procedure,
        applicant=_person(number),
        phone=_phone(number),
        hamlet=_hamlet(number),
        received=received,
        due=due,
        returned=None if is_open else min(LAST_RETURN, max(received, add_working_days(due, -1))),
        case={"status": "Đang xử lý"} if is_open else {},
    )


@cache
def _ordinary_days() -> tuple[date, ...]:
    """The days of receipt of the ordinary dossiers, spread evenly over the quarter."""
    world = commune()
    span = (world["last_day"] - world["first_day"]).days + 1
    open_days = [day for n in range(span) if is_working(day := world["first_day"] + timedelta(n))]
    return tuple(open_days[index * len(open_days) // world["ordinary"]] for index in range(world["ordinary"]))


def _cells(stated: Cells | Literal[False]) -> Cells | None:
    return None if stated is False else stated


def _code(day: date, serial: int, unit_code: str | None = None) -> str:
    return f"{unit_code or commune()['unit_code']}-{day:%y%m%d}-{serial:04}"


def _person(number: int) -> str:
    people = commune()["people"]
    parts = ((people["surnames"], 1), (people["middles"], 3), (people["given"], 5))
    return " ".join(words[number * stride % len(words)] for words, stride in parts)


def _phone(number: int) -> str:
    return f"0950{(number * 373_587 + 104_729) % 1_000_000:06}"


def _hamlet(number: int) -> str:
    hamlets = commune()["people"]["hamlets"]
    return hamlets[number % len(hamlets)]
