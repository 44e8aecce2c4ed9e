"""The doubtful pairs as a work list: both sides one under the other, what differs marked, a drop-down to decide."""

from __future__ import annotations

from difflib import SequenceMatcher
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pipeline.report.sheet import TEXT_ONLY
from pipeline.report.sink import write_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import polars as pl
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

COMPARED = ("dossier_code", "applicant_name", "procedure_name", "received_on", "due_on", "returned_on")
WIDTHS = {"pair_id": 13, "decision": 14, "remark": 28, "score": 9, "source": 12, "where": 30}
COLUMN_WIDTH = 26
DECISIONS = ("same", "not_same", "later")


def write_review(pairs: pl.DataFrame, phrases: Mapping[str, str], output: Path) -> None:
    """Write the pairs as XLSX, two rows each (book, then software); it is read back by `doichieu review --take`.

    Raises:
        IoFault: the place cannot be written to.
    """
    write_out([_workbook(pairs, phrases)], output)


def review_lines(pairs: pl.DataFrame, phrases: Mapping[str, str]) -> Iterator[str]:
    """The pairs as text; what differs stands in [brackets]."""
    for pair in pairs.to_dicts():
        yield f"{pair['pair_id']}  {pair['score']:.3f}  {pair['evidence']}"
        for side, label in (("logbook", phrases["review.logbook"]), ("case", pair["feed"])):
            place = f"{pair[f'{side}_file']}:{pair[f'{side}_row']}"
            cells = (_bracketed(*_texts(pair, name, side)) for name in COMPARED)
            yield f"  {label:<10} {place}  " + " | ".join(cells)
        yield from (f"  {phrases[f'review.{side}']}: {pair[f'evidence_{side}']}" for side in ("for", "against"))


def _workbook(pairs: pl.DataFrame, phrases: Mapping[str, str]) -> bytes:
    from xlsxwriter import Workbook

    buffer = BytesIO()
    with Workbook(buffer, TEXT_ONLY) as book:
        sheet = book.add_worksheet(phrases["sheet.review"])
        columns = ("pair_id", "decision", "remark", "score", "source", "where", *COMPARED, "evidence", "weights")
        header = book.add_format({"bold": True, "bg_color": "#DDEBF7", "bottom": 1, "text_wrap": True})
        for place, name in enumerate(columns):
            sheet.set_column(place, place, WIDTHS.get(name, COLUMN_WIDTH))
            sheet.write_string(0, place, phrases[f"column.{name}"], header)
        mark, open_cell = (
            book.add_format({"bold": True, "font_color": "#9C0006"}),
            book.add_format({"bg_color": "#FFF2CC"}),
        )
        for number, pair in enumerate(pairs.to_dicts()):
            _write_pair(sheet, 2 * number + 1, pair, phrases, mark, open_cell)
        sheet.freeze_panes(1, 3)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    return buffer.getvalue()


def _write_pair(  # noqa: PLR0913, PLR0917 -- a sheet's place and looks
    sheet: Worksheet, row: int, pair: Mapping[str, Any], phrases: Mapping[str, str], mark: Format, open_cell: Format
) -> None:
    choices = {"validate": "list", "source": [phrases[f"decision.{verdict}"] for verdict in DECISIONS]}
    sheet.write_string(row, 0, pair["pair_id"])
    sheet.write_blank(row, 1, None, open_cell)
    sheet.write_blank(row, 2, None, open_cell)
    sheet.data_validation(row, 1, row, 1, choices)
    sheet.write_number(row, 3, round(pair["score"], 4))
    sheet.write_string(row, 6 + len(COMPARED), pair["evidence"])
    for below, (side, label) in enumerate((("logbook", phrases["review.logbook"]), ("case", pair["feed"]))):
        sheet.write_string(row + below, 4, label)
        sheet.write_string(row + below, 5, f"{pair[f'{side}_file']}:{pair[f'{side}_row']}")
        kind = ("for", "against")[below]
        sheet.write_string(row + below, 7 + len(COMPARED), f"{phrases[f'review.{kind}']}: {pair[f'evidence_{kind}']}")
        for place, name in enumerate(COMPARED):
            _write_marked(sheet, row + below, 6 + place, _texts(pair, name, side), mark)


def _write_marked(sheet: Worksheet, row: int, column: int, texts: tuple[str, str], mark: Format) -> None:
    """One side's text with the letters that the other side does not have in colour."""
    parts = [*_parts(*texts)]
    if len(parts) > 1:
        sheet.write_rich_string(
            row, column, *(piece for text, same in parts for piece in ([text] if same else [mark, text]))
        )
    elif parts:
        text, same = parts[0]
        sheet.write_string(row, column, text, None if same else mark)


def _bracketed(own: str, other: str) -> str:
    return "".join(text if same else f"[{text}]" for text, same in _parts(own, other)) or "-"


def _parts(own: str, other: str) -> Iterator[tuple[str, bool]]:
    """The pieces of one text, and whether the other has them too; a side that is silent differs in nothing."""
    if not other:
        yield from [(own, True)] if own else []
        return
    for kind, first, last, _, _ in SequenceMatcher(None, own, other, autojunk=False).get_opcodes():
        if last > first:
            yield own[first:last], kind == "equal"


def _texts(pair: Mapping[str, Any], name: str, side: str) -> tuple[str, str]:
    """What this side says, and what the other one does."""
    sides = (side, "case" if side == "logbook" else "logbook")
    own, other = (pair[f"{one}_{name}"] for one in sides)
    return _shown(own), _shown(other)


def _shown(value: object) -> str:
    from datetime import date

    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
