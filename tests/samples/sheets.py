"""What each file of sample_exports/ holds, row by row: titles, headers, lines, totals, signatures (files.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tests.samples.dossiers import HERE
from tests.samples.lines import Form, Line, lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.samples.dossiers import Dossier


@dataclass(frozen=True)
class Row:
    """One row of a file; its number is its position, counted from 1."""

    kind: str
    cells: tuple[Any, ...]
    line: Line | None = None


@cache
def forms() -> dict[str, Form]:
    """files.toml."""
    return tomllib.loads((HERE / "files.toml").read_text(encoding="utf-8"))


def sheets(all_dossiers: list[Dossier]) -> dict[str, list[Row]]:
    """The rows of each file by the file's name."""
    return {name: _sheet(form, lines_of(form, all_dossiers)) for name, form in forms().items()}


def _sheet(form: Form, lines: list[Line]) -> list[Row]:
    width = len(form["columns"])
    header = _header(form)
    return [
        *(_text("title" if text else "blank", text, width) for text in form["title"]),
        *header,
        *([_numbering(width)] if form.get("is_numbered") else []),
        *_body(form, lines, header),
        *([_text("total", _total(form, lines), width)] if "total" in form else []),
        *(_signature(text, width) for text in form.get("signature", ())),
    ]


def _header(form: Form) -> list[Row]:
    """One row of headings, or groups above and names below."""
    names = [heading for _, heading, _ in form["columns"]]
    groups = [group for _, _, group in form["columns"]]
    if not any(groups):
        return [Row("header", tuple(names))]
    previous = ["", *groups[:-1]]
    upper = [(group if group != before else "") or ("" if group else name)
             for name, group, before in zip(names, groups, previous, strict=True)]  # fmt: skip
    lower = [name if group else "" for name, group in zip(names, groups, strict=True)]
    return [Row("header", tuple(upper)), Row("header", tuple(lower))]


def _body(form: Form, lines: list[Line], header: list[Row]) -> Iterator[Row]:
    """The lines with what printers and systems put between them."""
    width = len(form["columns"])
    page = form.get("page") or form.get("header_again_after") or len(lines)
    written = 0
    for group, members in groupby(lines, key=lambda line: _group_of(form, line)):
        if group:
            yield _text("group", group, width)
        for line in members:
            yield _row(form, line, is_text=written % 3 == 0)
            written += 1
            if written % page == 0 and written < len(lines):
                yield from [_text("total", f"Cộng trang {written // page}: {page}", width)] if "page" in form else []
                yield from header


def _group_of(form: Form, line: Line) -> str:
    if form.get("groups") == "field_name":
        return f"Lĩnh vực: {line.cells['field_name']}"
    received = line.dossier.received
    return f"Tháng {received.month}/{received.year}" if form.get("groups") == "month" else ""


def _row(form: Form, line: Line, *, is_text: bool) -> Row:
    """The cells in the file's order; a ragged line has one more."""
    values = [_shown(form, line.cells.get(name, ""), is_text=is_text) for name, _, _ in form["columns"]]
    return Row("data", (*values, *([line.cells["ragged"]] if "ragged" in line.cells else [])), line)


def _shown(form: Form, value: Any, *, is_text: bool) -> Any:  # noqa: ANN401 -- what a spreadsheet's cell can hold
    """Dates as the file writes them; a workbook keeps real ones, but for every third line typed as text."""
    if not isinstance(value, date):
        return "" if value is None else value
    style = form.get("dates") or ("dd/mm/yyyy hh:mm:ss" if is_text else None)
    return STYLES[style](value) if style else value


STYLES: dict[str, Callable[[date], str]] = {
    "dd/mm/yyyy hh:mm:ss": lambda day: f"{day:%d/%m/%Y %H:%M:%S}",
    "dd/mm/yyyy hh:mm": lambda day: f"{day:%d/%m/%Y %H:%M}",
    "dd/mm/yyyy": lambda day: f"{day:%d/%m/%Y}",
    "dd.mm.yyyy": lambda day: f"{day:%d.%m.%Y}",
    "d/m": lambda day: f"{day.day}/{day.month}",
}


def _total(form: Form, lines: list[Line]) -> str:
    return form["total"].format(count=len(lines), count_and_more=len(lines) + 3)


def _numbering(width: int) -> Row:
    return Row("numbering", tuple(f"({n})" for n in range(1, width + 1)))


def _text(kind: str, text: str, width: int) -> Row:
    return Row(kind, (text, *[""] * (width - 1)))


def _signature(text: str, width: int) -> Row:
    place = width - 4
    return Row("signature", (*[""] * place, text, *[""] * (width - place - 1)))
