from __future__ import annotations

import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from lxml import etree
from lxml.html import fromstring

from tests.report.mails import html_of, mail_of, text_of
from tests.report.nights import (
    BOOK,
    HELD,
    MISSING,
    OVERDUE,
    PREVIOUS,
    make_night,
    one_entry,
    one_source,
    sample_night,
)
from tests.report.outcomes import AS_OF

GOLDEN = Path(__file__).parent / "golden"
OLD = one_source(arrived_on=PREVIOUS, age=1)


def flat(text: str) -> str:
    """The text with its lines joined, so that a test can look for a sentence."""
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("kind", ["daily", "weekly"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_plain_text_reads_like_the_golden_file(lang: str, kind: str) -> None:
    text = text_of(sample_night(), lang=lang, kind=kind, attach_work_list=True)
    path = GOLDEN / f"mail_{kind}_{lang}.txt"
    if os.environ.get("WRITE_GOLDEN"):  # WRITE_GOLDEN=1 pytest tests/report/test_mail_page.py; then read the difference
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_plain_text_has_no_line_wider_than_a_mail_program_shows() -> None:
    assert max(map(len, text_of(sample_night()).splitlines())) <= 76


# The first screen


def test_the_first_screen_counts_late_savable_and_what_changed() -> None:
    lines = [
        one_entry(1, **OVERDUE),
        one_entry(2, close_by=AS_OF, first_seen_on=AS_OF),
        one_entry(3, close_by=date(2026, 4, 5)),
        one_entry(4, close_by=date(2026, 4, 6)),
        one_entry(5, **OVERDUE, needs_review=True),
    ]
    text = flat(text_of(make_night(*lines, fixed=[one_entry(9, resolved_on=AS_OF)]), lang="en"))
    assert "1 overdue only because not closed" in text
    assert "1 stay on time if closed on 31/03/2026" in text
    assert "2 stay on time if closed this week, until the end of 05/04/2026" in text
    assert "1 lines to check" in text
    assert "Since the report of 30/03/2026: new 1, fixed 1." in text


def test_the_first_report_says_so() -> None:
    assert "Đây là báo cáo đầu tiên: 1 hồ sơ cần xử lý." in text_of(make_night(one_entry(), previous_on=None))


def test_large_numbers_are_grouped_as_the_language_does() -> None:
    lines = [one_entry(number, **OVERDUE) for number in range(1, 1235)]
    assert "1.234 hồ sơ đang bị tính quá hạn" in text_of(make_night(*lines))
    assert "1,234 overdue only" in text_of(make_night(*lines), lang="en")


def test_the_chairman_reads_the_share_that_never_was_late() -> None:
    night = make_night(one_entry(1, **OVERDUE), one_entry(2, **OVERDUE, logbook_returned_on=date(2026, 3, 30)))
    sentence = "Trong 2 hồ sơ phần mềm đang tính quá hạn, 1 hồ sơ (50%) đã trả đúng hẹn trên sổ."
    assert sentence in flat(text_of(night, audience="chairman"))
    assert sentence not in flat(text_of(night))


# Lines


@pytest.mark.parametrize(("audience", "shown"), [("owner", 15), ("chairman", 5)])
def test_only_the_first_lines_are_told_with_the_count_of_all(audience: str, shown: int) -> None:
    lines = [one_entry(number, close_by=AS_OF + timedelta(days=number)) for number in range(1, 30)]
    text = text_of(make_night(*lines), audience=audience)
    assert re.findall(r"260320-(\d{4})", text) == [f"{number:04}" for number in range(1, shown + 1)]
    assert f"{shown} TRÊN 29 DÒNG" in text


def test_each_line_says_by_when_what_who_and_where_in_the_book() -> None:
    text = text_of(make_night(one_entry(3, close_by=AS_OF, urgency="due_today")))
    assert (
        "- Ngay 31/03/2026: H56.17.22-260320-0003\n"
        "  kết thúc · igate · Trần Văn Mẫu\n"
        "  N. T. T., Đăng ký khai sinh\n"
        "  quyển 1, số 3, so_theo_doi.xlsx:13\n"
    ) in text


def test_a_line_of_which_little_is_known_is_told_all_the_same() -> None:
    nothing = dict.fromkeys(("dossier_code", "procedure_name", "applicant_name", "officer", "book_no", "line_no"))
    text = text_of(make_night(one_entry(**nothing, urgency=None, close_by=None, due_on=None)))
    assert "- Không tính hạn: (không có mã)\n  kết thúc · igate\n  so_theo_doi.xlsx:11\n" in text


@pytest.mark.parametrize("audience", ["officer", "unit"])
def test_each_reader_sees_only_the_own_lines(audience: str) -> None:
    lines = [
        one_entry(1, officer="An", unit_code="H56.17.22"),
        one_entry(2, officer="Bình", unit_code="H56.17.23", **OVERDUE),
        one_entry(3, officer="Bình", unit_code="H56.17.23", rule_id="M05", rule="missing_in_software"),
    ]
    mail = mail_of(make_night(*lines, fixed=lines[1:]), audience=audience, officer="An", unit_code="H56.17.22")
    text = mail.get_body(("plain",)).get_content()
    assert re.findall(r"260320-(\d{4})", text) == ["0001"]
    assert "31/03/2026: 0 quá hạn" in mail["Subject"]
    assert not any(word in text for word in ("Bình", "M05", "H56.17.23"))
    assert "0 hồ sơ đã xử lý xong" in flat(text)


def test_an_overdue_line_without_a_date_and_a_name_without_letters_leave_no_gap() -> None:
    text = text_of(make_night(one_entry(**OVERDUE | {"due_on": None}, applicant_name="0912345678")))
    assert "- Không tính hạn: H56.17.22-260320-0001\n  kết thúc · igate · Trần Văn Mẫu\n  Đăng ký khai sinh\n" in text


def test_a_dossier_with_another_agency_is_told_with_where_it_lies() -> None:
    detail = "Liên thông, đang ở Chi nhánh VPĐK đất đai; hẹn ngày 01/04/2026"
    near_due = one_entry(rule_id="M13", rule="open_near_due", detail=detail)
    assert detail in flat(text_of(make_night(near_due)))
    assert detail not in flat(text_of(make_night(near_due | {"rule_id": "M01"})))


def test_an_officers_own_mail_does_not_repeat_the_name_on_each_line() -> None:
    text = text_of(make_night(one_entry()), audience="officer", officer="Trần Văn Mẫu")
    assert text.count("Trần Văn Mẫu") == 1


# Silence means broken


def test_a_night_without_findings_says_that_all_is_well_and_with_which_sources() -> None:
    text = text_of(make_night())
    assert "Mọi việc đều ổn" in text
    assert "- igate.csv: số ngày 0, số dòng 120, cách ly 0\n  igate: đã dùng\n" in text
    assert "- so_theo_doi.xlsx: số ngày 0, số dòng 88, cách ly 1\n  sổ: đã dùng\n" in text
    assert "!!" not in text


def test_only_a_good_night_is_coloured_as_one() -> None:
    assert 'class="well"' in html_of(make_night())
    assert 'class="well"' not in html_of(make_night(one_entry(rule_id="M05", severity="high")))
    assert 'class="well"' not in html_of(make_night(sources=[]))


def test_with_mismatches_of_other_rules_all_is_not_called_well() -> None:
    text = flat(text_of(make_night(one_entry(rule_id="M05", rule="missing_in_software", severity="high"))))
    assert "Mọi việc đều ổn" not in text
    assert "Không có hồ sơ nào phải kết thúc hoặc sắp đến hạn; còn sai lệch khác ghi bên dưới." in text


def test_what_can_no_longer_be_undone_does_not_spoil_a_good_night() -> None:
    assert "Mọi việc đều ổn" in text_of(make_night(one_entry(rule_id="M07", severity="info")))


@pytest.mark.parametrize("sources", [[BOOK, MISSING], [one_source(), HELD], []])
def test_all_is_never_called_well_when_a_source_could_not_be_used(sources: list[dict[str, object]]) -> None:
    text = text_of(make_night(sources=sources))
    assert "Mọi việc đều ổn" not in text
    assert "trong phần kiểm tra được" in flat(text)


def test_a_night_without_a_delivery_says_so_at_the_top() -> None:
    head = flat(text_of(make_night(one_entry(), sources=[OLD, BOOK | {"arrived_on": date(2026, 3, 26)}])))[:200]
    assert "!! Ngày 31/03/2026 không nhận được tệp nào. Các số dưới đây" in head
    assert "ngày 30/03/2026" in head


def test_a_home_that_never_got_a_file_says_so_at_the_top() -> None:
    assert "chưa có dữ liệu để đối chiếu" in flat(text_of(make_night(sources=[])))[:200]


@pytest.mark.parametrize("source", [one_source(), HELD, OLD | {"verdict": "repeated"}])
def test_a_file_that_came_tonight_is_a_delivery_used_or_not(source: dict[str, object]) -> None:
    assert "không nhận được tệp nào" not in flat(text_of(make_night(sources=[source])))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (HELD, "!! igate, igate_31.csv: BỊ GIỮ LẠI; chỉ có 10 dòng, thường là 120; có thể xuất thiếu"),
        ({"verdict": "refused", "feed": None, "message": "dòng 7"}, "!! igate.csv: BỊ TỪ CHỐI; dòng 7"),
        (MISSING | {"file": None, "message": None}, "!! igate, (không có tệp): KHÔNG CÓ TỆP MỚI"),
        ({"verdict": "stale", "message": None}, "!! igate, igate.csv: QUÁ CŨ"),
    ],
)
def test_a_source_that_could_not_be_used_stands_in_a_banner(change: dict[str, object], words: str) -> None:
    text = text_of(make_night(sources=[BOOK, one_source(**change)]))
    assert words in flat(text.partition("\n\n")[2][:300])


def test_a_frozen_verdict_is_told_in_the_banner_and_on_its_line() -> None:
    night = make_night(one_entry(not_checkable_since=PREVIOUS), sources=[BOOK, MISSING])
    text = flat(text_of(night))
    assert "!! igate: 1 sai lệch chưa kiểm tra được từ ngày 30/03/2026; giữ nguyên kết luận lần trước." in text
    assert "so_theo_doi.xlsx:11 chưa kiểm tra được từ ngày 30/03/2026" in text


def test_a_rule_on_all_sources_is_frozen_under_a_name_of_its_own() -> None:
    night = make_night(one_entry(rule_id="M05", feed=None, not_checkable_since=PREVIOUS))
    assert "!! Sổ và các phần mềm: 1 sai lệch chưa kiểm tra được" in text_of(night)


def test_other_rules_are_a_line_each_with_counts() -> None:
    lines = [one_entry(1, rule_id="M05", first_seen_on=AS_OF), one_entry(2, rule_id="M90", rule="my_own_rule")]
    text = flat(text_of(make_night(*lines)))
    assert "- M05 Có trong sổ, không có trên phần mềm: sai lệch 1, mới 1, cần kiểm tra 0" in text
    assert "- M90 my_own_rule: sai lệch 1, mới 0, cần kiểm tra 0" in text


def test_more_officers_sources_and_notices_than_fit_are_counted() -> None:
    lines = [one_entry(number, officer=f"Cán bộ {number:02}") for number in range(1, 19)]
    sources = [one_source(file=f"{number}.csv") for number in range(15)]
    text = text_of(make_night(*lines, sources=sources, notices=[f"lưu ý {number}" for number in range(14)]))
    assert text.count("(và 3 mục khác)") == 2
    assert "(và 4 mục khác)" in text


@pytest.mark.parametrize("path", ["/srv/xa/archive/a.csv", "D:\\xuat\\a.csv", "a.csv"])
def test_notices_name_files_without_the_folders_of_the_machine(path: str) -> None:
    text = text_of(make_night(notices=[f"{path}: từ 01/01/2026-31/03/2026, xem /srv/b.csv"]))
    assert "- a.csv: từ 01/01/2026-31/03/2026, xem b.csv\n" in text


def test_the_place_of_the_full_report_is_the_callers_or_the_homes() -> None:
    assert "reports/2026-03-31" in text_of(make_night())
    assert "D:\\doichieu\\reports" in text_of(make_night(), report_place="D:\\doichieu\\reports")


# The weekly digest


def test_the_weekly_digest_tells_the_last_seven_days() -> None:
    lines = [one_entry(1, first_seen_on=date(2026, 3, 25)), one_entry(2, first_seen_on=date(2026, 3, 24))]
    days = [date(2026, 3, 24), date(2026, 3, 27), AS_OF]
    fixed = [one_entry(10 + number, resolved_on=day) for number, day in enumerate(days)]
    text = flat(text_of(make_night(*lines, fixed=fixed), kind="weekly"))
    assert "Trong 7 ngày (sau ngày 24/03/2026): 1 hồ sơ mới phát hiện, 2 hồ sơ đã xử lý xong." in text
    assert "CÁN BỘ CÒN ĐỂ LẶP LẠI (SỐ HỒ SƠ) - Trần Văn Mẫu: treo lại 0, mới 1" in text
    assert "- Trần Văn Mẫu: đã xong 2, số ngày (trung vị) 2" in text


def test_a_median_between_two_days_is_written_as_the_language_does() -> None:
    fixed = [one_entry(1, resolved_on=AS_OF), one_entry(2, resolved_on=PREVIOUS)]
    assert "trung vị) 2,5" in text_of(make_night(fixed=fixed), kind="weekly")
    assert "median) 2.5" in text_of(make_night(fixed=fixed), kind="weekly", lang="en")


# HTML


@pytest.mark.parametrize("kind", ["daily", "weekly"])
def test_html_is_well_formed_names_its_language_and_heads_its_tables(kind: str) -> None:
    html = html_of(sample_night(), kind=kind)
    parser = etree.HTMLParser()
    page = fromstring(html, parser=parser)
    assert [error.message for error in parser.error_log] == []
    assert page.get("lang") == "vi"
    assert len(page.findall(".//h1")) == 1
    tables = page.xpath("//table[not(@role='presentation')]")
    assert len(tables) == len(page.findall(".//h2")) - len(page.findall(".//ul"))
    for table in tables:
        assert {head.get("scope") for head in table.findall("thead/tr/th")} == {"col"}
        assert all(len(row.findall("th[@scope='row']")) == 1 for row in table.findall("tbody/tr"))
        widths = {len(row) for row in [*table.findall("thead/tr"), *table.findall("tbody/tr")]}
        assert len(widths) == 1


def test_the_style_is_small_enough_for_every_mail_program_and_knows_dark_screens() -> None:
    style = "".join(fromstring(html_of(make_night())).xpath("//style/text()"))
    assert len(style) < 8192  # Gmail drops a longer one
    assert "prefers-color-scheme: dark" in style
    assert "@import" not in style


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_pair_of_letters_and_ground_has_the_contrast_of_wcag_aa() -> None:
    style = "".join(fromstring(html_of(make_night())).xpath("//style/text()"))
    light, dark = style.split("@media")
    pairs = re.findall(r"[; {]color: (#\w{6})[^}]*background-color: (#\w{6})", light)
    ground = re.findall(r"body, [^{]*\{ background-color: (#\w{6})", dark)[0]
    own = re.findall(r"[; {]color: (#\w{6})(?: !important; background-color: (#\w{6}))?", dark)
    pairs += [(letters, behind or ground) for letters, behind in own]
    assert len(pairs) >= 12
    for letters, behind in pairs:
        lighter, darker = sorted((luminance(letters), luminance(behind)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (letters, behind)
