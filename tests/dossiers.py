"""Rows of books and case systems for tests: factories make one valid, matching pair; a test states its difference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from pipeline import database, reconcile, store
from pipeline.gather import gather
from pipeline.link import DECIDED_PAIR, link
from pipeline.prepare import Source
from pipeline.report.phrases import load_phrases
from pipeline.settings import Settings, load_settings
from pipeline.validate import Split
from schemas.tables import CASE_RECORD, LOGBOOK_ENTRY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from pipeline.recognise import Table
    from schemas.tables import Kind

Row = dict[str, Any]

AS_OF = date(2026, 3, 31)  # a Tuesday
RECEIVED, RETURNED, DUE = date(2026, 3, 2), date(2026, 3, 10), date(2026, 3, 16)
UNIT = "000.17.22.H56"
NEIGHBOUR = "000.17.23.H56"
PEOPLE = (
    *("Đinh Thị Sao Mai", "Lò Văn Páo", "Vừ Thị Dợ", "Cao Bá Quý", "Hoàng Gia Khiêm", "Mạc Thị Nhài"),
    *("Quách Công Lượng", "Tô Ngọc Vân", "Bế Văn Đàn", "Lữ Thị Hường", "Kiều Xuân Trọng", "Âu Dương Lan"),
)
PROCEDURES = (
    *("Đăng ký khai sinh", "Chứng thực chữ ký", "Xác nhận tình trạng hôn nhân", "Cấp giấy phép xây dựng"),
    *("Hỗ trợ chi phí mai táng", "Đăng ký thành lập hộ kinh doanh", "Chuyển mục đích sử dụng đất"),
)
PLACES = (
    *("thon doai", "ban na lau", "to dan pho so 3", "xom chua", "khu cho moi", "ap ben tre", "lang vac"),
    *("thon thuong", "ban pa khom", "xom guot", "khu tap the dien luc"),
)
LETTERS = str.maketrans(
    {
        letter: plain
        for plain, letters in {
            "a": "áàảãạăắằẳẵặâấầẩẫậ",
            "d": "đ",
            "e": "éèẻẽẹêếềểễệ",
            "i": "íìỉĩị",
            "o": "óòỏõọôốồổỗộơớờởỡợ",
            "u": "úùủũụưứừửữự",
            "y": "ýỳỷỹỵ",
        }.items()
        for letter in letters
    }
)
VERDICT = (
    *("feed", "logbook_row", "feed_row", "severity", "urgency"),
    *("needs_review", "close_by", "days_open", "detail"),
)


def folded(text: str | None) -> str | None:
    return None if text is None else text.lower().translate(LETTERS)


def code_of(number: int, day: date = RECEIVED, unit: str = UNIT) -> str:
    return f"{unit}-{day:%y%m%d}-{number:04}"


def parts_of_code(code: str | None) -> Row:
    """The columns that a full code fills; all null for none."""
    if code is None:
        return dict.fromkeys(("code_as_written", "unit_code", "unit_key", "code_on", "serial", "serial_digits"))
    unit, day, serial = code.split("-")
    unit_key = ".".join(part.lstrip("0") or "0" if part.isdigit() else part for part in unit.split("."))
    return {
        "unit_code": unit,
        "unit_key": unit_key,
        "code_on": date(2000 + int(day[:2]), int(day[2:4]), int(day[4:])),
        "serial": int(serial),
        "serial_digits": len(serial),
    }


def _dossier(number: int, difference: Mapping[str, Any]) -> Row:
    """What both sides say of the day's dossier of this number; `code`, names and days pull their columns along."""
    received_on = difference.get("received_on", RECEIVED)
    moved = (received_on or RECEIVED) - RECEIVED
    facts: Row = {
        "code": code_of(number, received_on or RECEIVED),
        "procedure_name": PROCEDURES[number % len(PROCEDURES)],
        "field_name": "Hộ tịch",
        "applicant_name": PEOPLE[number % len(PEOPLE)],
        "address_key": PLACES[number % len(PLACES)],
        "phone": f"09{number * 79_197_319 % 10**8:08}",  # no two of them alike
        "received_on": RECEIVED,
        "due_on": DUE + moved,
    } | dict(difference)
    keys = {f"{name}_key": folded(facts[f"{name}_name"]) for name in ("procedure", "applicant")}
    return parts_of_code(facts.pop("code")) | keys | facts


def line(number: int = 1, /, **difference: Any) -> Row:  # noqa: ANN401 -- any column
    """A line of the book: returned on time, the same dossier as `case(number)`."""
    own = {"feed": "logbook", "file": "book.csv", "book_no": "1", "line_no": str(number), "returned_on": RETURNED}
    return own | _dossier(number, difference)


def doubtful_line(number: int = 1, /, **difference: Any) -> Row:  # noqa: ANN401 -- any column
    """The same dossier without code, phone or address, the name but for the last word in initials: not sure enough."""
    *others, last = PEOPLE[number % len(PEOPLE)].split()
    name = " ".join([*(word[0] for word in others), last])
    return line(number, **({"code": None, "phone": None, "address_key": None, "applicant_name": name} | difference))


def case(number: int = 1, /, **difference: Any) -> Row:  # noqa: ANN401 -- any column
    """A case record: closed on the day of the book's return, the same dossier as `line(number)`."""
    feed = difference.get("feed", "igate")
    own = {
        "feed": feed,
        "file": f"{feed}.csv",
        "status": "Đã trả kết quả",
        "state": "closed",
        "is_interlinked": False,
        "channel": "direct",
        "finished_on": RETURNED,
        "returned_on": RETURNED,
    }
    return own | _dossier(number, difference)


def open_case(number: int = 1, /, **difference: Any) -> Row:  # noqa: ANN401 -- any column
    """The same dossier, not yet finished in the software."""
    still = {"status": "Đang xử lý", "state": "open", "finished_on": None, "returned_on": None}
    return case(number, **(still | difference))


@dataclass(frozen=True)
class World:
    """What was found between some lines and some cases."""

    con: duckdb.DuckDBPyConnection
    stored: store.Stored
    mismatches: pl.DataFrame
    links: pl.DataFrame

    def verdicts(self, rule_id: str) -> list[Row]:
        """What a rule found, in a few columns, by the rows of the files."""
        found = self.mismatches.filter(pl.col("rule_id") == rule_id).sort("feed", "logbook_row", "feed_row")
        return found.select(VERDICT).to_dicts()

    def rules(self) -> set[str]:
        """The rules that found something."""
        return set(self.mismatches["rule_id"])

    def linked(self) -> list[tuple[Any, ...]]:
        """Row of the book, feed, row of the feed, method, needs_review of each link."""
        return self.links.select("logbook_row", "feed", "feed_row", "method", "needs_review").rows()


def reconciled(  # noqa: PLR0913 -- each is one property of the world
    lines: Sequence[Row],
    cases: Sequence[Row],
    as_of: date = AS_OF,
    /,
    *,
    covers: Mapping[str, tuple[date, date]] | None = None,
    quarantined: Sequence[Row] = (),
    decisions: Sequence[tuple[int, int, bool]] = (),
    **settings: Any,  # noqa: ANN401 -- any field of Settings
) -> World:
    """Load the rows as their files would be, link, and run all rules.

    Rows of a file are numbered from 2 in the order given. `covers`: the days that a file's title names.
    `quarantined`: rows of a file that validation set aside. `decisions`: what people said of entry_id and record_id.
    """
    chosen = replace(built_in_settings(), **settings)
    con = database.open_database()
    books, _ = gather(list(sources([*lines, *cases], covers or {}, quarantined)))
    stored = store.load(con, books, chosen)
    if decisions:
        con.execute(DECIDED_PAIR)
        con.executemany("insert into decided_pair values (?, ?, ?)", decisions)
    link(con, chosen)
    reconcile.find_mismatches(con, as_of, chosen)
    reconcile.put_in_words(con, load_phrases("vi"))
    return World(
        con,
        stored,
        reconcile.mismatches(con, stored, as_of, chosen).drop("finding_id"),
        reconcile.links(con, stored, with_rows=True),
    )


@cache
def built_in_settings() -> Settings:
    return load_settings()


def sources(
    rows: Sequence[Row], covers: Mapping[str, tuple[date, date]], quarantined: Sequence[Row] = ()
) -> Iterator[Source]:
    """The rows as prepared files."""
    for file, of_file in groupby(sorted(rows, key=_file), key=_file):
        own = list(of_file)
        aside = [row for row in quarantined if row["file"] == file]
        profile = built_in_settings().feeds[own[0]["feed"]]
        types = LOGBOOK_ENTRY if profile.is_logbook else CASE_RECORD
        covers_from, covers_until = covers.get(file, (None, None))
        table = SimpleNamespace(
            profile=profile, path=Path(__file__), covers_from=covers_from, covers_until=covers_until
        )
        split = Split(_frame(own, types), _frame(aside, types), profile.is_logbook)
        yield Source(file, cast("Table", table), split)


def _file(row: Row) -> str:
    return row["file"]


def _frame(rows: Sequence[Row], types: Mapping[str, Kind]) -> pl.DataFrame:
    numbered = [{"row": number, **row} for number, row in enumerate(rows, start=2)]
    return pl.DataFrame([{name: row.get(name) for name in types} for row in numbered], schema=types)


def crowd(count: int, **of_case: Any) -> tuple[list[Row], list[Row]]:  # noqa: ANN401 -- any column
    """Lines and cases of as many dossiers, five on each day up to the book's return."""
    received = {number: RECEIVED + timedelta(days=number // 5) for number in range(count)}
    lines = [line(number, received_on=day) for number, day in received.items()]
    return lines, [case(number, received_on=day, **of_case) for number, day in received.items()]
