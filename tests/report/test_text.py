import os
import re
import unicodedata
from pathlib import Path

import polars as pl
import pytest

from pipeline.report.text import URGENT_LINES, render_text
from tests.report.outcomes import FILE_TYPES, make_outcome, one_mismatch, sample

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_report_reads_like_the_golden_file(lang: str) -> None:
    text = render_text(sample(lang))
    path = GOLDEN / f"{lang}.txt"
    if os.environ.get("WRITE_GOLDEN"):  # WRITE_GOLDEN=1 pytest tests/report/test_text.py; then read the difference
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [20, 80, 100, 120, 200])
def test_no_line_is_wider_than_the_terminal_or_than_the_least_width(width: int) -> None:
    assert max(map(len, render_text(sample("vi"), width=width).splitlines())) <= max(width, 80)


@pytest.mark.parametrize("width", [80, 120])
def test_every_code_and_place_stands_whole_in_the_text(width: int) -> None:
    text = render_text(sample("vi"), width=width)
    whole = ("000.17.22.H56-260324-0004", "31/03/26", "so_theo_doi.xlsx:11", "igate.csv:15")
    assert [word for word in whole if word not in text] == []


def test_plain_text_has_no_control_characters_and_the_same_words_as_the_coloured() -> None:
    plain, coloured = (render_text(sample("vi"), colour=colour) for colour in (False, True))
    assert {letter for letter in plain if unicodedata.category(letter).startswith("C")} == {"\n"}
    uncoloured = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert uncoloured != coloured
    assert uncoloured.split() == plain.split()


def test_the_last_heading_is_not_cropped() -> None:
    assert "Where (book, software)" in render_text(sample("en"))


def test_no_applicant_is_named() -> None:
    assert "Nguyễn Thị Thử" not in render_text(sample("vi"))


@pytest.mark.parametrize("column", ["officer", "procedure_name", "dossier_code", "feed_file", "logbook_file"])
def test_escape_sequences_and_markup_from_data_do_not_reach_the_terminal(column: str) -> None:
    text = render_text(make_outcome(one_mismatch(**{column: "a\x1b[2Jb\u202e\r\x07[red]x"})))
    assert {letter for letter in text if unicodedata.category(letter).startswith("C")} == {"\n"}
    assert "[red]" in text


def test_more_urgent_lines_than_fit_are_counted_and_the_command_for_the_rest_is_named() -> None:
    lines = [one_mismatch(feed_row=row, logbook_row=row) for row in range(1000, 1000 + URGENT_LINES + 5)]
    text = render_text(make_outcome(*lines))
    assert f"{URGENT_LINES} trên {URGENT_LINES + 5} dòng" in text
    assert len(re.findall(r"igate\.csv:\d{4}", text)) == URGENT_LINES
    assert "--format xlsx --output" in text


def test_officers_beyond_a_screenful_are_counted() -> None:
    text = render_text(make_outcome(*(one_mismatch(officer=f"Cán bộ {number:02}") for number in range(18))))
    assert "(và 3 người khác)" in text


def test_a_day_without_findings_says_so_and_still_accounts_for_the_files() -> None:
    files = pl.DataFrame([("a.csv", "igate", 5, 4, 0, 1, "header 1")], schema=FILE_TYPES, orient="row")
    text = render_text(make_outcome(files=files))
    assert "Không thấy sai lệch nào." in text
    assert re.search(r"^Cộng +5 +4 +0 +1$", text, re.MULTILINE)
    assert not any(word in text for word in ("CẦN KIỂM TRA", "LƯU Ý", "DÒNG BỊ CÁCH LY", "THEO CÁN BỘ", "--format"))


def test_a_rule_of_a_users_own_is_called_by_its_name() -> None:
    assert "my_own_rule" in render_text(make_outcome(one_mismatch(rule_id="M90", rule="my_own_rule")))
