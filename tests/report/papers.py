"""One period's facts for tests of the paper, and what a reader sees of a DOCX."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import docx
import polars as pl
from docx.table import Table

from pipeline.period import period_of
from pipeline.report.paper.facts import COUNTS, PaperFacts
from tests.report.outcomes import AS_OF

if TYPE_CHECKING:
    from docx.document import Document as Docx

FORM_TYPES = {"view": pl.String, "field_name": pl.String, **dict.fromkeys(COUNTS, pl.Int32)}
COVERED_TYPES = {
    "feed": pl.String,
    "title": pl.String,
    "rows": pl.Int32,
    "covers_from": pl.Date,
    "covers_until": pl.Date,
}
OFFICE = {
    "issuer": ["Ủy ban nhân dân", "xã Đồng Mẫu"],
    "place": "Đồng Mẫu",
    "signer": ["TM. Ủy ban nhân dân", "Chủ tịch"],
    "recipients": ["- Ủy ban nhân dân tỉnh;", "- Lưu: VT."],
}
HELD = {
    "dossier_code": "000.17.22.H56-260302-0004",
    "field_name": "Đất đai",
    "procedure_name": "Chuyển mục đích sử dụng đất",
    "agency": "Chi nhánh Văn phòng đăng ký đất đai",
    "received_on": date(2026, 3, 2),
    "due_on": date(2026, 3, 27),
    "days_held": 21,
    "days_overdue": 2,
}
LATE_ONLY = {
    "dossier_code": "H56.17.22-260320-0002",
    "field_name": "Hộ tịch",
    "due_on": date(2026, 3, 27),
    "book_returned_on": date(2026, 3, 25),
    "software_solved_on": None,
    "book_no": "1",
    "line_no": "6",
}


def form_row(view: str, field_name: str | None, *counts: int) -> dict[str, Any]:
    """A row of form II.06: columns (3) to (13)."""
    return {"view": view, "field_name": field_name, **dict(zip(COUNTS, counts, strict=True))}


FORM = (
    form_row("software", "Hộ tịch", 1210, 10, 1190, 10, 1200, 1100, 90, 10, 10, 4, 6),
    form_row("software", None, 3, 0, 3, 0, 3, 3, 0, 0, 0, 0, 0),
    form_row("book", "Hộ tịch", 1208, 10, 1190, 8, 1204, 1106, 92, 6, 4, 3, 1),
    form_row("book", None, 3, 0, 3, 0, 3, 3, 0, 0, 0, 0, 0),
)


def make_facts(**difference: Any) -> PaperFacts:  # noqa: ANN401 -- any field of PaperFacts
    """March 2026 at an invented commune; a test states only its difference."""
    covered = [
        ("igate", "iGate", 1213, date(2026, 3, 1), AS_OF),
        ("logbook", "sổ", 1100, date(2026, 1, 5), date(2026, 3, 27)),
    ]
    changed = {"rule_id": ["M01", "M04"], "found": [6, 1], "fixed": [2, 1]}
    facts: dict[str, Any] = {
        "period": period_of("month", AS_OF),
        "form": pl.DataFrame(list(FORM), schema=FORM_TYPES),
        "doubts": {"no_due_day": 2, "unclassified": 1, "only_in_book": 4, "no_channel": 0},
        "held_elsewhere": pl.DataFrame([HELD]),
        "late_only": pl.DataFrame([LATE_ONLY], schema_overrides={"software_solved_on": pl.Date}),
        "covered": pl.DataFrame(covered, schema=COVERED_TYPES, orient="row"),
        "changed": pl.DataFrame(changed, schema_overrides={"found": pl.Int32, "fixed": pl.Int32}),
        "history_from": date(2026, 3, 2),
    }
    return PaperFacts(**facts | difference)


def opened(content: bytes) -> Docx:
    return docx.Document(BytesIO(content))


def shown(content: bytes) -> str:
    """All text in the order of the pages, a table's row to a line."""
    lines: list[str] = []
    for part in opened(content).iter_inner_content():
        if isinstance(part, Table):
            lines += [" | ".join(_cells(row)) for row in part.rows]
        else:
            lines.append(part.text)
    return "\n".join(line.rstrip() for line in lines if line.strip()) + "\n"


def _cells(row: Any) -> list[str]:  # noqa: ANN401 -- a row of python-docx, whose class is private
    once = {cell._tc: cell for cell in row.cells}.values()  # a merged cell comes once per column
    return [" / ".join(filter(None, (one.text for one in cell.paragraphs))) for cell in once]
