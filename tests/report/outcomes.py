from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from pipeline.report.outcome import Outcome
from schemas.contract import LINK_TYPES, MISMATCH_TYPES, QUARANTINE_TYPES

AS_OF = date(2026, 3, 31)  # a Tuesday
FILE_TYPES = {
    "file": pl.String,
    "feed": pl.String,
    "rows": pl.UInt32,
    "accepted": pl.UInt32,
    "quarantined": pl.UInt32,
    "not_data": pl.UInt32,
    "detail": pl.String,
}


def one_mismatch(**change: object) -> dict[str, Any]:
    """One asserted M01 line that can be saved next week; a test states only its difference."""
    line: dict[str, Any] = {
        "rule_id": "M01",
        "rule": "returned_but_open",
        "severity": "medium",
        "urgency": "later",
        "needs_review": False,
        "unit_code": "H56.17.22",
        "dossier_code": "H56.17.22-260320-0001",
        "feed": "igate",
        "feed_file": "exports/igate.csv",
        "feed_row": 12,
        "feed_status": "Đang xử lý",
        "feed_state": "open",
        "logbook_file": "exports/so_theo_doi.xlsx",
        "logbook_row": 8,
        "book_no": "1",
        "line_no": "5",
        "procedure_name": "Đăng ký khai sinh",
        "field_name": "Hộ tịch",
        "applicant_name": "Nguyễn Thị Thử",
        "officer": "Trần Văn Mẫu",
        "received_on": date(2026, 3, 20),
        "due_on": date(2026, 4, 10),
        "logbook_returned_on": date(2026, 3, 25),
        "case_finished_on": None,
        "case_returned_on": None,
        "days_open": 4,
        "close_by": date(2026, 4, 10),
        "link_method": "exact",
        "link_score": 0.9876543,
        "detail": "Sổ ghi đã trả, phần mềm ghi đang xử lý",
    }
    return line | change


def mismatch_frame(*lines: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(lines), schema=MISMATCH_TYPES)


def make_outcome(*lines: dict[str, Any], lang: str = "vi", **change: Any) -> Outcome:  # noqa: ANN401 -- any field of Outcome
    facts: dict[str, Any] = {
        "as_of": AS_OF,
        "lang": lang,
        "mismatches": mismatch_frame(*lines),
        "links": pl.DataFrame(schema=LINK_TYPES),
        "quarantine": pl.DataFrame(schema=QUARANTINE_TYPES),
        "files": pl.DataFrame(schema=FILE_TYPES),
        "notices": [],
    }
    return Outcome(**facts | change)


def sample(lang: str) -> Outcome:
    """A small day at an invented commune."""
    overdue = {"urgency": "overdue", "severity": "high", "due_on": date(2026, 3, 27), "close_by": None}
    lines = [
        one_mismatch(),
        one_mismatch(**overdue, feed_row=13, logbook_row=9, dossier_code="H56.17.22-260320-0002"),
        one_mismatch(
            **overdue,
            feed_row=14,
            logbook_row=10,
            dossier_code="H56.17.22-260320-0003",
            logbook_returned_on=date(2026, 3, 30),
            officer=None,
        ),
        one_mismatch(
            urgency="due_today",
            feed_row=15,
            logbook_row=11,
            dossier_code="000.17.22.H56-260324-0004",
            due_on=AS_OF,
            close_by=AS_OF,
            procedure_name="Chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan có thẩm quyền cấp",
            officer="Lê Thị Ví Dụ",
        ),
        one_mismatch(
            rule_id="M02",
            rule="returned_but_paused",
            urgency="due_soon",
            feed_row=16,
            logbook_row=12,
            due_on=date(2026, 4, 2),
            close_by=date(2026, 4, 2),
        ),
        one_mismatch(feed_row=17, logbook_row=13, needs_review=True, link_method="near", link_score=0.71),
        one_mismatch(
            rule_id="M05",
            rule="missing_in_software",
            severity="high",
            urgency=None,
            feed=None,
            feed_file=None,
            feed_row=None,
            logbook_row=14,
            close_by=None,
        ),
        one_mismatch(
            rule_id="M13",
            rule="open_near_due",
            severity="work_list",
            urgency="due_soon",
            logbook_row=15,
            feed_row=18,
            logbook_returned_on=None,
            due_on=date(2026, 4, 1),
            close_by=None,
        ),
    ]
    return make_outcome(
        *lines,
        lang=lang,
        files=pl.DataFrame(
            [
                ("exports/so_theo_doi.xlsx", "logbook", 20, 14, 1, 5, "title 2, header 1, total 1, signature 1"),
                ("exports/igate.csv", "igate", 19, 17, 1, 1, "header 1"),
            ],
            schema=FILE_TYPES,
            orient="row",
        ),
        quarantine=pl.DataFrame(
            [
                ("exports/so_theo_doi.xlsx", 17, "V03", "received_on", "no date could be read"),
                ("exports/igate.csv", 19, "V01", "dossier_code", "not a dossier code"),
            ],
            schema=QUARANTINE_TYPES,
            orient="row",
        ),
        notices=["xgate: no file, so M11 is silent."],
    )
