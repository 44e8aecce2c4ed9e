"""CSV: bytes → UTF-8 → grammar gate → cells. Structural faults are refused by row, all at once, never padded away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import InputRefused
from pipeline.read.dialect import choose_delimiter, declared, most_common
from pipeline.read.encoding import from_windows_1258, to_utf8
from pipeline.read.grid import Grid, Untidy, cell_names, numbered, refuse_wide
from pipeline.read.legacy import refuse_legacy, refuse_legacy_bytes
from pipeline.read.records import Records, gate, rows_before, zeros

if TYPE_CHECKING:
    from pathlib import Path

LISTED = 10  # faults named one by one; the rest is a number
RARE_BLANKS = (b"\xc2\x85", b"\xc2\xa0", b"\xe2\x80", b"\xe2\x81", b"\xe3\x80\x80", b"\xef\xbb\xbf")
MARK_LEADS = (b"\xcc", b"\xcd")  # first bytes of U+0300 to U+037F in UTF-8
SAVE_AS_UTF8 = "Open the original in Excel, save it as 'CSV UTF-8' or XLSX, and do not edit it as text."


def read_delimited(raw: bytes, path: Path) -> Grid:
    """One grid, whatever the encoding, the separator and the line ends."""
    raw, encoding, separator, records = _passed(*to_utf8(raw, path), path)
    if records.has_lone_cr:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        records = gate(raw, separator)
    _refuse_faults(raw, records, path)
    _refuse_cut_off(raw, records, path)
    widest = records.cell_count.arg_max() or 0
    refuse_wide(path, widest + 1, records.cell_count[widest])
    untidy = Untidy(records.spans_lines, _has_any(raw, RARE_BLANKS), _has_any(raw, MARK_LEADS))
    cells = numbered(_parse(raw, separator, records), records.cell_count, untidy)
    if declared(raw):
        cells = _without_declaration(cells)
    refuse_legacy(cells, path)
    return Grid(cells, path, "csv", encoding=encoding, delimiter=separator)


def _passed(raw: bytes, encoding: str, path: Path) -> tuple[bytes, str, str, Records]:
    """Through the gate; what is not UTF-8 is tried once more as Windows-1258.

    polars validates while it scans, five times faster than Python's decoder.
    """
    separator = declared(raw) or choose_delimiter(raw)
    try:
        return raw, encoding, separator, gate(raw, separator)
    except pl.exceptions.ComputeError:
        raw = _from_legacy(raw, path)
        return raw, "windows-1258", separator, gate(raw, separator)


def _from_legacy(raw: bytes, path: Path) -> bytes:
    refuse_legacy_bytes(raw, path)
    text = from_windows_1258(raw)
    if text is not None:
        return text
    try:
        raw.decode()
    except UnicodeDecodeError as fault:
        where = f"{path.name}: row {rows_before(raw[: fault.start])}: byte {fault.start}"
        message = f"{where} is not UTF-8, and the file is not Windows-1258 either (mixed encodings, or cut off)"
        raise InputRefused(message, SAVE_AS_UTF8) from None
    raise AssertionError("polars refused bytes that Python reads as UTF-8")


def _refuse_faults(raw: bytes, records: Records, path: Path) -> None:
    """NUL bytes and broken quoting, in the order of the rows."""
    faults = [(row, "broken quoting (a stray or unclosed quote)") for row in records.faulty_rows]
    faults += [(row, f"NUL byte (byte {offset})") for row, offset in zeros(raw)]
    if faults:
        named = "; ".join(f"row {row}: {what}" for row, what in sorted(faults)[:LISTED])
        more = f"; and {len(faults) - LISTED} more" if len(faults) > LISTED else ""
        raise InputRefused(f"{path.name}: {named}{more}", SAVE_AS_UTF8)


def _refuse_cut_off(raw: bytes, records: Records, path: Path) -> None:
    """A last record without its newline and with fewer cells than usual was not written to its end."""
    count = records.cell_count
    usual = most_common(count.filter(count > 0))
    if not raw.endswith(b"\n") and count[-1] < usual:
        message = f"{path.name}: row {count.len()}: {count[-1]} cells instead of {usual} and no line end: cut off"
        raise InputRefused(message, "Copy or export the file again; wait until it is complete.")


def _parse(raw: bytes, separator: str, records: Records) -> pl.DataFrame:
    """The cells as polars sees them; it takes the width from the first line, so a wide one goes before a narrow one."""
    count = records.cell_count
    width = max(count[count.arg_max() or 0], 1)
    is_widest_first = max(count[0], 1) == width
    guide = b"" if is_widest_first else separator.encode() * (width - 1) + b"\n"
    cells = pl.scan_csv(
        guide + raw,
        has_header=False,
        separator=separator,
        quote_char='"' if records.has_quotes else None,
        infer_schema=False,
        schema=dict.fromkeys(cell_names(width), pl.String),
        glob=False,
    )
    parsed = (cells if is_widest_first else cells.slice(1)).collect(engine="streaming")
    assert parsed.height == count.len(), "the parser and the gate count different records"  # noqa: S101
    return parsed.rechunk()  # cheap, and every later step is faster


def _without_declaration(cells: pl.DataFrame) -> pl.DataFrame:
    """The line `sep=;` speaks to Excel: it keeps its row number and holds nothing."""
    return cells.with_columns(pl.when(pl.col("row") > 1).then(pl.col("^c[0-9]+$")))


def _has_any(raw: bytes, sequences: tuple[bytes, ...]) -> bool:
    """Whether one of the sequences occurs; a first byte that is nowhere is ruled out ten times faster."""
    leads = {sequence[:1] for sequence in sequences}
    present = {lead for lead in leads if lead in raw}
    return any(sequence in raw for sequence in sequences if sequence[:1] in present)
