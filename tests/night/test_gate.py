from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import ExitCode, UsageFault
from pipeline.night.care import release
from tests.cli.files import ROWS, book_text, dossier, export_text
from tests.night.conftest import MONDAY

if TYPE_CHECKING:
    from datetime import date

    from tests.cli.files import Row
    from tests.night.conftest import Office

DAYS = [MONDAY + timedelta(days=number) for number in range(12)]


def many(count: int, day: date = MONDAY, first: int = 1) -> list[Row]:
    return [dossier(number, finished=f"{day:%d/%m/%Y}") for number in range(first, first + count)]


def delivered(office: Office, day: date, text: str, name: str = "igate.csv") -> str | None:
    """The night after this file: why it was held, or None."""
    (office.home.inbox / name).write_text(text, encoding="utf-8")
    office.night(day)
    load = office.state["load"].filter(file=name).row(-1, named=True)
    assert load["verdict"] == ("held" if load["why"] else "accepted")
    return load["why"]


def usual(office: Office, rows: int = 40, nights: int = 4) -> date:
    """Some nights with an export of about as many rows; gives the next day."""
    for number in range(nights):
        assert delivered(office, DAYS[number], export_text(*many(rows + number, DAYS[number]))) is None
    return DAYS[nights]


def test_a_file_without_rows_is_held(office: Office) -> None:
    office.book()
    assert (
        delivered(office, MONDAY, export_text(*ROWS).splitlines()[0] + "\n" + export_text().splitlines()[1])
        == "no_rows"
    )


@pytest.mark.parametrize(("rows", "why"), [(33, None), (32, "shrunk"), (85, None), (86, "grown")])
def test_a_file_of_unusual_size_is_held(office: Office, rows: int, why: str | None) -> None:
    day = usual(office)  # 40 to 43 rows and their two rows of title and header: 43.5 in the middle
    assert delivered(office, day, export_text(*many(rows, day))) == why


def test_nothing_is_unusual_before_there_is_a_history(office: Office) -> None:
    day = usual(office, nights=2)
    assert delivered(office, day, export_text(*many(5, day))) is None


def test_small_books_may_grow(office: Office) -> None:
    for number, rows in enumerate((3, 4, 6, 15)):
        text = book_text(*many(rows, DAYS[number]))
        assert delivered(office, DAYS[number], text, "so_theo_doi.csv") is None


def test_a_total_row_that_disagrees_holds_the_file(office: Office) -> None:
    rows = export_text(*many(6))
    assert delivered(office, MONDAY, rows + "Tổng số: 8 hồ sơ,,,,,,,,,\n") == "stated_total"
    assert delivered(office, DAYS[1], rows + "Tổng số: 6 hồ sơ,,,,,,,,,\n") is None


def test_one_screen_page_of_many_is_held(office: Office) -> None:
    numbered = [f"{number},{line}" for number, line in enumerate(export_text(*many(10), title=False).splitlines())]
    text = "\n".join(["STT" + numbered[0][1:], *numbered[1:]])
    assert delivered(office, MONDAY, text) is None
    assert delivered(office, DAYS[1], text.replace("\n10,", "\n20,")) == "missing_numbers"


def test_days_far_from_all_that_came_before_are_held(office: Office) -> None:
    day = usual(office, nights=1)
    of_another_year = export_text(*many(6, day)).replace("/03/2026", "/03/2023").replace("-2603", "-2303")
    assert delivered(office, day, of_another_year) == "days_apart"


def test_many_days_to_come_hold_the_file_and_a_slip_of_the_pen_does_not(office: Office) -> None:
    rows = many(40)
    assert delivered(office, MONDAY, export_text(*rows[1:], rows[0] | {"finished": "01/12/2026"})) is None
    assert delivered(office, DAYS[1], export_text(*many(40, DAYS[6]))) == "future"


def test_rows_that_are_mostly_invalid_hold_the_file(office: Office) -> None:
    rows = many(6)
    broken = [row | {"code": "không rõ"} for row in rows[:4]]
    assert delivered(office, MONDAY, export_text(*broken, *rows[4:])) == "mostly_quarantined"


def test_bounds_are_configured(office: Office) -> None:
    office.configure("[gate]\nleast_share = 0.1")
    day = usual(office)
    assert delivered(office, day, export_text(*many(10, day))) is None


# letting in


def test_a_held_file_changes_nothing_until_it_is_let_in_with_a_reason(office: Office) -> None:
    office.book()
    assert delivered(office, MONDAY, export_text() + "Tổng số: 99 hồ sơ,,,,,,,,,\n") == "stated_total"
    assert office.state["case_row"].is_empty()
    held = office.state["load"].filter(verdict="held")["content_hash"][0]
    assert release(office.home, held[:8], "trang cuối trống", "lan") == "igate.csv"
    ended = office.night()
    assert ended.exit_code is ExitCode.COMPLETE
    assert office.ledger() == {1: "open", 2: "open"}
    (load,) = office.state["load"].filter(feed="igate").to_dicts()
    assert (load["verdict"], load["released_by"], load["released_why"]) == ("accepted", "lan", "trang cuối trống")


@pytest.mark.parametrize("content_hash", ["", "abc", "ffffffffffff"])
def test_a_hash_that_names_no_held_file_is_refused_with_those_that_wait(office: Office, content_hash: str) -> None:
    office.book()
    delivered(office, MONDAY, export_text() + "Tổng số: 99 hồ sơ,,,,,,,,,\n")
    with pytest.raises(UsageFault) as told:
        release(office.home, content_hash, "", "lan")
    assert "igate.csv" in told.value.tip


def test_a_held_file_delivered_again_is_still_held(office: Office) -> None:
    office.book()
    text = export_text() + "Tổng số: 99 hồ sơ,,,,,,,,,\n"
    delivered(office, MONDAY, text)
    assert delivered(office, DAYS[1], text) == "stated_total"
    assert office.state["case_row"].is_empty()


@pytest.mark.parametrize("books_before", [1, 2, 3])
def test_a_later_export_that_is_let_in_ends_the_waiting_of_a_held_one(office: Office, books_before: int) -> None:
    office.book()
    for number in range(1, books_before):
        office.book(dossier(6 + number, line="7"), name=f"so_theo_doi_{number}.csv")
    delivered(office, MONDAY, export_text() + "Tổng số: 99 hồ sơ,,,,,,,,,\n")
    assert delivered(office, DAYS[1], export_text(*ROWS, dossier(7, finished="10/03/2026"))) is None
    assert office.ledger() == {1: "open", 2: "open"}
    ended = office.night(DAYS[2])
    assert ended.night
    assert "held" not in ended.night.sources["verdict"].to_list()
    assert ended.exit_code is ExitCode.COMPLETE


def test_another_book_does_not_end_the_waiting_of_a_held_one(office: Office) -> None:
    office.export()
    assert delivered(office, MONDAY, book_text() + "Tổng số: 99 hồ sơ,,,,,,,,\n", "so_theo_doi_1.csv") == "stated_total"
    assert delivered(office, DAYS[1], book_text(dossier(7, line="7")), "so_theo_doi_2.csv") is None
    assert "held" in office.night(DAYS[2]).night.sources["verdict"].to_list()  # type: ignore[union-attr] -- the first run of a day


def test_a_refused_file_is_read_again_once_the_configuration_explains_it(office: Office) -> None:
    office.book()
    strange = export_text().replace("Số hồ sơ", "Mã lạ")
    (office.home.inbox / "igate.csv").write_text(strange, encoding="utf-8")
    office.night()
    assert office.verdicts()["igate.csv"] == "refused"
    office.configure('[feeds.igate.columns]\ndossier_code = ["Mã lạ"]\n')
    (office.home.inbox / "igate.csv").write_text(strange, encoding="utf-8")
    office.night()
    assert office.verdicts()["igate.csv"] == "accepted"
