from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.recognise.grids import BOOK_HEADER, IGATE_HEADER, Row, book_row, igate_row, read, row

NUMBERS = [f"({n})" for n in range(1, 10)]
BETWEEN = [row(), row("Tháng 3/2026"), row("I. Lĩnh vực Hộ tịch"), row("Cộng trang: 10"), BOOK_HEADER]
LINES = [book_row(n) for n in range(1, 6)]
LINES[1][0] = LINES[1][8] = None
LINES[3] = [None, "nt", None, "Trần Thị Mẫu", "//", "nt", None, None, None]
LINES[4] = row("5", None, None, "Trần Thị Mẫu")


@settings(deadline=None)  # the first example folds the words of all profiles
@given(st.lists(st.tuples(st.integers(0, len(LINES)), st.sampled_from(BETWEEN)), max_size=8))
def test_what_is_printed_between_the_lines_never_changes_them(insertions: list[tuple[int, Row]]) -> None:
    pieces = [[line for place, line in insertions if place == n] for n in range(len(LINES) + 1)]
    rows = [*pieces[0], *(line for n, data in enumerate(LINES) for line in (data, *pieces[n + 1]))]
    plain, printed = read(BOOK_HEADER, *LINES), read(BOOK_HEADER, *rows)
    assert printed.rows.drop("row").equals(plain.rows.drop("row"))
    assert printed.rows.height + printed.not_data.height == 1 + len(rows)


@settings(deadline=None)
@given(st.permutations(range(len(IGATE_HEADER))))
def test_the_order_of_columns_never_changes_their_meaning(order: list[int]) -> None:
    lines = [igate_row(n) for n in (1, 2, 3)]
    shuffled = [[line[place] for place in order] for line in (IGATE_HEADER, *lines)]
    assert read(*shuffled).rows.equals(read(IGATE_HEADER, *lines).rows)


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from([None, "1", "Lê Văn", "05/03/2026", "Tổng", "Chủ tịch", "-", "260305-0001"]),
                         min_size=9, max_size=9), max_size=6))  # fmt: skip
def test_no_row_is_ever_lost_or_told_twice(rows: list[Row]) -> None:
    table = read(BOOK_HEADER, *rows)
    told = [*table.rows["row"], *table.not_data["row"]]
    assert sorted(told) == list(range(1, len(rows) + 2))


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from([None, "Lê Văn", "Tổng cộng", "Chủ tịch", "Tháng 3"]), min_size=9, max_size=9),
                max_size=6), st.sampled_from([(1, "000.17.22.H56-260305-0001"), (5, "05/03/2026")]))  # fmt: skip
def test_a_row_with_a_code_or_a_date_in_its_column_is_always_data(rows: list[Row], key: tuple[int, str]) -> None:
    place, cell = key
    for line in rows:
        line[place] = cell
    assert read(BOOK_HEADER, *rows).rows.height == len(rows)
