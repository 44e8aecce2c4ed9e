from __future__ import annotations

import csv
import stat
import tomllib
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from pipeline.errors import IoFault, UsageFault
from pipeline.init import BOOK, CATALOGUE, CONFIG, FOLDERS, SHEET_OF_TEXT, initialise
from pipeline.logbook_template import LOGBOOK_WIDTHS
from pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from pathlib import Path

CODE_SHAPE = (
    'AND(MID(B5,FIND("-",B5)+7,1)="-",ISNUMBER(--MID(B5,FIND("-",B5)+1,6)),ISNUMBER(--MID(B5,FIND("-",B5)+8,9)),'
    'LEN(B5)>FIND("-",B5)+10,LEN(B5)<FIND("-",B5)+14,COUNTIF(B$5:B$2004,B5)=1)'
)
FORM_07 = [
    *("TT", "Mã hồ sơ", "Tên TTHC", "Số lượng hồ sơ (bộ)", "Tên cá nhân, tổ chức", "Địa chỉ, số điện thoại"),
    *("Cơ quan chủ trì giải quyết", "Nhận hồ sơ", "Hẹn trả kết quả", "Trả kết quả", "Phương thức nhận kết quả"),
    *("Ký nhận", "Ghi chú"),
]


def test_a_new_home_has_its_files_and_folders_and_says_so(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    made = initialise(home)
    assert made == [home / name for name in (CONFIG, CATALOGUE, BOOK, SHEET_OF_TEXT, *FOLDERS)]
    assert sorted(home.iterdir()) == sorted(made)


def test_nobody_else_can_read_a_new_home(tmp_path: Path) -> None:
    made = initialise(tmp_path / "home")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in [tmp_path / "home", *made] if path.is_dir()}
    assert modes == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in made if path.is_file()} == {0o600}


def test_files_that_are_there_are_all_named_and_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text("lang = 'en'")
    (tmp_path / BOOK).write_bytes(b"mine")
    (tmp_path / "inbox").write_bytes(b"a file where a folder should be")
    with pytest.raises(UsageFault) as refusal:
        initialise(tmp_path)
    assert all(name in refusal.value.message for name in (CONFIG, BOOK, "inbox"))
    assert SHEET_OF_TEXT not in refusal.value.message
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([CONFIG, BOOK, "inbox"])
    assert (tmp_path / BOOK).read_bytes() == b"mine"


def test_a_link_that_leads_nowhere_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / CONFIG).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageFault, match=CONFIG):
        initialise(tmp_path)


def test_folders_that_are_there_are_kept_with_what_they_hold(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "igate.csv").write_bytes(b"mine")
    made = initialise(tmp_path)
    assert tmp_path / "inbox" not in made
    assert (tmp_path / "inbox" / "igate.csv").read_bytes() == b"mine"


def test_a_home_that_cannot_be_made_is_an_io_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(IoFault, match="cannot be made"):
        initialise(tmp_path / "file" / "home")


def test_the_configuration_loads_and_changes_nothing(tmp_path: Path) -> None:
    initialise(tmp_path)
    assert load_settings(tmp_path / CONFIG) == load_settings()


def test_the_configuration_names_every_setting(tmp_path: Path) -> None:
    initialise(tmp_path)
    text = (tmp_path / CONFIG).read_text(encoding="utf-8")
    assert [setting.name for setting in fields(Settings) if setting.name not in text] == []


def test_the_examples_of_the_configuration_load_when_their_marks_are_removed(tmp_path: Path) -> None:
    initialise(tmp_path)
    lines = (tmp_path / CONFIG).read_text(encoding="utf-8").splitlines()
    examples = [line.removeprefix("# ") if line.startswith(("# [", '# "')) or " = " in line else line for line in lines]
    assert {"holidays", "procedures", "unit_code"} <= tomllib.loads("\n".join(examples)).keys()
    (tmp_path / CONFIG).write_text("\n".join(examples), encoding="utf-8")
    settings = load_settings(tmp_path / CONFIG)
    assert (settings.unit_code, settings.feeds["mot_cua_tinh"].title) == ("H56.17.22", "Một cửa tỉnh")
    assert "Chờ ký số" in settings.feeds["igate"].states["open"]


def test_the_logbook_templates_have_the_columns_of_form_07(tmp_path: Path) -> None:
    initialise(tmp_path)
    sheet = load_workbook(tmp_path / BOOK).worksheets[0]
    assert [cell.value for cell in sheet[4]] == FORM_07 == list(LOGBOOK_WIDTHS)
    assert (tmp_path / SHEET_OF_TEXT).read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / SHEET_OF_TEXT).open(encoding="utf-8-sig", newline="") as text:
        assert list(csv.reader(text)) == [FORM_07]


def test_the_logbooks_feed_knows_every_heading_of_the_template() -> None:
    known = {heading for headings in load_settings().feeds["logbook"].columns.values() for heading in headings}
    assert set(FORM_07) <= known


def test_the_workbook_has_a_title_a_frozen_header_and_no_lines(tmp_path: Path) -> None:
    initialise(tmp_path)
    sheet = load_workbook(tmp_path / BOOK).worksheets[0]
    assert str(sheet["A2"].value).startswith("Quyển số:")
    assert "Năm:" in str(sheet["A2"].value)
    assert sheet.freeze_panes == "C5"
    written = {cell.coordinate: cell.value for row in sheet.iter_rows(min_row=5) for cell in row if cell.value}
    assert {name[0] for name in written} == {"A"}  # the number of each line, which shows once the line is begun
    assert written["A5"] == '=IF(B5&E5="","",ROW()-4)'


def test_the_workbook_checks_dates_and_offers_ways_of_return(tmp_path: Path) -> None:
    initialise(tmp_path)
    checks = {
        str(check.sqref): (check.type, check.errorStyle, check.formula1)
        for check in load_workbook(tmp_path / BOOK).worksheets[0].data_validations.dataValidation
    }
    assert checks == {
        "B5:B2004": ("custom", "warning", CODE_SHAPE),
        "H5:H2004": ("date", None, "36526"),
        "I5:I2004": ("custom", "warning", "AND(ISNUMBER(I5),I5>=H5)"),
        "J5:J2004": ("custom", "warning", "AND(ISNUMBER(J5),J5>=H5)"),
        "K5:K2004": ("list", None, '"Trực tiếp,Trực tuyến,Bưu chính công ích"'),
    }


def test_codes_are_typed_as_text_and_dates_as_dates(tmp_path: Path) -> None:
    initialise(tmp_path)
    book = load_workbook(tmp_path / BOOK)
    columns = book.worksheets[0].column_dimensions
    days = columns["H"]  # adjacent columns of one look are one entry
    assert (columns["B"].number_format, days.number_format, days.min, days.max) == ("@", "dd/mm/yyyy", 8, 10)
