"""What stands around the table: the book's number and year, the days it covers, the total that it states."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from pipeline.recognise.plain import plain_text, words_pattern
from pipeline.recognise.table import TitleFacts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.profiles import FeedProfile
    from pipeline.recognise.header import Keys

NUMBER = r"(?<![\d.,/-])(\d{1,3}(?:[.,]\d{3})+|\d+)(?![.,/-]?\d)"  # 4.677 and 4,677 are both 4677; 58.61 is none
DAY = r"(\d{1,2}[/.-]\d{1,2}[/.-]\d{4})"
PAGE_TOTAL = re.compile(r"[^:]*\btrang\b")
YEAR = r"\bnam\s*:?\s*(20\d\d)\b"


def title_facts(title_rows: Sequence[Keys], total_rows: Sequence[Keys], profile: FeedProfile) -> TitleFacts:
    """Read the title rows and the total rows; whatever is not clear stays None."""
    lines = [" ".join(text for text in row if text) for row in title_rows]
    title = "\n".join(line for line in lines if line and not line.startswith("sep="))
    text = plain_text(title)
    book_no = book_number(text, profile)
    covers_from, covers_until = _coverage(text, profile)
    year = _book_year(text, book_no)
    return TitleFacts(title, book_no, year, covers_from, covers_until, _stated_total(total_rows))


def book_number(text: str, profile: FeedProfile) -> str | None:
    """The number that a plain text gives a book: "quyen so: 01/2026"."""
    words = words_pattern([plain_text(word) for word in profile.marks.get("book", ())])
    found = re.search(rf"\b(?:{words})[\s:.]*(\d[\w/-]*|[ivxl]+\b)", text) if words else None
    return found[1].upper() if found else None


def _book_year(text: str, book_no: str | None) -> int | None:
    in_number = re.search(r"[/-](20\d\d)$", book_no or "")
    if in_number:
        return int(in_number[1])
    for pattern in (
        rf"(?<!\d )(?<!\d){YEAR}",
        YEAR,
    ):  # "tháng 3 năm 2026" counts only when no plain "năm 2026" stands there
        years = set(re.findall(pattern, text))
        if years:
            return int(years.pop()) if len(years) == 1 else None
    return None


def _coverage(text: str, profile: FeedProfile) -> tuple[date | None, date | None]:
    for template in profile.marks.get("coverage", ()):
        pattern = r"[\s:]+".join(re.escape(word) for word in plain_text(template).split())
        found = re.search(pattern.replace(r"\{from\}", DAY).replace(r"\{until\}", DAY), text)
        days = (_day(found[1]), _day(found[2])) if found else (None, None)
        if days[0] and days[1] and days[0] <= days[1]:
            return days
    return None, None


def _day(text: str) -> date | None:
    day, month, year = (int(part) for part in re.split(r"[/.-]", text))
    with suppress(ValueError):  # 31/02 is no day
        return date(year, month, day)
    return None


def _stated_total(total_rows: Sequence[Keys]) -> int | None:
    """The number of the last total row, unless another one counts more; page totals (cộng trang) do not count."""
    filled = [[text for text in row if text] for row in total_rows]
    totals = [_number(texts) for texts in filled if texts and not PAGE_TOTAL.match(plain_text(texts[0]))]
    known = [total for total in totals if total is not None]
    return known[-1] if known and totals[-1] == max(known) else None


def _number(texts: list[str]) -> int | None:
    """The number in the label's own cell, else the only number beside it."""
    for cells in ([texts[0].partition(":")[2] or texts[0]], texts[1:]):
        numbers = [number for text in cells for number in re.findall(NUMBER, text)]
        if numbers:
            return int(re.sub(r"\D", "", numbers[0])) if len(numbers) == 1 else None
    return None
