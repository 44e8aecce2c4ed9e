from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.days import date_cells, day_columns, only_years

SENTINELS = ("1900-01-01", "0001-01-01")
FIFTH_OF_MARCH = date(2026, 3, 5)
OUR_DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def read(
    *texts: str | None, year: int | None = None, after: list[date | None] | None = None
) -> list[tuple[object, ...]]:
    """The days of a column, read as one of receipt or, with `after`, as one of a later event."""
    received = texts if after is None else [day and day.strftime("%d/%m/%Y") for day in after]
    cells = pl.DataFrame({"received": received, "due": texts}, schema=dict.fromkeys(("received", "due"), pl.String))
    name = "received" if after is None else "due"
    return day_columns(cells, ("due",), SENTINELS, year).select(f"{name}_on", f"has_unreadable_{name}").rows()


@pytest.mark.parametrize(
    "text",
    [
        *("05/03/2026 08:30:00", "05/03/2026 08:30", "05/03/2026", "08:30 05/03/2026", "08:30:59 05/03/2026", "5/3/26"),
        *("5/3/2026", "05.03.2026", "5.3.2026", "05-03-2026", "5/03-2026", "2026-03-05", "2026/3/5", "05 / 03 / 2026"),
        *("2026-03-05 08:30:00", "2026-03-05T08:30:00", "2026-03-05T08:30:00.123456", "2026-03-05T08:30:00+07:00"),
        *("20260305083000", "202603050830", "20260305", "46086", "46086.354", "46086,354", "05/03/2026."),
        *("08 giờ 30 phút, ngày 05 tháng 03 năm 2026", "ngày 05 tháng 03 năm 2026", "Ngày 5 tháng 3 năm 2026."),
        *(
            "chiều 05/03/2026",
            "05/03/2026 (sáng)",
            "S 05/03/2026",
            "C 5/3/2026",
            "C5/3/2026",
            "05/03/2026 s",
            "8h30 5/3/2026",
        ),
        *("05/03/2026 08:30:00 SA", "05/03/2026 8:30 PM", "08:30 - 05/03/2026", "05/03/2026 - 08:30"),
    ],
)
def test_every_way_of_writing_a_day_gives_that_day(text: str) -> None:
    assert read(text) == [(FIFTH_OF_MARCH, False)]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "31/02/2026",
            "29/02/2026",
            "03/25/2026",
            "00/01/2026",
            "05/03/1999",
            "05/03/2100",
            "05/03/0026",
            "abc",
            "nt",
            "//",
        ),
        *("12345", "99999", "2026", "5", "0", "03/2026", "05/03/2026-06/03/2026", "05/03/2026-6/3/2026", "5/3 - 6/3"),
        *("5/3", "2026-13-01", "20261301"),
    ],
)
def test_what_is_no_day_or_could_be_two_is_told_and_never_guessed(text: str) -> None:
    assert read(text) == [(None, True)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-11T17:00:00.000Z", date(2026, 3, 12)),
        ("2026-03-11T16:59:59Z", date(2026, 3, 11)),
        ("2026-03-11 17:00:00+00:00", date(2026, 3, 12)),
        ("2026-03-12T01:30:00+0900", date(2026, 3, 11)),
        ("2026-03-12T00:00:00+07:00", date(2026, 3, 12)),
        ("12/03/2026 00:30 +07:00", date(2026, 3, 12)),
    ],
)
def test_a_stamp_of_a_zone_gives_the_day_it_was_in_viet_nam(text: str, day: date) -> None:
    assert read(text) == [(day, False)]


@pytest.mark.parametrize("text", ["11/03/2026 17:00:00Z", "12/03/2026 08:30 +09:00", "2026-03-11T17Z"])
def test_another_zone_beside_another_form_is_told_and_never_guessed(text: str) -> None:
    assert read(text) == [(None, True)]


def test_sentinels_and_empty_cells_are_empty_in_whatever_form() -> None:
    assert read("01/01/1900", "1900-01-01 00:00:00", "1/1/1900", "0001-01-01T00:00:00", None) == [(None, False)] * 5


def test_a_day_without_a_year_takes_the_year_of_the_book() -> None:
    assert read("sáng 5/3", "5-3", "ngày 5 tháng 3", "5.03", year=2026) == [(FIFTH_OF_MARCH, False)] * 4


def test_a_decimal_that_could_be_october_or_january_is_unreadable() -> None:
    assert read("5.1", year=2026) == [(None, True)]


def test_the_29th_of_february_is_unreadable_in_a_year_that_has_none() -> None:
    assert read("29/2", year=2026) == [(None, True)]
    assert read("29/2", year=2028) == [(date(2028, 2, 29), False)]


def test_a_later_day_without_a_year_is_the_first_one_after_receipt() -> None:
    received = [date(2026, 12, 28), date(2026, 3, 5), date(2026, 3, 1), None]
    assert [day for day, _ in read("5/1", "5/3", "5/3", "5/3", year=2026, after=received)] == [
        date(2027, 1, 5),
        FIFTH_OF_MARCH,
        FIFTH_OF_MARCH,
        FIFTH_OF_MARCH,
    ]


def test_the_year_of_a_column_counts_only_when_it_is_one() -> None:
    def year_of(*texts: str) -> int | None:
        return only_years(date_cells(pl.DataFrame({"received": texts})).full["received"]).item()

    assert year_of("05/03/2026", "6/4/26", "5/3", "01/01/1900") == 2026
    assert year_of("05/03/2026", "31/12/2025") is None
    assert year_of("5/3") is None


@given(
    OUR_DAYS,
    st.sampled_from(["%d/%m/%Y", "%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y", "%d.%m.%Y", "%Y-%m-%dT%H:%M:%S", "%Y%m%d"]),
)
def test_each_day_of_our_century_is_read_in_each_form(day: date, form: str) -> None:
    assert read(day.strftime(form)) == [(day, False)]


@given(OUR_DAYS)
def test_the_serial_number_of_excel_gives_the_day(day: date) -> None:
    assert read(str((day - date(1899, 12, 30)).days)) == [(day, False)]


@given(OUR_DAYS.filter(lambda day: (day.month, day.day) != (2, 29)), st.integers(0, 183))
def test_a_due_date_within_half_a_year_needs_no_year(received: date, days: int) -> None:
    due = received + timedelta(days=days)
    if due < received.replace(year=received.year + 1) and due.year <= 2099 and (due.month, due.day) != (2, 29):
        assert read(f"{due.day}/{due.month}", after=[received]) == [(due, False)]


def test_a_day_shortly_before_receipt_is_not_moved_to_the_next_year() -> None:
    assert read("5/3", after=[date(2026, 3, 10)]) == [(date(2026, 3, 5), False)]


@given(st.text(alphabet="abcxyz0123456789/:.- ", max_size=20))
def test_a_cell_is_a_day_or_empty_or_unreadable_and_never_two_of_these(text: str) -> None:
    [(day, is_unreadable)] = read(text)
    assert (day is None) or not is_unreadable
    assert day is None or 2000 <= day.year <= 2099  # pyright: ignore[reportAttributeAccessIssue] -- rows are untyped


def test_order_and_places_are_kept_among_all_forms() -> None:
    texts = ["5/3/26", None, "05/03/2026", "x?", "46086", "05/03/2026 08:30"]
    days = [day for day, _ in read(*texts)]
    assert days == [FIFTH_OF_MARCH, None, FIFTH_OF_MARCH, None, FIFTH_OF_MARCH, FIFTH_OF_MARCH]
