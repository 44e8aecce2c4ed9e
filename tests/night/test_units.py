"""A home of several units: each line and each mail is its own unit's, and a side that is missing is no good news."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from pipeline.deliver.journal import Journal
from pipeline.deliver.settings import read_mail
from pipeline.errors import ConfigFault, ExitCode
from pipeline.night.post import JOURNAL, waiting_mails
from pipeline.normalise.codes import units_as_read
from pipeline.run import take_in
from pipeline.settings import load_settings
from tests.cli.files import ROWS, dossier, still_open
from tests.night.conftest import MONDAY
from tests.night.test_post import parsed

if TYPE_CHECKING:
    from tests.cli.files import Row
    from tests.night.conftest import Office

TUESDAY = MONDAY + timedelta(days=1)
OWN, OTHER = "H56.17.22", "H56.17.99"
MAIL = """
[mail]
sender = "doichieu@example.org"
owner = ["thongke@example.org"]
[mail.units]
"{}" = ["xa@example.org"]
"{}" = ["xa.khac@example.org"]
"""


def text_to(office: Office, recipient: str) -> str:
    """The newest mail's words for an address, blanks made one."""
    data = office.state["outbox"].filter(recipient=recipient)["data"].to_list()[-1]
    body = parsed(data).get_body(("plain",))
    assert body
    return " ".join(body.get_content().split())


def of(unit: str, row: Row) -> Row:
    return row | {"code": row["code"].replace(OWN, unit)}


def test_a_line_is_of_the_unit_whose_book_it_stands_in_whatever_its_code_says(office: Office) -> None:
    office.configure(MAIL.format(OWN, OTHER))
    office.export(*ROWS, *(of(OTHER, dossier(number)) for number in range(11, 17)))
    lost = [of(OTHER, dossier(21, name="Tạ Bích Loan")), dossier(22, code="", name="Ung Văn Khiêm")]
    office.book(*ROWS, *lost)
    office.book(*(of(OTHER, dossier(number)) for number in range(11, 17)), name="so_khac.csv")
    night = office.night().night
    assert night
    missing = night.open.filter(rule_id="M05")
    assert (missing.height, set(missing["unit_code"])) == (2, {OWN})
    assert "Tất cả" not in text_to(office, "xa.khac@example.org")
    assert "Mọi việc đều ổn" in text_to(office, "xa.khac@example.org")


@pytest.mark.parametrize("side", ["book", "export"])
def test_with_one_side_alone_the_night_is_not_complete_and_nothing_is_well(office: Office, side: str) -> None:
    office.configure(MAIL.format(OWN, OTHER))
    getattr(office, side)(*ROWS)
    ended = office.night()
    assert ended.exit_code is ExitCode.DEGRADED
    told = text_to(office, "thongke@example.org")
    assert "Mọi việc đều ổn" not in told
    assert told.count("chưa thể đối chiếu") == 1


def test_a_unit_hears_that_its_own_book_is_missing_and_so_does_the_owner(office: Office) -> None:
    office.configure(f'{MAIL.format(OWN, OTHER)}[units]\n"{OTHER}" = "Xã Mẫu"\n"{OWN}" = "Xã Thử"\n')
    office.export(*ROWS, *(of(OTHER, still_open(number)) for number in range(11, 17)))
    office.book(*ROWS)
    office.night()
    assert "Không có sổ theo dõi nào" in text_to(office, "xa.khac@example.org")
    assert "Không có sổ theo dõi nào" not in text_to(office, "xa@example.org")
    assert "1 đơn vị vì không có sổ: Xã Mẫu" in text_to(office, "thongke@example.org")


def test_a_unit_of_which_nothing_ever_came_is_told_to_look_at_its_code(office: Office) -> None:
    office.configure(MAIL.format(OWN, OTHER))
    office.export()
    office.book()
    office.night()
    told = text_to(office, "xa.khac@example.org")
    assert ("kiểm tra mã đơn vị" in told, "Mọi việc đều ổn" in told) == (True, False)


def test_a_units_code_may_be_written_in_small_letters(office: Office) -> None:
    office.configure(MAIL.format(f" {OWN.lower()} ", OTHER))
    office.export()
    office.book()
    office.night()
    assert "2 hồ sơ" in text_to(office, "xa@example.org")


@pytest.mark.parametrize(
    ("written", "code"),
    [("17.22.h56", "000.17.22.H56"), ("O00-17-22-H56 ", "000.17.22.H56"), (" h56.17.22", "H56.17.22"), ("H56", "H56")],
)
def test_an_agencys_code_is_understood_as_people_write_it(written: str, code: str) -> None:
    assert units_as_read([written, "xã Mẫu"], load_settings().feeds["igate"].codes) == [code, "xã Mẫu"]


def test_an_officers_name_in_capitals_is_still_that_officers_and_an_accent_makes_another(office: Office) -> None:
    office.configure(f'{MAIL.format(OWN, OTHER)}[mail.officers]\n"Trần Văn Mẫu" = "mau@example.org"\n')
    rows = [still_open(1, officer="TRẦN  VĂN MẪU"), still_open(3, officer="Trần Văn Mấu")]
    office.export(*rows, dossier(5))
    office.book(*rows, dossier(5))
    office.night()
    mail = text_to(office, "mau@example.org")
    assert (dossier(1)["code"] in mail, dossier(3)["code"] in mail) == (True, False)


def test_a_mail_that_waits_for_an_address_that_was_taken_away_is_not_sent(office: Office) -> None:
    office.configure(MAIL.format(OWN, OTHER))
    office.export()
    office.book()
    office.night()
    (office.home.outbox / JOURNAL).unlink()
    office.configure(MAIL.format(OWN, OTHER).replace("xa.khac@", "xa.moi@"))
    mail = read_mail(office.tonight(MONDAY).settings.mail, office.home.folder)
    waiting = waiting_mails(office.state, Journal(office.home.outbox / JOURNAL), mail)
    assert {one.recipient for one in waiting} == {"thongke@example.org", "xa@example.org"}


def test_an_older_months_file_is_not_missing_when_a_newer_one_came(office: Office) -> None:
    old = {"received": "02/02/2026", "due": "09/02/2026", "finished": "06/02/2026", "returned": "06/02/2026"}
    codes = {number: f"{OWN}-260202-{number:04}" for number in range(31, 37)}
    office.export(name="igate_03.csv")
    office.export(*(dossier(number, **old, code=code) for number, code in codes.items()), name="igate_02.csv")
    office.book()
    ended = office.night()
    assert ended.night
    assert set(ended.night.sources["verdict"]) == {"accepted"}
    assert ended.exit_code is ExitCode.COMPLETE


def test_a_source_of_which_every_row_came_again_from_another_is_no_longer_missed(office: Office) -> None:
    office.export(*(of(OTHER, dossier(number)) for number in range(11, 17)), name="igate_khac.csv")
    office.export()
    office.book()
    office.night()
    later = MONDAY + timedelta(days=21)
    both = (*ROWS, *(of(OTHER, dossier(number)) for number in range(11, 17)), dossier(7, received="27/03/2026"))
    office.export(*both, name="igate_gop.csv")
    office.book(*ROWS, dossier(7, received="27/03/2026"))
    night = office.night(later).night
    assert night
    assert night.sources.filter(verdict="missing")["file"].to_list() == []


def test_the_clock_is_looked_at_before_a_file_is_taken_in_by_hand(office: Office) -> None:
    path = office.export()
    office.book()
    office.night()
    with pytest.raises(ConfigFault, match="does not follow"):
        take_in(office.tonight(MONDAY + timedelta(days=3650)), [path])


def test_the_sides_of_each_unit_add_up_to_the_state(office: Office) -> None:
    office.export(*ROWS, *(of(OTHER, dossier(number)) for number in range(11, 17)))
    office.book()
    night = office.night().night
    assert night
    assert night.sides is not None
    assert night.sides.sort("unit_code").rows() == [(OWN, 6, 6), (OTHER, 0, 6)]
    assert night.sides.select(pl.col("lines", "records").sum()).row(0) == (6, 12)
