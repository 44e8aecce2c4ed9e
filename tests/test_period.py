from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.period import KINDS, period_of

TUESDAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("kind", "number", "begin", "end"),
    [
        ("week", 14, date(2026, 3, 30), date(2026, 4, 5)),
        ("month", 3, date(2026, 3, 1), date(2026, 3, 31)),
        ("quarter", 1, date(2026, 1, 1), date(2026, 3, 31)),
        ("half-year", 1, date(2026, 1, 1), date(2026, 6, 30)),
        ("year", 1, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_the_period_contains_the_business_date_and_is_reported_up_to_it(
    kind: str, number: int, begin: date, end: date
) -> None:
    period = period_of(kind, TUESDAY)
    assert (period.number, period.year, period.begin, period.end) == (number, 2026, begin, end)
    assert period.until == TUESDAY


@pytest.mark.parametrize(
    ("kind", "day", "number", "year", "begin", "end"),
    [
        ("month", date(2026, 3, 14), 3, 2026, date(2026, 2, 15), date(2026, 3, 14)),
        ("month", date(2026, 3, 15), 4, 2026, date(2026, 3, 15), date(2026, 4, 14)),
        ("half-year", date(2026, 6, 14), 1, 2026, date(2025, 12, 15), date(2026, 6, 14)),
        ("half-year", date(2026, 6, 15), 2, 2026, date(2026, 6, 15), date(2026, 12, 14)),
        ("year", date(2025, 12, 15), 1, 2026, date(2025, 12, 15), date(2026, 12, 14)),
    ],
)
def test_reporting_months_may_end_on_the_14th(  # noqa: PLR0913, PLR0917 -- columns of a table
    kind: str, day: date, number: int, year: int, begin: date, end: date
) -> None:
    period = period_of(kind, day, 14)
    assert (period.number, period.year, period.begin, period.end) == (number, year, begin, end)


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    period = period_of("week", date(2027, 1, 1))
    assert (period.number, period.year) == (53, 2026)


@given(st.sampled_from(KINDS), st.dates(date(2001, 1, 1), date(2098, 12, 31)), st.integers(min_value=0, max_value=28))
def test_periods_follow_each_other_without_gap_or_overlap(kind: str, day: date, ends_on: int) -> None:
    period = period_of(kind, day, ends_on)
    assert period.begin <= day <= period.end
    following = period_of(kind, period.end + timedelta(days=1), ends_on)
    assert following.begin == period.end + timedelta(days=1)
    assert period_of(kind, period.begin, ends_on).end == period.end
