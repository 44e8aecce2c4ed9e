from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from pipeline.report.letter import Letter
from pipeline.report.night import LEDGER_TYPES, SOURCE_TYPES, Night
from schemas.contract import MISMATCH_COLUMNS
from tests.report.outcomes import AS_OF, make_outcome, one_mismatch

PREVIOUS = date(2026, 3, 30)
OVERDUE = {"urgency": "overdue", "severity": "high", "due_on": date(2026, 3, 27), "close_by": None}

MISSING_IN_SOFTWARE = {
    "rule_id": "M05",
    "rule": "missing_in_software",
    "severity": "high",
    "urgency": None,
    "close_by": None,
    "feed": None,
    "feed_file": None,
    "feed_row": None,
}
NEAR_DUE = {
    "rule_id": "M13",
    "rule": "open_near_due",
    "severity": "work_list",
    "urgency": "due_soon",
    "logbook_returned_on": None,
    "due_on": date(2026, 4, 1),
    "close_by": date(2026, 4, 1),
    "detail": "Liên thông, đang ở Chi nhánh Văn phòng đăng ký đất đai; hẹn ngày 01/04/2026",
}


def one_entry(number: int = 1, **change: object) -> dict[str, Any]:
    """One open ledger line, seen on an earlier night: M01, asserted, can be saved until 10/04/2026."""
    line = one_mismatch(
        dossier_code=f"H56.17.22-260320-{number:04}", feed_row=10 + number, logbook_row=10 + number, line_no=str(number)
    )
    entry = {
        "mismatch_id": f"M01 igate {number}",
        **line,
        "first_seen_on": date(2026, 3, 26),
        "last_seen_on": AS_OF,
        "not_checkable_since": None,
        "resolved_on": None,
        "times_reopened": 0,
    }
    return entry | change


def one_source(**change: object) -> dict[str, Any]:
    """Tonight's export, accepted whole."""
    source = {
        "file": "igate.csv",
        "feed": "igate",
        "verdict": "accepted",
        "arrived_on": AS_OF,
        "age": 0,
        "rows": 120,
        "accepted": 119,
        "quarantined": 0,
        "not_data": 1,
        "content_hash": "0f" * 32,
        "message": None,
    }
    return source | change


BOOK = one_source(file="so_theo_doi.xlsx", feed="logbook", rows=88, accepted=82, quarantined=1, not_data=5)
HELD = one_source(file="igate_31.csv", verdict="held", message="chỉ có 10 dòng, thường là 120; có thể xuất thiếu")
MISSING = one_source(verdict="missing", arrived_on=date(2026, 3, 26), age=3, message="đã 3 ngày làm việc không có tệp")


def ledger(*entries: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(entries), schema=LEDGER_TYPES)


def make_night(*entries: dict[str, Any], sources: list[dict[str, Any]] | None = None, **change: Any) -> Night:  # noqa: ANN401 -- any field of Night or Outcome
    still_open = ledger(*entries)
    facts: dict[str, Any] = {
        "previous_on": change.pop("previous_on", PREVIOUS),
        "open": still_open,
        "fixed": ledger(*change.pop("fixed", [])),
        "withdrawn": ledger(),
        "sources": pl.DataFrame([one_source(), BOOK] if sources is None else sources, schema=SOURCE_TYPES),
    }
    outcome = make_outcome(mismatches=still_open.select(MISMATCH_COLUMNS), **change)
    return Night(outcome=outcome, **facts)


def make_letter(**change: Any) -> Letter:  # noqa: ANN401 -- any field of Letter
    facts: dict[str, Any] = {
        "sender": "doichieu@xa.example.vn",
        "recipient": "vanphong@xa.example.vn",
        "message_id": "<20260331.owner.0a1b@xa.example.vn>",
        "sent_at": datetime(2026, 3, 31, 13, 5, tzinfo=UTC),
    }
    return Letter(**facts | change)


def sample_night() -> Night:
    """A night at an invented commune: work for two officers, news, one source held, one frozen line."""
    long_name = "Chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan, tổ chức có thẩm quyền của Việt Nam cấp"
    second = {"officer": "Lê Thị Ví Dụ", "field_name": "Chứng thực"}
    entries = [
        one_entry(1, urgency="due_today", due_on=AS_OF, close_by=AS_OF, procedure_name=long_name, **second),
        one_entry(2, urgency="due_soon", due_on=date(2026, 4, 2), close_by=date(2026, 4, 2), first_seen_on=AS_OF),
        one_entry(3, **OVERDUE),
        one_entry(4, **OVERDUE | {"due_on": date(2026, 3, 20)}, not_checkable_since=PREVIOUS, feed="xgate"),
        one_entry(5, **OVERDUE, logbook_returned_on=date(2026, 3, 30), officer=None, times_reopened=1),
        one_entry(6),
        one_entry(7, needs_review=True, link_method="near", link_score=0.71),
        one_entry(8, rule_id="M03", rule="returned_but_not_handed_over", urgency=None, close_by=None, **second),
        one_entry(9, **NEAR_DUE, first_seen_on=AS_OF),
        one_entry(10, **MISSING_IN_SOFTWARE, first_seen_on=AS_OF),
        one_entry(11, rule_id="M07", rule="late_only_in_software", severity="info", urgency=None, close_by=None),
    ]
    fixed = [one_entry(20, resolved_on=AS_OF), one_entry(21, resolved_on=AS_OF, **second)]
    stale = one_source(file="xgate_26.xlsx", feed="xgate") | {
        name: MISSING[name] for name in ("verdict", "arrived_on", "age", "message")
    }
    return make_night(
        *entries,
        fixed=fixed,
        sources=[one_source(), BOOK, stale, HELD],
        notices=["igate.csv: không dùng các cột: Ghi chú nội bộ"],
    )
