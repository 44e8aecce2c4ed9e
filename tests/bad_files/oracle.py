"""What must become of a damaged table, from Python's csv and the undamaged table alone.

Each row that the damage did not touch is read as in the undamaged file. A row that it touched is quarantined with a
reason, or says what Python reads in it. Or the file is refused with its name and the row. Nothing else is right.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING

from pipeline.errors import InputRefused
from pipeline.normalise.codes import with_code_texts
from pipeline.prepare import Source, prepare
from pipeline.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.settings import Settings
    from tests.bad_files.bases import Base, Record

SAID = {  # column of an accepted row → where each feed has it, from 0
    "xgate": {"code_as_written": 1, "procedure_name": 2, "applicant_name": 4, "status": 10, "officer": 11},
    "logbook": {"code_as_written": 1, "procedure_name": 2, "applicant_name": 4, "line_no": 0},
}
DAYS = {
    "xgate": {"received_on": 7, "due_on": 8, "finished_on": 9},
    "logbook": {"received_on": 7, "due_on": 8, "returned_on": 9},
}
A_DAY = re.compile(r"\d\d/\d\d/20\d\d(?: \d\d:\d\d)?")
CODE = re.compile(r"\d{6}\W{1,3}\d{4}")
REFUSAL_ROW = re.compile(r"\brow (\d+)\b")
INVISIBLE = "".join(chr(code) for code in range(0x10000) if unicodedata.category(chr(code)) in {"Cc", "Cf", "Zs"})
Row = dict[str, object]


@dataclass(frozen=True)
class Reading:
    """What became of each row number of a file, or the words of its refusal."""

    accepted: dict[int, Row] = field(default_factory=dict[int, Row])
    quarantined: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    not_data: dict[int, str] = field(default_factory=dict[int, str])
    rows: int = 0
    refusal: str | None = None


def read(path: Path, feed: str | None) -> Reading:
    """The product's reading; any other exception than a refusal is a traceback, and goes on."""
    try:
        source = prepare(path, feed, known_settings())
    except InputRefused as fault:
        return Reading(refusal=fault.message if fault.tip else "a refusal without a way out")
    return reading_of(source)


@cache
def known_settings() -> Settings:
    return load_settings()


def reading_of(source: Source) -> Reading:
    accepted = {row["row"]: row for row in with_code_texts(source.split.accepted).to_dicts()}
    quarantined: dict[int, list[str]] = {row: [] for row in source.split.quarantined["row"]}
    for row, rule_id in source.split.reasons.select("row", "rule_id").iter_rows():
        quarantined[row].append(rule_id)
    return Reading(accepted, quarantined, dict(source.table.not_data.iter_rows()), source.rows)


@dataclass(frozen=True)
class Undamaged:
    """A base, how Python reads it, and how the product does."""

    base: Base
    reading: Reading

    @classmethod
    def of(cls, base: Base, folder: Path) -> Undamaged:
        path = folder / base.name
        path.write_bytes(base.text.encode(base.encoding))
        return cls(base, read(path, base.feed))

    def objections(self, damaged: str | bytes, found: Reading) -> Iterator[str]:
        """What is wrong with the reading of a damaged text, or of bytes that may be none any more."""
        records = list(self.base.records)
        if isinstance(damaged, bytes):
            text = damaged.decode(self.base.encoding, errors="ignore")
            if found.refusal is None and text.encode(self.base.encoding) != damaged:
                yield f"bytes that are no {self.base.encoding} were read"
            damaged = text
        others = python_reads(damaged, self.base)
        if found.refusal is not None:
            yield from self.against_refusal(found.refusal, first_difference(self.base, damaged))
            return
        if others is None:
            yield "Python refuses the quoting, the product reads it"
            return
        yield from against_numbers(found, len(others))
        above = common(records, others)
        below = common(records[above:][::-1], others[above:][::-1])
        shift = len(others) - len(records)
        for row in [*range(1, above + 1), *range(len(records) - below + 1, len(records) + 1)]:
            in_head = above < self.base.head
            yield from self.against_untouched(row, row + (shift if row > above else 0), found, in_head=in_head)
        touched = range(above + 1, len(others) - below + 1)
        for row in touched:
            yield from self.against_touched(row, others[row - 1], found)
        yield from against_lost_codes(records[above : len(records) - below], others, touched, found)

    def against_refusal(self, refusal: str, row: int) -> Iterator[str]:
        named = [int(number) for number in REFUSAL_ROW.findall(refusal)]
        if not refusal.startswith(self.base.name):
            yield "refused without the file's name"
        near = range(1, self.base.head + 3) if row <= self.base.head else range(row - 1, row + 2)
        if not any(one in near for one in named):
            yield f"refused with row {named}, damaged at {row}"

    def against_untouched(self, row: int, now: int, found: Reading, *, in_head: bool) -> Iterator[str]:
        """As in the undamaged file; below a damaged head the book's number and repeated headings may be unknown."""
        clean = self.reading
        here = (found.accepted.get(now), found.quarantined.get(now), found.not_data.get(now))
        there = (clean.accepted.get(row), clean.quarantined.get(row), clean.not_data.get(row))
        if here[0] and there[0]:
            free = {"row", "book_no"} if in_head else {"row"}
            unlike = [name for name in there[0].keys() - free if here[0].get(name) != there[0][name]]
            if unlike:
                yield f"row {now}, untouched, has another {unlike}"
        elif here[1:] != there[1:] and not (in_head and there[2] and here[1]):
            yield f"row {now}, untouched, became {here[1:]} instead of {there[1:]}"

    def against_touched(self, row: int, record: Record, found: Reading) -> Iterator[str]:
        if row in found.quarantined and not found.quarantined[row]:
            yield f"row {row}: quarantined without a reason"
        said = found.accepted.get(row)
        if said is None:
            return
        if len(record) != self.base.width:
            yield f"row {row}: {len(record)} cells were padded or cut to {self.base.width}"
            return
        for name, cell in expected(record, self.base.feed).items():
            if tidied(said[name]) != cell:
                yield f"row {row}: {name} is not what stands there"


def python_reads(text: str, base: Base) -> list[Record] | None:
    try:
        page = io.StringIO(text, newline="")
        return [tuple(record) for record in csv.reader(page, delimiter=base.separator, strict=True)]
    except csv.Error:
        return None


def expected(record: Record, feed: str) -> Row:
    """What the cells say, as far as it can be told in a line of Python."""
    texts = {name: tidy(record[place]) for name, place in SAID[feed].items()}
    days = {name: record[place].strip() for name, place in DAYS[feed].items()}
    return texts | {
        name: datetime.strptime(cell[:10], "%d/%m/%Y").date()  # noqa: DTZ007 -- a day
        for name, cell in days.items()
        if A_DAY.fullmatch(cell)
    }


def tidied(cell: object) -> object:
    return tidy(cell) if isinstance(cell, str) else cell


def tidy(cell: str) -> str | None:
    return unicodedata.normalize("NFC", " ".join(cell.split())).strip(INVISIBLE) or None


def first_difference(base: Base, damaged: str) -> int:
    """The row of the undamaged text in which the damage begins."""
    text = base.text
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(text, damaged, strict=False)))
    ends: list[int] = []
    page = io.StringIO(newline="")
    writer = csv.writer(page, delimiter=base.separator, quoting=base.quoting, lineterminator=base.line_end)
    for record in base.records:
        writer.writerow(record)
        ends.append(page.tell())
    return 1 + sum(end <= same for end in ends)


def common(one: Sequence[Record], other: Sequence[Record]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def against_numbers(found: Reading, rows: int) -> Iterator[str]:
    places = [*found.accepted, *found.quarantined, *found.not_data]
    if sorted(places) != list(range(1, rows + 1)):
        yield f"{len(places)} rows are accounted for, Python counts {rows}"


def against_lost_codes(
    before: Sequence[Record], others: Sequence[Record], touched: range, found: Reading
) -> Iterator[str]:
    """A dossier whose row was broken is still told: accepted or in quarantine, never taken for a title or a foot."""
    for row in touched:
        told = row in found.accepted or row in found.quarantined
        if not told and any(CODE.search(cell) for cell in others[row - 1]):
            yield f"row {row}: a dossier was taken for {found.not_data.get(row)}"
    is_told = any(row in found.accepted or row in found.quarantined for row in touched)
    if touched and not is_told and any(CODE.search(cell) for record in before for cell in record):
        yield "the damaged rows are told nowhere"
