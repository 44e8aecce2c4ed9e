"""A file becomes text cells with the row numbers that a spreadsheet shows: CSV, XLSX, XLS, HTML tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.read.grid import Grid
from pipeline.read.source import is_html, load, load_small, read_head, zip_or_ole_kind

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Grid", "is_delimited", "read_file"]


def is_delimited(head: bytes, path: Path) -> bool:
    """Whether a file that begins like this is read as CSV.

    Raises:
        FileRefused: it is of another trade.
    """
    return zip_or_ole_kind(head, path) is None and not is_html(head, path)


def read_file(path: Path) -> tuple[Grid, ...]:
    """Read every sheet or table with content; the first bytes decide the format, never the name.

    Raises:
        FileRefused: the content cannot be read without guessing.
        NoInput: nothing lies at the path.
        FileUnreadable: the disk or the permissions say no.
    """
    head = read_head(path)
    kind = zip_or_ole_kind(head, path)
    if kind:
        from pipeline.read.workbook import read_workbook

        return read_workbook(load(path) if kind == "xlsx" else load_small(path), path, kind)
    if is_html(head, path):
        from pipeline.read.html_table import read_html

        return read_html(load_small(path), path)
    from pipeline.read.delimited import read_delimited

    return (read_delimited(path, head),)
