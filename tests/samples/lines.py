"""The lines of each file: what a case system or a book has in its cells about a dossier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from tests.samples.dossiers import CLOSED, commune

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.samples.dossiers import Cells, Dossier

Form = dict[str, Any]
OTHER_FEED = {"igate": "xgate", "xgate": "igate"}
CHANNELS = {"igate": "Trực tiếp", "xgate": "1"}


@dataclass(frozen=True)
class Line:
    """One dossier in one file; `place` is book, book_again, case, case_again or other."""

    dossier: Dossier
    place: str
    cells: Cells


def lines_of(form: Form, all_dossiers: list[Dossier]) -> list[Line]:
    """The lines of one file in its order, numbered."""
    of_side = _book_lines if form["side"].startswith("book") else _case_lines
    lines = [line for dossier in all_dossiers for line in of_side(form["side"], dossier)]
    if form.get("groups") == "field_name":
        lines.sort(key=lambda line: (line.cells["field_name"], line.dossier.received))
    else:
        lines.sort(key=lambda line: line.dossier.received, reverse=form.get("is_newest_first", False))
    for position, line in enumerate(lines, start=1):
        line.cells.setdefault("line_no", position + position // 20 * form.get("has_gaps", 0))
    if form["side"] == "book 3":
        lines[0].cells["book_no"] = "03/2026"
    return lines


def _case_lines(feed: str, dossier: Dossier) -> Iterator[Line]:
    own = dossier.procedure["feed"]
    stated = {"case": dossier.case, "case_again": dossier.case_again} if feed == own else {}
    stated |= {"other": dossier.other} if feed == OTHER_FEED[own] else {}
    for place, cells in stated.items():
        if cells is not None:
            yield Line(dossier, place, _case_cells(feed, dossier) | _ended(dossier, cells) | cells)


def _ended(dossier: Dossier, cells: Cells) -> Cells:
    """When the software says that it ended: with the return, unless its status says otherwise."""
    is_closed = cells.get("status", CLOSED) == CLOSED and dossier.returned
    return dict.fromkeys(("finished", "returned"), _at(dossier.returned, 16) if is_closed else "")


def _case_cells(feed: str, dossier: Dossier) -> Cells:
    return {
        "dossier_code": dossier.code,
        "internal_key": f"IG-{800_000 + dossier.number}",
        "procedure_name": dossier.procedure["name"],
        "field_name": dossier.procedure["field"],
        "applicant_name": dossier.applicant,
        "address": f"{dossier.hamlet}, xã Tân An",
        "phone": dossier.phone,
        "personal_id": f"000000{dossier.number:06}",
        "received": _at(dossier.received, 8 + dossier.number % 3),
        "due": _at(dossier.due, 17),
        "status": CLOSED,
        "officer": dossier.procedure["officer"],
        "agency": commune()["agency"],
        "channel": CHANNELS[feed],
    }


def _book_lines(book: str, dossier: Dossier) -> Iterator[Line]:
    stated = {"book": dossier.book, "book_again": dossier.book_again} if book == dossier.procedure["book"] else {}
    for place, cells in stated.items():
        if cells is not None:
            yield Line(dossier, place, _book_cells(dossier) | cells)


def _book_cells(dossier: Dossier) -> Cells:
    return {
        "dossier_code": dossier.code,
        "procedure_name": dossier.procedure["name"],
        "field_name": dossier.procedure["field"],
        "copies": "1",
        "applicant_name": dossier.applicant,
        "address": dossier.hamlet,
        "phone": dossier.phone,
        "address_phone": f"{dossier.hamlet}, {dossier.phone}",
        "agency": commune()["agency"],
        "received": dossier.received,
        "due": dossier.due,
        "returned": dossier.returned,
        "return_method": "Trực tiếp" if dossier.returned else "",
        "signature": "đã ký" if dossier.returned else "",
    }


def _at(day: date | None, hour: int) -> datetime | str:
    return datetime.combine(day, time(hour, 30)) if day else ""
