from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipeline.normalise.days import FIRST_DAY, LAST_DAY
from pipeline.settings import load_settings
from pipeline.working_days import PUBLIC_HOLIDAYS, add_working_days, calendar, unconfirmed_years
from tests.public_holidays import public_holidays

HOLIDAYS = load_settings().holidays
DAYS = st.dates(date(2022, 1, 1), date(2027, 12, 31))


def is_working(day: date) -> bool:
    return calendar(day, day, HOLIDAYS)["is_working"].item()


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 3, 2),  # a Monday
        date(2026, 3, 6),  # a Friday
        date(2025, 4, 26),  # Saturdays that were worked
        date(2026, 1, 10),
        date(2026, 8, 22),
        date(2025, 11, 24),  # Vietnam Culture Day begins in 2026
    ],
)
def test_a_day_on_which_offices_work(day: date) -> None:
    assert is_working(day)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 3, 7),  # a Saturday
        date(2026, 3, 8),  # a Sunday
        date(2025, 5, 2),  # days off by the corrections of DOMAIN.md §7
        date(2026, 1, 2),
        date(2026, 8, 31),
        date(2026, 11, 24),
        date(2026, 1, 1),
        date(2026, 4, 27),  # Hùng Kings' day fell on a Sunday
        date(2026, 4, 30),
        date(2026, 5, 1),
        date(2026, 9, 1),
        date(2026, 9, 2),
        date(2024, 4, 29),  # a swap that the package itself knows
    ],
)
def test_a_day_on_which_offices_are_closed(day: date) -> None:
    assert not is_working(day)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2024, 2, 8), date(2024, 2, 14)),
        (date(2025, 1, 27), date(2025, 1, 31)),
        (date(2026, 2, 16), date(2026, 2, 20)),
    ],
)
def test_offices_are_closed_at_tet(first: date, last: date) -> None:
    assert not calendar(first, last, HOLIDAYS)["is_working"].any()


def test_the_count_runs_up_to_and_with_each_day() -> None:
    week = calendar(date(2025, 12, 31), date(2026, 1, 5), HOLIDAYS)
    assert week.rows() == [
        (date(2025, 12, 31), True, 1),
        (date(2026, 1, 1), False, 1),
        (date(2026, 1, 2), False, 1),
        (date(2026, 1, 3), False, 1),
        (date(2026, 1, 4), False, 1),
        (date(2026, 1, 5), True, 2),
    ]


def test_a_users_days_win_over_the_package_and_the_ordinary_week() -> None:
    days = {date(2026, 4, 30): "worked", date(2026, 3, 3): "off"}
    own = {"day": [{"on": day, "kind": kind} for day, kind in days.items()]}
    holiday, tuesday = (calendar(day, day, own)["is_working"].item() for day in days)
    assert (holiday, tuesday) == (True, False)


@pytest.mark.parametrize(
    ("start", "days", "over"),
    [
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
        (date(2026, 3, 31), 1, date(2026, 4, 1)),
        (date(2026, 3, 27), 1, date(2026, 3, 30)),  # from a Friday
        (date(2026, 3, 28), 1, date(2026, 3, 30)),  # from a Saturday
        (date(2026, 8, 21), 1, date(2026, 8, 22)),  # onto a worked Saturday
        (date(2026, 8, 28), 1, date(2026, 9, 3)),
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # over Tết
    ],
)
def test_working_days_ahead(start: date, days: int, over: date) -> None:
    assert add_working_days(start, days, HOLIDAYS) == over


@given(DAYS, st.integers(1, 60))
def test_so_many_days_ahead_has_so_many_working_days_between(start: date, days: int) -> None:
    over = add_working_days(start, days, HOLIDAYS)
    between = calendar(start + timedelta(days=1), over, HOLIDAYS)
    assert (between["working_days"][-1], between["is_working"][-1]) == (days, True)


@given(DAYS, DAYS)
def test_a_stretch_of_days_is_counted_alike_whole_or_in_two(one: date, other: date) -> None:
    first, last = sorted((one, other))
    whole = calendar(first, last, HOLIDAYS)
    parts = pl.concat([calendar(day, day, HOLIDAYS) for day in (first, last)])
    assert whole["day"].to_list()[:: max(1, whole.height - 1)][:2] in ([first], [first, last])
    assert whole["is_working"][0] == parts["is_working"][0]
    assert whole["is_working"][-1] == parts["is_working"][1]


def test_years_that_nobody_confirmed_are_named() -> None:
    assert unconfirmed_years(range(2024, 2029), HOLIDAYS) == [2024, 2027, 2028]


def test_a_user_confirms_a_year() -> None:
    own = {"year": [{"year": 2027, "confirmed": True}, {"year": 2028, "confirmed": False}]}
    assert unconfirmed_years(range(2027, 2029), own) == [2028]


def test_without_years_nothing_is_unconfirmed() -> None:
    assert unconfirmed_years(range(2026, 2026), {}) == []


def test_public_holidays_are_those_of_the_package() -> None:
    assert_frame_equal(pl.read_csv(PUBLIC_HOLIDAYS, try_parse_dates=True), public_holidays())


def test_working_days_are_known_from_the_first_to_the_last_day_that_a_run_may_have() -> None:
    first, last = calendar(FIRST_DAY, FIRST_DAY, HOLIDAYS), calendar(LAST_DAY, LAST_DAY + timedelta(days=1), HOLIDAYS)
    assert (first["is_working"].item(), last["is_working"].to_list()) == (False, [True, False])  # New Year's Days
