"""What the program must say about the samples: worked out from the situations, never from its output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.samples.dossiers import commune, working_days

if TYPE_CHECKING:
    from tests.samples.dossiers import Dossier
    from tests.samples.sheets import Row

SEVERITY = {
    "M02": "medium", "M03": "low", "M04": "medium", "M05": "high", "M07": "info", "M08": "info", "M09": "review",
    "M10": "review", "M11": "medium", "M12": "config", "M13": "work_list",
}  # fmt: skip
URGENCIES = ("overdue", "due_today", "due_soon", "later")
ON_PAPER_ONLY = ("M05",)
IN_SOFTWARE_ONLY = ("M06", "M11", "M12")
ALWAYS_REVIEW = ("M09", "M10")
CLOSING = ("M01", "M02", "M03")  # somebody has to click: days since the return count
SAVABLE = ("M01", "M02", "M13")
Facts = dict[str, Any]
Sheets = dict[str, list["Row"]]


@dataclass(frozen=True)
class Place:
    """Where a line of a dossier stands; rows count from 1."""

    file: str
    row: int

    @property
    def feed(self) -> str | None:
        """The feed that the file's name says; None for a book."""
        return next((feed for feed in ("igate", "xgate") if self.file.startswith(feed)), None)


def places(sheets: Sheets) -> dict[tuple[str, str], Place]:
    """Dossier's name and place (book, case, ...) → file and row."""
    return {
        (row.line.dossier.name, row.line.place): Place(file, number)
        for file, rows in sheets.items()
        for number, row in enumerate(rows, start=1)
        if row.line
    }


def mismatches(dossiers: list[Dossier], sheets: Sheets) -> list[Facts]:
    """One line per expected mismatch."""
    where = places(sheets)
    return [_mismatch(dossier, text, where) for dossier in dossiers for text in dossier.expect]


def _mismatch(dossier: Dossier, text: str, where: dict[tuple[str, str], Place]) -> Facts:
    rule, *words = text.split()
    rule_id = rule.rstrip("?")
    stated = dict(word.split("=") for word in words if "=" in word)
    words = [word for word in words if "=" not in word]
    book, case = _sides(rule_id, [word[1:] for word in words if word.startswith("@")])
    feed = where.get((dossier.name, case)) if case else None
    line = where.get((dossier.name, book)) if book else None
    urgency = next((word for word in words if word in URGENCIES), None)
    severity = next((word for word in words if word not in URGENCIES and word[0] != "@"), SEVERITY.get(rule_id))
    as_of = commune()["as_of"]
    is_savable = rule_id in SAVABLE and dossier.due and dossier.due >= as_of
    return {
        "rule_id": rule_id,
        "needs_review": rule.endswith("?") or rule_id in ALWAYS_REVIEW,
        "severity": severity,
        "urgency": urgency,
        "dossier_code": {"none": None}.get(stated.get("code", ""), stated.get("code", dossier.code)),
        "feed": feed.feed if feed else None,
        "feed_file": feed.file if feed else None,
        "feed_row": feed.row if feed else None,
        "logbook_file": line.file if line else None,
        "logbook_row": line.row if line else None,
        "close_by": str(dossier.due) if is_savable else None,
        "days_open": working_days(dossier.returned, as_of) if rule_id in CLOSING and dossier.returned else None,
    }


def _sides(rule_id: str, stated: list[str]) -> tuple[str | None, str | None]:
    """Which line of the book and which record of a feed a mismatch names."""
    book = next((place for place in stated if place.startswith("book")), "book")
    case = next((place for place in stated if not place.startswith("book")), "case")
    if rule_id == "M10":
        return (None, case) if stated and book not in stated else (book, None)
    return (None if rule_id in IN_SOFTWARE_ONLY else book), (None if rule_id in ON_PAPER_ONLY else case)


def quarantine(dossiers: list[Dossier], sheets: Sheets) -> list[Facts]:
    """One line per row set aside and rule."""
    where = places(sheets)
    found: list[Facts] = []
    for dossier in dossiers:
        for text in dossier.quarantine:
            side, rule_id, *column = text.split()
            place = where[dossier.name, side]
            found.append({"file": place.file, "row": place.row, "rule_id": rule_id, "column": next(iter(column), None)})
    return found


def links(dossiers: list[Dossier], sheets: Sheets) -> list[Facts]:
    """One line per link: the dossier's line in the book with its record, and with that in the other feed."""
    where = places(sheets)
    return [
        {
            "logbook_file": where[dossier.name, "book"].file,
            "logbook_row": where[dossier.name, "book"].row,
            "feed_file": where[dossier.name, case].file,
            "feed_row": where[dossier.name, case].row,
            "method": dossier.link.rstrip("?"),
            "needs_review": dossier.link.endswith("?"),
        }
        for dossier in dossiers
        for case in ("case", "other")
        if dossier.link and (dossier.name, "book") in where and (dossier.name, case) in where
    ]


def files(dossiers: list[Dossier], sheets: Sheets) -> list[Facts]:
    """One line per file: rows = accepted + quarantined + not data."""
    aside = {(one["file"], one["row"]) for one in quarantine(dossiers, sheets)}
    counts: list[Facts] = []
    for file, rows in sheets.items():
        lines = sum(row.kind == "data" for row in rows)
        quarantined = sum(name == file for name, _ in aside)
        counts.append({
            "file": file, "rows": len(rows), "accepted": lines - quarantined, "quarantined": quarantined,
            "not_data": len(rows) - lines,
        })  # fmt: skip
    return counts
