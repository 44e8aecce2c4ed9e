from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from pipeline.night.standing import last_night
from pipeline.night.trend import open_by_day
from pipeline.settings import load_settings
from tests.cli.files import dossier
from tests.night.conftest import MONDAY

if TYPE_CHECKING:
    from tests.night.conftest import Office

OPEN = {"status": "Đang xử lý", "finished": ""}
TUESDAY = MONDAY + timedelta(days=1)


def deliver(office: Office, day: date, *still_open: int) -> None:
    rows = [dossier(number, **(OPEN if number in still_open else {})) for number in range(1, 7)]
    office.export(*rows, name=f"igate_{day:%d}.csv")
    office.book(*(dossier(number) for number in range(1, 7)))
    office.night(day)


def test_each_run_has_what_was_open_after_it(office: Office) -> None:
    deliver(office, MONDAY, 1, 2, 3)
    deliver(office, TUESDAY, 1)
    assert open_by_day(office.state).select("day", "work").rows() == [(MONDAY, 3), (TUESDAY, 1)]


def test_a_state_without_a_run_has_no_trend(office: Office) -> None:
    assert open_by_day(office.state).is_empty()


def test_the_last_night_out_of_the_state_is_the_night_that_was_reported(office: Office) -> None:
    deliver(office, MONDAY, 1, 2, 3)
    deliver(office, TUESDAY, 1)
    night, trend = last_night(office.home, load_settings(office.home.config))
    assert (night.outcome.as_of, night.previous_on) == (TUESDAY, MONDAY)
    assert (night.open.filter(rule_id="M01").height, night.fixed.filter(rule_id="M01").height) == (1, 2)
    assert night.outcome.mismatches.height == night.open.height
    assert trend["work"].to_list() == [3, 1]


def test_the_night_files_its_page_beside_the_workbook(office: Office) -> None:
    deliver(office, MONDAY, 1)
    page = (office.home.reports / f"{MONDAY}" / "doichieu.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
