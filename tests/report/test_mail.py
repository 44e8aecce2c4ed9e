from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.policy import default
from email.utils import parsedate_to_datetime

import polars as pl
import pytest

from pipeline.errors import ConfigFault
from pipeline.report.mail import _headed, render_mail
from pipeline.report.night import LEDGER_TYPES, Night
from tests.report.mails import everything_in, html_of, mail_of, part_of, text_of
from tests.report.nights import HELD, make_letter, make_night, one_entry, one_source, sample_night
from tests.report.outcomes import AS_OF

HOSTILE = '<script>alert(1)</script><img src="http://evil.example/x.png">\r\nBcc: spy@evil.example'
CANARIES = ("Phạm Hoàng Canari", "PHẠM HOÀNG CANARI", "0987654321", "0987 654 321", "001099012345", "12 Ngõ Canari")


def many(count: int) -> Night:
    """So many open lines of so many officers, procedures and days, all as long as they come."""
    entry = one_entry()
    row = pl.int_range(count)
    frame = pl.select(row.alias("row")).select(
        *(
            pl.lit(entry[name], dtype=kind).alias(name)
            for name, kind in LEDGER_TYPES.items()
            if name in entry and name not in {"logbook_row", "officer", "procedure_name", "line_no", "field_name"}
        ),
        logbook_row=pl.col("row").cast(pl.UInt32),
        officer=pl.format("Cán bộ rất dài tên thứ {} của xã", pl.col("row") % 400),
        procedure_name=pl.format("Thủ tục {} " + "được đặt tên rất dài " * 9, "row"),
        line_no=pl.col("row").cast(pl.String),
        field_name=pl.lit("Hộ tịch"),
        pair_id=pl.lit(None, pl.String),
    )
    frame = frame.select(pl.col(name).cast(kind) for name, kind in LEDGER_TYPES.items())
    sources = [HELD | {"file": f"{number}" + "ệ" * 300, "message": "Lý do. " * 200} for number in range(60)]
    night = make_night(sources=sources, notices=["Lưu ý " * 200] * 40)
    return replace(night, open=frame, fixed=frame)


# Bytes


def test_the_same_input_gives_the_same_bytes() -> None:
    letter = make_letter(attach_work_list=True)
    assert render_mail(sample_night(), letter) == render_mail(sample_night(), letter)


def test_lines_end_as_smtp_wants_and_every_byte_is_ascii() -> None:
    sent = render_mail(sample_night(), make_letter(attach_work_list=True))
    assert sent.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", sent)
    assert max(map(len, sent.split(b"\r\n"))) <= 80  # RFC 5322 asks for 78 and allows 998


@pytest.mark.parametrize("kind", ["daily", "weekly"])
def test_a_mail_without_attachment_stays_under_100_kb_with_50_000_open_lines(kind: str) -> None:
    assert len(render_mail(many(50_000), make_letter(kind=kind))) <= 100_000


def test_two_mails_have_different_boundaries_and_one_has_always_its_own() -> None:
    boundaries = {mail_of(sample_night(), message_id=f"<{name}@x>").get_boundary() for name in ("a", "b", "a")}
    assert len(boundaries) == 2


# Headers


def test_the_headers_say_who_when_what_and_that_a_program_wrote() -> None:
    mail = mail_of(sample_night(), reply_to="motcua@xa.example.vn")
    assert mail["From"].addresses[0].display_name == "Đối chiếu hồ sơ"
    assert {name: mail[name] for name in mail if name not in {"From", "Subject", "Content-Type"}} == {
        "To": "vanphong@xa.example.vn",
        "Reply-To": "motcua@xa.example.vn",
        "Date": "Tue, 31 Mar 2026 13:05:00 +0000",
        "Message-ID": "<20260331.owner.0a1b@xa.example.vn>",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Language": "vi",
    }


def test_the_date_is_the_letters_in_its_own_zone() -> None:
    at = datetime(2026, 3, 31, 20, 5, tzinfo=timezone(timedelta(hours=7)))
    date = mail_of(make_night(), sent_at=at)["Date"]
    assert str(date).endswith("+0700")
    assert parsedate_to_datetime(date) == at == datetime(2026, 3, 31, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lang", "kind", "subject"),
    [
        ("vi", "daily", "31/03/2026: 1 quá hạn do chưa kết thúc, 2 còn kịp tuần này"),
        ("vi", "weekly", "Tuần đến 31/03/2026: 1 quá hạn do chưa kết thúc, 2 còn kịp tuần này"),
        ("en", "daily", "31/03/2026: 1 late only in the software, 2 can be saved this week"),
        ("en", "weekly", "Week to 31/03/2026: 1 late only in the software, 2 can be saved this week"),
    ],
)
def test_the_subject_has_the_day_and_the_two_numbers(lang: str, kind: str, subject: str) -> None:
    trouble = {"vi": "; 2 nguồn không dùng được", "en": "; 2 source(s) not usable"}[lang]
    assert mail_of(sample_night(), lang=lang, kind=kind)["Subject"] == subject + trouble


def test_no_text_from_data_reaches_a_header() -> None:
    texts = dict.fromkeys(("officer", "procedure_name", "dossier_code", "feed", "applicant_name", "book_no"), HOSTILE)
    night = make_night(one_entry(**texts), sources=[one_source(file=HOSTILE, feed=HOSTILE)], notices=[HOSTILE])
    mail = mail_of(night, audience="officer", officer=HOSTILE, attach_work_list=True)
    assert sorted(mail.keys()) == sorted(mail_of(make_night(), attach_work_list=True).keys())
    assert not any("evil" in value for value in mail.values())


@pytest.mark.parametrize("field", ["sender", "recipient", "reply_to", "message_id"])
@pytest.mark.parametrize(
    "value",
    [
        "a@x.example\r\nBcc: spy@x.example",
        "a@x.example\nX: y",
        "a@x.example, b@x.example",
        "An <a@x.example>",
        "<a@x.example\r\n b>",
        "a",
        "<>",
        "a @x.example",
        "đ@x.example",
        "a@x.example\x00",
    ],
)
def test_an_address_or_message_id_that_could_end_its_header_is_refused(field: str, value: str) -> None:
    with pytest.raises(ConfigFault) as refusal:
        render_mail(make_night(), make_letter(**{field: value}))
    assert "spy" not in refusal.value.message


def test_a_ledger_line_and_a_source_of_which_nothing_is_known_still_make_a_mail() -> None:
    nothing = dict.fromkeys(LEDGER_TYPES) | {"mismatch_id": "M01"}
    night = make_night(nothing, nothing | {"rule_id": "M01"}, fixed=[nothing], sources=[dict.fromkeys(one_source())])
    for kind in ("daily", "weekly"):
        assert "(không có tệp)" in text_of(night, kind=kind, attach_work_list=True)


# Parts


def test_a_mail_has_plain_text_and_html_of_the_same_story() -> None:
    mail = mail_of(sample_night())
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    text, html = part_of(mail, "plain"), part_of(mail, "html")
    for story in ("H56.17.22-260320-0001", "N. T. T.", "Lê Thị Ví Dụ", "BỊ GIỮ LẠI", "reports/2026-03-31"):
        assert story in text
        assert story in html


def test_the_work_list_comes_as_one_attachment_named_after_the_day() -> None:
    mail = mail_of(sample_night(), attach_work_list=True)
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == f"doichieu-{AS_OF}.xlsx"
    assert attachment.get_content_type() == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "8 trên 8 dòng" in part_of(mail, "plain").replace("\n", " ")


def test_a_mail_in_english_is_english_throughout() -> None:
    mail = mail_of(sample_night(), lang="en")
    assert mail["Content-Language"] == "en"
    assert '<html lang="en"' in part_of(mail, "html")
    ours = re.sub(r"(?m)^.*(igate|xgate|logbook|so_theo_doi|Văn|Ví Dụ|thẩm).*$|^ .*$", "", part_of(mail, "plain"))
    assert ours.isascii()


# What must not be in it


@pytest.mark.parametrize("kind", ["daily", "weekly"])
@pytest.mark.parametrize("audience", ["owner", "chairman", "officer", "unit"])
def test_no_applicant_phone_number_or_address_of_the_input_is_in_the_mail(audience: str, kind: str) -> None:
    told = ", ".join(CANARIES)
    entries = [
        one_entry(1, applicant_name=told, detail=told, officer="An", line_no="0987654321"),
        one_entry(2, applicant_name=CANARIES[0], procedure_name="Khai sinh, đt 0987 654 321", officer="An"),
        one_entry(3, applicant_name=told, detail=told, rule_id="M09", officer="An", needs_review=True),
        one_entry(4, applicant_name=told, detail=told, rule_id="M12", rule="unclassified_word", feed_status=told),
    ]
    night = make_night(*entries, fixed=entries)
    letter = {"audience": audience, "kind": kind, "officer": "An", "unit_code": "H56.17.22", "attach_work_list": True}
    found = everything_in(mail_of(night, **letter))
    assert "P. H. C." in found
    assert [canary for canary in CANARIES if canary in found] == []


def test_nothing_links_to_or_loads_from_outside() -> None:
    night = make_night(one_entry(procedure_name=HOSTILE, officer=HOSTILE, feed=HOSTILE), notices=[HOSTILE])
    found = everything_in(mail_of(night, attach_work_list=True))
    assert re.findall(r"https?://|mailto:|cid:|url\(|@import", found) == []
    assert re.findall(r"<(?:img|a|link|script|iframe|object|form)\b", html_of(night), re.IGNORECASE) == []


def test_tags_from_data_stay_text() -> None:
    night = make_night(one_entry(officer="<script>x</script>", book_no="&<b>"), sources=[one_source(file="<b>.csv")])
    html = html_of(night, report_place="<i>")
    for tag in ("<script", "<b>", "<i>"):
        assert tag not in html
    assert "&lt;script&gt;x&lt;/script&gt;" in html
    assert "<script>x</script>" in text_of(night)


@pytest.mark.parametrize("length", range(1, 80, 3))
def test_a_subject_of_any_length_comes_back_with_all_its_blanks(length: int) -> None:
    subject = "x" * length + " hồ sơ bị tính quá hạn do chưa kết thúc, 2 hồ sơ còn kịp đóng hôm nay"
    message = _headed(make_letter(), subject)
    raw = message.as_bytes()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert message_from_bytes(raw, policy=default)["Subject"] == subject
