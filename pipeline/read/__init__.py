"""A file becomes text cells with the row numbers that a spreadsheet shows: CSV, XLSX, XLS, HTML tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.read.grid import Grid
from pipeline.read.source import html_kind, load, zip_or_ole_kind

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Grid", "read_file"]


def read_file(path: Path) -> tuple[Grid, ...]:
    """Read every sheet or table with content; the first bytes decide the format, never the name.

    Raises:
        InputRefused: the content cannot be read without guessing.
        NoInput: nothing lies at the path.
        IoFault: the disk or the permissions say no.
    """
    raw = load(path)
    kind = zip_or_ole_kind(raw, path)
    if kind:
        from pipeline.read.workbook import read_workbook

        return read_workbook(raw, path, kind)
    if html_kind(raw, path):
        from pipeline.read.html_table import read_html

        return read_html(raw, path)
    from pipeline.read.delimited import read_delimited

    return (read_delimited(raw, path),)
