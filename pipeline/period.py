"""The stretch of days that a paper reports on."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
KINDS = ("week", *MONTHS)
YEAR, WEEK = 12, timedelta(days=7)
ONE_DAY = timedelta(days=1)


class Period(NamedTuple):
    """A week (Monday to Sunday), month, quarter, half-year or year; `until` is the last day that is known of it."""

    kind: str
    number: int  # of the week, month, quarter, half within the year
    year: int
    begin: date
    end: date
    until: date


def period_of(kind: str, day: date, ends_on: int = 0) -> Period:
    """The period that contains the business date, reported up to and with that day.

    `ends_on` is the day of the month on which reporting months end, 0 for the last (NĐ 09/2019/NĐ-CP, article 12:
    on the 14th, so that the first half-year runs from 15 December to 14 June). Weeks do not heed it.
    """
    if kind == "week":
        year, number, weekday = day.isocalendar()
        begin = day - (weekday - 1) * ONE_DAY
        return Period(kind, number, year, begin, begin + WEEK - ONE_DAY, day)
    size = MONTHS[kind]
    month = YEAR * day.year + day.month - 1
    month += day > _end_of(month, ends_on)
    first = month - month % size
    begin = _end_of(first - 1, ends_on) + ONE_DAY
    return Period(kind, first % YEAR // size + 1, first // YEAR, begin, _end_of(first + size - 1, ends_on), day)


def _end_of(month: int, ends_on: int) -> date:
    """The last day of a reporting month, counted from the year 0."""
    year, place = divmod(month, YEAR)
    return date(year, place + 1, ends_on or monthrange(year, place + 1)[1])
