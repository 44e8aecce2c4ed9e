"""The business date is Viet Nam's whatever the machine's zone; a clock that goes back or leaps stops the night."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import ExitCode

if TYPE_CHECKING:
    from tests.night.conftest import Office

ROOT = Path(__file__).parents[2]
ASKED = "from pipeline.cli.options import business_day; print(business_day(None))"
ZONES = ("UTC", "America/Los_Angeles", "Asia/Ho_Chi_Minh", "Pacific/Kiritimati", ":/nowhere")
BUSINESS_DATES = {  # the moment in UTC → the date in Viet Nam, seven hours ahead
    "2026-03-09 16:55:00": "2026-03-09",
    "2026-03-09 17:00:00": "2026-03-10",  # midnight there, the day before on a machine in UTC
    "2026-03-09 23:59:59": "2026-03-10",
    "2026-03-10 00:00:00": "2026-03-10",
    "2028-02-28 17:00:00": "2028-02-29",
    "2028-02-29 17:00:00": "2028-03-01",
    "2027-02-28 17:00:00": "2027-03-01",
    "2026-12-31 16:55:00": "2026-12-31",
    "2026-12-31 17:00:00": "2027-01-01",
    "2026-03-29 01:30:00": "2026-03-29",  # an hour that Europe's clocks leave out
    "2038-01-19 03:14:08": "2038-01-19",  # a second more than 32 bits hold
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is missing: apt install faketime"),
]


def at(moment: str, *words: str | Path, zone: str = "UTC") -> subprocess.CompletedProcess[str]:
    """A Python program that is told this time, in UTC, on a machine of this zone."""
    command = ["faketime", f"{moment} UTC", sys.executable, *map(str, words)]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=False
    )


def night_at(office: Office, moment: str, zone: str = "UTC") -> subprocess.CompletedProcess[str]:
    return at(moment, "-m", "pipeline", "nightly", "--json", "--home", office.home.folder, zone=zone)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("moment", BUSINESS_DATES)
def test_the_business_date_is_viet_nams(moment: str, zone: str) -> None:
    ended = at(moment, "-c", ASKED, zone=zone)
    assert ended.stdout.strip() == BUSINESS_DATES[moment], ended.stderr


@pytest.mark.parametrize("moment", ["1970-01-01 00:00:10", "1999-12-31 16:55:00", "2099-12-31 17:00:00"])
def test_a_clock_without_a_battery_stops_the_night(office: Office, moment: str) -> None:
    office.export()
    ended = night_at(office, moment)
    assert ended.returncode == ExitCode.CONFIG, ended.stderr
    assert "clock" in ended.stderr
    assert [*office.home.state.glob("*.duckdb")] == []


def test_a_night_after_midnight_there_is_of_the_new_day(office: Office) -> None:
    office.export()
    office.book()
    ended = night_at(office, "2026-03-09 17:30:00", "America/Los_Angeles")
    assert ended.returncode == ExitCode.COMPLETE, ended.stderr
    assert json.loads(ended.stdout)["run_id"].startswith("20260310")
    assert office.state["run"]["business_date"].to_list()[0].isoformat() == "2026-03-10"
    assert [path.name for path in office.home.reports.iterdir()] == ["2026-03-10"]


@pytest.mark.parametrize("moment", ["2026-03-08 10:00:00", "2028-03-09 10:00:00"], ids=["went back", "leapt"])
def test_a_clock_that_went_back_or_leapt_changes_nothing(office: Office, moment: str) -> None:
    office.export()
    office.book()
    assert night_at(office, "2026-03-09 10:00:00").returncode == ExitCode.COMPLETE
    before = sorted(office.home.state.glob("*.duckdb"))
    office.export(name="igate2.csv")
    ended = night_at(office, moment)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (ExitCode.CONFIG, 2), ended.stderr
    assert "clock" in ended.stderr
    assert sorted(office.home.state.glob("*.duckdb")) == before
    assert night_at(office, "2026-03-10 10:00:00").returncode in {ExitCode.COMPLETE, ExitCode.DEGRADED}


@pytest.mark.parametrize(("last", "next_"), [("2028-02-28", "2028-02-29"), ("2026-12-31", "2027-01-01")])
def test_leap_days_and_new_year_are_days_like_any_other(office: Office, last: str, next_: str) -> None:
    office.export()
    office.book()
    for day in (last, next_):
        ended = night_at(office, f"{day} 10:00:00")
        assert ended.returncode in {ExitCode.DEGRADED, ExitCode.NO_INPUT}, ended.stderr  # the export is old by then
    assert [day.isoformat() for day in office.state["run"]["business_date"].sort()] == [last, next_]
